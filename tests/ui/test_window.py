"""The window of time slides, and stays inside the data."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from habitue.ui.window import Slide, slid

FIRST, LAST = dt.date(2009, 12, 1), dt.date(2011, 12, 9)
windows = st.tuples(st.dates(FIRST, LAST), st.dates(FIRST, LAST)).map(
    lambda pair: (min(pair), max(pair))
)


@given(windows, st.sampled_from(Slide))
def test_never_leaves_the_data(window: tuple[dt.date, dt.date], how: Slide) -> None:
    start, end = slid(window, how, first=FIRST, last=LAST)
    assert FIRST <= start <= end <= LAST


@given(windows)
def test_two_in_a_row_touch(window: tuple[dt.date, dt.date]) -> None:
    _, end = slid(window, Slide.EARLIER, first=FIRST, last=LAST)
    assert end == window[0] - dt.timedelta(days=1) or window[0] == FIRST


def test_the_last_months_end_on_the_last_day() -> None:
    window = slid((FIRST, LAST), Slide.LAST_6, first=FIRST, last=LAST)
    assert window == (dt.date(2011, 6, 10), LAST)


def test_a_month_that_is_too_short_gives_its_last_day() -> None:
    last = dt.date(2011, 5, 31)
    window = slid((FIRST, last), Slide.LAST_3, first=FIRST, last=last)
    assert window == (dt.date(2011, 3, 1), last)
