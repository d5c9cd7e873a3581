"""Printed figures at printed parameters, and figures from mpmath at any: no data needed."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from habitue.core.clv import BGNBD, MBGNBD, NBD, GammaGamma, ParetoNBD
from habitue.core.clv.geometric import GeometricDropout
from habitue.core.clv.histories import Patterns

BG = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
PARETO = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
EXACT = 1e-9


def test_expected_purchases_of_note_004() -> None:
    assert BG.expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(1.22603, abs=5e-5)
    sheet = BGNBD(r=0.2425945, alpha=4.4136024, a=0.7929221, b=2.4259069)
    printed = (0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8580)
    found = sheet.expected_purchases_new([0.1429, 1, 3, 31.8571, 32, 78])
    assert found == pytest.approx(printed, abs=5e-5)


@pytest.mark.parametrize(
    ("t", "orders", "printed"),
    [
        (2, 10, 1.0786896e-07),
        (39, 0, 0.5737864),
        (30, 11, 0.0019995214),
        (30, 20, 0.000222226),
    ],
)
def test_pmf_of_the_manual(t: float, orders: int, printed: float) -> None:
    assert BG.pmf(orders, t) == pytest.approx(printed, rel=1e-6)


@pytest.mark.parametrize(
    ("model", "x", "t_x", "printed"),
    [
        (BGNBD, 0, 0, -0.59947382),
        (BGNBD, 200, 38, 100.79569309),
        (MBGNBD, 0, 0, -0.41792826),
        (MBGNBD, 200, 38, 100.78690976),
    ],
)
def test_likelihood_of_note_027(
    model: type[GeometricDropout], x: float, t_x: float, printed: float
) -> None:
    loss = model._objective(Patterns.of([x], [t_x], [40], None))
    assert -loss(np.log([0.25, 4.0, 0.8, 2.5]))[0] == pytest.approx(printed, abs=5e-9)


def test_pareto_is_finite_where_others_were_not() -> None:
    model = ParetoNBD(r=0.5143, alpha=2.8845, s=0.2856, beta=14.1087)
    x = [221, 254, 161, 204]
    recency = [103.42857, 97.14286, 94.71429, 98.57143]
    alive = model.p_alive(x, recency, [103.57143, 97.28571, 98, 99.42857])
    assert np.all((alive > 0) & (alive < 1))
    odd = ParetoNBD(r=10.465, alpha=0.00798565, s=3.0516, beta=2.820)
    assert np.all(np.isfinite(odd.p_alive([400, 500, 500], [5, 1, 4], [6, 37, 37])))
    sheet = ParetoNBD(r=0.55, alpha=10.58, s=0.61, beta=11.67)
    found = sheet.expected_purchases(10, [132, 133], 200, 200)
    assert found == pytest.approx((6.2060518, 6.2528722), abs=5e-8)


def test_spend_of_the_note_at_rounded_parameters() -> None:
    model = GammaGamma(p=6.25, q=3.74, v=15.44)
    found = model.expected_spend([2, 1, 7, 0], [22.35, 11.77, 73.74, 0])
    assert found == pytest.approx((24.664, 18.917, 71.470, 35.219), abs=5e-4)


mp.mp.dps = 60
HISTORIES = [(0, 0.0, 40.0), (1, 3.0, 30.0), (7, 25.0, 38.0), (200, 38.0, 39.0)]
GEOMETRIC = [
    (0.243, 4.414, 0.793, 2.426),
    (0.664, 9.03, 0.109, 2.416),
    (2.5, 0.7, 3.2, 0.4),
    (0.9, 12.0, 1.0, 2.0),
    (0.9, 12.0, 1.0 + 1e-7, 2.0),
    (0.9, 12.0, 1.0 - 1e-12, 2.0),
    (0.9, 12.0, 0.4, 0.6),
    (0.83, 10.4, 0.246, 79.4),
    (0.87, 10.4, 0.75, 3180.0),
]


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
@pytest.mark.parametrize("params", GEOMETRIC)
@pytest.mark.parametrize("history", HISTORIES)
def test_geometric_models_equal_their_definition(
    model: type[GeometricDropout],
    params: tuple[float, ...],
    history: tuple[int, float, float],
) -> None:
    x, t_x, age = history
    fixed = model.with_params(dict(zip(("r", "alpha", "a", "b"), params, strict=True)))
    r, alpha, a, b = (mp.mpf(value) for value in params)
    k = x if model is BGNBD else x + 1
    odds = a / (b + k - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x) if k else mp.mpf(0)
    alive = 1 / (1 + odds)
    assert fixed.p_alive(*history) == pytest.approx(float(alive), rel=EXACT)

    # 60 digits and a hair beside the poles at a = 1 and a + b + k = 1 stand for the limits.
    shape, rate, hair = r + x, alpha + age, mp.mpf(10) ** -25
    c = a + b + k - 1 + 2 * hair
    for t in (1.0, 52.0):
        missed = mp.hyp2f1(shape, a - 1 + hair, c, -t / rate)
        exact = float(alive * c / (a - 1 + hair) * (1 - missed))
        assert fixed.expected_purchases(t, *history) == pytest.approx(exact, rel=EXACT)
        some = alive * (1 - (rate / (rate + t)) ** shape)
        assert fixed.p_purchase_within(t, *history) == pytest.approx(float(some), rel=EXACT)


@pytest.mark.parametrize(
    "params",
    [
        (0.553, 10.578, 0.606, 11.669),
        (0.553, 10.578, 1.0, 11.669),
        (0.7, 20.0, 1 + 1e-9, 0.02),
        (3.0, 0.5, 2.5, 400.0),
    ],
)
@pytest.mark.parametrize("history", [*HISTORIES, (5, 20.0, 20.0)])
def test_pareto_equals_its_definition(
    params: tuple[float, ...], history: tuple[int, float, float]
) -> None:
    x, t_x, age = history
    fixed = ParetoNBD.with_params(dict(zip(("r", "alpha", "s", "beta"), params, strict=True)))
    r, alpha, s, beta = (mp.mpf(value) for value in params)
    there = (alpha + age) ** -(r + x) * (beta + age) ** -s

    def left(v: mp.mpf) -> mp.mpf:
        y = mp.exp(v) - beta
        return s * (alpha + y) ** -(r + x) * (beta + y) ** -(s + 1) * mp.exp(v)

    gone = mp.quad(left, mp.linspace(mp.log(beta + t_x), mp.log(beta + age), 20))
    alive = there / (there + gone)
    assert fixed.p_alive(*history) == pytest.approx(float(alive), rel=EXACT)
    shape, rate, stay = r + x, alpha + age, beta + age

    def density(u: mp.mpf) -> mp.mpf:
        return shape / rate * (stay / (stay + u)) ** s

    exact = float(alive * mp.quad(density, mp.linspace(0, 52, 10)))
    assert fixed.expected_purchases(52, *history) == pytest.approx(exact, rel=1e-8)

    def first(u: mp.mpf) -> mp.mpf:
        return shape * rate**shape * (rate + u) ** -(shape + 1) * (stay / (stay + u)) ** s

    some = float(alive * mp.quad(first, mp.linspace(0, 52, 20)))
    assert fixed.p_purchase_within(52, *history) == pytest.approx(some, rel=EXACT)
    force = mp.log(mp.mpf("1.15")) / mp.mpf("365.25")
    exact = float(alive * shape / rate * stay * mp.hyperu(1, 2 - s, force * stay))
    assert fixed.residual_value(0.15, *history) == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
@pytest.mark.parametrize("params", [GEOMETRIC[0], GEOMETRIC[2], GEOMETRIC[3]])
@pytest.mark.parametrize("x", [0, 3, 60])
def test_geometric_residual_is_the_discounted_future(
    model: type[GeometricDropout], params: tuple[float, ...], x: int
) -> None:
    t_x, age = (38.0 if x else 0.0), 40.0
    fixed = model.with_params(dict(zip(("r", "alpha", "a", "b"), params, strict=True)))
    r, alpha, a, b = (mp.mpf(value) for value in params)
    k = x if model is BGNBD else x + 1
    force, rate = mp.log(mp.mpf("1.1")) / mp.mpf("365.25"), alpha + age

    def coming(v: mp.mpf) -> mp.mpf:
        u = mp.expm1(v) * rate
        still = mp.hyp2f1(r + x + 1, a, a + b + k, -u / rate)
        return (r + x) / rate * still * mp.exp(-force * u) * mp.exp(v) * rate

    exact = mp.quad(coming, mp.linspace(0, mp.log(1 + 60 / (force * rate)), 12))
    alive = float(fixed.p_alive(x, t_x, age))
    found = fixed.residual_value(0.1, x, t_x, age)
    assert found == pytest.approx(alive * float(exact), rel=1e-7)


@pytest.mark.parametrize(("orders", "t"), [(0, 39.0), (1, 39.0), (7, 30.0), (40, 78.0)])
def test_pareto_pmf_equals_its_definition(orders: int, t: float) -> None:
    r, alpha, s, beta = (mp.mpf(value) for value in PARETO.params.values())

    def counted(y: mp.mpf) -> mp.mpf:
        ways = mp.gamma(r + orders) / mp.gamma(r) / mp.factorial(orders)
        return ways * (alpha / (alpha + y)) ** r * (y / (alpha + y)) ** orders

    def left(y: mp.mpf) -> mp.mpf:
        return counted(y) * s * beta**s / (beta + y) ** (s + 1)

    exact = counted(mp.mpf(t)) * (beta / (beta + t)) ** s + mp.quad(left, mp.linspace(0, t, 12))
    assert PARETO.pmf(orders, t) == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize(
    "model", [BG, MBGNBD(r=0.5, alpha=6, a=0.9, b=1.6), PARETO, NBD(r=1, alpha=9)]
)
def test_pmf_sums_to_one_and_to_the_mean(model: BGNBD | MBGNBD | ParetoNBD | NBD) -> None:
    chances = model.pmf(np.arange(3000), 20.0)
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ np.arange(3000) == pytest.approx(model.expected_purchases_new(20.0), rel=1e-7)


def test_discounting_by_month_lies_between_full_and_last_month() -> None:
    model = BGNBD(r=0.243, alpha=31, a=0.793, b=2.426)
    history = ([0, 2, 9], [0, 200, 250], 270)
    full = model.expected_purchases(365, *history)
    free = model.discounted_purchases(365, 0.0, *history)
    worth = model.discounted_purchases(365, 0.10, *history)
    assert free == pytest.approx(full, rel=1e-12)
    assert np.all((worth < full) & (worth > full / 1.1))
    months = [model.expected_purchases(days, *history) for days in (0, 30.4375, 60.875, 90)]
    by_hand = sum(
        (after - before) * 1.1 ** (-days / 365.25)
        for before, after, days in zip(months, months[1:], (30.4375, 60.875, 90), strict=False)
    )
    assert model.discounted_purchases(90, 0.10, *history) == pytest.approx(by_hand, rel=1e-12)


def test_median_wait_is_when_half_have_bought() -> None:
    model = NBD(r=0.8, alpha=30)
    wait = model.median_wait([0, 5], [0, 90], [100, 100])
    assert model.p_purchase_within(wait, [0, 5], [0, 90], 100) == pytest.approx([0.5, 0.5])
