"""A few of the rows that a finding is about, to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.quality import conflicts, flags, people, repeats

MOST: Final = 50
"""A sample has this many rows at most."""


def sample(
    name: str,
    lines: ir.Table,
    orders: ir.Table,
    tests: dict[str, ir.BooleanValue],
    *,
    judged: bool,
    most: int,
) -> ir.Table | None:
    """Give the expression of a finding's sample.

    Args:
        name: Of the finding.
        lines: Classified lines.
        orders: Orders with `customer_id`, `ordered_on` and `amount`.
        tests: As `flags.flags` gives them.
        judged: Whether the rules looked for repeated orders.
        most: How many rows at most.

    Returns:
        None where a finding is about no rows: a period, a length.
    """
    test = tests.get(f"{name}_id" if name == "missing_customer" else name)
    if test is not None:
        return flags.flagged(lines, test, most)
    if name in conflicts.ORDER_CONFLICTS:
        return conflicts.torn_orders(conflicts.spreads(lines), name, most)
    others: dict[str, Callable[[], ir.Table]] = {
        "duplicate_lines": lambda: _duplicates(lines, most),
        "repeated_orders": lambda: _repeated(lines, most, judged=judged),
        "customers_several_countries": lambda: _travellers(lines, most),
        "several_currencies": lambda: conflicts.currencies(lines).order_by("currency"),
        "concentration": lambda: people.largest(orders, most),
        "first_cohort": lambda: _firsts(orders, most),
    }
    return others[name]() if name in others else None


def _duplicates(lines: ir.Table, most: int) -> ir.Table:
    groups = repeats.duplicate_groups(lines).select(
        "order_id", "customer_id", "moment", "product", "description", "quantity", "price",
        "amount", "times", "left_out", size=_.amount.abs() * _.times,
    )  # fmt: skip
    ordered = groups.order_by(ibis.desc("size"), "order_id", "product", "description")
    return ordered.limit(most).drop("size")


def _repeated(lines: ir.Table, most: int, *, judged: bool) -> ir.Table:
    orders = repeats.repeated_lines(lines, judged=judged).group_by("order_id").agg(
        customer_id=_.customer_id.min(), moment=_.moment.min(), part=_.part.min(),
        lines=_.count(), amount=_.amount.sum().cast(flags.SUM),
    )  # fmt: skip
    return orders.order_by(ibis.desc("amount"), "order_id").limit(most)


def _travellers(lines: ir.Table, most: int) -> ir.Table:
    found = conflicts.travellers(lines).drop("left_out")
    return found.order_by(ibis.desc("amount"), "customer_id").limit(most)


def _firsts(orders: ir.Table, most: int) -> ir.Table:
    known = orders.filter(_.customer_id.notnull())
    seen = known.group_by("customer_id").agg(
        first_day=_.ordered_on.min(), orders=_.count(), amount=_.amount.sum().cast(flags.SUM)
    )
    return seen.order_by("first_day", ibis.desc("amount"), "customer_id").limit(most)
