"""Baseline and scenario as lines: month by month, by age, and along one lever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from habitue.charts.drawing import Trace, drawn
from habitue.charts.look import WORD_SIZE, Chart, Look, key, round_ticks
from habitue.charts.periods import period_name, tick_names
from habitue.core.scenario.sensitivity import value_of
from habitue.schema import Grain, period_shift
from habitue.texts import number, percent, text

if TYPE_CHECKING:
    from habitue.core.scenario.answer import Simulated
    from habitue.core.scenario.panel import Floats

POINTS: Final = ("retention_points", "margin", "return_rate")
_FEW_AGES: Final = 9
_PLAIN: Final = ("elasticity",)


def months(found: Simulated, look: Look, *, measure: str = "revenue") -> Chart:
    """Draw what each coming month brings, before and after, with the scenario's band.

    Args:
        found: The answer.
        look: The reader's language and colours.
        measure: `revenue`, `margin`, `orders` or `active`.
    """
    outcome = found.outcome
    before, after = getattr(outcome.baseline, measure), getattr(outcome.scenario, measure)
    low, high = outcome.scenario.low[measure], outcome.scenario.high[measure]
    starts = [
        period_shift(found.basis.first_month, Grain.MONTH, step)
        for step in range(outcome.horizon_months)
    ]
    names = [period_name(start, Grain.MONTH, look.lang) for start in starts]
    spell = speller(measure, look)
    ticks = tick_names(starts, Grain.MONTH, look.lang)
    title = text(f"scenarios.months_title_{measure}", look.lang)
    subtitle = text(
        "scenarios.chart_subtitle", look.lang, n=look.number(outcome.customers),
        first=names[0], last=names[-1],
    )  # fmt: skip
    figure = drawn(
        _lines(names, (before, after), (low, high), look, spell), look,
        title=title, subtitle=subtitle, series=_key(look, band=True), left=70,
        xaxis={
            "tickvals": list(ticks), "ticktext": list(ticks.values()), "showgrid": False,
            "range": [-0.5, len(starts) - 0.5],
        },
        yaxis=_vertical([*low, *high, *before], spell),
    )  # fmt: skip
    table = pa.table(
        {
            "month": pa.array(starts, pa.date32()), "baseline": before, "scenario": after,
            "low": low, "high": high,
        }
    )  # fmt: skip
    alt = text(
        "scenarios.months_alt", look.lang, measure=named_measure(measure, look),
        first=names[0], last=names[-1], baseline=spell(before.sum()), scenario=spell(after.sum()),
    )  # fmt: skip
    return Chart(
        name="scenario-months", title=title, figure=figure, alt=alt, table=table,
        columns=named(table, look),
    )  # fmt: skip


def curve(found: Simulated, look: Look) -> Chart:
    """Draw the retention of a customer to come by age, before and after.

    Args:
        found: The answer, over at least two months.
        look: The reader's language and colours.
    """
    before, after = found.newcomer_baseline.retention[1:], found.newcomer.retention[1:]
    ages = np.arange(1, before.size + 1)

    def spell(value: float) -> str:
        return percent(value, look.lang)

    names = [look.number(int(age)) for age in ages]
    step = max(1, -(-ages.size // _FEW_AGES))
    title = text("scenarios.curve_title", look.lang)
    figure = drawn(
        _lines(names, (before, after), None, look, spell), look,
        title=title, subtitle=text("scenarios.curve_subtitle", look.lang),
        series=_key(look, band=False), below=58,
        xaxis={
            "tickvals": list(range(0, ages.size, step)), "ticktext": names[::step],
            "showgrid": False, "title": _axis(text("scenarios.age_axis", look.lang), look),
        },
        yaxis=_vertical([*before, *after], lambda value: percent(value, look.lang, decimals=0)),
    )  # fmt: skip
    table = pa.table({"age": ages, "retention_baseline": before, "retention_scenario": after})
    return Chart(
        name="scenario-curve", title=title, figure=figure, table=table,
        columns=named(table, look),
        alt=text(
            "scenarios.curve_alt", look.lang, baseline=spell(before.mean()),
            scenario=spell(after.mean()),
        ),
    )  # fmt: skip


def sweep(
    found: Simulated, look: Look, values: Floats, answers: Floats, *, lever: str, measure: str
) -> Chart:
    """Draw a figure along one lever, the reader's setting marked.

    Args:
        found: The answer.
        look: The reader's language and colours.
        values: Of the lever.
        answers: Of the figure.
        lever: Its name.
        measure: The figure's.
    """
    spell, here = speller(measure, look), value_of(found.plan.levers, lever)
    along = {
        "type": "scatter", "x": values, "y": answers, "mode": "lines",
        "line": {"color": look.palette.ink, "width": 2.5},
        "customdata": said_of([lever_value(lever, at, look) for at in values], answers, spell),
        "hovertemplate": "%{customdata[0]} · %{customdata[1]}<extra></extra>",
    }  # fmt: skip
    mark = {
        "type": "scatter", "x": [here], "y": [float(np.interp(here, values, answers))],
        "mode": "markers+text", "text": [text("scenarios.sweep_here", look.lang)],
        "textposition": "bottom right", "marker": {"size": 11, "color": look.palette.amber},
        "textfont": {"size": WORD_SIZE, "color": look.palette.amber}, "hoverinfo": "skip",
        "cliponaxis": False,
    }  # fmt: skip
    ticks = round_ticks(float(values.min()), float(values.max()))
    title = text("scenarios.sweep_title", look.lang)
    facts: dict[str, Any] = {
        "measure": text(f"scenarios.measure_{measure}", look.lang),
        "lever": text(f"scenarios.lever_{lever}", look.lang),
    }
    figure = drawn(
        [along, mark], look, title=title, left=78, below=58,
        subtitle=text(
            "scenarios.sweep_subtitle", look.lang, months=found.outcome.horizon_months,
            n=look.number(found.outcome.customers), **facts,
        ),
        xaxis={
            "tickvals": ticks, "ticktext": [lever_value(lever, tick, look) for tick in ticks],
            "showgrid": False, "title": _axis(text(f"scenarios.lever_{lever}", look.lang), look),
        },
        yaxis=_vertical(list(answers), spell, zero=False),
    )  # fmt: skip
    table = pa.table({"value": values, "figure_value": answers})
    return Chart(
        name="scenario-sweep", title=title, figure=figure, table=table,
        columns=named(table, look),
        alt=text(
            "scenarios.sweep_alt", look.lang, low=spell(answers.min()), high=spell(answers.max()),
            **facts,
        ),
    )  # fmt: skip


def speller(measure: str, look: Look) -> Callable[[float], str]:
    """Give the way to write a figure of a measure."""
    if measure == "retention":
        return lambda value: percent(value, look.lang, decimals=1)
    if measure in {"orders", "active"}:
        return lambda value: look.number(round(value))
    return lambda value: look.money(value, compact=True)


def named_measure(measure: str, look: Look) -> str:
    """Name a measure inside a sentence: without its capital, unless it is an acronym."""
    name = text(f"scenarios.measure_{measure}", look.lang)
    return name if name.isupper() else name[0].lower() + name[1:]


def lever_value(lever: str, value: float, look: Look, *, decimals: int = 0) -> str:
    """Write the value of a lever, with its sign and unit."""
    if lever in _PLAIN:
        return number(value, look.lang, decimals=1)
    sign = "+" if value > 0 and lever not in {"discount", "annual_rate", "reach"} else ""
    if lever in POINTS:
        unit = text("scenarios.unit_points", look.lang)
        return f"{sign}{number(value * 100, look.lang, decimals=decimals)}\N{NO-BREAK SPACE}{unit}"
    return sign + percent(value, look.lang, decimals=decimals)


def said_of(
    names: Sequence[str], values: Iterable[float], spell: Callable[[float], str]
) -> list[tuple[str, str]]:
    """Pair names with values in words, for what shows under the pointer."""
    return [(name, spell(value)) for name, value in zip(names, values, strict=True)]


def named(table: pa.Table, look: Look) -> dict[str, str]:
    """Name the columns of a table in the reader's language."""
    return {name: text(f"scenarios.column_{name}", look.lang) for name in table.column_names}


def _lines(
    names: Sequence[str],
    values: tuple[Floats, Floats],
    bounds: tuple[Floats, Floats] | None,
    look: Look,
    spell: Callable[[float], str],
) -> list[Trace]:
    at = list(range(len(names)))
    traces: list[Trace] = []
    if bounds is not None:
        low, high = bounds
        traces.append(
            {
                "type": "scatter", "x": at + at[::-1], "y": [*high, *low[::-1]], "fill": "toself",
                "mode": "lines", "fillcolor": look.palette.haze, "line": {"width": 0},
                "opacity": 0.45, "hoverinfo": "skip",
            }
        )  # fmt: skip
    styles = (("baseline", look.palette.grey, "dot"), ("scenario", look.palette.ink, "solid"))
    for (name, colour, dash), line in zip(styles, values, strict=True):
        said = text(f"scenarios.{name}", look.lang)
        traces.append(
            {
                "type": "scatter", "x": at, "y": line, "mode": "lines", "name": said,
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "customdata": said_of(names, line, spell),
                "hovertemplate": "%{customdata[0]} · %{customdata[1]}<extra>" + said + "</extra>",
            }
        )  # fmt: skip
    return traces


def _key(look: Look, *, band: bool) -> tuple[str, ...]:
    entries = [
        ("┅", text("scenarios.baseline", look.lang), look.palette.grey),
        ("━", text("scenarios.scenario", look.lang), look.palette.ink),
    ]
    if band:
        entries.append(("■", text("scenarios.band", look.lang), look.palette.grey))
    return key(*entries)


def _vertical(
    values: list[float], spell: Callable[[float], str], *, zero: bool = True
) -> dict[str, Any]:
    low, high = float(min(values)), float(max(values))
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    ticks = round_ticks(low, high)
    room = (high - low or abs(high) or 1.0) * 0.08
    return {
        "tickvals": ticks,
        "ticktext": [spell(tick) for tick in ticks],
        "range": [low - (room if low < 0 or not zero else 0), high + room],
    }


def _axis(words: str, look: Look) -> dict[str, Any]:
    return {"text": words, "font": {"size": WORD_SIZE, "color": look.palette.grey}, "standoff": 8}
