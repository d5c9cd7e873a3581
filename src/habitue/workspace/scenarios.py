"""The questions of the Scenarios screen (D35-D37)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute

from habitue.core import periods
from habitue.core.cohorts import profile
from habitue.core.scenario import Levers, Outcome, Panel, simulate
from habitue.core.scenario.outcome import MAX_MONTHS
from habitue.core.scenario.panel import redraw
from habitue.core.scenario.season import seasonal_factors
from habitue.schema import Ages, Filters, Grain, Retention
from habitue.workspace.cohort_desk import CohortAsk, CohortDesk

DRAWS: Final = 200
_MEASURES: Final = ("active", "orders", "gross", "returned")


class ScenarioQuestions(CohortDesk):
    """What happens if."""

    def panel(
        self,
        filters: Filters | None = None,
        *,
        cohorts: Sequence[dt.date] = (),
        seed: int = 0,
        **asked: Any,
    ) -> Panel:
        """Gather the observed past of the target, redrawn for intervals. Built once, kept.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            cohorts: First days of the cohorts that are the target; none means all of them. The
                pooled curves come from all cohorts either way.
            seed: Of the redraws.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        # A scenario runs in months, whatever the reader's other screens are cut in.
        settled = self.settle(filters or Filters.of(**asked)).but(grain=Grain.MONTH)
        target = tuple(sorted({periods.index_of(day, Grain.MONTH) for day in cohorts}))
        return self._remembered(
            ("panel", settled, target, seed), lambda: self._panel(settled, target, seed)
        )

    def scenario(
        self,
        levers: Levers | None = None,
        filters: Filters | None = None,
        *,
        cohorts: Sequence[dt.date] = (),
        months: int = 12,
        acquisitions: float = 0.0,
        **asked: Any,
    ) -> Outcome:
        """Compare a scenario with its baseline (D35-D37).

        Args:
            levers: What changes; at rest when None.
            filters: What to look at; or give the attributes of `Filters` as words.
            cohorts: First days of the cohorts that are the target; none means all of them.
            months: How far to look, 1 to 36.
            acquisitions: New customers per month to come.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters, the levers or the horizon ask for what cannot be.
        """
        panel = self.panel(filters, cohorts=cohorts, **asked)
        return simulate(panel, levers or Levers(), months=months, acquisitions=acquisitions)

    def _panel(self, filters: Filters, target: tuple[int, ...], seed: int) -> Panel:
        as_of = filters.as_of
        assert as_of is not None
        ask = CohortAsk(filters, Retention.ON, Ages.CALENDAR, None)
        held, placed = self._placed(ask)
        question = self._question("panel", ask)
        people = self._engine.ask(
            held.prefix, (*question, "people"), lambda: profile.observed_people(placed)
        ).sort_by("customer_id")
        records = self._engine.ask(
            held.prefix, (*question, "records"), lambda: profile.activity_by_age(placed)
        )
        born_of = _ints(people["cohort"])
        born, rows_of = np.unique(born_of, return_inverse=True)
        coming = periods.last_over(as_of, Grain.MONTH) + 1
        lived = np.maximum(coming - born, 0)
        customer = _ints(pa.compute.index_in(records["customer_id"], people["customer_id"]))
        age = _ints(records["age"])
        row = rows_of[customer]
        inside = age < lived[row]
        measures = {name: _floats(records[name])[inside] for name in _MEASURES}
        size, sums = redraw(
            row[inside], customer[inside], age[inside], measures,
            rows_of=rows_of, rows=born.size, ages=max(int(lived.max(initial=0)), 1),
            draws=DRAWS, seed=seed,
        )  # fmt: skip
        counts = np.bincount(rows_of, minlength=born.size).astype(np.float64)
        truncated = periods.index_of(self._shop.first_day, Grain.MONTH)
        raw = Panel(
            labels=tuple(periods.start_of(int(one), Grain.MONTH).isoformat() for one in born),
            groups=("",) * born.size,
            customers=counts * (np.isin(born, target) if target else 1.0),
            now=lived,
            size=size,
            lived=lived,
            pooling=np.full(born.size, True) if filters.keep_truncated else born != truncated,
            margin_rate=self._margin_share(filters, records),
            season=np.ones(MAX_MONTHS),
            **sums,
        )
        season = seasonal_factors(raw, born=born, first_coming=coming, months=MAX_MONTHS)
        return replace(raw, season=season)

    def _margin_share(self, filters: Filters, records: pa.Table) -> float:
        rate = self.margin_rate(filters)
        if rate is not None:
            return rate
        revenue = float(_floats(records["gross"]).sum() + _floats(records["returned"]).sum())
        cost = float(np.nansum(_floats(records["cost"])))
        return 1 - cost / revenue if revenue else 0.0


def _ints(column: Any) -> Any:
    return column.to_numpy().astype(np.int64)


def _floats(column: Any) -> Any:
    return column.cast(pa.float64()).to_numpy()
