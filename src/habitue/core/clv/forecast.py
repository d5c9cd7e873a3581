"""What customers will do over a horizon: a model on the shop's clock, and how sure its level is.

Left to choose, a model is fitted to the left-truncated cohort and the others apart (`apart`), on a
clock that knows the shop's season and drift (`season`). A model asked for by name is the published
one: all customers together, a day is a day. How far the method missed at earlier cuts is the error
of its level, and enters intervals. What each part gained is in `docs/backtest-clv.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.apart import MODELS, Buying, fit_apart
from habitue.core.clv.baskets import basket_season, span_factors
from habitue.core.clv.clock import HALVES, YEAR, Clock
from habitue.core.clv.dependence import Dependence, SpendByBand, dependence
from habitue.core.clv.fitted import Finding
from habitue.core.clv.fitting import Array
from habitue.core.clv.gamma_gamma import GammaGamma
from habitue.core.clv.occasions import Histories, Occasions
from habitue.core.clv.season import UNKNOWN_DRIFT, Season, halves_seen, learn
from habitue.core.clv.spend import ConstantSpend, Spending, SpendModel

SpendPer: TypeAlias = SpendModel | SpendByBand
FEWEST_ORDERS: Final = 100
"""Orders a window must hold for its level to say anything."""
LEAST_ERROR: Final = 0.03
_TELLS_CLOCK: Final = "mbgnbd"
_LOOKS: Final = 4
_QUARTER: Final = 91
_OLDEST: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How sure the level of a forecast is, and what the clock knows.

    Attributes:
        error: Standard error of the logarithm of the total.
        looks: Earlier cuts behind it.
        published: Whether the model was asked for by name: no clock, all customers together.
        season: Pace of each half-month of the year, its mean 1; None before a year was seen.
        drift: Change of the pace in a year, -0.1 for a tenth less; assumed before a half-month was
            seen twice, none before a year was.
        drift_known: Whether it was read off the past.
    """

    error: float
    looks: int
    published: bool
    season: tuple[float, ...] | None
    drift: float
    drift_known: bool

    @property
    def months(self) -> list[float] | None:
        """Give the pace of each month of the year, its mean 1; None before a year was seen."""
        if self.season is None:
            return None
        halves = self.season[::2], self.season[1::2]
        return [(one + other) / 2 for one, other in zip(*halves, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """How much an occasion brings.

    Attributes:
        model: Gamma-Gamma, one per frequency band where spend depends on frequency, or a mean.
        dependence: How spend goes with frequency; None when nobody came back.
    """

    model: SpendPer
    dependence: Dependence | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reader must know of it."""
        found = [] if self.dependence is None else [self.dependence.finding]
        if isinstance(self.model, SpendModel):
            found += self.model.findings
        return tuple(one for one in found if one is not None)


class Calendar:
    """The clock of a shop as of any day, each learned once and shared by the models compared.

    Args:
        occasions: The whole history.
    """

    def __init__(self, occasions: Occasions) -> None:
        self.occasions = occasions
        self._seasons: dict[int, Season] = {}

    def at(self, cut: int) -> Season:
        """Learn the clock from what was known at the end of a day."""
        if cut not in self._seasons:
            fit = partial(fit_apart, _TELLS_CLOCK)
            self._seasons[cut] = learn(self.occasions, cut, fit)
        return self._seasons[cut]


class Forecaster:
    """Fits one model to a shop as of any day; each fit is made once.

    Args:
        occasions: The whole history.
        model: Key of the purchase model.
        calendar: The shop's clock; without it the model is the published one.
    """

    def __init__(
        self, occasions: Occasions, model: str, *, calendar: Calendar | None = None
    ) -> None:
        self.occasions, self.model, self._calendar = occasions, model, calendar
        self._seen: dict[int, Histories] = {}
        self._fits: dict[int, Buying] = {}
        self._spending: dict[int, Money] = {}
        self._baskets: dict[int, Array | None] = {}
        self._misses: dict[tuple[int, int], float | None] = {}

    @property
    def published(self) -> bool:
        """Whether the model is the published one, without the shop's clock."""
        return self._calendar is None

    def clock(self, cut: int) -> Clock:
        """Give the clock on which the model is fitted and asked."""
        if self._calendar is None:
            return Clock.even(self.occasions.born, cut)
        return self._calendar.at(cut).clock

    def seen(self, cut: int) -> Histories:
        """Describe the customers at the end of a day, on that clock."""
        if self._calendar is not None:
            return self._calendar.at(cut).seen
        if cut not in self._seen:
            self._seen[cut] = self.occasions.at(cut)
        return self._seen[cut]

    def fitted(self, cut: int) -> Buying:
        """Fit on what was known at the end of a day."""
        if cut not in self._fits:
            seen = self.seen(cut)
            self._fits[cut] = (
                MODELS[self.model].fit(seen.frequency, seen.recency, seen.T)
                if self._calendar is None
                else fit_apart(self.model, seen)
            )
        return self._fits[cut]

    def ahead(self, cut: int, days: ArrayLike) -> Array:
        """Measure the next days on the clock."""
        return self.clock(cut).ahead(days)

    def spending(self, cut: int) -> Money:
        """Fit what an occasion brings, by frequency band where it depends on frequency.

        Where nobody came back, it is the mean first basket, which its findings say.
        """
        if cut not in self._spending:
            self._spending[cut] = self._spent(cut)
        return self._spending[cut]

    def _spent(self, cut: int) -> Money:
        seen = self.seen(cut)
        if not seen.frequency.any():
            # No repeat basket to learn from: the first ones are all that is known of spend.
            shop = self.occasions
            first = shop.money[shop.day <= cut]
            mean = ConstantSpend.of_spending(Spending.of(np.ones(first.size), first, None))
            known = Finding("spend_first_baskets", {"count": first.size})
            return Money(model=mean.noting(known), dependence=None)
        measured = dependence(seen.frequency, seen.money)
        kind = SpendByBand if measured.by_band else GammaGamma
        return Money(model=kind.fit(seen.frequency, seen.money), dependence=measured)

    def baskets(self, cut: int, ends: Array) -> Array:
        """Give what a basket is worth over successive spans, beside what is expected of it.

        One throughout where the shop's clock knows no season.

        Args:
            cut: Last day seen.
            ends: Calendar days from the cut to the end of each span, rising.
        """
        if cut not in self._baskets:
            season, _ = self._known(cut)
            self._baskets[cut] = basket_season(self.occasions, cut) if season else None
        found = self._baskets[cut]
        return np.ones(ends.size) if found is None else span_factors(found, self.clock(cut), ends)

    def level(self, cut: int, horizon: int) -> Level:
        """Say how sure the level of a forecast is.

        Args:
            cut: Last day seen.
            horizon: Days ahead; beyond a year, the error is that of a year.
        """
        window = min(horizon, YEAR)
        known = self._known(cut)
        misses = []
        for look in range(_LOOKS):
            earlier = cut - window - look * _QUARTER
            if earlier - self.occasions.born < _OLDEST:
                break
            # What was known then decides how far it tells what is known now.
            if self._known(earlier) != known:
                continue
            miss = self._miss(earlier, window)
            if miss is not None:
                misses.append(miss)
        # What is believed before looking counts for one look.
        looks, clock = len(misses), self.clock(cut)
        squares = float(np.square(misses).sum()) * (1 + 1 / max(looks, 1))
        error = np.sqrt((squares + self._belief(cut, window)) / (looks + 1))
        season, drift = known
        return Level(
            error=max(float(error), LEAST_ERROR),
            looks=looks,
            published=self.published,
            season=tuple(float(one) for one in np.exp(clock.season)) if season else None,
            drift=float(np.expm1(clock.drift)),
            drift_known=drift,
        )

    def orders(self, cut: int, horizon: int) -> Array:
        """Expect the orders of each customer known at a cut."""
        seen = self.seen(cut)
        return self.fitted(cut).expected_purchases(
            float(self.ahead(cut, horizon)), seen.frequency, seen.recency, seen.T
        )

    def _known(self, cut: int) -> tuple[bool, bool]:
        """Whether the season, and the drift, could be told at a cut."""
        if self._calendar is None:
            return False, False
        halves = halves_seen(self.occasions, cut)
        return halves >= HALVES, halves > HALVES

    def _belief(self, cut: int, window: int) -> float:
        """Variance of the logarithm of the level, from what is known of the drift.

        An error of the drift tilts the season as well, and shifts the months ahead by a year of
        it. From the cut on, the level wanders as far as it did before.
        """
        season = None if self._calendar is None else self._calendar.at(cut)
        error = UNKNOWN_DRIFT if season is None else season.drift_error
        drift = 0.0 if season is None else season.clock.drift
        wandering = drift**2 + error**2 if season is not None and season.drift_known else 0.0
        return float(error**2 + wandering * window / YEAR / 3)

    def _miss(self, cut: int, window: int) -> float | None:
        """Logarithm of actual over expected orders; None where there are too few to say."""
        if (cut, window) not in self._misses:
            who = self.seen(cut).who
            actual = float(self.occasions.between(cut, cut + window)[who].sum())
            self._misses[cut, window] = (
                float(np.log(actual / self.orders(cut, window).sum()))
                if actual >= FEWEST_ORDERS
                else None
            )
        return self._misses[cut, window]
