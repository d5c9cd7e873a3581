"""What questions about segments are answered with: frozen figures and Arrow tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from habitue.core.segments.rules import RuleSet
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.schema import Filters, Thresholds

Note = tuple[str, dict[str, Any]]
"""Key into the `segments` catalogue, and its facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The customers scored, and what lies outside.

    Attributes:
        customers: With at least one order in the window.
        orders: Theirs in the window.
        revenue: Theirs in the window, net under the returns mode.
        margin: The same in margin.
        outside: Revenue of the view up to `as_of` that is not theirs in the window: orders
            without a customer, customers with only returns, what is older than the window.
    """

    customers: int
    orders: int
    revenue: Decimal
    margin: Decimal
    outside: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Everything the Segments screen draws about one date.

    Attributes:
        as_of: The day the picture is taken.
        currency: ISO code, or None.
        filters: What was asked.
        rules: The rule set that names the codes.
        scoring: The recipe, as asked.
        cuts: The thresholds it came to; None without customers.
        base: Totals; the rows of `table` add up to them.
        table: One row per segment of the set, in its order: `rfm_segment`, `customers`,
            `customer_share`, `orders`, `revenue`, `revenue_share`, `margin`, `aov` (null without
            orders), `mean_recency_days`, `mean_value` (historic revenue per customer),
            `year_revenue` (last 365 days), `lapse_rate`, `comeback_rate`, `at_stake`,
            `recoverable`, `recoverable_per_customer`, `priority` (1 first; null when unknown).
        by_code: One row per code that occurs: `rfm_score`, the three scores, `rfm_segment`,
            `customers`, `orders`, `recency_days`, `monetary`, `baskets`, `revenue`, `cost`,
            `year_revenue` (sums).
        spread: One row per score, class and value shown: `measure`, `score`, `low`, `high`
            (bounds of the bar), `customers`.
        notes: What the reader should know, worded by the `segments` catalogue.
    """

    as_of: dt.date
    currency: str | None
    filters: Filters
    rules: RuleSet
    scoring: Scoring
    cuts: CutPoints | None
    base: Base
    table: pa.Table
    by_code: pa.Table
    spread: pa.Table
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Who went where between two dates (D28).

    Attributes:
        before: The first date.
        as_of: The second.
        currency: ISO code, or None.
        rules: The rule set.
        thresholds: Whether the second date has cut points of its own.
        table: One row per pair that occurs: `from_segment`, `to_segment` (null for customers who
            are not in the base of that date), `customers`, `share` (of those who were in
            `from_segment`), `revenue_before`, `revenue_after` (net, over the window up to each
            date), `year_before`, `year_after` (net, over the 365 days up to each date).
    """

    before: dt.date
    as_of: dt.date
    currency: str | None
    rules: RuleSet
    thresholds: Thresholds
    table: pa.Table

    @property
    def known(self) -> int:
        """Customers who were there on the first date."""
        return sum(row["customers"] for row in self._known())

    @property
    def moved(self) -> int:
        """Those of them who are elsewhere on the second date."""
        return sum(row["customers"] for row in self._known() if _is_move(row))

    @property
    def costliest(self) -> dict[str, Any] | None:
        """The move whose customers' yearly revenue fell the most; None when none fell."""
        moves = [row for row in self._known() if _is_move(row)]
        worst = min(moves, key=_change, default=None)
        return worst if worst is not None and _change(worst) < 0 else None

    def _known(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.table.to_pylist()
        return [row for row in rows if row["from_segment"] is not None]


def _is_move(row: dict[str, Any]) -> bool:
    return bool(row["from_segment"] != row["to_segment"])


def _change(row: dict[str, Any]) -> Decimal:
    change: Decimal = row["year_after"] - row["year_before"]
    return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Who changes name between two rule sets.

    Attributes:
        first: A rule set.
        second: Another.
        codes: Codes to which both give the same name, of all codes.
        every_code: How many codes there are.
        customers: Customers whom both give the same name.
        revenue: Their revenue.
        table: One row per pair of names that occurs: `first_segment`, `second_segment`,
            `same`, `codes`, `customers`, `revenue`.
    """

    first: RuleSet
    second: RuleSet
    codes: int
    every_code: int
    customers: int
    revenue: Decimal
    table: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHistory:
    """One customer, from the first order to the day of the picture.

    Attributes:
        customer_id: As the source spelled it.
        as_of: The day of the picture.
        orders: One row per order or return: `on`, `order_id`, `amount` (negative for a return).
        scores: One row per month: `on` (its last day, or `as_of`), `recency_days`, `frequency`,
            `monetary`, `rfm_score`, `rfm_segment`, with the thresholds of `as_of`.
    """

    customer_id: str
    as_of: dt.date
    orders: pa.Table
    scores: pa.Table
