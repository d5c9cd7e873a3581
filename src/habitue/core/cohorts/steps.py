"""What each customer did, step by step, in one slim table that every cell is counted from."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core.orders import MONEY
from habitue.core.view import View
from habitue.schema import ReturnsMode

_COUNTS = ("members", "orders", "first", "second", "last")
_MONEY = ("basket", "revenue", "cost", "first_basket", "early_value")


def steps(
    view: View, values: ir.Table, returns: ReturnsMode, rebooked: ir.Table | None = None
) -> ir.Table:
    """Gather what the customers of the base did: were acquired, ordered, moved money.

    Acquisition is a step of its own, so that a cohort without an order left (every unit came
    back) still counts its customers.

    Args:
        view: What passes the filters.
        values: Out of `kpis.customer_values`.
        returns: How the view counts returns.
        rebooked: Out of `refunds.rebooked`; None leaves refunds where they were made.

    Returns:
        One row per step: `who` (the customer's number in the view), `acquired_on`, `on`,
        `members` (1 for an acquisition), `orders` (1 for an order), `first`, `second` and `last`
        (1 for the customer's first, second, last order), `before` (day of the order before, null
        where there is none), `basket`, `revenue`, `cost`, and for an acquisition `first_basket`
        and `early_value`.
    """
    mine = view.orders.filter(_.in_base)
    in_order = ibis.window(group_by="who", order_by=["at", "order_id"])
    mine = mine.mutate(
        place=ibis.row_number().over(in_order),
        before=_.on.lag().over(in_order),
        following=_.on.lead().over(in_order),
    )
    early = values.select("customer_id", "early_value")
    born = view.base.join(early, "customer_id")
    parts = [
        _part(
            mine,
            before=mine.before,
            orders=ibis.literal(1),
            first=ibis.ifelse(mine.place == 0, 1, 0),
            second=ibis.ifelse(mine.place == 1, 1, 0),
            last=ibis.ifelse(mine.following.isnull(), 1, 0),
            basket=mine.basket,
            revenue=mine.basket,
            cost=mine.cost,
        ),
        _part(
            born.mutate(on=born.acquired_on),
            members=ibis.literal(1),
            first_basket=born.first_basket,
            early_value=born.early_value,
        ),
    ]
    if returns is ReturnsMode.INCLUDE:
        back = view.returns.filter(_.in_base)
        parts.append(_part(back, revenue=back.returned, cost=back.cost))
    if rebooked is not None:
        parts.append(_part(rebooked, revenue=rebooked.returned, cost=rebooked.cost))
    return ibis.union(*parts)


def _part(table: ir.Table, **told: ir.Value) -> ir.Table:
    """Give some of the columns, and nothing in the others."""
    return table.select(
        "who",
        "acquired_on",
        "on",
        before=told.get("before", ibis.null("date")),
        **{name: told.get(name, ibis.literal(0)).cast("int64") for name in _COUNTS},
        **{name: told.get(name, ibis.literal(0)).cast(MONEY) for name in _MONEY},
    )
