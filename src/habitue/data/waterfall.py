"""Count what came, what was left out and why, what is kept (D6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.manifest import Exclusion, MadeLines, Tally, Waterfall
from habitue.schema import Made, Reason

_SUM: Final = "decimal(38, 4)"


def tallies(lines: ir.Table) -> ir.Table:
    """Count and sum the raw lines, the kept ones, and those with a customer, in one pass.

    Args:
        lines: Classified lines.

    Returns:
        One row; columns `<set>_<figure>` for the sets `raw`, `kept`, `known`.
    """
    kept = lines.reason.isnull()
    known = kept & lines.customer_id.notnull()
    return lines.agg(
        **_tally("raw", lines, ibis.literal(True), only_sales=False),
        **_tally("kept", lines, kept, only_sales=True),
        **_tally("known", lines, known, only_sales=True),
    )


def exclusions(lines: ir.Table) -> ir.Table:
    """Sum the lines of each reason.

    Returns:
        One row per reason: `reason`, `lines`, `amount`.
    """
    return (
        lines.filter(_.reason.notnull())
        .group_by("reason")
        .agg(lines=_.count(), amount=_.amount.sum().cast(_SUM))
    )


def makings(lines: ir.Table) -> ir.Table:
    """Sum the lines that no row of the source stands for, by what they were made for.

    Returns:
        One row per purpose: `made`, `lines`, `amount`.
    """
    return (
        lines.filter(_.made.notnull())
        .group_by("made")
        .agg(lines=_.count(), amount=_.amount.sum().cast(_SUM))
    )


def waterfall(
    tally: Mapping[str, Any],
    excluded: Sequence[Mapping[str, Any]],
    made: Sequence[Mapping[str, Any]] = (),
) -> Waterfall:
    """Put the executed rows of `tallies`, `exclusions` and `makings` together.

    Reasons stand in rule order.
    """
    by_reason = {row["reason"]: row for row in excluded}
    by_purpose = {row["made"]: row for row in made}
    return Waterfall(
        made=tuple(
            MadeLines(
                purpose=purpose.value,
                lines=int(by_purpose[purpose.value]["lines"]),
                amount=Decimal(by_purpose[purpose.value]["amount"] or 0),
            )
            for purpose in Made
            if purpose.value in by_purpose
        ),
        raw=_read("raw", tally),
        excluded=tuple(
            Exclusion(
                reason=reason.value,
                lines=int(by_reason[reason.value]["lines"]),
                amount=Decimal(by_reason[reason.value]["amount"] or 0),
            )
            for reason in Reason
            if reason.value in by_reason
        ),
        kept=_read("kept", tally),
        with_customer=_read("known", tally),
    )


def _tally(
    name: str, lines: ir.Table, inside: ir.BooleanValue, *, only_sales: bool
) -> dict[str, ir.Scalar]:
    sold = inside & ~lines.is_return
    counted = sold if only_sales else inside
    return {
        f"{name}_lines": lines.count(where=inside),
        f"{name}_amount": lines.amount.sum(where=inside).cast(_SUM),
        f"{name}_gross": lines.amount.sum(where=sold).cast(_SUM),
        f"{name}_returns": lines.amount.sum(where=inside & lines.is_return).cast(_SUM),
        f"{name}_orders": lines.order_id.nunique(where=counted),
        f"{name}_products": lines["product"].nunique(where=inside),
        f"{name}_countries": lines.country.nunique(where=inside),
        f"{name}_customers": lines.customer_id.nunique(where=counted),
    }


def _read(name: str, row: Mapping[str, Any]) -> Tally:
    figures = {figure: row[f"{name}_{figure}"] or 0 for figure in Tally.model_fields}
    return Tally.model_validate(figures)
