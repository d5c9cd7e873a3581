"""One integral, of a product of two decaying powers, without cancellation.

    ∫ from `start` to `stop` of (1 + y/a)^-p (1 + y/b)^-q dy

It is the heart of the Pareto/NBD likelihood. The textbooks write it as a difference of two
hypergeometric functions, with two cases and digits lost in both; here it is summed by
Gauss-Legendre nodes in the logarithm of time, where the integrand is smooth: every term is
positive, and the derivatives in a, b, p and q come from the same nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from habitue.core.clv.fitting import Array

_NEGLECTED: Final = 40.0
"""E-folds below the start of the integrand after which nothing is left to add."""
_RULES: Final = ((0.7, 5), (2.0, 7), (5.0, 11), (12.0, 17), (np.inf, 36))
"""Nodes needed when the integrand spans so many e-folds, for twelve digits."""
_BLOCK: Final = 16_384


@dataclass(frozen=True, slots=True)
class Decay:
    """The integral and its means under the normalised integrand, one per row.

    Attributes:
        log: Logarithm of the integral; minus infinity when the span is empty.
        log_a: Mean of log(1 + y/a), minus the derivative of `log` in p.
        log_b: Mean of log(1 + y/b), minus the derivative in q.
        share_a: Mean of y / (a + y); p times it is the derivative in log a.
        share_b: Mean of y / (b + y).
    """

    log: Array
    log_a: Array
    log_b: Array
    share_a: Array
    share_b: Array


def decay(*, p: Array, a: Array, q: Array, b: Array, start: Array, stop: Array) -> Decay:
    """Integrate (1 + y/a)^-p (1 + y/b)^-q over y, row by row.

    Args:
        p: Power of the first factor.
        a: Its scale of time.
        q: Power of the second factor.
        b: Its scale of time.
        start: Where the span begins.
        stop: Where it ends.

    Examples:
        >>> one = np.ones(1)
        >>> found = decay(p=one, a=one, q=2 * one, b=one, start=0 * one, stop=one)
        >>> np.exp(found.log).round(12)  # (1 - 1/4) / 2
        array([0.375])
    """
    return Decay(*_rows((p, a, q, b, start, stop), 5, _sum))


def log_decay(*, p: Array, a: Array, q: Array, b: Array, start: Array, stop: Array) -> Array:
    """Give the logarithm of the integral alone, in half the time.

    Args:
        p: Power of the first factor.
        a: Its scale of time.
        q: Power of the second factor.
        b: Its scale of time.
        start: Where the span begins.
        stop: Where it ends.

    Examples:
        >>> one = np.ones(1)
        >>> np.exp(log_decay(p=one, a=one, q=2 * one, b=one, start=0 * one, stop=one)).round(12)
        array([0.375])
    """
    return np.asarray(_rows((p, a, q, b, start, stop), 1, _log_sum)[0])


def _rows(
    columns: Sequence[Array], answers: int, add: Callable[..., tuple[Array, ...]]
) -> list[Array]:
    """Integrate row by row, rows that need as many nodes together."""
    columns = [np.asarray(column) for column in columns]
    shape = np.broadcast_shapes(*(column.shape for column in columns))
    # A scale that is one number for all rows stays one number.
    rows = [
        column.ravel() if column.size == 1 else np.broadcast_to(column, shape).ravel()
        for column in columns
    ]
    answer = np.empty((answers, int(np.prod(shape))))
    span, folds = _span(rows)
    nodes_needed = np.searchsorted([limit for limit, _ in _RULES], folds)
    for rule, (_, count) in enumerate(_RULES):
        chosen = np.flatnonzero(nodes_needed == rule)
        for first in range(0, chosen.size, _BLOCK):
            block = chosen[first : first + _BLOCK]
            part = [_at(column, block) for column in rows[:5]]
            answer[:, block] = add(part, span[block], count)
    return [line.reshape(shape) for line in answer]


def _span(rows: Sequence[Array]) -> tuple[Array, Array]:
    """Length of the span in v = log(m + y), m the smaller scale, and the e-folds it covers."""
    p, a, q, b, start, stop = rows
    small = np.minimum(a, b) + start
    in_a, in_b = small / (a + start), small / (b + start)
    span = np.log1p((stop - start) / small)

    folds = p * np.log1p(in_a * (stop - start) / small) + q * np.log1p(
        in_b * (stop - start) / small
    )
    folds = folds - span
    far = np.flatnonzero(folds > _NEGLECTED)
    if far.size:
        parts = [_at(column, far) for column in (p, q, in_a, in_b)]
        span[far] = _where_neglected(parts, span[far])
        folds[far] = _NEGLECTED
    return span, np.maximum(np.abs(folds), 2 * span)


def _where_neglected(parts: Sequence[Array], v: Array) -> Array:
    """Find where the integrand has fallen by the e-folds after which nothing is left.

    The fall is convex in v, so that Newton comes down to the root from the right.
    """
    p, q, in_a, in_b = parts
    for _ in range(12):
        ya, yb, growth = in_a * np.expm1(v), in_b * np.expm1(v), np.exp(v)
        drop = p * np.log1p(ya) + q * np.log1p(yb) - v
        slope = p * in_a * growth / (1 + ya) + q * in_b * growth / (1 + yb) - 1
        v = v - (drop - _NEGLECTED) / slope
    return np.maximum(v, 0)


def _at(column: Array, rows: NDArray[np.intp]) -> Array:
    return column if column.size == 1 else column[rows]


@cache
def _nodes(count: int) -> tuple[tuple[float, float], ...]:
    """Place and weight of each node of a rule, on the unit span."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return tuple(zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))


def _log_sum(rows: Sequence[Array], span: Array, count: int) -> tuple[Array]:
    p, a, q, b, start = rows
    small = np.minimum(a, b) + start
    in_a, in_b = small / (a + start), small / (b + start)
    total = np.zeros(span.size)
    for node, weight in _nodes(count):
        v = node * span
        later = np.expm1(v)
        total += weight * np.exp(v - p * np.log1p(in_a * later) - q * np.log1p(in_b * later))
    with np.errstate(divide="ignore"):
        log = np.log(small * span * total)
    return (log - p * np.log1p(start / a) - q * np.log1p(start / b),)


def _sum(rows: Sequence[Array], span: Array, count: int) -> tuple[Array, ...]:
    p, a, q, b, start = rows
    small = np.minimum(a, b) + start
    a_start, b_start = a + start, b + start
    total, log_a, log_b, share_a, share_b = np.zeros((5, span.size))
    for node, weight in _nodes(count):
        v = node * span
        later = small * np.expm1(v)
        in_a, in_b = np.log1p(later / a_start), np.log1p(later / b_start)
        part = weight * np.exp(v - p * in_a - q * in_b)
        total += part
        log_a += part * in_a
        log_b += part * in_b
        share_a += part / (a_start + later)
        share_b += part / (b_start + later)
    before_a, before_b = np.log1p(start / a), np.log1p(start / b)
    with np.errstate(divide="ignore"):
        log = np.log(small * span * total) - p * before_a - q * before_b
    return (
        log,
        before_a + log_a / total,
        before_b + log_b / total,
        1 - a * share_a / total,
        1 - b * share_b / total,
    )
