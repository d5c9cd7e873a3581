"""The cohort table as a heatmap, and the columns that stand to its left (D16-D20)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.charts.cohort_grid import Grid
from habitue.charts.cohort_words import Words
from habitue.charts.drawing import Trace, drawn
from habitue.charts.look import WORD_SIZE, Chart, Look, key
from habitue.charts.shades import legible, scale
from habitue.results import CohortTable
from habitue.schema import Measure, period_start
from habitue.texts import text

SMALL: Final = 30
"""Under this many customers a row is marked: its rates move a lot by chance alone."""
POOL: Final = -1.7
"""Where the pooled row stands, above the first cohort."""
_TOP: Final = -2.4
_AGES_ROOM: Final = 44
_TALL, _LOW = 25, 13
MANY_ROWS: Final = 40
_MOST_LABELS: Final = 13
_APART: Final = 0.1
_CARRIED: Final = 10
_FEW_SIGNS: Final = 2
_LARGE, _SMALLER = 11, 10
"""Type of the words in cells, few signs and more; Plotly's own choice is half of what fits."""
_SIGN_WIDTH: Final = 0.52
"""Of a digit, as a share of its type."""
_CELL_ROOM: Final = 2
_LEFT, _RIGHT = 86, 12


def heatmap(table: CohortTable, look: Look, *, group: str | None = "all") -> Chart:
    """Draw every cohort at every age, the pooled row above; only what is observed is coloured.

    An age that has begun and is not over is hatched. Each cell carries a point that can be
    clicked: see `cell_of`.

    Args:
        table: The cohort table, with at least one cohort in the group.
        look: The reader's language and colours.
        group: Which group of the breakdown.
    """
    words = Words(table.reading, table.filters.grain, look)
    cells = of_group(table.cells, group)
    average = of_group(table.average, group)
    grid = Grid.of(cells)
    title = words.title()
    subtitle = _subtitle(grid, words)
    if table.reading.breakdown is not None:
        subtitle = f"{words.group(group)}. {subtitle}"
    series = _key(grid, words, is_kept=table.filters.keep_truncated)
    coloured, width = _coloured(grid, average, words)
    figure = drawn(
        [*coloured, *_hatched(grid, words), *_touched(grid, average, words)],
        look,
        title=title,
        subtitle=subtitle,
        series=series,
        left=_LEFT,
        below=10,
        above=_AGES_ROOM,
        plot_height=height_of(len(grid.cohorts)),
        xaxis=_ages_axis(grid, words),
        yaxis=rows_axis(grid, words),
        shapes=_event(grid, words),
        annotations=[_ages_name(words)],
    )
    shown = table.rows() if table.reading.breakdown is None else of_group(table.rows(), group)
    return Chart(
        name="cohorts",
        title=title,
        figure=figure,
        alt=words.say(
            "heatmap_alt",
            title=title,
            count=len(grid.cohorts),
            first=words.cohort(grid.cohorts[0]),
            last=words.cohort(grid.cohorts[-1]),
        ),
        table=shown,
        columns=names_of(shown, look),
        least_width=math.ceil(_LEFT + grid.ages * width + _RIGHT) if width else 0,
    )


def names_of(table: pa.Table, look: Look) -> dict[str, str]:
    """Name the columns of a cohort table in the reader's language."""
    return {name: text(f"cohorts.column_{name}", look.lang) for name in table.column_names}


def of_group(rows: pa.Table, group: str | None) -> pa.Table:
    """Keep the rows of one group; None is the rest."""
    mine = pc.is_null(rows["group"]) if group is None else pc.equal(rows["group"], group)
    return rows.filter(mine)


def _bounds(grid: Grid, matrix: np.ndarray, first: int) -> tuple[float, float]:
    """Give the values at both ends of the scale."""
    late = matrix[:, first:]
    # Neither a cohort of three customers nor the stock of old ones must take all the colour.
    fair = (grid.customers >= SMALL) & ~grid.truncated
    big = late[fair] if fair.any() else late
    found = big[np.isfinite(big)]
    if not found.size:
        return 0.0, 1.0
    low, high = min(0.0, float(found.min())), float(found.max())
    return low, high if high > low else low + 1


def _coloured(grid: Grid, average: pa.Table, words: Words) -> tuple[list[Trace], float]:
    """Colour and write the cells, the pooled row with them, and say how wide a cell must be."""
    pool = np.full((2, grid.ages), np.nan)
    for row in average.to_pylist():
        if row["value"] is not None:
            pool[0, row["age"]] = row["value"] * words.scale()
    cells = grid.seen("value", scale=words.scale())
    # Age 0, where everybody orders, would take all the colour: it stands apart, in grey.
    first = 1 if words.towers() else 0
    low, high = _bounds(grid, cells, first)
    under = low - _APART * (high - low)
    values = np.vstack([pool, cells])
    shades = np.clip(values, low, high)
    shades[:, :first] = np.where(np.isnan(values[:, :first]), np.nan, under)
    rows = np.arange(len(grid.cohorts) + 1) - 0.5
    written = values.copy()
    if first and words.reading.measure is Measure.RETENTION and not words.reading.rebased:
        written[:, 0] = np.nan  # 100 by construction: a wide word for nothing
    told = words.cells(written)
    signs = max((len(word) for row in told for word in row), default=0)
    size = _LARGE if signs <= _FEW_SIGNS else _SMALLER
    shaded: Trace = {
        "type": "heatmap", "z": shades, "x": np.arange(grid.ages + 1) - 0.5 + words.offset,
        "y": [POOL - 0.5, POOL + 0.5, *rows], "zmin": under, "zmax": high,
        "colorscale": _apart(words.look), "showscale": False, "xgap": 1, "ygap": 1,
        "hoverinfo": "skip", "textfont": {"size": size},
    }  # fmt: skip
    width = _CELL_ROOM + signs * size * _SIGN_WIDTH if signs else 0
    return legible(shaded, (shades - low) / (high - low), told, words.look), width


def _apart(look: Look) -> list[list[Any]]:
    """Give the scale of shades with a plain one under it."""
    share = _APART / (1 + _APART)
    mist = look.palette.mist
    above = [[share + (1 - share) * place, shade] for place, shade in scale(look)]
    return [[0.0, mist], [share, mist], *above]


def _hatched(grid: Grid, words: Words) -> Iterator[Trace]:
    """Hatch what has begun and is not over, in one stroke."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    look, ages = words.look, grid.age + words.offset
    for row, age in zip(grid.row[~grid.observed], ages[~grid.observed], strict=True):
        left, right, top, bottom = age - 0.47, age + 0.47, row - 0.45, row + 0.45
        xs += [left, right, right, left, left, None]
        ys += [top, top, bottom, bottom, top, None]
    if not xs:
        return
    yield {
        "type": "scatter", "x": xs, "y": ys, "mode": "lines", "fill": "toself",
        "hoverinfo": "skip", "line": {"width": 0.5, "color": look.palette.haze},
        "fillcolor": "rgba(0,0,0,0)",
        "fillpattern": {"shape": "/", "size": 5, "solidity": 0.25, "fgcolor": look.palette.grey,
                        "bgcolor": "rgba(0,0,0,0)"},
    }  # fmt: skip


def _touched(grid: Grid, average: pa.Table, words: Words) -> Iterator[Trace]:
    """Lay a point on each cell, to be read under the finger and to be clicked."""
    names = np.array([words.cohort(start) for start in grid.cohorts])
    born = np.array([start.toordinal() for start in grid.cohorts])
    basket = np.divide(
        grid.columns["basket"], grid.columns["orders"],
        out=np.zeros(grid.age.size), where=grid.columns["orders"] > 0,
    )  # fmt: skip
    data = np.column_stack(
        [
            grid.columns["value"] * words.scale(),
            grid.columns["rate_low"] * 100,
            grid.columns["rate_high"] * 100,
            *(grid.columns[name] for name in ("active", "customers", "revenue", "orders")),
            basket,
            born[grid.row],
            grid.age,
        ]
    )
    for here, state in ((grid.observed, "observed"), (~grid.observed, "running")):
        if not here.any():
            continue
        yield _points(
            (grid.age[here] + words.offset, grid.row[here]), names[grid.row[here]], data[here],
            hover=_hover(words, state), name=state, look=words.look,
        )  # fmt: skip
    rows = [row for row in average.to_pylist() if row["value"] is not None]
    if rows:
        factor = words.scale()
        told = np.array(
            [
                [
                    row["value"] * factor, _or_nan(row["low"]) * 100,
                    _or_nan(row["high"]) * 100, row["active"], row["customers"],
                    row["cohorts"], _or_nan(row["median"]) * factor,
                ]
                for row in rows
            ]
        )  # fmt: skip
        ages = np.array([row["age"] for row in rows])
        yield _points(
            (ages + words.offset, np.full(ages.size, POOL)),
            np.array([words.say("pooled")] * ages.size), told,
            hover=_hover(words, "pooled"), name="pooled", look=words.look,
        )  # fmt: skip


def _event(grid: Grid, words: Words) -> list[dict[str, Any]]:
    """Rule between the cohorts acquired before the event and those from it on."""
    event = words.reading.event
    if event is None:
        return []
    before = sum(start < event for start in grid.cohorts)
    inside = before > 0 and period_start(event, words.grain) == grid.cohorts[before - 1]
    # Inside a cohort, the rule runs through its row.
    at = before - 1 if inside else before - 0.5
    line = {"color": words.look.palette.brick, "width": 2, "dash": "dot"}
    return [
        {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": at, "y1": at, "layer": "above",
         "line": line}
    ]  # fmt: skip


def _points(
    at: tuple[np.ndarray, np.ndarray],
    names: np.ndarray,
    data: np.ndarray,
    *,
    hover: str,
    name: str,
    look: Look,
) -> Trace:
    return {
        "type": "scatter", "x": at[0], "y": at[1], "name": name, "text": names,
        "customdata": data, "mode": "markers",
        "marker": {"symbol": "square-open", "size": 20, "opacity": 0, "color": look.palette.amber,
                   "line": {"width": 3}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0}},
        "hovertemplate": hover + "<extra></extra>",
    }  # fmt: skip


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _hover(words: Words, state: str) -> str:
    reading = words.reading
    facts: dict[str, Any] = {
        "age": words.at("%{x}"),
        "name": words.title(),
        "value": words.d3().format("customdata[0]"),
        "active": "%{customdata[3]:,.0f}",
        "customers": "%{customdata[4]:,.0f}",
    }
    interval = words.say(
        "hover_interval",
        low=words.shares().format("customdata[1]"),
        high=words.shares().format("customdata[2]"),
    )
    has_interval = reading.measure is Measure.RETENTION and not reading.rebased
    facts["interval"] = interval if has_interval else ""
    if state == "pooled":
        middle = words.d3().format("customdata[6]")
        return words.say("hover_pooled", cohorts="%{customdata[5]:,.0f}", median=middle, **facts)
    facts["revenue"] = words.pays().format("customdata[5]")
    facts["orders"] = "%{customdata[6]:,.0f}"
    facts["basket"] = words.pays().format("customdata[7]")
    return words.say(f"hover_{state}", **facts)


def _ages_axis(grid: Grid, words: Words) -> dict[str, Any]:
    step = next(step for step in (1, 2, 3, 6, 12, 26, 52, 1200) if grid.ages / step <= _MOST_LABELS)
    ages = list(range(words.offset, grid.ages + words.offset, step))
    return {
        "side": "top",
        "tickvals": ages,
        "ticktext": [str(age) for age in ages],
        "range": [words.offset - 0.5, words.offset + max(grid.ages, 2) - 0.5],
        "showgrid": False,
        "zeroline": False,
    }


def _ages_name(words: Words) -> dict[str, Any]:
    """Name the ages at the left, where a narrow screen begins."""
    return {
        "text": words.ages(), "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper",
        "yanchor": "bottom", "yshift": _AGES_ROOM - 17, "showarrow": False,
        "font": {"size": WORD_SIZE, "color": words.look.palette.grey},
    }  # fmt: skip


def rows_axis(grid: Grid, words: Words) -> dict[str, Any]:
    """Name the rows, the pooled one first; the small and the left-truncated are marked."""
    count = len(grid.cohorts)
    step = 1 if count <= MANY_ROWS else 2 if count <= 2 * MANY_ROWS else 4
    rows = list(range(0, count, step))
    return {
        "tickvals": [POOL, *rows],
        "ticktext": [
            f"<b>{words.say('pooled')}</b>",
            *(words.row(grid.cohorts[row]) + _mark(grid, row) for row in rows),
        ],
        "range": [count - 0.5, _TOP],
        "showgrid": False,
        "zeroline": False,
    }


def _mark(grid: Grid, row: int) -> str:
    small = "*" if grid.customers[row] < SMALL else ""
    return small + ("†" if grid.truncated[row] else "")


def _key(grid: Grid, words: Words, *, is_kept: bool) -> tuple[str, ...]:
    look, grey = words.look, words.look.palette.grey
    entries = []
    if (~grid.observed).any():
        entries.append(("▨", text("cohorts.key_running", look.lang), grey))
    if (grid.customers < SMALL).any():
        entries.append(("*", text("cohorts.key_small", look.lang, n=SMALL), grey))
    if words.reading.event is not None:
        told = words.say("key_event", day=words.reading.event)
        entries.append(("┅", told, look.palette.brick))
    if grid.truncated.any():
        name = "key_truncated_kept" if is_kept else "key_truncated"
        entries.append(("†", text(f"cohorts.{name}", look.lang), grey))
    return key(*entries)


def _subtitle(grid: Grid, words: Words) -> str:
    said = words.say(
        "heatmap_subtitle",
        customers=text("common.customers", words.look.lang, count=int(grid.customers.sum())),
        count=len(grid.cohorts),
    )
    unit = {1: "", 1000: words.say("unit_thousands"), 1_000_000: words.say("unit_millions")}[
        words.unit(grid.seen("value"))
    ]
    if words.reading.measure is Measure.RETENTION:
        unit = words.say("unit_percent")
    if words.reading.rebased:
        unit = words.say("unit_rebased", age=words.age(1))
    return " ".join(part for part in (said, unit, words.basis()) if part)


def height_of(rows: int) -> int:
    """Give the pixels of a table with as many cohorts."""
    return int((rows + 2) * (_TALL if rows <= MANY_ROWS else _LOW))


def cell_of(customdata: Sequence[float] | Mapping[str, float]) -> tuple[dt.date, int] | None:
    """Tell which cell a point of the heatmap stands on: its cohort and age; None for the pool's.

    Args:
        customdata: What the point carries; a browser gives back an array of numbers as an object
            with numbered names.

    Examples:
        >>> cell_of({str(place): float(value) for place, value in enumerate([0] * 8 + [734138, 3])})
        (datetime.date(2011, 1, 1), 3)
    """
    carried = list(customdata.values() if isinstance(customdata, Mapping) else customdata)
    if len(carried) < _CARRIED:
        return None
    *_, born, age = carried
    return dt.date.fromordinal(int(born)), int(age)
