"""The window of time on view, slid by whole months."""

from __future__ import annotations

import calendar
import datetime as dt
from enum import StrEnum


class Slide(StrEnum):
    """A way to move the window."""

    LAST_3 = "last_3"
    LAST_6 = "last_6"
    LAST_12 = "last_12"
    EARLIER = "earlier"
    LATER = "later"
    ALL = "all"


_LAST = {Slide.LAST_3: 3, Slide.LAST_6: 6, Slide.LAST_12: 12}
Window = tuple[dt.date, dt.date]


def slid(window: Window, how: Slide, *, first: dt.date, last: dt.date) -> Window:
    """Give the window after a move, kept inside what the data holds.

    A window moves by its own length in days, so that two in a row neither overlap nor leave a gap.

    Args:
        window: First and last day on view.
        how: The move.
        first: First day in the data.
        last: Last day in the data.

    Examples:
        >>> first, last = dt.date(2010, 1, 1), dt.date(2011, 12, 9)
        >>> slid((first, last), Slide.LAST_3, first=first, last=last)
        (datetime.date(2011, 9, 10), datetime.date(2011, 12, 9))
        >>> days = dt.date(2011, 1, 1), dt.date(2011, 1, 10)
        >>> slid(days, Slide.EARLIER, first=first, last=last)
        (datetime.date(2010, 12, 22), datetime.date(2010, 12, 31))
    """
    if how is Slide.ALL:
        return first, last
    if how in _LAST:
        start = _months_before(last, _LAST[how]) + dt.timedelta(days=1)
        return max(start, first), last
    start, end = window
    length = end - start + dt.timedelta(days=1)
    shift = -length if how is Slide.EARLIER else length
    if start + shift > last or end + shift < first:
        return window
    return max(start + shift, first), min(end + shift, last)


def _months_before(day: dt.date, months: int) -> dt.date:
    ordinal = day.year * 12 + day.month - 1 - months
    year, month = ordinal // 12, ordinal % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
