"""The figures of the Overview (D10-D15), each as one expression."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core import periods
from habitue.core.orders import amount_of, lines_of
from habitue.core.view import Facts, View, shown
from habitue.schema import MONEY_SCALE, NORTH_STAR_DAYS, Filters, Grain

TOTAL = "decimal(38, 4)"
"""Sums over a shop: a line fits in `MONEY`, a hundred million of them need not."""
_TRIM = 0.05
MAX_AGES = 1200
"""Ages looked at: a century of months, 23 years of weeks."""


def headline(view: View, filters: Filters) -> ir.Table:
    """Count customers and orders and sum revenue over the period shown (D10, D11).

    Returns:
        One row: `active_customers`, `orders`, `basket`, `customers_ever`, `gross`, `returned`.
    """
    counts = shown(view.orders, filters).agg(
        active_customers=_.customer_id.nunique(),
        orders=_.count(),
        basket=_.basket.sum().cast(TOTAL),
    )
    ever = view.orders.agg(customers_ever=_.customer_id.nunique())
    money = shown(view.movements, filters).agg(
        gross=_.gross.sum().cast(TOTAL), returned=_.returned.sum().cast(TOTAL)
    )
    return counts.cross_join(ever).cross_join(money)


def by_period(view: View, *, start: dt.date, end: dt.date, grain: Grain) -> ir.Table:
    """Follow activity and revenue period by period, between two days, both included.

    A customer is new in the period of their first order, and returning ever after; returns of
    a customer whose purchase is older than the data count as returning.

    Returns:
        One row per period with orders or money: `period` (its number), `active_customers`,
        `new_customers`, `orders`, `basket`, `gross`, `returned`, `revenue_new`,
        `revenue_returning`, `revenue_anonymous`.
    """
    orders = view.orders.filter(_.on.between(start, end)).mutate(
        period=periods.index(_.on, grain), born=periods.index(_.acquired_on, grain)
    )
    counts = orders.group_by("period").agg(
        active_customers=_.customer_id.nunique(),
        new_customers=_.customer_id.nunique(where=_.period == _.born),
        orders=_.count(),
        basket=_.basket.sum().cast(TOTAL),
    )
    money = view.movements.filter(_.on.between(start, end)).mutate(
        period=periods.index(_.on, grain),
        born=periods.index(_.acquired_on, grain),
        net=_.gross + _.returned,
    )
    zero = ibis.literal(0).cast(TOTAL)
    sums = money.group_by("period").agg(
        gross=_.gross.sum().cast(TOTAL),
        returned=_.returned.sum().cast(TOTAL),
        revenue_new=_.net.sum(where=_.period == _.born).cast(TOTAL).fill_null(zero),
        revenue_anonymous=_.net.sum(where=_.customer_id.isnull()).cast(TOTAL).fill_null(zero),
    )
    joined = sums.left_join(counts, "period").drop("period_right")
    known = joined.mutate(
        revenue_returning=(_.gross + _.returned - _.revenue_new - _.revenue_anonymous).cast(TOTAL),
        basket=_.basket.fill_null(zero),
        active_customers=_.active_customers.fill_null(0),
        new_customers=_.new_customers.fill_null(0),
        orders=_.orders.fill_null(0),
    )
    return known.order_by("period")


def revenue_between(view: View, *, start: dt.date, end: dt.date, grain: Grain) -> ir.Table:
    """Sum revenue by period between two days, both included.

    Returns:
        One row per period with money: `period` (its number), `revenue`.
    """
    money = view.movements.filter(_.on.between(start, end)).mutate(
        period=periods.index(_.on, grain)
    )
    return money.group_by("period").agg(revenue=(_.gross + _.returned).sum().cast(TOTAL))


def customer_values(view: View, *, days: int = NORTH_STAR_DAYS) -> ir.Table:
    """Sum what each customer of the view brought, in all and in their first days.

    Returns:
        One row per customer of the base: `customer_id`, `acquired_on`, `value`, `early_value`
        (revenue in [first order, first order + `days`), to the second).
    """
    mine = view.movements.filter(_.in_base)
    end = mine.acquired_at + ibis.interval(days=days)
    early = (mine.at >= mine.acquired_at) & (mine.at < end)
    net = mine.gross + mine.returned
    sums = mine.group_by("customer_id").agg(
        value=net.sum().cast(TOTAL), early_value=net.sum(where=early).cast(TOTAL)
    )
    zero = ibis.literal(0).cast(TOTAL)
    joined = view.base.left_join(sums, "customer_id").drop("customer_id_right")
    return joined.mutate(value=_.value.fill_null(zero), early_value=_.early_value.fill_null(zero))


def north_star(values: ir.Table, *, as_of: dt.date, days: int = NORTH_STAR_DAYS) -> ir.Table:
    """Average revenue over the first days of the customers seen for that long (D12).

    Args:
        values: Out of `customer_values`, with the same `days`.
        as_of: The day the picture is taken.
        days: Length of the window.

    Returns:
        One row: `value`, `median`, `n`, `waiting` (customers not seen for that long).
    """
    ripe = values.acquired_on <= as_of - dt.timedelta(days=days)
    return values.agg(
        value=_mean(values.early_value, ripe),
        # Spark takes no `where` in a percentile.
        median=_median(ibis.ifelse(ripe, values.early_value.cast("float64"), None)),
        # Counting a column, not rows: Spark's conditional count of no row at all is null.
        n=values.customer_id.count(where=ripe),
        waiting=values.customer_id.count(where=~ripe),
    )


def baseline_clv(values: ir.Table) -> ir.Table:
    """Average historic value per acquired customer: mean, median, trimmed mean (D13).

    The trimmed mean keeps the customers between the 5th and the 95th percentile, included, and
    everyone where there are fewer than 20.

    Returns:
        One row: `mean`, `median`, `trimmed_mean`, `n`, `top_decile_share`.
    """
    plain = values.select("value", worth=_.value.cast("float64"))
    cuts = plain.agg(
        low=_.worth.quantile(_TRIM), high=_.worth.quantile(1 - _TRIM), top=_.worth.quantile(0.9),
        everyone=_.count(),
    )  # fmt: skip
    cut = plain.cross_join(cuts)
    # 5 % of fewer than 20 customers is nobody.
    middle = (cut.everyone * _TRIM < 1) | cut.worth.between(cut.low, cut.high)
    top = cut.value.sum(where=cut.worth >= cut.top).cast("float64")
    return cut.agg(
        mean=_mean(cut.value),
        median=_median(cut.worth),
        trimmed_mean=_mean(cut.value, middle),
        n=cut.count(),
        top_decile_share=top / cut.value.sum().cast("float64").nullif(0),
    )


def revenue_by_age(
    view: View, *, as_of: dt.date, grain: Grain, leave_out: dt.date | None = None
) -> ir.Table:
    """Pool revenue per customer by cohort age, over the cohorts observed at that age (D14).

    Args:
        view: What passes the filters.
        as_of: The day the picture is taken.
        grain: Length of a cohort and of an age.
        leave_out: A day of the cohort to leave out, the left-truncated one (D19).

    Returns:
        One row per observed age: `age`, `cohorts`, `customers`, `revenue`.
    """
    last = periods.last_over(as_of, grain)
    born = view.base.mutate(cohort=periods.index(_.acquired_on, grain))
    sizes = born.group_by("cohort").agg(customers=_.count())
    if leave_out is not None:
        sizes = sizes.filter(_.cohort != periods.index_of(leave_out, grain))
    mine = view.movements.filter(_.in_base).mutate(
        cohort=periods.index(_.acquired_on, grain), period=periods.index(_.on, grain)
    )
    # A return from before the first order has no age of its own: it counts at age 0.
    age = ibis.greatest(mine.period - mine.cohort, 0)
    cells = mine.group_by("cohort", age=age).agg(revenue=(mine.gross + mine.returned).sum())
    # Every age a cohort has lived through counts in the denominator, bought in or not.
    ages = ibis.range(ibis.literal(0, "int64"), MAX_AGES).unnest().name("age").as_table()
    lived = sizes.cross_join(ages).filter(_.cohort + _.age <= last)
    grid = lived.left_join(cells, ["cohort", "age"]).drop("cohort_right", "age_right")
    pooled = grid.group_by("age").agg(
        cohorts=_.count(), customers=_.customers.sum(), revenue=_.revenue.sum().fill_null(0)
    )
    return pooled.order_by("age")


def north_star_by_cohort(values: ir.Table, *, as_of: dt.date, grain: Grain) -> ir.Table:
    """Follow the North Star from cohort to cohort, where every customer has been seen enough.

    Returns:
        One row per cohort: `cohort` (its period's number), `n`, `value`.
    """
    cohorts = values.group_by(cohort=periods.index(_.acquired_on, grain)).agg(
        n=_.count(),
        value=_mean(_.early_value),
        newest=_.acquired_on.max(),
    )
    ripe = cohorts.filter(_.newest <= as_of - dt.timedelta(days=NORTH_STAR_DAYS))
    return ripe.drop("newest").order_by("cohort")


def returns_by_kind(view: View, filters: Filters) -> ir.Table:
    """Sum the returns of the period shown by product kind, as they happened, in any mode.

    Returns:
        One row, with the columns `amount_<kind>` and `lines_<kind>` of the kinds that count.
    """
    names = [name(kind) for kind in filters.kinds for name in (amount_of, lines_of)]
    return shown(view.returns, filters).agg(**{name: _[name].sum() for name in names})


def matched_returns(facts: Facts, view: View, filters: Filters) -> ir.Table:
    """Sum the part of the returns of the period shown that cancels a purchase (D9).

    Returns:
        One row: `returned` (positive, at the returns' prices) and `lines`.
    """
    kinds = [kind.value for kind in filters.kinds]
    met = facts.matches.filter(_.kind.isin(kinds))
    met = met.semi_join(shown(view.returns, filters).select(return_id=_.order_id), "return_id")
    return met.agg(returned=_.returned.sum().cast(TOTAL), lines=_.return_lines.sum())


def _mean(money: Any, where: ir.BooleanValue | None = None) -> Any:
    """Average over an exact total: the same to the last digit, whatever the order of the rows."""
    return money.sum(where=where).cast("float64") / money.count(where=where).nullif(0)


def _median(money: Any) -> Any:
    """Halfway between two amounts lies a fifth digit; what follows is an engine's noise."""
    return money.median().round(MONEY_SCALE + 1)
