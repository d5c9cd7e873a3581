"""The clock of a shop, learned from its past: the season of each half-month, and the drift.

Given a fit, the repeats expected in each half-month are known; actual over expected tells how fast
it ran. Its logarithm is a season, the same every year, plus a drift, so much a year, plus noise: a
Gaussian regression, averaged over how wide season and drift may spread, each width weighed by how
likely it makes the past: a shop without a season keeps nearly the clock on the wall. The models
are fitted again on the new clock until it stands still.

Sources: time change of a Poisson process, Daley and Vere-Jones 2003, section 7.4; marginal
likelihood of the spreads, Rasmussen and Williams 2006, section 5.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, NamedTuple

import numpy as np

from habitue.core.clv.apart import Apart, Buying
from habitue.core.clv.clock import HALVES, Clock, end_of, half_of
from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import Codes
from habitue.core.clv.occasions import Histories, Mask, Occasions

FEWEST_ORDERS: Final = 240
"""Repeats needed before a season is looked for: ten in a half-month."""
UNKNOWN_DRIFT: Final = 0.3
"""Error of the drift of a shop of which a year was not seen twice: off by a third, either way."""
ASSUMED_DRIFT: Final = -0.2
"""Drift of such a shop: customers slow down as they age, which the models do not know, and a first
year takes it for a season. As much was found in sample shops without any drift of their own."""
LEAST_DRIFT_ERROR: Final = 0.1
"""The models take departures for a drift, or the other way round: in sample shops without any, the
drift found lies that far from zero."""
_COVERED: Final = 0.8
"""Share of a half-month that must be seen for it to count."""
_ROUNDS: Final = 5
_STILL: Final = 0.02
_SEASONS: Final = (0.0, 0.1, 0.3)
_DRIFTS: Final = (0.0, 0.1, 0.25)
_SMOOTH: Final = (0.0, 0.7)
"""Share of the season that neighbouring half-months have in common."""
_REACH: Final = 2.0
"""Half-months over which they have it."""
_NOISES: Final = (0.05, 0.12)


class Spreads(NamedTuple):
    """Standard deviations of the logarithm of the pace, before looking.

    Attributes:
        season: Of a half-month.
        drift: Of the change in a year.
        smooth: Share of the season's variance that neighbours share.
        noise: Of what neither explains, beside that of counting.
    """

    season: float
    drift: float
    smooth: float
    noise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What the past tells of the clock.

    Attributes:
        clock: The clock.
        seen: The customers on it.
        halves: Half-months seen in full; short of a year where there are too few orders.
        drift_error: Standard error of the drift; that of a shop never seen where it is not known.
    """

    clock: Clock
    seen: Histories
    halves: int
    drift_error: float = UNKNOWN_DRIFT

    @property
    def known(self) -> bool:
        """Whether a whole year was seen, so that a season can be told."""
        return self.halves >= HALVES

    @property
    def drift_known(self) -> bool:
        """Whether a half-month was seen twice, so that a drift can be told."""
        return self.halves > HALVES


class _Regressed(NamedTuple):
    """What the past says under given spreads.

    Attributes:
        likelihood: Logarithm of the marginal likelihood.
        season: Expected season.
        drift: Expected drift.
        drift_variance: Its variance.
    """

    likelihood: float
    season: Array
    drift: float
    drift_variance: float


class _Halves(NamedTuple):
    """Repeats by half-month."""

    half: Codes
    actual: Array
    expected: Array
    covered: Mask


def learn(shop: Occasions, cut: int, fit: Callable[[Histories], Buying]) -> Season:
    """Learn the clock from what was known at the end of a day.

    Args:
        shop: The whole history.
        cut: Last day seen.
        fit: How a purchase model is fitted to customers.
    """
    clock = Clock.even(shop.born, cut)
    seen, halves = clock.read(shop), halves_seen(shop, cut)
    if halves < HALVES:
        return Season(clock=clock, seen=seen, halves=halves)
    error = UNKNOWN_DRIFT
    for _ in range(_ROUNDS):
        told, error = _told(clock, _by_half(shop, clock, seen, fit(seen)))
        moved = max(float(np.abs(told.season - clock.season).max()), abs(told.drift - clock.drift))
        clock, seen = told, told.read(shop)
        if moved < _STILL:
            break
    found = Season(clock=clock, seen=seen, halves=halves)
    return replace(found, drift_error=max(error, LEAST_DRIFT_ERROR)) if found.drift_known else found


def halves_seen(shop: Occasions, cut: int) -> int:
    """Count the half-months seen in full; short of a year where there are too few orders.

    What can be told at a cut is known from this alone, before anything is learned.
    """
    halves = _covered(shop.born, cut)
    known = shop.day <= cut
    repeats = np.count_nonzero(known) - np.count_nonzero(shop.first <= cut)
    return halves if repeats >= FEWEST_ORDERS else min(halves, HALVES - 1)


def by_sides(buying: Buying, seen: Histories) -> list[tuple[Buying, Mask]]:
    """Give each model of a pair with the customers it speaks of; a single one speaks of all."""
    if isinstance(buying, Apart):
        old = buying.limit <= seen.T
        return [(buying.old, old), (buying.new, ~old)]
    return [(buying, np.ones(seen.who.size, dtype=np.bool_))]


def expected_by(
    shop: Occasions, clock: Clock, seen: Histories, buying: Buying, days: Codes
) -> Array:
    """Expect the repeats of all customers known at a cut, from their first day to each of some.

    What is expected of customers acquired on a day: nothing of what they did is used.
    """
    expected = np.zeros(days.size)
    for model, side in by_sides(buying, seen):
        born, people = np.unique(shop.first[seen.who[side]], return_counts=True)
        ages = np.maximum(clock.between(born, days[:, None]), 0)
        # A smooth curve of the age alone: one table serves every pair of days.
        grid = np.arange(np.ceil(ages.max(initial=0.0)) + 2)
        curve = np.asarray(model.expected_purchases_new(grid))
        expected += np.interp(ages, grid, curve) @ people
    return expected


def _by_half(shop: Occasions, clock: Clock, seen: Histories, buying: Buying) -> _Halves:
    cut = clock.cut
    half = _halves(shop.born, cut)
    repeat = (shop.day > shop.first[shop.customer]) & (shop.day <= cut)
    actual = np.bincount(half_of(shop.day[repeat]) - half[0], minlength=half.size)
    reached = expected_by(shop, clock, seen, buying, np.minimum(end_of(half), cut))
    covered = _cover(shop.born, cut, half) >= _COVERED
    return _Halves(half, actual.astype(np.float64), np.diff(reached, prepend=0.0), covered)


def _halves(born: int, cut: int) -> Codes:
    return np.arange(int(half_of(born)), int(half_of(cut)) + 1, dtype=np.int64)


def _cover(born: int, cut: int, half: Codes) -> Array:
    begin, end = end_of(half - 1), end_of(half)
    seen = np.minimum(end, cut) - np.maximum(begin, born - 1)
    return np.asarray(seen / (end - begin))


def _covered(born: int, cut: int) -> int:
    half = _halves(born, cut)
    return int(np.count_nonzero(_cover(born, cut, half) >= _COVERED))


def _told(clock: Clock, halves: _Halves) -> tuple[Clock, float]:
    """Read a new clock, and the error of its drift, off actual and expected repeats.

    Where no half-month was seen twice, a drift is assumed, and what is left is the season.
    """
    kept = halves.covered
    place, since = halves.half[kept] % HALVES, (halves.half[kept] - halves.half[-1]) / HALVES
    ran = np.log((halves.actual[kept] + 0.5) / (halves.expected[kept] + 0.5))
    twice = int(np.count_nonzero(kept)) > HALVES
    assumed = 0.0 if twice else ASSUMED_DRIFT
    pace = ran + clock.season[place] + (clock.drift - assumed) * since
    counting = 1 / (halves.actual[kept] + 1)
    found = [_regressed(place, since, pace, counting, one) for one in _spreads(twice)]
    likely = np.array([one.likelihood for one in found])
    weight = np.exp(likely - likely.max())
    weight /= weight.sum()
    season = weight @ [one.season for one in found]
    drifts = np.array([one.drift for one in found])
    drift = float(weight @ drifts)
    spread = weight @ (np.array([one.drift_variance for one in found]) + (drifts - drift) ** 2)
    # A year of ordinary days: the level belongs to the models.
    season -= np.log(np.exp(season).mean())
    told = Clock(born=clock.born, cut=clock.cut, season=season, drift=assumed + drift)
    return told, float(np.sqrt(spread))


def _spreads(twice: bool) -> Iterator[Spreads]:
    for season, drift, smooth, noise in product(
        _SEASONS, _DRIFTS if twice else (0.0,), _SMOOTH, _NOISES
    ):
        if season or not smooth:
            yield Spreads(season, drift, smooth, noise)


def _regressed(
    place: Codes, since: Array, pace: Array, counting: Array, spreads: Spreads
) -> _Regressed:
    apart = np.abs(np.subtract.outer(np.arange(HALVES), np.arange(HALVES)))
    near = np.exp(-0.5 * (np.minimum(apart, HALVES - apart) / _REACH) ** 2)
    alike = spreads.season**2 * ((1 - spreads.smooth) * np.eye(HALVES) + spreads.smooth * near)
    noise = np.diag(counting + spreads.noise**2)
    whole = alike[np.ix_(place, place)] + spreads.drift**2 * np.outer(since, since) + noise
    inverse = np.linalg.inv(whole)
    # The level is free: it is averaged out, not chosen.
    pull = inverse.sum(axis=0)
    inverse -= np.outer(pull, pull) / pull.sum()
    weighed = inverse @ pace
    likelihood = -0.5 * (pace @ weighed + np.linalg.slogdet(whole)[1] + np.log(pull.sum()))
    prior = spreads.drift**2
    return _Regressed(
        float(likelihood),
        alike[:, place] @ weighed,
        float(prior * (since @ weighed)),
        float(prior - prior**2 * (since @ inverse @ since)),
    )
