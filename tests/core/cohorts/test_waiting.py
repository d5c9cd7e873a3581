"""Time to the next order: as lifelines has it, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from tests.lines import line, opened

from habitue.core.cohorts.waiting import kaplan_meier


def counted(days: list[int], came: list[bool]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    held = np.array(came)
    values, place = np.unique(days, return_inverse=True)
    return (
        values.astype(np.int64),
        np.bincount(place, weights=held).astype(np.int64),
        np.bincount(place, weights=~held).astype(np.int64),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=2, max_size=60))
def test_the_curve_and_its_bounds_are_those_of_lifelines(waits: list[tuple[int, bool]]) -> None:
    days, came = [day for day, _ in waits], [back for _, back in waits]
    ours = kaplan_meier(*counted(days, came))
    theirs = KaplanMeierFitter(alpha=0.05).fit(days, came)
    frame = theirs.cumulative_density_.iloc[:, 0]
    bounds = theirs.confidence_interval_cumulative_density_
    for place, day in enumerate(ours.days):
        share = frame.loc[float(day)]
        assert ours.came[place] == pytest.approx(share, abs=1e-12)
        assert ours.at_risk[place] == theirs.event_table.loc[float(day), "at_risk"]
        if 0 < share < 1:
            low, high = sorted(bounds.loc[float(day)])
            assert ours.low[place] == pytest.approx(low, abs=1e-9)
            assert ours.high[place] == pytest.approx(high, abs=1e-9)


def test_the_worked_example_of_the_glossary() -> None:
    curve = kaplan_meier(*counted([10, 40, 20, 60], [True, True, False, False]))
    share = curve.at(40)
    assert share is not None
    assert share[0] == 0.625


def test_nothing_is_said_beyond_the_last_day_watched_but_certainty_lasts() -> None:
    watched = kaplan_meier(*counted([5, 20], [True, False]))
    assert watched.at(21) is None
    assert watched.at(4) == (0.0, 0.0, 0.0)
    assert watched.quantile(0.5) == 5
    assert watched.quantile(0.6) is None
    back = kaplan_meier(*counted([3, 5, 5], [True, True, True]))
    assert back.at(400) == (1.0, back.low[0], 1.0)


def test_orders_of_one_day_are_zero_days_apart_and_the_rest_waits_until_the_picture() -> None:
    desk = opened(
        [
            line("0", "old", "2010-12-31"),
            line("1", "a", "2011-01-01 09:00"),
            line("2", "a", "2011-01-01 18:00"),
            line("3", "b", "2011-01-10"),
            line("4", "b", "2011-01-20"),
            line("5", "c", "2011-01-31"),
        ]
    )
    found = desk.second_order(within_days=10)
    assert found.curves["all"].days.tolist() == [0, 10]
    assert found.curves["all"].came.tolist() == pytest.approx([1 / 3, 1.0])
    steps = found.steps.to_pylist()
    assert [(row["order"], row["customers"]) for row in steps] == [(1, 3), (2, 2)]
    assert steps[0]["median_days"] == 10
    assert steps[1]["rate"] == 0.0
    kept = desk.second_order(keep_truncated=True).steps.to_pylist()
    assert kept[0]["customers"] == 4
