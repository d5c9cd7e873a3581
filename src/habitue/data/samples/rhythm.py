"""When a sample shop is busy: months, weekdays, hours, and days it is closed.

Purchases are a Poisson process in *busy time*, which runs fast in autumn, slowly at weekends and
stands still on closed days: one unit is an average day. A customer's rate is per unit of it, so
the purchase model stays exactly the one that was asked for while the calendar shows its seasons.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import numpy.typing as npt

from habitue.data.samples.goods import Floats, Ints

MONTHS: Final = (0.78, 0.80, 0.95, 0.86, 0.97, 0.96, 0.86, 0.76, 1.12, 1.42, 1.72, 0.98)
"""Busyness of January to December; their mean is near one."""
WEEKDAYS: Final = (1.10, 1.25, 1.17, 1.36, 1.06, 0.34, 0.72)
"""Busyness of Monday to Sunday; their mean is one."""
HOURS: Final = {
    7: 2, 8: 20, 9: 62, 10: 106, 11: 117, 12: 143, 13: 126, 14: 115, 15: 109, 16: 73, 17: 45,
    18: 15, 19: 10, 20: 2,
}  # fmt: skip
"""Orders by hour of the day, as weights."""
CLOSED: Final = frozenset({(1, 1), (5, 1), (12, 25)})
MINUTES: Final = 1_440


class Rhythm:
    """The clock of a shop.

    Args:
        start: First day.
        days: How many days the shop is open for.
    """

    def __init__(self, start: dt.date, days: int) -> None:
        self.start, self.days = start, days
        self._busy = np.concatenate([[0.0], np.cumsum(busyness(start, days))])
        weights = np.array(list(HOURS.values()), dtype=float)
        self._share = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
        self._hour = np.array([*HOURS, max(HOURS) + 1]) * 60.0

    @property
    def length(self) -> float:
        """Busy time from the first day to the last."""
        return float(self._busy[-1])

    def busy(self, days: Floats) -> Floats:
        """Busy time elapsed at a moment, given in days since the start."""
        elapsed: Floats = np.interp(days, np.arange(self.days + 1), self._busy)
        return elapsed

    def minutes(self, busy: Floats) -> npt.NDArray[np.int32]:
        """Minutes since the start of the first day at which so much busy time has elapsed.

        Within a day, busy time follows the hours people order at.
        """
        moment = np.interp(busy, self._busy, np.arange(self.days + 1))
        day = np.minimum(moment.astype(np.int64), self.days - 1)
        in_day = np.interp(moment - day, self._share, self._hour)
        return (day * MINUTES + in_day).astype(np.int32)


def busyness(start: dt.date, days: int) -> Floats:
    """Busyness of each day, from the first.

    Examples:
        >>> busyness(dt.date(2024, 12, 24), 3).round(2)
        array([1.23, 0.  , 1.33])
    """
    day = np.datetime64(start, "D") + np.arange(days)
    month: Ints = day.astype("datetime64[M]").astype(np.int64) % 12
    weekday: Ints = (day.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    closed = [(one.month, one.day) in CLOSED for one in day.astype(object)]
    busy: Floats = np.array(MONTHS)[month] * np.array(WEEKDAYS)[weekday]
    return np.where(closed, 0.0, busy)
