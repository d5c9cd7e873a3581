"""A workspace that answers at once and remembers what it was asked: Online Retail's figures."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import pyarrow as pa
from tests.ui import fake_quality

from habitue.data.quality.asked import Screening
from habitue.data.quality.report import Quality
from habitue.errors import HabitueError
from habitue.results import (
    AgePoint,
    BaselineClv,
    Check,
    Kpis,
    NorthStar,
    Overview,
    Shop,
)
from habitue.schema import Filters, Grain, Kind, period_is_over, period_shift, period_start

FIRST, LAST = dt.date(2009, 12, 1), dt.date(2011, 12, 9)
_SERIAL = itertools.count()


class FakeWorkspace:
    """Stands where the workspace does. `refusal` is raised instead of answering."""

    def __init__(self, *, refusal: HabitueError | None = None, **figures: Any) -> None:
        self.refusal, self.figures = refusal, figures
        self.asked: list[Filters] = []
        self.screened: list[Screening] = []
        # A snapshot of its own: what one test caches, another must not see.
        self.snapshot = f"{next(_SERIAL):012x}"

    def shop(self) -> Shop:
        return Shop(
            snapshot=self.snapshot,
            sources=("online_retail_II.xlsx",),
            preset="standard",
            currency="GBP",
            first_day=FIRST,
            last_day=LAST,
            lines=1_038_480,
            countries=(("United Kingdom", 36_543), ("France", 621), ("EIRE", 612)),
            kinds=tuple(kind.value for kind in Kind),
            has_cost=False,
            has_anonymous=True,
            wholesale_factor=3.0,
        )

    def kpis(self, filters: Filters) -> Kpis:
        if self.refusal:
            raise self.refusal
        return overview(filters, **self.figures).kpis

    def overview(self, filters: Filters) -> Overview:
        self.asked.append(filters)
        if self.refusal:
            raise self.refusal
        return overview(filters, **self.figures)

    def check(self) -> Check:
        return check()

    def quality(self, asked: Screening) -> Quality:
        self.screened.append(asked)
        return fake_quality.quality(asked)

    def quality_sample(self, finding: str, asked: Screening) -> pa.Table:
        return fake_quality.sample(finding, asked)

    def note_table(self, *_: Any, **__: Any) -> None:
        """Nothing is written down here."""


def overview(filters: Filters | None = None, **figures: Any) -> Overview:
    """Everything the Overview draws; `figures` replace those of the Kpis."""
    asked = filters or Filters()
    settled = asked.but(
        start=asked.start or FIRST, end=asked.end or asked.as_of or LAST, as_of=asked.as_of or LAST
    )
    numbers = kpis(settled, **figures)
    return Overview(
        kpis=numbers,
        by_period=by_period(settled),
        north_star_by_cohort=pa.table(
            {"cohort": [FIRST, dt.date(2010, 1, 1)], "n": [955, 383], "value": [1501.2, 799.9]}
        ),
        returns=pa.table(
            {
                "kind": ["product", "shipping"],
                "lines": [17_301, 215],
                "amount": [Decimal("-719693.10"), Decimal("-70.00")],
                "share_of_gross": [-0.0351, -0.0000034],
            }
        ),
    )


def kpis(settled: Filters, **figures: Any) -> Kpis:
    given: dict[str, Any] = {
        "as_of": settled.as_of,
        "start": settled.start,
        "end": settled.end,
        "currency": "GBP",
        "preset": "standard",
        "filters": settled,
        "active_customers": 5_869,
        "customers_ever": 5_869,
        "orders": 39_988,
        "revenue": Decimal("19320543.44"),
        "gross": Decimal("20491700.99"),
        "returned": Decimal("-1171157.55"),
        "unmatched_returns": Decimal(0),
        "unmatched_lines": 0,
        "aov": Decimal("512.45"),
        "north_star": NorthStar(value=857.80, median=415.40, n=5_272, waiting=597),
        "baseline_clv": BaselineClv(
            mean=2_795.92, median=842.74, trimmed_mean=1_521.94, n=5_869, top_decile_share=0.64
        ),
        "by_age": tuple(
            AgePoint(age=age, cohorts=23 - age, customers=4_887 - 150 * age, revenue_per_customer=m)
            for age, m in enumerate((445.2, 86.1, 99.8, 99.5, 93.0, 88.7, 90.3, 113.9))
        ),
        "by_age_mean": 139.56,
        "truncated_cohort": FIRST,
        "rfm_customers": 5_869,
    }
    return Kpis(**{**given, **figures})


def by_period(settled: Filters) -> pa.Table:
    assert settled.start is not None
    assert settled.end is not None
    assert settled.as_of is not None
    grain = settled.grain
    first = period_start(settled.start, grain)
    rows = []
    for position in itertools.count():
        start = period_shift(first, grain, position)
        if start > settled.end:
            break
        over = period_is_over(start, grain, settled.as_of)
        money = Decimal(600_000 + 10_000 * position)
        rows.append(
            {
                "period": start,
                "over": over,
                "whole": over and start >= settled.start,
                "active_customers": 900 + position,
                "new_customers": max(900 - 40 * position, 20),
                "orders": 1_500 + position,
                "revenue": money,
                "gross": money + 30_000,
                "returned": Decimal(-30_000),
                "revenue_new": money / 5,
                "revenue_returning": money * 3 / 5,
                "revenue_anonymous": money / 5,
                "revenue_previous_year": None if position < _a_year(grain) else money - 120_000,
                "aov": Decimal(500 + position),
            }
        )
    return pa.Table.from_pylist(rows)


def check(**changes: Any) -> Check:
    """The golden waterfall of Online Retail II."""
    kept = {
        "lines": 1_038_480, "amount": Decimal("19320543.44"), "gross": Decimal("20491700.99"),
        "returns": Decimal("-1171157.55"), "orders": 39_988, "customers": 5_869,
    }  # fmt: skip
    known = {
        "lines": 809_360, "amount": Decimal("16348299.80"), "gross": Decimal("17426605.61"),
        "returns": Decimal("-1078305.81"), "orders": 36_894, "customers": 5_869,
    }  # fmt: skip
    given: dict[str, Any] = {
        "rows": {"lines": 1_067_371, "amount": Decimal("19287250.57")},
        "made": (),
        "raw": {
            "lines": 1_067_371, "amount": Decimal("19287250.57"), "orders": 53_628,
            "products": 5_305, "countries": 43, "customers": 5_942,
        },
        "excluded": (
            ("repeated_order", 22_523, Decimal("377488.45")),
            ("test", 17, Decimal("203.50")),
            ("not_a_sale", 330, Decimal("-410984.82")),
            ("price_not_positive", 6_021, Decimal("0.00")),
        ),
        "kept": kept,
        "with_customer": known,
        "no_customer": {"lines": 229_120, "amount": Decimal("2972243.64")},
        "warnings": (),
    }  # fmt: skip
    return Check(**{**given, **changes})


def _a_year(grain: Grain) -> int:
    return {Grain.WEEK: 52, Grain.MONTH: 12, Grain.QUARTER: 4, Grain.YEAR: 1}[grain]
