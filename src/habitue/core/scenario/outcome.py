"""Carry the observed curves forward, with the levers at rest and moved (D35-D37)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial
from typing import Any, Final

import numpy as np

from habitue.core.money import discount_factors
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.panel import Curves, Floats, Panel, curves
from habitue.errors import RequestError

MAX_MONTHS: Final = 36
FIGURES: Final = ("clv", "revenue", "margin", "retention", "orders")


@dataclass(frozen=True, slots=True)
class Figure:
    """One answer, before and after.

    Attributes:
        baseline: With every lever at rest.
        scenario: With the levers moved.
        low: Lower bound of the scenario, 95 %, over redrawn customers.
        high: Upper bound of the scenario.
        baseline_low: Lower bound of the baseline.
        baseline_high: Upper bound of the baseline.
        difference_low: Lower bound of the difference, redrawn together.
        difference_high: Upper bound of the difference.
        parts: What each moved lever adds to the difference (Shapley); they sum to it.
    """

    baseline: float
    scenario: float
    low: float
    high: float
    baseline_low: float
    baseline_high: float
    difference_low: float
    difference_high: float
    parts: dict[str, float]

    @property
    def difference(self) -> float:
        """Scenario less baseline."""
        return self.scenario - self.baseline

    @property
    def change(self) -> float | None:
        """Difference as a share of the baseline; None where the baseline is zero."""
        return self.difference / self.baseline if self.baseline else None


@dataclass(frozen=True, slots=True)
class Months:
    """What each coming month brings, summed over the target: one value per month.

    Attributes:
        revenue: Net of returns.
        margin: Revenue less the cost of what is kept.
        active: Customers who order.
        orders: Their orders.
        people: Customers in the target, new ones included from their month on.
        revenue_low: Lower bound of revenue, 95 %.
        revenue_high: Upper bound of revenue, 95 %.
    """

    revenue: Floats
    margin: Floats
    active: Floats
    orders: Floats
    people: Floats
    revenue_low: Floats
    revenue_high: Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario beside its baseline.

    Attributes:
        figures: By name: `clv` (discounted margin per customer of the target), `revenue`,
            `margin`, `orders`, and `retention` (mean share of customers who order in a month).
        baseline: Month by month, levers at rest.
        scenario: Month by month, levers moved.
        horizon_months: How far it looks.
        customers: Customers of the target today.
        acquired: Customers acquired over the horizon.
        action_cost: What the action costs over the horizon, acquisition included.
        levers: The levers.
    """

    figures: dict[str, Figure]
    baseline: Months
    scenario: Months
    horizon_months: int
    customers: float
    acquired: float
    action_cost: float
    levers: Levers

    @property
    def roi(self) -> float | None:
        """Margin gained over the cost of the action, less one; None where it costs nothing."""
        if not self.action_cost:
            return None
        return self.figures["margin"].difference / self.action_cost - 1


class _Flow:
    """Draws by rows by months of everything that is added up."""

    __slots__ = ("active", "margin", "orders", "revenue")

    def __init__(self, active: Floats, orders: Floats, revenue: Floats, margin: Floats) -> None:
        self.active, self.orders = active, orders
        self.revenue, self.margin = revenue, margin

    def blend(self, other: _Flow, share: float) -> _Flow:
        """Let a share of the target follow the other flow."""
        return _Flow(
            *(
                (1 - share) * getattr(self, name) + share * getattr(other, name)
                for name in ("active", "orders", "revenue", "margin")
            )
        )


class _Course:
    """A panel laid out over the coming months: computed once, then only levers act on it."""

    def __init__(self, panel: Panel, months: int, acquisitions: float) -> None:
        self.months = months
        rows = panel.customers.size
        now = panel.now
        people = panel.customers
        groups = panel.groups
        if acquisitions:
            now = np.concatenate([now, -np.arange(months)])
            people = np.concatenate([people, np.full(months, float(acquisitions))])
            groups = (*groups, *[""] * months)
        self.groups = groups
        ages = now[:, None] + np.arange(months)
        self.ages = ages
        self.here = (ages >= 0).astype(np.float64)
        self.people = people[:, None] * self.here
        known: Curves = curves(panel, ages=int(ages.max(initial=0)) + 1)
        at = np.maximum(ages, 0)
        # The new ones behave as the pool does.
        level = np.ones((known.level.shape[0], now.size))
        level[:, :rows] = known.level
        spend = np.ones_like(level)
        spend[:, :rows] = known.spend
        season = panel.season[:months]
        first = ages == 0
        lift = np.where(first, 1.0, level[:, :, None] * season)
        self.retention = np.clip(known.retention[:, at] * lift, 0.0, 1.0)
        self.frequency = known.frequency[:, at]
        self.basket = known.basket[:, at] * np.where(first, 1.0, spend[:, :, None])
        self.return_rate = known.return_rate[:, at]
        self.margin_rate = panel.margin_rate
        self.curves = known

    def at_rest(self) -> _Flow:
        return self._flow(self.retention, self.frequency, self.basket, self.return_rate, Levers())

    def moved(self, levers: Levers) -> _Flow:
        """Apply the levers in their order, to everybody."""
        lifted = self.retention * (1 + levers.retention_relative) + levers.retention_points
        touched = (self.ages >= levers.retention_from_age) & (
            np.arange(self.months) < levers.retention_months
        )
        retention = np.where(touched, np.clip(lifted, 0.0, 1.0), self.retention)
        return self._flow(
            retention,
            self.frequency * (1 + levers.frequency),
            self.basket * (1 + levers.basket),
            np.clip(self.return_rate + levers.return_rate, 0.0, 1.0),
            levers,
        )

    def _flow(
        self,
        retention: Floats,
        frequency: Floats,
        basket: Floats,
        return_rate: Floats,
        levers: Levers,
    ) -> _Flow:
        active = self.people * retention
        orders = active * frequency
        depth, share = self._discounts(levers)
        more = 1 + levers.elasticity * depth
        placed = 1 - share + share * more
        paid = 1 - share + share * more * (1 - depth)
        at_list = orders * basket * (1 - return_rate)
        cost_share = 1 - min(1.0, self.margin_rate + levers.margin)
        revenue = at_list * paid
        return _Flow(active, orders * placed, revenue, revenue - at_list * placed * cost_share)

    def _discounts(self, levers: Levers) -> tuple[Floats, Floats]:
        mine: list[Discount] = [
            levers.discount_by_segment.get(group, levers.discount) for group in self.groups
        ]
        depth = np.array([one.depth for one in mine])[:, None]
        share = np.array([one.share for one in mine])[:, None]
        return depth, share


def simulate(
    panel: Panel,
    levers: Levers,
    *,
    months: int = 12,
    acquisitions: float = 0.0,
    base: Levers | None = None,
) -> Outcome:
    """Compare a scenario with its baseline.

    Args:
        panel: The observed past, and who stands where today.
        levers: What changes.
        months: How far to look, 1 to 36.
        acquisitions: New customers per month to come; 0 looks at existing ones only.
        base: Levers of the baseline; at rest when None.

    Raises:
        RequestError: The horizon is outside 1 to 36, the target is empty, or nothing was
            observed to carry forward.
    """
    if not 1 <= months <= MAX_MONTHS:
        raise RequestError("horizon_outside", months=months, longest=MAX_MONTHS)
    if not panel.customers.sum() and not acquisitions:
        raise RequestError("target_empty")
    if not panel.lived.max(initial=0):
        raise RequestError("target_unobserved")
    rest = base or Levers()
    course = _Course(panel, months, acquisitions)
    before = _reached(course, rest)
    after = _reached(course, levers)
    people = course.people
    figures = {}
    parts = _shapley(panel, levers, rest, months, acquisitions)
    for name in FIGURES:
        was = _figure(name, before, people, rest.annual_rate)
        becomes = _figure(name, after, people, levers.annual_rate)
        figures[name] = Figure(
            float(was[0]), float(becomes[0]),
            *_bounds(becomes), *_bounds(was), *_bounds(becomes - was), parts[name],
        )  # fmt: skip
    acquired = acquisitions * months
    return Outcome(
        figures=figures,
        baseline=_by_month(before, people),
        scenario=_by_month(after, people),
        horizon_months=months,
        customers=float(panel.customers.sum()),
        acquired=acquired,
        action_cost=(
            levers.fixed_cost
            + levers.cost_per_customer * levers.reach * float(panel.customers.sum())
            + (levers.cac or 0.0) * acquired
        ),
        levers=levers,
    )


def newcomer(panel: Panel, *, customers: float = 1.0) -> Panel:
    """Make the panel of customers acquired now, behaving as the pool does.

    Args:
        panel: The observed past.
        customers: How many.
    """
    empty: dict[str, Any] = {
        name: np.concatenate(
            [getattr(panel, name), np.zeros_like(getattr(panel, name)[:, :1])], axis=1
        )
        for name in ("size", "active", "orders", "gross", "returned")
    }
    return replace(
        panel,
        labels=(*panel.labels, "new"),
        groups=(*panel.groups, ""),
        customers=np.append(np.zeros_like(panel.customers), customers),
        now=np.append(panel.now, 0),
        lived=np.append(panel.lived, 0),
        pooling=np.append(panel.pooling, False),
        season=np.ones_like(panel.season),
        **empty,
    )


def cumulative_margin(panel: Panel, levers: Levers, *, months: int) -> Floats:
    """Margin that a new customer has brought by the end of each month, discounted.

    Args:
        panel: The observed past.
        levers: What changes.
        months: How far to look.
    """
    flow = _reached(_Course(_first_draw(newcomer(panel)), months, 0.0), levers)
    factors = discount_factors(annual_rate=levers.annual_rate, horizon_months=months)
    return np.cumsum(flow.margin[0].sum(axis=0) * factors)


def payback_month(cumulative: Floats, cac: float) -> float | None:
    """Month in which cumulated margin reaches the cost of acquisition, interpolated.

    Args:
        cumulative: Out of `cumulative_margin`.
        cac: Cost of acquiring a customer.

    Returns:
        Months from acquisition; 1.0 is the end of the first; None when not reached.

    Examples:
        >>> payback_month(np.array([10.0, 20.0, 40.0]), 30.0)
        2.5
    """
    reached = np.flatnonzero(cumulative >= cac)
    if not reached.size:
        return None
    month = int(reached[0])
    before = float(cumulative[month - 1]) if month else 0.0
    gained = float(cumulative[month]) - before
    return month + ((cac - before) / gained if gained > 0 else 0.0)


def _reached(course: _Course, levers: Levers) -> _Flow:
    calm = course.at_rest()
    if not levers.moved():
        return calm
    full = course.moved(levers)
    return full if levers.reach == 1 else calm.blend(full, levers.reach)


def _figure(name: str, flow: _Flow, people: Floats, annual_rate: float) -> Floats:
    if name == "retention":
        return np.asarray(flow.active.sum(axis=(1, 2)) / people.sum())
    if name == "clv":
        factors = discount_factors(annual_rate=annual_rate, horizon_months=people.shape[1])
        return np.asarray((flow.margin * factors).sum(axis=(1, 2)) / people[:, -1].sum())
    return np.asarray(getattr(flow, name).sum(axis=(1, 2)))


def _bounds(draws: Floats) -> tuple[float, float]:
    if draws.size == 1:
        return float(draws[0]), float(draws[0])
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return float(low), float(high)


def _by_month(flow: _Flow, people: Floats) -> Months:
    sums = {
        name: getattr(flow, name).sum(axis=1) for name in ("revenue", "margin", "active", "orders")
    }
    low, high = (
        np.quantile(sums["revenue"][1:], [0.025, 0.975], axis=0)
        if sums["revenue"].shape[0] > 1
        else (sums["revenue"][0],) * 2
    )
    return Months(
        **{name: values[0] for name, values in sums.items()},
        people=people.sum(axis=0),
        revenue_low=low,
        revenue_high=high,
    )


def _first_draw(panel: Panel) -> Panel:
    return replace(
        panel,
        **{
            name: getattr(panel, name)[:1]
            for name in ("size", "active", "orders", "gross", "returned")
        },
    )


def _shapley(
    panel: Panel, levers: Levers, rest: Levers, months: int, acquisitions: float
) -> dict[str, dict[str, float]]:
    """Split each figure's difference fairly between the levers that moved.

    A lever's part is its effect averaged over every order in which the levers could be moved.
    Source: L. S. Shapley, "A value for n-person games" (1953).
    """
    moved = levers.moved()
    course = _Course(_first_draw(panel), months, acquisitions)
    worth: dict[frozenset[str], dict[str, float]] = {}
    for size in range(len(moved) + 1):
        for names in combinations(moved, size):
            some = levers.only(set(names)) if names else rest
            flow = _reached(course, some)
            worth[frozenset(names)] = {
                name: float(_figure(name, flow, course.people, some.annual_rate)[0])
                for name in FIGURES
            }
    return {
        figure: {lever: _part(lever, moved, worth, figure) for lever in moved} for figure in FIGURES
    }


def _part(
    lever: str,
    moved: tuple[str, ...],
    worth: dict[frozenset[str], dict[str, float]],
    figure: str,
) -> float:
    others = [one for one in moved if one != lever]
    n = len(moved)
    part = 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for names in combinations(others, size):
            without = frozenset(names)
            part += weight * (worth[without | {lever}][figure] - worth[without][figure])
    return part
