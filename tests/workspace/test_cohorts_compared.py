"""Month 1 as 100 %, and the two sides of an event, again in plain SQL on Online Retail II."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = [pytest.mark.data, pytest.mark.slow]
FIRST_COHORT = dt.date(2009, 12, 1)
# The data end on 2011-12-09: November 2011 is the last month that is over.
CELLS = """
CREATE TABLE cells AS
WITH documents AS (
  SELECT is_return, order_id, min(customer_id) AS customer, min(moment)::DATE AS day,
         sum(amount) AS amount
  FROM read_parquet(?) WHERE reason IS NULL AND customer_id IS NOT NULL
  GROUP BY is_return, order_id
),
born AS (
  SELECT customer, date_trunc('month', min(day))::DATE AS cohort
  FROM documents WHERE NOT is_return GROUP BY customer
),
moved AS (
  SELECT cohort, greatest(date_diff('month', cohort, day), 0) AS age, customer, is_return, amount
  FROM documents JOIN born USING (customer)
),
over AS (
  SELECT cohort, count(*) AS customers,
         unnest(range(0, date_diff('month', cohort, DATE '2011-11-01') + 1)) AS age
  FROM born GROUP BY cohort
)
SELECT cohort, age, customers, coalesce(sum(amount), 0)::DOUBLE AS revenue,
       count(DISTINCT customer) FILTER (WHERE NOT is_return) AS active
FROM over LEFT JOIN moved USING (cohort, age) GROUP BY ALL
"""
POOLED = """
SELECT age, count(*), sum(customers), sum(active), sum({what}) / sum(customers)
FROM cells WHERE cohort <> $first AND {kept} GROUP BY age ORDER BY age
"""
REBASED = """
SELECT here.age, sum(here.{what}) / sum(one.{what})
FROM cells here JOIN cells one ON one.cohort = here.cohort AND one.age = 1
WHERE here.cohort <> $first AND {kept} GROUP BY here.age ORDER BY here.age
"""
SUMMED = """
WITH pooled AS (
  SELECT age, sum(revenue) / sum(customers) AS each
  FROM cells WHERE cohort <> $first GROUP BY age
),
run AS (SELECT age, sum(each) OVER (ORDER BY age) AS value FROM pooled)
SELECT run.age, run.value / one.value FROM run, run one WHERE one.age = 1 ORDER BY run.age
"""
WHAT = {"retention": "active", "revenue": "revenue"}
SIDES = {
    dt.date(2010, 11, 15): {"before": "{at} < '2010-11-01'", "after": "{at} > '2010-11-01'"},
    dt.date(2010, 11, 1): {"before": "{at} < '2010-11-01'", "after": "{at} >= '2010-11-01'"},
}

Plain = Callable[[str], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def plain(folder: Callable[[str], Path]) -> Plain:
    @cache
    def made(preset: str) -> duckdb.DuckDBPyConnection:
        (file,) = folder(preset).glob("snapshots/*/lines.parquet")
        asked = duckdb.connect()
        asked.execute(CELLS, [str(file)])
        return asked

    return made


def told(plain: Any, sql: str, what: str = "", kept: str = "true") -> list[Any]:
    found = plain.execute(sql.format(what=what, kept=kept), {"first": FIRST_COHORT}).fetchall()
    return [list(row) for row in found]


@pytest.mark.parametrize("preset", ["standard", "plain"])
@pytest.mark.parametrize("measure", list(WHAT))
def test_month_1_as_100_percent(measure: str, preset: str, shop: Any, plain: Plain) -> None:
    """Each age against month 1 of the very cohorts that are observed at it."""
    table = shop(preset).cohort_table(measure=measure, rebased=True)
    found = [[row["age"], row["value"]] for row in table.average.to_pylist()]
    wanted = told(plain(preset), REBASED, WHAT[measure])
    assert len(found) == 23
    assert found == [[age, pytest.approx(value, rel=1e-12)] for age, value in wanted]
    assert found[1] == [1, pytest.approx(1.0, rel=1e-12)]
    cells = {(row["cohort"], row["age"]): row for row in table.cells.to_pylist()}
    rows = plain(preset).execute(
        f"SELECT here.cohort, here.age, here.{WHAT[measure]} / one.{WHAT[measure]} "
        "FROM cells here JOIN cells one ON one.cohort = here.cohort AND one.age = 1"
    ).fetchall()  # fmt: skip
    assert len(rows) == sum(range(2, 25))  # the 23 cohorts over at month 1, the first too
    for cohort, age, value in rows:
        assert cells[cohort, age]["value"] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("preset", ["standard", "plain"])
def test_month_1_as_100_percent_of_a_running_sum(preset: str, shop: Any, plain: Plain) -> None:
    table = shop(preset).cohort_table(measure="revenue", rebased=True, cumulative=True)
    found = [[row["age"], row["value"]] for row in table.average.to_pylist()]
    wanted = told(plain(preset), SUMMED)
    assert found == [[age, pytest.approx(value, rel=1e-12)] for age, value in wanted]


@pytest.mark.parametrize("preset", ["standard", "plain"])
@pytest.mark.parametrize("event", list(SIDES))
@pytest.mark.parametrize("measure", list(WHAT))
def test_both_sides_of_an_event(
    measure: str, event: dt.date, preset: str, shop: Any, plain: Plain
) -> None:
    around = shop(preset).cohort_table(measure=measure, event=event).around.to_pylist()
    rebased = shop(preset).cohort_table(measure=measure, event=event, rebased=True).around
    for side, kept in SIDES[event].items():
        mine = [row for row in around if row["side"] == side]
        wanted = told(plain(preset), POOLED, WHAT[measure], kept.format(at="cohort"))
        assert mine
        names = ("age", "cohorts", "customers", "active")
        assert [[row[name] for name in names] for row in mine] == [row[:4] for row in wanted]
        assert [row["value"] for row in mine] == pytest.approx(
            [row[4] for row in wanted], rel=1e-12
        )
        shares = [row["value"] for row in rebased.to_pylist() if row["side"] == side]
        wanted = told(plain(preset), REBASED, WHAT[measure], kept.format(at="here.cohort"))
        assert shares == pytest.approx([share for _, share in wanted], rel=1e-12)
