"""A panel laid out over the coming months, once; then levers act on arrays alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from habitue.core.scenario import noise
from habitue.core.scenario.curves import YEAR, Curves, curves
from habitue.core.scenario.levers import REST, Levers
from habitue.core.scenario.panel import ACQUIRED, Floats, Integers, Panel
from habitue.errors import RequestError

MAX_MONTHS: Final = 36


@dataclass(frozen=True, slots=True)
class Flow:
    """What the coming months bring, summed over the rows of each group: (draws, groups, months).

    Attributes:
        active: Customers who order.
        orders: Their orders, discounted ones included.
        revenue: Net of returns, at the prices paid.
        margin: Revenue less the cost of what is kept.
    """

    active: Floats
    orders: Floats
    revenue: Floats
    margin: Floats

    def blend(self, other: Flow, share: float) -> Flow:
        """Let a share of the target follow the other flow."""
        return Flow(
            *(
                (1 - share) * getattr(self, name) + share * getattr(other, name)
                for name in ("active", "orders", "revenue", "margin")
            )
        )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over the rows of each group, before prices and costs: (draws, groups, months)."""

    active: Floats
    orders: Floats
    gross: Floats
    kept: Floats


@dataclass(frozen=True)
class Course:
    """The target over the coming months, levers at rest.

    Attributes:
        months: How many.
        coming: Number of the first calendar month to come.
        groups: Names of the groups, in the order of the flows.
        people: Customers by row and month, those to come from their month on.
        ages: Age of each row in each month, negative before it is there.
        retention: Share who order, (draws, rows, months), season included.
        frequency: Orders per active customer, the same shape.
        basket: Gross per order at list price, the same shape.
        return_rate: Returned share of gross, the same shape.
        margin_rate: Margin as a share of revenue.
        factors: How much each month may miss, (draws, months); 1 in draw 0.
        customers: Customers of the target today.
        acquired: Customers to come over the horizon.
        known: The curves it stands on.
        seniors: Share of each row's customers whose cohort is at least so old in the first month
            to come, (rows, ages); None where rows are cohorts, whose age says it.
    """

    months: int
    coming: int
    groups: tuple[str, ...]
    people: Floats
    ages: Integers
    retention: Floats
    frequency: Floats
    basket: Floats
    return_rate: Floats
    margin_rate: float
    factors: Floats
    customers: float
    acquired: float
    known: Curves
    seniors: Floats | None
    _member: Floats
    _made: dict[tuple[float, ...], _Sums] = field(default_factory=dict)
    _alone: list[Course] = field(default_factory=list)
    _rested: list[Flow] = field(default_factory=list)

    def missing_by(self, factors: Floats) -> Course:
        """Give the same course, each month of each draw missed by a factor."""
        return replace(self, factors=factors, _made={}, _alone=[], _rested=[])

    def alone(self) -> Course:
        """Keep the data alone, without the redraws; the same object every time."""
        if not self._alone:
            self._alone.append(self if self.factors.shape[0] == 1 else self._first_draw())
        return self._alone[0]

    def _first_draw(self) -> Course:
        drawn = ("retention", "frequency", "basket", "return_rate", "factors")
        first = {name: getattr(self, name)[:1] for name in drawn}
        return replace(self, **first, _made={}, _alone=[], _rested=[])

    def flow(self, levers: Levers) -> Flow:
        """Say what the target brings under the levers, on the share of it that they reach."""
        if not levers.moved():
            return self._calm()
        full = self._priced(self._sums(levers), levers)
        return full if levers.reach == 1 else self._calm().blend(full, levers.reach)

    def _calm(self) -> Flow:
        """Give the baseline, the same object every time."""
        if not self._rested:
            self._rested.append(self._priced(self._sums(REST), REST))
        return self._rested[0]

    def retained(self, levers: Levers) -> Floats:
        """Share of customers who order, (draws, rows, months), everybody reached."""
        lifted = self.retention * (1 + levers.retention_relative) + levers.retention_points
        touched = self._of_age(levers.retention_from_age) * (
            np.arange(self.months) < levers.retention_months
        )
        return np.asarray(touched * np.clip(lifted, 0.0, 1.0) + (1 - touched) * self.retention)

    def _of_age(self, age: int) -> Floats:
        """Share of each row's customers whose cohort is at least so old, (rows, months)."""
        if self.seniors is None:
            return (self.ages >= age).astype(np.float64)
        oldest = self.seniors.shape[1] - 1
        reached = self.seniors[:, np.clip(age - np.arange(self.months), 0, oldest)]
        # Customers to come stand in rows of their own, below those of today.
        to_come = (self.ages[reached.shape[0] :] >= age).astype(np.float64)
        return np.concatenate([reached, to_come])

    def _sums(self, levers: Levers) -> _Sums:
        """Add up the rows; the levers that bend them row by row are few, and seldom moved."""
        bent = (
            (
                levers.retention_relative,
                levers.retention_points,
                float(levers.retention_from_age),
                float(levers.retention_months),
            )
            if levers.retention_relative or levers.retention_points
            else ()
        )
        asked = (*bent, levers.return_rate)
        if asked not in self._made:
            if len(self._made) >= _SUMS_HELD:
                self._made.clear()
            retention = self.retained(levers) if bent else self.retention
            rate = self.return_rate
            if levers.return_rate:
                rate = np.clip(rate + levers.return_rate, 0.0, 1.0)
            active = self.people * retention
            orders = active * self.frequency
            gross = orders * self.basket
            self._made[asked] = _Sums(
                *(self._grouped(rows) for rows in (active, orders, gross, gross * (1 - rate)))
            )
        return self._made[asked]

    def _grouped(self, rows: Floats) -> Floats:
        return np.asarray(np.matmul(self._member, rows) * self.factors[:, None, :])

    def _priced(self, sums: _Sums, levers: Levers) -> Flow:
        mine = [levers.discount_by_segment.get(group, levers.discount) for group in self.groups]
        depth = np.array([one.depth for one in mine])[:, None]
        share = np.array([one.share for one in mine])[:, None]
        placed = 1 - share + share * (1 + levers.elasticity * depth)
        paid = 1 - share + share * (1 + levers.elasticity * depth) * (1 - depth)
        more = 1 + levers.frequency
        kept = sums.kept * (more * (1 + levers.basket))
        cost_share = 1 - min(1.0, self.margin_rate + levers.margin)
        revenue = kept * paid
        return Flow(
            sums.active,
            sums.orders * (more * placed),
            revenue,
            revenue - kept * (placed * cost_share),
        )


_SUMS_HELD: Final = 64


def lay_out(
    panel: Panel, *, months: int, acquisitions: float = 0.0, error: float = 0.0, seed: int = 0
) -> Course:
    """Lay a panel out over the coming months.

    Args:
        panel: The observed past, and who stands where today.
        months: How far to look, 1 to 36.
        acquisitions: New customers per month to come; 0 looks at existing ones only.
        error: Usual error of one month's forecast, as a logarithm, for the interval.
        seed: Of the draws of the interval.

    Raises:
        RequestError: The horizon is outside 1 to 36, the target is empty, or nothing was
            observed to carry forward.
    """
    if not 1 <= months <= MAX_MONTHS:
        raise RequestError("horizon_outside", months=months, longest=MAX_MONTHS)
    if not acquisitions >= 0:
        raise RequestError("acquisitions_negative", value=acquisitions)
    if not panel.customers.sum() and not acquisitions:
        raise RequestError("target_empty")
    if not panel.lived.max(initial=0):
        raise RequestError("target_unobserved")
    # Rows without anyone in the target only teach the curves.
    here = panel.customers > 0
    coming = np.arange(months) if acquisitions else np.arange(0)
    names = tuple(group for group, there in zip(panel.groups, here, strict=True) if there)
    names += (NEW,) * coming.size
    groups = tuple(dict.fromkeys(names))
    everyone = np.maximum(panel.now, 0).max(initial=0)
    known = curves(panel, ages=int(everyone) + months)
    laid = _lay(panel, known, here, months)
    people = panel.customers[here][:, None] * np.ones(months)
    if (panel.curve[here] != ACQUIRED).any():
        laid = _shared(panel, known, laid, months)
    if coming.size:
        laid = laid.beside(_to_come(panel, known, months))
        people = np.concatenate([people, acquisitions * (laid.ages[-months:] >= 0)])
    draws = known.season.shape[0]
    course = Course(
        months=months, coming=panel.coming, groups=groups, people=people,
        ages=laid.ages, retention=laid.retention, frequency=laid.frequency, basket=laid.basket,
        return_rate=laid.return_rate, margin_rate=panel.margin_rate,
        factors=np.ones((draws, months)), customers=float(panel.customers.sum()),
        acquired=float(acquisitions) * months, known=known, seniors=_seniors(panel, here),
        _member=np.array([[float(name == group) for name in names] for group in groups]),
    )  # fmt: skip
    if draws > 1:
        calm = course.flow(Levers()).revenue[0].sum(axis=0)
        factors = noise.month_factors(panel, error, months, seed=seed)
        factors *= 1 + noise.chance(panel, calm, seed=seed + 1)
        return course.missing_by(factors)
    return course


def _seniors(panel: Panel, rows: NDArray[np.bool_]) -> Floats | None:
    """Share of each row's customers whose cohort is at least so old; nobody at the end."""
    if panel.seniority is None:
        return None
    at_least = np.cumsum(panel.seniority[rows][:, ::-1], axis=1)[:, ::-1]
    return np.pad(at_least / at_least[:, :1], ((0, 0), (0, 1)))


NEW: Final = ""
"""Group of the customers to come."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """Rows over the coming months: (draws, rows, months), but for the ages."""

    ages: Integers
    retention: Floats
    frequency: Floats
    basket: Floats
    return_rate: Floats

    def beside(self, other: _Laid) -> _Laid:
        return _Laid(
            np.concatenate([self.ages, other.ages]),
            *(
                np.concatenate([getattr(self, name), getattr(other, name)], axis=1)
                for name in ("retention", "frequency", "basket", "return_rate")
            ),
        )

    def brings(self, people: Floats) -> tuple[Floats, Floats, Floats]:
        """Customers who order, their orders, and net money, per draw and month."""
        active = people[:, None] * self.retention
        orders = active * self.frequency
        net = orders * self.basket * (1 - self.return_rate)
        return active.sum(axis=1), orders.sum(axis=1), net.sum(axis=1)


def _lay(panel: Panel, known: Curves, rows: NDArray[np.bool_], months: int) -> _Laid:
    ages = panel.now[rows][:, None] + np.arange(months)
    beside = known.level[:, rows], known.spend[:, rows]
    return _along(panel, known, ages, panel.curve[rows], beside)


def _to_come(panel: Panel, known: Curves, months: int) -> _Laid:
    """One row per month to come, behaving as the pooled cohorts do."""
    ages = np.arange(months) - np.arange(months)[:, None]
    kind, ones = np.full(months, ACQUIRED), np.ones((known.season.shape[0], months))
    return _along(panel, known, ages, kind, (ones, ones))


def _along(
    panel: Panel,
    known: Curves,
    ages: Integers,
    kind: Integers,
    beside: tuple[Floats, Floats],
) -> _Laid:
    level, spend = beside
    at, by_row = np.maximum(ages, 0), kind[:, None]
    # In the month in which they are acquired, all of them order, whatever the season.
    first = (ages == 0) & (by_row == ACQUIRED)
    season = known.season[:, (panel.coming + np.arange(ages.shape[1])) % YEAR]
    lift = np.where(first, 1.0, level[:, :, None] * season[:, None, :])
    return _Laid(
        ages=ages,
        retention=np.clip(known.retention[:, by_row, at] * lift, 0.0, 1.0),
        frequency=known.frequency[:, by_row, at],
        basket=known.basket[:, by_row, at] * np.where(first, 1.0, spend[:, :, None]),
        return_rate=np.clip(known.return_rate[:, by_row, at], 0.0, 1.0),
    )


def _shared(panel: Panel, known: Curves, laid: _Laid, months: int) -> _Laid:
    """Let the segments share out what the cohorts bring, month by month.

    Segments are quantiles of a base that grows old: by themselves, they would all stay as good
    as they were. The whole is what was put to the test; the segments say whose it is.
    """
    sums = []
    for cohorts in (True, False):
        rows = (panel.whole > 0) & ((panel.curve == ACQUIRED) == cohorts)
        sums.append(_lay(panel, known, rows, months).brings(panel.whole[rows]))
    fewer, often, dearer = (
        np.divide(whole, told, out=np.ones_like(told), where=told > 0)[:, None, :]
        for whole, told in zip(*sums, strict=True)
    )
    some = np.where(fewer > 0, fewer, 1.0), np.where(often > 0, often, 1.0)
    return _Laid(
        ages=laid.ages,
        retention=np.clip(laid.retention * fewer, 0.0, 1.0),
        frequency=laid.frequency * often / some[0],
        basket=laid.basket * dearer / some[1],
        return_rate=laid.return_rate,
    )
