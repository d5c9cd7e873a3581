"""How the months of the year differ, once cohorts and their ages are accounted for."""

from __future__ import annotations

from typing import Final

import numpy as np

from habitue.core.scenario.panel import Floats, Integers, Panel, curves

YEAR: Final = 12


def seasonal_factors(panel: Panel, *, born: Integers, first_coming: int, months: int) -> Floats:
    """Compare each past month's activity with what the curves expect, by month of the year.

    New customers' first month is left out. Factors average 1 over the year, and each month of
    the year is the mean of its occurrences, weighted by the activity expected.

    Args:
        panel: The observed past, its own season not looked at.
        born: Number of each row's first month; months count from any year, January being a
            multiple of 12.
        first_coming: Number of the first coming month.
        months: How many coming months to give.

    Returns:
        One factor per coming month; all 1 where fewer than twelve months can be compared.
    """
    width = panel.active.shape[2]
    known = curves(panel, ages=width)
    ages = np.arange(width)
    seen = (ages < panel.lived[:, None]) & (ages > 0)
    when = born[:, None] + ages
    expected = panel.size[0][:, None] * known.retention[0] * known.level[0][:, None] * seen
    actual = panel.active[0] * seen
    months_seen = when[seen]
    if not months_seen.size or np.unique(months_seen).size < YEAR:
        return np.ones(months)
    due = np.bincount(when[seen] % YEAR, weights=expected[seen], minlength=YEAR)
    came = np.bincount(when[seen] % YEAR, weights=actual[seen], minlength=YEAR)
    if (due <= 0).any():
        return np.ones(months)
    factors = came / due
    factors /= factors.mean()
    return factors[(first_coming + np.arange(months)) % YEAR]
