"""What questions about value are answered with: frozen figures and Arrow tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from habitue.core.clv.backtest import BackTest
from habitue.core.clv.choice import Choice
from habitue.core.clv.closed_form import ClosedForm, Retention
from habitue.core.clv.dependence import Dependence
from habitue.core.clv.fitted import Finding
from habitue.core.clv.forecast import Level
from habitue.core.clv.table import Newcomer
from habitue.schema import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A figure with its interval.

    Attributes:
        value: The figure.
        low: Lower end, 95 %.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What the customers of a view are worth from here on (D31-D33).

    Attributes:
        filters: What was asked.
        currency: ISO code, or None.
        horizon_days: Days ahead.
        annual_rate: Discount rate per year.
        margin_rate: Share of revenue that is margin; None where costs are in the data.
        kept: Margin per unit of basket, returns counted in.
        model: Key of the purchase model.
        title: Its name, with that of the left-truncated cohort's where it differs.
        choice: On what evidence it was chosen; None when the reader chose it.
        level: How sure the level is, and what season and drift were learned.
        dependence: How spend goes with frequency; None when nobody came back.
        findings: What the reader must know of the fits.
        customers: How many.
        historic: Margin they have brought.
        predicted: Margin expected, discounted.
        orders: Orders expected.
        alive: Customers expected to be still there.
        mean: Mean predicted value.
        median: Median of it.
        top_share: Share of it that the top tenth of customers holds.
        newcomer: What a customer to be acquired is worth.
        table: One row per customer, the highest predicted value first: the contract's columns.
        deciles: `decile`, `customers`, `clv_predicted`, `share`, `least`.
        cohorts: One row per cohort; see `groups`.
    """

    filters: Filters
    currency: str | None
    horizon_days: int
    annual_rate: float
    margin_rate: float | None
    kept: float
    model: str
    title: str
    choice: Choice | None
    level: Level
    dependence: Dependence | None
    findings: tuple[Finding, ...]
    customers: int
    historic: float
    predicted: Span
    orders: Span
    alive: float
    mean: float
    median: float
    top_share: float
    newcomer: Newcomer
    table: pa.Table
    deciles: pa.Table
    cohorts: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaClv:
    """The closed form with its three numbers, and where they come from (D30).

    Attributes:
        cohort: First day of the cohort; None for all.
        annual_rate: Discount rate per year.
        clv: The two forms, from the numbers used.
        margin: m measured: margin per active customer per period.
        retention: r measured, by a geometric fit to the pooled curve.
        customers: Customers behind m and r.
    """

    cohort: dt.date | None
    annual_rate: float
    clv: ClosedForm
    margin: float
    retention: Retention
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How well these predictions would have done on this very shop (D34).

    Attributes:
        test: The back-test.
        title: Name of the purchase model.
        currency: ISO code, or None.
        horizon_days: Days ahead asked for; the test's window may be shorter.
        scores: One row per cut, method and unit: `cut`, `method`, `unit`, `customers`,
            `predicted`, `actual`, `error`, `mae`, `mae_median`, `rank`.
        deciles: One row per tenth of the customers, at the latest cut.
        coverage: One row per cut and unit: `cut`, `unit`, `customers`, `low`, `high`, `actual`,
            `holds`.
    """

    test: BackTest
    title: str
    currency: str | None
    horizon_days: int
    scores: pa.Table
    deciles: pa.Table
    coverage: pa.Table
