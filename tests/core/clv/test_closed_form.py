"""The closed form of D30, its guard rails and the retention it needs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.core.clv import ClosedForm, geometric_retention
from habitue.errors import ContentError, RequestError
from habitue.schema import Grain
from habitue.texts import LANGS


def test_figure_of_the_brief() -> None:
    clv = ClosedForm(margin=10, retention=0.8, discount=0.1)
    assert clv.first_excluded == pytest.approx(26.6667, abs=1e-4)
    assert clv.first_included == pytest.approx(36.6667, abs=1e-4)


@given(
    st.floats(0, 1e4),
    st.floats(0, 0.98, allow_subnormal=False),
    st.floats(0, 1, allow_subnormal=False),
)
def test_closed_forms_are_the_sums_they_stand_for(margin: float, r: float, d: float) -> None:
    clv = ClosedForm(margin=margin, retention=r, discount=d)
    periods = np.arange(3000)
    worth = margin * (r / (1 + d)) ** periods
    assert clv.first_included == pytest.approx(worth.sum(), rel=1e-9)
    assert clv.first_excluded == pytest.approx(worth[1:].sum(), rel=1e-9, abs=1e-9)
    assert clv.first_included - clv.first_excluded == pytest.approx(margin, rel=1e-9, abs=1e-9)


def test_annual_rate_compounds_to_the_period() -> None:
    monthly = ClosedForm.annual(margin=1, retention=0.5, annual_rate=0.1, grain=Grain.MONTH)
    assert (1 + monthly.discount) ** 12 == pytest.approx(1.1)
    yearly = ClosedForm.annual(margin=1, retention=0.5, annual_rate=0.1, grain=Grain.YEAR)
    assert yearly.discount == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("margin", "retention", "discount", "key"),
    [
        (10, 1.0, 0.1, "closed_form_retention"),
        (10, -0.1, 0.1, "closed_form_retention"),
        (10, 1.0148, 0.1, "closed_form_retention"),
        (10, np.nan, 0.1, "closed_form_retention"),
        (10, 0.8, -0.3, "closed_form_endless"),
        (10, 0.8, np.inf, "closed_form_endless"),
        (np.nan, 0.8, 0.1, "closed_form_margin"),
    ],
)
def test_guard_rails(margin: float, retention: float, discount: float, key: str) -> None:
    with pytest.raises(RequestError) as error:
        ClosedForm(margin=margin, retention=retention, discount=discount)
    assert error.value.key == key
    for lang in LANGS:
        assert "{" not in error.value.say(lang)


@given(st.floats(0.02, 0.98))
def test_geometric_curve_gives_its_rate(rate: float) -> None:
    ages = np.arange(13)
    fit = geometric_retention(ages, np.full(13, 1e9), 1e9 * rate**ages)
    assert fit.rate == pytest.approx(rate, rel=1e-6)
    assert fit.misfit == pytest.approx(0, abs=1e-6)
    assert fit.low <= fit.rate <= fit.high < 1


def test_rate_is_not_the_first_month_alone() -> None:
    # Online Retail II, pooled: a month after the first, customers come back one time in five.
    observed = [1.0, 0.21, 0.209, 0.209, 0.2, 0.19, 0.183]
    fit = geometric_retention(range(7), [5000] * 7, np.multiply(5000, observed))
    assert 0.5 < fit.rate < 0.8
    assert fit.misfit > 0.1
    assert fit.ages == 6
    assert fit.high - fit.low > 0.05


def test_ages_seen_by_more_customers_weigh_more() -> None:
    few = geometric_retention([1, 2], [1000, 10], [500, 9]).rate
    many = geometric_retention([1, 2], [1000, 1000], [500, 900]).rate
    assert 0.5 < few < many


def test_ends() -> None:
    assert geometric_retention([1, 2], [100, 50], [0, 0]).rate == 0
    always = geometric_retention([1, 2], [100, 50], [100, 50])
    assert 0.99 < always.rate < 1


@pytest.mark.parametrize(
    ("ages", "customers", "active", "key"),
    [
        ([0], [100], [100], "retention_no_ages"),
        ([1], [0], [0], "retention_no_ages"),
        ([1], [100], [101], "retention_more_active"),
    ],
)
def test_curves_that_cannot_be(
    ages: list[int], customers: list[int], active: list[int], key: str
) -> None:
    with pytest.raises(ContentError) as error:
        geometric_retention(ages, customers, active)
    assert error.value.key == key
