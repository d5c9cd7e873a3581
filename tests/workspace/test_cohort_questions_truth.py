"""What stands beside the cells, in plain SQL from the kept lines of Online Retail II."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lifelines import KaplanMeierFitter

pytestmark = [pytest.mark.data, pytest.mark.slow]
FIRST = dt.date(2009, 12, 1)
# As in the file, but for documents of one customer and day of birth beside them; the returns of
# those who never ordered are nobody's.
DOCUMENTS = """
CREATE TABLE documents AS
WITH made AS (
  SELECT is_return, order_id, min(customer_id) AS customer, min(moment) AS stamp,
         sum(amount) AS amount
  FROM read_parquet($file) WHERE reason IS NULL AND customer_id IS NOT NULL
  GROUP BY is_return, order_id
)
SELECT made.*, stamp::DATE AS day, born::DATE AS born, born AS born_at,
       date_trunc('month', born)::DATE AS cohort,
       greatest(date_diff('month', born, stamp), 0) AS age,
       row_number() OVER (PARTITION BY customer, is_return ORDER BY stamp, order_id) AS number
FROM made JOIN (SELECT customer, min(stamp) AS born FROM made WHERE NOT is_return GROUP BY 1)
USING (customer)
"""
PROFILES = """
WITH one AS (
  SELECT customer, min(cohort) AS cohort, max(born) AS born,
         min(amount) FILTER (WHERE NOT is_return AND number = 1) AS first_basket,
         count(*) FILTER (WHERE NOT is_return AND number = 2) AS again,
         sum(amount) AS brought,
         coalesce(sum(amount) FILTER (
           WHERE stamp >= born_at AND stamp < born_at + INTERVAL 90 DAY), 0) AS early
  FROM documents GROUP BY customer
)
SELECT cohort, count(*), avg(first_basket)::DOUBLE, avg(again), avg(brought)::DOUBLE,
       CASE WHEN max(born) <= DATE '2011-12-09' - 90 THEN avg(early)::DOUBLE END
FROM one GROUP BY cohort ORDER BY cohort
"""
WAITS = """
SELECT number, coalesce(following, DATE '2011-12-09') - day AS waited, following IS NOT NULL
FROM (SELECT *, lead(day) OVER (PARTITION BY customer ORDER BY number) AS following
      FROM documents WHERE NOT is_return)
WHERE cohort <> $first
"""
SPENT = """
CREATE VIEW spent AS
SELECT age, customer, sum(amount) AS amount FROM documents
WHERE cohort <> DATE '2009-12-01' AND cohort + to_months(age::INT) <= DATE '2011-11-01'
GROUP BY age, customer HAVING bool_or(NOT is_return)
"""
# Each age over the cohorts observed at it: chain-ladder.
VALUE = """
WITH sizes AS (SELECT cohort, count(DISTINCT customer) AS n FROM documents GROUP BY cohort),
seen AS (SELECT cohort, n, unnest(range(0, date_diff('month', cohort, DATE '2011-11-01') + 1))
                AS age FROM sizes WHERE cohort <> DATE '2009-12-01'),
brought AS (SELECT cohort, age, sum(amount) AS amount FROM documents GROUP BY cohort, age),
each AS (SELECT age, sum(n) AS n, (sum(amount) / sum(n))::DOUBLE AS worth
         FROM seen LEFT JOIN brought USING (cohort, age) GROUP BY age)
SELECT age, n, sum(worth) OVER (ORDER BY age),
       sum(worth * pow(1.1, -(age + 0.5) / 12)) OVER (ORDER BY age) FROM each ORDER BY age
"""
COUNTRIES = """
CREATE TABLE countries AS
SELECT order_id, min(country) AS country FROM read_parquet($file) WHERE reason IS NULL GROUP BY 1
"""
COUNTRY = """
SELECT customer, country FROM documents JOIN countries USING (order_id)
WHERE NOT is_return AND number = 1
"""
BASKET = """
WITH firsts AS (SELECT customer, amount FROM documents WHERE NOT is_return AND number = 1)
SELECT customer, (1 + (amount > q[1])::INT + (amount > q[2])::INT + (amount > q[3])::INT)::VARCHAR
FROM firsts, (SELECT quantile_cont(amount::DOUBLE, [0.25, 0.5, 0.75]) AS q FROM firsts)
"""
# Whoever's mean basket is three times the shop's median one, or more.
TYPE = """
WITH baskets AS (SELECT customer, amount FROM documents WHERE NOT is_return AND amount > 0)
SELECT born.customer, CASE WHEN mean >= 3 * middle THEN 'wholesale' ELSE 'retail' END
FROM (SELECT DISTINCT customer FROM documents) born
LEFT JOIN (SELECT customer, avg(amount::DOUBLE) AS mean FROM baskets GROUP BY 1) USING (customer),
     (SELECT median(amount::DOUBLE) AS middle FROM baskets)
"""
CELLS = """
SELECT customer, cohort, age, count(*) FILTER (WHERE NOT is_return), sum(amount)
FROM documents GROUP BY ALL
"""

Plain = Callable[[str], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def files(folder: Callable[[str], Path]) -> Callable[[str], str]:
    def found(preset: str) -> str:
        (file,) = folder(preset).glob("snapshots/*/lines.parquet")
        return str(file)

    return found


@pytest.fixture(scope="module")
def plain(files: Callable[[str], str]) -> Plain:
    @cache
    def made(preset: str) -> duckdb.DuckDBPyConnection:
        asked = duckdb.connect()
        asked.execute(DOCUMENTS, {"file": files(preset)})
        asked.execute(SPENT)
        asked.execute(COUNTRIES, {"file": files(preset)})
        return asked

    return made


BOTH = pytest.mark.parametrize("preset", ["standard", "plain"])


@BOTH
def test_what_stands_beside_each_cohort(preset: str, shop: Any, plain: Plain) -> None:
    names = ("cohort", "customers", "first_order_value", "repeat_rate", "value", "early_value")
    found = [[row[name] for name in names] for row in shop(preset).cohort_profiles().to_pylist()]
    wanted = plain(preset).execute(PROFILES).fetchall()
    assert len(found) == 25
    assert sum(row[-1] is not None for row in wanted) == 21  # the last day of September is ripe
    for row, want in zip(found, wanted, strict=True):
        assert row[:2] == list(want[:2])
        assert row[2:] == [None if one is None else pytest.approx(one, rel=1e-9)
                           for one in want[2:]]  # fmt: skip


@BOTH
def test_waits_are_those_of_lifelines(preset: str, shop: Any, plain: Plain) -> None:
    found = shop(preset).second_order(steps=6)
    rows = plain(preset).execute(WAITS, {"first": FIRST}).fetchall()
    for step in found.steps.to_pylist():
        mine = [(days, came) for number, days, came in rows if number == step["order"]]
        theirs = KaplanMeierFitter(alpha=0.05).fit(*zip(*mine, strict=True))
        assert step["customers"] == len(mine)
        assert step["rate"] == pytest.approx(1 - theirs.predict(90), abs=1e-12)
        bounds = theirs.confidence_interval_cumulative_density_.loc[:90].iloc[-1]
        assert [step["low"], step["high"]] == pytest.approx(sorted(bounds), abs=1e-9)
        assert step["median_days"] == pytest.approx(theirs.median_survival_time_, abs=0)
    curve = found.curves["all"]
    first = [(days, came) for number, days, came in rows if number == 1]
    theirs = KaplanMeierFitter().fit(*zip(*first, strict=True))
    want = [1 - theirs.predict(float(day)) for day in curve.days]
    assert curve.came.tolist() == pytest.approx(want, abs=1e-12)


@BOTH
def test_what_active_customers_spend_at_each_age(preset: str, shop: Any, plain: Plain) -> None:
    quantiles, counts = shop(preset).spread_by_age()
    wanted = plain(preset).execute(
        "SELECT age, count(*), avg(amount)::DOUBLE, "
        "quantile_cont(amount::DOUBLE, [0.1, 0.25, 0.5, 0.75, 0.9]) "
        "FROM spent GROUP BY age ORDER BY age"
    ).fetchall()  # fmt: skip
    names = ("p10", "p25", "p50", "p75", "p90")
    for row, (age, customers, mean, shares) in zip(quantiles.to_pylist(), wanted, strict=True):
        assert (row["age"], row["customers"]) == (age, customers)
        assert row["mean"] == pytest.approx(mean, rel=1e-9)
        assert [row[name] for name in names] == pytest.approx(shares, rel=1e-9)
    bins = plain(preset).execute(
        "SELECT age, CASE WHEN amount > 0 THEN floor(8 * log10(amount::DOUBLE))::BIGINT END AS bin,"
        " count(*) FROM spent GROUP BY ALL"
    ).fetchall()  # fmt: skip
    found = {(row["age"], row["bin"], row["customers"]) for row in counts.to_pylist()}
    assert found == set(bins)


@BOTH
def test_value_over_ages(preset: str, shop: Any, plain: Plain) -> None:
    wanted = plain(preset).execute(VALUE).fetchall()
    found, later = (shop(preset).empirical_clv(annual_rate=rate) for rate in (0, 0.1))
    assert found.customers.tolist() == [row[1] for row in wanted]
    assert found.by_age.tolist() == pytest.approx([row[2] for row in wanted], rel=1e-9)
    assert later.by_age.tolist() == pytest.approx([row[3] for row in wanted], rel=1e-9)
    assert (found.low <= found.by_age).all()
    assert (found.by_age <= found.high).all()


@BOTH
@pytest.mark.parametrize(
    ("breakdown", "sql"), [("country", COUNTRY), ("basket_band", BASKET), ("customer_type", TYPE)]
)
def test_breakdowns(breakdown: str, sql: str, preset: str, shop: Any, plain: Plain) -> None:
    group = dict(plain(preset).execute(sql).fetchall())
    largest = sorted(Counter(group.values()).items(), key=lambda one: (-one[1], one[0]))[:8]
    kept = {name for name, _ in largest}
    active: Counter[Any] = Counter()
    orders: Counter[Any] = Counter()
    revenue: Counter[Any] = Counter()
    for customer, cohort, age, bought, amount in plain(preset).execute(CELLS).fetchall():
        mine = group[customer] if group[customer] in kept else None
        active[mine, cohort, age] += bought > 0
        orders[mine, cohort, age] += bought
        revenue[mine, cohort, age] += amount
    cells = shop(preset).cohorts(breakdown=breakdown).to_pylist()
    seen = {(row["group"], row["cohort"], row["age"]): row for row in cells}
    assert active.keys() <= seen.keys()
    for at, row in seen.items():
        assert (row["active"], row["orders"]) == (active[at], orders[at]), at
        assert row["revenue"] == revenue[at], at
        assert row["customers"] == active[(*at[:2], 0)]
