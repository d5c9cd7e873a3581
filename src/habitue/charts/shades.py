"""Cells in shades of one scale, with words that can be read on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habitue.charts.drawing import Trace
from habitue.charts.look import Look
from habitue.charts.palette import TURN


def scale(look: Look) -> list[list[Any]]:
    """Give the scale of shades, from little to much."""
    shades = look.palette.shades
    return [[place / (len(shades) - 1), shade] for place, shade in enumerate(shades)]


def legible(
    cells: Trace, shares: NDArray[np.float64], words: Sequence[Sequence[str]], look: Look
) -> list[Trace]:
    """Write words on cells, each in the colour that contrasts with its shade.

    Plotly gives all words of a heatmap one colour, hence two heatmaps that fill each other's
    gaps.

    Args:
        cells: A heatmap without words; with both ends of its scale, since each half sees but some
            of the values.
        shares: Where on the scale of `scale` each cell stands, from 0 to 1; its plain cells
            below it.
        words: What to write on each cell.
        look: The reader's colours.
    """
    written = np.array(words, dtype=object)
    strong = shares >= TURN
    return [
        {
            **cells,
            "z": np.where(mine, cells["z"], np.nan),
            "text": np.where(mine, written, "").tolist(),
            "texttemplate": "%{text}",
            "textfont": {**cells.get("textfont", {}), "color": colour},
            "hoverongaps": False,
        }
        for mine, colour in ((~strong, look.palette.on_little), (strong, look.palette.on_much))
        if mine.any()
    ]
