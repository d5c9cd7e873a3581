"""The ways to say what a customer is worth, side by side (D13, D21, D30, D32)."""

from __future__ import annotations

import math
from typing import Any, Final

import pyarrow as pa

from habitue.core.clv.answers import FormulaClv, Value
from habitue.core.money import DAYS_PER_MONTH
from habitue.errors import HabitueError
from habitue.schema import Filters, Grain, Outlook
from habitue.workspace.clv import ClvQuestions
from habitue.workspace.cohort_values import CohortValueQuestions

_SCHEMA: Final = pa.schema(
    [
        ("way", pa.string()),
        *((name, pa.float64()) for name in ("value", "low", "high")),
        ("n", pa.int64()),
    ]
)


class ValueWayQuestions(ClvQuestions, CohortValueQuestions):
    """Measured, by formula and predicted: the same customers, different questions."""

    def value_ways(
        self,
        filters: Filters | None = None,
        outlook: Outlook | None = None,
        *,
        formula: FormulaClv | None = None,
        **asked: Any,
    ) -> pa.Table:
        """Lay every way to value a customer side by side, in margin per customer.

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            formula: The closed form to show, such as one whose numbers were changed; measured
                on all customers when None.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.

        Returns:
            One row per way: `way` (`historic`, `empirical`, `formula_without` and
            `formula_with` the first order, `newcomer`, `predicted`), `value`, `low` and `high`
            where there is an interval, `n` customers behind it. A way that cannot be had, such
            as a closed form without ages to learn from, has no row.

        Raises:
            RequestError: The filters, the horizon, the model or the rate cannot be.
            ContentError: There is nobody, or no time, to learn from.
        """
        wanted, ahead = self._wanted(filters, outlook, asked)
        found, rate = self.value(wanted, ahead), ahead.annual_rate
        rows = [_row("historic", found.historic / found.customers, n=found.customers)]
        rows += self._lived(wanted, max(round(ahead.horizon_days / DAYS_PER_MONTH), 1), rate)
        rows += self._by_formula(wanted, rate, formula)
        rows += [_row("newcomer", found.newcomer.value, n=found.customers), _predicted(found)]
        return pa.Table.from_pylist(rows, schema=_SCHEMA)

    def _lived(self, filters: Filters, months: int, annual_rate: float) -> list[dict[str, Any]]:
        measured = self.empirical_clv(
            filters.but(grain=Grain.MONTH), margin=True, annual_rate=annual_rate
        )
        age = min(months - 1, measured.horizon)
        if age < 0:
            return []
        low, high = (
            None if math.isnan(one[age]) else float(one[age])
            for one in (measured.low, measured.high)
        )
        value, n = float(measured.by_age[age]), int(measured.customers[age])
        return [_row("empirical", value, low, high, n=n)]

    def _by_formula(
        self, filters: Filters, annual_rate: float, formula: FormulaClv | None
    ) -> list[dict[str, Any]]:
        try:
            shown = formula or self.formula_clv(filters, annual_rate=annual_rate)
        except HabitueError:
            return []  # too few ages to learn a retention from, or one that no sum can take
        return [
            _row("formula_without", shown.clv.first_excluded, n=shown.customers),
            _row("formula_with", shown.clv.first_included, n=shown.customers),
        ]


def _predicted(found: Value) -> dict[str, Any]:
    n = found.customers
    return _row("predicted", found.mean, found.predicted.low / n, found.predicted.high / n, n=n)


def _row(
    way: str, value: float, low: float | None = None, high: float | None = None, *, n: int
) -> dict[str, Any]:
    return {"way": way, "value": value, "low": low, "high": high, "n": n}
