"""The questions of the Cohorts screen (D16-D23)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from habitue.core import periods
from habitue.core.cohorts import cells as table
from habitue.core.cohorts import empirical, placing, profile, waiting
from habitue.core.money import discount_factors
from habitue.schema import (
    DEFAULT_MARGIN_RATE,
    NORTH_STAR_DAYS,
    Ages,
    Breakdown,
    Filters,
    Grain,
    Retention,
    word,
)
from habitue.workspace.desk import Desk, Held

MONTHS: Final = {Grain.WEEK: 12 / 52.1775, Grain.MONTH: 1.0, Grain.QUARTER: 3.0, Grain.YEAR: 12.0}
"""Length of a period in months, for discounting."""
_FLOATS: Final = ("basket", "revenue", "margin")
_COUNTS: Final = ("customers", "active", "orders", "buyers", "cohorts", "cohort", "age")


class _Ask(NamedTuple):
    """A cohort question: the filters, and how cohorts are read."""

    filters: Filters
    retention: Retention
    ages: Ages
    breakdown: Breakdown | None


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


class CohortQuestions(Desk):
    """Who came back, when, and what they brought."""

    def cohorts(
        self,
        filters: Filters | None = None,
        *,
        retention: str | Retention = Retention.ON,
        ages: str | Ages = Ages.CALENDAR,
        breakdown: str | Breakdown | None = None,
        **asked: Any,
    ) -> pa.Table:
        """Measure every cohort at every age that has begun (D16, D17, D20).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            retention: `on` the age, `on_or_after` it, or a second order `by` it.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            breakdown: Attribute of the first order that splits the cohorts.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per group, cohort (its first day) and age: `group`, `cohort`, `age`,
            `customers`, `active`, `rate`, `rate_low`, `rate_high`, `revenue`, `orders`,
            `observed`, `truncated`, `basket`, `margin`, `buyers`. Rates of what is not observed
            are null; ages that have not begun are absent.

        Raises:
            RequestError: The filters or the words ask for what cannot be.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked)
        return self._remembered(("cohorts", *ask), lambda: self._cells(ask))

    def pooled(
        self,
        filters: Filters | None = None,
        *,
        retention: str | Retention = Retention.ON,
        ages: str | Ages = Ages.CALENDAR,
        breakdown: str | Breakdown | None = None,
        **asked: Any,
    ) -> pa.Table:
        """Pool the observed cells of each age (D18): the average row, and M+3 at age 3.

        The left-truncated first cohort is left out unless `keep_truncated` is asked (D19).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            retention: `on` the age, `on_or_after` it, or a second order `by` it.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            breakdown: Attribute of the first order that splits the cohorts.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per group and observed age: `group`, `age`, `cohorts`, `customers`,
            `active`, `rate`, `rate_low`, `rate_high`, `revenue_per_customer`,
            `cumulative_revenue_per_customer`, and the same for margin, `orders`,
            `orders_per_customer`, `revenue_per_buyer`, `aov`.

        Raises:
            RequestError: The filters or the words ask for what cannot be.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked)
        return self._remembered(("pooled", *ask), lambda: self._pooled(ask))

    def cohort_profiles(
        self,
        filters: Filters | None = None,
        *,
        breakdown: str | Breakdown | None = None,
        **asked: Any,
    ) -> pa.Table:
        """Sum up each cohort: size, first basket, repeat rate, value, 90-day revenue.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            breakdown: Attribute of the first order that splits the cohorts.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per group and cohort: `group`, `cohort`, `customers`, `first_order_value`,
            `repeat_rate`, `value`, `early_value` (null until all are seen 90 days).
        """
        ask = self._cohort_ask(filters, Retention.ON, Ages.CALENDAR, breakdown, asked)
        return self._remembered(("profiles", *ask), lambda: self._profiles(ask))

    def spread_by_age(
        self, filters: Filters | None = None, *, ages: str | Ages = Ages.CALENDAR, **asked: Any
    ) -> tuple[pa.Table, pa.Table]:
        """Describe how revenue per active customer is spread at each age (D22).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            Quantiles (`age`, `customers`, `p10`, `p25`, `p50`, `p75`, `p90`, `mean`), and counts
            by size (`age`, `bin`, `customers`), eight bins to a factor of ten.
        """
        ask = self._cohort_ask(filters, Retention.ON, ages, None, asked)
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
        annual_rate: float = 0.0,
        cohort: dt.date | None = None,
        seed: int = 0,
        **asked: Any,
    ) -> empirical.EmpiricalClv:
        """Add up value per acquired customer over cohort ages, with its interval (D21).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            margin: Whether value is margin rather than revenue.
            annual_rate: Discount rate per year; 0.1 means 10 %.
            cohort: First day of the one cohort to look at; None pools them.
            seed: Of the bootstrap.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        ask = self._cohort_ask(filters, Retention.ON, ages, None, asked)
        return self._remembered(
            ("empirical", *ask, margin, annual_rate, cohort, seed),
            lambda: self._empirical(ask, margin, annual_rate, cohort, seed),
        )

    def cell_customers(
        self,
        filters: Filters | None = None,
        *,
        cohort: dt.date,
        age: int,
        ages: str | Ages = Ages.CALENDAR,
        **asked: Any,
    ) -> pa.Table:
        """List the customers of a cohort that ordered at an age.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            cohort: First day of the cohort.
            age: The age.
            ages: How ages are counted.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer: `customer_id`, `orders`, `revenue`, largest revenue first.
        """
        ask = self._cohort_ask(filters, Retention.ON, ages, None, asked)
        _, placed = self._placed(ask)
        number = periods.index_of(cohort, ask.filters.grain)
        return self._engine.run(profile.customers_in(placed, cohort=number, age=age))

    def margin_rate(self, filters: Filters) -> float | None:
        """Margin rate that applies: the reader's, else none where costs are known, else 30 %."""
        if filters.margin_rate is not None:
            return float(filters.margin_rate)
        return None if self._shop.has_cost else float(DEFAULT_MARGIN_RATE)

    def _cohort_ask(
        self,
        filters: Filters | None,
        retention: str | Retention,
        ages: str | Ages,
        breakdown: str | Breakdown | None,
        asked: dict[str, Any],
    ) -> _Ask:
        return _Ask(
            self.settle(filters or Filters.of(**asked)),
            word("retention", retention, Retention),
            word("ages", ages, Ages),
            None if breakdown is None else word("breakdown", breakdown, Breakdown),
        )

    def _placed(self, ask: _Ask) -> tuple[Held, placing.Placed]:
        filters = ask.filters
        assert filters.as_of is not None
        held = self._look(filters)
        groups = (
            placing.groups_of(
                self._facts, held.view, filters, as_of=filters.as_of, breakdown=ask.breakdown
            )
            if ask.breakdown
            else None
        )
        return held, placing.place(
            held.view, as_of=filters.as_of, grain=filters.grain, ages=ask.ages, groups=groups
        )

    def _question(self, name: str, ask: _Ask) -> tuple[Any, ...]:
        """Everything that a compiled cohort question depends on, but for the view's tables."""
        filters = ask.filters
        return (
            name, filters.as_of, filters.grain, filters.keep_truncated, filters.wholesale_factor,
            self.margin_rate(filters), ask.retention, ask.ages, ask.breakdown,
        )  # fmt: skip

    def _cells_of(self, ask: _Ask, placed: placing.Placed) -> Any:
        return table.cells(
            placed,
            grain=ask.filters.grain,
            first_day=self._shop.first_day,
            retention=ask.retention,
            margin_rate=self.margin_rate(ask.filters),
        )

    def _cells(self, ask: _Ask) -> pa.Table:
        held = self._look(ask.filters)
        found = self._engine.ask(
            held.prefix,
            self._question("cells", ask),
            lambda: self._cells_of(ask, self._placed(ask)[1]),
        )
        dated = _dated(_plain(found), ask.filters.grain)
        columns = [
            "group", "cohort", "age", "customers", "active", "rate", "rate_low", "rate_high",
            "revenue", "orders", "observed", "truncated", "basket", "margin", "buyers",
        ]  # fmt: skip
        return dated.select(columns).sort_by(
            [("group", "ascending"), ("cohort", "ascending"), ("age", "ascending")]
        )

    def _pooled(self, ask: _Ask) -> pa.Table:
        held = self._look(ask.filters)
        found = self._engine.ask(
            held.prefix,
            self._question("pooled", ask),
            lambda: table.pooled(
                self._cells_of(ask, self._placed(ask)[1]),
                keep_truncated=ask.filters.keep_truncated,
            ),
        )
        return _plain(found).sort_by([("group", "ascending"), ("age", "ascending")])

    def _profiles(self, ask: _Ask) -> pa.Table:
        held = self._look(ask.filters)
        as_of = ask.filters.as_of
        assert as_of is not None
        found = self._engine.ask(
            held.prefix,
            self._question("profiles", ask),
            lambda: profile.profiles(
                self._placed(ask)[1], held.values, as_of=as_of, days=NORTH_STAR_DAYS
            ),
        )
        return _dated(_plain(found), ask.filters.grain).sort_by(
            [("group", "ascending"), ("cohort", "ascending")]
        )

    def _leave_out(self, filters: Filters) -> int | None:
        if filters.keep_truncated:
            return None
        return periods.index_of(self._shop.first_day, filters.grain)

    def _spread(self, ask: _Ask) -> tuple[pa.Table, pa.Table]:
        held, out = self._look(ask.filters), self._leave_out(ask.filters)
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
            _plain(quantiles).sort_by("age"),
            _plain(counts).sort_by([("age", "ascending"), ("bin", "ascending")]),
        )

    def _waits(self, ask: _Ask, after: int) -> pa.Table:
        held, out = self._look(ask.filters), self._leave_out(ask.filters)
        as_of = ask.filters.as_of
        assert as_of is not None
        return self._engine.ask(
            held.prefix,
            (*self._question("waits", ask), after),
            lambda: waiting.waits(self._placed(ask)[1], as_of=as_of, after=after, leave_out=out),
        )

    def _second_order(self, ask: _Ask, steps: int, within_days: int) -> SecondOrder:
        plain = ask._replace(breakdown=None)
        rows = []
        for order in range(1, steps + 1):
            curve = _curves(self._waits(plain, order)).get("all")
            if curve is None or not curve.n:
                break
            rate, low, high = curve.at(within_days) or (None, None, None)
            rows.append(
                {
                    "order": order, "customers": curve.n, "rate": rate, "low": low, "high": high,
                    "median_days": curve.quantile(0.5),
                }
            )  # fmt: skip
        return SecondOrder(
            curves=_curves(self._waits(ask, 1)),
            steps=pa.Table.from_pylist(rows, schema=_STEPS),
            within_days=within_days,
        )

    def _empirical(
        self, ask: _Ask, margin: bool, annual_rate: float, cohort: dt.date | None, seed: int
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
        if cohort is not None:
            lived[numbers != periods.index_of(cohort, ask.filters.grain)] = 0
        elif (out := self._leave_out(ask.filters)) is not None:
            lived[numbers == out] = 0
        place = _numpy(pa.compute.index_in(sums["customer_id"], ids)).astype(np.int64)
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
            seed=seed,
        )


_STEPS: Final = pa.schema(
    [
        ("order", pa.int64()), ("customers", pa.int64()), ("rate", pa.float64()),
        ("low", pa.float64()), ("high", pa.float64()), ("median_days", pa.int64()),
    ]
)  # fmt: skip


def _curves(waits: pa.Table) -> dict[str, waiting.Survival]:
    """One Kaplan-Meier curve per group; the rest, unnamed, is left out."""
    curves = {}
    for group in waits["group"].unique().drop_null().to_pylist():
        mine = waits.filter(pa.compute.equal(waits["group"], group)).sort_by("days")
        curves[group] = waiting.kaplan_meier(
            *(_numpy(mine[name]).astype(np.int64) for name in ("days", "came", "censored"))
        )
    return curves


def _numpy(column: pa.ChunkedArray) -> Any:
    return column.to_numpy()


def _plain(found: pa.Table) -> pa.Table:
    """Give counts as integers and measures as floats, whatever the engine's sums came as."""
    for place, name in enumerate(found.column_names):
        wanted = pa.int64() if name in _COUNTS else pa.float64() if name in _FLOATS else None
        if wanted is not None and found.schema.field(name).type != wanted:
            found = found.set_column(place, name, found[name].cast(wanted, safe=False))
    return found


def _dated(found: pa.Table, grain: Grain) -> pa.Table:
    """Turn cohort numbers into first days."""
    days = [periods.start_of(number, grain) for number in found["cohort"].to_pylist()]
    place = found.column_names.index("cohort")
    return found.set_column(place, "cohort", pa.array(days, pa.date32()))
