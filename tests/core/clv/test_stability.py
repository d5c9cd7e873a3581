"""Numbers stay numbers, in their range and in their order, at extremes no shop will reach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from habitue.core.clv import BGNBD, MBGNBD, NBD, ParetoNBD, PurchaseModel
from habitue.core.clv.decay import decay

shapes = st.floats(1e-3, 300)
scales = st.floats(1e-2, 1e5)
times = st.floats(1e-3, 1e4)


@st.composite
def models(draw: st.DrawFn) -> PurchaseModel:
    r, alpha = draw(shapes), draw(scales)
    first, second = draw(shapes), draw(shapes)
    match draw(st.integers(0, 3)):
        case 0:
            return BGNBD(r=r, alpha=alpha, a=first, b=second * 10)
        case 1:
            return MBGNBD(r=r, alpha=alpha, a=first, b=second * 10)
        case 2:
            return ParetoNBD(r=r, alpha=alpha, s=first, beta=draw(scales))
        case _:
            return NBD(r=r, alpha=alpha)


@settings(max_examples=300, deadline=None)
@given(models(), st.integers(0, 5000), st.floats(1e-6, 1), times, times)
@example(BGNBD(r=0.25, alpha=4, a=1.0, b=2.5), 5000, 0.99, 1e4, 1e4)
@example(BGNBD(r=0.25, alpha=4, a=0.3, b=0.7), 0, 0.5, 40.0, 1e4)
@example(BGNBD(r=68.5, alpha=9097, a=0.00390625, b=0.625), 0, 1.0, 9096.0, 1e-3)
@example(MBGNBD(r=0.11, alpha=4.9, a=0.002, b=1750), 0, 0.5, 0.5, 9152.0)
@example(ParetoNBD(r=0.5, alpha=1e-2, s=1.0, beta=1e5), 5000, 1e-6, 1e4, 1e4)
def test_answers_are_finite_ordered_and_in_range(
    model: PurchaseModel, x: int, share: float, age: float, t: float
) -> None:
    history = (x, share * age if x else 0.0, age)
    alive = model.p_alive(*history)
    some = model.p_purchase_within(t, *history)
    orders = model.expected_purchases(t, *history)
    later = model.expected_purchases(2 * t, *history)
    ever = model.residual_value(0.1, *history)
    assert 0 <= some <= alive <= 1
    assert 0 <= orders < np.inf
    assert some <= orders * (1 + 1e-8) + 1e-300
    assert orders <= later * (1 + 1e-8)
    assert later <= 2 * orders * (1 + 1e-8)
    assert 0 <= ever < np.inf
    assert 0 <= model.pmf(x, t) <= 1 + 1e-12


@pytest.mark.parametrize("model", [BGNBD, MBGNBD])
def test_expectation_is_smooth_through_the_poles(model: type[BGNBD]) -> None:
    near = 1 + np.array([-3e-3, -1.1e-3, -9e-4, -1e-6, -1e-12, 0, 1e-9, 9e-4, 1.1e-3, 3e-3])
    in_a = [float(model(r=0.3, alpha=5, a=a, b=2).expected_purchases(50, 3, 9, 20)) for a in near]
    assert np.all(np.diff(in_a) < 0)
    assert np.gradient(in_a, near)[1:-1] == pytest.approx((in_a[-1] - in_a[0]) / 6e-3, rel=0.05)
    in_b = [float(model(r=0.3, alpha=5, a=0.4, b=b - 0.4).expected_purchases_new(50)) for b in near]
    assert np.all(np.diff(in_b) > 0)


@settings(max_examples=200, deadline=None)
@given(
    powers=st.tuples(st.floats(1e-2, 5000), st.floats(1, 300)),
    over=st.tuples(scales, scales),
    stop=times,
    share=st.floats(0, 1),
)
def test_decay_adds_up_over_pieces(
    powers: tuple[float, float], over: tuple[float, float], stop: float, share: float
) -> None:
    (p, q), (a, b) = powers, over
    columns = {name: np.array([value]) for name, value in (("p", p), ("a", a), ("q", q), ("b", b))}
    cuts = [np.array([cut]) for cut in (0.0, share * stop, stop)]
    whole = decay(**columns, start=cuts[0], stop=cuts[2]).log
    first = decay(**columns, start=cuts[0], stop=cuts[1]).log
    second = decay(**columns, start=cuts[1], stop=cuts[2]).log
    assert np.logaddexp(first, second) == pytest.approx(whole, abs=1e-9)


def test_draws_of_parameters_give_rows() -> None:
    model = MBGNBD(r=0.5, alpha=6, a=0.9, b=1.6)
    drawn = model.redrawn(np.array([model.theta, model.theta + 0.1]))
    found = drawn.expected_purchases(10, [0, 3, 8], [0, 20, 30], 40)
    assert found.shape == (2, 3)
    assert found[0] == pytest.approx(model.expected_purchases(10, [0, 3, 8], [0, 20, 30], 40))
