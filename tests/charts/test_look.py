"""What all charts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ui.fake import check, overview

from habitue.charts.cohort_age import revenue_by_age
from habitue.charts.look import TITLE_WIDTH, WORD_SIZE, Chart, Look, key, round_ticks, toolbar
from habitue.charts.palette import DARK, SCREEN
from habitue.charts.returns import returns_by_kind
from habitue.charts.revenue import revenue_by_period
from habitue.charts.waterfall import waterfall

CHARTS: list[Callable[[Look], Chart]] = [
    lambda look: revenue_by_period(overview(), look),
    lambda look: revenue_by_age(overview().kpis, look),
    lambda look: returns_by_kind(overview(), look),
    lambda look: waterfall(check(), "lines", look),
    lambda look: waterfall(check(), "amount", look),
]


def _sizes(part: Any) -> list[float]:
    if isinstance(part, dict):
        here = [part["size"]] if isinstance(part.get("size"), int) and "color" in part else []
        return here + [size for one in part.values() for size in _sizes(one)]
    if isinstance(part, (list, tuple)):
        return [size for one in part for size in _sizes(one)]
    return []


@pytest.mark.parametrize("draw", CHARTS)
def test_every_chart_has_title_subtitle_basis_alt_and_named_data(
    look: Look, draw: Callable[[Look], Chart]
) -> None:
    chart = draw(look)
    layout = chart.figure.layout
    assert layout.title.text == chart.title
    assert len(chart.title) <= TITLE_WIDTH
    assert layout.title.subtitle.text
    assert look.basis in [one.text for one in layout.annotations]
    assert chart.alt
    assert set(chart.columns) == set(chart.table.column_names)
    assert layout.separators[0] == {"fr": ",", "en": "."}[look.lang]


@pytest.mark.parametrize("draw", CHARTS)
def test_no_word_is_smaller_than_thirteen_pixels(
    english: Look, draw: Callable[[Look], Chart]
) -> None:
    sizes = _sizes(draw(english).figure.to_dict()["layout"])
    assert sizes
    assert min(sizes) >= WORD_SIZE == 13


@pytest.mark.parametrize("draw", CHARTS)
def test_on_screen_every_colour_follows_the_reader_s_theme(
    draw: Callable[[Look], Chart],
) -> None:
    drawn = draw(Look(lang="en", currency=None, palette=SCREEN)).figure.to_plotly_json()
    drawn["layout"].pop("template", None)
    spelt = str(drawn)
    assert "#00000" in spelt
    assert all(colour not in spelt for colour in DARK.series)


def test_on_paper_the_palette_is_written_out() -> None:
    chart = waterfall(check(), "lines", Look(lang="en", currency="GBP", palette=DARK))
    assert chart.figure.layout.paper_bgcolor == DARK.paper
    assert chart.figure.layout.title.font.color == DARK.text


def test_without_a_currency_amounts_are_plain_numbers() -> None:
    chart = waterfall(check(), "amount", Look(lang="en", currency=None))
    assert "<b>19,287,251</b>" in chart.figure.data[0].text


def test_the_toolbar_gives_print_resolution_without_a_brand() -> None:
    buttons = toolbar("revenue")
    assert buttons["toImageButtonOptions"] == {
        "format": "png", "filename": "habitue-revenue", "scale": 3,
    }  # fmt: skip
    assert buttons["displaylogo"] is False


def test_a_long_key_goes_over_several_lines() -> None:
    assert len(key(*(("■", "a rather long name", "#000000"),) * 4)) == 2


@given(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_ticks_stay_in_range_and_are_few(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = round_ticks(low, high)
    assert len(ticks) <= 7
    assert ticks == sorted(set(ticks))
    if low < 0 < high:
        assert 0 in ticks
