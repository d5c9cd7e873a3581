"""What every cohort question shares: the words it is asked in, the view laid out."""

from __future__ import annotations

from typing import Any, NamedTuple

import ibis.expr.types as ir
import pyarrow as pa

from habitue.core import periods
from habitue.core.cohorts import placing, steps
from habitue.core.cohorts import refunds as booking
from habitue.schema import (
    DEFAULT_MARGIN_RATE,
    Ages,
    Breakdown,
    Filters,
    Grain,
    Refunds,
    Retention,
    ReturnsMode,
    word,
)
from habitue.workspace.desk import Desk, Held

_COUNTS = (
    "customers", "active", "orders", "buyers", "second", "last", "cohort", "age", "bin", "came",
    "censored", "days", "number", "members",
)  # fmt: skip


class CohortAsk(NamedTuple):
    """A cohort question: the filters, and how cohorts are read."""

    filters: Filters
    retention: Retention
    ages: Ages
    breakdown: Breakdown | None
    refunds: Refunds = Refunds.WHEN_MADE

    @property
    def how(self) -> dict[str, Any]:
        """How cohorts are read, as the words of the questions."""
        return {
            "retention": self.retention,
            "ages": self.ages,
            "breakdown": self.breakdown,
            "refunds": self.refunds,
        }


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
        *,
        refunds: str | Refunds = Refunds.WHEN_MADE,
    ) -> CohortAsk:
        settled = self.settle(Filters.given(filters, asked))
        booked = word("refunds", refunds, Refunds)
        return CohortAsk(
            settled,
            word("retention", retention, Retention),
            word("ages", ages, Ages),
            None if breakdown is None else word("breakdown", breakdown, Breakdown),
            # Where returns are left out, or cancel their order, there is nothing to book.
            booked if settled.returns is ReturnsMode.INCLUDE else Refunds.WHEN_MADE,
        )

    def _placed(self, ask: CohortAsk) -> tuple[Held, placing.Placed]:
        filters = ask.filters
        assert filters.as_of is not None
        held = self._look(filters)
        return held, placing.place(
            held.view, as_of=filters.as_of, grain=filters.grain, ages=ask.ages,
            groups=self._groups(held, ask), rebooked=self._rebooked(held, ask),
        )  # fmt: skip

    def _ready(self, ask: CohortAsk) -> Held:
        """Give the view with its groups at hand: a compiled question finds them by name."""
        held = self._look(ask.filters)
        self._groups(held, ask)
        self._rebooked(held, ask)
        return held

    def _steps(self, held: Held, ask: CohortAsk) -> ir.Table:
        """Give what each customer did, step by step, made once per view."""
        moved = self._rebooked(held, ask)
        return self._beside(
            held,
            f"steps_{ask.refunds}",
            ask.filters.returns,
            lambda: steps.steps(held.view, held.values, ask.filters.returns, moved),
        )

    def _rebooked(self, held: Held, ask: CohortAsk) -> ir.Table | None:
        """Give the refunds booked at their orders, made once per view, if they are wanted."""
        filters = ask.filters
        as_of = filters.as_of
        if ask.refunds is Refunds.WHEN_MADE or as_of is None:
            return None
        return self._beside(
            held,
            "rebooked",
            (filters.kinds, as_of),
            lambda: booking.rebooked(self._facts, held.view, filters, as_of=as_of),
        )

    def _groups(self, held: Held, ask: CohortAsk) -> ir.Table | None:
        """Give the group of each customer, made once per view and breakdown."""
        filters, breakdown = ask.filters, ask.breakdown
        if breakdown is None:
            return None
        as_of = filters.as_of
        assert as_of is not None
        return self._beside(
            held,
            f"by_{breakdown}",
            (as_of, filters.wholesale_factor),
            lambda: placing.groups_of(
                self._facts, held.view, filters, as_of=as_of, breakdown=breakdown
            ),
        )

    def _question(self, name: str, ask: CohortAsk) -> tuple[Any, ...]:
        """Everything that a compiled cohort question depends on, but for the view's tables."""
        filters = ask.filters
        return (
            name, self._first_acquired(), filters.as_of, filters.grain, filters.keep_truncated,
            filters.wholesale_factor, ask.ages, ask.breakdown, ask.refunds,
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
    numbers = found["cohort"].combine_chunks().dictionary_encode()
    days = [periods.start_of(number, grain) for number in numbers.dictionary.to_pylist()]
    place = found.column_names.index("cohort")
    return found.set_column(place, "cohort", pa.array(days, pa.date32()).take(numbers.indices))
