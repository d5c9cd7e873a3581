"""The customers behind the cells: who they are, and how what they spend is spread."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core.cohorts.placing import Placed
from habitue.core.kpis import MAX_AGES
from habitue.core.orders import MONEY, as_money
from habitue.schema import Retention

QUARTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
BINS_PER_TENFOLD: Final = 8


def spread_by_age(placed: Placed, *, leave_out: int | None = None) -> ir.Table:
    """Describe how revenue per active customer is spread at each observed age (D22).

    Returns:
        One row per age: `customers` (active), `p10`, `p25`, `p50`, `p75`, `p90`, `mean`.
    """
    spent = _spent(placed, leave_out)
    names = [f"p{round(100 * share)}" for share in QUARTILES]
    return spent.group_by("age").agg(
        customers=_.count(),
        mean=_.spent.mean(),
        **{name: _.spent.quantile(share) for name, share in zip(names, QUARTILES, strict=True)},
    )


def density_by_age(placed: Placed, *, leave_out: int | None = None) -> ir.Table:
    """Count active customers by age and by size of what they spent, on a log scale (D22).

    Returns:
        One row per age and bin: `age`, `bin` (spent lies in [10^(bin/8), 10^((bin+1)/8))),
        `customers`. Amounts of zero or less, after returns, stand in a null bin.
    """
    spent = _spent(placed, leave_out)
    size = (spent.spent.log10() * BINS_PER_TENFOLD).floor().cast("int64")
    return (
        spent.mutate(bin=ibis.ifelse(spent.spent > 0, size, None))
        .group_by("age", "bin")
        .agg(customers=_.count())
    )


def _spent(placed: Placed, leave_out: int | None) -> ir.Table:
    """Revenue of each customer in each observed age in which they ordered."""
    rows = placed.rows
    if leave_out is not None:
        rows = rows.filter(_.cohort != leave_out)
    ages = ibis.range(ibis.literal(0, "int64"), MAX_AGES).unnest().name("age").as_table()
    lived = rows.cross_join(ages).filter(_.age <= _.last_observed)
    lived = lived.select("cohort", "age").distinct()
    active = placed.orders.select("customer_id", "cohort", "age").distinct()
    active = active.semi_join(lived, ["cohort", "age"])
    sums = placed.movements.group_by("customer_id", "age").agg(
        spent=(_.gross + _.returned).sum().cast("float64")
    )
    return active.join(sums, ["customer_id", "age"])


def customers_in(
    placed: Placed, *, group: str | None, cohort: int, age: int, retention: Retention
) -> ir.Table:
    """List the customers behind a cell: who came back, and whoever moved money at that age.

    Someone may come back without an order at that age (in a later one, or by it), and someone
    may bring goods back without coming back.

    Returns:
        One row per customer: `customer_id`, `active`, `orders`, `revenue`; they add up to the
        cell.
    """
    mine = [
        _.group.isnull() if group is None else _.group == group,
        _.cohort == cohort,
    ]
    orders = placed.orders.filter(*mine)
    match retention:
        case Retention.ON:
            back = orders.filter(_.age == age)
        case Retention.ON_OR_AFTER:
            back = orders.filter(_.age >= age)
        case Retention.BY:
            back = orders.filter(_.age <= age, _.number == 2)  # noqa: PLR2004 - the second order
    zero = ibis.literal(0).cast(MONEY)
    none = ibis.literal(0, "int64")
    parts = [
        back.select("customer_id", active=none + 1, orders=none, revenue=zero),
        orders.filter(_.age == age).select(
            "customer_id", active=none, orders=none + 1, revenue=zero
        ),
        placed.movements.filter(*mine, _.age == age).select(
            "customer_id", active=none, orders=none, revenue=as_money(_.gross + _.returned)
        ),
    ]
    return (
        ibis.union(*parts)
        .group_by("customer_id")
        .agg(active=_.active.max() > 0, orders=_.orders.sum(), revenue=_.revenue.sum().cast(MONEY))
    )


def observed_people(placed: Placed) -> ir.Table:
    """Give each customer's cohort and the last age observed for it.

    Returns:
        One row per customer: `customer_id`, `cohort`, `last_observed`.
    """
    rows = placed.rows.select("cohort", "last_observed")
    return placed.base.select("customer_id", "cohort").join(rows, "cohort")


def amounts_by_age(placed: Placed, *, margin_rate: float | None) -> ir.Table:
    """Sum each customer's revenue or margin by age.

    Args:
        placed: A view laid out by cohort and age, in one group.
        margin_rate: Share of revenue that counts; 1 for revenue, None takes the cost.

    Returns:
        One row per customer and age: `customer_id`, `age`, `amount`.
    """
    net = _.gross + _.returned
    earned = net * margin_rate if margin_rate is not None else net - _.cost.fill_null(0)
    return placed.movements.group_by("customer_id", "age").agg(amount=earned.sum().cast("float64"))


def activity_by_age(placed: Placed) -> ir.Table:
    """Count and sum what each customer did at each age.

    Returns:
        One row per customer and age: `customer_id`, `age`, `active` (1 with an order, else 0),
        `orders`, `gross`, `returned`, `cost`.
    """
    bought = placed.orders.group_by("customer_id", "age").agg(orders=_.count())
    moved = placed.movements.group_by("customer_id", "age").agg(
        gross=_.gross.sum().cast("float64"),
        returned=_.returned.sum().cast("float64"),
        cost=_.cost.sum().cast("float64"),
    )
    both = moved.left_join(bought, ["customer_id", "age"]).drop("customer_id_right", "age_right")
    return both.mutate(orders=_.orders.fill_null(0)).mutate(
        active=ibis.ifelse(_.orders > 0, 1, 0).cast("int64")
    )
