"""How cohorts spend and wait: spread by age, time to the next order, empirical CLV (D21-D23)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.core import periods
from habitue.core.cohorts import empirical, profile, waiting
from habitue.core.money import discount_factors
from habitue.schema import (
    NORTH_STAR_DAYS,
    Ages,
    Breakdown,
    Filters,
    Grain,
    Refunds,
    Retention,
    values,
)
from habitue.workspace.cohort_desk import CohortAsk, CohortDesk, tidy

MONTHS: Final = {Grain.WEEK: 12 / 52.1775, Grain.MONTH: 1.0, Grain.QUARTER: 3.0, Grain.YEAR: 12.0}
"""Length of a period in months, for discounting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOrder:
    """How long customers wait for the next order (D23).

    Attributes:
        curves: Group to Kaplan-Meier curve of the wait; one group `all` without a breakdown.
        steps: One row per order number: `order` (1 for 1 to 2), `customers` at risk, `rate`
            come back within `within_days`, `low`, `high`, `median_days` (null if never half).
        within_days: The window of `steps`.
    """

    curves: dict[str, waiting.Survival]
    steps: pa.Table
    within_days: int


class CohortValueQuestions(CohortDesk):
    """What cohorts brought, and how long they wait."""

    def spread_by_age(
        self,
        filters: Filters | None = None,
        *,
        ages: str | Ages = Ages.CALENDAR,
        refunds: str | Refunds = Refunds.WHEN_MADE,
        **asked: Any,
    ) -> tuple[pa.Table, pa.Table]:
        """Describe how revenue per active customer is spread at each age (D22).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            refunds: At which age refunds count.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            Quantiles (`age`, `customers`, `p10`, `p25`, `p50`, `p75`, `p90`, `mean`), and counts
            by size (`age`, `bin`, `customers`), eight bins to a factor of ten.
        """
        ask = self._cohort_ask(filters, Retention.ON, ages, None, asked, refunds=refunds)
        return self._remembered(("spread", *ask), lambda: self._spread(ask))

    def second_order(
        self,
        filters: Filters | None = None,
        *,
        breakdown: str | Breakdown | None = None,
        steps: int = 6,
        within_days: int = NORTH_STAR_DAYS,
        **asked: Any,
    ) -> SecondOrder:
        """Estimate how long customers wait for the next order, open waits counted in (D23).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            breakdown: Attribute of the first order that splits the curve to the second order.
            steps: How many order numbers to follow, from 1 to 2 on.
            within_days: Window of the repurchase rate by order number.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        ask = self._cohort_ask(filters, Retention.ON, Ages.CALENDAR, breakdown, asked)
        return self._remembered(
            ("second_order", *ask, steps, within_days),
            lambda: self._second_order(ask, steps, within_days),
        )

    def empirical_clv(
        self,
        filters: Filters | None = None,
        *,
        ages: str | Ages = Ages.CALENDAR,
        margin: bool = False,
        annual_rate: float | str = 0.0,
        cohort: dt.date | str | None = None,
        seed: int = 0,
        refunds: str | Refunds = Refunds.WHEN_MADE,
        **asked: Any,
    ) -> empirical.EmpiricalClv:
        """Add up value per acquired customer over cohort ages, with its interval (D21).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            margin: Whether value is margin rather than revenue.
            annual_rate: Discount rate per year; 0.1 means 10 %.
            cohort: First day of the one cohort to look at, as a date or as 2011-01-01; None pools
                them.
            seed: Of the bootstrap.
            refunds: At which age refunds count.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The cohort is no date, the rate no number.
        """
        ask = self._cohort_ask(filters, Retention.ON, ages, None, asked, refunds=refunds)
        born = None if cohort is None else values.day("cohort", cohort)
        rate = float(values.share("annual_rate", annual_rate))
        return self._remembered(
            ("empirical", *ask, margin, rate, born, seed),
            lambda: self._empirical(ask, margin, rate, born, seed),
        )

    def _spread(self, ask: CohortAsk) -> tuple[pa.Table, pa.Table]:
        held, out = self._ready(ask), self._leave_out(ask.filters)
        quantiles = self._engine.ask(
            held.prefix,
            self._question("quantiles", ask),
            lambda: profile.spread_by_age(self._placed(ask)[1], leave_out=out),
        )
        counts = self._engine.ask(
            held.prefix,
            self._question("density", ask),
            lambda: profile.density_by_age(self._placed(ask)[1], leave_out=out),
        )
        return (
            tidy(quantiles).sort_by("age"),
            tidy(counts).sort_by([("age", "ascending"), ("bin", "ascending")]),
        )

    def _second_order(self, ask: CohortAsk, steps: int, within_days: int) -> SecondOrder:
        held, out = self._ready(ask), self._leave_out(ask.filters)
        as_of = ask.filters.as_of
        assert as_of is not None
        found = tidy(
            self._engine.ask(
                held.prefix,
                (*self._question("waits", ask), steps),
                lambda: waiting.waits(
                    self._placed(ask)[1], as_of=as_of, steps=steps, leave_out=out
                ),
            )
        )
        # The rest, whose groups are too small to be named, has no curve; it counts in the steps.
        first = found.filter(pc.equal(found["number"], 1))
        groups = pc.unique(first["group"]).drop_null().sort().to_pylist()
        rows = []
        for order in range(1, steps + 1):
            curve = _curve(found.filter(pc.equal(found["number"], order)))
            if not curve.n:
                break
            rate, low, high = curve.at(within_days) or (None, None, None)
            rows.append(
                {
                    "order": order, "customers": curve.n, "rate": rate, "low": low, "high": high,
                    "median_days": curve.quantile(0.5),
                }
            )  # fmt: skip
        return SecondOrder(
            curves={
                group: _curve(first.filter(pc.equal(first["group"], group))) for group in groups
            },
            steps=pa.Table.from_pylist(rows, schema=_STEPS),
            within_days=within_days,
        )

    def _empirical(
        self, ask: CohortAsk, margin: bool, annual_rate: float, cohort: dt.date | None, seed: int
    ) -> empirical.EmpiricalClv:
        held, placed = self._placed(ask)
        rate = self.margin_rate(ask.filters) if margin else 1.0
        question = self._question("amounts", ask)
        people = self._engine.ask(
            held.prefix, (*question, "people"), lambda: profile.observed_people(placed)
        )
        sums = self._engine.ask(
            held.prefix,
            (*question, rate),
            lambda: profile.amounts_by_age(placed, margin_rate=rate),
        )
        people = people.sort_by("customer_id")
        ids = people["customer_id"]
        numbers = _numpy(people["cohort"]).astype(np.int64)
        lived = np.maximum(_numpy(people["last_observed"]).astype(np.int64) + 1, 0)
        one = None if cohort is None else periods.index_of(cohort, ask.filters.grain)
        out = self._leave_out(ask.filters)
        if out is not None and out != one:
            lived[numbers == out] = 0
        place = _numpy(pc.index_in(sums["customer_id"], ids)).astype(np.int64)
        length = MONTHS[ask.filters.grain]
        horizon = int(lived.max(initial=0))
        monthly = discount_factors(annual_rate=annual_rate, horizon_months=1)[0]
        # An age is discounted to its middle: what it brings comes all along it.
        factors = monthly ** (length * (np.arange(horizon) + 0.5))
        return empirical.empirical_clv(
            place,
            _numpy(sums["age"]).astype(np.int64),
            _numpy(sums["amount"]).astype(np.float64),
            lived,
            numbers,
            discount=factors,
            one=one,
            seed=seed,
        )


_STEPS: Final = pa.schema(
    [
        ("order", pa.int64()), ("customers", pa.int64()), ("rate", pa.float64()),
        ("low", pa.float64()), ("high", pa.float64()), ("median_days", pa.int64()),
    ]
)  # fmt: skip


def _curve(waits: pa.Table) -> waiting.Survival:
    """Kaplan-Meier curve of counted waits, whatever their group."""
    sums = waits.group_by("days").aggregate([("came", "sum"), ("censored", "sum")]).sort_by("days")
    return waiting.kaplan_meier(
        *(_numpy(sums[name]).astype(np.int64) for name in ("days", "came_sum", "censored_sum"))
    )


def _numpy(column: pa.ChunkedArray) -> Any:
    return column.to_numpy()
