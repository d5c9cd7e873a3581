"""The mean of a smooth function of a Beta variable, where closed forms break.

With p = 1 / (1 + exp(-w)) the integral runs over the whole line with exponentially small ends,
and equal steps converge exponentially (Trefethen and Weideman 2014, SIAM Review 56(3)).
Slower than a hypergeometric function, but right at a = 1, for b in the thousands, anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy import special

from habitue.core.clv.fitting import Array

_STEP: Final = 0.2
_TINY: Final = 37.0
"""Natural logarithm of the inverse of what is neglected, 1e-16."""
_ROWS: Final = 4096


def beta_mean(smooth: Callable[[Array, slice], Array], at_zero: Array, a: Array, b: Array) -> Array:
    """Average a function of p over p ~ Beta(a, b), one row at a time.

    Args:
        smooth: The function, of a (rows, nodes) array of p and the rows it belongs to.
        at_zero: Its value at p = 0, per row. What is summed is the difference to it, so that a
            near 0 needs no endless tail.
        a: First parameter per row.
        b: Second parameter per row.

    Examples:
        >>> one = np.ones(1)
        >>> beta_mean(lambda p, rows: p**2, 0 * one, 2 * one, 3 * one).round(12)  # 2x3 / (5x6)
        array([0.2])
    """
    answers = np.empty_like(a)
    for start in range(0, a.size, _ROWS):
        rows = slice(start, start + _ROWS)
        low = -np.max(np.log(a[rows] + b[rows])) - _TINY / (1 + np.min(a[rows]))
        high = np.max(np.log1p(a[rows])) + _TINY / np.min(np.minimum(b[rows], 1.0))
        w = np.arange(low, min(high, 700.0), _STEP)
        logs = (
            a[rows, None] * special.log_expit(w)
            + b[rows, None] * special.log_expit(-w)
            - special.betaln(a[rows], b[rows])[:, None]
        )
        gap = smooth(special.expit(w), rows) - at_zero[rows, None]
        answers[rows] = at_zero[rows] + _STEP * np.sum(np.exp(logs) * gap, axis=1)
    return answers
