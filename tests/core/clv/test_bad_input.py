"""What cannot be fitted is said in a sentence, and answered by something simpler."""

from __future__ import annotations

import numpy as np
import pytest

from habitue.core.clv import (
    BGNBD,
    MBGNBD,
    NBD,
    ConstantSpend,
    GammaGamma,
    ParetoNBD,
    Poisson,
    PurchaseModel,
)
from habitue.core.clv.intervals import intervals
from habitue.errors import ContentError, HabitueError, RequestError
from habitue.texts import LANGS

from .conftest import Array

MODELS = (BGNBD, MBGNBD, ParetoNBD, NBD)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)


def assert_usable(model: PurchaseModel, x: Array, t: Array, age: Array) -> None:
    """Every answer is a number, and every finding a sentence in both languages."""
    for answer in (
        model.expected_purchases(365, x, t, age),
        model.p_alive(x, t, age),
        model.p_purchase_within(90, x, t, age),
        model.residual_value(0.1, x, t, age),
    ):
        assert np.all(np.isfinite(answer))
        assert np.all(answer >= 0)
    for finding in model.findings:
        for lang in LANGS:
            assert "{" not in finding.say(lang)


@every_model
def test_no_repeaters(model: type[BGNBD]) -> None:
    age = np.arange(1.0, 101.0)
    nothing = np.zeros(100)
    fitted = model.fit(nothing, nothing, age)
    assert isinstance(fitted, Poisson)
    assert [finding.key for finding in fitted.findings] == ["no_repeaters"]
    assert fitted.params["rate"] == pytest.approx(0.5 / age.sum())
    assert_usable(fitted, nothing, nothing, age)


@every_model
def test_one_customer(model: type[BGNBD]) -> None:
    fitted = model.fit([5], [200], [300])
    assert fitted.key == "poisson"
    assert fitted.findings[0].say("en").startswith("Only 1 customer came back; at least 10")
    assert fitted.findings[0].say("fr").startswith("Un seul client est revenu")
    assert fitted.expected_purchases(60, 5, 200, 300) == pytest.approx(5.5 / 300 * 60)


@every_model
def test_all_repeaters(model: type[BGNBD]) -> None:
    random = np.random.default_rng(1)
    age = random.integers(50, 700, 400).astype(float)
    x = 1.0 + random.poisson(random.gamma(1.2, 1 / 60, 400) * age)
    t = np.maximum(1, np.round(age * random.beta(x, 1)))
    fitted = model.fit(x, t, age)
    assert np.isfinite(fitted.log_likelihood)
    assert_usable(fitted, x, t, age)


@every_model
def test_identical_customers(model: type[BGNBD]) -> None:
    x, t, age = np.full(500, 4.0), np.full(500, 80.0), np.full(500, 100.0)
    fitted = model.fit(x, t, age)
    assert_usable(fitted, x, t, age)
    assert fitted.expected_purchases(100, x, t, age)[0] == pytest.approx(4, rel=0.2)


@pytest.mark.parametrize("model", [BGNBD, ParetoNBD], ids=lambda model: model.key)
def test_nobody_leaves(model: type[BGNBD]) -> None:
    age = np.random.default_rng(2).integers(100, 400, 1000).astype(float)
    x, t = NBD(r=0.8, alpha=60).simulate(age, seed=10)
    fitted = model.fit(x, t, age)
    assert isinstance(fitted, NBD)
    assert [finding.key for finding in fitted.findings] == ["no_dropout"]
    assert model.title in fitted.findings[0].say("fr")
    assert fitted.params["r"] == pytest.approx(0.8, rel=0.2)
    assert_usable(fitted, x, t, age)


def test_same_rate_for_all() -> None:
    age = np.full(3000, 200.0)
    x = np.random.default_rng(3).binomial(8, 0.5, 3000).astype(float)  # less spread than chance
    t = np.where(x > 0, 199.0, 0.0)
    fitted = NBD.fit(x, t, age)
    assert isinstance(fitted, Poisson)
    assert [finding.key for finding in fitted.findings] == ["same_rate"]
    assert fitted.params["rate"] == pytest.approx(0.02, rel=0.02)
    assert fitted.standard_errors["rate"] == pytest.approx((x.sum() + 0.5) ** 0.5 / age.sum())


@every_model
def test_acquired_on_the_last_day_counts_and_teaches_nothing(model: type[BGNBD]) -> None:
    age = np.random.default_rng(4).integers(100, 400, 800).astype(float)
    x, t = BGNBD(r=0.6, alpha=40, a=0.6, b=2).simulate(age, seed=5)
    plain = model.fit(x, t, age)
    fresh = model.fit(np.append(x, [0] * 50), np.append(t, [0] * 50), np.append(age, [0] * 50))
    assert fresh.params == pytest.approx(plain.params, rel=1e-5)
    assert fresh.expected_purchases(30, 0, 0, 0) == pytest.approx(fresh.expected_purchases_new(30))


@every_model
@pytest.mark.parametrize(
    ("columns", "key"),
    [
        (([], [], []), "clv_no_customers"),
        (([0, 0], [0, 0], [0, 0]), "clv_no_time"),
        (([1, 1], [5, 12], [10, 10]), "clv_recency_beyond_age"),
        (([1, 0], [5, 3], [10, 10]), "clv_recency_without_repeat"),
        (([1, 2], [5, 0], [10, 10]), "clv_recency_without_repeat"),
        (([1.5, 0], [5, 0], [10, 10]), "clv_frequency_fractional"),
        (([-1, 0], [5, 0], [10, 10]), "clv_negative_values"),
        (([1, 0], [5, 0], [np.nan, 10]), "clv_missing_values"),
        (([1, 0], [5, 0], [10, 10, 10]), "clv_lengths"),
    ],
)
def test_histories_that_cannot_be(
    model: type[BGNBD], columns: tuple[list[float], ...], key: str
) -> None:
    with pytest.raises(ContentError) as error:
        model.fit(*columns)
    assert error.value.key == key
    assert_said(error.value)


def test_error_names_the_row_and_the_value() -> None:
    with pytest.raises(ContentError) as error:
        BGNBD.fit([1, 1, 1], [5, 12, 13], [10, 10, 10])
    assert error.value.what() == (
        "A last purchase falls after the end of observation: recency 12, T 10 on row 2 "
        "(rows concerned: 2)."
    )


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0]])
def test_weights_that_cannot_be(weights: list[float]) -> None:
    with pytest.raises(ContentError) as error:
        BGNBD.fit([1, 0], [5, 0], [10, 10], weights=weights)
    assert error.value.key in {"clv_lengths", "clv_negative_values"}
    assert_said(error.value)


@pytest.mark.parametrize("money", [0.0, -3.0, np.nan])
def test_spend_that_cannot_be(money: float) -> None:
    with pytest.raises(ContentError) as error:
        GammaGamma.fit([0, 1, 2], [0, 10, money])
    assert error.value.key == "clv_spend_not_positive"
    assert error.value.facts["row"] == 3
    assert_said(error.value)


def test_no_repeat_spend() -> None:
    with pytest.raises(ContentError) as error:
        GammaGamma.fit([0, 0], [0, 0])
    assert error.value.key == "clv_no_repeat_spend"
    assert_said(error.value)


def test_few_or_equal_spenders_get_the_mean() -> None:
    few = GammaGamma.fit([1, 3], [10, 20])
    assert isinstance(few, ConstantSpend)
    assert few.expected_spend([0, 3], [0, 20]).tolist() == [17.5, 17.5]
    assert few.findings[0].key == "too_few_spenders"
    assert few.findings[0].say("en").startswith("Only 2 customers have a repeat basket")
    equal = GammaGamma.fit([1, 2, 5] * 100, [20.0] * 300)
    assert isinstance(equal, ConstantSpend)
    assert equal.findings[0].key == "spend_uniform"
    assert equal.expected_spend_new == pytest.approx(20)


def test_customers_who_differ_more_than_their_baskets_keep_their_own_mean() -> None:
    random = np.random.default_rng(4)
    x = random.integers(1, 8, 60).astype(float)
    z = np.exp(random.normal(3, 0.4, 60))  # as wide at one repeat basket as at seven
    x[0], z[0] = 4.0, 2000.0
    model = GammaGamma.fit(x, z)
    assert isinstance(model, GammaGamma)
    assert model.params["p"] > 1e4
    assert "spend_uniform" not in {finding.key for finding in model.findings}
    found = model.expected_spend(x, z)
    assert found == pytest.approx(z, rel=0.01)
    bands = intervals(
        NBD(r=1, alpha=10), x, np.full(60, 50.0), np.full(60, 60.0), horizon_days=90, seed=1,
        spend=model, monetary_value=z,
    )  # fmt: skip
    assert bands.total_value is not None
    assert np.all(np.isfinite([bands.total_value.low, bands.total_value.high]))
    assert bands.total_value.low < model_total(x, found) < bands.total_value.high


def model_total(x: Array, spend: Array) -> float:
    bought = NBD(r=1, alpha=10).expected_purchases(90, x, np.full(60, 50.0), np.full(60, 60.0))
    return float(bought @ spend)


def test_spend_without_a_mean_is_held_at_the_one_observed() -> None:
    random = np.random.default_rng(5)
    x = random.integers(1, 6, 3000).astype(float)
    rate = random.gamma(0.6, 1, 3000)  # q = 0.6: no mean exists
    z = random.gamma(4 * x) / rate / x
    model = GammaGamma.fit(x, z)
    assert isinstance(model, GammaGamma)
    assert [finding.key for finding in model.findings] == ["spend_tail_heavy"]
    assert model.expected_spend_new == pytest.approx((x @ z) / x.sum())
    assert np.all(model.expected_spend(x, z) > 0)


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda model: model.expected_purchases(-1, 0, 0, 10), "clv_time_negative"),
        (lambda model: model.residual_value(0.0, 0, 0, 10), "residual_needs_rate"),
        (lambda model: model.discounted_purchases(0, 0.1, 0, 0, 10), "clv_horizon"),
        (lambda model: model.discounted_purchases(9, -1.0, 0, 0, 10), "annual_rate_impossible"),
    ],
)
def test_questions_that_cannot_be(ask: object, key: str) -> None:
    assert callable(ask)
    with pytest.raises(RequestError) as error:
        ask(NBD(r=1, alpha=10))
    assert error.value.key == key
    assert_said(error.value)


@pytest.mark.parametrize("a", [0.0, -1.0, np.nan, np.inf])
def test_parameters_that_cannot_be(a: float) -> None:
    with pytest.raises(RequestError) as error:
        BGNBD(r=1, alpha=10, a=a, b=1)
    assert error.value.facts["name"] == "a"
    assert_said(error.value)
    with pytest.raises(RequestError):
        GammaGamma(p=6, q=1.0, v=15)


def assert_said(error: HabitueError) -> None:
    for lang in LANGS:
        assert "{" not in error.say(lang)
