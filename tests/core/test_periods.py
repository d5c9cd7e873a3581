"""Periods are numbered the same in Python and on the engine, without a gap or a jump."""

from __future__ import annotations

import datetime as dt

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.core import periods
from habitue.schema import Grain, period_is_over, period_shift, period_start

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
GRAINS = st.sampled_from(list(Grain))


@pytest.mark.parametrize("grain", list(Grain))
def test_the_engine_numbers_as_python_does(grain: Grain) -> None:
    days = [dt.date(1999, 12, 20) + dt.timedelta(days=n) for n in range(800)]
    days += [dt.date(1900, 1, 1), dt.date(1969, 12, 31), dt.date(1970, 1, 4), dt.date(2199, 12, 31)]
    table = ibis.memtable({"day": days}, schema={"day": "date"})
    rows = table.select(
        "day", number=periods.index(table.day, grain), start=periods.start(table.day, grain)
    )
    found = ibis.duckdb.connect().to_pyarrow(rows).to_pylist()
    assert len(found) == len(days)
    for row in found:
        assert row["number"] == periods.index_of(row["day"], grain)
        assert row["start"] == period_start(row["day"], grain)


@given(DAYS, GRAINS)
def test_numbers_and_first_days_are_two_names(day: dt.date, grain: Grain) -> None:
    number = periods.index_of(day, grain)
    start = periods.start_of(number, grain)
    assert start == period_start(day, grain)
    assert periods.start_of(number + 1, grain) == period_shift(start, grain, 1)


@given(DAYS, GRAINS)
def test_last_over_is_the_last_that_is_over(as_of: dt.date, grain: Grain) -> None:
    last = periods.last_over(as_of, grain)
    assert period_is_over(periods.start_of(last, grain), grain, as_of)
    assert not period_is_over(periods.start_of(last + 1, grain), grain, as_of)
