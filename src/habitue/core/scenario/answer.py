"""What the workspace answers a scenario or a forecast with: figures, and what they stand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from habitue.core.scenario.backtest import Tried
from habitue.core.scenario.forecast import Ahead
from habitue.core.scenario.newcomer import Newcomer
from habitue.core.scenario.outcome import Outcome
from habitue.core.scenario.plan import Plan
from habitue.core.scenario.spelling import spelt
from habitue.schema import Grain, period_shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a projection stands on.

    Attributes:
        as_of: The day the picture is taken.
        first_day: First day of the history behind it.
        first_month: First day of the first month to come.
        currency: ISO code, or None.
        returns: Returns mode.
        observed_ages: Ages of the pooled curve that were observed, in months.
        cohorts: Cohorts that the pooled curve stands on.
        error: Usual error of one month's forecast on the shop's own past, as a logarithm.
        pace: New customers per month lately.
    """

    as_of: dt.date
    first_day: dt.date
    first_month: dt.date
    currency: str | None
    returns: str
    observed_ages: int
    cohorts: int
    error: float
    pace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A scenario, answered.

    Attributes:
        plan: What was asked.
        outcome: Baseline and scenario.
        newcomer_baseline: A customer to come, levers at rest.
        newcomer: The same under the levers.
        basis: What it stands on.
    """

    plan: Plan
    outcome: Outcome
    newcomer_baseline: Newcomer
    newcomer: Newcomer
    basis: Basis

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON of `habitue scenario`, its keys a contract."""
        outcome = self.outcome
        told: dict[str, Any] = {
            name: {
                "baseline": figure.baseline,
                "scenario": figure.scenario,
                "difference": figure.difference,
                "change": figure.change,
                "low": figure.low,
                "high": figure.high,
                "difference_low": figure.difference_low,
                "difference_high": figure.difference_high,
                "parts": figure.parts,
            }
            for name, figure in outcome.figures.items()
        }
        return told | {
            "horizon_months": outcome.horizon_months,
            "n": round(outcome.customers),
            "acquired": outcome.acquired,
            "target": {
                "cohorts": [day.isoformat() for day in self.plan.cohorts],
                "segments": list(self.plan.segments),
            },
            "levers": spelt(outcome.levers),
            "margin_rate": outcome.margin_rate,
            "action_cost": outcome.action_cost,
            "roi": outcome.roi,
            "break_even_orders": outcome.break_even,
            "payback_months": outcome.payback,
            "new_customer": {
                "ltv_baseline": self.newcomer_baseline.ltv,
                "ltv": self.newcomer.ltv,
                "ltv_cac": self.newcomer.ltv_cac,
                "payback_months": self.newcomer.payback,
            },
            "as_of": self.basis.as_of.isoformat(),
            "history_from": self.basis.first_day.isoformat(),
            "first_month": self.basis.first_month.isoformat(),
            "currency": self.basis.currency,
            "returns": self.basis.returns,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A forecast, answered.

    Attributes:
        ahead: By month, and by age.
        months: How far it looks.
        customers: Customers of today.
        acquisitions: New customers per month, held.
        tries: How such forecasts would have done in the shop's own past.
        basis: What it stands on.
    """

    ahead: Ahead
    months: int
    customers: float
    acquisitions: float
    tries: tuple[Tried, ...]
    basis: Basis

    def by_month(self) -> pa.Table:
        """One row per month: `month`, and each measure with its bounds."""
        ahead = self.ahead.months
        columns: dict[str, Any] = {"month": pa.array(self._starts(), pa.date32())}
        for name in ("revenue", "orders", "active"):
            columns[name] = getattr(ahead, name)
            columns[f"{name}_low"], columns[f"{name}_high"] = ahead.low[name], ahead.high[name]
        return pa.table(columns | {"customers": ahead.people, "season": self.ahead.season})

    def by_age(self) -> pa.Table:
        """One row per month and age reached in it, in months: what customers of that age bring."""
        rows = [
            {"month": month, "age": age}
            | {name: float(cells[age, place]) for name, cells in self.ahead.by_age.items()}
            for place, month in enumerate(self._starts())
            for age in range(self.ahead.by_age["customers"].shape[0])
            if self.ahead.by_age["customers"][age, place] > 0
        ]
        kinds = [(name, pa.float64()) for name in self.ahead.by_age]
        return pa.Table.from_pylist(
            rows, schema=pa.schema([("month", pa.date32()), ("age", pa.int64()), *kinds])
        )

    def trust(self) -> list[dict[str, Any]]:
        """How such forecasts did in the past, by horizon.

        Returns:
            `months` (the horizon), `n` (past dates), `error` (mean absolute error of the total,
            as a share), `carried_error` (of repeating the last months), `last_year_error` (of
            repeating the same months of the year before; None where none is known), `coverage`
            (share of what came that fell inside the 95 % interval).
        """
        found = []
        for months in sorted({one.months for one in self.tries}):
            mine = [one for one in self.tries if one.months == months and one.actual]
            if not mine:
                continue
            found.append(
                {
                    "months": months,
                    "n": len(mine),
                    "error": _mean_miss([(one.forecast, one.actual) for one in mine]),
                    "carried_error": _mean_miss([(one.carried, one.actual) for one in mine]),
                    "last_year_error": _mean_miss(
                        [(one.last_year, one.actual) for one in mine if one.last_year is not None]
                    ),
                    "coverage": _mean([float(one.covered) for one in mine]),
                }
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON of `habitue forecast`, its keys a contract."""
        return {
            "as_of": self.basis.as_of.isoformat(),
            "history_from": self.basis.first_day.isoformat(),
            "currency": self.basis.currency,
            "returns": self.basis.returns,
            "horizon_months": self.months,
            "n": round(self.customers),
            "acquisitions": self.acquisitions,
            "months": _plain(self.by_month()),
            "by_age": _plain(self.by_age()),
            "backtest": self.trust(),
        }

    def _starts(self) -> list[dt.date]:
        first = self.basis.first_month
        return [period_shift(first, Grain.MONTH, step) for step in range(self.months)]


def _plain(table: pa.Table) -> list[dict[str, Any]]:
    return [row | {"month": row["month"].isoformat()} for row in table.to_pylist()]


def _mean_miss(pairs: list[tuple[float, float]]) -> float | None:
    return _mean([abs(guess / actual - 1) for guess, actual in pairs])


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
