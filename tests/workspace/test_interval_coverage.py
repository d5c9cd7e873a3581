"""Intervals of the cohort screen against shops drawn from the demo generator's own truth.

The generator tells of each customer how often they order while active, when they drop out, and what
their baskets are drawn around: retention and value at each age are then known before any draw.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from habitue.core.cohorts.empirical import empirical_clv
from habitue.core.intervals import wilson
from habitue.data.samples import make_shop

AGES, COHORT = 6, 250
Matrix = NDArray[np.float64]


class Known(NamedTuple):
    """What is true of each customer, and of all of them."""

    orders: Matrix
    """Expected further orders of each customer at each age of 30 days."""
    basket: Matrix
    retention: Matrix
    value: Matrix
    """Expected value of a customer, cumulated over ages, the first order at age 0 included."""


@cache
def known() -> Known:
    shop = make_shop(60_000, seed=11)
    rows = [row for row in shop.truth.customers.to_pylist()
            if row["acquired_at"].date() >= shop.start]  # fmt: skip
    for_good = np.datetime64("2200-01-01")
    born = np.array([row["acquired_at"] for row in rows], "datetime64[m]")
    gone = np.array([row["dropped_at"] or for_good for row in rows], "datetime64[m]")
    life = (gone - born) / np.timedelta64(1, "D")
    lived = np.clip(life[:, None] - 30.0 * np.arange(AGES), 0, 30)
    orders = np.array([row["rate_per_day"] for row in rows])[:, None] * lived
    basket = np.array([row["mean_basket"] for row in rows])
    first = np.arange(AGES) == 0
    return Known(
        orders=orders,
        basket=basket,
        retention=(1 - np.exp(-orders)).mean(axis=0),
        value=((orders + first) * basket[:, None]).mean(axis=0).cumsum(),
    )


def drawn(rng: np.random.Generator, size: int = COHORT) -> tuple[NDArray[np.int64], Matrix]:
    """Draw a cohort: the orders of each customer at each age, and their baskets."""
    truth = known()
    who = rng.integers(0, truth.basket.size, size)
    return rng.poisson(truth.orders[who]), truth.basket[who]


def test_wilson_holds_retention_as_often_as_it_says() -> None:
    """95 % at every age; 400 cohorts leave 2.2 points at two errors."""
    rng, runs = np.random.default_rng(5), 400
    held = np.zeros(AGES)
    for _ in range(runs):
        orders, _basket = drawn(rng)
        low, high = wilson((orders > 0).sum(axis=0), np.full(AGES, COHORT))
        held += (low <= known().retention) & (known().retention <= high)
    assert (held / runs >= 0.95 - 0.03).all(), held / runs
    assert (held / runs <= 0.95 + 0.03).all(), held / runs


@pytest.mark.parametrize(("size", "least"), [(2_000, 0.91), (COHORT, 0.86), (76, 0.80)])
def test_the_bootstrap_holds_value_nearly_as_often(size: int, least: float) -> None:
    """Of 95 % promised, a pool keeps it within four points, which is two errors of 120 runs.

    A small shop does not: baskets have a long tail, a few wholesalers are in it or not, and no
    redrawing of customers shows what was never drawn. One of 250 holds 92 %, of 76 87 %.
    """
    rng, runs = np.random.default_rng(5), 120
    held = np.zeros(AGES)
    for seed in range(runs):
        orders, basket = drawn(rng, size)
        orders[:, 0] += 1
        who, age = np.nonzero(orders)
        clv = empirical_clv(
            who, age, orders[who, age] * basket[who], np.full(size, AGES),
            np.zeros(size, np.int64), draws=200, seed=seed,
        )  # fmt: skip
        held += (clv.low <= known().value) & (known().value <= clv.high)
    assert (held / runs >= least).all(), held / runs
    assert (held / runs <= 0.99).all(), held / runs


@pytest.mark.parametrize("size", [30, 76, COHORT])
def test_a_small_cohort_among_others_keeps_what_it_says(size: int) -> None:
    """It borrows their shape, whatever their level: 95 % within four points, at two errors."""
    rng, runs, others = np.random.default_rng(5), 120, 1_500
    cohort = np.concatenate([np.zeros(size, np.int64), 1 + np.arange(others) // 100])
    held = np.zeros(AGES)
    for seed in range(runs):
        orders, basket = drawn(rng, size + others)
        level = np.exp(rng.normal(0, 0.25, cohort.max() + 1))
        level[0] = 1
        orders[:, 0] += 1
        who, age = np.nonzero(orders)
        clv = empirical_clv(
            who, age, orders[who, age] * basket[who] * level[cohort[who]],
            np.full(size + others, AGES), cohort, one=0, draws=400, seed=seed,
        )  # fmt: skip
        held += (clv.low <= known().value) & (known().value <= clv.high)
    assert (held / runs >= 0.91).all(), held / runs
    assert (held / runs <= 0.99).all(), held / runs
