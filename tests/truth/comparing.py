"""What `habitue` answers, held against plain arithmetic: exact where it can be, 1e-9 elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.truth.arithmetic import UNIT

from habitue.workspace import Overview

_EXACT = (
    "start", "end", "active_customers", "customers_ever", "orders", "rfm_customers",
    "unmatched_lines",
)  # fmt: skip
_MONEY = ("revenue", "gross", "returned", "unmatched_returns")
_PERIOD_MONEY = (
    "revenue", "gross", "returned", "revenue_new", "revenue_returning", "revenue_anonymous",
    "revenue_previous_year",
)  # fmt: skip


def agree(found: Overview, expected: Mapping[str, Any]) -> None:
    """Assert that every figure is the one expected."""
    kpis = found.kpis
    for name in _EXACT:
        assert getattr(kpis, name) == expected[name], name
    for name in _MONEY:
        assert units(getattr(kpis, name)) == expected[name], name
    assert near(kpis.aov, expected["aov"]), "aov"
    for family in ("north_star", "baseline_clv"):
        for name, value in expected[family].items():
            assert near(getattr(getattr(kpis, family), name), value, money=False), (family, name)
    points = [(one.age, one.cohorts, one.customers) for one in kpis.by_age]
    assert points == [one[:3] for one in expected["by_age"]]
    for point, (*_, value) in zip(kpis.by_age, expected["by_age"], strict=True):
        assert near(point.revenue_per_customer, value, money=False), point
    assert near(kpis.by_age_mean, expected["by_age_mean"], money=False)
    for row, wanted in zip(found.by_period.to_pylist(), expected["by_period"], strict=True):
        _agree_on_period(row, wanted)
    backs = zip(found.returns.to_pylist(), expected["returns"], strict=True)
    for row, wanted in backs:
        assert (row["kind"], row["lines"]) == (wanted["kind"], wanted["lines"])
        assert units(row["amount"]) == wanted["amount"]
        assert near(row["share_of_gross"], wanted["share_of_gross"], money=False)
    stars = zip(
        found.north_star_by_cohort.to_pylist(), expected["north_star_by_cohort"], strict=True
    )
    for row, wanted in stars:
        assert (row["cohort"], row["n"]) == (wanted["cohort"], wanted["n"])
        assert near(row["value"], wanted["value"], money=False)


def _agree_on_period(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    assert row.keys() == wanted.keys()
    for name, value in wanted.items():
        if name == "aov":
            # Written to four places in the table.
            assert row[name] == (None if value is None else rounded(value)), (row, value)
        elif name in _PERIOD_MONEY:
            assert units(row[name]) == value, (name, row, wanted)
        else:
            assert row[name] == value, (name, row, wanted)


def units(value: Decimal | None) -> int | None:
    """Ten-thousandths, as plain arithmetic counts."""
    if value is None:
        return None
    whole = value * UNIT
    assert whole == int(whole)
    return int(whole)


def rounded(value: Fraction) -> Decimal:
    """To four places, halves to the even neighbour, from ten-thousandths."""
    return Decimal(round(value)) / UNIT


def near(found: Any, expected: Any, *, money: bool = True) -> bool:
    """Same to 1e-9 in proportion; None only equals None."""
    if found is None or expected is None:
        return found is expected
    wanted = float(expected) / UNIT if money else float(expected)
    return bool(float(found) == pytest.approx(wanted, rel=1e-9, abs=1e-9))
