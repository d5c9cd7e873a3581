"""Weeks, months, quarters and years: where one starts, the next one, whether it is over."""

from __future__ import annotations

import datetime as dt

from habitue.schema.words import Grain


def period_start(day: dt.date, grain: Grain) -> dt.date:
    """First day of the period a day falls in.

    Examples:
        >>> period_start(dt.date(2011, 12, 9), Grain.QUARTER)
        datetime.date(2011, 10, 1)
    """
    match grain:
        case Grain.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)


def period_shift(start: dt.date, grain: Grain, steps: int) -> dt.date:
    """First day of the period `steps` periods away from the one that starts on `start`.

    Examples:
        >>> period_shift(dt.date(2011, 12, 1), Grain.MONTH, 2)
        datetime.date(2012, 2, 1)
    """
    if grain is Grain.WEEK:
        return start + dt.timedelta(weeks=steps)
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain] * steps
    ordinal = start.year * 12 + start.month - 1 + months
    return dt.date(ordinal // 12, ordinal % 12 + 1, 1)


def period_is_over(start: dt.date, grain: Grain, as_of: dt.date) -> bool:
    """Tell whether the last day of the period that starts on `start` is at or before `as_of` (D8).

    Examples:
        >>> period_is_over(dt.date(2011, 12, 1), Grain.MONTH, dt.date(2011, 12, 9))
        False
    """
    return period_shift(start, grain, 1) - dt.timedelta(days=1) <= as_of
