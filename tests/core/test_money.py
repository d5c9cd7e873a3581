"""One annual rate, turned into months, periods and days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.core.money import (
    DAYS_PER_MONTH,
    daily_force,
    day_factors,
    discount_factors,
    month_ends,
    period_rate,
)
from habitue.errors import RequestError
from habitue.schema import Grain


def test_a_month_is_a_twelfth_of_a_year() -> None:
    factors = discount_factors(annual_rate=0.10, horizon_months=24)
    assert factors[[11, 23]] == pytest.approx([1 / 1.1, 1 / 1.21])
    assert discount_factors(annual_rate=0.0, horizon_months=3).tolist() == [1, 1, 1]
    assert discount_factors(annual_rate=0.1, horizon_months=0).size == 0


@given(st.floats(-0.9, 5), st.sampled_from(list(Grain)))
def test_period_rates_compound_to_the_year(annual_rate: float, grain: Grain) -> None:
    per_year = {Grain.WEEK: 365.25 / 7, Grain.MONTH: 12, Grain.QUARTER: 4, Grain.YEAR: 1}[grain]
    compounded = (1 + period_rate(annual_rate, grain)) ** per_year
    assert compounded == pytest.approx(1 + annual_rate, rel=1e-9)
    assert np.exp(daily_force(annual_rate) * 365.25) == pytest.approx(1 + annual_rate, rel=1e-9)


@given(st.floats(0.5, 4000))
def test_months_cut_a_horizon_whole(horizon: float) -> None:
    ends = month_ends(horizon)
    lengths = np.diff(ends, prepend=0)
    assert ends[-1] == horizon
    assert lengths[:-1] == pytest.approx(np.full(ends.size - 1, DAYS_PER_MONTH))
    assert 0 < lengths[-1] <= DAYS_PER_MONTH * (1 + 1e-9)


def test_whole_months_have_no_stub() -> None:
    assert month_ends(DAYS_PER_MONTH * 3).size == 3
    assert day_factors(annual_rate=0.1, days=[0, 365.25]) == pytest.approx([1, 1 / 1.1])


@pytest.mark.parametrize("rate", [-1.0, -2.0, np.inf, np.nan])
def test_rates_that_cannot_be(rate: float) -> None:
    with pytest.raises(RequestError) as error:
        period_rate(rate, Grain.MONTH)
    assert error.value.key == "annual_rate_impossible"


def test_horizons_that_cannot_be() -> None:
    for horizon in (0.0, -1.0, np.inf):
        with pytest.raises(RequestError) as error:
            month_ends(horizon)
        assert error.value.key == "clv_horizon"
    with pytest.raises(RequestError):
        discount_factors(annual_rate=0.1, horizon_months=-1)
