"""Refunds booked at their order, values set against age 1, cohorts around an event: by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from tests.core.cohorts.test_properties import ASKED, QUICK, shops, within
from tests.lines import Line, line, opened

from habitue.charts.cohort_event import side_by_side
from habitue.errors import RequestError
from habitue.schema import Breakdown, Grain, Refunds, ReturnsMode
from habitue.texts import spoken
from habitue.workspace import Workspace


@pytest.fixture  # the next shop opened takes its tables away
def desk() -> Workspace:
    return opened(
        [
            line("1", "a", "2010-01-05", quantity=4, price=10, product="tea"),
            line("2", "b", "2010-01-20", price=20, product="cup"),
            line("3", "a", "2010-02-10", price=30, product="pot"),
            line("C1", "a", "2010-03-02", quantity=-1, price=10, product="tea"),
            line("C2", "b", "2010-03-09", quantity=-1, price=7, product="never bought"),
            line("4", "c", "2010-03-15", price=50, product="cup"),
            line("5", "c", "2010-04-15", price=25, product="cup"),
            line("6", "b", "2010-04-30", price=5, product="tea"),
        ]
    )


def revenue(desk: Workspace, refunds: Refunds, **asked: Any) -> dict[Any, Decimal]:
    rows = desk.cohorts(refunds=refunds, **asked).to_pylist()
    return {(row["cohort"].month, row["age"]): row["revenue"] for row in rows}


def test_a_refund_counts_at_its_order_and_one_without_an_order_stays(desk: Workspace) -> None:
    made, booked = (revenue(desk, how) for how in Refunds)
    assert [made[1, age] for age in range(4)] == [60, 30, -17, 5]
    assert [booked[1, age] for age in range(4)] == [50, 30, -7, 5]
    assert sum(made.values()) == sum(booked.values())
    people = desk.cell_customers(cohort=dt.date(2010, 1, 1), age=0, refunds="at_order").to_pylist()
    assert {row["customer_id"]: row["revenue"] for row in people} == {"a": 30, "b": 20}


def test_where_returns_are_not_counted_there_is_nothing_to_book(desk: Workspace) -> None:
    for how in (ReturnsMode.EXCLUDE, ReturnsMode.NEUTRALISE):
        made, booked = (revenue(desk, refunds, returns=how) for refunds in Refunds)
        assert made == booked


@QUICK
@given(shops(), ASKED)
def test_each_cohort_brings_the_same_either_way(lines: list[Line], asked: dict[str, Any]) -> None:
    desk, asked = opened(lines), within(lines, asked)
    totals = []
    for how in Refunds:
        sums: Counter[Any] = Counter()
        for row in desk.cohorts(refunds=how, breakdown=Breakdown.COUNTRY, **asked).to_pylist():
            sums[row["group"], row["cohort"]] += row["revenue"]
        totals.append(dict(sums))
    assert totals[0] == totals[1]


def test_age_1_is_100_percent_of_each_cohort_and_of_the_very_cohorts_pooled(
    desk: Workspace,
) -> None:
    table = desk.cohort_table(measure="revenue", per="cohort", rebased=True, keep_truncated=True)
    cells = {(row["cohort"].month, row["age"]): row["value"] for row in table.cells.to_pylist()}
    assert cells[1, 0] == pytest.approx(60 / 30)
    assert cells[1, 1] == cells[3, 1] == 1
    assert cells[1, 2] == pytest.approx(-17 / 30)
    pool = {row["age"]: row["value"] for row in table.average.to_pylist()}
    # Age 1 of both cohorts; age 2 of January alone, against the age 1 of January alone.
    assert pool[0] == pytest.approx((60 + 50) / (30 + 25))
    assert pool[1] == 1
    assert pool[2] == pytest.approx(-17 / 30)
    summed = desk.cohort_table(
        measure="revenue", cumulative=True, rebased=True, keep_truncated=True
    ).average.to_pylist()
    plain = desk.cohort_table(
        measure="revenue", cumulative=True, keep_truncated=True
    ).average.to_pylist()
    for one, other in zip(summed, plain, strict=True):
        assert one["value"] == pytest.approx(other["value"] / plain[1]["value"])


def test_the_median_counts_each_cohort_once(desk: Workspace) -> None:
    asked: dict[str, Any] = {"measure": "revenue", "per": "cohort", "keep_truncated": True}
    rows = desk.cohort_table(**asked).average.to_pylist()
    assert [(row["cohorts"], row["median"]) for row in rows[:2]] == [
        (2, (60 + 50) / 2), (2, (30 + 25) / 2),
    ]  # fmt: skip
    # Alone, a cohort is its own median, whatever its pooled share of age 1.
    rebased = desk.cohort_table(**asked, rebased=True).average.to_pylist()
    assert rebased[2]["median"] == pytest.approx(-17 / 30)


def test_a_share_of_age_1_has_no_interval_of_a_rate(desk: Workspace) -> None:
    rows = desk.cohort_table(rebased=True, keep_truncated=True).average.to_pylist()
    assert all(row["low"] is None and row["high"] is None for row in rows)


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [("2010-03-01", [2], [1]), ("2010-03-02", [2], []), ("2010-02-15", [2], [1])],
)
def test_an_event_parts_the_cohorts(
    desk: Workspace, event: str, before: list[int], after: list[int]
) -> None:
    table = desk.cohort_table(event=event, keep_truncated=True)
    rows = [row for row in table.around.to_pylist() if row["age"] == 0]
    assert [row["customers"] for row in rows if row["side"] == "before"] == before
    assert [row["customers"] for row in rows if row["side"] == "after"] == after
    (first, *_) = side_by_side(table.around).to_pylist()
    assert first["value_before"] == 1
    assert first["change"] == (0 if after else None)


def test_no_event_parts_nothing(desk: Workspace) -> None:
    assert desk.cohort_table().around.num_rows == 0
    assert desk.cohort_table(grain=Grain.WEEK).around.num_rows == 0


def test_a_day_that_is_none_is_refused(desk: Workspace) -> None:
    with pytest.raises(RequestError, match="someday"):
        desk.cohort_table(event="someday")


@pytest.mark.parametrize("event", ["2010-01-04", "2010-05-01"])
def test_an_event_outside_the_data_is_refused_with_their_span(desk: Workspace, event: str) -> None:
    with pytest.raises(RequestError) as refused:
        desk.cohort_table(event=event)
    assert spoken(dt.date.fromisoformat(event), "en") in refused.value.what("en")
    assert refused.value.hint("en") == "choose a day between 5 Jan 2010 and 30 Apr 2010."
    for edge in ("2010-01-05", "2010-04-30"):
        assert desk.cohort_table(event=edge).reading.event == dt.date.fromisoformat(edge)
    with pytest.raises(RequestError, match="10 Mar 2010"):
        desk.cohort_table(event="2010-03-11", as_of="2010-03-10")
