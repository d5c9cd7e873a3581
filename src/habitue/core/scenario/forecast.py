"""What the next months bring as things stand: by month, and by the age customers are at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from habitue.core.scenario.course import Course
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.outcome import Months, simulate
from habitue.core.scenario.panel import ACQUIRED, Floats, Panel

PACE_MONTHS = 12
"""Months whose mean acquisitions are the pace held for the months to come: a whole year of them."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast.

    Attributes:
        months: By month.
        by_age: `customers`, `active`, `orders`, `revenue`, each (ages, months): what customers
            bring in a month, by the age they are at in it.
        season: Factor on activity of each coming month.
    """

    months: Months
    by_age: dict[str, Floats]
    season: Floats


def forecast(course: Course) -> Ahead:
    """Carry the target forward, levers at rest.

    Args:
        course: The target laid out over the horizon.

    Examples:
        Half of the customers came back at age 1; a new cohort of 100 stands there next month.

        >>> from habitue.core.scenario.course import lay_out
        >>> from habitue.core.scenario.panel import Panel
        >>> active = np.array([[[100.0, 50.0], [100.0, 0.0]]])
        >>> past = Panel(
        ...     labels=("2011-10", "2011-11"), groups=("all", "all"), curve=np.array([0, 0]),
        ...     month=np.array([24_141, 24_142]), coming=24_143,
        ...     customers=np.array([100.0, 100.0]), whole=np.array([100.0, 100.0]),
        ...     size=np.array([[100.0, 100.0]]), lived=np.array([2, 1]),
        ...     pooling=np.array([True, True]), active=active, orders=active,
        ...     gross=100 * active, returned=0 * active, margin_rate=0.4,
        ... )
        >>> ahead = forecast(lay_out(past, months=1))
        >>> ahead.by_age["customers"][:, 0].tolist(), float(ahead.by_age["active"][1, 0])
        ([0.0, 100.0, 100.0], 50.0)
    """
    alone = course.alone()
    active = alone.people * alone.retention[0]
    orders = active * alone.frequency[0]
    kept = orders * alone.basket[0] * (1 - alone.return_rate[0])
    there = alone.ages >= 0
    width = int(alone.ages.max(initial=0)) + 1
    by_age = {}
    for name, cells in (
        ("customers", alone.people),
        ("active", active),
        ("orders", orders),
        ("revenue", kept),
    ):
        summed = np.zeros((width, course.months))
        for month in range(course.months):
            rows = there[:, month]
            summed[:, month] = np.bincount(
                alone.ages[rows, month], weights=cells[rows, month], minlength=width
            )
        by_age[name] = summed
    coming = (course.coming + np.arange(course.months)) % course.known.season.shape[1]
    return Ahead(
        months=simulate(course, Levers()).baseline,
        by_age=by_age,
        season=course.known.season[0, coming],
    )


def pace(panel: Panel) -> float:
    """Customers acquired per month lately: the mean of the last year's whole months.

    Args:
        panel: The observed past.
    """
    whole = (panel.curve == ACQUIRED) & (panel.lived > 0) & panel.pooling
    recent = whole & (panel.month >= panel.coming - PACE_MONTHS)
    if not recent.any():
        return 0.0
    span = panel.coming - int(panel.month[recent].min())
    return float(panel.size[0][recent].sum()) / span
