"""Lines that stand more than once, inside an order or in an order that was exported again."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.cleaning import repeated_positions
from habitue.data.quality.flags import SUM
from habitue.schema import Reason

_CONTENT: Final = (
    "order_id", "product", "quantity", "customer_id", "moment", "description", "price", "amount",
    "country", "cost", "discount", "channel", "currency", "category", "status",
)  # fmt: skip
_NEAR: Final = ("order_id", "product", "quantity")


def duplicate_groups(lines: ir.Table) -> ir.Table:
    """Gather the readable lines that say exactly the same, where there are several.

    Args:
        lines: Classified lines.

    Returns:
        One row per content: the columns it consists of, `times`, `left_out` (copies that a rule
        left out, the first one aside), `again` (copies of an exported order).
    """
    # Few lines share order, product and quantity: only those are compared whole.
    near = lines.group_by(*_NEAR).agg(times=_.count()).filter(_.times > 1)
    near = near.select("order_id", near_product=_key(near, "product", ""),
                       near_quantity=_key(near, "quantity", 0))  # fmt: skip
    alike = lines.semi_join(
        near,
        [
            lines.order_id == near.order_id,
            _key(lines, "product", "") == near.near_product,
            _key(lines, "quantity", 0) == near.near_quantity,
        ],
    ).filter(_.unreadable.isnull())
    groups = alike.group_by(*_CONTENT).agg(
        times=_.count(),
        out=alike.count(where=alike.reason.notnull()),
        exported=alike.count(where=alike.reason == Reason.REPEATED_ORDER.value),
    )
    several = groups.filter(_.times > 1)
    return several.mutate(
        left_out=ibis.least(several.out, several.times - 1),
        again=ibis.least(several.exported, several.times - 1),
    ).drop("out", "exported")


def duplicate_counts(groups: ir.Table) -> ir.Table:
    """Count the copies beyond the first.

    Args:
        groups: As `duplicate_groups` gives them.

    Returns:
        One row: `lines`, `left_out`, `again`, `amount`, `orders`.
    """
    spare = groups.mutate(spare=(groups.times - 1).cast("int64"))
    return spare.agg(
        lines=spare.spare.sum(),
        left_out=spare.left_out.sum().cast("int64"),
        again=spare.again.sum().cast("int64"),
        amount=(spare.spare.cast("decimal(18, 0)") * spare.amount).cast(SUM).sum().cast(SUM),
        orders=spare.order_id.nunique(),
    )


def repeated_lines(lines: ir.Table, *, judged: bool) -> ir.Table:
    """List the lines of orders that were exported again.

    Args:
        lines: Classified lines.
        judged: Whether the rules looked for such orders, so that `reason` tells.
    """
    if judged:
        return lines.filter(_.reason == Reason.REPEATED_ORDER.value)
    return lines.semi_join(repeated_positions(lines.filter(_.unreadable.isnull())), "position")


def repeated_counts(repeated: ir.Table) -> ir.Table:
    """Count them: one row with `orders`, `lines`, `left_out`, `amount`."""
    return repeated.agg(
        orders=_.order_id.nunique(),
        lines=_.count(),
        left_out=_.count(where=_.reason.notnull()),
        amount=_.amount.sum().cast(SUM),
    )


def _key(table: ir.Table, name: str, nothing: str | int) -> ir.Value:
    """Let nothing equal nothing, which a join does not."""
    return table[name].fill_null(nothing)
