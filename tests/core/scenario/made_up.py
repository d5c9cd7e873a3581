"""Shops whose truth is known: what moves their months is drawn, and the year after is seen."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from habitue.core.scenario.backtest import tried
from habitue.core.scenario.panel import Panel
from habitue.workspace.scenario_panel import Records, cohort_panel

HISTORY: Final = 24
HORIZONS: Final = (1, 3, 6, 12)
MOVERS: Final = ("nothing", "lasting", "drifting")
_FIRST: Final = 24_000
_NEW, _STOCK = 150, 900
_SEASON: Final = np.array([0.85, 0.85, 0.95, 0.95, 1, 0.95, 0.9, 0.9, 1.05, 1.15, 1.4, 1.05])
_SPREAD, _DRIFT, _KEPT = 0.15, 0.05, 0.7


class Held(NamedTuple):
    """What a year that was not seen brought, beside what was expected of it.

    Attributes:
        inside: Whether the interval held it, by horizon.
        missed: Logarithm of what came over what was expected, by horizon.
        spread: Standard deviation that the interval stands for, as a logarithm, by horizon.
    """

    inside: np.ndarray
    missed: np.ndarray
    spread: np.ndarray


def shocks(mover: str, months: int, rng: np.random.Generator) -> np.ndarray:
    """Draw what moves every customer of a month, as a logarithm."""
    fresh = rng.normal(0.0, 1.0, months)
    if mover == "nothing":
        return np.zeros(months)
    if mover == "drifting":
        return np.cumsum(_DRIFT * fresh)
    moved = _SPREAD * fresh
    for month in range(1, months):
        moved[month] = _KEPT * moved[month - 1] + np.sqrt(1 - _KEPT**2) * moved[month]
    return moved


def made_up(mover: str, seed: int) -> Panel:
    """Make a shop of 24 months and the 12 after: customers differ in pace, spend and leaving."""
    rng = np.random.default_rng([MOVERS.index(mover), seed])
    months = HISTORY + max(HORIZONS)
    arrivals = rng.poisson([_STOCK, *[_NEW] * (months - 1)])
    born = np.repeat(np.arange(months), arrivals)
    pace = rng.gamma(0.8, 0.45 / 0.8, born.size)
    leaving = rng.beta(1.0, 9.0, born.size)
    spend = np.exp(rng.normal(3.5, 0.6, born.size))
    moved = shocks(mover, months, rng)
    there = np.full(born.size, True)
    customer, month_of, orders, money = [], [], [], []
    for month in range(months):
        known = (born <= month) & there
        count = rng.poisson(pace * _SEASON[month % 12] * np.exp(moved[month])) + (born == month)
        who = np.flatnonzero(known & (count > 0))
        who_of = np.repeat(who, count[who])
        baskets = spend[who_of] * np.exp(rng.normal(0.0, 0.5, who_of.size))
        customer.append(who)
        month_of.append(np.full(who.size, month))
        orders.append(count[who].astype(float))
        money.append(np.bincount(who_of, baskets, minlength=born.size)[who])
        there &= ~((rng.random(born.size) < leaving) & (born <= month))
    who, when = np.concatenate(customer), np.concatenate(month_of)
    seen = Records(
        ids=pa.chunked_array([pa.array(np.arange(born.size))]),
        cohort=born + _FIRST,
        customer=who,
        month=when + _FIRST,
        measures={
            "active": np.ones(who.size), "orders": np.concatenate(orders),
            "gross": np.concatenate(money), "returned": np.zeros(who.size),
        },
        coming=_FIRST + months,
    )  # fmt: skip
    return cohort_panel(seen, left_out=_FIRST, margin_rate=1.0, seed=0)


def held(mover: str, shops: int) -> Held:
    """Forecast the last year of as many shops, each of its own, from the end of their history."""
    rows = []
    for seed in range(shops):
        panel = made_up(mover, seed)
        for months in HORIZONS:
            one = tried(panel, months_ago=max(HORIZONS), months=months)
            assert one.low is not None
            assert one.high is not None
            spread = np.log(one.high / one.low) / (2 * 1.96)
            rows.append((one.covered, np.log(one.actual / one.forecast), spread))
    inside, missed, spread = np.array(rows).T.reshape(3, shops, len(HORIZONS))
    return Held(inside.astype(bool), missed, spread)
