"""What moves a figure, as bars: each lever's part, levers ranked, scenarios side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from habitue.charts.drawing import Trace, drawn
from habitue.charts.look import WORD_SIZE, Chart, Look, key, round_ticks
from habitue.charts.periods import period_name, tick_names
from habitue.charts.scenario_lines import POINTS, named, named_measure, said_of, speller
from habitue.schema import Grain, period_shift
from habitue.texts import Lang, number, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from habitue.core.scenario.answer import Forecast, Simulated
    from habitue.core.scenario.sensitivity import Nudge

BANDS: Final = (("band_old", 12), ("band_settled", 6), ("band_recent", 1), ("band_new", 0))
"""Ages that are drawn together: name, and first age in months."""
_ROW: Final = 44


def parts(found: Simulated, look: Look, *, measure: str = "margin") -> Chart:
    """Draw what each moved lever adds to the difference, and their sum.

    Args:
        found: The answer, with at least one lever moved.
        look: The reader's language and colours.
        measure: Of the figures.
    """
    figure_of = found.outcome.figures[measure]
    shares = sorted(figure_of.parts.items(), key=lambda one: -abs(one[1]))
    names = [text(f"scenarios.lever_{lever}", look.lang) for lever, _ in shares]
    total = text("scenarios.parts_total", look.lang)
    labels, values = [*names, total], [*(part for _, part in shares), figure_of.difference]
    title = text("scenarios.parts_title", look.lang)
    spell = speller(measure, look)
    figure = drawn(
        [_bars(labels, values, look, spell)], look, title=title, left=_margin(labels),
        plot_height=_ROW * len(labels) + 20, **_across(labels, values),
        subtitle=text(
            "scenarios.parts_subtitle", look.lang, n=look.number(found.outcome.customers),
            measure=named_measure(measure, look),
            months=found.outcome.horizon_months,
        ),
    )  # fmt: skip
    table = pa.table({"lever": labels, "part": values})
    return Chart(
        name="scenario-parts", title=title, figure=figure, table=table, columns=named(table, look),
        alt=text(
            "scenarios.parts_alt", look.lang, total=spell(values[-1]),
            parts="; ".join(" ".join(one) for one in said_of(names, values[:-1], spell)),
        ),
    )  # fmt: skip


def step_label(lever: str, step: float, lang: Lang) -> str:
    """Name a lever and the step it is moved by, in its unit.

    Args:
        lever: Its name.
        step: How far, a share of one.
        lang: The reader's language.
    """
    key = "scenarios.step_points" if lever in POINTS else "scenarios.step_share"
    name = text(f"scenarios.lever_{lever}", lang)
    return text(key, lang, name=name, step=number(step * 100, lang))


def tornado(found: Simulated, look: Look, nudges: Sequence[Nudge], *, measure: str) -> Chart:
    """Rank the levers by what a small step of each moves.

    Args:
        found: The answer.
        look: The reader's language and colours.
        nudges: Out of `sensitivity.ranked`, most first.
        measure: Of the figures.
    """
    spell = speller(measure, look)
    labels = [step_label(one.lever, one.step, look.lang) for one in nudges]
    ways = (("down", look.palette.amber, "/"), ("up", look.palette.ink, ""))
    traces: list[Trace] = []
    for way, colour, hatch in ways:
        values = [getattr(one, way) for one in nudges]
        traces.append(
            {
                "type": "bar", "y": list(range(len(labels))), "x": values, "orientation": "h",
                "marker": {"color": colour, "pattern": {"shape": hatch, "size": 5}},
                "customdata": said_of(labels, values, spell),
                "hovertemplate": "%{customdata[0]} · %{customdata[1]}<extra></extra>",
            }
        )  # fmt: skip
    ends = [value for one in nudges for value in (one.down, one.up)]
    title = text("scenarios.tornado_title", look.lang)
    figure = drawn(
        traces, look, title=title, left=_margin(labels), plot_height=_ROW * len(labels),
        barmode="overlay", **_across(labels, ends, spelt=spell),
        series=key(*((mark, text(f"scenarios.tornado_{way}", look.lang), colour)
                     for (way, colour, _), mark in zip(ways, "▨■", strict=True))),
        subtitle=text(
            "scenarios.tornado_subtitle", look.lang, n=look.number(found.outcome.customers),
            measure=named_measure(measure, look),
            months=found.outcome.horizon_months,
        ),
    )  # fmt: skip
    table = pa.table(
        {"lever": labels, "down": [one.down for one in nudges], "up": [one.up for one in nudges]}
    )
    return Chart(
        name="scenario-tornado", title=title, figure=figure, table=table,
        columns=named(table, look),
        alt=text("scenarios.tornado_alt", look.lang, ranking="; ".join(labels)),
    )  # fmt: skip


def compared(answers: Sequence[tuple[str, Simulated]], look: Look) -> Chart:
    """Draw the difference in margin of several scenarios, with their intervals.

    Args:
        answers: Name and answer, at most four.
        look: The reader's language and colours.
    """
    spell = speller("margin", look)
    labels = [name for name, _ in answers]
    figures = [found.outcome.figures["margin"] for _, found in answers]
    values = [one.difference for one in figures]
    lows, highs = [one.difference_low for one in figures], [one.difference_high for one in figures]
    bars = _bars(labels, values, look, spell) | {
        "textposition": "none",
        "error_x": {
            "type": "data", "symmetric": False, "color": look.palette.grey, "thickness": 1.5,
            "array": [high - value for high, value in zip(highs, values, strict=True)],
            "arrayminus": [value - low for low, value in zip(lows, values, strict=True)],
        },
    }  # fmt: skip
    title = text("scenarios.compare_title", look.lang)
    figure = drawn(
        [bars], look, title=title, left=_margin(labels), plot_height=_ROW * len(labels) + 30,
        subtitle=text("scenarios.compare_subtitle", look.lang),
        **_across(labels, [*values, *lows, *highs], spelt=spell),
    )  # fmt: skip
    table = pa.table({"name": labels, "difference": values, "low": lows, "high": highs})
    return Chart(
        name="scenario-compare", title=title, figure=figure, table=table,
        columns=named(table, look),
        alt=text(
            "scenarios.compare_alt", look.lang,
            bars="; ".join(" ".join(one) for one in said_of(labels, values, spell)),
        ),
    )  # fmt: skip


def ahead(found: Forecast, look: Look, *, measure: str = "revenue") -> Chart:
    """Stack the coming months by the age of those who bring them, with the interval of the sum.

    Args:
        found: The forecast.
        look: The reader's language and colours.
        measure: `revenue`, `orders` or `active`.
    """
    starts = [
        period_shift(found.basis.first_month, Grain.MONTH, step) for step in range(found.months)
    ]
    names = [period_name(start, Grain.MONTH, look.lang) for start in starts]
    cells, spell = found.ahead.by_age[measure], speller(measure, look)
    total = getattr(found.ahead.months, measure)
    low, high = found.ahead.months.low[measure], found.ahead.months.high[measure]
    colours = (look.palette.ink, look.palette.sky, look.palette.teal, look.palette.amber)
    traces: list[Trace] = []
    entries, until = [], cells.shape[0]
    for (band, first), colour in zip(BANDS, colours, strict=True):
        height = cells[first:until].sum(axis=0) if first < until else np.zeros(found.months)
        until = min(first, until)
        if not height.any():
            continue
        said = text(f"scenarios.{band}", look.lang)
        entries.append(("■", said, colour))
        traces.append(
            {
                "type": "bar", "x": list(range(found.months)), "y": height, "name": said,
                "marker": {"color": colour}, "customdata": said_of(names, height, spell),
                "hovertemplate": "%{customdata[0]} · %{customdata[1]}<extra>" + said + "</extra>",
            }
        )  # fmt: skip
    traces.append(
        {
            "type": "scatter", "x": list(range(found.months)), "y": total, "mode": "markers",
            "marker": {"size": 5, "color": look.palette.grey}, "hoverinfo": "skip",
            "error_y": {
                "type": "data", "symmetric": False, "array": high - total,
                "arrayminus": total - low, "color": look.palette.grey, "thickness": 1.5,
            },
        }
    )  # fmt: skip
    ticks = round_ticks(0.0, float(high.max()))
    places = tick_names(starts, Grain.MONTH, look.lang)
    title = text(f"scenarios.ahead_title_{measure}", look.lang)
    figure = drawn(
        traces, look, title=title, series=key(*entries), left=70, barmode="stack",
        xaxis={
            "tickvals": list(places), "ticktext": list(places.values()), "showgrid": False,
        },
        yaxis={
            "tickvals": ticks, "ticktext": [spell(tick) for tick in ticks],
            "range": [min(0.0, float(low.min())), float(high.max()) * 1.05],
        },
        subtitle=text(
            "scenarios.ahead_subtitle", look.lang, n=look.number(found.customers),
            acquired=look.number(found.acquisitions),
        ),
    )  # fmt: skip
    table = found.by_month()
    return Chart(
        name="forecast", title=title, figure=figure, table=table, columns=named(table, look),
        alt=text(
            "scenarios.ahead_alt", look.lang, first=names[0], last=names[-1],
            total=spell(float(total.sum())),
        ),
    )  # fmt: skip


def _bars(labels: list[str], values: list[float], look: Look, spell: Any) -> Trace:
    signed = [("+" if value > 0 else "") + spell(value) for value in values]
    colours = look.palette.ink, look.palette.amber
    return {
        "type": "bar", "y": list(range(len(labels))), "x": values, "orientation": "h",
        "text": signed, "textposition": "outside", "cliponaxis": False,
        "textfont": {"size": WORD_SIZE},
        "marker": {"color": [colours[value < 0] for value in values]},
        "customdata": list(zip(labels, signed, strict=True)),
        "hovertemplate": "%{customdata[0]} · %{customdata[1]}<extra></extra>",
    }  # fmt: skip


def _across(labels: list[str], values: list[float], *, spelt: Any = None) -> dict[str, Any]:
    """Give both axes of bars that lie."""
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low or 1.0) * (0.05 if spelt else 0.5)
    ticks = round_ticks(low, high, about=4)
    xaxis = {
        "range": [low - (room if low < 0 else 0), high + (room if high > 0 else 0)],
        "tickvals": ticks,
        "ticktext": [spelt(tick) for tick in ticks] if spelt else [""] * len(ticks),
        "zeroline": True,
    }
    yaxis = {
        "tickvals": list(range(len(labels))), "ticktext": [_folded(label) for label in labels],
        "range": [len(labels) - 0.4, -0.6], "showgrid": False, "zeroline": False,
    }  # fmt: skip
    return {"xaxis": xaxis, "yaxis": yaxis}


_LINE: Final = 18
_LINES: Final = 3


def _folded(label: str) -> str:
    import textwrap  # noqa: PLC0415 - only where labels are long

    return "<br>".join(textwrap.wrap(label, _LINE)[:_LINES])


def _margin(labels: list[str]) -> int:
    return 16 + 7 * min(_LINE, max(len(label) for label in labels))
