"""The questions of the cohort table (D16-D20)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pyarrow as pa

from habitue.core import periods
from habitue.core.cohorts import cells as table
from habitue.core.cohorts import measures, profile
from habitue.schema import (
    NORTH_STAR_DAYS,
    Ages,
    Breakdown,
    Filters,
    Measure,
    Per,
    Retention,
    word,
)
from habitue.workspace.cohort_desk import CohortAsk, CohortDesk, dated, tidy

_IN_ORDER: Final = [("group", "ascending"), ("cohort", "ascending"), ("age", "ascending")]


class CohortQuestions(CohortDesk):
    """Who came back, and when."""

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

    def cohort_table(
        self,
        filters: Filters | None = None,
        *,
        measure: str | Measure = Measure.RETENTION,
        per: str | Per = Per.COHORT,
        cumulative: bool = False,
        retention: str | Retention = Retention.ON,
        ages: str | Ages = Ages.CALENDAR,
        breakdown: str | Breakdown | None = None,
        **asked: Any,
    ) -> tuple[pa.Table, pa.Table]:
        """Give one measure for every cell, and its pooled row.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            measure: What to show.
            per: The whole cohort, each of its customers, or each buyer of the age.
            cumulative: Whether ages add up.
            retention: What coming back means.
            ages: How ages are counted.
            breakdown: Attribute of the first order that splits the cohorts.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            The columns of `cohorts` and `value`; then `group`, `age`, `cohorts`, `customers`,
            `value` of the pooled row.

        Raises:
            RequestError: The filters or the words ask for what cannot be.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked)
        shown = word("measure", measure, Measure), word("per", per, Per), cumulative
        return self._remembered(("table", *ask, *shown), lambda: self._table(ask, *shown))

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

    def _cells(self, ask: CohortAsk) -> pa.Table:
        held = self._look(ask.filters)
        found = self._engine.ask(
            held.prefix,
            self._question("cells", ask),
            lambda: self._cells_of(ask, self._placed(ask)[1]),
        )
        laid = dated(tidy(found), ask.filters.grain)
        columns = [
            "group", "cohort", "age", "customers", "active", "rate", "rate_low", "rate_high",
            "revenue", "orders", "observed", "truncated", "basket", "margin", "buyers",
        ]  # fmt: skip
        return laid.select(columns).sort_by(_IN_ORDER)

    def _table(
        self, ask: CohortAsk, measure: Measure, per: Per, cumulative: bool
    ) -> tuple[pa.Table, pa.Table]:
        held, filters = self._look(ask.filters), ask.filters
        found = self._engine.ask(
            held.prefix,
            (*self._question("valued", ask), measure, per, cumulative),
            lambda: measures.valued(
                self._cells_of(ask, self._placed(ask)[1]),
                measure=measure,
                per=per,
                cumulative=cumulative,
            ),
        )
        average = self._engine.ask(
            held.prefix,
            (*self._question("pooled_value", ask), measure, per, cumulative),
            lambda: measures.pooled_value(
                self._cells_of(ask, self._placed(ask)[1]),
                measure=measure,
                per=per,
                cumulative=cumulative,
                keep_truncated=filters.keep_truncated,
            ),
        )
        return (
            dated(tidy(found), filters.grain).sort_by(_IN_ORDER),
            tidy(average).sort_by([("group", "ascending"), ("age", "ascending")]),
        )

    def _pooled(self, ask: CohortAsk) -> pa.Table:
        held = self._look(ask.filters)
        found = self._engine.ask(
            held.prefix,
            self._question("pooled", ask),
            lambda: table.pooled(
                self._cells_of(ask, self._placed(ask)[1]),
                keep_truncated=ask.filters.keep_truncated,
            ),
        )
        return tidy(found).sort_by([("group", "ascending"), ("age", "ascending")])

    def _profiles(self, ask: CohortAsk) -> pa.Table:
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
        return dated(tidy(found), ask.filters.grain).sort_by(
            [("group", "ascending"), ("cohort", "ascending")]
        )
