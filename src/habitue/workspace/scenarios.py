"""The questions of the Scenarios screen (D35-D37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from habitue.core import periods
from habitue.core.cohorts import profile
from habitue.core.scenario.answer import Basis, Forecast, Simulated
from habitue.core.scenario.backtest import tried, usual_error
from habitue.core.scenario.course import Course, lay_out
from habitue.core.scenario.curves import curves
from habitue.core.scenario.forecast import forecast, pace
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.newcomer import newcomer, newcomer_course
from habitue.core.scenario.outcome import simulate
from habitue.core.scenario.panel import ACQUIRED, Panel
from habitue.core.scenario.plan import Plan
from habitue.core.segments.rules import RULE_SETS, rule_set
from habitue.errors import RequestError
from habitue.schema import Ages, Filters, Grain, Retention
from habitue.schema.values import whole
from habitue.workspace.cohort_desk import CohortAsk, CohortDesk
from habitue.workspace.scenario_panel import (
    Followed,
    Records,
    cohort_panel,
    floats,
    of_cohorts,
    of_segments,
    records_of,
    with_segments,
)
from habitue.workspace.segments import SegmentQuestions

TRIED: Final = (1, 3, 6, 12)
"""Horizons at which a forecast is put to the test, in months."""
TRIES: Final = 6
"""Past dates it is put to the test from, at most, the latest of them."""
TRIED_DRAWS: Final = 51
_LONGEST_FORECAST: Final = 12


class ScenarioQuestions(CohortDesk, SegmentQuestions):
    """What happens if."""

    def scenario(
        self,
        plan: Plan | Mapping[str, Any] | None = None,
        filters: Filters | None = None,
        **asked: Any,
    ) -> Simulated:
        """Compare a scenario with its baseline (D35-D37).

        Gathers the past of the target once; another scenario on the same target asks nothing of
        the engine.

        Args:
            plan: Target, horizon and levers, or the words of a YAML file by key; all customers
                over 12 months, at rest, when None.
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters, the levers, the target or the horizon ask for what cannot
                be.
        """
        wanted = Plan.of(dict(plan), "plan") if isinstance(plan, Mapping) else plan or Plan()
        settled = self._monthly(filters, asked)
        course, alone = self.course(wanted, settled), self.newcomer(wanted, settled)
        return Simulated(
            plan=wanted,
            outcome=simulate(course, wanted.levers),
            newcomer_baseline=newcomer(alone, Levers(cac=wanted.levers.cac)),
            newcomer=newcomer(alone, wanted.levers),
            basis=self.scenario_basis(settled),
        )

    def forecast(
        self,
        filters: Filters | None = None,
        *,
        months: int = 12,
        acquisitions: float | None = None,
        **asked: Any,
    ) -> Forecast:
        """Carry the shop forward as it stands: revenue, orders, active customers by month.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            months: How far to look, 1 to 12.
            acquisitions: New customers per month to come; as many as lately when None.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters or the horizon ask for what cannot be.
        """
        months = whole("months", months)
        if not 1 <= months <= _LONGEST_FORECAST:
            raise RequestError("forecast_outside", months=months, longest=_LONGEST_FORECAST)
        settled = self._monthly(filters, asked)
        basis = self.scenario_basis(settled)
        held = basis.pace if acquisitions is None else acquisitions
        plan = Plan(months=months, acquisitions=held)
        course = self.course(plan, settled)
        return Forecast(
            ahead=forecast(course),
            months=months,
            customers=course.customers,
            acquisitions=held,
            tries=self._remembered(
                ("tries", settled), lambda: tuple(self._tries(self.panel(filters=settled)))
            ),
            basis=basis,
        )

    def panel(
        self,
        plan: Plan | None = None,
        filters: Filters | None = None,
        *,
        seed: int = 0,
        **asked: Any,
    ) -> Panel:
        """Gather the observed past of the target, redrawn for intervals. Built once, kept.

        Args:
            plan: Gives the target; the pooled curves come from all cohorts either way.
            filters: What to look at; or give the attributes of `Filters` as words.
            seed: Of the redraws.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters, a cohort or a segment ask for what cannot be.
        """
        settled = self._monthly(filters, asked)
        wanted = plan or Plan()
        segments = _segments_of(wanted)
        # The margin is no part of the past: another rate asks nothing more of the engine.
        plain = settled.but(margin_rate=None)
        found = self._remembered(
            ("panel", plain, wanted.cohorts, segments, seed),
            lambda: self._panel(plain, wanted.cohorts, segments, seed),
        )
        return replace(found, margin_rate=self._margin_share(settled))

    def course(self, plan: Plan, filters: Filters | None = None, **asked: Any) -> Course:
        """Lay the target out over the horizon, once; levers then move on arrays alone.

        Args:
            plan: Target, horizon and acquisitions; its levers are not looked at.
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        settled = self._monthly(filters, asked)
        key = ("course", settled, plan.cohorts, _segments_of(plan), plan.months, plan.acquisitions)
        return self._remembered(
            key,
            lambda: lay_out(
                self.panel(plan, settled),
                months=plan.months,
                acquisitions=plan.acquisitions,
                error=self.scenario_basis(settled).error,
            ),
        )

    def newcomer(self, plan: Plan, filters: Filters | None = None, **asked: Any) -> Course:
        """Lay one customer to come out over the horizon, once.

        Args:
            plan: Gives the horizon.
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        settled = self._monthly(filters, asked)
        return self._remembered(
            ("newcomer", settled, plan.months),
            lambda: newcomer_course(self.panel(filters=settled), months=plan.months),
        )

    def scenario_basis(self, filters: Filters | None = None, **asked: Any) -> Basis:
        """Say what a projection stands on.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        settled = self._monthly(filters, asked)
        return self._remembered(("scenario_basis", settled), lambda: self._basis(settled))

    def cohort_months(self, filters: Filters | None = None, **asked: Any) -> tuple[dt.date, ...]:
        """List the cohorts that a scenario may take as its target, oldest first.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        labels = self.panel(filters=self._monthly(filters, asked)).labels
        return tuple(dt.date.fromisoformat(label) for label in labels)

    def _monthly(self, filters: Filters | None, asked: dict[str, Any]) -> Filters:
        # A scenario runs in months, whatever the reader's other screens are cut in.
        return self.settle(Filters.given(filters, asked)).but(grain=Grain.MONTH)

    def _basis(self, filters: Filters) -> Basis:
        assert filters.as_of is not None
        panel = self.panel(filters=filters)
        alone = panel.first_draw()
        return Basis(
            as_of=filters.as_of,
            first_day=self._shop.first_day,
            first_month=periods.start_of(panel.coming, Grain.MONTH),
            currency=self._shop.currency,
            returns=filters.returns.value,
            observed_ages=int(curves(alone, ages=1).observed[ACQUIRED]),
            cohorts=int((panel.pooling & (panel.lived > 0)).sum()),
            error=usual_error(panel),
            pace=pace(panel),
        )

    def _tries(self, panel: Panel) -> Any:
        history = int(panel.lived.max(initial=0))
        for months in TRIED:
            # What is tested needs as much past again as it looks ahead, at least a season's half.
            latest = range(months, history - max(months, _LONGEST_FORECAST // 2) + 1)[:TRIES]
            for months_ago in latest:
                yield tried(panel.fewer(TRIED_DRAWS), months_ago=months_ago, months=months)

    def _records(self, filters: Filters) -> tuple[Records, float]:
        as_of = filters.as_of
        assert as_of is not None
        ask = CohortAsk(filters, Retention.ON, Ages.CALENDAR, None)
        held, placed = self._placed(ask)
        question = self._question("panel", ask)
        people = self._engine.ask(
            held.prefix, (*question, "people"), lambda: profile.observed_people(placed)
        )
        done = self._engine.ask(
            held.prefix, (*question, "records"), lambda: profile.activity_by_age(placed)
        )
        revenue = float(floats(done["gross"]).sum() + floats(done["returned"]).sum())
        cost = float(np.nansum(floats(done["cost"])))
        return records_of(people, done, as_of), 1 - cost / revenue if revenue else 0.0

    def _panel(
        self, filters: Filters, cohorts: Sequence[dt.date], segments: Sequence[str], seed: int
    ) -> Panel:
        seen = self._seen(filters)[0]
        target = tuple(periods.index_of(day, Grain.MONTH) for day in cohorts)
        if unknown := sorted(set(target) - set(np.unique(seen.cohort).tolist())):
            day = periods.start_of(int(unknown[0]), Grain.MONTH)
            raise RequestError("unknown_cohort", cohort=f"{day:%Y-%m}")
        if segments:
            followed = self._remembered(
                ("followed", filters, seed), lambda: self._followed(filters, seed)
            )
            return of_segments(followed, segments, seen.cohort, target)
        if target:
            return of_cohorts(self.panel(filters=filters, seed=seed), target)
        first = periods.index_of(self._first_acquired(), Grain.MONTH)
        return cohort_panel(
            seen,
            left_out=None if filters.keep_truncated else first,
            margin_rate=1.0,
            seed=seed,
        )

    def _followed(self, filters: Filters, seed: int) -> Followed:
        seen = self._seen(filters)[0]

        def members(start: int) -> tuple[pa.Array, pa.Array]:
            end = periods.start_of(start, Grain.MONTH) - dt.timedelta(days=1)
            # Today's members are those that the Segments screen shows.
            day = filters.as_of if start == seen.coming else end
            found = self.rfm(filters.but(as_of=day, start=None, end=None))
            names = found["rfm_segment"].combine_chunks()
            return found["customer_id"].combine_chunks(), names

        return with_segments(
            self.panel(filters=filters, seed=seed),
            seen,
            segments=[one.name for one in rule_set(RULE_SETS[0]).segments],
            members=members,
            first=periods.index_of(self._first_acquired(), Grain.MONTH),
            seed=seed,
        )

    def _seen(self, filters: Filters) -> tuple[Records, float]:
        """What customers did, and the margin that the costs in the data leave."""
        return self._remembered(("records", filters), lambda: self._records(filters))

    def _margin_share(self, filters: Filters) -> float:
        rate = self.margin_rate(filters)
        return self._seen(filters.but(margin_rate=None))[1] if rate is None else rate


def _segments_of(plan: Plan) -> tuple[str, ...]:
    """Name the segments that are told apart, in the rule set's order.

    A discount by segment tells all of them apart, where the target does not choose.
    """
    rules = rule_set(RULE_SETS[0])
    wanted = {rules.named(name).name for name in plan.segments}
    asked = {rules.named(name).name for name in plan.levers.discount_by_segment}
    if asked and not wanted:
        wanted = {one.name for one in rules.segments}
    if strangers := sorted(asked - wanted):
        raise RequestError("discount_outside_target", segment=strangers[0], known=sorted(wanted))
    return tuple(one.name for one in rules.segments if one.name in wanted)
