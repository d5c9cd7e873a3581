"""What each customer is worth from here on, and how sure that is (D31-D33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.fitting import Array
from habitue.core.clv.forecast import Forecaster, Level, Money
from habitue.core.clv.histories import Codes
from habitue.core.clv.intervals import Intervals, intervals
from habitue.core.clv.occasions import Occasions
from habitue.core.money import DAYS_PER_MONTH, day_factors, month_ends

SOON_DAYS: Final = 90
_EVEN: Final = 0.5
_NEVER: Final = 3650.0
"""Days of waiting beyond which a next order is not worth a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """What is expected of each customer, in the order of the occasions' numbers.

    Attributes:
        orders: Orders over the horizon.
        value: Margin over the horizon, discounted.
        low: Lower end of its interval.
        high: Upper end.
        p_alive: Chance of not having left.
        p_soon: Chance of an order within 90 days.
        spend: Money of an occasion.
        wait: Days to the next order; NaN for who has more likely left than not.
        bands: Of orders and value, for the total and the groups.
        level: How sure the level is.
        money: Spend model.
    """

    orders: Array
    value: Array
    low: Array
    high: Array
    p_alive: Array
    p_soon: Array
    spend: Array
    wait: Array
    bands: Intervals
    level: Level
    money: Money


def prospects(
    forecaster: Forecaster,
    cut: int,
    *,
    horizon: int,
    annual_rate: float,
    margin: ArrayLike,
    groups: Codes | None = None,
    seed: int = 0,
) -> Prospects:
    """Predict every customer.

    Args:
        forecaster: The method, on the whole history.
        cut: Last day seen.
        horizon: Days ahead.
        annual_rate: Discount rate per year.
        margin: What remains of a basket, margin rate and returns counted in: one, or one per
            customer.
        groups: Group of each customer, numbered from 0.
        seed: Of the intervals.
    """
    seen, buying = forecaster.seen(cut), forecaster.fitted(cut)
    history = seen.frequency, seen.recency, seen.T
    money, level = forecaster.spending(cut), forecaster.level(cut, horizon)
    ends = month_ends(horizon)
    ahead, factors = forecaster.ahead(cut, ends), day_factors(annual_rate=annual_rate, days=ends)
    baskets = forecaster.baskets(cut, ends)
    spend = money.model.expected_spend(seen.frequency, seen.money)
    value = (
        buying.weighted_purchases(ahead, factors * baskets, *history) * spend * np.asarray(margin)
    )
    bands = intervals(
        buying, *history, horizon_days=horizon, seed=seed, spend=money.model,
        monetary_value=seen.money, margin_rate=margin, annual_rate=annual_rate, groups=groups,
        ahead=ahead, level_error=level.error, baskets=baskets,
    )  # fmt: skip
    assert bands.value is not None
    alive = buying.p_alive(*history)
    wait = forecaster.clock(cut).days(buying.median_wait(*history))
    return Prospects(
        orders=np.asarray(buying.expected_purchases(float(ahead[-1]), *history)),
        value=value,
        # A mean pulled up by its tail may lie above the interval of a customer who hardly buys.
        low=np.minimum(bands.value.low, value),
        high=np.maximum(bands.value.high, value),
        p_alive=alive,
        p_soon=buying.p_purchase_within(float(forecaster.ahead(cut, SOON_DAYS)), *history),
        spend=spend,
        wait=np.where((alive >= _EVEN) & (wait < _NEVER), wait, np.nan),
        bands=bands,
        level=level,
        money=money,
    )


def own_margin(earned: Array, bought: Array) -> tuple[Array, float]:
    """Say what remains of each customer's baskets, drawn towards what remains in the shop.

    One who sends everything back must not pass for a great customer, nor one return of the only
    basket for a habit: the shop's share weighs as much as the mean customer's purchases.

    Args:
        earned: Margin of each customer, returns counted in.
        bought: What their baskets add up to.

    Returns:
        One share per customer, none below zero, and the shop's.

    Examples:
        >>> shares, shop = own_margin(np.array([30.0, 0.0]), np.array([100.0, 100.0]))
        >>> shares.round(3), round(shop, 3)
        (array([0.225, 0.075]), 0.15)
    """
    shop = max(float(earned.sum() / bought.sum()), 0.0)
    weight = float(bought.mean())
    return np.maximum((earned + weight * shop) / (bought + weight), 0.0), shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A customer to be acquired.

    Attributes:
        first: Margin of the first basket.
        orders: Repeat orders over the horizon.
        value: Margin of the first basket and of those, discounted.
    """

    first: float
    orders: float
    value: float


def newcomer(
    forecaster: Forecaster, cut: int, *, horizon: int, annual_rate: float, margin: float
) -> Newcomer:
    """Predict a customer acquired on the day of the picture, first basket included.

    Args:
        forecaster: The method, on the whole history.
        cut: Last day seen.
        horizon: Days ahead.
        annual_rate: Discount rate per year.
        margin: What remains of a basket.
    """
    shop, ends = forecaster.occasions, month_ends(horizon)
    opening = (shop.day == shop.first[shop.customer]) & (shop.day <= cut)
    first = float(shop.money[opening].mean()) * margin
    ahead = forecaster.ahead(cut, ends)
    reached = np.asarray(forecaster.fitted(cut).expected_purchases_new(ahead))
    factors = day_factors(annual_rate=annual_rate, days=ends) * forecaster.baskets(cut, ends)
    spend = float(np.asarray(forecaster.spending(cut).model.expected_spend_new))
    repeat = float(np.diff(reached, prepend=0.0) @ factors)
    return Newcomer(first=first, orders=float(reached[-1]), value=first + repeat * spend * margin)


def earned_by_month(
    occasions: Occasions, cut: int, groups: Codes, *, margin: float, months: int
) -> tuple[Array, Codes]:
    """Add up the margin of an acquired customer by the end of each month of life, by group.

    A month counts the customers who have lived through it (chain-ladder, as in D21); the first
    basket belongs to month 1.

    Args:
        occasions: The whole history.
        cut: Last day seen.
        groups: Group of each customer known at the cut, numbered from 0.
        margin: What remains of a basket.
        months: Months to follow.

    Returns:
        Cumulated margin per customer and the customers behind it, one row per group, one column
        per month; NaN where nobody has lived that long.
    """
    seen = occasions.at(cut)
    count = int(groups.max(initial=-1)) + 1
    place = np.full(occasions.customers, -1)
    place[seen.who] = groups
    lived = np.zeros(occasions.customers)
    lived[seen.who] = seen.T
    inside = occasions.day <= cut
    customer = occasions.customer[inside]
    month = ((occasions.day[inside] - occasions.first[customer]) / DAYS_PER_MONTH).astype(np.int64)
    kept = (month + 1) * DAYS_PER_MONTH <= lived[customer]
    earned, people = np.zeros((count, months)), np.zeros((count, months), np.int64)
    for one in range(months):
        now = kept & (month == one)
        earned[:, one] = np.bincount(
            place[customer[now]], occasions.money[inside][now] * margin, minlength=count
        )
        people[:, one] = np.bincount(groups[(one + 1) * DAYS_PER_MONTH <= seen.T], minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.cumsum(earned / people, axis=1), people
