"""Customer lifetime value for notebooks: the models, and the summary that they read.

    >>> import habitue.clv
    >>> model = habitue.clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(float(model.expected_purchases_new(52)), 2)
    1.45

`summary(orders, as_of)` takes what a notebook has, and gives the columns of lifetimes and
pymc-marketing; `docs/clv.md` shows the way from here to either.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis

from habitue.core.clv import (
    BGNBD,
    MBGNBD,
    NBD,
    ClosedForm,
    GammaGamma,
    ParetoNBD,
    SpendByBand,
    dependence,
    geometric_retention,
    intervals,
)
from habitue.core.clv import summary as _summary

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "BGNBD",
    "MBGNBD",
    "NBD",
    "ClosedForm",
    "GammaGamma",
    "ParetoNBD",
    "SpendByBand",
    "dependence",
    "geometric_retention",
    "intervals",
    "summary",
]


def summary(orders: Any, as_of: dt.date) -> pa.Table:
    """Describe each customer's buying by its first day, its last day and its repeats.

    Args:
        orders: One row per order, with `customer_id`, `ordered_on` (a date) and `basket`: an
            Arrow table, a pandas frame, or an ibis table, which is computed where it lives.
        as_of: The day the picture is taken; later orders are unseen.

    Returns:
        One row per customer, in the order of ids: `customer_id`, `frequency` (repeat occasions),
        `recency`, `T` (days), `monetary_value` (mean money of a repeat occasion).

    Examples:
        >>> import pyarrow as pa
        >>> bought = pa.table({
        ...     "customer_id": ["a", "a"], "basket": [9.0, 25.0],
        ...     "ordered_on": [dt.date(2024, 1, 1), dt.date(2024, 1, 11)],
        ... })
        >>> summary(bought, dt.date(2024, 1, 31)).to_pylist()
        [{'customer_id': 'a', 'frequency': 1, 'recency': 10, 'T': 30, 'monetary_value': 25.0}]
    """
    table = orders if isinstance(orders, ibis.Table) else ibis.memtable(orders)
    return _summary(table, as_of).order_by("customer_id").to_pyarrow()
