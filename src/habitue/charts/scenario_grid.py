"""Two levers at once, as a grid of gains and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from habitue.charts.drawing import drawn
from habitue.charts.look import WORD_SIZE, Chart, Look
from habitue.charts.scenario_lines import lever_value, named, named_measure, speller
from habitue.texts import number, text

if TYPE_CHECKING:
    from habitue.core.scenario.answer import Simulated
    from habitue.core.scenario.panel import Floats

_CELL_SIZE: Final = 10
_PALE: Final = 2.5
"""How many times the largest change the full colour stands for: cells stay pale enough, by day and
by night, for small figures to reach 4.5:1."""
_SCALES: Final = ((1e6, 1e6, "M"), (1e4, 1e3, "k"))
"""From which amount on, which unit, and its letter."""
_WIDE: Final = 3
"""Digits of the largest number in a cell."""


def crossed(
    found: Simulated,
    look: Look,
    grid: tuple[Floats, Floats, Floats],
    *,
    levers: tuple[str, str],
    measure: str,
) -> Chart:
    """Draw how a figure changes when two levers move at once.

    Args:
        found: The answer.
        look: The reader's language and colours.
        grid: Out of `sensitivity.crossed`.
        levers: The two.
        measure: Of the figures.
    """
    across, up, changes = grid
    spell = speller(measure, look)
    reach = float(np.abs(changes).max()) or 1.0
    short, unit = _short(changes, reach, measure, look)
    shades = look.palette.amber, look.palette.mist, look.palette.sky
    cells = {
        "type": "heatmap", "z": changes, "zmin": -_PALE * reach, "zmax": _PALE * reach,
        "showscale": False, "xgap": 1, "ygap": 1,
        "colorscale": [[place / 2, shade] for place, shade in enumerate(shades)],
        "text": short, "texttemplate": "%{text}", "textfont": {"size": _CELL_SIZE},
        "hovertemplate": "%{text}\N{NO-BREAK SPACE}" + unit + "<extra></extra>",
    }  # fmt: skip
    title = text("scenarios.crossed_title", look.lang)
    figure = drawn(
        [cells], look, title=title, left=92, below=58, plot_height=380,
        xaxis=_axis(levers[0], across, look, every=2), yaxis=_axis(levers[1], up, look, every=1),
        subtitle=text(
            "scenarios.crossed_subtitle", look.lang, n=look.number(found.outcome.customers),
            measure=named_measure(measure, look), unit=unit,
            months=found.outcome.horizon_months,
        ),
    )  # fmt: skip
    table = pa.table(
        {
            "first": np.tile(across, up.size),
            "second": np.repeat(up, across.size),
            "difference": changes.ravel(),
        }
    )
    return Chart(
        name="scenario-crossed", title=title, figure=figure, table=table,
        columns=named(table, look),
        alt=text(
            "scenarios.crossed_alt", look.lang, best=spell(changes.max()),
            worst=spell(changes.min()),
            first=text(f"scenarios.lever_{levers[0]}", look.lang),
            second=text(f"scenarios.lever_{levers[1]}", look.lang),
        ),
    )  # fmt: skip


def _short(changes: Floats, reach: float, measure: str, look: Look) -> tuple[list[list[str]], str]:
    """Write the cells in one unit, short enough for a cell on a telephone; and name the unit."""
    if measure == "retention":
        scale, unit = 0.01, text("scenarios.unit_points", look.lang)
    else:
        least = [one for one in _SCALES if reach >= one[0]] or [(0.0, 1.0, "")]
        _, scale, letter = least[0]
        coin = "" if measure == "orders" else look.money(1, decimals=0).replace("1", "").strip()
        unit = letter + coin or text("scenarios.measure_orders", look.lang).lower()
    digits = max(0, _WIDE - 1 - max(0, int(np.floor(np.log10(reach / scale)))))
    written = [
        [
            ("+" if value > 0 else "") + number(value / scale, look.lang, decimals=digits)
            for value in row
        ]
        for row in changes
    ]
    return written, unit


def _axis(lever: str, values: Floats, look: Look, *, every: int) -> dict[str, Any]:
    return {
        "tickvals": list(range(0, values.size, every)),
        "ticktext": [lever_value(lever, float(value), look) for value in values[::every]],
        "showgrid": False,
        "zeroline": False,
        "title": {
            "text": text(f"scenarios.lever_{lever}", look.lang),
            "font": {"size": WORD_SIZE, "color": look.palette.grey},
            "standoff": 8,
        },
    }
