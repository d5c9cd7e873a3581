"""The observed past that a scenario stands on: who did what, by cohort and age, and redrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

BUNDLES: Final = 20_000
"""Beyond this, customers are bundled at random before drawing: same interval, bounded cost."""
TAIL_AGES: Final = 6
"""How many of the oldest observed ages the extrapolation leans on."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Panel:
    """Sums by draw, row and age. Draw 0 is the data; the others redraw its customers.

    A row is an acquisition cohort, or a segment followed from past dates. Everything a slider
    needs is here: moving it touches these arrays only.

    Attributes:
        labels: Name of each row.
        groups: Group of each row, for discounts by group.
        customers: Customers of each row today.
        now: Age each row stands at: the first month to come is age `now`.
        size: Customers behind the observed ages, (draws, rows).
        lived: How many ages of each row are observed.
        pooling: Whether the row enters the pooled curves.
        active: Customers who ordered, (draws, rows, ages).
        orders: Their orders, (draws, rows, ages).
        gross: Their baskets at the prices paid, (draws, rows, ages).
        returned: Their returns, negative or zero, (draws, rows, ages).
        margin_rate: Margin as a share of revenue.
        season: Factor per coming month on activity; ones where history is too short.
    """

    labels: tuple[str, ...]
    groups: tuple[str, ...]
    customers: Floats
    now: Integers
    size: Floats
    lived: Integers
    pooling: NDArray[np.bool_]
    active: Floats
    orders: Floats
    gross: Floats
    returned: Floats
    margin_rate: float
    season: Floats


def redraw(
    row: Integers,
    customer: Integers,
    age: Integers,
    measures: dict[str, Floats],
    *,
    rows_of: Integers,
    rows: int,
    ages: int,
    draws: int,
    seed: int,
) -> tuple[Floats, dict[str, Floats]]:
    """Sum measures by row and age, on the data and on customers redrawn within their row.

    Args:
        row: Row of each record.
        customer: Customer of each record, an index into `rows_of`.
        age: Age of each record, below `ages`.
        measures: Name to values, one per record.
        rows_of: Row of each customer, those without a record included.
        rows: Number of rows.
        ages: Number of ages.
        draws: How many redraws; draw 0 of the result is the data itself.
        seed: Of the redraws.

    Returns:
        Customers per draw and row, and each measure per draw, row and age.
    """
    rng = np.random.default_rng(seed)
    sizes = np.zeros((draws + 1, rows))
    sums = {name: np.zeros((draws + 1, rows, ages)) for name in measures}
    order = np.argsort(rows_of, kind="stable")
    bounds = np.searchsorted(rows_of[order], np.arange(rows + 1))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    by_row = np.argsort(row, kind="stable")
    record_bounds = np.searchsorted(row[by_row], np.arange(rows + 1))
    share = max(1.0, rows_of.size / BUNDLES)
    for one in range(rows):
        n = int(bounds[one + 1] - bounds[one])
        if not n:
            continue
        mine = by_row[record_bounds[one] : record_bounds[one + 1]]
        where = place[customer[mine]] - bounds[one]
        bundles = min(n, max(1, round(n / share)))
        if bundles < n:
            assigned = rng.integers(0, bundles, n)
            weight = np.bincount(assigned, minlength=bundles).astype(np.float64)
            where = assigned[where]
        else:
            weight = np.ones(n)
        times = np.ones((draws + 1, bundles))
        times[1:] = rng.multinomial(bundles, np.full(bundles, 1 / bundles), size=draws)
        sizes[:, one] = times @ weight
        for name, values in measures.items():
            laid = sparse.csr_matrix((values[mine], (where, age[mine])), shape=(bundles, ages))
            sums[name][:, one, :] = times @ laid
    return sizes, sums


@dataclass(frozen=True, slots=True)
class Curves:
    """Pooled behaviour by age, per draw, extended beyond what was observed.

    Attributes:
        retention: Share of customers who order in the month, (draws, ages).
        frequency: Orders per active customer, (draws, ages).
        basket: Gross money per order, (draws, ages).
        return_rate: Returned share of gross, (draws, ages).
        level: How each row's past activity compares with the pooled one, (draws, rows).
        spend: The same for its gross per active customer, (draws, rows).
        observed: Ages observed by at least one pooled row; beyond, values are extrapolated.
    """

    retention: Floats
    frequency: Floats
    basket: Floats
    return_rate: Floats
    level: Floats
    spend: Floats
    observed: int


def curves(panel: Panel, *, ages: int) -> Curves:
    """Pool the rows by age, and place each row beside the pool (chain-ladder).

    Each age uses the rows observed at it, sums over sums. Beyond the oldest observed age,
    retention falls by the geometric rate of the last `TAIL_AGES` ages (never rising), and money
    stays at their mean.

    Args:
        panel: The observed past.
        ages: How many ages to give.
    """
    width = panel.active.shape[2]
    seen = np.arange(width) < panel.lived[:, None]
    pooled = seen & panel.pooling[:, None]
    if not pooled.any():
        pooled = seen
    at = pooled.astype(np.float64)
    size = np.einsum("dr,ra->da", panel.size, at)
    total = {
        name: np.einsum("dra,ra->da", getattr(panel, name), at)
        for name in ("active", "orders", "gross", "returned")
    }
    observed = int(pooled.any(axis=0).sum())
    retention = _over(total["active"], size)[:, :observed]
    frequency = _over(total["orders"], total["active"])[:, :observed]
    basket = _over(total["gross"], total["orders"])[:, :observed]
    return_rate = _over(-total["returned"], total["gross"])[:, :observed]
    level, spend = _levels(panel, seen, retention, frequency * basket)
    return Curves(
        retention=_falling(retention, ages),
        frequency=_level(frequency, ages),
        basket=_level(basket, ages),
        return_rate=_level(return_rate, ages),
        level=level,
        spend=spend,
        observed=observed,
    )


def _levels(
    panel: Panel, seen: NDArray[np.bool_], retention: Floats, spent: Floats
) -> tuple[Floats, Floats]:
    """Compare each row with what the pool would have done at the same ages after the first.

    The first age is left out: everybody is active in it. Rows with little behind them are
    drawn towards the pool, by the weight of the activity expected of them (credibility).
    """
    ages = retention.shape[1]
    later = (seen[:, :ages] & (np.arange(ages) > 0)).astype(np.float64)
    expected = panel.size * np.einsum("da,ra->dr", retention, later)
    actual = np.einsum("dra,ra->dr", panel.active[:, :, :ages], later)
    level = (actual + CREDIBILITY) / (expected + CREDIBILITY)
    due = np.einsum("dra,da,ra->dr", panel.active[:, :, :ages], spent, later)
    gross = np.einsum("dra,ra->dr", panel.gross[:, :, :ages], later)
    weight = CREDIBILITY * _over(due, actual)
    spend = np.where(due > 0, (gross + weight) / np.where(due > 0, due + weight, 1.0), 1.0)
    return level, spend


CREDIBILITY: Final = 20.0
"""A row with this many expected returns counts as much as the pool does for it."""


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _falling(curve: Floats, ages: int) -> Floats:
    """Extend a retention curve by the geometric rate of its last ages."""
    known = curve.shape[1]
    if ages <= known:
        return curve[:, :ages]
    if known <= 1:
        return np.concatenate([curve, np.zeros((curve.shape[0], ages - known))], axis=1)
    tail = curve[:, max(1, known - TAIL_AGES) :]
    steps = np.arange(tail.shape[1], dtype=np.float64)
    ratio = np.ones(curve.shape[0])
    if tail.shape[1] > 1:
        logs = np.log(np.maximum(tail, 1e-9))
        centred = steps - steps.mean()
        ratio = np.exp(np.minimum(logs @ centred / (centred @ centred), 0.0))
    start = tail.mean(axis=1)
    ahead = np.arange(1, ages - known + 1) + (steps.size - 1) / 2
    return np.concatenate([curve, start[:, None] * ratio[:, None] ** ahead], axis=1)


def _level(curve: Floats, ages: int) -> Floats:
    """Extend a curve of money by the mean of its last ages."""
    known = curve.shape[1]
    if ages <= known:
        return curve[:, :ages]
    if not known:
        return np.zeros((curve.shape[0], ages))
    mean = curve[:, max(0, known - TAIL_AGES) :].mean(axis=1, keepdims=True)
    return np.concatenate([curve, np.repeat(mean, ages - known, axis=1)], axis=1)
