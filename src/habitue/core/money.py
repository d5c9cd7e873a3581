"""The price of waiting: one annual rate, turned into what each calculation needs.

Time is counted in days. A year has 365.25 of them and a month a twelfth of that, everywhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from habitue.errors import RequestError
from habitue.schema import Grain

DAYS_PER_YEAR: Final = 365.25
DAYS_PER_MONTH: Final = DAYS_PER_YEAR / 12
PERIODS_PER_YEAR: Final[dict[Grain, float]] = {
    Grain.WEEK: DAYS_PER_YEAR / 7,
    Grain.MONTH: 12.0,
    Grain.QUARTER: 4.0,
    Grain.YEAR: 1.0,
}


def discount_factors(*, annual_rate: float, horizon_months: int) -> NDArray[np.float64]:
    """Weigh each coming month by what one unit of money received then is worth today.

    Args:
        annual_rate: Discount rate per year; 0.10 means 10 %. Zero keeps full value.
        horizon_months: How many months ahead to look.

    Returns:
        One factor per month, the first for the end of month 1.

    Raises:
        RequestError: The rate is -100 % or less, or the horizon is negative.

    Examples:
        >>> discount_factors(annual_rate=0.10, horizon_months=12)[[0, 11]].round(4)
        array([0.9921, 0.9091])
    """
    if horizon_months < 0:
        raise RequestError("clv_time_negative", name="horizon_months", value=horizon_months)
    return day_factors(annual_rate=annual_rate, days=DAYS_PER_MONTH * _upto(horizon_months))


def day_factors(*, annual_rate: float, days: ArrayLike) -> NDArray[np.float64]:
    """Weigh money received some days from now by what it is worth today.

    Args:
        annual_rate: Discount rate per year; 0.10 means 10 %.
        days: Days from today.

    Raises:
        RequestError: The rate is -100 % or less, or not a number.

    Examples:
        >>> float(day_factors(annual_rate=0.10, days=365.25).round(4))
        0.9091
    """
    waiting = np.asarray(days, dtype=np.float64)
    return np.asarray(np.exp(-daily_force(annual_rate) * waiting))


def month_ends(horizon_days: float) -> NDArray[np.float64]:
    """Cut a horizon at the end of each month, the last cut at the horizon itself.

    Args:
        horizon_days: How many days ahead to look, above zero.

    Returns:
        Days from today, rising; the last month may be a part of one.

    Raises:
        RequestError: The horizon is not above zero.

    Examples:
        >>> month_ends(90)
        array([30.4375, 60.875 , 90.    ])
    """
    if not 0 < horizon_days < np.inf:
        raise RequestError("clv_horizon", value=horizon_days)
    whole = int(np.ceil(horizon_days / DAYS_PER_MONTH - 1e-9))
    ends = DAYS_PER_MONTH * _upto(whole)
    ends[-1] = horizon_days
    return ends


def period_rate(annual_rate: float, grain: Grain) -> float:
    """Turn a rate per year into the rate per period that compounds to it (D30).

    Args:
        annual_rate: Rate per year; 0.10 means 10 %.
        grain: Length of the period.

    Raises:
        RequestError: The rate is -100 % or less, or not a number.

    Examples:
        >>> round(period_rate(0.10, Grain.MONTH), 6)
        0.007974
    """
    return float(np.expm1(_log_growth(annual_rate) / PERIODS_PER_YEAR[grain]))


def daily_force(annual_rate: float) -> float:
    """Turn a rate per year into the continuous rate per day.

    Args:
        annual_rate: Rate per year; 0.15 means 15 %.

    Raises:
        RequestError: The rate is -100 % or less, or not a number.

    Examples:
        >>> round(daily_force(0.15) * 7, 4)
        0.0027
    """
    return _log_growth(annual_rate) / DAYS_PER_YEAR


def _log_growth(annual_rate: float) -> float:
    if not -1 < annual_rate < np.inf:
        raise RequestError("annual_rate_impossible", value=annual_rate)
    return float(np.log1p(annual_rate))


def _upto(count: int) -> NDArray[np.float64]:
    return np.arange(1, count + 1, dtype=np.float64)
