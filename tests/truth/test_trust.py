"""The trust card and the predictions on Online Retail II, again in SQL and by scipy alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, special, stats

from habitue.workspace import Workspace

pytestmark = pytest.mark.data
WINDOW = 183
LAST = dt.date(2011, 12, 9)
BORN = dt.date(2009, 12, 1)

# The literal preset of the brief, purchases only; customers by day (D4).
_DAYS = """
CREATE TEMP TABLE days AS
WITH kept AS (
    SELECT DISTINCT * FROM read_parquet('{path}') WHERE "Customer ID" IS NOT NULL AND "Price" > 0
), bought AS (
    SELECT "Invoice", "Customer ID" AS customer, min("InvoiceDate")::DATE AS day,
           sum("Quantity" * CAST("Price" AS DECIMAL(18, 4))) AS basket
    FROM kept WHERE "Quantity" > 0 AND "Invoice" NOT LIKE 'C%' GROUP BY ALL
)
SELECT customer, day, sum(basket) AS money, min(day) OVER (PARTITION BY customer) AS first
FROM bought WHERE basket > 0 GROUP BY customer, day
"""
_RULES = """
WITH known AS (
    SELECT customer, DATE '{cut}' - min(day) AS age,
           sum({unit}) FILTER (day > first AND day <= '{cut}') AS repeats,
           sum({unit}) FILTER (day > first AND day > DATE '{cut}' - 183 AND day <= '{cut}') AS near,
           sum({unit}) FILTER (day > DATE '{cut}' - 365 AND day <= DATE '{cut}' - 365 + 183) AS ago,
           sum({unit}) FILTER (day > '{cut}' AND day <= DATE '{cut}' + 183) AS came
    FROM days GROUP BY customer HAVING min(day) <= '{cut}'
)
SELECT coalesce(came, 0), CASE WHEN age > 0 THEN coalesce(repeats, 0) / age * 183 ELSE 0 END,
       coalesce(near, 0), coalesce(ago, 0)
FROM known
"""


@pytest.fixture(scope="module")
def days(online_retail: Path) -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.execute(_DAYS.format(path=online_retail))
    return base


def test_rules_of_thumb_are_those_of_sql(
    shops: Callable[[str], Workspace], days: duckdb.DuckDBPyConnection
) -> None:
    scores = {
        (row["cut"], row["unit"], row["method"]): row
        for row in shops("plain").trust(horizon_days=WINDOW).scores.to_pylist()
    }
    cuts = sorted({cut for cut, _, _ in scores})
    assert cuts[-1] == LAST - dt.timedelta(days=WINDOW)
    assert len(cuts) == 4
    for cut in cuts:
        for unit, column in (("orders", "1"), ("money", "money")):
            asked = _RULES.format(cut=cut, unit=column)
            came, *told = np.array(days.execute(asked).fetchall(), np.float64).T
            for method, guess in zip(("mean_rate", "recent", "last_year"), told, strict=True):
                row = scores[cut, unit, method]
                assert row["customers"] == came.size
                assert row["predicted"] == pytest.approx(guess.sum())
                assert row["actual"] == pytest.approx(came.sum())
                assert row["error"] == pytest.approx(guess.sum() / came.sum() - 1)
                assert row["mae"] == pytest.approx(np.abs(guess - came).mean())
                assert row["rank"] == pytest.approx(stats.spearmanr(guess, came).statistic)


def test_predicted_orders_are_mbg_nbd_fitted_apart_on_the_clock_that_is_shown(
    shops: Callable[[str], Workspace], days: duckdb.DuckDBPyConnection
) -> None:
    found = shops("plain").value(horizon_days=180)
    assert found.model == "mbgnbd"
    season, drift = found.level.season, found.level.drift
    assert season is not None
    grid = [BORN + dt.timedelta(days=day) for day in range((LAST - BORN).days + 181)]
    pace = [season[2 * (day.month - 1) + (day.day > 15)]
            * (1 + drift) ** (min((day - LAST).days, 0) / 365) for day in grid]  # fmt: skip
    reached = np.append(0.0, np.cumsum(pace))
    rows = days.execute(
        "SELECT customer::BIGINT::VARCHAR, count(*) - 1, min(day), max(day)"
        " FROM days GROUP BY customer ORDER BY 1"
    ).fetchall()
    names, x, first, last = zip(*rows, strict=True)
    begun, ended = (
        reached[np.array([(day - BORN).days + 1 for day in some])] for some in (first, last)
    )
    now = reached[(LAST - BORN).days + 1]
    history = np.array(x, np.float64), ended - begun, now - begun
    old = np.array([day < dt.date(2010, 1, 1) for day in first])
    expected = np.empty(old.size)
    for side in (old, ~old):
        mine = tuple(column[side] for column in history)
        expected[side] = _expected(_fitted(*mine), reached[-1] - now, *mine)
    table = found.table.sort_by("customer_id")
    assert table["customer_id"].to_pylist() == list(names)
    assert table["expected_orders"].to_numpy() == pytest.approx(expected, abs=1e-5)
    assert found.orders.value == pytest.approx(expected.sum(), rel=1e-6)


Floats = NDArray[np.float64]


def _fitted(x: Floats, t: Floats, age: Floats) -> Floats:
    def loss(theta: Floats) -> float:
        r, alpha, a, b = np.exp(theta)
        bought = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        stayed = special.betaln(a, b + x + 1) - (r + x) * np.log(alpha + age)
        left = special.betaln(a + 1, b + x) - (r + x) * np.log(alpha + t)
        whole = bought + np.logaddexp(stayed, left) - special.betaln(a, b)
        return -float(whole.mean())

    options: dict[str, Any] = {"maxiter": 8000, "maxfev": 8000, "xatol": 1e-9, "fatol": 1e-14}
    start = [0.0, np.log(90), -1.0, 1.0]
    found = optimize.minimize(loss, start, method="Nelder-Mead", options=options)
    return np.exp(np.asarray(found.x, np.float64))


def _expected(params: Floats, ahead: float, x: Floats, t: Floats, age: Floats) -> Floats:
    """Equation of the MBG/NBD paper, P(alive) times what one who is there will do."""
    r, alpha, a, b = params
    alive = 1 / (1 + a / (b + x) * ((alpha + age) / (alpha + t)) ** (r + x))
    share = ahead / (alpha + age + ahead)
    missed = (1 - share) ** (r + x) * special.hyp2f1(r + x, b + x + 1, a + b + x, share)
    return np.asarray((a + b + x) / (a - 1) * (1 - missed) * alive)
