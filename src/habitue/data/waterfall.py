"""Count what came, what was left out and why, what is kept (D6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.manifest import Exclusion, MadeLines, Tally, Waterfall
from habitue.schema import Made, Reason

_SUM: Final = "decimal(38, 4)"
_COUNTED: Final = {
    "order_id": "orders",
    "product": "products",
    "country": "countries",
    "customer_id": "customers",
}
_SOLD: Final = ("order_id", "customer_id")
"""What counts, among the lines kept, only where something was sold."""


def tallies(lines: ir.Table) -> ir.Table:
    """Count and sum the raw lines, the kept ones, and those with a customer.

    Args:
        lines: Classified lines.

    Returns:
        One row; columns `<set>_<figure>` for the sets `raw`, `kept`, `known`.
    """
    kept = lines.reason.isnull()
    sets = {"kept": kept, "known": kept & lines.customer_id.notnull()}
    sums = {"raw": _sums(lines, ibis.literal(True))}
    sums |= {name: _sums(lines, inside) for name, inside in sets.items()}
    row = lines.agg(
        **{
            f"{name}_{key}": value
            for name, figures in sums.items()
            for key, value in figures.items()
        }
    )
    for key, figure in _COUNTED.items():
        row = row.cross_join(_distinct(lines, key, figure, sets))
    return row


def exclusions(lines: ir.Table) -> ir.Table:
    """Sum the lines of each reason.

    Returns:
        One row per reason: `reason`, `lines`, `amount`.
    """
    return _summed_by(lines, "reason")


def makings(lines: ir.Table) -> ir.Table:
    """Sum the lines that no row of the source stands for, by what they were made for.

    Returns:
        One row per purpose: `made`, `lines`, `amount`.
    """
    return _summed_by(lines, "made")


def _summed_by(lines: ir.Table, column: str) -> ir.Table:
    named = lines.filter(_[column].notnull())
    return named.group_by(column).agg(lines=_.count(), amount=_.amount.sum().cast(_SUM))


def waterfall(
    tally: AnyMapping[str, Any],
    excluded: Sequence[AnyMapping[str, Any]],
    made: Sequence[AnyMapping[str, Any]] = (),
) -> Waterfall:
    """Put the executed rows of `tallies`, `exclusions` and `makings` together.

    Reasons stand in rule order.
    """
    return Waterfall(
        made=tuple(
            MadeLines(purpose=purpose, **sums) for purpose, sums in _in_order(made, "made", Made)
        ),
        raw=_read("raw", tally),
        excluded=tuple(
            Exclusion(reason=reason, **sums)
            for reason, sums in _in_order(excluded, "reason", Reason)
        ),
        kept=_read("kept", tally),
        with_customer=_read("known", tally),
    )


def _sums(lines: ir.Table, inside: ir.BooleanValue) -> dict[str, ir.Scalar]:
    return {
        "lines": lines.count(where=inside),
        "amount": lines.amount.sum(where=inside).cast(_SUM),
        "gross": lines.amount.sum(where=inside & ~lines.is_return).cast(_SUM),
        "returns": lines.amount.sum(where=inside & lines.is_return).cast(_SUM),
    }


def _distinct(
    lines: ir.Table, key: str, figure: str, sets: AnyMapping[str, ir.BooleanValue]
) -> ir.Table:
    """Count the values of a column in every set at once: one grouping, not one per set."""
    among = {
        name: inside & ~lines.is_return if key in _SOLD else inside for name, inside in sets.items()
    }
    found = (
        lines.filter(lines[key].notnull())
        .group_by(key)
        .agg(**{name: inside.any() for name, inside in among.items()})
    )
    counts = {f"{name}_{figure}": found.count(where=found[name]) for name in sets}
    return found.agg(**{f"raw_{figure}": found.count()}, **counts)


def _in_order(
    rows: Sequence[AnyMapping[str, Any]], column: str, words: Iterable[StrEnum]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the sums of each word that has any, in the order of the words."""
    found = {row[column]: row for row in rows}
    for word in words:
        if row := found.get(word.value):
            sums = {"lines": int(row["lines"]), "amount": Decimal(row["amount"] or 0)}
            yield word.value, sums


def _read(name: str, row: AnyMapping[str, Any]) -> Tally:
    figures = {figure: row[f"{name}_{figure}"] or 0 for figure in Tally.model_fields}
    return Tally.model_validate(figures)
