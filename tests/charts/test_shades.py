"""Words in cells can be read on every shade of the scale, in both themes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.charts.test_cohorts import READINGS, bought
from tests.charts.test_palette import contrast
from tests.lines import opened

from habitue.charts.cohort_heatmap import heatmap
from habitue.charts.look import Look
from habitue.charts.palette import DARK, LIGHT, TURN, Palette
from habitue.charts.shades import legible, scale
from habitue.workspace import Workspace

BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def _shade(colours: Any, share: float) -> str:
    """Interpolate a scale as Plotly does: linearly, channel by channel."""
    for (left, one), (right, other) in pairwise(colours):
        if share <= right:
            part = 0.0 if right == left else (share - left) / (right - left)
            ends = ([int(end[at : at + 2], 16) for at in (1, 3, 5)] for end in (one, other))
            mixed = (round(a + (b - a) * part) for a, b in zip(*ends, strict=True))
            return "#" + "".join(f"{channel:02X}" for channel in mixed)
    raise AssertionError(share)


@BOTH
def test_words_reach_double_a_on_every_shade_of_the_scale(palette: Palette) -> None:
    look = Look(lang="fr", currency=None, palette=palette)
    for share in np.linspace(0, 1, 2001):
        words = palette.on_much if share >= TURN else palette.on_little
        assert contrast(_shade(scale(look), share), words) >= 4.5, share
    assert contrast(palette.mist, palette.on_little) >= 4.5


@BOTH
def test_the_scale_goes_one_way(palette: Palette) -> None:
    assert palette.paper is not None
    away = [contrast(shade, palette.paper) for shade in palette.shades]
    assert away == sorted(away)
    assert len(set(palette.shades)) == 10


@pytest.fixture(scope="module")
def desk() -> Workspace:
    return opened(bought())


@BOTH
@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_each_cell_s_words_can_be_read_on_its_own_shade(
    desk: Workspace, english: Look, palette: Palette, reading: Any
) -> None:
    chart = heatmap(desk.cohort_table(None, reading), replace(english, palette=palette))
    told = 0
    for cells in chart.figure.data:
        if cells.type != "heatmap":
            continue
        for row, words in zip(np.asarray(cells.z, float), cells.text, strict=True):
            for value, word in zip(row, words, strict=True):
                if word:
                    share = (value - cells.zmin) / (cells.zmax - cells.zmin)
                    assert contrast(_shade(cells.colorscale, share), cells.textfont.color) >= 4.5
                    told += 1
    assert told > 20


def test_the_halves_fill_each_other_s_gaps(english: Look) -> None:
    z = np.array([[0.0, 7.0, np.nan], [8.0, 9.0, 3.0]])
    cells = {"type": "heatmap", "z": z, "zmin": 0, "zmax": 9}
    halves = legible(cells, z / 9, [["0", "7", ""], ["8", "9", "3"]], english)
    assert [half["text"] for half in halves] == [
        [["0", "", ""], ["", "", "3"]],
        [["", "7", ""], ["8", "9", ""]],
    ]
    assert np.array_equal(np.nansum([half["z"] for half in halves], axis=0), np.nan_to_num(z))
    assert len(legible(cells, 0 * z, [["a"] * 3] * 2, english)) == 1
