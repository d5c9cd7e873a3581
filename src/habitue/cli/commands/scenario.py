"""`habitue scenario`: what happens to CLV, revenue, margin and retention if (D35-D37)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Data, Output
from habitue.cli.scenario_options import Moved, ScenarioView, Target, plan_of
from habitue.cli.terminal import Terminal
from habitue.texts import money, number, percent

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.core.scenario.answer import Simulated
    from habitue.core.scenario.outcome import Figure

_SHOWN = ("clv", "revenue", "margin", "orders", "retention")


@with_families
def scenario(
    *,
    terminal: Terminal,
    data: Data,
    view: ScenarioView,
    target: Target,
    moved: Moved,
    output: Output,
    save: Annotated[bool, typer.Option("--save", rich_help_panel="target")] = False,
    name: Annotated[
        str | None, typer.Option("--name", metavar="name", rich_help_panel="target")
    ] = None,
) -> None:
    """Simulate a scenario; `--save` keeps it in the store, for the dashboard too."""
    filters, plan = view.filters(), plan_of(target, moved, view.margin)
    if name is not None:
        from dataclasses import replace  # noqa: PLC0415 - only where asked

        plan = replace(plan, name=name)
    found = data.workspace().scenario(plan, filters)
    if save:
        from habitue.workspace.scenario_files import Shelf  # noqa: PLC0415 - only where asked

        terminal.say("cli.scenario_saved", path=str(Shelf(data.store).save(plan)))
    answer = Answer(
        rows=lambda: _rows(found), tree=found.to_dict(), page=lambda reader: _page(found, reader)
    )
    write(answer, output, terminal)


def _rows(found: Simulated) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - not needed for help

    names = ("baseline", "scenario", "difference", "change", "low", "high",
             "difference_low", "difference_high")  # fmt: skip
    figures = found.outcome.figures
    columns: dict[str, Any] = {"figure": list(_SHOWN)}
    for column in names:
        columns[column] = pa.array(
            [getattr(figures[name], column) for name in _SHOWN], pa.float64()
        )
    return pa.table(columns)


def _page(found: Simulated, terminal: Terminal) -> str:
    from habitue.charts.scenario_words import cautions, reading  # noqa: PLC0415
    from habitue.cli.pages import NOTHING, Column, drawn  # noqa: PLC0415 - only for people

    lang, currency = terminal.lang, found.basis.currency

    def spell(name: str, value: float) -> str:
        if name == "retention":
            return percent(value, lang, decimals=2)
        if name == "orders":
            return number(value, lang)
        return money(value, currency, lang, decimals=2 if name == "clv" else 0)

    def points(value: float) -> str:
        unit = terminal.text("scenarios.unit_points")
        return f"{number(value * 100, lang, decimals=2)}\N{NO-BREAK SPACE}{unit}"

    def row(name: str, figure: Figure) -> list[str]:
        change = figure.change
        return [
            terminal.text(f"scenarios.figure_{name}"),
            spell(name, figure.baseline),
            spell(name, figure.scenario),
            points(figure.difference) if name == "retention" else spell(name, figure.difference),
            NOTHING if change is None else percent(change, lang),
            f"{spell(name, figure.low)} … {spell(name, figure.high)}",
        ]

    outcome = found.outcome
    columns = [
        Column(terminal.text(f"scenarios.column_{name}"), right=name != "figure")
        for name in ("figure", "baseline", "scenario", "difference", "change", "interval")
    ]
    page = drawn(columns, [row(name, outcome.figures[name]) for name in _SHOWN])
    beside = []
    if outcome.break_even is not None and outcome.levers.moved():
        beside.append(
            terminal.text("scenarios.cli_break_even", value=percent(outcome.break_even, lang))
        )
    if outcome.roi is not None:
        beside.append(terminal.text("scenarios.cli_roi", value=percent(outcome.roi, lang)))
    if found.newcomer.ltv_cac is not None:
        ratio = number(found.newcomer.ltv_cac, lang, decimals=1)
        beside.append(terminal.text("scenarios.cli_ltv_cac", value=ratio))
    lines = [*beside, *reading(found, lang), *cautions(found, lang)]
    return page + "".join(f"{line}\n" for line in lines)
