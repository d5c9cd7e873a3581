"""What simulated shops were made with is found again, and intervals cover what happens next."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from habitue.core.clv import (
    BGNBD,
    MBGNBD,
    NBD,
    GammaGamma,
    ParetoNBD,
    PurchaseModel,
    intervals,
)

from .conftest import Array

TRUTHS: tuple[PurchaseModel, ...] = (
    NBD(r=0.8, alpha=60),
    BGNBD(r=0.7, alpha=45, a=0.5, b=2.2),
    MBGNBD(r=0.9, alpha=45, a=0.6, b=2.5),
    ParetoNBD(r=0.8, alpha=50, s=0.7, beta=120),
)
every_truth = pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.key)


def ages(size: int, seed: int) -> Array:
    return np.random.default_rng(seed).integers(60, 720, size).astype(np.float64)


@every_truth
@pytest.mark.parametrize("seed", range(4))
def test_truth_is_within_three_standard_errors(truth: PurchaseModel, seed: int) -> None:
    age = ages(4000, seed)
    fitted = type(truth).fit(*truth.simulate(age, seed=seed), age)  # type: ignore[attr-defined]  # every concrete model fits
    assert fitted.key == truth.key
    for name, value in truth.params.items():
        assert abs(fitted.params[name] - value) < 3 * fitted.standard_errors[name]


@pytest.mark.parametrize("seed", range(4))
def test_spend_truth_is_within_three_standard_errors(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = 1.0 + random.poisson(3, 3000)
    z = random.gamma(5.0 * x) / random.gamma(4.0, 1 / 20.0, 3000) / x
    fitted = GammaGamma.fit(x, z)
    for name, value in (("p", 5.0), ("q", 4.0), ("v", 20.0)):
        assert abs(fitted.params[name] - value) < 3 * fitted.standard_errors[name]


class Lives(NamedTuple):
    """Histories up to a day, and the purchases of a year after it."""

    frequency: Array
    recency: Array
    later: Array


def live(age: Array, rates: Array, leaves: Callable[[int], Callable[[float, int], bool]]) -> Lives:
    """Walk event by event, the way the papers tell the story: independent of `simulate`."""
    random = np.random.default_rng(99)
    rows = []
    for customer, (observed, rate) in enumerate(zip(age, rates, strict=True)):
        gone, moment = leaves(customer), 0.0
        seen: list[float] = []
        while not gone(moment, len(seen)):
            moment += random.exponential(1 / rate)
            if moment > observed + 365 or gone(moment, -1):
                break
            seen.append(moment)
        before = [when for when in seen if when <= observed]
        rows.append((len(before), before[-1] if before else 0.0, len(seen) - len(before)))
    return Lives(*np.array(rows, dtype=np.float64).T)


@pytest.mark.parametrize("key", ["bgnbd", "mbgnbd", "paretonbd"])
def test_expectation_is_what_happens_event_by_event(key: str) -> None:
    truth = next(model for model in TRUTHS if model.key == key)
    size, random = 6000, np.random.default_rng(7)
    age = ages(size, 8)
    rates = random.gamma(truth.params["r"], 1 / truth.params["alpha"], size)
    if isinstance(truth, ParetoNBD):
        stay = random.exponential(1 / random.gamma(truth.s, 1 / np.asarray(truth.beta), size))
        story = live(age, rates, lambda who: lambda moment, _: moment > stay[who])
    else:
        chance = random.beta(truth.params["a"], truth.params["b"], size)
        first = 0 if key == "mbgnbd" else 1
        coin = np.random.default_rng(5)

        def leaves(who: int) -> Callable[[float, int], bool]:
            return lambda _, made: made >= first and coin.random() < chance[who]

        story = live(age, rates, leaves)
    history = (story.frequency, story.recency, age)
    expected = truth.expected_purchases(365, *history)
    error = story.later.std() / np.sqrt(size)
    assert abs(story.later.mean() - expected.mean()) < 3 * error
    often = story.frequency >= 3
    gap = (story.later - expected)[often]
    assert abs(gap.mean()) < 3 * gap.std() / np.sqrt(often.sum())
    some = truth.p_purchase_within(365, *history)
    assert abs((story.later > 0).mean() - some.mean()) < 3 * np.sqrt(0.25 / size)


@every_truth
def test_simulate_draws_from_the_pmf(truth: PurchaseModel) -> None:
    x, t = truth.simulate(np.full(40_000, 200.0), seed=3)
    assert np.all((t <= 200) & ((x == 0) == (t == 0)))
    counts = np.bincount(np.minimum(x, 12).astype(int), minlength=13)
    expected = truth.pmf(np.arange(12), 200.0) * x.size
    expected = np.append(expected, x.size - expected.sum())
    assert ((counts - expected) ** 2 / expected).sum() < 32.9  # chance 0.001 at 12 degrees


@every_truth
def test_draws_have_the_expected_mean(truth: PurchaseModel) -> None:
    age = ages(3000, 1)
    x, t = truth.simulate(age, seed=2)
    random = np.random.default_rng(4)
    drawn = np.mean([truth.draw_purchases(180.0, x, t, age, random) for _ in range(60)], axis=0)
    expected = truth.expected_purchases(180, x, t, age)
    assert drawn.mean() == pytest.approx(expected.mean(), rel=0.01)
    assert np.corrcoef(drawn, expected)[0, 1] > 0.98


@pytest.mark.slow
@pytest.mark.parametrize("truth", TRUTHS[1:], ids=lambda truth: truth.key)
def test_intervals_cover_near_their_level(truth: PurchaseModel) -> None:
    totals, groups, customers = [], [], []
    for seed in range(40):
        random = np.random.default_rng(1000 + seed)
        age = ages(1000, seed)
        x, t = truth.simulate(age, seed=seed)
        rate = random.gamma(4.0, 1 / 60.0, x.size)
        z = np.where(x > 0, random.gamma(np.maximum(5 * x, 1)) / rate / np.maximum(x, 1), 0)
        later = truth.draw_purchases(180.0, x, t, age, random)
        paid = np.where(later > 0, random.gamma(np.maximum(5 * later, 1)) / rate, 0)
        group = (x > 0).astype(int)
        bands = intervals(
            type(truth).fit(x, t, age),  # type: ignore[attr-defined]  # every concrete model fits
            x, t, age, horizon_days=180, seed=seed, spend=GammaGamma.fit(x, z), monetary_value=z,
            groups=group, parameter_draws=100,
        )  # fmt: skip
        assert bands.value is not None
        assert bands.total_value is not None
        assert bands.group_value is not None
        totals += [
            bands.total_orders.low <= later.sum() <= bands.total_orders.high,
            bands.total_value.low <= paid.sum() <= bands.total_value.high,
        ]
        sums = np.bincount(group, paid)
        groups += list((bands.group_value.low <= sums) & (sums <= bands.group_value.high))
        customers.append(np.mean((bands.value.low <= paid) & (paid <= bands.value.high)))
    assert 0.89 <= np.mean(totals) <= 0.99
    assert 0.89 <= np.mean(groups) <= 0.99
    # Counts are whole: a band of 95 % covers at least that.
    assert 0.94 <= np.mean(customers) <= 1.0
