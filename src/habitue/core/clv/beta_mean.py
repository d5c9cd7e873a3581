"""The mean of a smooth function of a Beta variable, where closed forms break.

With p = 1 / (1 + exp(-w)) the integral runs over the whole line with exponentially small ends,
and equal steps converge exponentially (Trefethen and Weideman 2014, SIAM Review 56(3)).
Slower than a hypergeometric function, but right at a = 1, for b in the thousands, anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from habitue.core.clv.fitting import Array
from habitue.later import Later

special = Later("scipy.special")

Rows: TypeAlias = NDArray[np.intp]

_STEP: Final = 0.25
"""Of w; the integrands meet their first singularity at a distance of pi / 2 from the line."""
_STEPS_PER_SPREAD: Final = 1.7
_NEGLECTED: Final = 38.0
_SPREADS: Final = 9.0
_ENDLESS: Final = 0.3
"""Below this, a tail p^a or (1-p)^b is too long to walk: the value at its end is taken out."""
_CELLS: Final = 1_000_000


def beta_mean(
    smooth: Callable[[Array, Rows], Array], at_zero: Array, bend: Array, a: Array, b: Array
) -> Array:
    """Average a function of p over p ~ Beta(a, b), one row at a time.

    Args:
        smooth: The function, of a (rows, nodes) array of p and the rows it belongs to.
        at_zero: Its value at p = 0, per row.
        bend: Below this p it is nearly its value at 0, per row.
        a: First parameter per row.
        b: Second parameter per row.

    Examples:
        >>> one = np.ones(1)
        >>> def square(p, rows):
        ...     return p**2
        >>> beta_mean(square, 0 * one, one, 2 * one, 3 * one).round(12)  # 2x3 / (5x6)
        array([0.2])
    """
    centre, spread = np.log(a / b), np.sqrt(1 / a + 1 / b)
    left, right = a < _ENDLESS, b < _ENDLESS
    at_zero = np.where(left, at_zero, 0.0)
    at_one = np.where(right, smooth(np.ones((a.size, 1)), np.arange(a.size))[:, 0], 0.0)
    low = np.minimum(centre - _SPREADS * spread, np.log(bend)) - _NEGLECTED / (a + left)
    high = centre + _SPREADS * spread + _NEGLECTED / (b + right)
    nodes = np.ceil((high - low) / np.minimum(_STEP, spread / _STEPS_PER_SPREAD))
    answers = (at_zero * b + at_one * a) / (a + b)
    # Rows that need about as many nodes go together, the most demanding last.
    order, first = np.argsort(nodes, kind="stable"), 0
    while first < order.size:
        rows = order[first : first + max(1, int(_CELLS / nodes[order[first]]))]
        first += rows.size
        count = int(nodes[rows[-1]])
        step = (high - low)[rows, None] / count
        w = low[rows, None] + step * np.arange(count + 1)
        logs = a[rows, None] * special.log_expit(w) + b[rows, None] * special.log_expit(-w)
        density = np.exp(logs - special.betaln(a[rows], b[rows])[:, None]) * step
        p, rest = special.expit(w), special.expit(-w)
        gap = smooth(p, rows) - at_zero[rows, None] * rest - at_one[rows, None] * p
        answers[rows] += np.sum(density * gap, axis=1)
    return answers
