"""How much each lever matters: one lever swept, all of them ranked, two at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from habitue.core.scenario.course import Course
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.outcome import figure_of
from habitue.core.scenario.panel import Floats
from habitue.errors import RequestError

SWEEPS: Final[dict[str, tuple[float, float]]] = {
    "retention_relative": (-0.20, 0.20),
    "retention_points": (-0.04, 0.04),
    "frequency": (-0.20, 0.20),
    "discount": (0.0, 0.40),
    "elasticity": (0.0, 4.0),
    "basket": (-0.20, 0.20),
    "return_rate": (-0.08, 0.08),
    "margin": (-0.08, 0.08),
    "annual_rate": (0.0, 0.40),
    "reach": (0.2, 1.0),
}
"""Levers that can be swept, and how far by default; eight steps are round."""
NUDGES: Final[dict[str, float]] = {
    "retention_relative": 0.05,
    "frequency": 0.05,
    "basket": 0.05,
    "discount": 0.05,
    "return_rate": 0.01,
    "margin": 0.01,
    "annual_rate": 0.05,
}
"""How far each lever is moved, both ways, to rank them: small steps a team might take."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """A lever moved a little both ways from where it is.

    Attributes:
        lever: Its name.
        step: How far.
        down: Change of the figure when it goes down, 0 where it cannot.
        up: Change of the figure when it goes up.
    """

    lever: str
    step: float
    down: float
    up: float


def value_of(levers: Levers, name: str) -> float:
    """Give a lever's value; of the discount, its depth."""
    found = getattr(levers, name)
    return float(found.depth if isinstance(found, Discount) else found)


def with_value(levers: Levers, name: str, value: float) -> Levers:
    """Give the levers with one set; of the discount, its depth.

    Raises:
        RequestError: No such lever can be swept, or the value cannot be.
    """
    if name not in SWEEPS:
        raise RequestError("unknown_word", name="lever", value=name, allowed=list(SWEEPS))
    if name == "discount":
        return levers.but(discount=Discount(depth=value, share=levers.discount.share))
    return levers.but(**{name: value})


def figure_at(course: Course, levers: Levers, figure: str) -> float:
    """Give one figure of the target with levers where they are, without intervals.

    Args:
        course: The target.
        levers: Where the levers are.
        figure: Of `FIGURES`.
    """
    alone = course.alone()
    return float(figure_of(figure, alone.flow(levers), alone, levers.annual_rate)[0])


def swept(
    course: Course, levers: Levers, name: str, *, figure: str = "margin", points: int = 25
) -> tuple[Floats, Floats]:
    """Move one lever through its range, the others where they are.

    Args:
        course: The target.
        levers: Where the levers are.
        name: Which one to move, of `SWEEPS`.
        figure: What to look at, of `FIGURES`.
        points: How many values.

    Returns:
        Values of the lever, and of the figure.
    """
    values = _range(levers, name, points)
    return values, np.array(
        [figure_at(course, with_value(levers, name, float(value)), figure) for value in values]
    )


def ranked(course: Course, levers: Levers, *, figure: str = "margin") -> list[Nudge]:
    """Nudge every lever both ways, and rank them by what they move, most first (tornado).

    Args:
        course: The target.
        levers: Where the levers are.
        figure: What to look at, of `FIGURES`.
    """
    here = figure_at(course, levers, figure)
    found = []
    for name, step in NUDGES.items():
        moved = []
        for way in (-step, step):
            try:
                there = with_value(levers, name, value_of(levers, name) + way)
            except RequestError:
                moved.append(0.0)
            else:
                moved.append(figure_at(course, there, figure) - here)
        found.append(Nudge(name, step, *moved))
    return sorted(found, key=lambda one: -max(abs(one.down), abs(one.up)))


def crossed(
    course: Course, levers: Levers, names: Sequence[str], *, figure: str = "margin", points: int = 9
) -> tuple[Floats, Floats, Floats]:
    """Move two levers at once.

    Args:
        course: The target.
        levers: Where the others are.
        names: The two, of `SWEEPS`.
        figure: What to look at, of `FIGURES`.
        points: How many values of each.

    Returns:
        Values of the first, of the second, and the figure's change from the baseline, one row
        per value of the second.
    """
    across, up = (_range(levers, name, points) for name in names)
    rest = figure_at(course, Levers(), figure)
    cells = [
        [
            figure_at(
                course,
                with_value(with_value(levers, names[0], float(one)), names[1], float(other)),
                figure,
            )
            - rest
            for one in across
        ]
        for other in up
    ]
    return across, up, np.array(cells)


def _range(levers: Levers, name: str, points: int) -> Floats:
    with_value(levers, name, value_of(levers, name))
    low, high = SWEEPS[name]
    here = value_of(levers, name)
    return np.linspace(min(low, here), max(high, here), points)
