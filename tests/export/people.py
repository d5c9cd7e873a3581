"""Customers made by hand, and contacts for them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from habitue.export.contacts import Contacts, of

AS_OF = dt.date(2011, 12, 9)
MONEY = pa.decimal128(18, 4)


def people(count: int = 20, **columns: list[Any]) -> pa.Table:
    """Customers `0000`, `0001`…: the first spent 1, the second 2; segments in turn."""
    return pa.table(
        {
            "customer_id": [f"{place:04d}" for place in range(count)],
            "rfm_segment": pa.array(
                [("Champions", "Loyal", "Lost", "At Risk")[place % 4] for place in range(count)],
                pa.string(),
            ),
            "rfm_score": pa.array([f"{place % 5 + 1}11" for place in range(count)], pa.string()),
            "country": pa.array(["France"] * count, pa.string()),
            "orders": pa.array(range(count), pa.int64()),
            "last_order": pa.array(
                [AS_OF - dt.timedelta(days=10 * place) for place in range(count)], pa.date32()
            ),
            "revenue": pa.array([Decimal(place + 1) for place in range(count)], MONEY),
            "year_revenue": pa.array([Decimal(place) for place in range(count)], MONEY),
        }
        | columns
    )


def contacts(count: int = 20, **columns: list[Any]) -> Contacts:
    """One address and one French phone for each of them, all consenting."""
    return of(
        pa.table(
            {
                "customer_id": [f"{place:04d}" for place in range(count)],
                "email": [f"c{place}@example.com" for place in range(count)],
                "phone": [
                    f"06 00 00 {place // 100:02d} {place % 100:02d}" for place in range(count)
                ],
                "consent": ["yes"] * count,
            }
            | columns
        )
    )
