"""Share a difference out between the levers that made it, so that the parts add up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

from habitue.core.scenario.levers import Levers


def shared_out(
    levers: Levers, worth: Callable[[Levers], dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Split each figure's difference fairly between the levers that moved.

    A lever's part is its effect averaged over every order in which the levers could be moved.
    Source: L. S. Shapley, "A value for n-person games" (1953).

    Args:
        levers: All of them.
        worth: Gives every figure under some levers.

    Returns:
        By figure and lever; empty where none moved.
    """
    moved = levers.moved()
    known = {
        frozenset(names): worth(levers.only(set(names)))
        for size in range(len(moved) + 1)
        for names in combinations(moved, size)
    }
    return {
        figure: {lever: _part(lever, moved, known, figure) for lever in moved}
        for figure in known[frozenset()]
    }


def _part(
    lever: str,
    moved: tuple[str, ...],
    known: dict[frozenset[str], dict[str, float]],
    figure: str,
) -> float:
    others = [one for one in moved if one != lever]
    n = len(moved)
    part = 0.0
    for size in range(n):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for names in combinations(others, size):
            without = frozenset(names)
            part += weight * (known[without | {lever}][figure] - known[without][figure])
    return part
