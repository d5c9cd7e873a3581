"""Which lines each finding is about, and how many, in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis import _

SUM: Final = "decimal(38, 4)"
COLUMNS: Final = (
    "order_id", "customer_id", "moment", "product", "description", "quantity", "price", "amount",
    "country", "cost", "discount", "channel", "currency", "category", "status",
)  # fmt: skip
"""What may be missing, in the order of `docs/tables.md`."""
MISSING: Final = tuple(
    name for name in COLUMNS if name not in {"order_id", "moment", "quantity", "price", "amount"}
)
"""Columns a line can do without: a readable line has the others, or its source has none."""


class Fences(NamedTuple):
    """Beyond these a quantity, bought or returned, and a unit price are out of range."""

    quantity: Decimal | None
    price: Decimal | None


def flags(
    lines: ir.Table, fences: Fences, cancellation_prefix: str | None
) -> dict[str, ir.BooleanValue]:
    """Tell, of each line, what is to be said of it.

    Args:
        lines: Classified lines.
        fences: What is out of range; None flags nothing.
        cancellation_prefix: What the order id of a return starts with, where the source marks it.

    Returns:
        A test per finding, by the finding's name. A line that cannot be read has that finding
        and no other.
    """
    readable = lines.unreadable.isnull()
    tests = {"unreadable": ~readable}
    tests |= {f"missing_{name}": readable & lines[name].isnull() for name in MISSING}
    tests["price_not_positive"] = readable & (lines.price <= 0)
    tests["quantity_zero"] = readable & (lines.quantity == 0)
    if fences.price is not None:
        tests["price_high"] = readable & (lines.price > _exact(fences.price))
    if fences.quantity is not None:
        tests["quantity_high"] = readable & (lines.quantity.abs() > _exact(fences.quantity))
    tests["returns"] = readable & lines.is_return
    if cancellation_prefix:
        marked = lines.order_id.startswith(cancellation_prefix).fill_null(False)
        tests["unmarked_returns"] = tests["returns"] & ~marked
    return {name: test.fill_null(False) for name, test in tests.items()}


def line_counts(lines: ir.Table, tests: dict[str, ir.BooleanValue]) -> ir.Table:
    """Count the lines by what is to be said of them, in one pass whatever there is to say.

    Args:
        lines: Classified lines.
        tests: As `flags` gives them.

    Returns:
        One row per combination that occurs: `mask`, `blank`, `lines`, `left_out` (by a rule),
        `amount`, and `with_clock` and `with_seconds`, which count moments that say more than a
        day, and more than a minute. `read` takes the masks apart.
    """
    moment = lines.moment
    # Not by the seconds themselves: Spark's hold their fractions too.
    with_seconds = moment.truncate("s") != moment.truncate("m")
    with_clock = with_seconds | (moment.minute() != 0) | (moment.hour() != 0)
    negative = (lines.price < 0).fill_null(False)
    return (
        lines.select(
            "amount",
            mask=_mask([*tests.values(), negative]),
            blank=_mask([lines[name].isnull() for name in COLUMNS]),
            is_out=lines.reason.notnull(),
            with_clock=with_clock.fill_null(False),
            with_seconds=with_seconds.fill_null(False),
        )
        .group_by("mask", "blank")
        .agg(
            lines=_.count(),
            left_out=_.count(where=_.is_out),
            amount=_.amount.sum().cast(SUM),
            with_clock=_.count(where=_.with_clock),
            with_seconds=_.count(where=_.with_seconds),
        )
    )


def read(rows: Iterable[dict[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    """Add up what `line_counts` counted.

    Args:
        rows: Its rows.
        names: The findings, in the order of the tests.

    Returns:
        `lines`, `with_clock`, `with_seconds`, `price_negative`; for each finding `<name>_lines`,
        `<name>_left_out`, `<name>_amount`; for each column `<name>_filled`.
    """
    found = list(rows)
    tests = [*names]

    def total(part: str, among: Iterable[dict[str, Any]]) -> Any:
        return sum(row[part] or 0 for row in among)

    counted = {part: total(part, found) for part in ("lines", "with_clock", "with_seconds")}
    for place, name in enumerate(tests):
        hit = [row for row in found if row["mask"] >> place & 1]
        counted |= {f"{name}_{part}": total(part, hit) for part in ("lines", "left_out", "amount")}
    for place, name in enumerate(COLUMNS):
        counted[f"{name}_filled"] = total(
            "lines", (row for row in found if not row["blank"] >> place & 1)
        )
    both = 1 << tests.index("price_not_positive") | 1 << len(tests)
    counted["price_negative"] = total("lines", (row for row in found if row["mask"] & both == both))
    return counted


def flagged(lines: ir.Table, test: ir.BooleanValue, most: int) -> ir.Table:
    """Give some lines of a finding, those with the most money first.

    Args:
        lines: Classified lines.
        test: Which ones.
        most: How many rows at most.
    """
    size = lines.amount.abs().fill_null(0)
    found = lines.filter(test).select(
        "part", "position", "order_id", "customer_id", "moment", "product", "description",
        "quantity", "price", "amount", "country", "reason", size=size,
    )  # fmt: skip
    return found.order_by(ibis.desc("size"), "part", "position").limit(most).drop("size")


def _exact(value: Decimal) -> ir.DecimalValue:
    return ibis.literal(value, "decimal(18, 4)")


def _mask(tests: Sequence[ir.BooleanValue]) -> ir.IntegerValue:
    """Write tests as the bits of a whole number, the first the lowest."""
    bits = [ibis.ifelse(test, 1 << place, 0).cast("int64") for place, test in enumerate(tests)]
    whole = bits[0]
    for bit in bits[1:]:
        whole += bit
    return whole
