"""Refunds booked at the order they cancel instead of when they were made (C16)."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core.matching import share_of
from habitue.core.orders import MONEY, as_money
from habitue.core.view import Facts, View
from habitue.schema import Filters


def rebooked(facts: Facts, view: View, filters: Filters, *, as_of: dt.date) -> ir.Table:
    """List what moves: each matched refund out of its own day, and into that of its order.

    A refund that matches no order, or one that does not pass the filters, stays where it was
    made. Cost moves with the money, in proportion. What moves in and out is equal to the cent,
    so that a customer's total is the same either way.

    Args:
        facts: With the matches.
        view: What passes the filters, returns included.
        filters: What was asked.
        as_of: The day the picture is taken.

    Returns:
        Two rows per order and return document that meet: `customer_id`, `who`, `acquired_on`,
        `on`, `returned`, `cost`.
    """
    kinds = [kind.value for kind in filters.kinds]
    met = facts.matches.filter(_.returned_on <= as_of, _.kind.isin(kinds))
    met = met.group_by("order_id", "return_id").agg(part=_.returned.sum().cast(MONEY))
    made = view.returns.filter(_.in_base).select(
        "customer_id", "who", "acquired_on", "returned", "cost",
        made_on=_.on, return_id=_.order_id,
    )  # fmt: skip
    bought = view.orders.filter(_.in_base).select("order_id", bought_on=_.on)
    pairs = met.join(made, "return_id").join(bought, "order_id")
    pairs = pairs.filter(pairs.returned < 0)
    freed = share_of(pairs.cost.fill_null(ibis.literal(0).cast(MONEY)), pairs.part, -pairs.returned)
    pairs = pairs.mutate(freed=freed)
    sides = [
        pairs.select(
            "customer_id", "who", "acquired_on", on=pairs.made_on, returned=pairs.part,
            cost=as_money(-pairs.freed),
        ),
        pairs.select(
            "customer_id", "who", "acquired_on", on=pairs.bought_on, returned=as_money(-pairs.part),
            cost=pairs.freed,
        ),
    ]  # fmt: skip
    return ibis.union(*sides)
