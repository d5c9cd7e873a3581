"""How each measure is spread over the customers, cut where the scores are (D25)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from habitue.core.segments.scoring import CutPoints
from habitue.core.segments.values import BINS_PER_TENFOLD

BARS: Final = 48
ORDERS_SHOWN: Final = 16
"""Numbers of orders with a bar of their own; the last one holds all that is more."""
_COLUMNS: Final = pa.schema(
    [
        ("measure", pa.string()),
        ("score", pa.int64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("customers", pa.int64()),
    ]
)


def nothing() -> pa.Table:
    """Give the spread of nobody: the columns, and no row."""
    return _COLUMNS.empty_table()


def spread(
    recency: Mapping[int, int],
    frequency: Mapping[int, int],
    money: Iterable[Mapping[str, Any]],
    cuts: CutPoints,
) -> pa.Table:
    """Lay out the bars of three histograms; a bar that a cut point crosses is in two parts.

    Args:
        recency: Customers at each number of days.
        frequency: Customers at each number of orders.
        money: Rows of `values.money_counts`.
        cuts: Where the scores begin and end.

    Returns:
        One row per bar and score: `measure`, `score`, `low`, `high` (both included for days and
        orders, the upper one excluded for money; `low` is null for money of zero or less),
        `customers`.
    """
    bars: dict[tuple[str, int, float | None, float], int] = {}

    def add(measure: str, score: int, low: float | None, high: float, customers: int) -> None:
        key = measure, score, low, high
        bars[key] = bars.get(key, 0) + customers

    width = -(-max(recency) // BARS)
    for days, customers in recency.items():
        low = (days - 1) // width * width + 1
        score = cuts.scores(days, 1, Decimal(0))[0]
        add("recency", score, low, low + width - 1, customers)
    most = max(frequency)
    for orders, customers in frequency.items():
        alone = orders < ORDERS_SHOWN
        score = cuts.scores(1, orders, Decimal(0))[1]
        low, high = (orders, orders) if alone else (ORDERS_SHOWN, most)
        add("frequency", score, low, high, customers)
    for row in money:
        size = row["bin"]
        least = None if size is None else 10 ** (size / BINS_PER_TENFOLD)
        most_ = 0.0 if size is None else 10 ** ((size + 1) / BINS_PER_TENFOLD)
        add("monetary", row["m_score"], least, most_, row["customers"])
    rows = [
        {"measure": measure, "score": score, "low": low, "high": high, "customers": customers}
        for (measure, score, low, high), customers in bars.items()
    ]
    order = ("recency", "frequency", "monetary")
    rows.sort(key=lambda row: (order.index(row["measure"]), row["high"], row["score"]))
    return pa.Table.from_pylist(rows, schema=_COLUMNS)
