"""Readings of the cohort table: shares with their intervals, money per head, pooled rows (D17-D20).

Works on the few rows that `cells` gave, so that no reading asks the engine again.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from habitue.core.intervals import wilson
from habitue.schema import Measure, Per, Retention

Column = NDArray[Any]
_IN_ORDER: Final = [("group", "ascending"), ("cohort", "ascending"), ("age", "ascending")]
_BY_AGE: Final = [("group", "ascending"), ("age", "ascending")]
_SUMMED: Final = ("customers", "active", "buyers", "orders", "basket", "revenue", "margin")
_MEASURED: Final = "contribution"
"""What only some tables hold, null where a cohort's costs are not known."""


def read(cells: pa.Table, *, retention: Retention, margin_rate: float | None) -> pa.Table:
    """Say of each cell who came back, and what it earned.

    Args:
        cells: Rows of `cells.cells`.
        retention: What coming back means: in the age, in it or later, or a second order by it.
        margin_rate: Margin as a share of revenue; None takes the cost in the data, where a line
            without a cost costs nothing.

    Returns:
        The rows in order, with `active`, `rate`, `rate_low`, `rate_high` (Wilson, 95 %; null
        where the cell is not observed) and `margin`.
    """
    found = cells.sort_by(_IN_ORDER)
    ages, customers = _of(found, "age"), _of(found, "customers")
    active = _active(found, ages, retention)
    unseen = ~_of(found, "observed")
    shares = {"rate": active / customers}
    shares["rate_low"], shares["rate_high"] = wilson(active, customers)
    revenue = _of(found, "revenue")
    margin = revenue - _of(found, "cost") if margin_rate is None else revenue * margin_rate
    found = found.append_column("active", pa.array(active, pa.int64()))
    for name, share in shares.items():
        found = found.append_column(name, pa.array(share, pa.float64(), mask=unseen))
    return found.append_column("margin", pa.array(margin, pa.float64()))


def pooled(cells: pa.Table, *, keep_truncated: bool = False) -> pa.Table:
    """Pool the observed cells of each age: sums over sums, never a mean of rates (D18).

    Args:
        cells: Out of `read`.
        keep_truncated: Whether the left-truncated cohort enters.

    Returns:
        One row per group and observed age: `group`, `age`, `cohorts`, `customers`, `active`,
        `rate`, `rate_low`, `rate_high`, `revenue_per_customer`,
        `cumulative_revenue_per_customer`, `orders`, `orders_per_customer`,
        `revenue_per_buyer`, `aov`, `margin_per_customer`, `cumulative_margin_per_customer`.
    """
    sums = _sums(cells, keep_truncated)
    ages, customers, orders = _of(sums, "age"), _of(sums, "customers"), _of(sums, "orders")
    low, high = wilson(_of(sums, "active"), customers)
    revenue, margin = _of(sums, "revenue") / customers, _of(sums, "margin") / customers
    counts = {name: sums[name] for name in ("group", "age", "cohorts", "customers", "active")}
    return pa.table(
        counts
        | {
            "rate": _of(sums, "active") / customers,
            "rate_low": low,
            "rate_high": high,
            "revenue_per_customer": revenue,
            "cumulative_revenue_per_customer": _running(revenue, ages),
            "orders": sums["orders"],
            "orders_per_customer": orders / customers,
            "revenue_per_buyer": _over(_of(sums, "revenue"), _of(sums, "buyers")),
            "aov": _over(_of(sums, "basket"), orders),
            "margin_per_customer": margin,
            "cumulative_margin_per_customer": _running(margin, ages),
        }
    )


def valued(
    cells: pa.Table,
    *,
    measure: Measure,
    per: Per = Per.COHORT,
    cumulative: bool = False,
    rebased: bool = False,
) -> pa.Table:
    """Add the measure of each cell as `value`.

    Retention is a share, customers a count; both ignore `per` and `cumulative`. The basket is a
    mean per order whatever `per`. A value cumulated per buyer has no meaning, since buyers
    change from age to age: it is divided by the customers of the cohort.

    Args:
        cells: Out of `read`.
        measure: What to show.
        per: The whole cohort, each of its customers, or each customer who ordered in the age.
        cumulative: Whether ages add up.
        rebased: Whether to divide by the row's own value at age 1, once that is observed.

    Returns:
        The cells with `value`; null where there is nothing to divide by, and, for retention,
        where the cell is not observed.
    """
    value = _value(cells, measure, per, cumulative)
    if rebased:
        value = _over(value, _at_one(np.where(_of(cells, "observed"), value, np.nan), cells))
    return cells.append_column("value", pa.array(value, pa.float64(), mask=np.isnan(value)))


def pooled_value(
    cells: pa.Table,
    *,
    measure: Measure,
    per: Per = Per.COHORT,
    cumulative: bool = False,
    rebased: bool = False,
    keep_truncated: bool = False,
) -> pa.Table:
    """Pool a measure over the observed cells of each age, sums over sums (D18).

    Args:
        cells: Out of `read`.
        measure: What to show.
        per: As for `valued`; with `COHORT`, the mean over cohorts.
        cumulative: Whether ages add up; each age then adds what its own cohorts brought.
        rebased: Whether to divide by the value at age 1: that of the very cohorts observed at
            the age, or, where ages add up, of the curve itself.
        keep_truncated: Whether the left-truncated cohort enters.

    Returns:
        One row per group and observed age: `group`, `age`, `cohorts`, `customers`, `active`,
        `value`, `low`, `high` (Wilson, 95 %; for retention only), `median` (the middle one of
        what the same cohorts show, each counting once, whatever its size).
    """
    sums = _sums(cells, keep_truncated)
    low = high = np.full(sums.num_rows, np.nan)
    value = _pool(sums, measure, per, cumulative)
    if rebased:
        same = _at_one(value, sums)
        if not cumulative:
            value, same = _same_cohorts(cells, sums, keep_truncated, measure, per)
        value = _over(value, same)
    elif measure is Measure.RETENTION:
        low, high = wilson(_of(sums, "active"), _of(sums, "customers"))
    counts = {name: sums[name] for name in ("group", "age", "cohorts", "customers", "active")}
    how: dict[str, Any] = {
        "measure": measure, "per": per, "cumulative": cumulative, "rebased": rebased,
    }  # fmt: skip
    middle = _medians(valued(cells, **how), sums, keep_truncated)
    shares = {"value": value, "low": low, "high": high, "median": middle}
    return pa.table(
        counts
        | {name: pa.array(one, pa.float64(), mask=np.isnan(one)) for name, one in shares.items()}
    )


def _pool(sums: pa.Table, measure: Measure, per: Per, cumulative: bool) -> Column:
    cohorts = _of(sums, "cohorts")
    if measure is Measure.RETENTION:
        return np.asarray(_of(sums, "active") / _of(sums, "customers"))
    if measure is Measure.CUSTOMERS:
        return np.asarray(_of(sums, "active") / cohorts)
    if per is Per.COHORT and measure is not Measure.AOV:
        value = _of(sums, measure.value) / cohorts
        return _running(value, _of(sums, "age")) if cumulative else np.asarray(value)
    return _value(sums, measure, per, cumulative)


def _medians(cells: pa.Table, sums: pa.Table, keep_truncated: bool) -> Column:
    """Take the middle of what the cohorts of each pooled row show; of the two middle ones, half."""
    # Sorted as the sums are, the cells of each stand together, smallest first, unknown ones last.
    shown = _entering(cells, keep_truncated).sort_by([*_BY_AGE, ("value", "ascending")])
    values, counts = _of(shown, "value"), _of(sums, "cohorts")
    starts = np.cumsum(counts) - counts
    known = np.diff(np.concatenate([[0], np.cumsum(~np.isnan(values))])[[*starts, values.size]])
    low, high = starts + np.maximum(known - 1, 0) // 2, starts + known // 2
    padded = np.append(values, np.nan)
    return np.asarray(np.where(known > 0, (padded[low] + padded[high]) / 2, np.nan))


def _same_cohorts(
    cells: pa.Table, sums: pa.Table, keep_truncated: bool, measure: Measure, per: Per
) -> tuple[Column, Column]:
    """Pool each age, and age 1 of the very cohorts observed at it."""
    names = _summed(cells)
    age_one = {name: _at_one(_of(cells, name).astype(np.float64), cells) for name in names}
    seen = _at_one(_of(cells, "observed").astype(np.float64), cells) == 1
    then = cells
    for name, column in age_one.items():
        then = then.set_column(then.column_names.index(name), name, pa.array(column))
    found = []
    for one in (cells, then):
        pooled = _sums(one.filter(pa.array(seen, pa.bool_())), keep_truncated)
        keys = zip(pooled["group"].to_pylist(), pooled["age"].to_pylist(), strict=True)
        told = dict(zip(keys, _pool(pooled, measure, per, cumulative=False), strict=True))
        places = zip(sums["group"].to_pylist(), sums["age"].to_pylist(), strict=True)
        found.append(np.array([told.get(place, np.nan) for place in places], np.float64))
    return found[0], found[1]


def _at_one(values: Column, table: pa.Table) -> Column:
    """Give each cell the value of its row at age 1, not a number where there is none."""
    ages = _of(table, "age")
    rows, ones = _row(ages), np.flatnonzero(ages == 1)
    first = np.full(rows[-1] + 1 if rows.size else 0, np.nan)
    first[rows[ones]] = values[ones]
    return np.asarray(first[rows])


def _sums(cells: pa.Table, keep_truncated: bool) -> pa.Table:
    names = _summed(cells)
    sums = (
        _entering(cells, keep_truncated)
        .group_by(["group", "age"])
        .aggregate([("cohort", "count"), *((name, "sum") for name in names)])
    )
    named = {"cohort_count": "cohorts", **{f"{name}_sum": name for name in names}}
    return sums.rename_columns(named).sort_by(_BY_AGE)


def _entering(cells: pa.Table, keep_truncated: bool) -> pa.Table:
    """Keep the cells that are pooled."""
    seen = _of(cells, "observed")
    if not keep_truncated:
        seen = seen & ~_of(cells, "truncated")
    if _MEASURED in cells.column_names:
        seen = seen & ~np.isnan(_of(cells, _MEASURED))
    return cells.filter(pa.array(seen, pa.bool_()))


def _summed(cells: pa.Table) -> tuple[str, ...]:
    return (*_SUMMED, _MEASURED) if _MEASURED in cells.column_names else _SUMMED


def _active(cells: pa.Table, ages: Column, retention: Retention) -> Column:
    match retention:
        case Retention.ON:
            return _of(cells, "buyers")
        case Retention.BY:
            return _running(_of(cells, "second"), ages)
        case Retention.ON_OR_AFTER:
            # Whoever was last seen before an age is gone from it on; nobody was at age 0.
            last = _of(cells, "last")
            gone = _running(last, ages) - last
            everybody = np.bincount(_row(ages), weights=last).astype(np.int64)
            return np.asarray(everybody[_row(ages)] - gone)


def _value(table: pa.Table, measure: Measure, per: Per, cumulative: bool) -> Column:
    if measure is Measure.RETENTION:
        return _of(table, "rate")
    if measure is Measure.CUSTOMERS:
        return _of(table, "active").astype(np.float64)
    ages = _of(table, "age")
    if measure is Measure.AOV:
        basket, orders = _of(table, "basket"), _of(table, "orders")
        if cumulative:
            basket, orders = _running(basket, ages), _running(orders, ages)
        return _over(basket, orders)
    amount = _of(table, measure.value).astype(np.float64)
    if per is Per.BUYER and not cumulative:
        return _over(amount, _of(table, "buyers"))
    each = amount if per is Per.COHORT else amount / _of(table, "customers")
    if not cumulative:
        return each
    # What is not known in one row must not run into the next.
    return np.where(np.isnan(each), np.nan, _running(np.nan_to_num(each), ages))


def _of(table: pa.Table, name: str) -> Column:
    column = table[name]
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy())


def _over(above: Column, below: Column) -> Column:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below == 0, np.nan, above / below)


def _running(values: Column, ages: Column) -> Column:
    """Add up from age 0 on, row by row; rows stand one after the other, ages without a gap."""
    so_far = np.cumsum(values)
    before = (so_far - values)[ages == 0]
    return np.asarray(so_far - before[_row(ages)]) if values.size else values


def _row(ages: Column) -> Column:
    return np.asarray(np.cumsum(ages == 0) - 1)
