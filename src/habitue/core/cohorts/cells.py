"""The cohort table, cell by cell, as counts and sums: all that its readings are made from."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core import periods
from habitue.core.cohorts.placing import Placed
from habitue.core.kpis import MAX_AGES
from habitue.core.orders import MONEY
from habitue.schema import Grain

_KEYS = ("group", "cohort", "age")


def cells(placed: Placed, *, grain: Grain, first_day: dt.date) -> ir.Table:
    """Count and sum every cohort at every age that has begun.

    A cell is observed when its age is over for the last customer of its row. A cell that has
    begun and is not observed carries the counts and the money so far; a cell that has not begun
    is absent.

    Args:
        placed: A view laid out by cohort and age.
        grain: Length of a cohort.
        first_day: Day of the first acquisition; the cohort it falls in is left-truncated (D19).

    Returns:
        One row per group, cohort (its number) and age: `customers` of the cohort, `buyers`
        (with an order at that age), `second` (whose second order it holds), `last` (whose last
        order it holds), `orders`, `basket`, `revenue`, `cost`, `observed`, `truncated`.
    """
    ages = ibis.range(ibis.literal(0, "int64"), MAX_AGES).unnest().name("age").as_table()
    grid = placed.rows.cross_join(ages).filter(_.age <= _.last_begun)
    bought = placed.orders.group_by(*_KEYS).agg(
        buyers=_.customer_id.nunique(),
        second=_.count(where=_.number == 2),  # noqa: PLR2004 - the second order
        orders=_.count(),
        basket=_.basket.sum().cast(MONEY),
    )
    final = placed.orders.group_by("customer_id", "group", "cohort").agg(age=_.age.max())
    left = final.group_by(*_KEYS).agg(last=_.count())
    moved = placed.movements.group_by(*_KEYS).agg(
        revenue=(_.gross + _.returned).sum().cast(MONEY), cost=_.cost.sum().cast(MONEY)
    )
    laid = _beside(_beside(_beside(grid, bought), left), moved)
    return laid.select(
        *_KEYS, "customers",
        *(laid[name].cast("int64") for name in ("buyers", "second", "last", "orders")),
        "basket", "revenue", "cost",
        observed=laid.age <= laid.last_observed,
        truncated=laid.cohort == periods.index_of(first_day, grain),
    )  # fmt: skip


def _beside(grid: ir.Table, found: ir.Table) -> ir.Table:
    """Put measures into the grid; what did not happen in a begun age is zero."""
    # A null group (the rest) must meet itself, so groups are compared as they are or both null.
    joined = grid.left_join(
        found,
        [
            grid.group.identical_to(found.group),
            grid.cohort == found.cohort,
            grid.age == found.age,
        ],
    ).drop(*(f"{key}_right" for key in _KEYS))
    measures = {
        name: _[name].fill_null(ibis.literal(0).cast(kind))
        for name, kind in found.schema().items()
        if name not in _KEYS
    }
    return joined.mutate(**measures)
