"""The charts of each screen, as the screen opens: the same figures, drawn for paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from habitue.core.money import DAYS_PER_MONTH
from habitue.core.scenario import sensitivity
from habitue.core.scenario.plan import Plan
from habitue.core.segments.rules import RULE_SETS
from habitue.errors import ContentError
from habitue.later import Later
from habitue.schema import Filters, Retention
from habitue.texts import text
from habitue.workspace.clv import BY
from habitue.workspace.cohorts import CohortQuestions
from habitue.workspace.overview import OverviewQuestions
from habitue.workspace.quality import QualityQuestions
from habitue.workspace.scenarios import ScenarioQuestions
from habitue.workspace.segment_values import SegmentValueQuestions
from habitue.workspace.trust import TrustQuestions
from habitue.workspace.value_ways import ValueWayQuestions

if TYPE_CHECKING:
    from habitue.charts.cohort_words import Words
    from habitue.charts.look import Chart, Look
    from habitue.charts.quality_spread import Spread

# Plotly takes a while to load, and only pictures need it.
cohort_age = Later("habitue.charts.cohort_age")
cohort_heatmap = Later("habitue.charts.cohort_heatmap")
cohort_lines = Later("habitue.charts.cohort_lines")
cohort_side = Later("habitue.charts.cohort_side")
cohort_spread = Later("habitue.charts.cohort_spread")
cohort_waiting = Later("habitue.charts.cohort_waiting")
cohort_words = Later("habitue.charts.cohort_words")
clv_fit = Later("habitue.charts.clv_fit")
clv_grid = Later("habitue.charts.clv_grid")
clv_groups = Later("habitue.charts.clv_groups")
clv_spread = Later("habitue.charts.clv_spread")
clv_trust = Later("habitue.charts.clv_trust")
clv_ways = Later("habitue.charts.clv_ways")
quality_calendar = Later("habitue.charts.quality_calendar")
quality_missing = Later("habitue.charts.quality_missing")
quality_spread = Later("habitue.charts.quality_spread")
returns = Later("habitue.charts.returns")
revenue = Later("habitue.charts.revenue")
scenario_bars = Later("habitue.charts.scenario_bars")
scenario_grid = Later("habitue.charts.scenario_grid")
scenario_lines = Later("habitue.charts.scenario_lines")
segment_bars = Later("habitue.charts.segment_bars")
segment_flow = Later("habitue.charts.segment_flow")
segment_matrix = Later("habitue.charts.segment_matrix")
waterfall = Later("habitue.charts.waterfall")

SCREENS: Final = ("overview", "cohorts", "segments", "value", "scenarios", "data")
COMPARED: Final = 4
"""Scenarios one chart can hold side by side."""
HALF_YEAR: Final = dt.timedelta(days=182)
_SPREADS: Final = ("recency", "frequency", "monetary")
_CROSSED: Final = ("discount", "elasticity")
_FALLS: Final = ("lines", "amount")
_FLOWS: Final = ("revenue", "margin", "orders", "active")
_GRIDS: Final = ("p_alive", "orders")
_RANGES: Final[tuple[Spread, ...]] = ("prices", "quantities")
_UNITS: Final = ("orders", "money")
_SWEPT, _WEIGHED = "retention_relative", "margin"
_YEAR: Final = 12
_MIDDLE: Final = 2


class ScreenCharts(
    OverviewQuestions,
    SegmentValueQuestions,
    TrustQuestions,
    ValueWayQuestions,
    CohortQuestions,
    ScenarioQuestions,
    QualityQuestions,
):
    """What the screens draw, one generator per screen."""

    def _overview_charts(self, filters: Filters, look: Look) -> Iterator[Chart]:
        seen = self.overview(filters)
        if seen.by_period.num_rows:
            yield revenue.revenue_by_period(seen, look)
        if seen.kpis.by_age:
            yield cohort_age.revenue_by_age(seen.kpis, look)
        if seen.returns.num_rows:
            yield returns.returns_by_kind(seen, look)

    def _cohort_charts(self, filters: Filters, look: Look) -> Iterator[Chart]:
        table = self.cohort_table(filters)
        if not table.cells.num_rows:
            return
        grid = cohort_heatmap.heatmap(table, look, group="all")
        yield cohort_side.side(table, look, grid, group="all")
        yield grid
        words = cohort_words.Words(table.reading, table.filters.grain, look)
        first = 0 if table.reading.retention is Retention.BY else 1
        lived = sorted(
            {row["cohort"] for row in table.cells.to_pylist()
             if row["observed"] and row["age"] >= first}, reverse=True,
        )  # fmt: skip
        if lived:
            front = lived[len(lived) // _MIDDLE]
            yield cohort_lines.every_cohort(table, look, group="all", front=front)
            ways = {"retention": table.reading.retention, "ages": table.reading.ages}
            yield cohort_lines.against_pool(
                self.cohorts(filters, **ways), self.pooled(filters, **ways), look, words,
                cohort=front,
            )  # fmt: skip
            yield cohort_lines.value_against_pool(
                self.empirical_clv(filters, ages=table.reading.ages, cohort=front),
                self.empirical_clv(filters, ages=table.reading.ages), look, words, cohort=front,
            )  # fmt: skip
        yield from self._wait_charts(filters, look, words)
        quantiles, counts = self.spread_by_age(filters, ages=table.reading.ages)
        if quantiles.num_rows:
            yield cohort_spread.quartiles(quantiles, look, words, log=True)
            yield cohort_spread.density(counts, look, words)
        if any(row["early_value"] is not None for row in table.profiles.to_pylist()):
            star = self.kpis(filters).north_star.value
            yield cohort_spread.early_revenue(table, look, group="all", north_star=star)

    def _wait_charts(self, filters: Filters, look: Look, words: Words) -> Iterator[Chart]:
        found = self.second_order(filters)
        if found.steps.num_rows:
            yield cohort_waiting.second_order(found.curves, look, words)
            yield cohort_waiting.order_numbers(
                found.steps, look, words, within_days=found.within_days
            )

    def _segment_charts(self, filters: Filters, look: Look) -> Iterator[Chart]:
        seen = self.segments(filters)
        if not seen.base.customers:
            return
        yield segment_bars.shares(seen, look)
        if any(row["priority"] for row in seen.table.to_pylist()):
            yield segment_bars.priorities(seen, look)
        yield segment_matrix.grid(seen, look)
        for measure in _SPREADS:
            yield segment_bars.spread(seen, measure, look)
        before = max(self._shop.first_day, seen.as_of - HALF_YEAR)
        if before < seen.as_of:
            moved = self.movement(filters, before=before)
            if moved.known:
                yield segment_matrix.movement(moved, look)
                yield segment_flow.sankey(moved, look)
        names = [one.name for one in seen.rules.segments if one.codes]
        yield segment_flow.sizes(self.segment_sizes(filters), seen.rules, look, front=names[0])
        yield segment_matrix.disagreement(
            self.disagreement(filters, first=seen.rules, second=RULE_SETS[1]), look
        )

    def _value_charts(self, filters: Filters, look: Look) -> Iterator[Chart]:
        try:
            found = self.value(filters)
        except ContentError:
            return  # the screen says why there is no prediction
        months = max(round(found.horizon_days / DAYS_PER_MONTH), 1)
        yield clv_ways.four_ways(self.value_ways(filters), look, months=months)
        for by in BY:
            rows = self.value_by(filters, by=by)
            yield clv_groups.by_group(rows, look, by=by, grain=filters.grain, months=months)
        yield clv_spread.shares(
            found.deciles, look, customers=found.customers, mean=found.mean, median=found.median
        )
        yield clv_fit.tracked(self.tracking(filters), look, title=found.title)
        yield clv_fit.repeats(*self.frequency_fit(filters), look, title=found.title)
        for what in _GRIDS:
            yield clv_grid.seen_by_model(
                self.value_grid(filters), look, what=what, title=found.title,
                horizon_days=found.horizon_days,
            )  # fmt: skip
        tried = self.trust(filters)
        if tried.test.refusal is None:
            for unit in _UNITS:
                yield clv_trust.errors(tried, look, unit=unit)
                yield clv_trust.deciles(tried, look, unit=unit)

    def _scenario_charts(
        self, filters: Filters, look: Look, plan: Plan, beside: Sequence[Plan]
    ) -> Iterator[Chart]:
        found = self.scenario(plan, filters)
        course = self.course(plan, self.settle(filters))
        for measure in _FLOWS:
            yield scenario_lines.months(found, look, measure=measure)
        if plan.months > 1:
            yield scenario_lines.curve(found, look)
        if plan.levers.moved():
            yield scenario_bars.parts(found, look)
        values, answers = sensitivity.swept(course, plan.levers, _SWEPT, figure=_WEIGHED)
        yield scenario_lines.sweep(found, look, values, answers, lever=_SWEPT, measure=_WEIGHED)
        nudges = sensitivity.ranked(course, plan.levers, figure=_WEIGHED)
        yield scenario_bars.tornado(found, look, nudges, measure=_WEIGHED)
        grid = sensitivity.crossed(course, plan.levers, _CROSSED, figure=_WEIGHED)
        yield scenario_grid.crossed(found, look, grid, levers=_CROSSED, measure=_WEIGHED)
        if beside:
            here = plan.name or text("scenarios.compare_current", look.lang)
            others = [(one.name, self.scenario(one, filters)) for one in beside]
            yield scenario_bars.compared([(here, found), *others][:COMPARED], look)
        yield scenario_bars.ahead(self.forecast(filters, months=min(plan.months, _YEAR)), look)

    def _data_charts(self, look: Look) -> Iterator[Chart]:
        for measure in _FALLS:
            yield waterfall.waterfall(self.check(), measure, look)
        found = self.quality()
        if not found.days.num_rows:
            return
        yield quality_calendar.calendar(found, look)
        yield quality_calendar.weekdays(found, look)
        for name in _RANGES:
            if getattr(found, name).num_rows:
                yield quality_spread.spread(found, name, look)
        yield quality_missing.missing(found, look)
