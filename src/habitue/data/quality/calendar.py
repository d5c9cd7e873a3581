"""Days and weekdays on which a shop sells, and the runs of days on which it did not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, NamedTuple

_CLOSED_SHARE: Final = 0.1
"""A weekday is one on which the shop does not sell when its days have an order this many times as
often as those of the busiest weekday, or less."""
_WEEKS_TO_TELL: Final = 8
"""Fewer weeks than this say nothing of weekdays."""
_LEAST_GAP: Final = 7
_TIMES_USUAL: Final = 5
"""A run of days without orders stands out when it is this many times the usual wait."""
_ZERO: Final = Decimal(0)


class Calendar(NamedTuple):
    """What the days of a shop say.

    Attributes:
        days: One row per day from the first to the last: `day`, `orders`, `amount`.
        weekdays: One row per weekday, Monday is 1.
        closed: Weekdays on which the shop does not sell.
        open_days: Days from the first to the last that are not on such a weekday.
        gaps: Runs of open days without orders that stand out, longest first.
    """

    days: list[dict[str, Any]]
    weekdays: list[dict[str, Any]]
    closed: tuple[int, ...]
    open_days: int
    gaps: list[dict[str, Any]]


def read(counted: list[dict[str, Any]]) -> Calendar:
    """Lay out the days, the empty ones too, and find what stands out.

    Args:
        counted: `day`, `orders`, `amount`, one row per day with orders; in any order.

    Examples:
        >>> monday = dt.date(2011, 1, 3)
        >>> seen = read([{"day": monday, "orders": 2, "amount": Decimal(10)}])
        >>> seen.weekdays[0]["orders"], seen.closed, seen.gaps
        (2, (), [])
    """
    sold = {row["day"]: row for row in counted}
    if not sold:
        return Calendar([], [], (), 0, [])
    first, last = min(sold), max(sold)
    span = [first + dt.timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    days = [
        {"day": day, "orders": sold.get(day, {}).get("orders", 0),
         "amount": sold.get(day, {}).get("amount") or _ZERO}
        for day in span
    ]  # fmt: skip
    weekdays = _weekdays(days)
    usual = max(row["days_with_orders"] / row["days"] for row in weekdays if row["days"])
    closed = tuple(
        row["weekday"]
        for row in weekdays
        if row["days"] >= _WEEKS_TO_TELL
        and row["days_with_orders"] < _CLOSED_SHARE * usual * row["days"]
    )
    is_open = [day.isoweekday() not in closed for day in span]
    return Calendar(days, weekdays, closed, sum(is_open), _gaps(sorted(sold), closed))


def missing_days(day: dt.date) -> tuple[int, int, int]:
    """Count the days of a month before a day, after it, and all.

    Examples:
        >>> missing_days(dt.date(2011, 12, 9))
        (8, 22, 31)
    """
    length = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - day.replace(day=1)
    return day.day - 1, length.days - day.day, length.days


def _weekdays(days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: Counter[int] = Counter()
    with_orders: Counter[int] = Counter()
    orders: Counter[int] = Counter()
    amounts = dict.fromkeys(range(1, 8), _ZERO)
    for row in days:
        weekday = row["day"].isoweekday()
        seen[weekday] += 1
        with_orders[weekday] += row["orders"] > 0
        orders[weekday] += row["orders"]
        amounts[weekday] += row["amount"]
    return [
        {"weekday": one, "days": seen[one], "days_with_orders": with_orders[one],
         "orders": orders[one], "amount": amounts[one]}
        for one in range(1, 8)
    ]  # fmt: skip


def _gaps(sold: list[dt.date], closed: tuple[int, ...]) -> list[dict[str, Any]]:
    """Find the waits between two days with orders that are far longer than usual."""
    waits: list[dict[str, Any]] = [
        {"last_day": before, "next_day": after, "days": _open_between(before, after, closed)}
        for before, after in pairwise(sold)
    ]
    usual = sum(one["days"] + 1 for one in waits) / len(waits) if waits else 1.0
    least = max(_LEAST_GAP, _TIMES_USUAL * usual)
    long = [one for one in waits if one["days"] >= least]
    return sorted(long, key=lambda one: (-one["days"], one["last_day"]))


def _open_between(before: dt.date, after: dt.date, closed: tuple[int, ...]) -> int:
    between = (after - before).days - 1
    weeks, rest = divmod(between, 7)
    ahead = (before + dt.timedelta(days=one + 1) for one in range(rest))
    return weeks * (7 - len(closed)) + sum(day.isoweekday() not in closed for day in ahead)
