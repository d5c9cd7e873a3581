"""What the workspace answers with: frozen figures and Arrow tables, nothing left to compute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from habitue.schema import CohortReading, Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a snapshot holds, before any filter.

    Attributes:
        snapshot: Id of the snapshot.
        sources: Names of the files or tables it was made from.
        preset: Cleaning preset.
        profile: Title, id and version of the profile it was read by; None when there was none.
        tax: Whether amounts hold tax, `included` or `excluded`; None when nothing says it.
        currency: ISO code, or None when the source does not say.
        first_day: First day with a kept line.
        last_day: Last day with a kept line, the default `as_of`.
        lines: Kept lines.
        countries: Country and its number of orders, most orders first.
        kinds: Product kinds that occur.
        has_cost: Whether the data carries a cost per line.
        has_anonymous: Whether some kept lines have no customer.
        wholesale_factor: Default multiple of the wholesale rule.
    """

    snapshot: str
    sources: tuple[str, ...]
    preset: str
    profile: tuple[str, str, int] | None = None
    tax: str | None = None
    currency: str | None
    first_day: dt.date
    last_day: dt.date
    lines: int
    countries: tuple[tuple[str, int], ...]
    kinds: tuple[str, ...]
    has_cost: bool
    has_anonymous: bool
    wholesale_factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NorthStar:
    """90-day revenue per new customer (D12).

    Attributes:
        value: Mean revenue in the 90 days from the first order; None when n is 0.
        median: Median of the same.
        n: Customers whose 90th day is at or before `as_of`.
        waiting: Customers not observed for 90 days yet, left out.
    """

    value: float | None
    median: float | None
    n: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineClv:
    """Historic value per acquired customer (D13).

    Attributes:
        mean: Mean revenue per acquired customer; None when n is 0.
        median: Median of the same.
        trimmed_mean: Mean without the lowest and the highest 5 % of customers.
        n: Acquired customers.
        top_decile_share: Share of the revenue that the best 10 % of customers bring.
    """

    mean: float | None
    median: float | None
    trimmed_mean: float | None
    n: int
    top_decile_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgePoint:
    """Revenue per customer at one cohort age (D14).

    Attributes:
        age: Whole periods since acquisition, 0-based.
        cohorts: Cohorts observed at that age.
        customers: Their customers.
        revenue_per_customer: Revenue at that age over those customers.
    """

    age: int
    cohorts: int
    customers: int
    revenue_per_customer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """The figures of the Overview (D10-D15).

    Attributes:
        as_of: The day the picture is taken.
        start: First day shown.
        end: Last day shown.
        currency: ISO code, or None.
        preset: Cleaning preset of the snapshot.
        filters: What was asked.
        active_customers: Customers with an order in the period shown.
        customers_ever: Customers with an order at any time up to `as_of`, same filters.
        orders: Orders in the period shown.
        revenue: Net revenue under the returns mode, exact.
        gross: The part from purchases.
        returned: The part from returns, negative or zero.
        unmatched_returns: Money of returns that cancel no purchase; only when neutralising.
        unmatched_lines: How many lines that is.
        aov: Mean basket per order; None without orders.
        north_star: D12.
        baseline_clv: D13.
        by_age: D14, one point per observed age.
        by_age_mean: Mean over the observed ages; None without any.
        truncated_cohort: First day of the left-truncated cohort, None when the data has none.
        rfm_customers: D15.
    """

    as_of: dt.date
    start: dt.date
    end: dt.date
    currency: str | None
    preset: str
    filters: Filters
    active_customers: int
    customers_ever: int
    orders: int
    revenue: Decimal
    gross: Decimal
    returned: Decimal
    unmatched_returns: Decimal
    unmatched_lines: int
    aov: Decimal | None
    north_star: NorthStar
    baseline_clv: BaselineClv
    by_age: tuple[AgePoint, ...]
    by_age_mean: float | None
    truncated_cohort: dt.date | None
    rfm_customers: int

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON of `habitue kpis`, its keys a contract."""
        star, clv = self.north_star, self.baseline_clv
        return {
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "preset": self.preset,
            "returns": self.filters.returns.value,
            "filters": {
                name: value for name, value in self.filters.asked().items() if name != "as_of"
            },
            "active_customers": self.active_customers,
            "orders": self.orders,
            "revenue": _cents(self.revenue),
            "aov": _cents(self.aov),
            "north_star": {
                "value": _cents(star.value),
                "median": _cents(star.median),
                "n": star.n,
            },
            "baseline_clv": {
                "mean": _cents(clv.mean),
                "median": _cents(clv.median),
                "trimmed_mean": _cents(clv.trimmed_mean),
                "n": clv.n,
            },
            "revenue_per_cohort_age": {
                "mean": _cents(self.by_age_mean),
                "by_age": [_cents(point.revenue_per_customer) for point in self.by_age],
            },
            "rfm_customers": self.rfm_customers,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything the Overview screen draws.

    Attributes:
        kpis: The figures.
        by_period: One row per period shown, in order: `period` (first day), `over` (bool; false
            for the running one), `whole` (bool; false too where the dates asked for cut the
            period), `active_customers`, `new_customers`, `orders`, `revenue`,
            `gross`, `returned`, `revenue_new`, `revenue_returning`, `revenue_anonymous`,
            `revenue_previous_year` (the same days a year before, so that a running period is
            compared with its like; null where they are not in the data), `aov`.
        north_star_by_cohort: One row per cohort: `cohort` (first day), `n`, `value`; only cohorts
            whose customers are all observed for 90 days.
        returns: One row per product kind that has returns: `kind`, `lines`, `amount`,
            `share_of_gross`.
    """

    kpis: Kpis
    by_period: pa.Table
    north_star_by_cohort: pa.Table
    returns: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeFacts:
    """A cohort table read at one age.

    Attributes:
        age: The age.
        value: Pooled value, as the table shows it.
        low: Lower bound, 95 %; None where the measure has none.
        high: Upper bound.
        cohorts: Cohorts observed at that age.
        customers: Their customers.
        best: The row with the highest value among the cohorts observed there that are large
            enough to be ranked: `cohort`, `customers`, `value`. None with fewer than two.
        worst: The row with the lowest.
    """

    age: int
    value: float
    low: float | None
    high: float | None
    cohorts: int
    customers: int
    best: dict[str, Any] | None
    worst: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """What an average customer of the pool cost, and when their margin repays it.

    Attributes:
        cac: Mean cost over the customers whose cost is told; None where none is.
        customers: Those customers.
        age: First age with the cost earned back; None while it is not.
        day: The day of it, as if margin came evenly within an age.
        ltv_cac: Margin earned by the last observed age, over the cost.
    """

    cac: float | None
    customers: int
    age: int | None
    day: float | None
    ltv_cac: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortTable:
    """Everything the Cohorts screen draws its table from.

    Attributes:
        filters: What was asked, made whole.
        reading: How the table is read.
        cells: One row per group, cohort and begun age: the columns of `Workspace.cohorts`, and
            `value`.
        average: The pooled row: `group`, `age`, `cohorts`, `customers`, `active`, `value`,
            `low`, `high`, `median` (of the cohorts' own values).
        profiles: One row per group and cohort: `group`, `cohort`, `customers`,
            `first_order_value`, `repeat_rate`, `value`, `early_value`, and, where costs of
            acquisition were given, `cac`, `payback` (first age with the cost earned back),
            `payback_day` (counted from the first day of the cohort, or from each first order when
            ages are elapsed), `ltv_cac` (margin earned so far over the cost); `cac_loaded` and its
            `payback_day_loaded`, `ltv_cac_loaded` where more than advertising was told.
        payback: The same of the pooled row, by group; empty where no cost was given.
        facts: The table at age 3 or, for younger shops, at its last observed age; by group.
        around: The pooled rows of the cohorts that ended before the event (`side` is `before`) and
            of those that started on it or later (`after`); empty without an event. The cohort the
            event falls into is on neither side.
    """

    filters: Filters
    reading: CohortReading
    cells: pa.Table
    average: pa.Table
    profiles: pa.Table
    payback: dict[str | None, PaidBack]
    facts: dict[str | None, AgeFacts | None]
    around: pa.Table

    def rows(self) -> pa.Table:
        """Give the cells as files hold them: the contract's columns first, any group last."""
        names = [name for name in self.cells.column_names if name != "group"]
        if self.reading.breakdown is not None:
            names.append("group")
        return self.cells.select(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The quality report of a source (D6).

    Attributes:
        rows: `lines`, `amount` of the rows read from the source.
        made: Purpose, lines, amount of the lines made out of what rows say besides their sale
            (`shipping`, `fee`, `refund`): one per purpose, none for most sources.
        raw: Both together, before any rule: `lines`, `amount`, and `orders`, `products`,
            `countries`, `customers` as they came.
        excluded: Reason, lines, amount: one per reason that took lines, in order.
        kept: `lines`, `amount`, `gross`, `returns`, `orders`, `customers`.
        with_customer: The same for lines with a customer.
        no_customer: `lines`, `amount` kept without a customer.
        warnings: Keys into the `check` catalogue with their facts.
    """

    rows: dict[str, int | Decimal]
    made: tuple[tuple[str, int, Decimal], ...]
    raw: dict[str, int | Decimal]
    excluded: tuple[tuple[str, int, Decimal], ...]
    kept: dict[str, int | Decimal]
    with_customer: dict[str, int | Decimal]
    no_customer: dict[str, int | Decimal]
    warnings: tuple[tuple[str, dict[str, Any]], ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON of `habitue check`, its keys a contract."""
        return {
            "rows": _plain(self.rows),
            "made": [
                {"purpose": purpose, "lines": lines, "amount": _cents(amount)}
                for purpose, lines, amount in self.made
            ],
            "raw": _plain(self.raw),
            "kept": _plain(self.kept),
            "with_customer": _plain(self.with_customer),
            "excluded": [
                {"reason": reason, "lines": lines, "amount": _cents(amount)}
                for reason, lines, amount in self.excluded
            ],
            "no_customer": _plain(self.no_customer),
            "warnings": [{"key": key, **_plain(facts)} for key, facts in self.warnings],
        }


def _cents(value: Decimal | float | None) -> float | None:
    return None if value is None else float(round(Decimal(value), 2))


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _cents(value) if isinstance(value, (Decimal, float)) else value
        for name, value in figures.items()
    }
