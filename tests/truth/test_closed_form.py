"""The closed form on Online Retail II: m and r from SQL, the best r looked for on a fine grid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from habitue.workspace import Workspace

pytestmark = pytest.mark.data

# Cells of the cohorts of the brief's literal preset; the last month is not over (D8), the first
# cohort is the stock of old customers (D19).
_CELLS = """
WITH kept AS (
    SELECT DISTINCT * FROM read_parquet('{path}') WHERE "Customer ID" IS NOT NULL AND "Price" > 0
), lines AS (
    SELECT "Customer ID" AS customer, date_trunc('month', "InvoiceDate") AS month,
           "Quantity" * "Price" AS amount, "Quantity" < 0 OR "Invoice" LIKE 'C%' AS back
    FROM kept
), born AS (SELECT customer, min(month) AS cohort FROM lines WHERE NOT back GROUP BY customer),
sizes AS (SELECT cohort, count(*) AS people FROM born GROUP BY cohort),
ages AS (
    SELECT cohort, people, age, cohort + to_months(age::INT) AS month
    FROM sizes, range(1, 24) AS spans(age)
    WHERE cohort + to_months(age::INT) < DATE '2011-12-01' AND {which}
)
SELECT age, any_value(people), count(DISTINCT customer) FILTER (NOT back),
       coalesce(sum(amount), 0)
FROM ages LEFT JOIN (SELECT * FROM lines JOIN born USING (customer)) USING (cohort, month)
GROUP BY age, cohort
"""


@pytest.mark.parametrize("cohort", [None, dt.date(2011, 3, 1)])
def test_m_and_r_are_those_of_sql(
    online_retail: Path, shops: Callable[[str], Workspace], cohort: dt.date | None
) -> None:
    which = "cohort > DATE '2009-12-31'" if cohort is None else f"cohort = DATE '{cohort}'"
    asked = _CELLS.format(path=online_retail, which=which)
    age, people, active, revenue = np.array(duckdb.execute(asked).fetchall(), np.float64).T
    found = shops("plain").formula_clv(cohort=cohort, annual_rate=0.12, margin_rate=0.25)
    m = 0.25 * revenue.sum() / active.sum()
    assert found.margin == pytest.approx(m)
    assert found.retention.ages == np.unique(age).size

    def likelihood(rate: float) -> float:
        return float(active @ np.log(rate**age) + (people - active) @ np.log(1 - rate**age))

    r = found.retention.rate
    around = likelihood(r)
    assert around > max(likelihood(r - 1e-5), likelihood(r + 1e-5))
    assert around >= max(likelihood(rate) for rate in np.linspace(0.01, 0.99, 197))
    ages = np.unique(age)
    n, came = (np.array([some[age == k].sum() for k in ages]) for some in (people, active))
    strayed = np.average((came / n - r**ages) ** 2, weights=n)
    assert found.retention.misfit == pytest.approx(np.sqrt(strayed))
    d = 1.12 ** (1 / 12) - 1
    assert found.clv.first_excluded == pytest.approx(m * r / (1 + d - r))
    assert found.clv.first_included == pytest.approx(m * (1 + d) / (1 + d - r))
