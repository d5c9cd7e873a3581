"""What every cohort question shares: the words it is asked in, the view laid out."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyarrow as pa

from habitue.core import periods
from habitue.core.cohorts import placing
from habitue.schema import DEFAULT_MARGIN_RATE, Ages, Breakdown, Filters, Grain, Retention, word
from habitue.workspace.desk import Desk, Held

_COUNTS = (
    "customers", "active", "orders", "buyers", "second", "last", "cohort", "age", "bin", "came",
    "censored", "days", "number",
)  # fmt: skip


class CohortAsk(NamedTuple):
    """A cohort question: the filters, and how cohorts are read."""

    filters: Filters
    retention: Retention
    ages: Ages
    breakdown: Breakdown | None

    @property
    def how(self) -> dict[str, Any]:
        """How cohorts are read, as the words of the questions."""
        return {"retention": self.retention, "ages": self.ages, "breakdown": self.breakdown}


class CohortDesk(Desk):
    """A desk that lays views out by cohort and age."""

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
    ) -> CohortAsk:
        return CohortAsk(
            self.settle(filters or Filters.of(**asked)),
            word("retention", retention, Retention),
            word("ages", ages, Ages),
            None if breakdown is None else word("breakdown", breakdown, Breakdown),
        )

    def _placed(self, ask: CohortAsk) -> tuple[Held, placing.Placed]:
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

    def _question(self, name: str, ask: CohortAsk) -> tuple[Any, ...]:
        """Everything that a compiled cohort question depends on, but for the view's tables."""
        filters = ask.filters
        return (
            name, self._first_acquired(), filters.as_of, filters.grain, filters.keep_truncated,
            filters.wholesale_factor, ask.ages, ask.breakdown,
        )  # fmt: skip

    def _leave_out(self, filters: Filters) -> int | None:
        if filters.keep_truncated:
            return None
        return periods.index_of(self._first_acquired(), filters.grain)


def tidy(found: pa.Table) -> pa.Table:
    """Give counts as integers, whatever the engine's sums came as."""
    for place, name in enumerate(found.column_names):
        if name in _COUNTS and not pa.types.is_boolean(found.schema.field(name).type):
            found = found.set_column(place, name, found[name].cast(pa.int64(), safe=False))
    return found


def dated(found: pa.Table, grain: Grain) -> pa.Table:
    """Turn cohort numbers into first days."""
    days = [periods.start_of(number, grain) for number in found["cohort"].to_pylist()]
    place = found.column_names.index("cohort")
    return found.set_column(place, "cohort", pa.array(days, pa.date32()))
