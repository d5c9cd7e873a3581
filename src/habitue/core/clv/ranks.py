"""Rank correlation, without loading a library of statistics to a screen that needs one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.fitting import Array


def spearman(one: ArrayLike, other: ArrayLike) -> float:
    """Correlate two columns by rank, ties at their mean rank; NaN when one does not vary.

    Examples:
        >>> round(spearman([1, 2, 3, 4], [10, 30, 20, 40]), 3)
        0.8
        >>> spearman([1, 1], [2, 3])
        nan
    """
    left, right = (_mean_ranks(np.asarray(column)) for column in (one, other))
    left, right = left - left.mean(), right - right.mean()
    spread = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum()) / spread if spread else np.nan


def _mean_ranks(column: Array) -> Array:
    _, which, counts = np.unique(column, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[which])
