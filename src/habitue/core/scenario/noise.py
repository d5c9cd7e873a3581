"""What an interval must hold besides the redraws: how wrong such forecasts were, and chance."""

from __future__ import annotations

from typing import Final

import numpy as np

from habitue.core.scenario.panel import Floats, Panel

USUAL_ERROR: Final = 0.25
"""Error of one month's forecast, as a logarithm, before a shop's own past has spoken."""
USUAL_WEIGHT: Final = 6.0
"""Months of own errors that weigh as much as that."""
LASTING: Final = 0.2
"""Share of the squared error that stays for the whole horizon."""
FADING: Final = 0.7
"""How much of the rest passes from one month to the next."""


def month_factors(panel: Panel, error: float, months: int, *, seed: int) -> Floats:
    """Draw, for each redraw, the factor by which each coming month misses.

    Args:
        panel: The observed past; its redraws say how many to make.
        error: Usual error of one month, as a logarithm.
        months: How many coming months.
        seed: Of the draws.

    Returns:
        Factors, (draws, months), of mean 1; draw 0 is exactly 1.
    """
    draws = panel.size.shape[0]
    rng = np.random.default_rng(seed)
    fresh: Floats = rng.normal(0.0, 1.0, (months, draws))
    fading: Floats = np.zeros((months, draws))
    for month in range(months):
        before = fading[month - 1] if month else fresh[0]
        kept = FADING if month else 0.0
        fading[month] = kept * before + np.sqrt(1 - kept**2) * fresh[month]
    lasting: Floats = np.asarray(rng.normal(0.0, 1.0, (draws,)))
    missed = np.sqrt(1 - LASTING) * fading.T + np.sqrt(LASTING) * lasting[:, None]
    factors = np.exp(error * missed - error**2 / 2)
    factors[0] = 1.0
    return np.asarray(factors)


def graininess(panel: Panel) -> float:
    """Variance of a sum of money over its mean: what one active customer more or less moves.

    Estimated from how the redraws differ; 0 without redraws.
    """
    if panel.gross.shape[0] == 1:
        return 0.0
    mean = float(panel.gross[0].sum())
    return float(panel.gross[1:].var(axis=0).sum()) / mean if mean else 0.0


def chance(panel: Panel, revenue: Floats, *, seed: int) -> Floats:
    """Draw what chance adds to each month's money, as a share of it.

    Args:
        panel: The observed past.
        revenue: Money expected each month.
        seed: Of the draws.

    Returns:
        Shares to add, (draws, months), of mean 0; draw 0 is exactly 0.
    """
    draws = panel.size.shape[0]
    grain = graininess(panel)
    spread = np.sqrt(grain / np.where(revenue > 0, revenue, np.inf))
    drawn = np.random.default_rng(seed).standard_normal((draws, revenue.size)) * spread
    drawn[0] = 0.0
    return np.asarray(np.maximum(drawn, -1.0))
