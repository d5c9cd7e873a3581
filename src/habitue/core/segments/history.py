"""One customer's life in the shop: orders, returns, and the code at the end of each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from habitue.core.segments.answers import CustomerHistory
from habitue.core.segments.rows import margin
from habitue.core.segments.rules import RuleSet
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.schema import Basis, Grain, period_shift, period_start

_MONEY: Final = pa.decimal128(38, 4)
_ORDERS: Final = pa.schema([("on", pa.date32()), ("order_id", pa.string()), ("amount", _MONEY)])
_SCORES: Final = pa.schema(
    [
        ("on", pa.date32()),
        ("recency_days", pa.int64()),
        ("frequency", pa.int64()),
        ("monetary", _MONEY),
        ("rfm_score", pa.string()),
        ("rfm_segment", pa.string()),
    ]
)
_Rows = Sequence[Mapping[str, Any]]


def history(
    customer_id: str,
    orders: _Rows,
    returns: _Rows,
    movements: _Rows,
    *,
    as_of: dt.date,
    scoring: Scoring,
    cuts: CutPoints,
    rules: RuleSet,
    margin_rate: Decimal | None,
) -> CustomerHistory:
    """Tell a customer's life, scored with one set of thresholds all along.

    Args:
        customer_id: Who.
        orders: `on`, `order_id`, `amount`; at least one.
        returns: The same; empty unless returns count where they happen.
        movements: `on`, `gross`, `returned`, `cost`.
        as_of: The day of the picture.
        scoring: Basis and window.
        cuts: Thresholds.
        rules: Names of the codes.
        margin_rate: Margin as a share of revenue; None takes the cost in the data.
    """
    bought = [row["on"] for row in orders]
    scores = []
    for day in _month_ends(min(bought), as_of):
        oldest = dt.date.min
        if scoring.window_days is not None:
            oldest = day - dt.timedelta(days=scoring.window_days)
        inside = [on for on in bought if oldest < on <= day]
        if not inside:
            continue
        money = [row for row in movements if oldest < row["on"] <= day]
        recency, frequency = (day - max(inside)).days + 1, len(inside)
        monetary = _monetary(money, scoring.basis, margin_rate)
        code = "".join(str(one) for one in cuts.scores(recency, frequency, monetary))
        scores.append(
            {
                "on": day, "recency_days": recency, "frequency": frequency, "monetary": monetary,
                "rfm_score": code, "rfm_segment": rules.of(code, cuts.classes).name,
            }
        )  # fmt: skip
    told = sorted((*orders, *returns), key=lambda row: (row["on"], row["order_id"]))
    return CustomerHistory(
        customer_id=customer_id,
        as_of=as_of,
        orders=pa.Table.from_pylist([dict(row) for row in told], schema=_ORDERS),
        scores=pa.Table.from_pylist(scores, schema=_SCORES),
    )


def _monetary(money: _Rows, basis: Basis, margin_rate: Decimal | None) -> Decimal:
    gross = sum((row["gross"] for row in money), Decimal(0))
    if basis is Basis.GROSS:
        return gross
    net = gross + sum((row["returned"] for row in money), Decimal(0))
    if basis is Basis.NET:
        return net
    return round(
        margin(net, sum((row["cost"] or Decimal(0) for row in money), Decimal(0)), margin_rate), 4
    )


def _month_ends(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = period_shift(period_start(first, Grain.MONTH), Grain.MONTH, 1)
    while month <= last:
        yield month - dt.timedelta(days=1)
        month = period_shift(month, Grain.MONTH, 1)
    yield last
