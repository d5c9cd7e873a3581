"""The cohort table, cell by cell, and its pooled row (D16-D20)."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core import periods
from habitue.core.cohorts.placing import Placed
from habitue.core.intervals import wilson
from habitue.core.kpis import MAX_AGES
from habitue.schema import Grain, Retention


def cells(
    placed: Placed,
    *,
    grain: Grain,
    first_day: dt.date,
    retention: Retention = Retention.ON,
    margin_rate: float | None = None,
) -> ir.Table:
    """Measure every cohort at every age that has begun.

    A cell is observed when its age is over for the last customer of its row. A cell that has
    begun and is not observed carries the counts and the money so far, and no rate; a cell that
    has not begun is absent.

    Args:
        placed: A view laid out by cohort and age.
        grain: Length of a cohort.
        first_day: First day of the data; the cohort it falls in is left-truncated (D19).
        retention: What coming back means: in the age, in it or later, or a second order by it.
        margin_rate: Margin as a share of revenue; None takes the cost in the data.

    Returns:
        One row per group, cohort (its number) and age: `customers`, `active`, `rate`,
        `rate_low`, `rate_high` (Wilson, 95 %), `orders`, `basket`, `revenue`, `margin`,
        `buyers` (customers with an order in the age), `observed`, `truncated`.
    """
    ages = ibis.range(0, MAX_AGES).unnest().cast("int64").name("age").as_table()
    grid = placed.rows.cross_join(ages).filter(_.age <= _.last_begun)
    bought = placed.orders.group_by("group", "cohort", "age").agg(
        buyers=_.customer_id.nunique(), orders=_.count(), basket=_.basket.sum()
    )
    revenue = _.gross + _.returned
    earned = revenue * margin_rate if margin_rate is not None else revenue - _.cost
    moved = placed.movements.group_by("group", "cohort", "age").agg(
        revenue=revenue.sum(), margin=earned.cast("float64").sum()
    )
    laid = _beside(_beside(grid, bought), moved)
    counted = _active(laid, placed, retention)
    observed = counted.mutate(observed=_.age <= _.last_observed)
    rate = observed.active / observed.customers
    low, high = wilson(observed.active, observed.customers)
    return observed.select(
        "group", "cohort", "age", "customers", "active",
        rate=ibis.ifelse(observed.observed, rate, None),
        rate_low=ibis.ifelse(observed.observed, low, None),
        rate_high=ibis.ifelse(observed.observed, high, None),
        orders=observed.orders,
        basket=observed.basket,
        revenue=observed.revenue,
        margin=observed.margin,
        buyers=observed.buyers,
        observed=observed.observed,
        truncated=observed.cohort == periods.index_of(first_day, grain),
    )  # fmt: skip


def pooled(cells: ir.Table, *, keep_truncated: bool = False) -> ir.Table:
    """Pool the observed cells of each age: sums over sums, never a mean of rates (D18).

    Args:
        cells: Out of `cells`.
        keep_truncated: Whether the left-truncated cohort enters.

    Returns:
        One row per group and observed age: `cohorts`, `customers`, `active`, `rate`,
        `rate_low`, `rate_high`, `orders`, `revenue_per_customer`, `margin_per_customer`,
        `orders_per_customer`, `revenue_per_buyer`, `aov`,
        `cumulative_revenue_per_customer`, `cumulative_margin_per_customer`.
    """
    entering = cells.filter(_.observed)
    if not keep_truncated:
        entering = entering.filter(~_.truncated)
    sums = entering.group_by("group", "age").agg(
        cohorts=_.count(),
        customers=_.customers.sum().cast("int64"),
        active=_.active.sum().cast("int64"),
        orders=_.orders.sum().cast("int64"),
        buyers=_.buyers.sum().cast("int64"),
        basket=_.basket.sum().cast("float64"),
        revenue=_.revenue.sum().cast("float64"),
        margin=_.margin.sum(),
    )
    low, high = wilson(sums.active, sums.customers)
    per_head = sums.select(
        "group", "age", "cohorts", "customers", "active",
        rate=sums.active / sums.customers,
        rate_low=low,
        rate_high=high,
        orders=sums.orders,
        revenue_per_customer=sums.revenue / sums.customers,
        margin_per_customer=sums.margin / sums.customers,
        orders_per_customer=sums.orders / sums.customers,
        revenue_per_buyer=sums.revenue / sums.buyers.nullif(0),
        aov=sums.basket / sums.orders.nullif(0),
    )  # fmt: skip
    so_far = ibis.cumulative_window(group_by="group", order_by="age")
    return per_head.mutate(
        cumulative_revenue_per_customer=_.revenue_per_customer.sum().over(so_far),
        cumulative_margin_per_customer=_.margin_per_customer.sum().over(so_far),
    )


def _active(laid: ir.Table, placed: Placed, retention: Retention) -> ir.Table:
    """Add `active`, the customers that came back in the chosen sense."""
    if retention is Retention.ON:
        return laid.mutate(active=_.buyers)
    so_far = ibis.cumulative_window(group_by=["group", "cohort"], order_by="age")
    if retention is Retention.BY:
        second = placed.orders.filter(_.number == 2)  # noqa: PLR2004 - the second order
        counts = second.group_by("group", "cohort", "age").agg(came=_.count())
        return _beside(laid, counts).mutate(active=_.came.sum().over(so_far)).drop("came")
    last = placed.orders.group_by("customer_id", "group", "cohort").agg(age=_.age.max())
    counts = last.group_by("group", "cohort", "age").agg(left=_.count())
    marked = _beside(laid, counts)
    # Whoever was last seen before an age is gone from it on.
    gone = marked.mutate(gone=_.left.sum().over(so_far) - _.left)
    ever = ibis.window(group_by=["group", "cohort"])
    return gone.mutate(active=_.left.sum().over(ever) - _.gone).drop("left", "gone")


def _beside(grid: ir.Table, cells: ir.Table) -> ir.Table:
    """Put measures into the grid; what did not happen in a begun age is zero."""
    keys = ["group", "cohort", "age"]
    measures = [name for name in cells.columns if name not in keys]
    # A null group (the rest) must meet itself, so keys are compared as they are or both null.
    joined = grid.left_join(
        cells,
        [
            grid.group.identical_to(cells.group),
            grid.cohort == cells.cohort,
            grid.age == cells.age,
        ],
    ).drop(*(f"{key}_right" for key in keys))
    return joined.mutate(**{name: _[name].fill_null(0) for name in measures})
