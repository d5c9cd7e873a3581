"""How forecasts from the shop's own past would have done, beside two plain ones (D34's idea)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from habitue.core.scenario.course import lay_out
from habitue.core.scenario.curves import YEAR
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.noise import USUAL_ERROR, USUAL_WEIGHT
from habitue.core.scenario.panel import ACQUIRED, Floats, Panel

SHORTEST: Final = 6
"""Months of history without which a forecast is not put to the test."""
CARRIED: Final = 3
"""Months whose mean the carry-over repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One forecast of the past beside what came.

    Attributes:
        months_ago: Where it stood.
        months: How far it looked.
        actual: Revenue that came, from the customers known there.
        forecast: Revenue that was expected.
        low: Lower bound, 95 %; None without redraws.
        high: Upper bound.
        carried: The last months' mean revenue, repeated.
        last_year: What the same months brought a year before, from the customers known at the
            time; None where the data do not go back that far.
    """

    months_ago: int
    months: int
    actual: float
    forecast: float
    low: float | None
    high: float | None
    carried: float
    last_year: float | None

    @property
    def covered(self) -> bool:
        """Whether what came fell inside the interval."""
        return (
            self.low is not None and self.high is not None and self.low <= self.actual <= self.high
        )


def usual_error(panel: Panel) -> float:
    """Measure how far the next month's forecast usually missed, as a logarithm.

    The shop's own misses, at every past month with enough history behind it, are drawn towards
    `USUAL_ERROR`, since a young shop has few.

    Args:
        panel: The observed past.
    """
    cohorts = _everybody(panel).first_draw()
    history = int(cohorts.lived.max(initial=0))
    squares, count = USUAL_WEIGHT * USUAL_ERROR**2, USUAL_WEIGHT
    for months_ago in range(1, history - SHORTEST + 1):
        expected = float(_expected(cohorts.known_at(months_ago), 1)[0].sum())
        actual = float(happened(cohorts, months_ago, 1).sum())
        if actual > 0 and expected > 0:
            squares += float(np.log(expected / actual)) ** 2
            count += 1
    return float(np.sqrt(squares / count))


def tried(panel: Panel, *, months_ago: int, months: int) -> Tried:
    """Stand in the past, forecast, and compare with what came.

    Args:
        panel: The observed past.
        months_ago: Where to stand; at least `months`.
        months: How far to look.
    """
    cohorts = _everybody(panel)
    there = cohorts.known_at(months_ago)
    drawn = _expected(there, months, error=usual_error(there)).sum(axis=1)
    low, high = (
        (float(bound) for bound in np.quantile(drawn[1:], [0.025, 0.975]))
        if drawn.size > 1
        else (None, None)
    )
    before = min(CARRIED, int(there.lived.max(initial=0)))
    recent = sum(float(happened(cohorts, months_ago + back, 1, since=months_ago).sum())
                 for back in range(1, before + 1))  # fmt: skip
    a_year = months_ago + YEAR
    reaches = a_year < int(cohorts.lived.max(initial=0)) and months <= YEAR
    return Tried(
        months_ago=months_ago,
        months=months,
        actual=float(happened(cohorts, months_ago, months).sum()),
        forecast=float(drawn[0]),
        low=low,
        high=high,
        carried=recent / max(before, 1) * months,
        last_year=float(happened(cohorts, a_year, months).sum()) if reaches else None,
    )


def happened(panel: Panel, months_ago: int, months: int, *, since: int | None = None) -> Floats:
    """Revenue of each month after a past date, from the customers known at it.

    Args:
        panel: The observed past.
        months_ago: Where to stand.
        months: How many months to give.
        since: Customers known so many months ago instead.
    """
    stand = panel.coming - months_ago
    known = panel.month < panel.coming - (months_ago if since is None else since)
    rows = np.flatnonzero(known)
    ages = stand + np.arange(months) - panel.month[rows][:, None]
    inside = (ages >= 0) & (ages < panel.lived[rows][:, None])
    net = panel.gross[0] + panel.returned[0]
    at = np.clip(ages, 0, net.shape[1] - 1)
    return np.asarray(np.where(inside, net[rows[:, None], at], 0.0).sum(axis=0))


def _expected(panel: Panel, months: int, *, error: float = 0.0) -> Floats:
    course = lay_out(panel, months=months, error=error)
    return np.asarray(course.flow(Levers()).revenue.sum(axis=1))


def _everybody(panel: Panel) -> Panel:
    """Take all acquisition cohorts as the target: a test of the method, not of the choice."""
    cohorts = panel.where(panel.curve == ACQUIRED)
    return replace(cohorts, customers=cohorts.whole)
