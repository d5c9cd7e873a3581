"""What stands to the left of the cohort heatmap: size, first order, repeat rate, payback."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from habitue.charts.cohort_grid import Grid
from habitue.charts.cohort_heatmap import (
    MANY_ROWS,
    POOL,
    height_of,
    names_of,
    of_group,
    rows_axis,
)
from habitue.charts.cohort_words import Words
from habitue.charts.drawing import Trace, drawn
from habitue.charts.look import WORD_SIZE, Chart, Look
from habitue.results import CohortTable
from habitue.texts import number, percent

_LEFT: Final = 66
"""Pixels for the rows' names, written smaller than beside the heatmap."""
_WORDS_WIDTH: Final = 36
"""Characters of a line: the card takes a third of the screen."""


def side(table: CohortTable, look: Look, heatmap: Chart, *, group: str | None = "all") -> Chart:
    """Write what stands to the left of the heatmap, row by row, at the same heights.

    Args:
        table: The cohort table, with at least one cohort in the group.
        look: The reader's language and colours.
        heatmap: What it stands beside, of the same group.
        group: Which group of the breakdown.
    """
    words = Words(table.reading, table.filters.grain, look)
    profiles = of_group(table.profiles, group)
    beside = heatmap.figure.layout
    rows = profiles.to_pylist()
    shown: dict[str, list[str]] = {
        "customers": [look.number(row["customers"]) for row in rows],
        "first_order_value": [look.money(row["first_order_value"]) for row in rows],
        "repeat_rate": [percent(row["repeat_rate"], look.lang, decimals=0) for row in rows],
        "early_value": [
            words.say("none") if row["early_value"] is None else look.money(row["early_value"])
            for row in rows
        ],
    }
    if "payback" in profiles.column_names:
        # What everything cost, where it is told, else advertising alone.
        loaded = "_loaded" if "cac_loaded" in profiles.column_names else ""
        # A telephone has room for six columns, and one cost for everybody needs none.
        del shown["early_value"]
        if len({row[f"cac{loaded}"] for row in rows}) > 1:
            shown[f"cac{loaded}"] = [
                _or_none(row[f"cac{loaded}"], look.money, words) for row in rows
            ]
        shown["payback_day"] = [_repaid(row, loaded, words) for row in rows]
        shown["ltv_cac"] = [
            _or_none(row[f"ltv_cac{loaded}"], lambda ratio: _ratio(ratio, look), words)
            for row in rows
        ]
    traces: list[Trace] = []
    annotations: list[dict[str, Any]] = []
    size = _font(len(rows))
    for place, (name, told) in enumerate(shown.items()):
        traces.append(
            {
                "type": "scatter",
                "x": [place + 0.94] * len(told),
                "y": list(range(len(told))),
                "text": told,
                "mode": "text",
                "textposition": "middle left",
                "textfont": {"size": size},
                "hoverinfo": "skip",
                "cliponaxis": False,
            }
        )
        annotations.append(
            {
                "text": words.say(f"side_{name}"),
                "x": place + 0.94,
                "y": POOL - 0.5,
                "xanchor": "right",
                "yanchor": "middle" if len(rows) > MANY_ROWS else "bottom",
                "yshift": -6,
                "align": "right",
                "showarrow": False,
                "font": {"size": WORD_SIZE - 2, "color": look.palette.grey},
            }
        )
    title = words.say("side_title")
    last = "payback" if "payback_day" in shown else "early"
    level = rows_axis(Grid.of(of_group(table.cells, group)), words)
    figure = drawn(
        traces, look, title=title, subtitle=words.say(f"side_subtitle_{last}"), left=_LEFT,
        below=10, plot_height=height_of(len(rows)), width=_WORDS_WIDTH, annotations=annotations,
        xaxis={"visible": False, "range": [0, len(shown)]},
        yaxis=level | {
            "ticktext": ["", *level["ticktext"][1:]],
            "tickfont": {"size": size, "color": look.palette.grey},
        },
    )  # fmt: skip
    figure.layout.height = beside.height
    # The basis takes more lines here than there: the rows stay level, the card grows below.
    figure.layout.height += figure.layout.margin.b - beside.margin.b
    figure.layout.margin.t, figure.layout.margin.r = beside.margin.t, 6
    taken = profiles.drop_columns(["group"]) if table.reading.breakdown is None else profiles
    return Chart(
        name="cohort-profiles",
        title=title,
        figure=figure,
        alt=words.say("side_alt", count=len(rows)),
        table=taken,
        columns=names_of(taken, look),
    )


def _repaid(row: dict[str, Any], loaded: str, words: Words) -> str:
    """Say on which day a cohort is repaid: not yet, or unknown where its cost is."""
    if row[f"cac{loaded}"] is None:
        return words.say("none")
    day = row[f"payback_day{loaded}"]
    return words.say("not_yet") if day is None else words.say("day_number", day=math.ceil(day))


def _ratio(ratio: float, look: Look) -> str:
    return number(ratio, look.lang, decimals=1)


def _or_none(value: float | None, write: Callable[[float], str], words: Words) -> str:
    return words.say("none") if value is None else write(value)


def _font(rows: int) -> int:
    return WORD_SIZE - 1 if rows <= MANY_ROWS else 9
