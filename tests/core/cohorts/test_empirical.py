"""Empirical CLV and the intervals: by hand, and against a truth that was drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from habitue.core.cohorts.empirical import BUNDLES, empirical_clv
from habitue.core.intervals import wilson


def shop(
    rng: np.random.Generator, customers: int, ages: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Customers who each bring a gamma of their own at every age, younger ones seen for less."""
    worth = rng.gamma(0.5, 40.0, customers)
    lived = rng.integers(1, ages + 1, customers)
    who, age = np.nonzero(lived[:, None] > np.arange(ages))
    amount = worth[who] * rng.exponential(1.0, who.size)
    return who.astype(np.int64), age.astype(np.int64), amount, lived.astype(np.int64)


def test_each_age_uses_all_who_are_observed_at_it() -> None:
    clv = empirical_clv(
        np.array([0, 0, 0, 1, 2]), np.array([0, 1, 2, 0, 0]),
        np.array([10.0, 4.0, 99.0, 20.0, 7.0]),
        lived=np.array([2, 1, 0]), cohort=np.array([5, 6, 7]), draws=20,
    )  # fmt: skip
    assert clv.by_age.tolist() == [15.0, 19.0]
    assert clv.customers.tolist() == [2, 1]
    assert clv.cohorts.tolist() == [2, 1]
    assert clv.horizon == 1


def test_discount_weighs_each_age() -> None:
    one = np.array([0, 0])
    clv = empirical_clv(
        one, np.array([0, 1]), np.array([10.0, 10.0]), lived=np.array([2]), cohort=np.array([0]),
        discount=np.array([1.0, 0.5]), draws=5,
    )  # fmt: skip
    assert clv.by_age.tolist() == [10.0, 15.0]


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """20 per cumulated age: mean 0.5 x 40. 95 % +- 3.5 % over 150 shops at two errors."""
    rng = np.random.default_rng(7)
    hits = 0
    for seed in range(150):
        who, age, amount, lived = shop(rng, 250, 6)
        clv = empirical_clv(who, age, amount, lived, lived, draws=200, seed=seed)
        hits += clv.low[3] <= 80.0 <= clv.high[3]
    assert 0.90 <= hits / 150 <= 0.99


def test_bundles_give_the_interval_of_customers() -> None:
    """Past `BUNDLES` customers the draw is of bundles: its width stays what it was."""
    rng = np.random.default_rng(3)
    who, age, amount, lived = shop(rng, BUNDLES + 5_000, 3)
    clv = empirical_clv(who, age, amount, lived, lived, draws=300, seed=1)
    sums = np.bincount(who, weights=amount * (age == 0), minlength=lived.size)
    expected = 2 * 1.96 * sums.std() / np.sqrt(lived.size)
    assert clv.high[0] - clv.low[0] == pytest.approx(expected, rel=0.15)


def test_one_cohort_has_its_own_value_and_only_borrows_a_shape() -> None:
    """Others that bring a hundred times as much lend the same interval."""
    rng = np.random.default_rng(2)
    who, age, amount, lived = shop(rng, 600, 4)
    lived[:] = 4
    cohort = (np.arange(600) >= 60).astype(np.int64)
    mine = cohort[who] == 0
    one = empirical_clv(who, age, amount, lived, cohort, one=0, seed=3)
    sums = np.bincount(age[mine], weights=amount[mine], minlength=4)
    assert one.by_age == pytest.approx(sums.cumsum() / 60)
    assert one.customers.tolist() == [60] * 4
    assert one.cohorts.tolist() == [1] * 4
    alone = empirical_clv(who[mine], age[mine], amount[mine], lived[:60], cohort[:60], one=0)
    assert alone.by_age == pytest.approx(one.by_age)
    assert (one.low < one.by_age).all()
    assert (one.by_age < one.high).all()
    whose = np.append(who[mine], 60 + np.arange(540))
    when = np.append(age[mine], np.zeros(540, np.int64))
    cheap, dear = (
        empirical_clv(
            whose, when, np.append(amount[mine], scale * np.arange(1.0, 541.0)), lived, cohort,
            one=0, seed=3,
        )
        for scale in (1.0, 100.0)
    )  # fmt: skip
    # Their first age hardly knows the cohort's own 60: the scale of the others drops out.
    assert cheap.high[0] - cheap.low[0] == pytest.approx(dear.high[0] - dear.low[0], rel=0.25)


@pytest.mark.parametrize("same", [2, 12])
def test_customers_who_all_bring_the_same_have_no_spread(same: int) -> None:
    who = np.arange(same)
    zero = np.zeros(same, np.int64)
    clv = empirical_clv(who, zero, np.full(same, 7.0), zero + 1, zero, one=0)
    assert (clv.low[0], clv.by_age[0], clv.high[0]) == (7.0, 7.0, 7.0)


def test_a_cohort_nobody_is_observed_in_has_no_age() -> None:
    nothing = empirical_clv(
        np.array([0, 1]), np.array([0, 0]), np.array([5.0, 7.0]), np.array([0, 2]),
        np.array([3, 4]), one=3,
    )  # fmt: skip
    assert nothing.by_age.size == 0


def test_one_customer_has_a_value_and_no_interval() -> None:
    customers, once = np.arange(50), np.zeros(50, np.int64)
    brought, lived = np.linspace(1, 50, 50), np.full(50, 2)
    lived[1:] = 1
    alone = empirical_clv(customers, once, brought, lived, (customers == 0).astype(np.int64), one=1)
    shop = empirical_clv(customers, once, brought, lived, once)

    assert alone.by_age.tolist() == [1.0, 1.0]
    assert np.isnan([alone.low, alone.high]).all()
    assert np.isnan([shop.low[1], shop.high[1]]).all()
    assert shop.low[0] < shop.by_age[0] < shop.high[0]


def test_equal_seeds_give_equal_intervals() -> None:
    data = shop(np.random.default_rng(1), 60, 4)
    one, two = (empirical_clv(*data[:3], data[3], data[3], draws=50, seed=4) for _ in range(2))
    assert one.low.tolist() == two.low.tolist()


@pytest.mark.parametrize("share", [0.05, 0.21, 0.5])
@pytest.mark.parametrize("size", [30, 107])
def test_wilson_holds_the_truth_as_often_as_it_says(share: float, size: int) -> None:
    """Exactly, by summing binomial weights: no draw, no luck."""
    from scipy import stats

    hits = np.arange(size + 1)
    low, high = wilson(hits, np.full(size + 1, size))
    covered = stats.binom.pmf(hits, size, share)[(low <= share) & (share <= high)].sum()
    assert 0.92 <= covered <= 0.99
