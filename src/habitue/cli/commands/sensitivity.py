"""`habitue sensitivity`: which lever to pull, and how far (D36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Data, Output
from habitue.cli.scenario_options import Moved, ScenarioView, Target, plan_of
from habitue.cli.spelled import weighed
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError

if TYPE_CHECKING:
    import pyarrow as pa

_MOST = 2


@with_families
def sensitivity(
    *,
    terminal: Terminal,
    data: Data,
    view: ScenarioView,
    target: Target,
    moved: Moved,
    output: Output,
    lever: Annotated[
        list[str] | None, typer.Option("--lever", metavar="name", rich_help_panel="target")
    ] = None,
    figure: Annotated[
        str, typer.Option("--figure", metavar="name", rich_help_panel="target")
    ] = "margin",
) -> None:
    """Rank the levers; sweep one of them, or two at once."""
    filters, plan = view.filters(), plan_of(target, moved, view.margin)
    swept = lever or []
    if len(swept) > _MOST:
        raise RequestError("levers_too_many", most=_MOST)
    desk = data.workspace()
    rows: pa.Table
    if swept:
        other: Any = swept[1] if len(swept) == _MOST else None
        rows = desk.sweep(swept[0], plan, filters, other=other, figure=figure)
    else:
        rows = desk.sensitivity(plan, filters, figure=figure)
    spelled = weighed(swept, figure, desk.shop().currency)

    def page(reader: Terminal) -> str:
        from habitue.cli.pages import laid_out  # noqa: PLC0415 - only where a person reads

        return laid_out(rows if swept else _stepped(rows, reader), reader, spelled)

    write(Answer(rows=lambda: rows, page=page), output, terminal)


def _stepped(ranked: pa.Table, terminal: Terminal) -> pa.Table:
    """Name each lever with its step, whose unit is the lever's."""
    from habitue.charts.scenario_bars import step_label  # noqa: PLC0415 - for people only

    steps = zip(ranked["lever"].to_pylist(), ranked["step"].to_pylist(), strict=True)
    named = [step_label(lever, step, terminal.lang) for lever, step in steps]
    return ranked.select(["lever", "down", "up"]).set_column(0, "lever", [named])
