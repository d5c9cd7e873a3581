"""What each lever moves, which way, and what it must leave alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.scenario.conftest import Make

from habitue.core.scenario import Discount, Levers, lay_out, simulate
from habitue.core.scenario.levers import break_even_uplift
from habitue.core.scenario.newcomer import newcomer, newcomer_course
from habitue.core.scenario.outcome import FIGURES, Outcome
from habitue.core.scenario.plan import PRESETS
from habitue.core.scenario.sensitivity import NUDGES, SWEEPS, crossed, ranked, swept, with_value
from habitue.errors import RequestError

UP, DOWN, SAME = 1, -1, 0
SIGNS = [
    # lever moved: clv, revenue, margin, retention, orders
    (Levers(retention_relative=0.05), (UP, UP, UP, UP, UP)),
    (Levers(retention_points=-0.02), (DOWN, DOWN, DOWN, DOWN, DOWN)),
    (Levers(frequency=0.1), (UP, UP, UP, SAME, UP)),
    (Levers(discount=Discount(depth=0.1)), (DOWN, DOWN, DOWN, SAME, SAME)),
    (Levers(discount_by_segment={"odd": Discount(depth=0.1)}), (DOWN, DOWN, DOWN, SAME, SAME)),
    (Levers(basket=0.1), (UP, UP, UP, SAME, SAME)),
    (Levers(return_rate=-0.02), (UP, UP, UP, SAME, SAME)),
    (Levers(return_rate=0.02), (DOWN, DOWN, DOWN, SAME, SAME)),
    # Fewer returns, paid for with loyalty.
    (PRESETS["stricter_returns"], (DOWN, DOWN, DOWN, DOWN, DOWN)),
    (PRESETS["stricter_returns"].but(retention_relative=0.0), (UP, UP, UP, SAME, SAME)),
    (PRESETS["stricter_returns"].but(return_rate=0.0), (DOWN, DOWN, DOWN, DOWN, DOWN)),
    (Levers(margin=0.03), (UP, SAME, UP, SAME, SAME)),
    (Levers(annual_rate=0.2), (DOWN, SAME, SAME, SAME, SAME)),
    (Levers(annual_rate=0.0), (UP, SAME, SAME, SAME, SAME)),
    # Alone, these have nothing to act on.
    (Levers(elasticity=3.0), (SAME,) * 5),
    (Levers(reach=0.3), (SAME,) * 5),
    (Levers(discount=Discount(share=0.4)), (SAME,) * 5),
    (Levers(cac=50.0, cost_per_customer=2.0, fixed_cost=100.0), (SAME,) * 5),
]  # fmt: skip

shares = st.floats(-0.4, 0.6)
levers_of_any_kind = st.builds(
    Levers,
    retention_relative=shares,
    retention_points=st.floats(-0.2, 0.5),
    retention_from_age=st.integers(0, 6),
    retention_months=st.integers(0, 12),
    frequency=shares,
    discount=st.builds(Discount, depth=st.floats(0, 0.9), share=st.floats(0, 1)),
    elasticity=st.floats(0, 4),
    basket=shares,
    return_rate=st.floats(-0.2, 0.2),
    margin=st.floats(-0.3, 0.3),
    annual_rate=st.floats(0, 0.5),
    reach=st.floats(0, 1),
)


@pytest.mark.parametrize(("levers", "signs"), SIGNS)
@pytest.mark.parametrize("acquisitions", [0.0, 40.0])
def test_table_of_signs(
    make_panel: Make, levers: Levers, signs: tuple[int, ...], acquisitions: float
) -> None:
    panel = make_panel(rate=0.6, customers=1000, rows=8, returned=0.1)
    figures = simulate(lay_out(panel, months=9, acquisitions=acquisitions), levers).figures
    found = tuple(
        0
        if math.isclose(one.difference, 0, abs_tol=1e-9)
        else int(math.copysign(1, one.difference))
        for one in (figures[name] for name in ("clv", "revenue", "margin", "retention", "orders"))
    )
    assert found == signs


ONE_WAY: dict[str, tuple[int, ...]] = {
    # a lever moved up: clv, revenue, margin, retention, orders
    "retention_relative": (UP, UP, UP, UP, UP),
    "retention_points": (UP, UP, UP, UP, UP),
    "frequency": (UP, UP, UP, SAME, UP),
    "basket": (UP, UP, UP, SAME, SAME),
    "return_rate": (DOWN, DOWN, DOWN, SAME, SAME),
    "margin": (UP, SAME, UP, SAME, SAME),
    "annual_rate": (DOWN, SAME, SAME, SAME, SAME),
}


@settings(max_examples=120, deadline=None)
@given(
    lever=st.sampled_from(sorted(ONE_WAY)),
    size=st.floats(0.001, 0.08),
    up=st.booleans(),
    rate=st.floats(0.15, 0.85),
    margin=st.floats(0.15, 0.85),
    returned=st.floats(0.1, 0.4),
    acquisitions=st.sampled_from([0.0, 25.0]),
    months=st.integers(2, 36),
    reach=st.floats(0.05, 1),
)
def test_signs_hold_for_any_size_and_shop(  # one lever, one shop
    make_panel: Make,
    *,
    lever: str,
    size: float,
    up: bool,
    rate: float,
    margin: float,
    returned: float,
    acquisitions: float,
    months: int,
    reach: float,
) -> None:
    panel = make_panel(rate=rate, customers=1000, rows=6, returned=returned, margin=margin)
    way = 1 if up else -1
    moved = Levers(**{lever: getattr(Levers(), lever) + way * size}, reach=reach)
    figures = simulate(lay_out(panel, months=months, acquisitions=acquisitions), moved).figures
    for name, sign in zip(("clv", "revenue", "margin", "retention", "orders"), ONE_WAY[lever],
                          strict=True):  # fmt: skip
        change = figures[name].difference / abs(figures[name].baseline)
        assert (abs(change) < 1e-12) if sign == SAME else change * sign * way > 0, (name, change)


@settings(max_examples=60, deadline=None)
@given(depth=st.floats(0.01, 0.9), share=st.floats(0.05, 1), margin=st.floats(0.15, 0.85))
def test_a_discount_alone_takes_its_share_of_revenue_whatever_the_margin(
    make_panel: Make, depth: float, share: float, margin: float
) -> None:
    course = lay_out(make_panel(rate=0.5, rows=5, margin=margin), months=6)
    figures = simulate(course, Levers(discount=Discount(depth=depth, share=share))).figures
    given_up = figures["revenue"].baseline * depth * share
    for name in ("revenue", "margin"):
        assert -figures[name].difference == pytest.approx(given_up, rel=1e-9)
    for name in ("retention", "orders"):
        assert figures[name].difference == pytest.approx(0, abs=1e-9)


def test_levers_at_rest_give_the_baseline_to_the_bit(make_panel: Make) -> None:
    course = lay_out(make_panel(draws=20, customers=500, rows=6), months=7, error=0.2)
    outcome = simulate(course, Levers())
    for figure in outcome.figures.values():
        assert figure.scenario == figure.baseline
        assert (figure.low, figure.high) == (figure.baseline_low, figure.baseline_high)
        assert figure.parts == {}
    assert (outcome.scenario.revenue == outcome.baseline.revenue).all()


@settings(max_examples=40, deadline=None)
@given(levers=levers_of_any_kind)
def test_parts_add_up_and_retention_stays_a_share(make_panel: Make, levers: Levers) -> None:
    course = lay_out(make_panel(rate=0.9, customers=100, rows=5, returned=0.1), months=6)
    outcome = simulate(course, levers)
    for figure in outcome.figures.values():
        scale = max(1.0, abs(figure.baseline))
        assert abs(sum(figure.parts.values()) - figure.difference) <= 1e-9 * scale
    retained = course.retained(levers)
    assert retained.min() >= 0
    assert retained.max() <= 1
    assert 0 <= outcome.figures["retention"].scenario <= 1


@settings(max_examples=30, deadline=None)
@given(levers=levers_of_any_kind, step=st.floats(0.001, 0.2))
def test_more_margin_is_never_worth_less(make_panel: Make, levers: Levers, step: float) -> None:
    course = lay_out(make_panel(customers=100, rows=5), months=6)
    richer = levers.but(margin=levers.margin + step)
    less, more = (simulate(course, one).figures["margin"].scenario for one in (levers, richer))
    assert more >= less - 1e-6


def test_a_discount_comes_off_the_price_and_the_cost_stays(make_panel: Make) -> None:
    course = lay_out(make_panel(margin=0.3), months=6)
    figures = simulate(course, Levers(discount=Discount(depth=0.1))).figures
    sold = figures["revenue"].baseline
    assert figures["margin"].baseline / sold == pytest.approx(0.30)
    assert figures["margin"].scenario / sold == pytest.approx(0.20)


def test_a_discount_above_the_margin_is_shown_as_a_loss(make_panel: Make) -> None:
    course = lay_out(make_panel(margin=0.3), months=6)
    assert simulate(course, Levers(discount=Discount(depth=0.5))).figures["margin"].scenario < 0


def test_break_even_orders(make_panel: Make) -> None:
    course = lay_out(make_panel(margin=0.4), months=6)
    outcome = simulate(course, Levers(discount=Discount(depth=0.1)))
    assert outcome.break_even == pytest.approx(1 / 3)
    assert break_even_uplift(margin_rate=0.4, depth=0.1) == pytest.approx(1 / 3)
    assert break_even_uplift(margin_rate=0.1, depth=0.1) is None
    # No volume makes up for orders that lose money.
    assert simulate(course, Levers(discount=Discount(depth=0.6))).break_even is None


def test_closed_form_is_the_limit_of_constant_retention(make_panel: Make) -> None:
    # 10 of margin per active customer and month, r = 0.8, d = 0.1 a month: 10 x 0.8 / 0.3.
    panel = make_panel(rate=0.8, basket=10 / 1.5 / 0.3, margin=0.3, rows=30)
    yearly = 1.1**12 - 1
    new = newcomer(newcomer_course(panel, months=36), Levers(annual_rate=yearly))
    first = 10 / 1.1  # the month of the acquisition, which the brief's form leaves out
    assert new.ltv * 1.1 - first * 1.1 == pytest.approx(26.67, abs=0.02)
    assert new.retention[:20] == pytest.approx(0.8 ** np.arange(20), rel=1e-3)


def test_retention_levers_wait_for_their_age_and_end_in_time(make_panel: Make) -> None:
    panel = make_panel(rate=0.6, customers=1000, rows=8)
    course = lay_out(panel, months=9, acquisitions=10)
    calm = course.retained(Levers())
    late = course.retained(Levers(retention_relative=0.1, retention_from_age=5))
    assert (late[:, course.ages < 5] == calm[:, course.ages < 5]).all()
    assert (late[:, course.ages >= 5] > calm[:, course.ages >= 5]).all()
    short = course.retained(Levers(retention_relative=0.1, retention_months=3))
    assert (short[:, :, 3:] == calm[:, :, 3:]).all()


def test_reach_and_cost(make_panel: Make) -> None:
    course = lay_out(make_panel(customers=1000, rows=4), months=6)
    whole = simulate(course, Levers(retention_relative=0.1))
    action: dict[str, Any] = {"cost_per_customer": 2.0, "fixed_cost": 500.0}
    half = simulate(course, Levers(retention_relative=0.1, reach=0.5, **action))
    gained = half.figures["margin"].difference
    assert gained == pytest.approx(whole.figures["margin"].difference / 2)
    assert half.action_cost == 500 + 2 * 0.5 * 4000
    assert half.roi == pytest.approx(gained / half.action_cost - 1)


def test_cost_of_acquisition_gives_ratio_and_payback(make_panel: Make) -> None:
    course = newcomer_course(make_panel(margin=0.3), months=12)
    # The first month brings 1.5 orders of 100 at 30 %, a month discounted.
    new = newcomer(course, Levers(cac=20.0))
    assert new.ltv_cac == pytest.approx(new.ltv / 20)
    assert new.payback == pytest.approx(20 / new.cumulative[0])
    assert newcomer(course, Levers(cac=1e6)).payback is None


def test_sweeps_pass_through_the_setting_and_nudges_are_ranked(make_panel: Make) -> None:
    course = lay_out(make_panel(customers=1000, rows=6, returned=0.1), months=6)
    levers = Levers(margin=0.02)
    here = simulate(course, levers).figures["margin"].scenario
    for name in SWEEPS:
        values, answers = swept(course, levers, name, points=3)
        assert np.isfinite(answers).all()
        assert values[0] < values[-1]
    nudges = ranked(course, levers)
    assert {one.lever for one in nudges} == set(NUDGES)
    effects = [max(abs(one.down), abs(one.up)) for one in nudges]
    assert effects == sorted(effects, reverse=True)
    across, up, cells = crossed(course, levers, ("frequency", "basket"), points=3)
    rest = simulate(course, Levers()).figures["margin"].baseline
    assert cells[1, 1] == pytest.approx(here - rest)
    assert cells.shape == (up.size, across.size)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"retention_relative": -2.0}, "lever_share_outside"),
        ({"retention_points": float("nan")}, "lever_share_outside"),
        ({"reach": 1.5}, "lever_share_outside"),
        ({"cac": -1.0}, "lever_cost_outside"),
        ({"elasticity": 21.0}, "lever_outside"),
    ],
)
def test_levers_that_cannot_be_are_refused(wrong: dict[str, Any], key: str) -> None:
    with pytest.raises(RequestError) as refusal:
        Levers(**wrong)
    assert refusal.value.key == key
    assert refusal.value.say("fr")


def test_targets_that_cannot_be_are_refused(make_panel: Make) -> None:
    from dataclasses import replace

    panel = make_panel(rows=3)
    empty = replace(panel, customers=np.zeros(3))
    blind = replace(panel, lived=np.zeros(3, dtype=np.int64))
    for course, key in (
        (lambda: lay_out(panel, months=37), "horizon_outside"),
        (lambda: lay_out(empty, months=3), "target_empty"),
        (lambda: lay_out(blind, months=3), "target_unobserved"),
        (lambda: lay_out(panel, months=3, acquisitions=-1), "acquisitions_negative"),
        (lambda: with_value(Levers(), "cac", 1.0), "unknown_word"),
    ):
        with pytest.raises(RequestError) as refusal:
            course()
        assert refusal.value.key == key


def _all_figures(outcome: Outcome) -> list[float]:
    return [outcome.figures[name].scenario for name in FIGURES]


def test_intervals_hold_the_estimate_and_widen_with_the_error(make_panel: Make) -> None:
    panel = make_panel(draws=80, customers=500, rows=6)
    sure, unsure = (
        simulate(lay_out(panel, months=6, error=error), Levers()) for error in (0.01, 0.4)
    )
    assert _all_figures(sure) == _all_figures(unsure)
    for outcome in (sure, unsure):
        figure = outcome.figures["revenue"]
        assert figure.low < figure.scenario < figure.high
    widths = [one.figures["revenue"].high - one.figures["revenue"].low for one in (sure, unsure)]
    assert widths[1] > 2 * widths[0]
