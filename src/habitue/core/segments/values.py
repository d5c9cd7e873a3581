"""Recency, frequency and monetary value of every customer, and their scores (D24, D25)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core.orders import MONEY, as_money
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.core.view import View
from habitue.schema import Basis

YEAR_DAYS: Final = 365
BINS_PER_TENFOLD: Final = 6
SCORES: Final = ("r_score", "f_score", "m_score")


def values(
    view: View, scoring: Scoring, *, as_of: dt.date, margin_rate: Decimal | None
) -> ir.Table:
    """Measure every customer with an order in the window.

    Args:
        view: What passes the filters; the period shown does not cut it.
        scoring: Basis of M, and window.
        as_of: The day the picture is taken; R counts to the day after it.
        margin_rate: Margin as a share of revenue; None takes the cost in the data.

    Returns:
        One row per customer: `customer_id`, `recency_days`, `frequency` (orders), `monetary`,
        `first_on`, `last_on`, `baskets` (sum over the orders), `revenue` (net), `cost`,
        `year_revenue` (net, over the last 365 days whatever the window).
    """
    oldest = dt.date.min if scoring.window_days is None else _back(as_of, scoring.window_days)
    orders = view.orders.filter(_.customer_id.notnull(), _.on > oldest)
    bought = orders.group_by("customer_id").agg(
        first_on=_.on.min(),
        last_on=_.on.max(),
        frequency=_.count(),
        baskets=_.basket.sum().cast(MONEY),
    )
    zero = ibis.literal(0).cast(MONEY)
    inside = _.on > oldest
    moved = (
        view.movements.filter(_.customer_id.notnull())
        .mutate(net=as_money(_.gross + _.returned))
        .group_by("customer_id")
        .agg(
            gross=_.gross.sum(where=inside).cast(MONEY).fill_null(zero),
            revenue=_.net.sum(where=inside).cast(MONEY).fill_null(zero),
            cost=_.cost.sum(where=inside).cast(MONEY).fill_null(zero),
            year_revenue=_.net.sum(where=_.on > _back(as_of, YEAR_DAYS))
            .cast(MONEY)
            .fill_null(zero),
        )
    )
    joined = bought.join(moved, "customer_id")
    tomorrow = ibis.literal(as_of + dt.timedelta(days=1))
    return joined.select(
        "customer_id",
        recency_days=tomorrow.delta(joined.last_on, unit="day").cast("int64"),
        frequency=joined.frequency,
        monetary=_monetary(joined, scoring.basis, margin_rate),
        first_on=joined.first_on,
        last_on=joined.last_on,
        baskets=joined.baskets,
        revenue=joined.revenue,
        cost=joined.cost,
        year_revenue=joined.year_revenue,
    )


def counted(values: ir.Table, name: str) -> ir.Table:
    """Count the customers that share each value of a whole-number measure.

    Returns:
        One row per value, in order: `value`, `customers`.
    """
    return values.group_by(value=values[name]).agg(customers=_.count()).order_by("value")


def money_steps(values: ir.Table, *, customers: int, places: tuple[int, ...]) -> ir.Table:
    """Find the amounts that stand right after given places in the order of M.

    No global window: a quantile aimed strictly between two places, and the least amount above it.

    Args:
        values: Out of `values`.
        customers: How many rows that is, at least 1.
        places: 0-based places in rising order of M.

    Returns:
        One row: for each place `step_<i>`, the least amount above the one that stands there (null
        when there is none), and `most`, the greatest of all.
    """
    money = values.mutate(plain=_.monetary.cast("float64"))
    # A quarter of the way to the next place: far from both, so that no engine's rounding matters.
    aims = [min((place + 0.25) / max(customers - 1, 1), 1.0) for place in places]
    aimed = money.agg(**{f"aim_{i}": _.plain.quantile(aim) for i, aim in enumerate(aims)})
    beside = money.cross_join(aimed)
    return beside.agg(
        most=_.monetary.max(),
        **{f"step_{i}": _.monetary.min(where=_.plain > _[f"aim_{i}"]) for i in range(len(places))},
    )


def scored(values: ir.Table, cuts: CutPoints) -> ir.Table:
    """Score every customer against cut points, 1 to the number of classes, the best highest.

    Returns:
        The columns of `values`, `r_score`, `f_score`, `m_score`, and `rfm_score`, the code.
    """
    beyond = [_one(_.recency_days > cut) for cut in cuts.recency]
    orders = [_one(_.frequency >= cut) for cut in cuts.frequency]
    money = [_one(_.monetary >= ibis.literal(cut, MONEY)) for cut in cuts.monetary]
    marked = values.mutate(
        r_score=cuts.classes - _sum(beyond), f_score=1 + _sum(orders), m_score=1 + _sum(money)
    )
    code = (
        marked.r_score.cast("string")
        + marked.f_score.cast("string")
        + marked.m_score.cast("string")
    )
    return marked.mutate(rfm_score=code)


def by_code(scored: ir.Table) -> ir.Table:
    """Sum up the customers of each code: everything a segment table needs, in 125 rows at most.

    Returns:
        One row per code: `rfm_score`, `r_score`, `f_score`, `m_score`, `customers`, `orders`,
        `recency_days`, `monetary`, `baskets`, `revenue`, `cost`, `year_revenue` (all sums).
    """
    summed = scored.group_by("rfm_score", *SCORES).agg(
        customers=_.count(),
        orders=_.frequency.sum().cast("int64"),
        recency_days=_.recency_days.sum().cast("int64"),
        **{
            name: scored[name].sum().cast(MONEY)
            for name in ("monetary", "baskets", "revenue", "cost", "year_revenue")
        },
    )
    return summed.order_by("rfm_score")


def money_counts(scored: ir.Table) -> ir.Table:
    """Count customers by size of M on a log scale, for a histogram.

    Returns:
        One row per bin and score: `bin` (M lies in [10^(bin/6), 10^((bin+1)/6)); null when it is
        zero or less), `m_score`, `customers`.
    """
    size = (scored.monetary.cast("float64").log10() * BINS_PER_TENFOLD).floor().cast("int64")
    return (
        scored.mutate(bin=ibis.ifelse(scored.monetary > 0, size, None))
        .group_by("bin", "m_score")
        .agg(customers=_.count())
    )


def cuts_from(
    recency: Mapping[int, int],
    frequency: Mapping[int, int],
    money: tuple[Decimal | None, ...],
    *,
    most: Decimal,
    as_of: dt.date,
) -> CutPoints:
    """Put cut points together out of counted values.

    Args:
        recency: Customers at each number of days.
        frequency: Customers at each number of orders.
        money: The steps of `money_steps`.
        most: The greatest M.
        as_of: The day they are taken.

    Examples:
        >>> days, orders = {3: 2, 10: 2, 50: 2}, {1: 4, 2: 1, 9: 1}
        >>> money = (Decimal(20), Decimal(80))
        >>> cuts_from(days, orders, money, most=Decimal(95), as_of=dt.date(2011, 12, 9)).frequency
        (2, 2)
    """
    classes = len(money) + 1
    smallest = Decimal("0.0001")
    return CutPoints(
        recency=_standing(recency, classes),
        frequency=tuple(value + 1 for value in _standing(frequency, classes)),
        monetary=tuple(most + smallest if step is None else step for step in money),
        taken_on=as_of,
    )


def places(customers: int, classes: int) -> tuple[int, ...]:
    """Give the 0-based place of the last customer below each quantile.

    The quantile is the usual one (type 7 of Hyndman and Fan, as in numpy, pandas and Excel); who
    stands at or below it is the same as with `pandas.qcut`, and whole numbers leave no rounding.

    Examples:
        >>> places(11, 5)
        (2, 4, 6, 8)
    """
    return tuple((customers - 1) * part // classes for part in range(1, classes))


def _standing(counts: Mapping[int, int], classes: int) -> tuple[int, ...]:
    """Find the values that stand at the quantiles' places."""
    wanted = list(places(sum(counts.values()), classes))
    found, passed = [], 0
    for value in sorted(counts):
        passed += counts[value]
        while wanted and wanted[0] < passed:
            found.append(value)
            wanted.pop(0)
    return tuple(found)


def _monetary(joined: ir.Table, basis: Basis, margin_rate: Decimal | None) -> Any:
    match basis:
        case Basis.NET:
            return joined.revenue
        case Basis.GROSS:
            return joined.gross
        case Basis.MARGIN if margin_rate is None:
            return as_money(joined.revenue - joined.cost)
        case Basis.MARGIN:
            # Halves are settled in decimals: engines differ on the float that stands for one.
            near = (joined.revenue.cast("float64") * float(margin_rate)).round(6)
            return near.cast("decimal(38, 6)").round(4).cast(MONEY)


def _one(test: Any) -> Any:
    return ibis.ifelse(test, ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _sum(terms: list[Any]) -> Any:
    return sum(terms[1:], terms[0])


def _back(day: dt.date, days: int) -> dt.date:
    """The day before a span of days that ends on a day; the beginning of time if it is longer."""
    span = (day - dt.date.min).days
    return day - dt.timedelta(days=min(days, span))
