"""Lines become orders, return documents and customers (D3, D5)."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.schema import MONEY_DIGITS, MONEY_SCALE, Kind

MONEY = f"decimal({MONEY_DIGITS}, {MONEY_SCALE})"


def as_money(value: ir.Value | ir.Deferred) -> Any:
    """Bring a sum or difference of money back to the precision of money.

    Engines widen such results, ibis believes that they do not and would drop a plain cast.
    """
    return value.cast("decimal(38, 4)").cast(MONEY)


def amount_of(kind: Kind) -> str:
    """Name of the column that holds a kind's money in `orders` and `returns`."""
    return f"amount_{kind.value}"


def lines_of(kind: Kind) -> str:
    """Name of the column that counts a kind's lines in `orders` and `returns`."""
    return f"lines_{kind.value}"


def orders(lines: ir.Table) -> ir.Table:
    """Gather kept, non-return lines into orders, one row per order id (D3).

    Args:
        lines: Classified lines, with `reason`, `is_return` and `kind`.

    Returns:
        The table `orders` of `docs/tables.md`. An order whose lines name several customers or
        countries takes the first in alphabetical order, so that row order changes nothing.
    """
    kept = lines.filter(_.reason.isnull(), ~_.is_return)
    gathered = kept.group_by("order_id").agg(
        customer_id=_.customer_id.min(),
        ordered_at=_.moment.min(),
        country=_.country.min(),
        channel=_.channel.min(),
        **_measures(),
    )
    return gathered.mutate(ordered_on=_.ordered_at.date())


def returns(lines: ir.Table) -> ir.Table:
    """Gather kept return lines into documents, one row per document id (D2).

    Returns:
        The table `returns` of `docs/tables.md`. Amounts carry their own sign.
    """
    kept = lines.filter(_.reason.isnull(), _.is_return)
    gathered = kept.group_by("order_id").agg(
        customer_id=_.customer_id.min(),
        returned_at=_.moment.min(),
        country=_.country.min(),
        **_measures(),
    )
    return gathered.mutate(returned_on=_.returned_at.date())


def customers(orders: ir.Table, lines: ir.Table) -> ir.Table:
    """Find each customer's first order, on the full history (D5), and what it was mostly about.

    Args:
        orders: The table `orders`, before any filter.
        lines: The classified lines the orders were gathered from.

    Returns:
        The table `customers` of `docs/tables.md`: facts that later orders never change.
        `product` and `category` are those of the dearest product line of the first order; null
        when it holds none.
    """
    known = orders.filter(_.customer_id.notnull())
    rank = ibis.row_number().over(group_by="customer_id", order_by=["ordered_at", "order_id"])
    first = (
        known.mutate(rank=rank)
        .filter(_.rank == 0)
        .select(
            "customer_id",
            "country",
            "channel",
            acquired_at=_.ordered_at,
            acquired_on=_.ordered_on,
            first_order_id=_.order_id,
        )
    )
    sold = lines.filter(_.reason.isnull(), ~_.is_return, _.kind == Kind.PRODUCT.value)
    sold = sold.semi_join(first, sold.order_id == first.first_order_id)
    place = ibis.row_number().over(
        group_by="order_id", order_by=[_.amount.desc(), "product", "category"]
    )
    dearest = (
        sold.mutate(place=place)
        .filter(_.place == 0)
        .select("product", "category", first_order_id=_.order_id)
    )
    return first.left_join(dearest, "first_order_id").drop("first_order_id_right")


def activity(orders: ir.Table, returns: ir.Table) -> ir.Table:
    """Sum each customer's orders and returns by month, for pages that need no finer grain.

    Returns:
        The table `activity` of `docs/tables.md`, one row per customer and month with either.
    """
    bought = orders.filter(_.customer_id.notnull()).select(
        "customer_id", "units", day=_.ordered_on, is_order=ibis.literal(True),
        gross=_total(orders), returns=ibis.literal(0).cast(MONEY),
    )  # fmt: skip
    brought_back = returns.filter(_.customer_id.notnull()).select(
        "customer_id", "units", day=_.returned_on, is_order=ibis.literal(False),
        gross=ibis.literal(0).cast(MONEY), returns=_total(returns),
    )  # fmt: skip
    both = bought.union(brought_back)
    # Truncated as a moment: ibis takes a truncated date for a date, DuckDB makes a moment of it.
    month = both.day.cast("timestamp").truncate("M").cast("date")
    return both.group_by("customer_id", month=month).agg(
        orders=_.count(where=_.is_order),
        units=as_money(_.units.sum()),
        gross=as_money(_.gross.sum()),
        returns=as_money(_.returns.sum()),
    )


def _measures() -> dict[str, ir.Deferred]:
    of_kind = {kind: _.kind == kind.value for kind in Kind}
    zero = ibis.literal(0).cast(MONEY)
    return {
        "units": _.quantity.sum().cast(MONEY),
        "lines": _.count(),
        "cost": _.cost.sum().cast(MONEY),
        **{
            amount_of(kind): _.amount.sum(where=test).cast(MONEY).fill_null(zero)
            for kind, test in of_kind.items()
        },
        **{lines_of(kind): _.count(where=test) for kind, test in of_kind.items()},
    }


def _total(table: ir.Table) -> ir.DecimalValue:
    amounts = [table[amount_of(kind)] for kind in Kind]
    return as_money(sum(amounts[1:], amounts[0]))
