"""`habitue forecast`: revenue, orders and active customers of the coming months."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from habitue.cli.answer import Answer
from habitue.cli.question import question
from habitue.cli.spelled import periods
from habitue.errors import RequestError
from habitue.schema import Grain
from habitue.texts import percent

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.cli.terminal import Terminal
    from habitue.core.scenario.answer import Forecast
    from habitue.schema import Filters
    from habitue.workspace import Workspace


class By(StrEnum):
    """What a row of the forecast is."""

    MONTH = "month"
    AGE = "age"


@question
def forecast(
    workspace: Workspace,
    filters: Filters,
    months: Annotated[
        int, typer.Option("--months", metavar="number", rich_help_panel="target")
    ] = 12,
    acquisitions: Annotated[
        str | None, typer.Option("--acquisitions", metavar="number", rich_help_panel="target")
    ] = None,
    by: Annotated[By, typer.Option("--by", rich_help_panel="target")] = By.MONTH,
) -> Answer:
    """Carry the shop forward as it stands."""
    found = workspace.forecast(filters, months=months, acquisitions=_held(acquisitions))
    rows = found.by_month if by is By.MONTH else found.by_age
    return Answer(rows=rows, tree=found.to_dict(), page=lambda reader: _page(found, rows(), reader))


def _held(word: str | None) -> float | None:
    try:
        return None if word is None else float(word)
    except ValueError:
        raise RequestError("not_a_number", name="--acquisitions", value=word) from None


def _page(found: Forecast, rows: pa.Table, terminal: Terminal) -> str:
    from habitue.charts.scenario_words import forecast_reading  # noqa: PLC0415 - for people only
    from habitue.cli.pages import NOTHING, Column, drawn, laid_out  # noqa: PLC0415

    def share(value: Any) -> str:
        return NOTHING if value is None else percent(value, terminal.lang, decimals=0)

    named = rows.rename_columns({"active": "buyers"} if "active" in rows.column_names else {})
    page = laid_out(named, terminal, periods(month=Grain.MONTH))
    page += "".join(f"{line}\n" for line in forecast_reading(found, terminal.lang))
    tried = [
        [str(row["months"]), str(row["n"]), *(share(row[name]) for name in _TRIED)]
        for row in found.trust()
    ]
    if tried:
        columns = [
            Column(terminal.text(f"scenarios.column_{name}"), right=True)
            for name in ("horizon", "n", *_TRIED)
        ]
        page += drawn(columns, tried, title=terminal.text("scenarios.trust_title"))
        page += f"{terminal.text('scenarios.trust_inside')}\n"
    return page


_TRIED = ("error", "carried_error", "last_year_error", "coverage")
