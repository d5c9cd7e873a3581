"""A scenario beside its baseline: figures with their intervals, and month by month (D37)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from habitue.core.money import discount_factors
from habitue.core.scenario.course import Course, Flow
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.panel import Floats
from habitue.core.scenario.shapley import shared_out

FIGURES: Final = ("clv", "revenue", "margin", "retention", "orders")


@dataclass(frozen=True, slots=True)
class Figure:
    """One answer, before and after.

    Attributes:
        baseline: With every lever at rest.
        scenario: With the levers moved.
        low: Lower bound of the scenario, 95 %, over redrawn customers and the forecast's misses.
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
        return self.difference / abs(self.baseline) if self.baseline else None


@dataclass(frozen=True, slots=True)
class Months:
    """What each coming month brings, summed over the target: one value per month.

    Attributes:
        revenue: Net of returns.
        margin: Revenue less the cost of what is kept.
        active: Customers who order.
        orders: Their orders.
        people: Customers in the target, new ones included from their month on.
        low: Lower bounds, 95 %, of `revenue`, `margin`, `active` and `orders`.
        high: Upper bounds of the same.
    """

    revenue: Floats
    margin: Floats
    active: Floats
    orders: Floats
    people: Floats
    low: dict[str, Floats]
    high: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario beside its baseline.

    Attributes:
        figures: By name: `clv` (discounted margin per customer of the target), `revenue`,
            `margin`, `orders`, and `retention` (mean share of customers who order in a month).
        baseline: Month by month, levers at rest.
        scenario: Month by month, levers moved.
        horizon_months: How far it looks.
        coming: Number of the first calendar month; January is a multiple of 12.
        customers: Customers of the target today.
        acquired: Customers acquired over the horizon.
        margin_rate: Margin as a share of revenue, levers at rest.
        action_cost: What the action costs over the horizon.
        break_even: Change of the orders per customer at which the margin, the action paid, is the
            baseline's again, everything else as in the scenario; None where none is.
        payback: Months until the margin gained has paid the action; None where it never does, or
            where there is nothing to pay.
        levers: The levers.
    """

    figures: dict[str, Figure]
    baseline: Months
    scenario: Months
    horizon_months: int
    coming: int
    customers: float
    acquired: float
    margin_rate: float
    action_cost: float
    break_even: float | None
    payback: float | None
    levers: Levers

    @property
    def roi(self) -> float | None:
        """Margin gained over the cost of the action, less one; None where it costs nothing."""
        if not self.action_cost:
            return None
        return self.figures["margin"].difference / self.action_cost - 1


def simulate(course: Course, levers: Levers) -> Outcome:
    """Compare a scenario with its baseline.

    Args:
        course: The target laid out over the horizon, by `lay_out`.
        levers: What changes.

    Examples:
        Ten percent off at a margin of 40 % leaves 30 of 40: a third more orders make up for it.

        >>> from habitue.core.scenario.course import lay_out
        >>> from habitue.core.scenario.panel import Panel
        >>> active = np.array([[[100.0, 50.0], [100.0, 0.0]]])
        >>> past = Panel(
        ...     labels=("2011-10", "2011-11"), groups=("all", "all"), curve=np.array([0, 0]),
        ...     month=np.array([24_141, 24_142]), coming=24_143,
        ...     customers=np.array([100.0, 100.0]), whole=np.array([100.0, 100.0]),
        ...     size=np.array([[100.0, 100.0]]), lived=np.array([2, 1]),
        ...     pooling=np.array([True, True]), active=active, orders=active,
        ...     gross=100 * active, returned=0 * active, margin_rate=0.4,
        ... )
        >>> from habitue.core.scenario.levers import Discount
        >>> found = simulate(lay_out(past, months=1), Levers(discount=Discount(depth=0.1)))
        >>> margin = found.figures["margin"]
        >>> round(margin.scenario / margin.baseline, 4), round(found.break_even, 4)
        (0.75, 0.3333)
    """
    # The price of waiting is a lever like another: at rest, the baseline keeps its own.
    before, after = course.flow(Levers()), course.flow(levers)
    parts = shared_out(levers, lambda some: _first(course, some))
    base = _by_month(before, course)
    then = _by_month(after, course)
    cost = action_cost(course, levers)
    return Outcome(
        figures={
            name: _figure(
                figure_of(name, before, course, Levers().annual_rate),
                figure_of(name, after, course, levers.annual_rate),
                parts[name],
            )
            for name in FIGURES
        },
        baseline=base,
        scenario=then,
        horizon_months=course.months,
        coming=course.coming,
        customers=course.customers,
        acquired=course.acquired,
        margin_rate=course.margin_rate,
        action_cost=cost,
        break_even=_break_even(course, levers, cost),
        payback=paid_back(np.cumsum(then.margin - base.margin), cost) if cost else None,
        levers=levers,
    )


def figure_of(name: str, flow: Flow, course: Course, annual_rate: float) -> Floats:
    """Give one figure per draw.

    Args:
        name: One of `FIGURES`.
        flow: What the months bring.
        course: Of that flow.
        annual_rate: Discount rate per year, which `clv` alone looks at.
    """
    match name:
        case "retention":
            share = flow.active.sum(axis=(1, 2)) / course.people.sum()
            return np.asarray(np.minimum(share, 1.0))
        case "clv":
            factors = discount_factors(annual_rate=annual_rate, horizon_months=course.months)
            worth = (flow.margin.sum(axis=1) * factors).sum(axis=1)
            return np.asarray(worth / course.people[:, -1].sum())
        case _:
            return np.asarray(getattr(flow, name).sum(axis=(1, 2)))


def action_cost(course: Course, levers: Levers) -> float:
    """What the action costs: once as a whole, and once per customer of today that it reaches."""
    return levers.fixed_cost + levers.cost_per_customer * levers.reach * course.customers


def paid_back(cumulative: Floats, cost: float) -> float | None:
    """Month in which cumulated margin reaches a cost, interpolated.

    Args:
        cumulative: Margin cumulated by the end of each month.
        cost: To be earned back.

    Returns:
        Months; 1.0 is the end of the first; None when not reached.

    Examples:
        >>> paid_back(np.array([10.0, 20.0, 40.0]), 30.0)
        2.5
    """
    reached = np.flatnonzero(cumulative >= cost)
    if not reached.size:
        return None
    month = int(reached[0])
    before = float(cumulative[month - 1]) if month else 0.0
    gained = float(cumulative[month]) - before
    return month + ((cost - before) / gained if gained > 0 else 0.0)


def _first(course: Course, levers: Levers) -> dict[str, float]:
    alone = course.alone()
    flow = alone.flow(levers)
    return {name: float(figure_of(name, flow, alone, levers.annual_rate)[0]) for name in FIGURES}


def _figure(before: Floats, after: Floats, parts: dict[str, float]) -> Figure:
    low, high = _bounds(after)
    baseline_low, baseline_high = _bounds(before)
    difference_low, difference_high = _bounds(after - before)
    return Figure(
        baseline=float(before[0]),
        scenario=float(after[0]),
        low=low,
        high=high,
        baseline_low=baseline_low,
        baseline_high=baseline_high,
        difference_low=difference_low,
        difference_high=difference_high,
        parts=parts,
    )


def _bounds(draws: Floats) -> tuple[float, float]:
    if draws.size == 1:
        return float(draws[0]), float(draws[0])
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return float(low), float(high)


def _by_month(flow: Flow, course: Course) -> Months:
    sums = {
        name: getattr(flow, name).sum(axis=1) for name in ("revenue", "margin", "active", "orders")
    }
    bounds = {
        name: np.quantile(drawn[1:] if drawn.shape[0] > 1 else drawn, [0.025, 0.975], axis=0)
        for name, drawn in sums.items()
    }
    return Months(
        **{name: drawn[0] for name, drawn in sums.items()},
        people=course.people.sum(axis=0),
        low={name: bound[0] for name, bound in bounds.items()},
        high={name: bound[1] for name, bound in bounds.items()},
    )


def _break_even(course: Course, levers: Levers, cost: float) -> float | None:
    """Solve for the order frequency: margin is a straight line in it."""
    here = _first(course, levers)["margin"]
    steep = _first(course, levers.but(frequency=levers.frequency + 1.0))["margin"] - here
    if steep <= 0:
        return None
    return levers.frequency + (_first(course, Levers())["margin"] + cost - here) / steep
