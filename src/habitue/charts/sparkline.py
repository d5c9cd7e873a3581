"""The small curves that stand on the cards."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.results import Kpis


def finished(by_period: pa.Table, column: str) -> list[float]:
    """Give one column of the period table, partial periods left out: half a month is no fall.

    Args:
        by_period: `Overview.by_period`.
        column: A column of numbers.

    Examples:
        >>> import pyarrow as pa
        >>> finished(pa.table({"whole": [True, True, False], "orders": [3, 4, 1]}), "orders")
        [3.0, 4.0]
    """
    return [
        float(value)
        for value, is_whole in zip(
            by_period.column(column).to_pylist(), by_period.column("whole").to_pylist(), strict=True
        )
        if is_whole and value is not None
    ]


def cumulative_value(kpis: Kpis) -> list[float]:
    """Add up what a customer brings from age to age: how a customer's value builds."""
    return list(accumulate(point.revenue_per_customer for point in kpis.by_age))
