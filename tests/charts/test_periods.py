"""Names of periods, and the ticks a telephone has room for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.charts.periods import period_name, tick_names
from habitue.schema import Grain, period_shift, period_start
from habitue.texts import Lang

DAY = dt.date(2011, 10, 1)


@pytest.mark.parametrize(
    ("grain", "lang", "name"),
    [
        (Grain.WEEK, "fr", "sem. du 1er oct. 2011"),
        (Grain.WEEK, "en", "week of 1 Oct 2011"),
        (Grain.MONTH, "fr", "oct. 2011"),
        (Grain.QUARTER, "en", "Q4 2011"),
        (Grain.YEAR, "fr", "2011"),
    ],
)
def test_a_period_has_a_name_in_both_languages(grain: Grain, lang: Lang, name: str) -> None:
    assert period_name(DAY, grain, lang) == name


@given(st.sampled_from(Grain), st.integers(1, 120))
def test_no_axis_is_crowded(grain: Grain, count: int) -> None:
    first = period_start(dt.date(2009, 12, 1), grain)
    ticks = tick_names([period_shift(first, grain, at) for at in range(count)], grain, "en")
    assert len(ticks) <= 10
    assert ticks or count < 12


def test_months_are_named_from_january_and_the_year_stands_once() -> None:
    starts = [period_shift(dt.date(2009, 12, 1), Grain.MONTH, at) for at in range(25)]
    assert tick_names(starts, Grain.MONTH, "en") == {
        1: "Jan<br>2010", 4: "Apr", 7: "Jul", 10: "Oct", 13: "Jan<br>2011", 16: "Apr", 19: "Jul",
        22: "Oct",
    }  # fmt: skip
