"""From orders to what the models read: frequency, recency, T, monetary value (D4, D31).

Expressions only: they run wherever the table lives. The columns mean what they mean in
lifetimes and pymc-marketing, in days.
"""

from __future__ import annotations

import datetime as dt

import ibis
from ibis import _
from ibis.expr.types import Table


def summary(occasions: Table, as_of: dt.date) -> Table:
    """Describe each customer's buying by its first day, its last day and its repeats.

    A purchase occasion is a calendar day with at least one order whose basket is above zero.
    The end of observation is the end of `as_of`, so a customer acquired that day has T = 0.

    Args:
        occasions: One row per order, with `customer_id`, `ordered_on` (a date) and `basket`.
        as_of: The day the picture is taken; later orders are unseen.

    Returns:
        One row per customer: `customer_id`, `frequency` (repeat occasions), `recency` (days
        between the first and the last), `T` (days from the first to `as_of`) and
        `monetary_value` (mean money of a repeat occasion; 0 without any, as the field has it).

    Examples:
        >>> import pyarrow as pa
        >>> orders = ibis.memtable(pa.table({
        ...     "customer_id": ["a", "a", "a", "b"],
        ...     "ordered_on": [dt.date(2024, 1, day) for day in (1, 11, 11, 20)],
        ...     "basket": [10.0, 20.0, 5.0, 8.0],
        ... }))
        >>> summary(orders, dt.date(2024, 1, 31)).order_by("customer_id").to_pyarrow().to_pylist()
        [{'customer_id': 'a', 'frequency': 1, 'recency': 10, 'T': 30, 'monetary_value': 25.0},
         {'customer_id': 'b', 'frequency': 0, 'recency': 0, 'T': 11, 'monetary_value': 0.0}]
    """
    days = (
        occasions.filter(_.customer_id.notnull(), _.basket > 0, _.ordered_on <= ibis.literal(as_of))
        .group_by("customer_id", "ordered_on")
        .agg(money=_.basket.sum())
    )
    seen = days.group_by("customer_id").agg(
        first=_.ordered_on.min(),
        last=_.ordered_on.max(),
        occasions=_.count(),
        money=_.money.sum(),
        first_money=_.money.argmin(_.ordered_on),
    )
    repeats = seen.occasions - 1
    repeat_money = (seen.money - seen.first_money).cast("float64")
    return seen.select(
        customer_id=seen.customer_id,
        frequency=repeats.cast("int64"),
        recency=seen.last.delta(seen["first"], unit="day").cast("int64"),
        T=ibis.literal(as_of).delta(seen["first"], unit="day").cast("int64"),
        monetary_value=ibis.ifelse(repeats > 0, repeat_money / repeats.nullif(0), 0.0),
    )


def patterns(histories: Table) -> Table:
    """Count the customers who share a history: all that a purchase model needs to be fitted.

    Args:
        histories: One row per customer, as `summary` gives it.

    Returns:
        One row per distinct `frequency`, `recency`, `T`, with `customers`.
    """
    return histories.group_by("frequency", "recency", "T").agg(customers=_.count())


def occasions(orders: Table) -> Table:
    """List purchase occasions: one customer, one day, with what its baskets add up to (D4).

    Args:
        orders: Those of a view, with `customer_id`, `on`, `basket` and `in_base`.

    Returns:
        One row per customer of the base and day: `customer_id`, `on`, `money`.
    """
    bought = orders.filter(_.in_base, _.basket > 0)
    return bought.group_by("customer_id", "on").agg(money=_.basket.sum().cast("float64"))


def takings(movements: Table) -> Table:
    """Sum what each customer of the base brought and cost, returns counted in.

    Args:
        movements: Those of a view.

    Returns:
        One row per customer: `customer_id`, `net`, `cost`.
    """
    mine = movements.filter(_.in_base)
    return mine.group_by("customer_id").agg(
        net=(_.gross + _.returned).sum().cast("float64"),
        cost=_.cost.fill_null(0).sum().cast("float64"),
    )
