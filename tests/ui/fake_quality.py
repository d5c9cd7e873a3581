"""A small shop with a few faults, its quality report asked for as the screen does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any, Final

import pyarrow as pa
from tests.lines import Line, opened

from habitue.data.quality.asked import Screening
from habitue.data.quality.report import Quality

_FIRST: Final = dt.datetime.fromisoformat("2011-01-03T09:30")
_SOUND: Final = [
    Line(
        order_id=str(at),
        customer_id=f"c{at % 120}",
        moment=_FIRST + dt.timedelta(days=at // 2),
        product=f"P{at % 9}",
        description="thing",
        quantity=Decimal(1 + at % 12),
        price=Decimal(1 + at % 20),
        currency="GBP",
    )
    for at in range(240)
]
_FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"customer_id": None},
    {"customer_id": None},
    {"price": Decimal(0)},
    {"quantity": Decimal(5000)},
    {"order_id": "C7", "quantity": Decimal(-1)},
)
_COMMON: Final[dict[str, Any]] = {
    "customer_id": "c1", "moment": _FIRST, "description": "$5 ![x](y)", "currency": "GBP",
}  # fmt: skip
LINES: Final = [
    *_SOUND,
    *(
        Line(**{**_COMMON, "order_id": f"f{at}", **fault})
        for at, fault in enumerate(_FAULTS)
    ),
]  # fmt: skip


@cache
def quality(asked: Screening) -> Quality:
    """Give the report."""
    return opened(LINES).quality(asked)


@cache
def sample(finding: str, asked: Screening) -> pa.Table:
    """Give some rows of a finding."""
    return opened(LINES).quality_sample(finding, asked)
