"""What anybody could predict without a model: four rules of thumb (D34)."""

from __future__ import annotations

from typing import Final

import numpy as np

from habitue.core.clv.clock import YEAR
from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import Codes
from habitue.core.clv.occasions import Occasions

BASELINES: Final = ("mean_rate", "recent", "last_year", "cohort_curve")
_BLOCK: Final = 30
_LAST_BLOCKS: Final = 3


def mean_rate(occasions: Occasions, cut: int, horizon: int, *, money: bool = False) -> Array:
    """Go on at each customer's own mean rate since the first occasion, which does not count.

    Args:
        occasions: The whole history.
        cut: Last day seen.
        horizon: Days ahead.
        money: Whether to predict money rather than orders.

    Examples:
        >>> shop = Occasions.of([0, 0, 0], [0, 5, 10], [9.0, 20.0, 30.0])
        >>> mean_rate(shop, 20, 40), mean_rate(shop, 20, 40, money=True)
        (array([4.]), array([100.]))
    """
    seen = occasions.at(cut)
    repeats = seen.frequency * (seen.money if money else 1.0)
    return np.asarray(np.divide(repeats, seen.T, out=np.zeros_like(seen.T), where=seen.T > 0)
                      * horizon)  # fmt: skip


def recent(occasions: Occasions, cut: int, horizon: int, *, money: bool = False) -> Array:
    """Repeat what each customer did in as many days just before, the first occasion left out.

    Beyond a year ahead, the last year goes on and on.

    Args:
        occasions: The whole history.
        cut: Last day seen.
        horizon: Days ahead.
        money: Whether to predict money rather than orders.
    """
    who, window = occasions.at(cut).who, min(horizon, YEAR)
    done = occasions.between(cut - window, cut, money=money)
    opening = occasions.day == occasions.first[occasions.customer]
    fresh = opening & (occasions.day > cut - window) & (occasions.day <= cut)
    weights = occasions.money[fresh] if money else None
    done -= np.bincount(occasions.customer[fresh], weights, minlength=occasions.customers)
    return np.asarray(done[who] * (horizon / window))


def last_year(occasions: Occasions, cut: int, horizon: int, *, money: bool = False) -> Array:
    """Repeat what each customer did in the same window a year before.

    Beyond a year ahead, the last year goes on and on.

    Args:
        occasions: The whole history.
        cut: Last day seen.
        horizon: Days ahead.
        money: Whether to predict money rather than orders.
    """
    who, window = occasions.at(cut).who, min(horizon, YEAR)
    done = occasions.between(cut - YEAR, cut - YEAR + window, money=money)[who]
    return done * (horizon / window)


def cohort_curve(occasions: Occasions, cut: int, horizon: int, *, money: bool = False) -> Array:
    """Give each customer what customers of their coming ages did on average so far.

    Ages are blocks of 30 days; beyond the oldest one seen, the last three blocks go on.

    Args:
        occasions: The whole history.
        cut: Last day seen.
        horizon: Days ahead.
        money: Whether to predict money rather than orders.
    """
    seen = occasions.at(cut)
    inside = occasions.day <= cut
    customer = occasions.customer[inside]
    age = occasions.day[inside] - occasions.first[customer]
    weights = np.where(age > 0, occasions.money[inside] if money else 1.0, 0.0)
    old = np.zeros(occasions.customers, dtype=np.bool_)
    old[seen.who] = seen.old
    expected = np.zeros(seen.who.size)
    # Old customers have a curve of their own: their age 0 is not the beginning of anything.
    for side in (seen.old, ~seen.old):
        mine = old[customer] == seen.old[side].any()
        expected[side] = _along_curve(age[mine], weights[mine], seen.T[side], horizon)
    return expected


def _along_curve(age: Codes, weights: Array, lived: Array, horizon: int) -> Array:
    if not lived.size:
        return lived
    blocks = int(lived.max()) // _BLOCK + 1
    edges = np.arange(blocks + 1) * float(_BLOCK)
    done = np.bincount(age // _BLOCK, weights, minlength=blocks)
    exposed = np.array([np.clip(lived - edge, 0, _BLOCK).sum() for edge in edges[:-1]])
    rate = np.divide(done, exposed, out=np.zeros(blocks), where=exposed > 0)
    tail = slice(max(blocks - _LAST_BLOCKS, 0), None)
    after = float(done[tail].sum() / max(exposed[tail].sum(), 1.0))
    reached = np.append(0.0, np.cumsum(rate * _BLOCK))

    def by(days: Array) -> Array:
        beyond = np.maximum(days - edges[-1], 0)
        return np.asarray(np.interp(days, edges, reached) + beyond * after)

    return by(lived + horizon) - by(lived)


RULES: Final = {
    "mean_rate": mean_rate, "recent": recent, "last_year": last_year, "cohort_curve": cohort_curve,
}  # fmt: skip
