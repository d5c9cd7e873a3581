"""What customers will do over a horizon, with a pace learned from the same window a year ago.

Purchase models know no Christmas, and no base that wears out faster than its first months let
expect. Both show when the model is fitted as of a year earlier and replayed over the window that
followed: actual over predicted is the pace, and everybody's expected orders are multiplied by it.
How far the whole method missed at earlier cuts is the error of the pace, and enters intervals.
What each part gained is in `docs/backtest-clv.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from habitue.core.clv.apart import Buying, fit_apart
from habitue.core.clv.dependence import Dependence, SpendByBand, dependence
from habitue.core.clv.fitted import Finding
from habitue.core.clv.fitting import Array
from habitue.core.clv.gamma_gamma import GammaGamma
from habitue.core.clv.occasions import Histories, Occasions
from habitue.core.clv.spend import SpendModel

Spending: TypeAlias = SpendModel | SpendByBand
YEAR: Final = 365
SHORTEST: Final = 60
"""Days of history that a replay needs before it."""
FEWEST_ORDERS: Final = 100
"""Orders a window must hold for its level to say anything."""
UNKNOWN_PACE: Final = 0.3
"""Error of the pace where the past says nothing of it: off by a third, either way."""
LEAST_ERROR: Final = 0.03
_LOOKS: Final = 4
_QUARTER: Final = 91
_OLDEST: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a window runs, against what the model expects of it.

    Attributes:
        factor: On everybody's expected orders; 1 where it cannot be learned.
        error: Standard error of its logarithm.
        learned: Whether the same window a year ago was seen.
        looks: Earlier cuts behind the error; 0 when it is the default.
    """

    factor: float
    error: float
    learned: bool
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """How much an occasion brings.

    Attributes:
        model: Gamma-Gamma, one per frequency band where spend depends on frequency, or a mean.
        dependence: How spend goes with frequency; None when nobody came back.
    """

    model: Spending
    dependence: Dependence | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reader must know of it."""
        found = [] if self.dependence is None else [self.dependence.finding]
        if isinstance(self.model, SpendModel):
            found += self.model.findings
        return tuple(one for one in found if one is not None)


class Forecaster:
    """Fits one model to a shop as of any day; each fit is made once.

    Args:
        occasions: The whole history.
        model: Key of the purchase model.
        replay: Whether to learn the pace.
    """

    def __init__(self, occasions: Occasions, model: str, *, replay: bool = True) -> None:
        self.occasions, self.model, self._replay = occasions, model, replay
        self._seen: dict[int, Histories] = {}
        self._fits: dict[int, Buying] = {}
        self._levels: dict[tuple[int, int], float | None] = {}

    def seen(self, cut: int) -> Histories:
        """Describe the customers at the end of a day."""
        if cut not in self._seen:
            self._seen[cut] = self.occasions.at(cut)
        return self._seen[cut]

    def fitted(self, cut: int) -> Buying:
        """Fit on what was known at the end of a day."""
        if cut not in self._fits:
            self._fits[cut] = fit_apart(self.model, self.seen(cut))
        return self._fits[cut]

    def spending(self, cut: int) -> Money:
        """Fit what an occasion brings, by frequency band where it depends on frequency."""
        seen = self.seen(cut)
        measured = dependence(seen.frequency, seen.money)
        if measured.finding is not None:
            return Money(model=SpendByBand.fit(seen.frequency, seen.money), dependence=measured)
        return Money(model=GammaGamma.fit(seen.frequency, seen.money), dependence=measured)

    def pace(self, cut: int, horizon: int) -> Pace:
        """Learn the pace of the window that follows a day.

        Args:
            cut: Last day seen.
            horizon: Days ahead; beyond a year, the pace is that of a year.
        """
        if not self._replay:
            return Pace(factor=1.0, error=0.0, learned=False, looks=0)
        window = min(horizon, YEAR)
        level = self._level(cut, window)
        misses: dict[bool, list[float]] = {True: [], False: []}
        for look in range(_LOOKS):
            earlier = cut - window - look * _QUARTER
            if earlier - self.occasions.born < _OLDEST:
                break
            ratio = self._ratio(earlier, window)
            if ratio is not None:
                then = self._level(earlier, window)
                misses[then is not None].append(float(np.log(ratio / (then or 1.0))))
        # What was known then decides how far to trust what is known now.
        alike = misses[level is not None] or misses[level is None]
        error = UNKNOWN_PACE
        if alike:
            # One more draw from as many: the spread of a prediction, not of a mean.
            error = float(np.sqrt(np.mean(np.square(alike)) * (1 + 1 / len(alike))))
        return Pace(
            factor=level or 1.0,
            error=max(error, LEAST_ERROR),
            learned=level is not None,
            looks=len(alike),
        )

    def orders(self, cut: int, horizon: int) -> Array:
        """Expect the orders of each customer known at a cut."""
        seen = self.seen(cut)
        expected = self.fitted(cut).expected_purchases(
            horizon, seen.frequency, seen.recency, seen.T
        )
        return np.asarray(expected * self.pace(cut, horizon).factor)

    def _level(self, cut: int, window: int) -> float | None:
        return self._ratio(cut - YEAR, window)

    def _ratio(self, cut: int, window: int) -> float | None:
        """Actual over predicted orders of a window that is over; None when it says nothing."""
        if (cut, window) not in self._levels:
            self._levels[cut, window] = self._measured(cut, window)
        return self._levels[cut, window]

    def _measured(self, cut: int, window: int) -> float | None:
        if cut - self.occasions.born < SHORTEST:
            return None
        seen = self.seen(cut)
        actual = float(self.occasions.between(cut, cut + window)[seen.who].sum())
        if actual < FEWEST_ORDERS:
            return None
        expected = self.fitted(cut).expected_purchases(window, seen.frequency, seen.recency, seen.T)
        return actual / float(expected.sum())
