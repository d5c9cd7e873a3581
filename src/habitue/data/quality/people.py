"""How customers weigh on the whole: the largest ones, and those of the first cohort."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.quality.flags import SUM


def concentration(orders: ir.Table) -> ir.Table:
    """Sum the purchases of the largest hundredth and tenth of the customers.

    Args:
        orders: Orders with `customer_id` and `amount`.

    Returns:
        One row: `customers`, `total`, and `customers_1`, `amount_1`, `customers_10`, `amount_10`:
        at least one customer each, rounded up.
    """
    known = orders.filter(_.customer_id.notnull())
    people = known.group_by("customer_id").agg(amount=_.amount.sum().cast(SUM))
    place = ibis.row_number().over(order_by=[ibis.desc("amount"), "customer_id"])
    people = people.mutate(place=place + 1, people=people.count().over(ibis.window()))
    tops = {}
    for share in (1, 10):
        # The place before is inside the share: with 150 customers, the second is in the top 1 %.
        inside = (people.place - 1) * 100 < people.people * share
        tops[f"customers_{share}"] = people.count(where=inside)
        tops[f"amount_{share}"] = people.amount.sum(where=inside).cast(SUM)
    return people.agg(customers=people.count(), total=people.amount.sum().cast(SUM), **tops)


def largest(orders: ir.Table, most: int) -> ir.Table:
    """Give the customers who bought most: `customer_id`, `orders`, `amount`."""
    known = orders.filter(_.customer_id.notnull())
    people = known.group_by("customer_id").agg(orders=_.count(), amount=_.amount.sum().cast(SUM))
    return people.order_by(ibis.desc("amount"), "customer_id").limit(most)


def cohorts(customers: ir.Table) -> ir.Table:
    """Count the customers acquired in each month: `year`, `month`, `customers`."""
    day = customers.acquired_on
    return customers.group_by(year=day.year(), month=day.month()).agg(customers=_.count())


def days(orders: ir.Table) -> ir.Table:
    """Count the orders of each day: `day`, `orders`, `amount`."""
    return orders.group_by(day=_.ordered_on).agg(orders=_.count(), amount=_.amount.sum().cast(SUM))
