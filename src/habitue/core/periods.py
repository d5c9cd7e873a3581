"""Number periods, so that ages are subtractions, on every engine."""

from __future__ import annotations

import datetime as dt
from typing import Final

import ibis
import ibis.expr.types as ir

from habitue.schema import Grain, period_shift, period_start

_MONDAY: Final = dt.date(1970, 1, 5)
_TRUNCATE: Final = {Grain.WEEK: "W", Grain.MONTH: "M", Grain.QUARTER: "Q", Grain.YEAR: "Y"}


def start(day: ir.DateValue, grain: Grain) -> ir.DateValue:
    """First day of the period a day falls in. Weeks start on Monday."""
    # Truncated as a moment: ibis takes a truncated date for a date, DuckDB makes a moment of it.
    return day.cast("timestamp").truncate(_TRUNCATE[grain]).cast("date")


def index(day: ir.DateValue, grain: Grain) -> ir.IntegerValue:
    """Number of the period a day falls in; neighbours differ by one.

    Weeks count from Monday 5 January 1970, the others from year 0.
    """
    match grain:
        case Grain.WEEK:
            weeks = day.truncate("W").cast("date").delta(ibis.literal(_MONDAY), unit="day") / 7
            return weeks.floor().cast("int64")
        case Grain.MONTH:
            return (day.year() * 12 + day.month() - 1).cast("int64")
        case Grain.QUARTER:
            return (day.year() * 4 + day.quarter() - 1).cast("int64")
        case Grain.YEAR:
            return day.year().cast("int64")


def index_of(day: dt.date, grain: Grain) -> int:
    """Give the number `index` gives, for a day in hand.

    Examples:
        >>> index_of(dt.date(2011, 12, 9), Grain.YEAR) - index_of(dt.date(2009, 12, 1), Grain.YEAR)
        2
    """
    match grain:
        case Grain.WEEK:
            return (day - _MONDAY).days // 7
        case Grain.MONTH:
            return day.year * 12 + day.month - 1
        case Grain.QUARTER:
            return day.year * 4 + (day.month - 1) // 3
        case Grain.YEAR:
            return day.year


def start_of(number: int, grain: Grain) -> dt.date:
    """First day of a numbered period: the inverse of `index_of`.

    Examples:
        >>> start_of(index_of(dt.date(2011, 12, 9), Grain.QUARTER), Grain.QUARTER)
        datetime.date(2011, 10, 1)
    """
    match grain:
        case Grain.WEEK:
            return _MONDAY + dt.timedelta(weeks=number)
        case Grain.MONTH:
            return dt.date(number // 12, number % 12 + 1, 1)
        case Grain.QUARTER:
            return dt.date(number // 4, number % 4 * 3 + 1, 1)
        case Grain.YEAR:
            return dt.date(number, 1, 1)


def last_over(as_of: dt.date, grain: Grain) -> int:
    """Number of the last period that is over at `as_of` (D8).

    Examples:
        >>> start_of(last_over(dt.date(2011, 12, 9), Grain.MONTH), Grain.MONTH)
        datetime.date(2011, 11, 1)
    """
    tomorrow = as_of + dt.timedelta(days=1)
    return index_of(period_shift(period_start(tomorrow, grain), grain, -1), grain)
