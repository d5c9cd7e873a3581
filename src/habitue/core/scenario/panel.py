"""The observed past that a scenario stands on: who did what, by cohort and age, and redrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from habitue.later import Later

sparse = Later("scipy.sparse")

BUNDLES: Final = 20_000
"""Beyond this, customers are bundled at random before drawing: same interval, bounded cost."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


ACQUIRED: Final = 0
"""Curve of the rows that are acquisition cohorts."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Sums by draw, row and age, in months. Draw 0 is the data; the others redraw its customers.

    A row is an acquisition cohort, or the members that a segment had on a past date, followed
    since. Everything a slider needs is here: moving it touches these arrays only.

    Attributes:
        labels: Name of each row.
        groups: Group of each row, for discounts by group.
        curve: Which rows share a curve: 0 for acquisition cohorts, above for followed groups.
        month: Number of the calendar month of each row's age 0; January is a multiple of 12.
        coming: Number of the first month to come.
        customers: Customers of each row today, those of the target only.
        whole: Customers of each row today, in the target or not.
        size: Customers behind the observed ages, (draws, rows).
        lived: How many ages of each row are observed.
        pooling: Whether the row enters the pooled curves.
        active: Customers who ordered, (draws, rows, ages).
        orders: Their orders, (draws, rows, ages).
        gross: Their baskets at the prices paid, (draws, rows, ages).
        returned: Their returns, negative or zero, (draws, rows, ages).
        margin_rate: Margin as a share of revenue.
        seniority: Customers of each row today by the age that their cohort is at in the first
            month to come, (rows, ages): followed rows hold several. None where every row is a
            cohort, whose age says it.
    """

    labels: tuple[str, ...]
    groups: tuple[str, ...]
    curve: Integers
    month: Integers
    coming: int
    customers: Floats
    whole: Floats
    size: Floats
    lived: Integers
    pooling: NDArray[np.bool_]
    active: Floats
    orders: Floats
    gross: Floats
    returned: Floats
    margin_rate: float
    seniority: Floats | None = None

    @property
    def now(self) -> Integers:
        """Age that each row is at in the first month to come."""
        return self.coming - self.month

    def first_draw(self) -> Panel:
        """Keep the data alone, without the redraws."""
        return self.fewer(1)

    def fewer(self, draws: int) -> Panel:
        """Keep the first draws."""
        return replace(self, **{name: getattr(self, name)[:draws] for name in DRAWN})

    def where(self, rows: NDArray[np.bool_]) -> Panel:
        """Keep some rows."""
        kept = np.flatnonzero(rows)
        chosen: dict[str, Any] = {name: getattr(self, name)[kept] for name in _BY_ROW}
        chosen |= {name: getattr(self, name)[:, kept] for name in DRAWN}
        return replace(
            self,
            labels=tuple(self.labels[row] for row in kept),
            groups=tuple(self.groups[row] for row in kept),
            seniority=None if self.seniority is None else self.seniority[kept],
            **chosen,
        )

    def known_at(self, months_ago: int) -> Panel:
        """Stand some months earlier, knowing only what was known then.

        Args:
            months_ago: 0 for today.
        """
        there = self.where(self.month < self.coming - months_ago)
        lived = np.maximum(there.lived - months_ago, 0)
        unseen = np.arange(there.active.shape[2]) >= lived[:, None]
        sums: dict[str, Any] = {
            name: np.where(unseen, 0.0, getattr(there, name)) for name in DRAWN if name != "size"
        }
        return replace(there, coming=self.coming - months_ago, lived=lived, **sums)


DRAWN: Final = ("size", "active", "orders", "gross", "returned")
_BY_ROW: Final = ("curve", "month", "customers", "whole", "lived", "pooling")


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
