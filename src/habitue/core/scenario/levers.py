"""What a reader may change, and how it acts (D36)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from habitue.errors import RequestError

NEVER: Final = 10_000
"""Months that an action without end lasts."""


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise RequestError("lever_outside", name=name, value=value, low=low, high=high)


def _share(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        told, least, most = (round(100 * one, 6) for one in (value, low, high))
        raise RequestError("lever_share_outside", name=name, value=told, low=least, high=most)


def _cost(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise RequestError("lever_cost_outside", name=name, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A discount off the price; the cost stays.

    Attributes:
        depth: Share of the price taken off; 0.1 means 10 %.
        share: Share of the orders that get it.
    """

    depth: float = 0.0
    share: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _share("discount", self.depth, 0, 1)
        _share("discount_share", self.share, 0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """A scenario. All at their defaults, it is the baseline.

    Levers act in the order of the attributes, on the share of the target that is reached.

    Attributes:
        retention_relative: Change of the share of customers who order in a month, as a share of
            it; 0.05 turns 20 % into 21 %. The result never passes 1.
        retention_points: The same in points; 0.02 turns 20 % into 22 %.
        retention_from_age: First cohort age, in months, that the retention levers touch.
        retention_months: For how many months from now they act.
        frequency: Change of the orders per active customer; 0.1 means 10 % more.
        discount: Discount on all orders of the target.
        discount_by_segment: Discounts that replace it for named groups of the target.
        elasticity: Share of additional orders per share of price taken off, on discounted
            orders; 2 turns 10 % off into 20 % more orders.
        basket: Change of the basket at list price; 0.1 means 10 % dearer baskets.
        return_rate: Change of the returned share of sales, in points; -0.01 is one point less.
        margin: Change of the margin rate, in points; 0.03 turns 30 % into 33 %.
        annual_rate: Discount rate per year, for the value of later months.
        cac: Cost of acquiring a customer; None where it is not known.
        reach: Share of the target that the action reaches.
        cost_per_customer: Cost of the action per customer reached, once.
        fixed_cost: Cost of the action as a whole, once.

    Examples:
        >>> Levers(retention_relative=0.05).moved()
        ('retention_relative',)
    """

    retention_relative: float = 0.0
    retention_points: float = 0.0
    retention_from_age: int = 1
    retention_months: int = NEVER
    frequency: float = 0.0
    discount: Discount = Discount()
    discount_by_segment: Mapping[str, Discount] = field(default_factory=dict)
    elasticity: float = 0.0
    basket: float = 0.0
    return_rate: float = 0.0
    margin: float = 0.0
    annual_rate: float = 0.10
    cac: float | None = None
    reach: float = 1.0
    cost_per_customer: float = 0.0
    fixed_cost: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the lever."""
        _share("retention", self.retention_relative, -1, 10)
        _share("retention", self.retention_points, -1, 1)
        _within("retention_from_age", self.retention_from_age, 0, NEVER)
        _within("retention_months", self.retention_months, 0, NEVER)
        _share("frequency", self.frequency, -1, 10)
        _within("elasticity", self.elasticity, 0, 20)
        _share("basket", self.basket, -1, 10)
        _share("return_rate", self.return_rate, -1, 1)
        _share("margin", self.margin, -1, 1)
        _share("annual_rate", self.annual_rate, 0, 10)
        _share("reach", self.reach, 0, 1)
        for name in ("cac", "cost_per_customer", "fixed_cost"):
            if (cost := getattr(self, name)) is not None:
                _cost(name, cost)

    def moved(self) -> tuple[str, ...]:
        """Name the levers that act on a figure and are not at rest, in order."""
        return tuple(name for name in ACTING if getattr(self, name) != getattr(REST, name))

    def only(self, names: frozenset[str] | set[str]) -> Self:
        """Keep the levers named; put the other acting ones at rest."""
        return replace(self, **{name: getattr(REST, name) for name in ACTING if name not in names})

    def but(self, **changes: Any) -> Self:
        """Give the same levers with some changed."""
        return replace(self, **changes)


ACTING: Final = (
    "retention_relative", "retention_points", "frequency", "discount", "discount_by_segment",
    "basket", "return_rate", "margin", "annual_rate",
)  # fmt: skip
"""Levers that change a figure, in the order in which they act; the others say when, to whom and at
what cost."""
REST: Final = Levers()
"""Every lever at rest: the baseline."""


def break_even_uplift(*, margin_rate: float, depth: float) -> float | None:
    """How many more orders a discount needs to leave the margin unchanged.

    At a margin rate m, an order at list price leaves m, a discounted one m - depth, so orders
    must grow by m / (m - depth) - 1.

    Args:
        margin_rate: Margin as a share of the list price.
        depth: Share of the price taken off.

    Returns:
        The uplift; None where a discounted order leaves nothing, so that no number of them
        makes up for it.

    Examples:
        >>> round(break_even_uplift(margin_rate=0.4, depth=0.1), 4)
        0.3333
    """
    left = margin_rate - depth
    return margin_rate / left - 1 if left > 0 else None
