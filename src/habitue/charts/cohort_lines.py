"""Cohorts as curves: all of them with one in front, one against the pool, groups side by side."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.charts.cohort_heatmap import SMALL, names_of
from habitue.charts.cohort_words import Words
from habitue.charts.drawing import Trace, drawn
from habitue.charts.look import WORD_SIZE, Chart, Look, key, round_ticks
from habitue.core.cohorts.empirical import EmpiricalClv
from habitue.results import CohortTable
from habitue.schema import Measure
from habitue.texts import text

_MOST_LABELS: Final = 9
_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")


def every_cohort(
    table: CohortTable, look: Look, *, group: str | None = "all", front: dt.date | None = None
) -> Chart:
    """Draw a thin curve per cohort, the pool over them, and one cohort in front.

    Args:
        table: The cohort table, with at least one observed age in the group.
        look: The reader's language and colours.
        group: Which group of the breakdown.
        front: First day of the cohort in front; None leaves only the pool there.
    """
    words = Words(table.reading, table.filters.grain, look)
    cells = table.cells.filter(_is(table.cells["group"], group)).filter(pc.field("observed"))
    average = table.average.filter(_is(table.average["group"], group))
    first = first_age(words)
    seen = cells.filter(pc.field("age") >= first)
    factor = words.scale()
    names: dict[dt.date, str] = {}
    xs: list[float | None] = []
    ys: list[float | None] = []
    told: list[str] = []
    for row in seen.select(["cohort", "age", "value"]).to_pylist():
        cohort = row["cohort"]
        if cohort not in names:
            names[cohort] = words.cohort(cohort)
            if xs:
                xs.append(None)
                ys.append(None)
                told.append("")
        xs.append(row["age"] + words.offset)
        ys.append(None if row["value"] is None else row["value"] * factor)
        told.append(names[cohort])
    hover = words.say(
        "hover_line",
        age=words.at("%{x}"),
        value=words.d3().format("y"),
    )
    traces: list[Trace] = [
        {
            "type": "scatter", "x": xs, "y": ys, "text": told, "mode": "lines+markers",
            "connectgaps": False, "line": {"color": look.palette.haze, "width": 1.2},
            "marker": {"size": 4, "color": look.palette.haze}, "hovertemplate": hover,
        }
    ]  # fmt: skip
    entries = [("—", words.say("key_each", count=len(names)), look.palette.grey)]
    pool = [
        (row["age"] + words.offset, row["value"] * factor)
        for row in average.to_pylist()
        if row["age"] >= first and row["value"] is not None
    ]
    if pool:
        traces.append(_curve(pool, words.say("pooled"), hover, look.palette.amber, dash="dash"))
        entries.append(("┅", words.say("pooled"), look.palette.amber))
    if front in names:
        mine = [
            (x, y)
            for x, y, name in zip(xs, ys, told, strict=True)
            if name == names[front] and x is not None and y is not None
        ]
        traces.append(_curve(mine, names[front], hover, look.palette.ink))
        entries.append(("━", names[front], look.palette.ink))
    ends = [y for y in ys if y is not None] + [y for _, y in pool]
    title = words.say("title_every", title=words.title())
    figure = drawn(
        traces, look, title=title,
        subtitle=words.say("every_subtitle", count=len(names)) + starting(words, first),
        series=key(*entries), left=62, below=58, **frame(traces, words, ends, first),
    )  # fmt: skip
    shown = seen.select(["cohort", "age", "customers", "value"])
    return Chart(
        name="cohort-curves", title=title, figure=figure,
        alt=words.say("every_alt", title=title, count=len(names)),
        table=shown, columns=names_of(shown, look),
    )  # fmt: skip


def against_pool(
    cells: pa.Table, pool: pa.Table, look: Look, words: Words, *, cohort: dt.date
) -> Chart:
    """Set one cohort's retention against the pool, each with its interval.

    Args:
        cells: Rows of `Workspace.cohorts`.
        pool: Rows of `Workspace.pooled`.
        look: The reader's language and colours.
        words: How they are named.
        cohort: First day of the cohort; it has at least one observed age after its own period.
    """
    mine = cells.filter((pc.field("cohort") == cohort) & pc.field("observed"))
    traces: list[Trace] = []
    name = words.cohort(cohort)
    rows = []
    hover = words.say(
        "hover_line_n",
        age=words.at("%{x}"),
        value=words.shares().format("y"),
        low=words.shares().format("customdata[0]"),
        high=words.shares().format("customdata[1]"),
        active="%{customdata[2]:,.0f}",
        customers="%{customdata[3]:,.0f}",
    )
    colours = look.palette
    for which, table, colour, band in (
        (words.say("pooled"), pool, colours.amber, colours.amber),
        (name, mine, colours.ink, colours.ink),
    ):
        found = table.filter(pc.field("age") >= 1).to_pylist()
        ages = [row["age"] + words.offset for row in found]
        bounds = [[row["rate_low"] * 100, row["rate_high"] * 100] for row in found]
        line = {
            "type": "scatter", "x": ages, "y": [row["rate"] * 100 for row in found],
            "text": [which] * len(found),
            "customdata": [
                [*bound, row["active"], row["customers"]]
                for bound, row in zip(bounds, found, strict=True)
            ],
            "mode": "lines+markers", "hovertemplate": hover,
            "line": {"color": colour, "width": 2.5,
                     "dash": "dash" if which != name else "solid"},
            "marker": {"size": 6, "color": colour},
        }  # fmt: skip
        traces += [_band(ages, bounds, band), line]
        rows += [
            {"cohort": which, **{one: row[one] for one in
             ("age", "customers", "active", "rate", "rate_low", "rate_high")}}
            for row in found
        ]  # fmt: skip
    highs = [row["rate_high"] * 100 for row in rows]
    retention = Words(words.reading, words.grain, look)
    title = words.say("title_focus", cohort=name)
    n = int(mine["customers"][0].as_py())
    shown = pa.Table.from_pylist(rows)
    figure = drawn(
        traces, look, title=title,
        subtitle=words.say(
            "focus_subtitle", definition=words.say(f"retention_{words.reading.retention}"), n=n
        ) + (" " + words.say("focus_small", n=SMALL) if n < SMALL else ""),
        series=key(("━", name, colours.ink), ("┅", words.say("pooled"), colours.amber)),
        left=62, below=58, **frame(traces, retention, highs, 1, percent=True),
    )  # fmt: skip
    return Chart(
        name="cohort-focus", title=title, figure=figure,
        alt=words.say("focus_alt", title=title, ages=mine.num_rows),
        table=shown, columns=names_of(shown, look),
    )  # fmt: skip


def value_against_pool(
    mine: EmpiricalClv, pool: EmpiricalClv, look: Look, words: Words, *, cohort: dt.date
) -> Chart:
    """Set what a customer of one cohort brought against the pool, cumulated, with intervals (D21).

    Args:
        mine: Of the cohort, with at least one observed age.
        pool: Of all of them.
        look: The reader's language and colours.
        words: How they are named.
        cohort: First day of the cohort.
    """
    traces: list[Trace] = []
    name, colours = words.cohort(cohort), look.palette
    rows: list[dict[str, Any]] = []
    for which, clv, colour in (
        (words.say("pooled"), pool, colours.amber),
        (name, mine, colours.ink),
    ):
        ages = [age + words.offset for age in range(clv.by_age.size)]
        bounds = np.column_stack([clv.low, clv.high]).tolist()
        known = [math.isfinite(high) for _, high in bounds]
        line = {
            "type": "scatter", "x": ages, "y": clv.by_age.tolist(), "text": [which] * len(ages),
            "customdata": [[*bound, n] for bound, n in zip(bounds, clv.customers, strict=True)],
            "mode": "lines", "line": {"color": colour, "width": 2.5,
                                      "dash": "solid" if which == name else "dash"},
            "hovertemplate": [
                words.say(
                    # One customer alone has a value, and no interval.
                    "hover_clv" if sure else "hover_group", age=words.at("%{x}"),
                    value=words.pays(2).format("y"),
                    low=words.pays(2).format("customdata[0]"),
                    high=words.pays(2).format("customdata[1]"),
                    customers="%{customdata[2]:,.0f}",
                )
                for sure in known
            ],
        }  # fmt: skip
        sure_ages = [age for age, sure in zip(ages, known, strict=True) if sure]
        sure_bounds = [bound for bound, sure in zip(bounds, known, strict=True) if sure]
        traces += [_band(sure_ages, sure_bounds, colour), line]
        rows += [
            {"cohort": which, "age": age - words.offset, "customers": int(n), "value": value,
             "low": bound[0] if sure else None, "high": bound[1] if sure else None}
            for age, n, value, bound, sure in zip(ages, clv.customers, clv.by_age.tolist(), bounds,
                                                  known, strict=True)
        ]  # fmt: skip
    highs = [row["value"] if row["high"] is None else row["high"] for row in rows]
    ticks = round_ticks(0.0, max(highs, default=1.0))
    axes = frame(traces, words, highs, 0, ticks=[look.money(tick) for tick in ticks])
    title, n = words.say("title_clv", cohort=name), int(mine.customers[0])
    shown = pa.Table.from_pylist(rows)
    figure = drawn(
        traces, look, title=title,
        subtitle=words.say("clv_subtitle", n=n)
        + (" " + words.say("focus_small", n=SMALL) if n < SMALL else ""),
        series=key(("━", name, colours.ink), ("┅", words.say("pooled"), colours.amber)),
        left=72, below=58, **axes,
    )  # fmt: skip
    return Chart(
        name="cohort-value", title=title, figure=figure,
        alt=words.say(
            "clv_alt", title=title, value=look.money(float(mine.by_age[-1])), age=mine.horizon
        ),
        table=shown, columns=names_of(shown, look),
    )  # fmt: skip


def groups(table: CohortTable, look: Look) -> Chart:
    """Draw the pooled curve of each group of the breakdown.

    Args:
        table: A table with a breakdown and at least one observed age.
        look: The reader's language and colours.
    """
    words = Words(table.reading, table.filters.grain, look)
    first = first_age(words)
    rows = table.average.filter(pc.field("age") >= first)
    traces: list[Trace] = []
    sizes = {
        row["group"]: row["customers"]
        for row in reversed(table.average.to_pylist())
    }  # fmt: skip
    order = sorted(sizes, key=lambda group: (group is None, -sizes[group]))
    hover = words.say(
        "hover_group",
        age=words.at("%{x}"),
        value=words.d3().format("y"),
        customers="%{customdata:,.0f}",
    )
    entries, highs = [], []
    palette = look.palette
    colours = (palette.ink, palette.amber, palette.teal, palette.brick, palette.sky,
               palette.plum, palette.olive, palette.grey)  # fmt: skip
    for place, group in enumerate(order):
        mine = [row for row in rows.filter(_is(rows["group"], group)).to_pylist()
                if row["value"] is not None]  # fmt: skip
        colour = palette.grey if group is None else colours[place % len(colours)]
        ys = [row["value"] * words.scale() for row in mine]
        highs += ys
        traces.append(
            {
                "type": "scatter", "x": [row["age"] + words.offset for row in mine], "y": ys,
                "mode": "lines+markers", "text": [words.group(group)] * len(mine),
                "customdata": [row["customers"] for row in mine], "hovertemplate": hover,
                "line": {"color": colour, "width": 2, "dash": _DASHES[place % len(_DASHES)]},
                "marker": {"size": 5, "color": colour},
            }
        )  # fmt: skip
        entries.append(("━", f"{words.group(group)} ({look.number(sizes[group])})", colour))
    title = words.say("title_groups", title=words.title())
    figure = drawn(
        traces, look, title=title,
        subtitle=words.say("groups_subtitle") + starting(words, first),
        series=key(*entries), left=62, below=58, **frame(traces, words, highs, first),
    )  # fmt: skip
    shown = rows.select(["group", "age", "cohorts", "customers", "value", "low", "high"])
    return Chart(
        name="cohort-groups", title=title, figure=figure,
        alt=words.say("groups_alt", title=title, groups=len(order)),
        table=shown, columns=names_of(shown, look),
    )  # fmt: skip


def _is(column: pa.ChunkedArray, group: str | None) -> Any:
    return pc.is_null(column) if group is None else pc.equal(column, group)


def first_age(words: Words) -> int:
    """Give the first age drawn: what everybody does in their own period says nothing.

    Args:
        words: How the table is read.
    """
    return 1 if words.towers() else 0


def starting(words: Words, first: int) -> str:
    """Say from which age, `first`, on a curve is drawn."""
    return " " + words.say("from_age_1") if first else ""


def _curve(
    points: list[tuple[Any, float]], name: str, hover: str, colour: str, *, dash: str = "solid"
) -> Trace:
    return {
        "type": "scatter", "x": [x for x, _ in points], "y": [y for _, y in points],
        "text": [name] * len(points), "mode": "lines+markers", "hovertemplate": hover,
        "line": {"color": colour, "width": 2.8, "dash": dash},
        "marker": {"size": 6, "color": colour},
    }  # fmt: skip


def _band(ages: list[int], bounds: list[list[float]], colour: str) -> Trace:
    """Shade an interval; its edges are drawn too, so that it is seen without colour."""
    return {
        "type": "scatter", "x": [*ages, *reversed(ages)],
        "y": [high for _, high in bounds] + [low for low, _ in reversed(bounds)],
        "fill": "toself", "mode": "lines", "opacity": 0.22, "hoverinfo": "skip",
        "line": {"color": colour, "width": 0.6}, "fillcolor": colour,
    }  # fmt: skip


def frame(
    traces: list[Trace],
    words: Words,
    values: list[float],
    first: int,
    *,
    percent: bool = False,
    ticks: list[str] | None = None,
) -> dict[str, Any]:
    """Give both axes, to the scale of what is drawn.

    Args:
        traces: With the ages they are drawn at.
        words: How the table is read.
        values: What is drawn.
        first: The first age drawn.
        percent: Whether values are hundredths, whatever the measure.
        ticks: Names of the values marked; None writes them as the measure is written.
    """
    look, first = words.look, first + words.offset
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 1e-9)
    marks = round_ticks(low, high)
    if ticks is None:
        share = percent or words.reading.is_share
        ticks = [
            text("cohorts.percent", look.lang, value=mark) if share else _amount(words, mark)
            for mark in marks
        ]
    yaxis = {"tickvals": marks, "ticktext": ticks, "range": [low * 1.05, high * 1.06]}
    last = max((int(x) for trace in traces for x in trace["x"] if x is not None), default=first)
    step = next(
        step for step in (1, 2, 3, 6, 12, 26, 52, 1200) if (last - first + 1) / step <= _MOST_LABELS
    )
    start = first if step == 1 else step * math.ceil(first / step)
    shown = list(range(start, last + 1, step))
    xaxis = {
        "tickvals": shown,
        "ticktext": [look.number(age) for age in shown],
        "title": {
            "text": words.ages(),
            "font": {"size": WORD_SIZE, "color": look.palette.grey},
            "standoff": 8,
        },
        "range": [first - 0.4, last + 0.4],
        "showgrid": False,
    }
    return {"xaxis": xaxis, "yaxis": yaxis}


def _amount(words: Words, value: float) -> str:
    if words.reading.measure in {Measure.CUSTOMERS, Measure.ORDERS}:
        return text("cohorts.plain", words.look.lang, value=value)
    return words.look.money(value, compact=True)
