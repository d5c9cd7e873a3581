"""The cohorts acquired before a day beside those acquired from it on (C19)."""

from __future__ import annotations

import pyarrow as pa

from habitue.charts.cohort_heatmap import names_of, of_group
from habitue.charts.cohort_lines import first_age, frame, starting
from habitue.charts.cohort_words import Words
from habitue.charts.drawing import Trace, drawn
from habitue.charts.look import Chart, Look, key
from habitue.results import CohortTable

SIDES = ("before", "after")


def around_event(table: CohortTable, look: Look, *, group: str | None = "all") -> Chart:
    """Draw the pooled row of the cohorts before the event, and of those from it on.

    Args:
        table: A cohort table with an event.
        look: The reader's language and colours.
        group: Which group of the breakdown.
    """
    words = Words(table.reading, table.filters.grain, look)
    rows = of_group(table.around, group)
    first = first_age(words)
    hover = words.say(
        "hover_group",
        age=words.at("%{x}"),
        value=words.d3().format("y"),
        customers="%{customdata:,.0f}",
    )
    traces: list[Trace] = []
    entries, values, sizes = [], [], {}
    colours = (look.palette.amber, look.palette.ink)
    for side, colour, dash, mark in zip(SIDES, colours, ("dash", "solid"), ("┅", "━"), strict=True):
        told = words.say(f"event_{side}", day=table.reading.event)
        mine = [
            row for row in rows.to_pylist()
            if row["side"] == side and row["age"] >= first and row["value"] is not None
        ]  # fmt: skip
        sizes[side] = max((row["cohorts"] for row in mine), default=0)
        ys = [row["value"] * words.scale() for row in mine]
        values += ys
        traces.append(
            {
                "type": "scatter", "x": [row["age"] + words.offset for row in mine], "y": ys,
                "text": [told] * len(mine), "customdata": [row["customers"] for row in mine],
                "hovertemplate": hover, "mode": "lines+markers",
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "marker": {"size": 6, "color": colour},
            }
        )  # fmt: skip
        if mine:
            entries.append((mark, told, colour))
    title = words.say("title_event", title=words.title())
    figure = drawn(
        traces, look, title=title,
        subtitle=_subtitle(words, sizes) + starting(words, first),
        series=key(*entries), left=62, below=58, **frame(traces, words, values, first),
    )  # fmt: skip
    shown = side_by_side(rows)
    return Chart(
        name="cohort-event", title=title, figure=figure,
        alt=words.say("event_alt", title=title, day=table.reading.event),
        table=shown, columns=names_of(shown, look),
    )  # fmt: skip


def _subtitle(words: Words, sizes: dict[str, int]) -> str:
    """Say how many cohorts stand on each side, or that one side has none."""
    for side in SIDES:
        if not sizes[side]:
            return words.say(f"event_nobody_{side}", day=words.reading.event)
    return words.say("event_subtitle", count=sizes["before"], after=sizes["after"])


def side_by_side(rows: pa.Table) -> pa.Table:
    """Give one row an age, with what both sides say of it.

    Args:
        rows: `CohortTable.around`, of one group.
    """
    found: dict[int, dict[str, float | int | None]] = {}
    for row in rows.to_pylist():
        here = found.setdefault(row["age"], {"age": row["age"]})
        here[f"customers_{row['side']}"] = row["customers"]
        here[f"value_{row['side']}"] = row["value"]
    names = [f"{name}_{side}" for side in SIDES for name in ("customers", "value")]
    kinds = [pa.field("age", pa.int64())]
    kinds += [
        pa.field(name, pa.int64() if name.startswith("customers") else pa.float64())
        for name in names
    ]
    told = [found[age] | {"change": _change(found[age])} for age in sorted(found)]
    return pa.Table.from_pylist(told, schema=pa.schema([*kinds, ("change", pa.float64())]))


def _change(row: dict[str, float | int | None]) -> float | None:
    before, after = (row.get(f"value_{side}") for side in SIDES)
    return None if before is None or after is None else after - before
