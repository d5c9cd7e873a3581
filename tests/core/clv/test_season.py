"""The clock of a shop: read by hand, learned from shops whose season and drift are known."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pytest

from habitue.core.clv import MBGNBD, NBD, Calendar, Forecaster, Occasions, backtest
from habitue.core.clv.apart import fit_apart
from habitue.core.clv.clock import HALVES, YEAR, Clock, end_of, half_of
from habitue.core.clv.season import ASSUMED_DRIFT, Season, expected_by, learn

from .conftest import Array

BORN = (dt.date(2020, 1, 1) - dt.date(1970, 1, 1)).days
DAYS = 3 * YEAR
SEASON = 0.35 * np.cos(2 * np.pi * (np.arange(HALVES) + 0.5 - 21) / HALVES)
"""Highest in the middle of November, lowest in the middle of May."""
FIT = partial(fit_apart, "mbgnbd")


def _shop(season: Array, drift: float, *, seed: int, customers: int = 900) -> Occasions:
    """Customers acquired over two years, at a pace that rises and falls: drawn by thinning."""
    random = np.random.default_rng(seed)
    days = np.arange(BORN, BORN + DAYS)
    pace = np.exp(season[half_of(days) % HALVES] + drift * (days - days[-1]) / YEAR)
    who, when = [], []
    for number in range(customers):
        first = int(random.integers(0, 2 * YEAR))
        rate, stays = random.gamma(1.5, 1 / 40), random.geometric(random.beta(1, 9))
        chance = 1 - np.exp(-rate * pace[first + 1 :])
        bought = np.flatnonzero(random.random(chance.size) < chance)[:stays]
        mine = np.append(first, first + 1 + bought)
        who.append(np.full(mine.size, number))
        when.append(BORN + mine)
    whose = np.concatenate(who)
    return Occasions.of(whose, np.concatenate(when), np.full(whose.size, 10.0), born=BORN)


@pytest.fixture(scope="module")
def swinging() -> Occasions:
    return _shop(SEASON, -0.3, seed=5)


@pytest.fixture(scope="module")
def steady() -> Occasions:
    return _shop(np.zeros(HALVES), 0.0, seed=6)


def test_half_months_begin_on_the_first_and_on_the_sixteenth() -> None:
    days = np.arange(BORN, BORN + 400)
    dates = [dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in days]
    by_hand = [24 * (one.year - 1970) + 2 * (one.month - 1) + (one.day > 15) for one in dates]
    assert half_of(days).tolist() == by_hand
    ends = end_of(half_of(days))
    assert all(half_of(ends) == half_of(days))
    assert all(half_of(ends + 1) == half_of(days) + 1)


def test_a_clock_adds_up_the_pace_of_each_day() -> None:
    cut = BORN + 500
    clock = Clock(born=BORN, cut=cut, season=SEASON, drift=-0.2)

    def pace(day: int) -> float:
        return float(np.exp(SEASON[half_of(day) % 24] - 0.2 * min(day - cut, 0) / 365))

    assert clock.between(BORN + 9, BORN + 40) == pytest.approx(
        sum(pace(BORN + day) for day in range(10, 41))
    )
    # The day after the cut, and half of the next; the drift no longer moves.
    ahead = pace(cut + 1) + 0.5 * pace(cut + 2)
    assert clock.ahead(1.5) == pytest.approx(ahead)
    assert clock.days(np.array([ahead])) == pytest.approx([1.5])
    assert np.all(np.diff(clock.days(np.linspace(0, 6000, 50))) > 0)


def test_the_clock_on_the_wall_changes_nothing(steady: Occasions) -> None:
    cut = BORN + 800
    plain, told = steady.at(cut), Clock.even(steady.born, cut).read(steady)
    for name in ("who", "frequency", "recency", "T", "money", "old"):
        assert getattr(plain, name).tolist() == getattr(told, name).tolist()


def test_season_and_drift_are_found_again(swinging: Occasions) -> None:
    found = learn(swinging, BORN + DAYS - 1, FIT)
    assert found.drift_known
    told, true = found.clock.season, SEASON - np.log(np.exp(SEASON).mean())
    assert np.corrcoef(told, true)[0, 1] > 0.95
    assert np.abs(told - true).mean() < 0.07
    assert abs(found.clock.drift + 0.3) < 3 * found.drift_error
    assert found.drift_error < 0.12
    assert np.exp(told).mean() == pytest.approx(1)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_shop_without_season_keeps_nearly_the_clock_on_the_wall(seed: int) -> None:
    shop, cut = _shop(np.zeros(HALVES), 0.0, seed=seed), BORN + DAYS - 184
    found = learn(shop, cut, FIT)
    assert np.abs(found.clock.season).max() < 0.06
    assert abs(found.clock.drift) < 3 * max(found.drift_error, 0.05)
    actual = shop.between(cut, cut + 183).sum()
    with_clock, without = (
        Forecaster(shop, "mbgnbd", calendar=one).orders(cut, 183).sum()
        for one in (Calendar(shop), None)
    )
    assert abs(with_clock / actual - 1) < abs(without / actual - 1) + 0.05


def test_predictions_gain_where_there_is_a_season(swinging: Occasions) -> None:
    calendar = Calendar(swinging)
    ours, plain = Forecaster(swinging, "mbgnbd", calendar=calendar), Forecaster(swinging, "mbgnbd")
    for back in (91, 183, 274):
        cut = BORN + DAYS - 1 - back
        actual = swinging.between(cut, cut + 91)[ours.seen(cut).who].sum()
        miss, plain_miss = (one.orders(cut, 91).sum() / actual - 1 for one in (ours, plain))
        assert abs(miss) < 0.12
        assert abs(miss) < abs(plain_miss)
    test = backtest(ours, BORN + DAYS - 1, 91)
    model = [one for one in test.scores if (one.method, one.unit) == ("model", "orders")]
    plain_scores = [one for one in test.scores if (one.method, one.unit) == ("published", "orders")]
    assert len(model) == len(plain_scores) == 4
    assert all(one.holds for one in test.coverage)


def test_what_follows_the_cut_is_never_seen(swinging: Occasions) -> None:
    cut = BORN + 600
    past = swinging.day <= cut
    cutoff = Occasions.of(
        np.unique(swinging.customer[past], return_inverse=True)[1],
        swinging.day[past], swinging.money[past], born=BORN,
    )  # fmt: skip
    whole, part = (learn(shop, cut, FIT) for shop in (swinging, cutoff))
    assert whole.clock.season.tolist() == pytest.approx(part.clock.season.tolist(), abs=1e-9)
    assert whole.clock.drift == pytest.approx(part.clock.drift, abs=1e-9)


def test_models_are_fitted_and_asked_on_the_clock(swinging: Occasions) -> None:
    cut = BORN + 900
    forecaster = Forecaster(swinging, "mbgnbd", calendar=Calendar(swinging))
    clock, seen = forecaster.clock(cut), forecaster.seen(cut)
    first = swinging.first[seen.who]
    wall = swinging.at(cut)
    last = first + wall.recency
    model = fit_apart("mbgnbd", wall._replace(
        recency=clock.between(first, last), T=clock.between(first, cut)
    ))  # fmt: skip
    by_hand = model.expected_purchases(
        float(clock.between(cut, cut + 120)), wall.frequency,
        clock.between(first, last), clock.between(first, cut),
    )  # fmt: skip
    assert forecaster.orders(cut, 120) == pytest.approx(by_hand, rel=1e-9)
    assert np.all(seen.recency <= seen.T)


def test_expected_repeats_are_those_of_each_customer_s_age() -> None:
    shop = Occasions.of([0, 0, 1], [BORN, BORN + 9, BORN + 20], [1.0, 1.0, 1.0])
    cut, model = BORN + 60, MBGNBD(r=0.8, alpha=30, a=0.7, b=3)
    clock = Clock(born=BORN, cut=cut, season=SEASON, drift=0.1)
    days = np.array([BORN + 10, BORN + 40])
    found = expected_by(shop, clock, clock.read(shop), model, days)
    for day, told in zip(days, found, strict=True):
        ages = [max(float(clock.between(born, day)), 0) for born in (BORN, BORN + 20)]
        assert told == pytest.approx(model.expected_purchases_new(ages).sum(), rel=2e-3)


@pytest.mark.parametrize(("days", "customers"), [(300, 900), (700, 12)])
def test_a_short_or_small_past_tells_no_season(days: int, customers: int) -> None:
    shop = _shop(SEASON, 0.0, seed=3, customers=customers)
    found = learn(shop, BORN + days, FIT)
    assert not found.known
    assert not found.drift_known
    assert not found.clock.season.any()
    assert found.drift_error == pytest.approx(0.3)
    assert isinstance(found, Season)


def test_one_year_tells_a_season_but_no_drift(swinging: Occasions) -> None:
    found = learn(swinging, BORN + YEAR + 1, FIT)
    assert (found.known, found.drift_known) == (True, False)
    assert found.clock.drift == ASSUMED_DRIFT
    assert found.clock.season.any()


def test_a_fit_without_departures_still_tells_a_season() -> None:
    shop = _shop(SEASON, 0.0, seed=8, customers=300)
    cut = BORN + DAYS - 1
    found = learn(shop, cut, lambda seen: NBD.fit(seen.frequency, seen.recency, seen.T))
    assert np.corrcoef(found.clock.season, SEASON)[0, 1] > 0.9
