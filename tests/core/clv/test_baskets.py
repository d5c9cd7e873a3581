"""The season of baskets: found where it is, none where it is not, weighed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from habitue.core.clv import Calendar, Forecaster, Occasions
from habitue.core.clv.baskets import MONTHS, basket_season, month_of, span_factors
from habitue.core.clv.clock import HALVES, Clock
from habitue.core.clv.intervals import intervals
from habitue.core.clv.table import newcomer, prospects
from habitue.core.money import month_ends

from .conftest import Array

BORN = 18_262  # 1 January 2020
TRUTH = 0.3 * np.sin(2 * np.pi * np.arange(MONTHS) / MONTHS)
DAYS = 1096


def _shop(season: Array, seed: int, *, rich_in_june: bool = False) -> Occasions:
    """Customers who buy at random, their baskets around a mean of their own times a season."""
    random = np.random.default_rng(seed)
    who = random.integers(0, 400, 9_000)
    day = BORN + random.integers(0, DAYS, who.size)
    if rich_in_june:  # the first fifty spend ten times as much, and buy in June alone
        day[who < 50] = BORN + 152 + random.integers(0, 28, int((who < 50).sum()))
    pairs = np.unique(np.column_stack([who, day]), axis=0)
    who, day = pairs.T
    level = random.normal(3, 0.8, 400) + np.where(np.arange(400) < 50, 2.3, 0) * rich_in_june
    log = level[who] + season[month_of(day)] + random.normal(0, 0.6, who.size)
    return Occasions.of(who, day, np.exp(log), born=BORN)


def test_months_are_those_of_the_calendar() -> None:
    assert month_of([BORN, BORN + 30, BORN + 31, BORN + 59, BORN + 60]).tolist() == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_season_is_found_again(seed: int) -> None:
    found = basket_season(_shop(TRUTH, seed), BORN + DAYS)
    assert np.abs(found - TRUTH).max() < 0.12
    assert np.corrcoef(found, TRUTH)[0, 1] > 0.97


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_shop_without_one_keeps_its_baskets(seed: int) -> None:
    found = basket_season(_shop(np.zeros(MONTHS), seed), BORN + DAYS)
    assert np.abs(found).max() < 0.03


def test_who_buys_in_a_month_is_no_season() -> None:
    shop = _shop(np.zeros(MONTHS), 7, rich_in_june=True)
    june = np.log(shop.money[month_of(shop.day) == 5]).mean() - np.log(shop.money).mean()
    assert june > 1
    assert np.abs(basket_season(shop, BORN + DAYS)).max() < 0.05


def test_what_follows_the_cut_is_never_seen() -> None:
    shop, cut = _shop(TRUTH, 8), BORN + 500
    past = shop.day <= cut
    known = Occasions.of(shop.customer[past], shop.day[past], shop.money[past], born=BORN)
    assert basket_season(shop, cut) == pytest.approx(basket_season(known, cut), abs=1e-12)


def test_one_basket_each_tells_nothing() -> None:
    single = Occasions.of([0, 1, 2], [BORN, BORN + 40, BORN + 90], [5.0, 50.0, 500.0])
    assert not basket_season(single, BORN + 100).any()


@pytest.mark.parametrize("horizon", [1, 30, 90, 183, 365, 730])
def test_spans_are_weighed_day_by_day(horizon: int) -> None:
    pace = 0.4 * np.cos(np.arange(HALVES))
    clock = Clock(born=BORN, cut=BORN + 400, season=pace, drift=-0.2)
    ends = month_ends(horizon)
    found = span_factors(TRUTH, clock, ends)
    begin = np.append(0.0, ends[:-1])
    for first, last, told in zip(begin, ends, found, strict=True):
        edges = np.unique(np.clip([first, *np.arange(np.ceil(last) + 1), last], first, last))
        time = np.diff(clock.ahead(edges))
        day = clock.cut + 1 + np.floor((edges[1:] + edges[:-1]) / 2)
        by_hand = time @ np.exp(TRUTH[month_of(day)]) / time.sum()
        assert told == pytest.approx(by_hand, rel=1e-9)
    assert span_factors(np.zeros(MONTHS), clock, ends) == pytest.approx(np.ones(ends.size))


def test_value_follows_the_season_and_orders_do_not() -> None:
    shop, cut = _shop(TRUTH, 9), BORN + DAYS - 1
    ours, plain = (Forecaster(shop, "mbgnbd", calendar=one) for one in (Calendar(shop), None))
    ends = month_ends(90)
    # January to March, where baskets swell from 0 to +26 %.
    assert np.all(np.diff(ours.baskets(cut, ends)) > 0)
    assert np.array_equal(plain.baskets(cut, ends), np.ones(ends.size))
    found = prospects(ours, cut, horizon=90, annual_rate=0.0, margin=1.0)
    seen = ours.seen(cut)
    flat = intervals(
        ours.fitted(cut), seen.frequency, seen.recency, seen.T, horizon_days=90, seed=0,
        spend=found.money.model, monetary_value=seen.money, ahead=ours.ahead(cut, ends),
        level_error=found.level.error,
    )  # fmt: skip
    lifted = found.value.sum() / (found.orders * found.spend).sum()
    factors = ours.baskets(cut, ends)
    assert factors.min() < lifted < factors.max()
    assert found.bands.total_value is not None
    assert flat.total_value is not None
    assert found.bands.total_value.high == pytest.approx(flat.total_value.high * lifted, rel=0.01)
    assert found.bands.total_orders.high == flat.total_orders.high
    fresh = newcomer(ours, cut, horizon=90, annual_rate=0.0, margin=1.0)
    spend = float(np.asarray(found.money.model.expected_spend_new))
    share = (fresh.value - fresh.first) / (fresh.orders * spend)
    assert factors.min() < share < factors.max()
