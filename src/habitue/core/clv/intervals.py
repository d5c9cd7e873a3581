"""How far off a prediction may be: for each customer, each group and the total.

Two things are unknown: the parameters, drawn from the normal that the fit's Hessian gives to
their logarithms, and chance itself, drawn from the model for each customer. Draws of the
parameters are shared by all customers, so errors that go the same way add up in a total instead
of cancelling. Everything follows from one seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from habitue.core.clv.apart import Apart, Buying
from habitue.core.clv.dependence import SpendByBand
from habitue.core.clv.fitted import FittedModel
from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import checked
from habitue.core.clv.spend import SpendModel, checked_spend
from habitue.core.money import day_factors, month_ends
from habitue.errors import ContentError, RequestError

Model = TypeVar("Model", bound=FittedModel)

PARAMETER_DRAWS: Final = 200
OUTCOMES_PER_DRAW: Final = 4
_CELLS: Final = 2_000_000
"""Draws x customers held in memory at once."""
_FAR: Final = 4.0
"""Standard errors beyond which a draw of a parameter is brought back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Where the truth should fall, with the chance asked for.

    Attributes:
        low: Lower ends.
        high: Upper ends.
    """

    low: Array
    high: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Bands around predicted orders and value.

    Attributes:
        level: Chance that a band covers what will happen.
        orders: One band per customer.
        median_orders: The middle of each customer's draws.
        value: One band per customer, discounted; absent without a spend model.
        median_value: The middle of each customer's draws; zero without a spend model.
        group_orders: One band per group, in the order of their codes.
        group_value: One band per group.
        total_orders: One band, for the sum over customers.
        total_value: One band.
    """

    level: float
    orders: Band
    median_orders: Array
    value: Band | None
    median_value: Array
    group_orders: Band
    group_value: Band | None
    total_orders: Band
    total_value: Band | None


def intervals(
    purchases: Buying,
    frequency: ArrayLike,
    recency: ArrayLike,
    T: ArrayLike,
    *,
    horizon_days: float,
    seed: int,
    spend: SpendModel | SpendByBand | None = None,
    monetary_value: ArrayLike = 0.0,
    margin_rate: ArrayLike = 1.0,
    annual_rate: float = 0.0,
    groups: ArrayLike | None = None,
    level: float = 0.95,
    parameter_draws: int = PARAMETER_DRAWS,
    ahead: ArrayLike | None = None,
    level_error: float = 0.0,
    baskets: ArrayLike = 1.0,
) -> Intervals:
    """Simulate what each customer will do, under parameters as uncertain as they are.

    A customer's money is discounted by the mean factor of the months in which the model expects
    it, the same for every draw.

    Args:
        purchases: Purchase model.
        frequency: Repeat occasions.
        recency: Days to the last one since the first occasion; 0 without repeats.
        T: Days observed since the first occasion.
        horizon_days: How far ahead to look.
        seed: Same seed, same bands.
        spend: Spend model; without one there is no value.
        monetary_value: Mean money of a repeat occasion.
        margin_rate: Share of the money that is margin, one or one per customer.
        annual_rate: Discount rate per year.
        groups: Group of each customer, numbered from 0.
        level: Chance that a band covers what will happen, between 0 and 1.
        parameter_draws: Draws of the parameters; each gives several outcomes.
        ahead: Time at the end of each month of the horizon, where it is not measured in days.
        level_error: Standard error of the logarithm of everybody's purchases, beyond what the
            model knows of itself; it is the same for all in a draw.
        baskets: What a basket is worth in each month of the horizon, beside what is expected.

    Raises:
        RequestError: The level is not between 0 and 1, or the horizon not above zero.
        ContentError: A row cannot be a customer's history, or groups do not match customers.

    Examples:
        >>> from habitue.core.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=31, a=0.793, b=2.426)
        >>> bands = intervals(model, [0, 7], [0, 250], [270, 270], horizon_days=365, seed=1)
        >>> bool(bands.orders.low[1] <= model.expected_purchases(365, 7, 250, 270))
        True
    """
    if not 0 < level < 1:
        raise RequestError("clv_level", value=level)
    x, t_x, age = (np.atleast_1d(column) for column in checked(frequency, recency, T))
    z = np.zeros(x.size) if spend is None else checked_spend(x, monetary_value)[1]
    ends = month_ends(horizon_days)
    factors = day_factors(annual_rate=annual_rate, days=ends) * np.asarray(baskets, np.float64)
    reached = ends if ahead is None else np.asarray(ahead, np.float64)
    group = np.zeros(x.size, dtype=np.int64) if groups is None else np.asarray(groups, np.int64)
    if group.size != x.size:
        raise ContentError("clv_lengths", sizes=[x.size, group.size])
    share = np.broadcast_to(np.asarray(margin_rate, np.float64), x.shape)
    random = np.random.default_rng(seed)
    buying = _buying_redrawn(purchases, parameter_draws, random)
    spending = None if spend is None else _spending_redrawn(spend, parameter_draws, random)

    draws, count = parameter_draws * OUTCOMES_PER_DRAW, int(group.max(initial=0)) + 1
    levels = np.ones((draws, 1))
    if level_error > 0:
        levels = np.exp(level_error * random.standard_normal((draws, 1)))
    asked = [(1 - level) / 2, (1 + level) / 2]
    orders, value = np.empty((3, x.size)), np.zeros((3, x.size))
    sums = np.zeros((2, draws, count))
    block = max(1, _CELLS // draws)
    for first in range(0, x.size, block):
        rows = slice(first, first + block)
        history = (x[rows], t_x[rows], age[rows])
        made = buying.draw_purchases(
            float(reached[-1]), *history, random, outcomes=OUTCOMES_PER_DRAW
        )
        paced = made * levels
        orders[:, rows] = np.quantile(paced, [*asked, 0.5], axis=0)
        _add(sums[0], paced, group[rows])
        if spending is not None:
            paid = _paid(spending, made, x[rows], z[rows], random)
            paid *= levels * share[rows] * _mean_factor(purchases, reached, factors, history)
            value[:, rows] = np.quantile(paid, [*asked, 0.5], axis=0)
            _add(sums[1], paid, group[rows])

    def band(draws: Array) -> Band:
        low, high = np.quantile(draws, asked, axis=0)
        return Band(low=low, high=high)

    return Intervals(
        level=level,
        orders=Band(low=orders[0], high=orders[1]),
        median_orders=orders[2],
        value=None if spend is None else Band(low=value[0], high=value[1]),
        median_value=value[2],
        group_orders=band(sums[0]),
        group_value=None if spend is None else band(sums[1]),
        total_orders=band(sums[0].sum(axis=1)),
        total_value=None if spend is None else band(sums[1].sum(axis=1)),
    )


def _redrawn(model: Model, draws: int, random: np.random.Generator) -> Model:
    values, vectors = np.linalg.eigh(model.covariance)
    spread = np.sqrt(np.maximum(values, 0))
    normal = np.clip(random.standard_normal((draws, spread.size)), -_FAR, _FAR)
    return model.redrawn(model.theta + (normal * spread) @ vectors.T)


def _buying_redrawn(model: Buying, draws: int, random: np.random.Generator) -> Buying:
    if not isinstance(model, Apart):
        return _redrawn(model, draws, random)
    old, new = (_redrawn(part, draws, random) for part in (model.old, model.new))
    return Apart(old=old, new=new, limit=model.limit)


def _spending_redrawn(
    model: SpendModel | SpendByBand, draws: int, random: np.random.Generator
) -> SpendModel | SpendByBand:
    if isinstance(model, SpendByBand):
        return SpendByBand(tuple(_redrawn(part, draws, random) for part in model.models))
    return _redrawn(model, draws, random)


def _paid(
    spending: SpendModel | SpendByBand, made: Array, x: Array, z: Array, random: np.random.Generator
) -> Array:
    outcomes = np.split(made, OUTCOMES_PER_DRAW)
    return np.concatenate([spending.draw_spend(part, x, z, random) for part in outcomes])


def _mean_factor(
    purchases: Buying, ends: Array, factors: Array, history: tuple[Array, Array, Array]
) -> Array:
    if np.all(factors == 1):
        return np.ones(1)
    full = purchases.expected_purchases(float(ends[-1]), *history)
    worth = purchases.weighted_purchases(ends, factors, *history)
    return np.asarray(np.divide(worth, full, out=np.full_like(full, factors[-1]), where=full > 0))


def _add(sums: Array, drawn: Array, group: NDArray[np.int64]) -> None:
    for code in np.unique(group):
        sums[:, code] += drawn[:, group == code].sum(axis=1)
