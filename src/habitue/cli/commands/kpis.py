"""`habitue kpis`: the figures of the Overview (D10-D15)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from habitue import glossary
from habitue.cli.answer import Answer
from habitue.cli.question import question
from habitue.texts import money, number

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.cli.terminal import Terminal
    from habitue.schema import Filters
    from habitue.workspace import Kpis, Workspace


@question
def kpis(workspace: Workspace, filters: Filters) -> Answer:
    """Ask for the figures."""
    found = workspace.kpis(filters)
    return Answer(
        rows=lambda: _row(found),
        tree=found.to_dict(),
        page=lambda terminal: _page(found, filters, terminal),
    )


def _row(found: Kpis) -> pa.Table:
    """Give the contract's figures as one row, nested ones under `<group>_<figure>`."""
    import pyarrow as pa  # noqa: PLC0415 - not needed for help

    told = found.to_dict()
    star, clv, ages = (
        told[group] for group in ("north_star", "baseline_clv", "revenue_per_cohort_age")
    )
    paid = pa.decimal128(38, 4)
    columns: list[tuple[str, Any, pa.DataType]] = [
        ("as_of", found.as_of, pa.date32()),
        ("currency", told["currency"], pa.string()),
        ("preset", told["preset"], pa.string()),
        ("returns", told["returns"], pa.string()),
        ("filters", json.dumps(told["filters"], ensure_ascii=False), pa.string()),
        ("active_customers", told["active_customers"], pa.int64()),
        ("orders", told["orders"], pa.int64()),
        ("revenue", found.revenue, paid),
        ("aov", _exact(told["aov"]), paid),
        ("north_star_value", _exact(star["value"]), paid),
        ("north_star_median", _exact(star["median"]), paid),
        ("north_star_n", star["n"], pa.int64()),
        ("baseline_clv_mean", _exact(clv["mean"]), paid),
        ("baseline_clv_median", _exact(clv["median"]), paid),
        ("baseline_clv_trimmed_mean", _exact(clv["trimmed_mean"]), paid),
        ("baseline_clv_n", clv["n"], pa.int64()),
        ("revenue_per_cohort_age_mean", _exact(ages["mean"]), paid),
        ("rfm_customers", told["rfm_customers"], pa.int64()),
    ]
    return pa.table(
        {name: pa.array([value], kind) for name, value, kind in columns},
    )


def _exact(cents: float | None) -> Decimal | None:
    return None if cents is None else Decimal(str(cents))


def _page(found: Kpis, asked: Filters, terminal: Terminal) -> str:
    from habitue.charts.basis import basis  # noqa: PLC0415 - only where a person reads
    from habitue.cli.pages import NOTHING, Column, drawn  # noqa: PLC0415

    def pay(value: float | Decimal | None) -> str:
        return NOTHING if value is None else money(value, found.currency, terminal.lang)

    def count(value: int) -> str:
        return number(value, terminal.lang)

    star, clv = found.north_star, found.baseline_clv
    lines: list[tuple[str, str, dict[str, Any]]] = [
        ("active_customers", count(found.active_customers), {"count": found.customers_ever}),
        ("north_star", pay(star.value), {"count": star.n, "median": pay(star.median)}),
        (
            "baseline_clv",
            pay(clv.mean),
            {"count": clv.n, "median": pay(clv.median), "trimmed": pay(clv.trimmed_mean)},
        ),
        ("revenue_by_age", pay(found.by_age_mean), {"count": len(found.by_age)}),
        ("rfm_customers", count(found.rfm_customers), {"day": found.as_of}),
        (
            "revenue",
            pay(found.revenue),
            {"gross": pay(found.gross), "returned": pay(found.returned)},
        ),
        ("order", count(found.orders), {}),
        ("aov", pay(found.aov), {"count": found.orders}),
    ]
    rows = [
        (
            # A definition is of one order; here they are counted.
            terminal.text("overview.card_order")
            if name == "order"
            else glossary.entry(name, terminal.lang).term,
            figure,
            terminal.text(f"cli.beside_{name}", **facts),
        )
        for name, figure, facts in lines
    ]
    columns = (Column(""), Column("", right=True), Column(""))
    page = drawn(columns, rows, title=basis(asked, found, terminal.lang))
    if found.unmatched_lines:
        page += terminal.text(
            "cli.unmatched", count=found.unmatched_lines, amount=pay(found.unmatched_returns)
        ) + "\n"  # fmt: skip
    return page
