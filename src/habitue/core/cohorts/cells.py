"""The cohort table, cell by cell, as counts and sums: all that its readings are made from."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from habitue.core import periods
from habitue.core.cohorts.placing import age_of, in_groups, lived
from habitue.core.kpis import MAX_AGES
from habitue.core.orders import MONEY
from habitue.schema import Ages, Grain

_KEYS: Final = ("group", "cohort", "age")
_COUNTS: Final = ("buyers", "second", "last", "orders")
_SUMS: Final = ("basket", "revenue", "cost")
_MONEY: Final = (*_SUMS, "first_basket", "early_value")
_IN_ORDER: Final = [(name, "ascending") for name in _KEYS]


def counted(
    steps: ir.Table, *, grain: Grain, ages: Ages = Ages.CALENDAR, groups: ir.Table | None = None
) -> ir.Table:
    """Count and sum what happened to every cohort at every age.

    Args:
        steps: Out of `steps.steps`.
        grain: Length of a cohort and, for calendar ages, of an age.
        ages: How ages are counted.
        groups: `who` and `group`, out of `placing.groups_of`; None for one group.

    Returns:
        One row per group, cohort (its number) and age at which anything happened: `members`
        (acquired; all at age 0), `newest` and `oldest` (days of acquisition), `buyers` (with an
        order at that age), `second` (whose second order it holds), `last` (whose last order it
        holds), `orders`, `basket`, `revenue`, `cost`, `first_basket`, `early_value`.
    """
    placed = in_groups(steps, groups)
    placed = placed.mutate(cohort=periods.index(placed.acquired_on, grain))
    age, had = age_of(placed, grain, ages), age_of(placed, grain, ages, "before")
    # A customer buys anew in an age with their first order in it: nobody is counted twice.
    anew = (placed.orders > 0) & ((placed["first"] > 0) | (had < age))
    placed = placed.select(
        "group", "cohort", "acquired_on", "members", *_COUNTS[1:], *_MONEY,
        age=age, buyers=ibis.ifelse(anew, 1, 0),
    )  # fmt: skip
    return placed.group_by(*_KEYS).agg(
        members=_.members.sum().cast("int64"),
        newest=_.acquired_on.max(),
        oldest=_.acquired_on.min(),
        **{name: _[name].sum().cast("int64") for name in _COUNTS},
        **{name: _[name].sum().cast(MONEY) for name in _MONEY},
    )


def cells(
    found: pa.Table, *, as_of: dt.date, grain: Grain, ages: Ages, first_day: dt.date
) -> pa.Table:
    """Lay out every cohort at every age that has begun.

    A cell is observed when its age is over for the last customer of its row. A cell that has
    begun and is not observed carries the counts and the money so far; a cell that has not begun
    is absent.

    Args:
        found: Rows of `counted`.
        as_of: The day the picture is taken.
        grain: Length of a cohort.
        ages: How ages are counted.
        first_day: Day of the first acquisition; the cohort it falls in is left-truncated (D19).

    Returns:
        One row per group, cohort (its number) and age: `group`, `cohort`, `age`, `customers`,
        `buyers`, `second`, `last`, `orders`, `basket`, `revenue`, `cost`, `observed`,
        `truncated`. What did not happen in a begun age is zero.
    """
    found = found.sort_by(_IN_ORDER)
    age = _plain(found["age"])
    opening = age == 0
    rows = found.filter(pa.array(opening, pa.bool_()))
    spans = lived(rows, as_of=as_of, grain=grain, ages=ages)
    lengths = np.clip(spans.begun + 1, 0, MAX_AGES)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    row = np.repeat(np.arange(rows.num_rows), lengths)
    grid = np.arange(starts[-1]) - starts[:-1][row]
    # What happened has a place in the grid; where nothing happened, nothing is taken.
    inside = age < MAX_AGES
    place = starts[:-1][np.cumsum(opening) - 1] + age
    taken = np.full(grid.size, -1, np.int64)
    taken[place[inside]] = np.flatnonzero(inside)
    picked = pa.array(taken, pa.int64(), mask=taken < 0)
    cohort = _plain(rows["cohort"])
    laid: dict[str, Any] = {
        "group": rows["group"].take(pa.array(row)),
        "cohort": cohort[row],
        "age": grid,
        "customers": _plain(rows["members"])[row],
    }
    for name in (*_COUNTS, *_SUMS):
        laid[name] = pc.fill_null(found[name].take(picked), pa.scalar(0, found[name].type))
    laid["observed"] = grid <= spans.over[row]
    laid["truncated"] = cohort[row] == periods.index_of(first_day, grain)
    return pa.table(laid)


def profiles(found: pa.Table, *, as_of: dt.date, days: int) -> pa.Table:
    """Sum up each cohort in one row.

    Args:
        found: Rows of `counted`.
        as_of: The day the picture is taken.
        days: Length of the early window, from each customer's first order.

    Returns:
        One row per group and cohort: `group`, `cohort`, `customers`, `first_order_value` (mean),
        `repeat_rate` (share with a second order by `as_of`), `value` (mean historic value),
        `early_value` (mean over the first days; null until all customers are seen that long).
    """
    sums = (
        found.group_by(["group", "cohort"])
        .aggregate(
            [(name, "sum") for name in ("members", "second", "revenue", "first_basket",
                                        "early_value")]
            + [("newest", "max")]
        )
        .sort_by(_IN_ORDER[:2])
    )  # fmt: skip
    members = _plain(sums["members_sum"])

    def mean(name: str) -> Any:
        return _plain(sums[f"{name}_sum"].cast(pa.float64())) / members

    limit = as_of - dt.timedelta(days=days)
    unripe = _plain(pc.greater(sums["newest_max"], pa.scalar(limit, pa.date32())))
    return pa.table(
        {
            "group": sums["group"],
            "cohort": sums["cohort"],
            "customers": members,
            "first_order_value": mean("first_basket"),
            "repeat_rate": mean("second"),
            "value": mean("revenue"),
            "early_value": pa.array(mean("early_value"), pa.float64(), mask=unripe),
        }
    )


def _plain(column: Any) -> Any:
    return np.asarray(column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array)
                      else column.to_numpy())  # fmt: skip
