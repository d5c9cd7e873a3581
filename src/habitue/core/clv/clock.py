"""The clock of a shop: calendar days turned into days of ordinary pace.

Purchase models know one rate per customer, the same in January and in November. A Poisson process
whose rate rises and falls with the season is a steady one on a clock that runs faster and slower
with it, so that every formula stays exact: the models are fitted, and asked, on this clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import Codes
from habitue.core.clv.occasions import Histories, Occasions

HALVES: Final = 24
"""Half-months in a year: fine enough for the days before Christmas and those after."""
YEAR: Final = 365
_MIDDLE: Final = 15
_FARTHEST: Final = 3700
"""Days ahead that the clock tells; beyond ten years a horizon is refused."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Clock:
    """How fast time goes for the customers of a shop.

    Attributes:
        born: First day of the data, in days since 1 January 1970.
        cut: Last day seen.
        season: Logarithm of the pace of each half-month of the year, January first.
        drift: Change of the logarithm of the pace in a year, up to the cut; it stays there after.
    """

    born: int
    cut: int
    season: Array
    drift: float

    @classmethod
    def even(cls, born: int, cut: int) -> Self:
        """Give the clock on the wall, where a day is a day.

        Examples:
            >>> float(Clock.even(0, 90).between(10, 40.5))
            30.5
        """
        return cls(born=born, cut=cut, season=np.zeros(HALVES), drift=0.0)

    def between(self, after: ArrayLike, until: ArrayLike) -> Array:
        """Measure the time from the end of one day to the end of another.

        Args:
            after: Days since 1 January 1970; the fraction of a day is allowed.
            until: The same.
        """
        return np.asarray(self._reached(until) - self._reached(after))

    def ahead(self, days: ArrayLike) -> Array:
        """Measure the time that the next calendar days take."""
        return self.between(self.cut, self.cut + np.asarray(days, np.float64))

    def days(self, time: Array) -> Array:
        """Give the calendar days, from the cut, that a length of time takes."""
        grid, reached = self._face
        far = self._reached(self.cut) + time
        beyond = np.maximum(far - reached[-1], 0)  # time without an end stays so
        return np.asarray(np.interp(far, reached, grid) + beyond - self.cut)

    def read(self, shop: Occasions) -> Histories:
        """Describe the customers known at the cut, on this clock."""
        seen = shop.at(self.cut)
        first = shop.first[seen.who]
        return seen._replace(
            recency=self.between(first, first + seen.recency), T=self.between(first, self.cut)
        )

    def _reached(self, day: ArrayLike) -> Array:
        return np.asarray(np.interp(np.asarray(day, np.float64), *self._face))

    @cached_property
    def _face(self) -> tuple[Array, Array]:
        """Days, and the time reached at the end of each."""
        days = np.arange(self.born, self.cut + _FARTHEST + 1)
        since = np.minimum(days - self.cut, 0) / YEAR
        pace = np.exp(self.season[half_of(days) % HALVES] + self.drift * since)
        grid = np.append(self.born - 1, days).astype(np.float64)
        return grid, np.append(0.0, np.cumsum(pace))


def half_of(day: Any) -> Codes:
    """Number the half-month of a day, the first half of January 1970 being 0.

    Examples:
        >>> half_of([0, 14, 15, 31]).tolist()
        [0, 0, 1, 2]
    """
    on = np.asarray(day, np.int64).astype("datetime64[D]")
    month = on.astype("datetime64[M]")
    return np.asarray(2 * month.astype(np.int64) + ((on - month).astype(np.int64) >= _MIDDLE))


def end_of(half: Codes) -> Codes:
    """Give the last day of half-months, as `half_of` numbers them.

    Examples:
        >>> end_of(np.array([0, 1])).tolist()
        [14, 30]
    """
    month = (half // 2).astype("datetime64[M]")
    middle = month.astype("datetime64[D]").astype(np.int64) + _MIDDLE - 1
    last = (month + 1).astype("datetime64[D]").astype(np.int64) - 1
    return np.asarray(np.where(half % 2, last, middle))
