"""Orders and customers that contradict themselves from one line to another."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.quality.flags import SUM

ORDER_CONFLICTS: Final = {
    "orders_several_customers": "customer_id",
    "orders_several_moments": "moment",
    "orders_several_countries": "country",
    "orders_several_currencies": "currency",
}
"""Finding and the column of which an order should hold one value."""


def spreads(lines: ir.Table) -> ir.Table:
    """Give each order the least and the greatest of what its lines should agree on.

    Args:
        lines: Classified lines.

    Returns:
        One row per order id: `lines`, `left_out`, `amount`, and `<column>_low`, `<column>_high`
        for each column of `ORDER_CONFLICTS`.
    """
    named = lines.filter(_.order_id.notnull())
    ends = {
        f"{name}_{end}": getattr(named[name], how)()
        for name in ORDER_CONFLICTS.values()
        for end, how in (("low", "min"), ("high", "max"))
    }
    return named.group_by("order_id").agg(
        lines=_.count(),
        left_out=_.count(where=_.reason.notnull()),
        amount=_.amount.sum().cast(SUM),
        **ends,
    )


def conflict_counts(orders: ir.Table) -> ir.Table:
    """Count the orders of each conflict, their lines and their money.

    Args:
        orders: As `spreads` gives them.

    Returns:
        One row: `orders`, and `<finding>_orders`, `_lines`, `_left_out`, `_amount`.
    """
    found: dict[str, ir.Value] = {"orders": orders.count()}
    for finding, name in ORDER_CONFLICTS.items():
        torn = _torn(orders, name)
        found[f"{finding}_orders"] = orders.count(where=torn)
        for part in ("lines", "left_out"):
            found[f"{finding}_{part}"] = orders[part].sum(where=torn).cast("int64")
        found[f"{finding}_amount"] = orders.amount.sum(where=torn).cast(SUM)
    return orders.agg(**found)


def torn_orders(orders: ir.Table, finding: str, most: int) -> ir.Table:
    """Give some orders of a conflict, the dearest first.

    Args:
        orders: As `spreads` gives them.
        finding: One of `ORDER_CONFLICTS`.
        most: How many rows at most.
    """
    name = ORDER_CONFLICTS[finding]
    low, high = f"{name}_low", f"{name}_high"
    found = orders.filter(_torn(orders, name))
    found = found.select("order_id", "lines", "amount", low, high, size=found.amount.abs())
    return found.order_by(ibis.desc("size"), "order_id").limit(most).drop("size")


def travellers(lines: ir.Table) -> ir.Table:
    """List the customers whose lines name several countries.

    Args:
        lines: Classified lines.

    Returns:
        One row per customer: `customer_id`, `country_low`, `country_high`, `lines`, `left_out`,
        `amount`.
    """
    people = lines.filter(_.customer_id.notnull()).group_by("customer_id").agg(
        country_low=_.country.min(),
        country_high=_.country.max(),
        lines=_.count(),
        left_out=_.count(where=_.reason.notnull()),
        amount=_.amount.sum().cast(SUM),
    )  # fmt: skip
    return people.filter(_.country_low != _.country_high)


def traveller_counts(people: ir.Table) -> ir.Table:
    """Count them: one row with `customers`, `lines`, `left_out`, `amount`."""
    return people.agg(
        customers=people.count(),
        lines=people.lines.sum().cast("int64"),
        left_out=people.left_out.sum().cast("int64"),
        amount=people.amount.sum().cast(SUM),
    )


def currencies(lines: ir.Table) -> ir.Table:
    """Count the lines of each currency: `currency`, `lines`, `left_out`, `amount`."""
    spelled = lines.filter(_.currency.notnull()).mutate(currency=lines.currency.upper())
    return spelled.group_by("currency").agg(
        lines=_.count(),
        left_out=_.count(where=_.reason.notnull()),
        amount=_.amount.sum().cast(SUM),
    )


def _torn(orders: ir.Table, name: str) -> ir.BooleanValue:
    return (orders[f"{name}_low"] != orders[f"{name}_high"]).fill_null(False)
