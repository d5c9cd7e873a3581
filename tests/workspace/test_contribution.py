"""What cohorts contribute: by hand on a small shop, and again in plain SQL on the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.lines import line, opened

from habitue.core.cohorts.costs import Acquisition
from habitue.errors import RequestError
from habitue.schema import CohortReading, Per
from habitue.workspace import Workspace

DEC, JAN, FEB = dt.date(2010, 12, 1), dt.date(2011, 1, 1), dt.date(2011, 2, 1)
COSTS: dict[str, Any] = {"measure": "contribution", "margin_rate": "0.5", "order_cost": 2,
                         "fee_rate": "10%"}  # fmt: skip


def shop() -> Workspace:
    """One old customer, two of January of whom one returns half an order, one of February."""
    return opened(
        [
            line("0", "old", "2010-12-15", price=20),
            line("1", "a", "2011-01-05", price=20),
            line("2", "a", "2011-02-05", price=20),
            line("C2", "a", "2011-02-20", quantity=-1, price=10),
            line("3", "b", "2011-01-09", price=40),
            line("4", "c", "2011-02-10", price=10),
            line("5", "old", "2011-03-31", price=20),
        ]
    )


def cells(desk: Workspace, **asked: Any) -> dict[tuple[dt.date, int], float | None]:
    rows = desk.cohort_table(**(COSTS | {"per": "cohort"} | asked)).cells.to_pylist()
    return {(row["cohort"], row["age"]): row["value"] for row in rows}


def test_by_hand() -> None:
    found = cells(shop())
    # January: half of 60, two orders at 2, a tenth of 60.
    assert found[JAN, 0] == pytest.approx(30 - 4 - 6)
    # Then half of 20 - 10; the order and its fees are paid whatever comes back.
    assert found[JAN, 1] == pytest.approx(5 - 2 - 2)
    assert cells(shop(), cumulative=True)[JAN, 1] == pytest.approx(20 + 1)
    assert cells(shop(), per=Per.CUSTOMER)[JAN, 0] == pytest.approx(20 / 2)
    assert cells(shop(), per=Per.BUYER)[JAN, 1] == pytest.approx(1)


def test_acquisition_is_paid_at_age_0_once_per_customer() -> None:
    before, after = cells(shop()), cells(shop(), cac=3)
    customers = {DEC: 1, JAN: 2, FEB: 1}
    for (cohort, age), value in after.items():
        paid = 3 * customers[cohort] if age == 0 else 0
        assert value == pytest.approx(before[cohort, age] - paid)  # type: ignore[operator]


def test_cohorts_of_unknown_cost_have_none_and_stay_out_of_the_pool() -> None:
    costs = Acquisition.parsed("month,spend\n2011-01,8\n", "costs.csv")
    for cumulative in (False, True):
        found = cells(shop(), cac=costs, cumulative=cumulative)
        assert {found[FEB, age] for age in (0, 1)} == {None}
        assert {found[DEC, age] for age in range(4)} == {None}
        assert found[JAN, 1] == pytest.approx(20 + 1 - 8 if cumulative else 1)
    table = shop().cohort_table(**COSTS, cac=costs, cumulative=True)
    (opening, *later) = table.average.to_pylist()
    assert (opening["cohorts"], opening["customers"]) == (1, 2)
    assert opening["value"] == pytest.approx((20 - 8) / 2)
    assert later[0]["value"] == pytest.approx((20 + 1 - 8) / 2)
    assert opening["ltv_cac"] == pytest.approx((30 + 5) / 3 / 4)  # of the margin, as ever


@pytest.mark.parametrize("cumulative", [False, True])
def test_with_nothing_given_it_is_the_margin(cumulative: bool) -> None:
    how: dict[str, Any] = {"margin_rate": "0.5", "cumulative": cumulative}
    margin, contribution = (
        shop().cohort_table(measure=measure, **how) for measure in ("margin", "contribution")
    )
    assert contribution.cells["value"].equals(margin.cells["value"])
    assert contribution.average["value"].equals(margin.average["value"])


def test_costs_in_the_data_come_off_first() -> None:
    desk = opened([line("1", "a", "2011-01-05", price=20, cost=12),
                   line("2", "a", "2011-03-31", price=10, cost=1)])  # fmt: skip
    (found,) = [
        row["value"]
        for row in desk.cohort_table(measure="contribution", order_cost="1.50").cells.to_pylist()
        if row["age"] == 0
    ]
    assert found == pytest.approx(20 - 12 - 1.5)


@pytest.mark.parametrize("given", [{"order_cost": -1}, {"fee_rate": 1.5}, {"fee_rate": "-1%"}])
def test_costs_that_cannot_be_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as refused:
        CohortReading.of(measure="contribution", **given)
    assert refused.value.what("en") != refused.value.hint("en")


# From the lines kept, with a rate of 30 %, 4.50 an order, 2.9 % of baskets, 12 a customer.
CONTRIBUTED = """
WITH kept AS (SELECT *, is_return FROM read_parquet($lines)
              WHERE reason IS NULL AND customer_id IS NOT NULL),
born AS (SELECT customer_id, min(moment)::DATE AS day FROM kept WHERE NOT is_return GROUP BY 1),
documents AS (
  SELECT customer_id, order_id, is_return, min(moment)::DATE AS day, sum(amount) AS amount
  FROM kept GROUP BY ALL),
cells AS (
  SELECT date_trunc('month', b.day)::DATE AS cohort,
         greatest(date_diff('month', b.day, d.day), 0) AS age,
         sum(d.amount) AS revenue, sum(d.amount) FILTER (NOT is_return) AS baskets,
         count(*) FILTER (NOT is_return) AS orders
  FROM documents d JOIN born b USING (customer_id) GROUP BY ALL),
sizes AS (SELECT date_trunc('month', day)::DATE AS cohort, count(*) AS n FROM born GROUP BY 1)
SELECT cohort, age,
       0.3 * revenue - 4.5 * orders - 0.029 * coalesce(baskets, 0)
         - CASE WHEN age = 0 THEN 12 * n ELSE 0 END AS contribution
FROM cells JOIN sizes USING (cohort)
"""


@pytest.mark.data
@pytest.mark.slow
def test_every_cell_is_found_again_in_plain_sql(shop: Any, folder: Callable[[str], Path]) -> None:
    (file,) = folder("standard").glob("snapshots/*/lines.parquet")
    rows = duckdb.execute(CONTRIBUTED, {"lines": str(file)}).fetchall()
    expected = {(cohort, age): float(amount) for cohort, age, amount in rows}
    desk = shop("standard")
    costs: dict[str, Any] = {"measure": "contribution", "order_cost": "4.5", "fee_rate": "2.9%",
                             "cac": 12}  # fmt: skip
    table = desk.cohort_table(per="cohort", **costs)
    found = {(row["cohort"], row["age"]): row["value"] for row in table.cells.to_pylist()}
    assert set(expected) <= set(found)
    for place, value in found.items():
        assert value == pytest.approx(expected.get(place, 0.0), abs=1e-6)
    observed = {(row["cohort"], row["age"]) for row in table.cells.to_pylist()
                if row["observed"] and not row["truncated"]}  # fmt: skip
    sizes = {row["cohort"]: row["customers"] for row in table.cells.to_pylist()}
    per_head = 0.0
    for row in desk.cohort_table(cumulative=True, **costs).average.to_pylist():
        mine = [place for place in observed if place[1] == row["age"]]
        total = sum(expected.get(place, 0.0) for place in mine)
        per_head += total / sum(sizes[cohort] for cohort, _ in mine)
        assert row["value"] == pytest.approx(per_head, rel=1e-9)
