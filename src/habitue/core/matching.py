"""Which purchase each return cancels (D9, neutralise)."""

from __future__ import annotations

from decimal import Decimal

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core.orders import MONEY, as_money
from habitue.schema import MONEY_DIGITS, MONEY_SCALE


def matches(lines: ir.Table) -> ir.Table:
    """Let each return cancel the quantity of the latest earlier purchases not yet cancelled.

    Purchases of one customer and product are plates on a stack, returns take plates off the
    top. The height of the stack after each event is the running sum of quantities, lifted by
    its running minimum where returns went below the floor (they match nothing). A purchase
    occupies the levels between the heights before and after it, a return empties a range of
    levels; what they share, and nobody emptied in between, is the match.

    Events at the same moment are ordered purchases first, then by content, never by row order.
    Because a return only looks back, the matches seen at an earlier day are those with
    `returned_on` at or before it.

    Args:
        lines: Classified lines.

    Returns:
        The table `matches` of `docs/tables.md`: one row per purchase line and return line that
        meet, with positive `quantity`, `amount` at the purchase's price and `returned` at the
        return's. `return_lines` is 1 on the first row of each return line, so that it counts them.
    """
    events = _stacked(lines)
    pushes = events.filter(~_.is_return & (_.quantity > 0)).select(
        "customer_id", "product", "order_id", "kind", "quantity", "amount",
        push=_.step, low=_.before, high=_.after,
    )  # fmt: skip
    pops = events.filter(_.is_return & (_.before > _.after)).select(
        "customer_id", "product", return_id=_.order_id, returned_on=_.moment.date(),
        pop=_.step, floor=_.after, top=_.before, back=_.amount, brought=_.quantity,
    )  # fmt: skip
    pairs = pushes.join(
        pops,
        [
            pushes.customer_id == pops.customer_id,
            pushes["product"] == pops["product"],
            pushes.push < pops.pop,
            # A return that stays above the purchase's top neither meets nor lowers it.
            pops.floor < pushes.high,
        ],
    )
    earlier = ibis.window(
        group_by=["customer_id", "product", "push"], order_by="pop", preceding=(None, 1)
    )
    pairs = pairs.mutate(left=ibis.least(_.high, _.floor.min().over(earlier).fill_null(_.high)))
    met = pairs.mutate(upper=ibis.least(_.top, _.left), lower=ibis.greatest(_.floor, _.low))
    met = met.filter(_.upper > _.lower)
    piece = ibis.row_number().over(group_by=["customer_id", "product", "pop"], order_by="push")
    met = met.mutate(piece=piece)
    return met.select(
        "order_id",
        "customer_id",
        "return_id",
        "returned_on",
        "kind",
        return_lines=ibis.ifelse(_.piece == 0, 1, 0).cast("int64"),
        quantity=as_money(_.upper - _.lower),
        # Each is the difference of two parts of a whole, so that the pieces of a line add up to
        # its amount, whatever was rounded between.
        amount=as_money(
            share_of(met.amount, met.upper - met.low, met.quantity)
            - share_of(met.amount, met.lower - met.low, met.quantity)
        ),
        returned=as_money(
            share_of(-met.back, met.top - met.lower, -met.brought)
            - share_of(-met.back, met.top - met.upper, -met.brought)
        ),
    )


def share_of(
    amount: ir.DecimalValue, part: ir.DecimalValue, whole: ir.DecimalValue
) -> ir.DecimalValue:
    """Take the share of an amount that falls on a part of a whole, halves rounded up.

    Engines divide decimals each in their own way, and round what comes out in another; floats
    they divide alike. What is added to the half is more than a float's error, and less than
    what sets apart two quotients of everyday quantities.

    Args:
        amount: To be shared.
        part: Of the whole.
        whole: Not zero.
    """
    part = as_money(part)
    units = (part * amount).cast("float64") / whole.cast("float64") * 10**MONEY_SCALE
    rounded = (units + (0.5 + 1e-6)).floor().cast("int64").cast(f"decimal({MONEY_DIGITS}, 0)")
    some = (rounded * ibis.literal(Decimal(1).scaleb(-MONEY_SCALE), MONEY)).cast(MONEY)
    return ibis.ifelse(part == whole, amount, some)


def _stacked(lines: ir.Table) -> ir.Table:
    """Order the events of each customer and product that has a return, with stack heights."""
    known = lines.filter(
        _.reason.isnull(), _.customer_id.notnull(), _["product"].notnull(), _.quantity != 0
    ).filter(_.is_return == (_.quantity < 0))
    returning = known.filter(_.is_return).select("customer_id", "product").distinct()
    events = known.semi_join(returning, ["customer_id", "product"])
    stack = ["customer_id", "product"]
    step = ibis.row_number().over(
        group_by=stack, order_by=["moment", "is_return", "order_id", "price", "quantity", "amount"]
    )
    events = events.mutate(step=step)
    so_far = ibis.cumulative_window(group_by=stack, order_by="step")
    events = events.mutate(sum=_.quantity.sum().over(so_far))
    events = events.mutate(sunk=ibis.least(_.sum.min().over(so_far), 0))
    events = events.mutate(after=_.sum - _.sunk)
    in_order = ibis.window(group_by=stack, order_by="step")
    return events.mutate(before=_.after.lag().over(in_order).fill_null(0))
