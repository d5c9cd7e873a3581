"""Names of periods, and which of them an axis has room for."""

from __future__ import annotations

import datetime as dt

from habitue.schema import Grain
from habitue.texts import Lang, day_first, text

_LOCALES: dict[Lang, str] = {"fr": "fr_FR", "en": "en_GB"}
_MOST_TICKS = 9


def period_name(start: dt.date, grain: Grain, lang: Lang) -> str:
    """Name the period that starts on a day.

    Examples:
        >>> period_name(dt.date(2011, 12, 1), Grain.MONTH, "en")
        'Dec 2011'
        >>> period_name(dt.date(2011, 10, 1), Grain.QUARTER, "fr")
        'T4 2011'
    """
    match grain:
        case Grain.WEEK:
            return text("charts.week_of", lang, day=start)
        case Grain.YEAR:
            return str(start.year)
        case _:
            return f"{_short(start, grain, lang)} {start.year}"


def month_name(month: int, lang: Lang) -> str:
    """Name a month of the year in full.

    Examples:
        >>> month_name(11, "en")
        'November'
    """
    from babel.dates import format_date  # noqa: PLC0415 - babel costs 60 ms

    return str(format_date(dt.date(2000, month, 1), "LLLL", locale=_LOCALES[lang]))


def tick_names(starts: list[dt.date], grain: Grain, lang: Lang) -> dict[int, str]:
    """Choose which positions of an axis carry a name, few enough for a telephone.

    The year stands under the first of them and under each that opens a new year.

    Examples:
        >>> tick_names([dt.date(2010, 10, 1), dt.date(2011, 1, 1)], Grain.QUARTER, "en")
        {0: 'Q4<br>2010', 1: 'Q1<br>2011'}
    """
    every = _stride(len(starts), grain)
    named: dict[int, str] = {}
    shown_year = None
    for position, start in enumerate(starts):
        if _rank(start, grain, position) % every:
            continue
        opens_year = start.year != shown_year and grain is not Grain.YEAR
        named[position] = _short(start, grain, lang) + (f"<br>{start.year}" if opens_year else "")
        shown_year = start.year
    return named


def _stride(count: int, grain: Grain) -> int:
    steps = {
        Grain.WEEK: (1, 2, 4, 8, 13, 26, 52, 104),
        Grain.MONTH: (1, 2, 3, 6, 12, 24, 60, 120),
        Grain.QUARTER: (1, 2, 4, 8, 20, 40),
        Grain.YEAR: (1, 2, 5, 10, 20),
    }[grain]
    return next((step for step in steps if count / step <= _MOST_TICKS), steps[-1])


def _rank(start: dt.date, grain: Grain, position: int) -> int:
    """Place of a period in its year, so that strides fall on January, not on the first bar."""
    match grain:
        case Grain.MONTH:
            return start.year * 12 + start.month - 1
        case Grain.QUARTER:
            return start.year * 4 + (start.month - 1) // 3
        case Grain.YEAR:
            return start.year
        case Grain.WEEK:
            return position


def _short(start: dt.date, grain: Grain, lang: Lang) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - babel costs 60 ms

    pattern = {
        Grain.WEEK: "d MMM",
        Grain.MONTH: "MMM",
        Grain.QUARTER: "QQQ",
        Grain.YEAR: "y",
    }[grain]
    return day_first(str(format_date(start, pattern, locale=_LOCALES[lang])), lang)
