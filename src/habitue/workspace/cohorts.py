"""The questions of the cohort table (D16-D20)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from habitue.core import periods
from habitue.core.cohorts import cells as table
from habitue.core.cohorts import facts, measures, profile
from habitue.errors import RequestError
from habitue.results import CohortTable
from habitue.schema import (
    NORTH_STAR_DAYS,
    Ages,
    Breakdown,
    CohortReading,
    Filters,
    Measure,
    Retention,
)
from habitue.workspace.cohort_desk import CohortAsk, CohortDesk, dated, tidy

_BY_COHORT: Final = [("group", "ascending"), ("cohort", "ascending")]
_COLUMNS: Final = [
    "group", "cohort", "age", "customers", "active", "rate", "rate_low", "rate_high",
    "revenue", "orders", "observed", "truncated", "basket", "margin", "buyers",
]  # fmt: skip


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
            `cumulative_revenue_per_customer`, `orders`, `orders_per_customer`,
            `revenue_per_buyer`, `aov`, `margin_per_customer`,
            `cumulative_margin_per_customer`.

        Raises:
            RequestError: The filters or the words ask for what cannot be.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked)
        return self._remembered(
            ("pooled", *ask),
            lambda: measures.pooled(
                self.cohorts(ask.filters, **ask.how), keep_truncated=ask.filters.keep_truncated
            ),
        )

    def cohort_table(
        self,
        filters: Filters | None = None,
        reading: CohortReading | None = None,
        *,
        cac: float | None = None,
        **asked: Any,
    ) -> CohortTable:
        """Give one measure for every cell, its pooled row, and what stands beside each cohort.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            reading: What to show, and how; or give the attributes of `CohortReading` as words.
            cac: What acquiring a customer cost, in the shop's money.
            asked: Attributes of `Filters` or `CohortReading`.

        Raises:
            RequestError: The filters or the words ask for what cannot be; the cost is not a
                number above zero.
        """
        words = {name: asked.pop(name) for name in CohortReading.__slots__ if name in asked}
        shown = reading or CohortReading.of(**words)
        if cac is not None and not 0 < cac < float("inf"):
            raise RequestError("cac_not_positive", value=cac)
        settled = self.settle(filters or Filters.of(**asked))
        return self._remembered(
            ("table", settled, shown, cac), lambda: self._table(settled, shown, cac)
        )

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

    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Say which attributes of the first order the data holds, with at least two values."""
        return self._remembered("breakdowns", self._breakdowns)

    def cell_customers(
        self,
        filters: Filters | None = None,
        *,
        cohort: dt.date,
        age: int,
        group: str | None = "all",
        retention: str | Retention = Retention.ON,
        ages: str | Ages = Ages.CALENDAR,
        breakdown: str | Breakdown | None = None,
        **asked: Any,
    ) -> pa.Table:
        """List the customers behind a cell: who came back, and whoever moved money at that age.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            cohort: First day of the cohort.
            age: The age.
            group: Group of the breakdown.
            retention: What coming back means.
            ages: How ages are counted.
            breakdown: Attribute of the first order that splits the cohorts.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer: `customer_id`, `active` (counted in the cell's retention),
            `orders` and `revenue` at that age, largest revenue first. They add up to the cell.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked)
        number = periods.index_of(cohort, ask.filters.grain)
        held = self._look(ask.filters)
        found = self._engine.ask(
            held.prefix,
            (*self._question("customers", ask), number, age, group, ask.retention),
            lambda: profile.customers_in(
                self._placed(ask)[1], group=group, cohort=number, age=age, retention=ask.retention
            ),
        )
        return tidy(found).sort_by([("revenue", "descending"), ("customer_id", "ascending")])

    def _breakdowns(self) -> tuple[Breakdown, ...]:
        names = [one for one in Breakdown if one in self._facts.customers.columns]
        (counts,) = self._engine.run(
            self._facts.customers.agg(
                **{name.value: self._facts.customers[name.value].nunique() for name in names}
            )
        ).to_pylist()
        # Every shop has baskets, and customers of either type.
        return tuple(one for one in Breakdown if counts.get(one, 2) > 1)

    def _cells(self, ask: CohortAsk) -> pa.Table:
        held, filters = self._look(ask.filters), ask.filters
        # What coming back means and what margin is are read off the same rows.
        counted = self._remembered(
            ("cells", filters.but(margin_rate=None, keep_truncated=False), ask.ages, ask.breakdown),
            lambda: tidy(
                self._engine.ask(
                    held.prefix,
                    self._question("cells", ask),
                    lambda: table.cells(
                        self._placed(ask)[1], grain=filters.grain, first_day=self._shop.first_day
                    ),
                )
            ),
        )
        read = measures.read(
            counted, retention=ask.retention, margin_rate=self.margin_rate(filters)
        )
        return dated(read, filters.grain).select(_COLUMNS)

    def _table(self, filters: Filters, shown: CohortReading, cac: float | None) -> CohortTable:
        how: dict[str, Any] = {
            "retention": shown.retention,
            "ages": shown.ages,
            "breakdown": shown.breakdown,
        }
        ways: dict[str, Any] = {
            "measure": shown.measure,
            "per": shown.per,
            "cumulative": shown.cumulative and shown.adds_up,
        }
        found = self.cohorts(filters, **how)
        cells = measures.valued(found, **ways)
        average = measures.pooled_value(found, keep_truncated=filters.keep_truncated, **ways)
        profiles = self.cohort_profiles(filters, breakdown=shown.breakdown)
        pool = self.pooled(filters, **how)
        groups = pc.unique(cells["group"]).to_pylist()
        return CohortTable(
            filters=filters,
            reading=shown,
            cells=cells,
            average=average,
            profiles=profiles if cac is None else _paid_back(profiles, found, cac),
            payback={} if cac is None else {
                group: facts.payback(
                    mine["age"].to_pylist(),
                    mine["cumulative_margin_per_customer"].to_pylist(),
                    cac,
                )
                for group in groups
                for mine in [of_group(pool, group)]
            },
            facts={
                group: facts.facts_at(
                    of_group(cells, group),
                    of_group(average, group),
                    keep_truncated=filters.keep_truncated,
                )
                for group in groups
            },
        )  # fmt: skip

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
        return dated(tidy(found), ask.filters.grain).sort_by(_BY_COHORT)


def of_group(rows: pa.Table, group: str | None) -> pa.Table:
    """Keep the rows of one group; None is the rest, whose groups are too small to be shown."""
    mine = pc.is_null(rows["group"]) if group is None else pc.equal(rows["group"], group)
    return rows.filter(mine)


def _paid_back(profiles: pa.Table, cells: pa.Table, cac: float) -> pa.Table:
    """Say at which observed age each cohort has earned back what it cost."""
    earned = measures.valued(cells, measure=Measure.MARGIN, cumulative=True)
    seen = earned.filter(earned["observed"])
    by_cohort: dict[tuple[str | None, dt.date], list[dict[str, Any]]] = {}
    for row in seen.select(["group", "cohort", "age", "customers", "value"]).to_pylist():
        by_cohort.setdefault((row["group"], row["cohort"]), []).append(row)
    ages = [
        facts.payback(
            [row["age"] for row in rows], [row["value"] / row["customers"] for row in rows], cac
        )
        for one in zip(profiles["group"].to_pylist(), profiles["cohort"].to_pylist(), strict=True)
        for rows in [by_cohort.get(one, [])]
    ]
    return profiles.append_column(
        "cac", pa.array([cac] * profiles.num_rows, pa.float64())
    ).append_column("payback", pa.array(ages, pa.int64()))
