"""Intervals for shares, written as expressions so that they come out of the same query."""

from __future__ import annotations

from typing import Any, Final

Z_95: Final = 1.959963984540054
"""Quantile of the normal distribution that leaves 2.5 % on each side."""


def wilson(hits: Any, trials: Any, *, z: float = Z_95) -> tuple[Any, Any]:
    """Give the Wilson score interval of a share.

    Works on numbers, numpy arrays and ibis columns alike; it never leaves [0, 1], and has width
    even when nobody or everybody is hit. Source: E. B. Wilson, "Probable inference, the law of
    succession, and statistical inference", JASA 22 (1927), 209-212.

    Args:
        hits: How many were hit.
        trials: Out of how many; at least 1.
        z: Normal quantile; 1.96 for 95 %.

    Returns:
        Lower and upper bound.

    Examples:
        >>> low, high = wilson(7, 100)
        >>> round(low, 4), round(high, 4)
        (0.0343, 0.1375)
    """
    share = hits / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    spread = z / scale * (share * (1 - share) / trials + z * z / (4 * trials * trials)) ** 0.5
    return centre - spread, centre + spread
