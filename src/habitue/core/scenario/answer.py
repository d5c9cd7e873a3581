"""What the workspace answers a scenario or a forecast with: figures, and what they stand on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from habitue.core.scenario.backtest import Tried
from habitue.core.scenario.forecast import Ahead
from habitue.core.scenario.newcomer import Newcomer
from habitue.core.scenario.outcome import Outcome
from habitue.core.scenario.plan import Plan
from habitue.core.scenario.spelling import spelt


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
