"""Pooled behaviour by age, told apart from the season, and carried beyond what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from habitue.core.scenario.panel import ACQUIRED, Floats, Integers, Panel

YEAR: Final = 12
CREDIBILITY: Final = 20.0
"""A row with this many expected returns counts as much as the pool does for its own level."""
AGE_CREDIBILITY: Final = 200.0
"""An age with this many returns counts as much as the decline drawn through all of them."""
YEARLY_DECLINE: Final = 0.80
"""Of the customers who order in a month, as many as this are still there a year on: what is
assumed where the shop's own history is too short to say, never more than its months show."""
DECLINE_CREDIBILITY: Final = 300.0
"""Active customers seen a year apart that weigh as much as that assumption."""
SEASON_SPREAD: Final = 0.25
"""Usual size of a seasonal factor, as a logarithm: a month of the year seen little stays near 1."""
SEASON_DOUBT: Final = 0.25
"""How much one occurrence of a month tells by chance, as a share of the squared spread."""
_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Curves:
    """How each kind of row behaves by age, per draw.

    Attributes:
        retention: Share of customers who order in a month, without season, (draws, curves, ages).
        frequency: Orders per active customer, the same shape.
        basket: Gross money per order, the same shape.
        return_rate: Returned share of gross, the same shape.
        level: How each row's activity compares with its curve, (draws, rows).
        spend: The same for its gross per active customer, (draws, rows).
        season: Factor of each month of the year on activity, January first, (draws, 12).
        decline: Activity kept from one month to the next, beyond what is observed, (draws, curves).
        observed: Ages observed by at least one pooled row, by curve.
    """

    retention: Floats
    frequency: Floats
    basket: Floats
    return_rate: Floats
    level: Floats
    spend: Floats
    season: Floats
    decline: Floats
    observed: Integers


def curves(panel: Panel, *, ages: int) -> Curves:
    """Pool the rows of each curve by age (chain-ladder), and place each row beside its pool.

    Activity is taken as size x curve(age) x level(row) x season(month). The curve at an age is
    what the rows observed at it did, drawn towards a steady decline by `AGE_CREDIBILITY`; the
    decline is measured on the same customers a year apart, where the season cancels out. Beyond
    the oldest observed age only the decline is left, and money stays at its mean.

    Args:
        panel: The observed past.
        ages: How many ages to give.
    """
    draws, rows, _ = panel.active.shape
    kinds = int(panel.curve.max(initial=0)) + 1
    season = np.ones((draws, YEAR))
    shape = (draws, kinds, ages)
    found = Curves(
        retention=np.zeros(shape),
        frequency=np.zeros(shape),
        basket=np.zeros(shape),
        return_rate=np.zeros(shape),
        level=np.ones((draws, rows)),
        spend=np.ones((draws, rows)),
        season=season,
        decline=np.ones((draws, kinds)),
        observed=np.zeros(kinds, dtype=np.int64),
    )
    # Cohorts come first: they hold every customer once, and tell the season to the others.
    for kind in range(kinds):
        mine = panel.curve == kind
        if panel.size[0, mine] @ panel.lived[mine]:
            _fit(panel.where(mine), kind, mine, found)
        elif kind != ACQUIRED:
            _average(kind, found)
    return found


def _fit(panel: Panel, kind: int, mine: NDArray[np.bool_], found: Curves) -> None:
    width, ages = panel.active.shape[2], found.retention.shape[2]
    start = 1 if kind == ACQUIRED else 0
    span = np.arange(max(width, ages))
    seen = span[:width] < panel.lived[:, None]
    pooled = seen & panel.pooling[:, None]
    if not pooled.any():
        pooled = seen
    later = (seen & (span[:width] >= start)).astype(np.float64)
    counted = later * pooled
    decline = _decline(panel.active, panel.pooling, seen, start)
    tilt = np.exp(np.log(decline)[:, None] * np.maximum(span - start, 0))
    month = (panel.month[:, None] + span[:width]) % YEAR
    came = np.einsum("dra,ra->da", panel.active, counted)
    actual = np.einsum("dra,ra->dr", panel.active, later)
    for _ in range(_ROUNDS):
        due = np.einsum("dra,ra->da", panel.size[:, :, None] * found.season[:, month], counted)
        base = _over(came.sum(axis=1), (due * tilt[:, :width]).sum(axis=1))
        curve = base[:, None] * tilt
        # The decline enters as so many more returns, and the customers due for them.
        weighed = _over(np.full_like(due, AGE_CREDIBILITY), curve[:, :width])
        curve[:, :width] = _over(came + AGE_CREDIBILITY * (weighed > 0), due + weighed)
        expected = panel.size[:, :, None] * curve[:, None, :width] * later
        seasonal = (expected * found.season[:, month]).sum(axis=2)
        found.level[:, mine] = (actual + CREDIBILITY) / (seasonal + CREDIBILITY)
        if kind == ACQUIRED:
            found.season[:] = _season(
                panel.active * later, expected * found.level[:, mine][:, :, None], month
            )
    if start:
        first = np.einsum("dr,r->d", panel.size, pooled[:, 0].astype(np.float64))
        curve[:, 0] = _over(panel.active[:, pooled[:, 0], 0].sum(axis=1), first)
    found.retention[:, kind] = curve[:, :ages]
    found.decline[:, kind] = decline
    found.observed[kind] = int(pooled.any(axis=0).sum())
    _money(panel, kind, mine, (pooled.astype(np.float64), later), found)


def _average(kind: int, found: Curves) -> None:
    """Let members of a segment that nobody was in before do as customers do on average."""
    for name in ("retention", "frequency", "basket", "return_rate"):
        curve = getattr(found, name)
        later = curve[:, ACQUIRED, min(1, curve.shape[2] - 1) :]
        curve[:, kind] = later.mean(axis=1, keepdims=True)
    found.decline[:, kind] = found.decline[:, ACQUIRED]


def _decline(
    active: Floats, pooling: NDArray[np.bool_], seen: NDArray[np.bool_], start: int
) -> Floats:
    """Activity kept from one month to the next: the same customers, a year apart."""
    kept, before = _pairs(active, seen, start, YEAR)
    assumed = YEARLY_DECLINE ** (1 / YEAR)
    # Where months fall faster than that, the assumption must not hold them up.
    rows = pooling if pooling.any() else np.ones_like(pooling)
    next_month, month = _pairs(active[:, rows], seen[rows], start, 1)
    falling = (next_month + DECLINE_CREDIBILITY / YEAR * assumed) / (
        month + DECLINE_CREDIBILITY / YEAR
    )
    prior = np.clip(falling, 1e-3, assumed) ** YEAR
    yearly = (kept + DECLINE_CREDIBILITY * prior) / (before + DECLINE_CREDIBILITY)
    return np.asarray(np.minimum(yearly, 1.0) ** (1 / YEAR))


def _pairs(active: Floats, seen: NDArray[np.bool_], start: int, lag: int) -> tuple[Floats, Floats]:
    """Activity at ages observed, and of the same rows some months earlier."""
    both = seen[:, start + lag :].astype(np.float64)
    width = both.shape[1]
    if not width:
        nothing = np.zeros(active.shape[0])
        return nothing, nothing
    return (
        np.einsum("dra,ra->d", active[:, :, start + lag :], both),
        np.einsum("dra,ra->d", active[:, :, start : start + width], both),
    )


def _season(actual: Floats, expected: Floats, month: Integers) -> Floats:
    """Compare each month of the year with what the curves expect, drawn towards 1."""
    draws = actual.shape[0]
    of_year = np.eye(YEAR)[month.ravel()]
    came = actual.reshape(draws, -1) @ of_year
    due = expected.reshape(draws, -1) @ of_year
    seen = due > 0
    ratio = np.log(np.where(seen, np.maximum(came, 0.5) / np.where(seen, due, 1.0), 1.0))
    times = _occurrences(expected[0] > 0, month)
    spread = SEASON_SPREAD**2
    doubt = spread * SEASON_DOUBT / np.maximum(times, 1.0) + 1 / np.maximum(came, 0.5)
    drawn = ratio * spread / (spread + doubt)
    known = seen.sum(axis=1, keepdims=True)
    mean = _over(np.where(seen, drawn, 0.0).sum(axis=1, keepdims=True), known.astype(np.float64))
    return np.asarray(np.where(seen, np.exp(drawn - mean), 1.0))


def _occurrences(seen: NDArray[np.bool_], month: Integers) -> Floats:
    """How many years each month of the year was seen in, at most by one row."""
    times = np.zeros((seen.shape[0], YEAR))
    for row in range(seen.shape[0]):
        times[row] = np.bincount(month[row][seen[row]], minlength=YEAR)
    return np.asarray(times.max(axis=0, initial=0.0))


def _money(
    panel: Panel,
    kind: int,
    mine: NDArray[np.bool_],
    counted: tuple[Floats, Floats],
    found: Curves,
) -> None:
    pooled, later = counted
    width, ages = panel.active.shape[2], found.retention.shape[2]
    start = 1 if kind == ACQUIRED else 0
    total = {
        name: np.einsum("dra,ra->da", getattr(panel, name), pooled)
        for name in ("active", "orders", "gross", "returned")
    }
    for name, above, below in (
        ("frequency", total["orders"], total["active"]),
        ("basket", total["gross"], total["orders"]),
        ("return_rate", -total["returned"], total["gross"]),
    ):
        curve = np.zeros((panel.active.shape[0], max(width, ages)))
        mean = _over(above[:, start:].sum(axis=1), below[:, start:].sum(axis=1))
        # An age with little behind it speaks of one customer, not of its age.
        weight = AGE_CREDIBILITY * _over(
            below[:, start:].sum(axis=1), total["active"][:, start:].sum(axis=1)
        )
        curve[:] = mean[:, None]
        mass = below + weight[:, None]
        curve[:, :width] = np.where(
            mass > 0,
            (above + (weight * mean)[:, None]) / np.where(mass > 0, mass, 1.0),
            mean[:, None],
        )
        if start:
            curve[:, 0] = _over(above[:, 0], below[:, 0])
        getattr(found, name)[:, kind] = curve[:, :ages]
    upto = min(width, ages)
    spent = (found.frequency[:, kind] * found.basket[:, kind])[:, :upto]
    due = np.einsum("dra,da,ra->dr", panel.active[:, :, :upto], spent, later[:, :upto])
    gross = np.einsum("dra,ra->dr", panel.gross[:, :, :upto], later[:, :upto])
    actual = np.einsum("dra,ra->dr", panel.active[:, :, :upto], later[:, :upto])
    weight = CREDIBILITY * _over(due, actual)
    known = due > 0
    found.spend[:, mine] = np.where(
        known, (gross + weight) / np.where(known, due + weight, 1.0), 1.0
    )


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
