"""Pieces of counting likelihoods, as sums over steps so that no two large numbers cancel.

`log Γ(r+x) - log Γ(r)` is the sum of `log(r+i)` for i < x, and over a whole base it needs only
how many customers go past each step. The same holds for ratios of Beta functions.
"""

from __future__ import annotations

import numpy as np

from habitue.core.clv.fitted import Number
from habitue.core.clv.fitting import Array
from habitue.later import Later

special = Later("scipy.special")


def rising(r: float, tail: Array) -> tuple[float, float]:
    """Sum log Γ(r+x) - log Γ(r) over a base, with its derivative in log r.

    Args:
        r: Shape of the purchase rate.
        tail: Customers with more than i repeats, i = 0, 1, 2…

    Examples:
        >>> value, slope = rising(2.0, np.array([1.0, 1.0, 1.0]))
        >>> round(float(np.exp(value)), 12)  # 2 x 3 x 4
        24.0
    """
    steps = r + np.arange(tail.size)
    return float(tail @ np.log(steps)), float(r * (tail @ (1 / steps)))


def staying(a: float, b: float, tail: Array) -> tuple[float, float, float]:
    """Sum log B(a, b+k) - log B(a, b) over a base, with its derivatives in log a and log b.

    Args:
        a: First parameter of the chance to leave.
        b: Second parameter.
        tail: Customers who stayed at more than i occasions, i = 0, 1, 2…

    Examples:
        >>> value, *_ = staying(1.0, 1.0, np.array([1.0, 1.0]))
        >>> round(float(np.exp(value)), 12)  # B(1, 3) / B(1, 1)
        0.333333333333
    """
    steps = b + np.arange(tail.size)
    left = tail / (a + steps)
    return (
        -float(tail @ np.log1p(a / steps)),
        -a * float(left.sum()),
        a * b * float(left @ (1 / steps)),
    )


def log_negative_binomial(r: Number, alpha: Number, orders: Array, t: Array) -> Array:
    """Log chance of a count of purchases in `t` from a gamma mixture of Poisson processes."""
    ways = special.gammaln(r + orders) - special.gammaln(r) - special.gammaln(orders + 1)
    share = t / (alpha + t)
    return np.asarray(ways - r * np.log1p(t / alpha) + special.xlogy(orders, share))


def at_least(r: Number, alpha: Number, orders: Array, t: Array) -> Array:
    """Chance of at least so many purchases in `t` from a gamma mixture of Poisson processes."""
    chance = special.betainc(np.maximum(orders, 1), r, t / (alpha + t))
    return np.asarray(np.where(orders > 0, chance, 1.0))


def softplus(odds: Array) -> tuple[Array, Array]:
    """Give log(1 + exp(odds)) and the chance exp(odds) / (1 + exp(odds)), sharing the exponential.

    Examples:
        >>> [float(part[0]) for part in softplus(np.array([800.0]))]
        [800.0, 1.0]
    """
    small = np.exp(-np.abs(odds))
    chance = np.where(odds > 0, 1.0, small) / (1 + small)
    return np.maximum(odds, 0) + np.log1p(small), chance


def dot(weight: Array, values: Array) -> float:
    """Sum products without BLAS, whose threads wait for each other on a busy machine.

    Examples:
        >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
        11.0
    """
    return float(np.einsum("i,i", weight, values))
