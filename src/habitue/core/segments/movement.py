"""Who went from one segment to another between two dates (D28), and sizes along the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from habitue.core.orders import MONEY, as_money
from habitue.core.segments.rules import RuleSet
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.core.segments.values import scored, values
from habitue.core.view import View

_MONEY: Final = pa.decimal128(38, 4)
_SUMS: Final = ("revenue_before", "revenue_after", "year_before", "year_after")
_MOVED: Final = pa.schema(
    [
        ("from_segment", pa.string()),
        ("to_segment", pa.string()),
        ("customers", pa.int64()),
        ("share", pa.float64()),
        *((name, _MONEY) for name in _SUMS),
    ]
)

_SIZES: Final = pa.schema(
    [
        ("day", pa.date32()),
        ("rfm_segment", pa.string()),
        ("customers", pa.int64()),
        ("revenue", _MONEY),
    ]
)


def moves(before: ir.Table, after: ir.Table) -> ir.Table:
    """Count customers by their codes on two dates.

    Args:
        before: Customers scored on the first date.
        after: Customers scored on the second.

    Returns:
        One row per pair of codes: `from_code`, `to_code` (null when a customer is not there on
        that date), `customers`, `revenue_before`, `revenue_after`, `year_before`, `year_after`.
    """
    old = before.select(
        "customer_id", from_code=_.rfm_score, revenue_before=_.revenue, year_before=_.year_revenue
    )
    new = after.select(
        "customer_id", to_code=_.rfm_score, revenue_after=_.revenue, year_after=_.year_revenue
    )
    both = old.outer_join(new, "customer_id")
    zero = ibis.literal(0).cast(MONEY)
    pairs = both.group_by("from_code", "to_code").agg(
        customers=_.count(),
        **{name: both[name].sum().cast(MONEY).fill_null(zero) for name in _SUMS},
    )
    return pairs.order_by("from_code", "to_code")


def moved_rows(
    pairs: Iterable[Mapping[str, Any]],
    rules: RuleSet,
    *,
    classes: int,
) -> pa.Table:
    """Gather pairs of codes under the names of a rule set.

    Returns:
        The columns of `answers.Movement.table`, in the order of the rule set.
    """
    order: list[str | None] = [*(one.name for one in rules.segments), None]
    found: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    left: dict[str | None, int] = {}
    for pair in pairs:
        old, new = pair["from_code"], pair["to_code"]
        names = (
            None if old is None else rules.of(old, classes).name,
            None if new is None else rules.of(new, classes).name,
        )
        sums = found.setdefault(names, {"customers": 0, **dict.fromkeys(_SUMS, Decimal(0))})
        for name in ("customers", *_SUMS):
            sums[name] += pair[name]
        left[names[0]] = left.get(names[0], 0) + pair["customers"]
    rows = [
        {
            "from_segment": old,
            "to_segment": new,
            **sums,
            "share": None if old is None else sums["customers"] / left[old],
        }
        for (old, new), sums in found.items()
    ]
    rows.sort(key=lambda row: (order.index(row["from_segment"]), order.index(row["to_segment"])))
    return pa.Table.from_pylist(rows, schema=_MOVED)


def sizes(
    view: View,
    scoring: Scoring,
    cuts: CutPoints,
    *,
    days: list[dt.date],
    margin_rate: Decimal | None,
) -> ir.Table:
    """Score everybody on several days with the same thresholds.

    What is known on the day of the view counts: a return that cancels an order of the past has
    cancelled it on every day.

    Args:
        view: What passes the filters, up to the last day.
        scoring: Basis and window.
        cuts: Thresholds, the same on every day.
        days: When to look.
        margin_rate: Margin as a share of revenue; None takes the cost in the data.

    Returns:
        One row per day and code: `day`, `rfm_score`, `customers`, `revenue`.
    """
    every = [
        scored(values(_until(view, day), scoring, as_of=day, margin_rate=margin_rate), cuts)
        .group_by("rfm_score")
        .agg(customers=_.count(), revenue=as_money(_.revenue.sum()))
        .mutate(day=ibis.literal(day))
        for day in days
    ]
    return ibis.union(*every) if len(every) > 1 else every[0]


def size_rows(
    found: Iterable[Mapping[str, Any]], rules: RuleSet, days: list[dt.date], *, classes: int
) -> pa.Table:
    """Gather the codes of each day under the names of a rule set, empty segments included.

    Returns:
        One row per day and segment: `day`, `rfm_segment`, `customers`, `revenue`.
    """
    named = [one.name for one in rules.segments if one.codes]
    sums = {(day, name): [0, Decimal(0)] for day in days for name in named}
    for row in found:
        sum_ = sums[row["day"], rules.of(row["rfm_score"], classes).name]
        sum_[0] += row["customers"]
        sum_[1] += row["revenue"]
    rows = [
        {"day": day, "rfm_segment": name, "customers": customers, "revenue": revenue}
        for (day, name), (customers, revenue) in sums.items()
    ]
    return pa.Table.from_pylist(rows, schema=_SIZES)


def _until(view: View, day: dt.date) -> View:
    return view._replace(
        orders=view.orders.filter(_.on <= day), movements=view.movements.filter(_.on <= day)
    )
