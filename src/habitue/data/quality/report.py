"""The quality report: findings, and what they amount to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa


class Severity(StrEnum):
    """How much a finding matters to the figures, worst first."""

    SERIOUS = "serious"
    CARE = "care"
    NOTE = "note"


class Verdict(StrEnum):
    """What the findings amount to."""

    USABLE = "usable"
    WITH_CARE = "with_care"
    UNUSABLE = "unusable"


class Unit(StrEnum):
    """What a finding counts."""

    LINES = "lines"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    DAYS = "days"
    WEEKDAYS = "weekdays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that was looked for and found.

    Attributes:
        name: What, a key of the `quality` catalogue.
        severity: How much it matters, after what the rules left out.
        unit: What is counted.
        count: How many.
        base: Out of how many.
        lines: Lines concerned; None where it is not about lines.
        left_out: Of these, lines that a rule left out.
        amount: Money on the lines concerned, net; None where it carries none.
        facts: What its sentences say besides: amounts end in `_amount`, shares in `_share`.
    """

    name: str
    severity: Severity
    unit: Unit
    count: int
    base: int
    lines: int | None = None
    left_out: int | None = None
    amount: Decimal | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """The count over its base."""
        return self.count / self.base if self.base else None


_MONEY: Final = pa.decimal128(38, 4)
FINDINGS: Final = pa.schema(
    [
        ("finding", pa.string()),
        ("severity", pa.string()),
        ("unit", pa.string()),
        ("count", pa.int64()),
        ("base", pa.int64()),
        ("share", pa.float64()),
        ("lines", pa.int64()),
        ("left_out", pa.int64()),
        ("amount", _MONEY),
    ]
)
COLUMNS: Final = pa.schema(
    [
        ("column", pa.string()),
        ("lines", pa.int64()),
        ("missing", pa.int64()),
        ("share", pa.float64()),
    ]
)
DAYS: Final = pa.schema([("day", pa.date32()), ("orders", pa.int64()), ("amount", _MONEY)])
WEEKDAYS: Final = pa.schema(
    [
        ("weekday", pa.int64()),
        ("days", pa.int64()),
        ("days_with_orders", pa.int64()),
        ("orders", pa.int64()),
        ("amount", _MONEY),
    ]
)
GAPS: Final = pa.schema(
    [("last_day", pa.date32()), ("next_day", pa.date32()), ("days", pa.int64())]
)
SPREAD: Final = pa.schema(
    [
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("lines", pa.int64()),
        ("amount", _MONEY),
        ("beyond", pa.bool_()),
    ]
)
WINSORISED: Final = pa.schema(
    [
        ("level", pa.string()),
        ("share", pa.float64()),
        ("values", pa.int64()),
        ("cap", _MONEY),
        ("above", pa.int64()),
        ("revenue", _MONEY),
        ("revenue_after", _MONEY),
        ("difference", _MONEY),
        ("aov", _MONEY),
        ("aov_after", _MONEY),
        ("clv", _MONEY),
        ("clv_after", _MONEY),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What there is to know of lines before their figures are trusted.

    Attributes:
        verdict: What the findings amount to.
        findings: The worst first; within a severity, in the order they are looked for.
        clean: Names of what was looked for and not found.
        currency: ISO code of all money, or None.
        lines: Lines looked at, as they came.
        first_day: First day with a kept line; None without any.
        last_day: Last day with a kept line.
        granularity: What moments tell: `day`, `minute` or `second`.
        quantity_fence: Beyond it a quantity counts as out of range; None where none could be set.
        price_fence: The same of a unit price.
        columns: One row per column of the lines that the source fills: `column`, `lines`,
            `missing`, `share`.
        days: One row per day from the first to the last, days without orders too.
        weekdays: One row per day of the week, Monday is 1: `weekday`, `days` in the data,
            `days_with_orders`, `orders`, `amount`.
        gaps: The longest runs of days without orders, longest first: `last_day` before,
            `next_day` after, `days` between on which the shop usually sells.
        prices: Unit prices on a log scale: `low`, `high`, `lines`, `amount`, `beyond` the fence.
        quantities: The same of quantities.
        winsorised: What bringing the largest values down would take, by level (`line`, `order`,
            `customer`): `cap`, values `above` it, and `revenue`, `aov`, `clv` before and after.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    clean: tuple[str, ...]
    currency: str | None
    lines: int
    first_day: dt.date | None
    last_day: dt.date | None
    granularity: str
    quantity_fence: Decimal | None
    price_fence: Decimal | None
    columns: pa.Table
    days: pa.Table
    weekdays: pa.Table
    gaps: pa.Table
    prices: pa.Table
    quantities: pa.Table
    winsorised: pa.Table

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that the verdict rests on."""
        worst = {Verdict.UNUSABLE: {Severity.SERIOUS}, Verdict.WITH_CARE: {Severity.CARE}}
        return tuple(one for one in self.findings if one.severity in worst.get(self.verdict, set()))

    @property
    def table(self) -> pa.Table:
        """The findings as rows, their columns a contract."""
        rows = [
            {
                "finding": one.name, "severity": one.severity.value, "unit": one.unit.value,
                "count": one.count, "base": one.base, "share": one.share, "lines": one.lines,
                "left_out": one.left_out, "amount": one.amount,
            }
            for one in self.findings
        ]  # fmt: skip
        return pa.Table.from_pylist(rows, schema=FINDINGS)

    def finding(self, name: str) -> Finding | None:
        """Give a finding by its name; None where nothing of the kind was found."""
        return next((one for one in self.findings if one.name == name), None)

    def to_dict(self, samples: Mapping[str, pa.Table]) -> dict[str, Any]:
        """Give the JSON that `habitue check` and `habitue quality` write, its keys a contract.

        Args:
            samples: Some rows of each finding, by its name.
        """
        return {
            "verdict": self.verdict.value,
            "reasons": [one.name for one in self.reasons],
            "findings": [
                row | {"facts": _plain(one.facts), "sample": list(_rows(samples[one.name]))}
                for row, one in zip(_rows(self.table), self.findings, strict=True)
            ],
            "clean": list(self.clean),
            "currency": self.currency,
            "lines": self.lines,
            "first_day": _word(self.first_day),
            "last_day": _word(self.last_day),
            "granularity": self.granularity,
            "quantity_fence": _word(self.quantity_fence),
            "price_fence": _word(self.price_fence),
            "columns": list(_rows(self.columns)),
            "weekdays": list(_rows(self.weekdays)),
            "gaps": list(_rows(self.gaps)),
            "winsorised": list(_rows(self.winsorised)),
        }


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    return map(_plain, table.to_pylist())


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _word(value) for name, value in row.items()}


def _word(value: object) -> object:
    match value:
        case Decimal():
            return float(round(value, 2))
        case dt.date():
            return value.isoformat()
        case tuple():
            return [_word(one) for one in value]
        case _:
            return value
