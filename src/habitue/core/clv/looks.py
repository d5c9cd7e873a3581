"""How a fit looks against the data it was made of: tracking, frequencies, recency by frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from habitue.core.clv.fitting import Array
from habitue.core.clv.forecast import Forecaster
from habitue.core.clv.histories import Codes
from habitue.core.clv.season import by_sides, expected_by

MOST_REPEATS: Final = 10
_WEEK: Final = 7
_GRID_DAYS: Final = 15
_GRID_ORDERS: Final = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Cumulated repeat occasions, week by week.

    Attributes:
        day: Last day of each week, in days since 1 January 1970.
        actual: What happened.
        expected: What the model expects of customers acquired when they were.
    """

    day: Codes
    actual: Array
    expected: Array


def tracking(forecaster: Forecaster, cut: int) -> Tracking:
    """Follow actual and expected repeat occasions up to a day.

    Args:
        forecaster: The method, on the whole history.
        cut: Last day seen.
    """
    shop, seen, buying = forecaster.occasions, forecaster.seen(cut), forecaster.fitted(cut)
    days = np.arange(cut, shop.born, -_WEEK)[::-1].astype(np.int64)
    repeat = (shop.day > shop.first[shop.customer]) & (shop.day <= cut)
    happened = np.sort(shop.day[repeat])
    expected = expected_by(shop, forecaster.clock(cut), seen, buying, days)
    actual = np.searchsorted(happened, days, side="right").astype(np.float64)
    return Tracking(days, actual, expected)


def frequencies(forecaster: Forecaster, cut: int) -> tuple[Array, Array]:
    """Count customers by repeat occasions, and expect those counts; the last is ten and more.

    Args:
        forecaster: The method, on the whole history.
        cut: Last day seen.

    Returns:
        Actual and expected customers with 0, 1… repeat occasions.
    """
    seen, buying = forecaster.seen(cut), forecaster.fitted(cut)
    actual = np.bincount(
        np.minimum(seen.frequency, MOST_REPEATS).astype(np.int64), minlength=MOST_REPEATS + 1
    ).astype(np.float64)
    expected = np.zeros(MOST_REPEATS)
    for model, side in by_sides(buying, seen):
        ages, counts = np.unique(seen.T[side], return_counts=True)
        for orders in range(MOST_REPEATS):
            expected[orders] += float(model.pmf(np.full(ages.size, float(orders)), ages) @ counts)
    return actual, np.append(expected, seen.who.size - expected.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What the model says of customers by silence and repeat occasions.

    Attributes:
        silence: Days since the last occasion.
        frequency: Repeat occasions.
        T: Days since the first occasion, the same for all.
        p_alive: One row per frequency.
        orders: Orders over the horizon, one row per frequency.
    """

    silence: Array
    frequency: Array
    T: float
    p_alive: Array
    orders: Array


def grid(forecaster: Forecaster, cut: int, horizon: int) -> Grid:
    """Ask the model about every silence and frequency, at the median age of the customers.

    Args:
        forecaster: The method, on the whole history.
        cut: Last day seen.
        horizon: Days ahead.
    """
    shop, clock = forecaster.occasions, forecaster.clock(cut)
    age = float(max(np.median(cut - shop.first[forecaster.seen(cut).who]), 1.0))
    silence = np.arange(0, age, max(_GRID_DAYS, age / 30))
    x = np.array(_GRID_ORDERS, dtype=np.float64)
    counts, quiet = (one.ravel() for one in np.meshgrid(x, silence, indexing="ij"))
    begin = cut - age
    recency = clock.between(begin, np.maximum(cut - quiet, begin + 1e-3))
    history = counts, recency, np.full(counts.size, clock.between(begin, cut))
    buying, shape = forecaster.fitted(cut), (x.size, silence.size)
    return Grid(
        silence, x, age,
        buying.p_alive(*history).reshape(shape),
        buying.expected_purchases(float(clock.ahead(horizon)), *history).reshape(shape),
    )  # fmt: skip
