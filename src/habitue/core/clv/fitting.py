"""Maximum likelihood that converges or says why.

Every model hands over one objective: the mean negative log-likelihood of the distinct patterns
and its analytic gradient in unbounded parameters (logarithms, so that positivity costs nothing).
Several starts run on a sample when there are many patterns; Newton steps with the Hessian of the
analytic gradient then polish on all of them, and tell whether the optimum is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from habitue.later import Later

optimize = Later("scipy.optimize")

Array: TypeAlias = NDArray[np.float64]
Objective: TypeAlias = Callable[[Array], tuple[float, Array]]

_HESSIAN_STEP: Final = 1e-4
_NEWTON_STEPS: Final = 30
_CONVERGED: Final = 1e-13
"""Newton decrement, in log-likelihood units of the whole base, below which a fit has arrived."""
_SLOW: Final = 20.0
"""A Newton step that gains less than this factor asks for a new Hessian."""
_ACCEPTED: Final = 1e-3
_FLAT: Final = 1e-2
"""Curvature below which a direction is not identified: a standard error above 10 in logs."""
_WORSE_THAN_ANY: Final = 1e10
_NEAR_ENOUGH: Final = 1e-5
"""Slope of the mean loss at which a climb hands over to Newton's steps, which finish it faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """Where the likelihood peaks.

    Attributes:
        theta: Unbounded parameters.
        log_likelihood: Sum over customers, in the scaled unit of the objective.
        covariance: Inverse Hessian on the identified directions.
        flat: Unit directions of theta that the data does not identify, as rows.
        converged: Whether the gradient vanishes on the identified directions.
    """

    theta: Array
    log_likelihood: float
    covariance: Array
    flat: Array
    converged: bool


def maximise(
    objective: Objective,
    starts: Sequence[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
    *,
    total: float,
    rough: Objective | None = None,
) -> Maximum:
    """Climb from several starts, keep the highest, polish it and check it.

    Args:
        objective: Mean negative log-likelihood and its gradient.
        starts: Unbounded parameters to start from.
        bounds: Where the search stays.
        total: Customers behind the mean, which turns it into a log-likelihood.
        rough: The objective on a sample, to choose among starts cheaply.
    """
    low, high = np.array(bounds, dtype=np.float64).T
    safe = _never_vanishing(objective)
    search = safe if rough is None else _never_vanishing(rough)
    # BFGS rather than L-BFGS-B: scipy's hands four numbers to threads, which wait for each other.
    climbs = [
        optimize.minimize(
            _walled(search, low, high),
            start,
            jac=True,
            method="BFGS",
            options={"gtol": _NEAR_ENOUGH},
        )
        for start in starts
    ]
    best = min(climbs, key=lambda climb: climb.fun)
    theta = np.clip(np.asarray(best.x, dtype=np.float64), low, high)
    # The sample's Hessian is near enough to start with, and costs nothing.
    return _polish(safe, theta, _hessian(search, theta), (low, high), total)


def _never_vanishing(objective: Objective) -> Objective:
    """Make a non-finite likelihood the worst of all, so that no search can hide in it."""

    def safe(theta: Array) -> tuple[float, Array]:
        value, gradient = objective(theta)
        if not (np.isfinite(value) and np.all(np.isfinite(gradient))):
            return _WORSE_THAN_ANY, np.zeros_like(theta)
        return value, gradient

    return safe


def _walled(objective: Objective, low: Array, high: Array) -> Objective:
    """Make the objective flat outside the box, so that a search has no reason to leave it."""

    def walled(theta: Array) -> tuple[float, Array]:
        value, gradient = objective(np.clip(theta, low, high))
        return value, np.where((theta >= low) & (theta <= high), gradient, 0.0)

    return walled


def _polish(
    objective: Objective, theta: Array, curvature: Array, box: tuple[Array, Array], total: float
) -> Maximum:
    value, gradient = objective(theta)
    decrement, stale = np.inf, False
    for _ in range(_NEWTON_STEPS):
        step = -_inverse(curvature, total)[0] @ gradient
        before, decrement = decrement, float(-gradient @ step) * total
        if decrement < _CONVERGED:
            break
        if stale and decrement > before / _SLOW:
            # To find the way, one side will do; the last word has both.
            curvature = _hessian(objective, theta, here=gradient)
            stale, decrement = False, np.inf
            continue
        moved = _backtrack(objective, theta, step, value, box)
        if moved is None:
            break
        theta, value, gradient = moved
        stale = True
    curvature = _hessian(objective, theta)
    decrement = float(gradient @ _inverse(curvature, total)[0] @ gradient) * total
    inverse, flat, convex = _inverse(curvature, total)
    return Maximum(
        theta=theta,
        log_likelihood=-value * total,
        covariance=inverse / total,
        flat=flat,
        converged=convex and decrement < _ACCEPTED,
    )


def _backtrack(
    objective: Objective, theta: Array, step: Array, value: float, box: tuple[Array, Array]
) -> tuple[Array, float, Array] | None:
    for halvings in range(12):
        there = np.clip(theta + step / 2**halvings, *box)
        reached, gradient = objective(there)
        # Near the optimum the gain drowns in rounding: equal is good enough.
        if reached <= value + 1e-15 * abs(value):
            return there, reached, gradient
    return None


def _hessian(objective: Objective, theta: Array, *, here: Array | None = None) -> Array:
    """Difference the gradient on both sides, or on one from the gradient here."""
    shifts = np.eye(theta.size) * _HESSIAN_STEP
    if here is not None:
        rows = [(objective(theta + shift)[1] - here) / _HESSIAN_STEP for shift in shifts]
    else:
        rows = [
            (objective(theta + shift)[1] - objective(theta - shift)[1]) / (2 * _HESSIAN_STEP)
            for shift in shifts
        ]
    hessian = np.array(rows)
    return np.asarray((hessian + hessian.T) / 2)


def _inverse(curvature: Array, total: float) -> tuple[Array, Array, bool]:
    """Invert on the identified directions; give the others, and whether none bends upwards."""
    values, vectors = np.linalg.eigh(curvature)
    known = values * total > _FLAT
    inverse = (vectors[:, known] / values[known]) @ vectors[:, known].T
    return inverse, vectors[:, ~known].T, bool(np.all(values * total > -_FLAT))
