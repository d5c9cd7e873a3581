"""Narrow the facts to what a reader asked to see. Every figure starts from here.

A filter narrows what is counted, never who is in a cohort (D5, D16): acquisition is a fact of
the full history. A customer belongs to a filtered view when their first order passes the
filter; what is counted are their orders and returns that pass.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple, Protocol

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core.orders import MONEY, amount_of, as_money, lines_of
from habitue.schema import MONEY_DIGITS, MONEY_SCALE, CustomerType, Filters, Kind, ReturnsMode

_UNIT: Final = Decimal(1).scaleb(-MONEY_SCALE)
_MOST: Final = Decimal(1).scaleb(MONEY_DIGITS - MONEY_SCALE) - _UNIT
_MOVEMENT = ("customer_id", "on", "at", "gross", "cost", "acquired_on", "acquired_at", "in_base")


class Facts(NamedTuple):
    """The tables of a store, or the expressions that give them on an engine."""

    orders: ir.Table
    returns: ir.Table
    matches: ir.Table
    customers: ir.Table


class View(NamedTuple):
    """What passes the filters, up to `as_of`, before the period shown is cut out.

    Attributes:
        orders: One row per counted order: `order_id`, `customer_id`, `on` (day), `at` (moment),
            `country`, `channel`, `units`, `lines`, `basket` and `cost` (under the returns
            mode), `acquired_on`, `acquired_at`, `who` (as in `base`, null outside it), `in_base`.
        movements: One row per order and, when returns are included, per return document:
            `customer_id`, `on`, `at`, `gross`, `returned`, `cost`, `acquired_on`,
            `acquired_at`, `in_base`.
        returns: One row per return document, whatever the returns mode: `order_id`,
            the columns of `movements`, and the money and lines of each kind.
        base: One row per customer of the view: `customer_id`, `who` (its number among them, which
            engines join on faster than on a text), `acquired_on`, and of the first order
            `first_basket`, `country`, `channel`, `category`, `product`.
    """

    orders: ir.Table
    movements: ir.Table
    returns: ir.Table
    base: ir.Table


class Keep(Protocol):
    """May store a table that others build on, so that an engine does the work once.

    It is given the table's name, all that the table depends on beside the tables kept before it
    and the facts (two tables of one name and one `question` are made by equal expressions), and
    what builds the expression; it gives back the table, stored or not.
    """

    def __call__(self, name: str, question: Hashable, build: Callable[[], ir.Table], /) -> ir.Table:
        """Give the table that `build` makes."""
        ...


def _as_it_is(name: str, question: Hashable, build: Callable[[], ir.Table]) -> ir.Table:  # noqa: ARG001 - the shape of `Keep`
    return build()


def look(facts: Facts, filters: Filters, *, as_of: dt.date, keep: Keep = _as_it_is) -> View:
    """Apply the filters.

    Customers in `base` were acquired inside the period shown; `orders` and `movements` are not
    cut to it, so that a customer's value runs to `as_of`. Use `shown` to cut them.

    Args:
        facts: Orders, returns, matches and customers.
        filters: What was asked.
        as_of: The day the picture is taken; nothing after it is seen.
        keep: May store the tables that others build on.
    """
    known = facts.customers.filter(_.acquired_on <= as_of)
    narrowing = _narrowing(filters)
    neutral = filters.returns is ReturnsMode.NEUTRALISE
    bought = (narrowing, filters.min_order, neutral, as_of)
    passing = keep("passing", bought, lambda: _passing(facts, known, filters, as_of))
    period = (filters.start, filters.end, as_of)
    base = keep("base", period, lambda: _base(passing, known, filters))
    marked = keep("marked", None, lambda: _mark(_at_cost(passing.drop("first_order_id")), base))
    back = (narrowing, as_of)
    returns = keep("returns", back, lambda: _brought_back(facts, known, base, filters, as_of))
    included = returns if filters.returns is ReturnsMode.INCLUDE else None
    movements = keep("movements", filters.returns, lambda: _movements(marked, included))
    # An order whose every unit came back is no order: with neutralised returns, nobody bought.
    counted = marked.filter((_.gross == 0) | (_.basket != 0))
    return View(orders=counted.drop("gross"), movements=movements, returns=returns, base=base)


def _narrowing(filters: Filters) -> Filters:
    """Keep what narrows orders and return documents alike.

    The least order and the returns mode are about orders; the period is cut out later, but where
    its start tells new customers from returning ones.
    """
    by_start = filters.customer_type in (CustomerType.NEW, CustomerType.RETURNING)
    return filters.but(
        min_order=None, returns=ReturnsMode.INCLUDE, end=None,
        start=filters.start if by_start else None,
    )  # fmt: skip


def shown(table: ir.Table, filters: Filters) -> ir.Table:
    """Cut orders or movements to the period shown."""
    return table.filter(_in_period(_.on, filters))


def wholesale(orders: ir.Table, *, factor: float) -> ir.Table:
    """List the customers whose mean basket is at least `factor` times the median basket.

    The rule looks at behaviour on the whole history given, never at ids, and needs no currency.

    Args:
        orders: The table `orders`, up to the day of the picture.
        factor: How many times the shop's median basket.

    Returns:
        One column, `customer_id`.
    """
    known = orders.filter(_.customer_id.notnull())
    baskets = known.select("customer_id", basket=_basket(known, tuple(Kind))).filter(_.basket > 0)
    median = baskets.agg(median=_.basket.cast("float64").median())
    # From an exact total, so that a customer on the line does not cross it with the row order.
    means = baskets.group_by("customer_id").agg(mean=_.basket.sum().cast("float64") / _.count())
    return means.cross_join(median).filter(_.mean >= _.median * factor).select("customer_id")


def _passing(facts: Facts, known: ir.Table, filters: Filters, as_of: dt.date) -> ir.Table:
    """Orders that pass, with what is known of their customers' first orders."""
    wanted = _customers_of_type(facts, known, filters, as_of)
    first = known.select("customer_id", "first_order_id", "acquired_on", "acquired_at")
    joined = _orders(facts, filters, as_of).left_join(first, "customer_id")
    return _narrowed(joined.drop("customer_id_right"), filters, wanted)


def _base(passing: ir.Table, known: ir.Table, filters: Filters) -> ir.Table:
    """Customers whose first order passes, inside the period shown."""
    opening = passing.filter(_.order_id == _.first_order_id, _in_period(_.acquired_on, filters))
    firsts = opening.select("customer_id", "acquired_on", first_basket=_.gross)
    traits = known.select("customer_id", "country", "channel", "category", "product")
    # Spark numbers rows in 32 bits whatever ibis believes; no shop has more customers.
    number = ibis.row_number().over(ibis.window(order_by="customer_id")).cast("int32")
    return firsts.join(traits, "customer_id").mutate(who=number)


def _brought_back(
    facts: Facts, known: ir.Table, base: ir.Table, filters: Filters, as_of: dt.date
) -> ir.Table:
    """Return documents that pass, marked as orders are."""
    wanted = _customers_of_type(facts, known, filters, as_of)
    acquired = known.select("customer_id", "acquired_on", "acquired_at")
    joined = _returns(facts, filters, as_of).left_join(acquired, "customer_id")
    return _mark(_narrowed(joined.drop("customer_id_right"), filters, wanted), base)


def _movements(marked: ir.Table, returns: ir.Table | None) -> ir.Table:
    """Money as it moves: what orders brought, and what the returns that count took back."""
    orders = marked.select(*_MOVEMENT, returned=as_money(_.basket - _.gross))
    if returns is None:
        return orders
    return orders.union(returns.select(*_MOVEMENT, "returned"))


def _at_cost(orders: ir.Table) -> ir.Table:
    """Take the goods that are back out of what orders cost."""
    back = as_money(orders.gross - orders.basket)
    kept = ibis.ifelse(back > 0, orders.cost * (1 - back / orders.gross), orders.cost)
    return orders.mutate(cost=kept.round(4).cast(MONEY))


def _customers_of_type(
    facts: Facts, known: ir.Table, filters: Filters, as_of: dt.date
) -> ir.Table | None:
    """Customers of the type asked for; None when none is asked."""
    match filters.customer_type:
        case None:
            return None
        # Without a start, the period shown is the whole history, and everyone is new in it.
        case CustomerType.NEW:
            start = filters.start or dt.date.min
            return known.filter(_.acquired_on >= start).select("customer_id")
        case CustomerType.RETURNING:
            start = filters.start or dt.date.min
            return known.filter(_.acquired_on < start).select("customer_id")
    seen = facts.orders.filter(_.ordered_on <= as_of)
    big = wholesale(seen, factor=filters.wholesale_factor)
    everyone = known.select("customer_id")
    if filters.customer_type is CustomerType.WHOLESALE:
        return everyone.semi_join(big, "customer_id")
    return everyone.anti_join(big, "customer_id")


def _orders(facts: Facts, filters: Filters, as_of: dt.date) -> ir.Table:
    """Orders that pass the filters on orders themselves, with gross and resulting basket."""
    orders = facts.orders.filter(_.ordered_on <= as_of)
    if len(filters.kinds) < len(Kind):
        orders = orders.filter(_lines(orders, filters.kinds) > 0)
    if filters.countries:
        orders = orders.filter(_.country.isin(filters.countries))
    gross = _basket(orders, filters.kinds)
    orders = orders.select(
        "order_id", "customer_id", "country", "channel", "units", "lines", "cost",
        on=_.ordered_on, at=_.ordered_at, gross=gross,
    )  # fmt: skip
    if filters.min_order is not None:
        # No basket lies between two of the smallest units, nor above the largest amount.
        least = min(filters.min_order, _MOST).quantize(_UNIT, ROUND_CEILING)
        orders = orders.filter(_.gross >= ibis.literal(least, MONEY))
    if filters.returns is not ReturnsMode.NEUTRALISE:
        return orders.mutate(basket=_.gross)
    cancelled = _cancelled(facts, filters, as_of)
    joined = orders.left_join(cancelled, "order_id").drop("order_id_right")
    return joined.mutate(basket=as_money(_.gross - _.cancelled.fill_null(0))).drop("cancelled")


def _cancelled(facts: Facts, filters: Filters, as_of: dt.date) -> ir.Table:
    seen = facts.matches.filter(
        _.returned_on <= as_of, _.kind.isin([kind.value for kind in filters.kinds])
    )
    return seen.group_by("order_id").agg(cancelled=_.amount.sum().cast(MONEY))


def _returns(facts: Facts, filters: Filters, as_of: dt.date) -> ir.Table:
    """Return documents that pass the filters on documents themselves."""
    returns = facts.returns.filter(_.returned_on <= as_of)
    if len(filters.kinds) < len(Kind):
        returns = returns.filter(_lines(returns, filters.kinds) > 0)
    if filters.countries:
        returns = returns.filter(_.country.isin(filters.countries))
    return returns.select(
        "order_id",
        "customer_id",
        *(amount_of(kind) for kind in filters.kinds),
        *(lines_of(kind) for kind in filters.kinds),
        on=_.returned_on,
        at=_.returned_at,
        gross=ibis.literal(0).cast(MONEY),
        cost=-_.cost.abs(),
        returned=_basket(returns, filters.kinds),
    )


def _narrowed(table: ir.Table, filters: Filters, wanted: ir.Table | None) -> ir.Table:
    if wanted is not None:
        return table.semi_join(wanted, "customer_id")
    return table if filters.anonymous else table.filter(_.customer_id.notnull())


def _mark(table: ir.Table, base: ir.Table) -> ir.Table:
    joined = table.left_join(base.select("customer_id", "who"), "customer_id")
    return joined.drop("customer_id_right").mutate(in_base=_.who.notnull())


def _in_period(day: ir.DateValue | ir.Deferred, filters: Filters) -> ir.BooleanValue:
    inside = ibis.literal(True)
    if filters.start is not None:
        inside &= day >= filters.start
    if filters.end is not None:
        inside &= day <= filters.end
    return inside


def _basket(table: ir.Table, kinds: tuple[Kind, ...]) -> ir.DecimalValue:
    amounts = [table[amount_of(kind)] for kind in kinds]
    return as_money(sum(amounts[1:], amounts[0]))


def _lines(table: ir.Table, kinds: tuple[Kind, ...]) -> ir.IntegerValue:
    counts = [table[lines_of(kind)] for kind in kinds]
    return sum(counts[1:], counts[0])
