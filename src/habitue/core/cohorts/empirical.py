"""Empirical CLV: what customers brought, age by age, added up to a horizon (D21)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from habitue.later import Later

sparse = Later("scipy.sparse")

LENT: Final = 1_000
"""A cohort of fewer customers borrows the shape of its spending from the others."""
BUNDLES: Final = 4_000
"""Beyond this, customers are bundled at random before drawing: same interval, bounded cost."""
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class EmpiricalClv:
    """Value per acquired customer, cumulated over cohort ages.

    Attributes:
        by_age: Cumulated value at the end of each age, from age 0.
        low: Lower bound of each, 95 %; not a number where one customer alone is observed, who
            tells nothing of how far others would be.
        high: Upper bound of each, 95 %; likewise.
        customers: Customers observed at each age.
        cohorts: Cohorts observed at each age.
    """

    by_age: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    customers: NDArray[np.int64]
    cohorts: NDArray[np.int64]

    @property
    def horizon(self) -> int:
        """Last age reached."""
        return self.by_age.size - 1


def empirical_clv(
    customer: NDArray[np.int64],
    age: NDArray[np.int64],
    amount: NDArray[np.float64],
    lived: NDArray[np.int64],
    cohort: NDArray[np.int64],
    *,
    discount: NDArray[np.float64] | None = None,
    one: int | None = None,
    draws: int = 400,
    seed: int = 0,
) -> EmpiricalClv:
    """Add up pooled value per customer over ages, with a bootstrap over customers.

    Each age uses the customers observed at it (chain-ladder): sum of their amounts at that age
    over their number. Customers are redrawn with their whole history and their cohort's
    observed ages, so that the interval carries the dependence between ages.

    What is drawn is the error in units of its own standard error (bootstrap-t): spending has a
    long right tail, and the draws in which few large customers stand are also those that look
    the surest. Source: Efron, B. and Tibshirani, R., "An Introduction to the Bootstrap" (1993),
    chapter 12.5.

    One small cohort seldom holds the large customers that make a mean, and knows nothing of how
    far it misses them. The error in its own units is then drawn from as many customers of all
    cohorts: it borrows the shape of their spending, neither its level nor its spread.

    Args:
        customer: Number of the customer of each amount, an index into `lived`.
        age: Age of each amount; amounts beyond the customer's observed ages are left out.
        amount: Revenue or margin of that customer at that age.
        lived: For each customer, how many ages are observed (0 when none is).
        cohort: For each customer, the number of their cohort.
        discount: Factor per age; None keeps full value.
        one: Number of the one cohort to value, its customers observed at the same ages; the
            others then only lend their shape.
        draws: Bootstrap draws.
        seed: Of the draws.

    Examples:
        >>> clv = empirical_clv(
        ...     np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([10.0, 6.0, 20.0]),
        ...     lived=np.array([2, 1]), cohort=np.array([0, 1]), draws=10,
        ... )
        >>> clv.by_age, clv.customers
        (array([15., 21.]), array([2, 1]))
    """
    # Who is not seen for one whole age has no part in the value, nor in its interval.
    seen = lived > 0
    place = np.cumsum(seen) - 1
    inside = age < lived[customer]
    customer, age, amount = place[customer[inside]], age[inside], amount[inside]
    lived, cohort = lived[seen], cohort[seen]
    rng = np.random.default_rng(seed)
    if one is not None and 0 < (cohort == one).sum() < LENT:
        mine = cohort == one
        brought = np.zeros((lived.size, int(lived[mine].max())))
        early = age < brought.shape[1]
        np.add.at(brought, (customer[early], age[early]), amount[early])
        if discount is not None:
            brought *= discount[: brought.shape[1]]
        return _lent(np.cumsum(brought, axis=1), lived, mine, rng, draws)
    if one is not None:
        mine = cohort == one
        inside, place = mine[customer], np.cumsum(mine) - 1
        customer, age, amount = place[customer[inside]], age[inside], amount[inside]
        lived, cohort = lived[mine], cohort[mine]
    horizon = int(lived.max(initial=0))
    ages = np.arange(horizon)
    factors = np.ones(horizon) if discount is None else discount[:horizon]
    amounts = sparse.csr_matrix((amount, (customer, age)), shape=(lived.size, max(horizon, 1)))[
        :, :horizon
    ]
    alive = sparse.csr_matrix((lived[:, None] > ages).astype(np.float64))
    customers = np.asarray(alive.sum(axis=0)).ravel()
    sums = np.asarray(amounts.sum(axis=0)).ravel()
    value = np.cumsum(sums / customers * factors)
    # What each customer moves the cumulated value by, to the first order.
    moves = amounts - alive.multiply(sums / customers)
    moves = np.cumsum(moves.multiply(factors / customers).toarray(), axis=1)
    if lived.size > BUNDLES:
        bundle = sparse.csr_matrix(
            (np.ones(lived.size), (rng.integers(0, BUNDLES, lived.size), np.arange(lived.size))),
            shape=(BUNDLES, lived.size),
        )
        moves = bundle @ moves
    low, high = (np.where(customers > 1, one, np.nan) for one in _bounds(value, moves, rng, draws))
    counted = [np.unique(cohort[lived > one]).size for one in ages]
    return EmpiricalClv(value, low, high, customers.astype(np.int64), np.array(counted, np.int64))


def _lent(
    brought: NDArray[np.float64],
    lived: NDArray[np.int64],
    mine: NDArray[np.bool_],
    rng: np.random.Generator,
    draws: int,
) -> EmpiricalClv:
    """Value one cohort, the shape of its error drawn from the customers of all.

    Args:
        brought: What each customer brought up to each age of the cohort.
        lived: How many ages of each customer are observed.
        mine: Whether a customer is of the cohort.
        rng: Draws.
        draws: How many.
    """
    n, horizon = int(mine.sum()), brought.shape[1]
    unknown = np.full(horizon, np.nan)
    value = brought[mine].mean(axis=0)
    error = brought[mine].std(axis=0) / np.sqrt(n)
    bounds = [_shape(brought[lived > place, place], n, rng, draws) for place in range(horizon)]
    below, above = np.array(bounds).T
    counted = np.full(horizon, n, np.int64)
    low, high = (value - above * error, value - below * error) if n > 1 else (unknown, unknown)
    return EmpiricalClv(value, low, high, counted, np.ones_like(counted))


def _shape(
    brought: NDArray[np.float64], size: int, rng: np.random.Generator, draws: int
) -> tuple[float, float]:
    """Draw how far the mean of so many customers falls from that of all, in standard errors."""
    drawn = brought[rng.integers(0, brought.size, (draws, size))]
    spread = drawn.std(axis=1) / np.sqrt(size)
    # Customers who all brought the same have no spread, and say nothing.
    told = spread > _LEAST * (brought.std() + _LEAST)
    if not told.any():
        return 0.0, 0.0
    low, high = np.quantile((drawn.mean(axis=1) - brought.mean())[told] / spread[told],
                            [0.025, 0.975])  # fmt: skip
    return float(low), float(high)


def _bounds(
    value: NDArray[np.float64], moves: NDArray[np.float64], rng: np.random.Generator, draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    size = moves.shape[0]
    error = np.sqrt((moves**2).sum(axis=0))
    if not size or not error.any():
        return value.copy(), value.copy()
    weights = rng.multinomial(size, np.full(size, 1 / size), size=draws).astype(np.float64)
    drawn = weights @ moves
    spread = np.sqrt(np.maximum(weights @ moves**2 - drawn**2 / size, 0.0))
    # A draw of one customer again and again has no spread, and says nothing.
    told = np.divide(drawn, spread, out=np.full_like(drawn, np.nan), where=spread > _LEAST * error)
    told[:, ~np.isfinite(told).any(axis=0)] = 0.0
    below, above = np.nanquantile(told, [0.025, 0.975], axis=0)
    return value - above * error, value - below * error
