"""Which purchase model to trust with a shop: the one that did best on days it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from habitue.core.clv.forecast import Calendar, Forecaster
from habitue.errors import HabitueError

CANDIDATES: Final = ("mbgnbd", "bgnbd", "paretonbd")
"""In order of preference where they do as well: one-time buyers are certain to be there under
BG/NBD, and Pareto/NBD takes longest."""
LONGEST: Final = 183
_FEWEST_DAYS: Final = 120
_BETTER: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a candidate did on the days held out.

    Attributes:
        model: Its key.
        predicted: Orders it expected.
        mae: Mean absolute error per customer, in orders.
    """

    model: str
    predicted: float
    mae: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The model chosen, and on what evidence.

    Attributes:
        model: Its key.
        days: Days held out; 0 when the history is too short to hold any out.
        actual: Orders placed in them.
        trials: One per candidate; empty without a holdout.
    """

    model: str
    days: int
    actual: float
    trials: tuple[Trial, ...]


def choose(calendar: Calendar, cut: int, horizon: int) -> Choice:
    """Hold out the last days, predict them with each candidate, and take the nearest.

    A candidate must be better by two hundredths to pass before one that is preferred.

    Args:
        calendar: The shop's clock, with the whole history.
        cut: Last day seen.
        horizon: Days ahead that matter; at most half a year, or a third of the history, is held
            out.
    """
    occasions = calendar.occasions
    days = min(horizon, LONGEST, (cut - occasions.born) // 3)
    earlier = cut - days
    plain = Choice(model=CANDIDATES[0], days=0, actual=0.0, trials=())
    if earlier - occasions.born < _FEWEST_DAYS:
        return plain
    who = occasions.at(earlier).who
    actual = occasions.between(earlier, cut)[who]
    try:
        expected = {
            model: Forecaster(occasions, model, calendar=calendar).orders(earlier, days)
            for model in CANDIDATES
        }
    except HabitueError:
        # Nobody to fit on back then: the preferred model says so itself where it is used.
        return plain
    trials = tuple(
        Trial(model=model, predicted=float(one.sum()), mae=float(np.abs(one - actual).mean()))
        for model, one in expected.items()
    )
    best = trials[0]
    for trial in trials[1:]:
        if trial.mae < best.mae * (1 - _BETTER):
            best = trial
    return Choice(model=best.model, days=days, actual=float(actual.sum()), trials=trials)
