"""Cohorts by first product on the real data, found again in plain SQL over the store's lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from habitue.data.store import Store
from habitue.workspace import Workspace

_FIRSTS = """
CREATE TABLE kept AS FROM read_parquet(?) WHERE reason IS NULL AND customer_id IS NOT NULL;
CREATE TABLE bought AS SELECT order_id, customer_id, min(moment) AS moment FROM kept
WHERE NOT is_return GROUP BY order_id, customer_id;
CREATE TABLE firsts AS SELECT customer_id, arg_min(order_id, (moment, order_id)) AS order_id,
date_trunc('month', min(moment)) AS cohort FROM bought GROUP BY customer_id;
CREATE TABLE people AS SELECT firsts.customer_id, cohort, (
    SELECT product FROM (
        SELECT product, amount FROM kept
        WHERE kept.order_id = firsts.order_id AND NOT is_return AND kind = 'product'
        ORDER BY amount DESC, product LIMIT 1)) AS product
FROM firsts WHERE cohort > DATE '2009-12-01';
"""
# Money given back before a first order counts in the month of that order.
_CELLS = """
WITH people AS (
    SELECT customer_id, cohort, CASE WHEN product IN (SELECT unnest(?)) THEN product END AS "group"
    FROM people),
done AS (
    SELECT people.customer_id, bool_or(NOT is_return) AS bought, sum(amount) AS revenue,
        greatest(datediff('month', cohort, date_trunc('month', moment)), 0) AS age
    FROM people JOIN kept USING (customer_id) GROUP BY people.customer_id, age)
SELECT "group", ages.age::INT, count(DISTINCT people.customer_id),
    count(DISTINCT done.customer_id) FILTER (bought), coalesce(sum(revenue), 0)::DOUBLE
FROM (SELECT unnest(range(24)) AS age) AS ages
JOIN people ON cohort + to_months((ages.age + 1)::INT) <= ?
LEFT JOIN done ON done.customer_id = people.customer_id AND done.age = ages.age
GROUP BY ALL
"""


@pytest.mark.parametrize("preset", ["standard", "plain"])
def test_cohorts_by_first_product_are_found_again(
    shop: Callable[[str], Workspace], folder: Callable[[str], Path], preset: str
) -> None:
    rows = shop(preset).pooled(breakdown="product").to_pylist()
    ours = {
        (row["group"], row["age"]): (
            row["customers"], row["active"], row["customers"] * row["revenue_per_customer"])
        for row in rows
    }  # fmt: skip
    named = sorted({group for group, _ in ours if group is not None})
    store = Store(folder(preset))
    with duckdb.connect() as con:
        first, *rest = _FIRSTS.strip().split(";\n")
        con.execute(first, [str(store.table(store.current().id, "lines"))])
        for statement in rest:
            con.execute(statement)
        found = con.execute(_CELLS, [named, dt.date(2011, 12, 10)]).fetchall()
    assert len(named) > 5
    assert {(group, age) for group, age, *_ in found} == set(ours)
    for group, age, customers, active, revenue in found:
        assert ours[group, age][:2] == (customers, active), (group, age)
        assert float(ours[group, age][2]) == pytest.approx(revenue, abs=0.01), (group, age)
