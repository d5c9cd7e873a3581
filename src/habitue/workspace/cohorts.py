"""The questions of the cohort table (D16-D20)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from habitue.core import periods
from habitue.core.cohorts import cells as table
from habitue.core.cohorts import facts, measures, profile
from habitue.core.cohorts.contribution import contributed
from habitue.core.cohorts.costs import Acquisition, Sizes
from habitue.core.cohorts.event import SIDES, sides
from habitue.errors import RequestError
from habitue.results import CohortTable, PaidBack
from habitue.schema import (
    NORTH_STAR_DAYS,
    Ages,
    Breakdown,
    CohortReading,
    Filters,
    Measure,
    Refunds,
    Retention,
)
from habitue.schema.values import day
from habitue.workspace.cohort_costs import Costs, sizes_of, whole, with_costs
from habitue.workspace.cohort_desk import CohortAsk, CohortDesk, dated, tidy

_BY_COHORT: Final = [("group", "ascending"), ("cohort", "ascending")]
_COLUMNS: Final = [
    "group", "cohort", "age", "customers", "active", "rate", "rate_low", "rate_high",
    "revenue", "orders", "observed", "truncated", "basket", "margin", "buyers",
]  # fmt: skip
Costly = float | Decimal | str | Path | Acquisition
"""What a cost of acquisition may be given as."""
_COSTS: Final = pa.schema(
    [
        ("month", pa.string()), ("channel", pa.string()), ("spend", pa.float64()),
        ("overhead", pa.float64()), ("customers", pa.int64()),
    ]
)  # fmt: skip


class CohortQuestions(CohortDesk):
    """Who came back, and when."""

    def cohorts(
        self,
        filters: Filters | None = None,
        *,
        retention: str | Retention = Retention.ON,
        ages: str | Ages = Ages.CALENDAR,
        breakdown: str | Breakdown | None = None,
        refunds: str | Refunds = Refunds.WHEN_MADE,
        **asked: Any,
    ) -> pa.Table:
        """Measure every cohort at every age that has begun (D16, D17, D20).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            retention: `on` the age, `on_or_after` it, or a second order `by` it.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            breakdown: Attribute of the first order that splits the cohorts.
            refunds: A refund counts `when_made`, or `at_order`: at the age of the order it
                cancels; one that matches no order stays where it was made.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per group, cohort (its first day) and age: `group`, `cohort`, `age`,
            `customers`, `active`, `rate`, `rate_low`, `rate_high`, `revenue`, `orders`,
            `observed`, `truncated`, `basket`, `margin`, `buyers`. Rates of what is not observed
            are null; ages that have not begun are absent.

        Raises:
            RequestError: The filters or the words ask for what cannot be.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked, refunds=refunds)
        return self._remembered(("cohorts", *ask), lambda: self._cells(ask))

    def pooled(
        self,
        filters: Filters | None = None,
        *,
        retention: str | Retention = Retention.ON,
        ages: str | Ages = Ages.CALENDAR,
        breakdown: str | Breakdown | None = None,
        refunds: str | Refunds = Refunds.WHEN_MADE,
        **asked: Any,
    ) -> pa.Table:
        """Pool the observed cells of each age (D18): the average row, and M+3 at age 3.

        The left-truncated first cohort is left out unless `keep_truncated` is asked (D19).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            retention: `on` the age, `on_or_after` it, or a second order `by` it.
            ages: `calendar` periods, or `elapsed` blocks of days from each first order.
            breakdown: Attribute of the first order that splits the cohorts.
            refunds: At which age refunds count.
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
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked, refunds=refunds)
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
        cac: Costly | None = None,
        **asked: Any,
    ) -> CohortTable:
        """Give one measure for every cell, its pooled row, and what stands beside each cohort.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            reading: What to show, and how; or give the attributes of `CohortReading` as words.
            cac: What acquiring a customer cost, in the shop's money: a number, or a file (see
                `Acquisition.parsed`) of what each month, and each channel, cost.
            asked: Attributes of `Filters` or `CohortReading`.

        Raises:
            RequestError: The filters or the words ask for what cannot be; the event is before the
                first cohort or after the day of the picture; the cost is not a number above
                zero, or its file cannot be read.
        """
        words = {name: asked.pop(name) for name in CohortReading.__slots__ if name in asked}
        shown = reading or CohortReading.of(**words)
        costs = None if cac is None else Acquisition.of(cac)
        settled = self.settle(Filters.given(filters, asked))
        self._is_inside(shown.event, settled)
        return self._remembered(
            ("table", settled, shown, costs), lambda: self._table(settled, shown, costs)
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
        return self._profiles(ask)

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
        refunds: str | Refunds = Refunds.WHEN_MADE,
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
            refunds: At which age refunds count.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer: `customer_id`, `active` (counted in the cell's retention),
            `orders` and `revenue` at that age, largest revenue first. They add up to the cell.
        """
        ask = self._cohort_ask(filters, retention, ages, breakdown, asked, refunds=refunds)
        number = periods.index_of(day("cohort", cohort), ask.filters.grain)
        held = self._ready(ask)
        found = self._engine.ask(
            held.prefix,
            (*self._question("customers", ask), number, age, group, ask.retention),
            lambda: profile.customers_in(
                self._placed(ask)[1], group=group, cohort=number, age=age, retention=ask.retention
            ),
        )
        return tidy(found).sort_by([("revenue", "descending"), ("customer_id", "ascending")])

    def event_span(self, filters: Filters | None = None, **asked: Any) -> tuple[dt.date, dt.date]:
        """Give the first and the last day that an event may be on: first customer, and picture."""
        as_of = self.settle(Filters.given(filters, asked)).as_of
        assert as_of is not None
        return self._first_acquired(), as_of

    def _is_inside(self, event: dt.date | None, filters: Filters) -> None:
        """Refuse an event that has nothing on one side because the data hold nothing there."""
        first, as_of = self.event_span(filters)
        if event is not None and not first <= event <= as_of:
            raise RequestError("event_outside", event=event, first_day=first, as_of=as_of)

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
        filters = ask.filters
        assert filters.as_of is not None
        laid = table.cells(
            self._happened(ask), as_of=filters.as_of, grain=filters.grain, ages=ask.ages,
            first_day=self._first_acquired(),
        )  # fmt: skip
        read = measures.read(laid, retention=ask.retention, margin_rate=self.margin_rate(filters))
        return dated(read, filters.grain).select(_COLUMNS)

    def _happened(self, ask: CohortAsk) -> pa.Table:
        """Ask the engine once for all that the toggles need."""
        filters = ask.filters

        def answer() -> pa.Table:
            held = self._look(filters)
            steps, groups = self._steps(held, ask), self._groups(held, ask)
            found = self._engine.ask(
                held.prefix,
                ("counted", filters.grain, ask.ages, groups is None, ask.refunds),
                lambda: table.counted(steps, grain=filters.grain, ages=ask.ages, groups=groups),
                aside="" if groups is None else groups.get_name(),
            )
            return tidy(found)

        # What coming back means and what margin is are read off the same rows.
        same = filters.but(margin_rate=None, keep_truncated=False)
        return self._remembered(("counted", same, ask.ages, ask.breakdown, ask.refunds), answer)

    def new_by_month(self, filters: Filters | None = None, **asked: Any) -> pa.Table:
        """Count new customers by month, and by channel where the data has channels.

        It is what costs of acquisition are shared out over, hence all customers, whatever the
        filters narrow; and, with the two empty columns filled, a file of such costs.

        Returns:
            One row per month and channel: `month`, `channel`, `spend`, `overhead`, `customers`.
        """
        sizes = self._new_by_month(self.settle(Filters.given(filters, asked)))
        rows = [
            {"month": f"{month:%Y-%m}", "channel": channel or None, "customers": customers}
            for (month, channel), customers in sorted(sizes.items())
        ]
        return pa.Table.from_pylist(rows, schema=_COSTS)

    def _new_by_month(self, filters: Filters) -> Sizes:
        split = Breakdown.CHANNEL in self.breakdowns()
        found = self.cohort_profiles(whole(filters), breakdown=Breakdown.CHANNEL if split else None)
        return sizes_of(found, split=split)

    def _table(
        self, filters: Filters, shown: CohortReading, costs: Acquisition | None
    ) -> CohortTable:
        how: dict[str, Any] = {
            "retention": shown.retention,
            "ages": shown.ages,
            "breakdown": shown.breakdown,
            "refunds": shown.refunds,
        }
        ways: dict[str, Any] = {
            "measure": shown.measure,
            "per": shown.per,
            "cumulative": shown.cumulative and shown.adds_up,
            "rebased": shown.rebased,
        }
        found = self.cohorts(filters, **how)
        shared = None
        if costs is not None:
            shared = Costs(costs, self._new_by_month(filters), filters, shown)
        if shown.measure is Measure.CONTRIBUTION:
            found = contributed(
                found,
                order_cost=float(shown.order_cost or 0),
                fee_rate=float(shown.fee_rate or 0),
                cac=None if shared is None else shared.by_cell(found),
            )
        cells = measures.valued(found, **ways)
        average = measures.pooled_value(found, keep_truncated=filters.keep_truncated, **ways)
        profiles = self._profiles(self._cohort_ask(filters, **how, asked={}))
        groups = pc.unique(cells["group"]).to_pylist()
        paid: dict[str | None, PaidBack] = {}
        if shared is not None:
            profiles = shared.profiles(profiles, found)
            cells = shared.cells(cells, profiles)
            pool = self.pooled(filters, **how)
            old = found.filter(pc.field("truncated"))["cohort"].to_pylist()
            left_out = set() if filters.keep_truncated else set(old)
            paid = {
                group: shared.pooled(of_group(profiles, group), of_group(pool, group), left_out)
                for group in groups
            }
            average = with_costs(average, pool, paid)
        return CohortTable(
            filters=filters,
            reading=shown,
            cells=cells,
            average=average,
            profiles=profiles,
            payback=paid,
            facts={
                group: facts.facts_at(
                    of_group(cells, group),
                    of_group(average, group),
                    keep_truncated=filters.keep_truncated,
                )
                for group in groups
            },
            around=self._around(found, shown, filters, ways),
        )  # fmt: skip

    def _around(
        self, found: pa.Table, shown: CohortReading, filters: Filters, ways: dict[str, Any]
    ) -> pa.Table:
        """Pool the cohorts before the event, and those from it on."""
        where = sides(found["cohort"], shown.event, filters.grain)
        rows = [
            measures.pooled_value(
                found.filter(pc.equal(where, side)), keep_truncated=filters.keep_truncated, **ways
            )
            for side in SIDES
        ]
        named = [
            one.add_column(0, "side", pa.array([side] * one.num_rows, pa.string()))
            for side, one in zip(SIDES, rows, strict=True)
        ]
        return pa.concat_tables(named)

    def _profiles(self, ask: CohortAsk) -> pa.Table:
        as_of, grain = ask.filters.as_of, ask.filters.grain
        assert as_of is not None
        found = self._happened(ask)
        # Neither what is pooled, nor what margin is, nor how ages are counted has a part in it.
        same = ask.filters.but(margin_rate=None, keep_truncated=False)
        return self._remembered(
            ("profiles", same, ask.breakdown),
            lambda: dated(table.profiles(found, as_of=as_of, days=NORTH_STAR_DAYS), grain).sort_by(
                _BY_COHORT
            ),
        )


def of_group(rows: pa.Table, group: str | None) -> pa.Table:
    """Keep the rows of one group; None is the rest, whose groups are too small to be shown."""
    mine = pc.is_null(rows["group"]) if group is None else pc.equal(rows["group"], group)
    return rows.filter(mine)
