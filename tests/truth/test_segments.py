"""Scores of Online Retail II against SQL and numpy that share no code with ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from habitue.core.segments.rules import RULE_SETS
from habitue.core.segments.scoring import Scoring
from habitue.workspace import Workspace

pytestmark = [pytest.mark.data, pytest.mark.slow]

# The literal cleaning of the brief: known customers, no repeated line, a price.
_PLAIN = """
WITH lines AS (
    SELECT DISTINCT "Invoice" AS invoice, "StockCode", "Description", "Quantity" AS quantity,
           "InvoiceDate" AS moment, round("Price" * 10000)::BIGINT AS price,
           "Customer ID"::BIGINT::VARCHAR AS customer, "Country"
    FROM read_parquet($path)
    WHERE "Customer ID" IS NOT NULL AND "Price" > 0
), marked AS (
    SELECT *, quantity < 0 OR invoice LIKE 'C%' AS back, quantity * price AS amount FROM lines
    WHERE moment::DATE <= $day AND moment::DATE > $oldest
)
SELECT customer,
       date_diff('day', max(moment::DATE) FILTER (NOT back), $day::DATE + 1) AS recency,
       count(DISTINCT invoice) FILTER (NOT back) AS frequency,
       sum(CASE WHEN back AND NOT $returns THEN 0 ELSE amount END) AS monetary
FROM marked GROUP BY customer HAVING count(*) FILTER (NOT back) > 0 ORDER BY customer
"""
AS_OF = dt.date(2011, 12, 9)


def _by_hand(
    path: Path, *, day: dt.date = AS_OF, window: int = 10_000, returns: bool = True
) -> dict[str, Any]:
    oldest = day - dt.timedelta(days=window)
    facts = {"path": str(path), "day": day, "oldest": oldest, "returns": returns}
    found: dict[str, Any] = duckdb.execute(_PLAIN, facts).fetchnumpy()
    return found


def _scores(values: np.ndarray, classes: int) -> np.ndarray:
    edges = np.quantile(values, [part / classes for part in range(1, classes)])
    # Ten-thousandths of a pound: half of one is less than any difference there is.
    above = values[:, None] > edges + 1e-6 * np.maximum(1, np.abs(edges))
    return np.asarray(1 + above.sum(axis=1))


@pytest.fixture(scope="module")
def shop(shops: Callable[[str], Workspace]) -> Workspace:
    return shops("plain")


@pytest.mark.parametrize("classes", [3, 4, 5])
@pytest.mark.parametrize(
    ("asked", "hand", "window"),
    [
        ({}, {}, None),
        ({"returns": "exclude"}, {"returns": False}, None),
        ({"as_of": "2011-03-15"}, {"day": dt.date(2011, 3, 15)}, None),
        ({}, {"window": 365}, 365),
    ],
)
def test_values_and_scores_are_those_of_plain_sql(
    shop: Workspace,
    online_retail: Path,
    *,
    asked: Any,
    hand: Any,
    window: int | None,
    classes: int,
) -> None:
    expected = _by_hand(online_retail, **hand)
    found = shop.rfm(scoring=Scoring(classes=classes, window_days=window), **asked)
    assert found["customer_id"].to_pylist() == list(expected["customer"])
    assert found["recency_days"].to_pylist() == list(expected["recency"])
    assert found["frequency"].to_pylist() == list(expected["frequency"])
    money = [int(one * 10_000) for one in found["monetary"].to_pylist()]
    assert money == [int(one) for one in expected["monetary"]]
    recency, frequency, monetary = (
        _scores(expected[name].astype(float), classes)
        for name in ("recency", "frequency", "monetary")
    )
    assert found["r_score"].to_pylist() == list(classes + 1 - recency)
    assert found["f_score"].to_pylist() == list(frequency)
    assert found["m_score"].to_pylist() == list(monetary)


def test_one_time_buyers_share_one_score(shop: Workspace) -> None:
    found = shop.rfm(returns="exclude").to_pylist()
    once = [row["f_score"] for row in found if row["frequency"] == 1]
    assert len(found) == 5_878
    assert len(once) == 1_623
    assert set(once) == {1}


def test_all_names_are_in_use_and_add_up(shop: Workspace) -> None:
    for rules in RULE_SETS:
        seen = shop.segments(rules=rules)
        rows = seen.table.to_pylist()
        assert sum(row["customers"] for row in rows) == seen.base.customers == 5_878
        assert sum(row["revenue"] for row in rows) == seen.base.revenue
    named = shop.segments(rules="table").table
    assert all(named["customers"].to_pylist())


def test_overlap_of_the_rule_sets_in_customers(shops: Callable[[str], Workspace]) -> None:
    # The figures that docs/decisions/005-priority.md and the documentation print.
    shop = shops("standard")
    found = {
        (one, other): shop.disagreement(first=one, second=other)
        for one, other in (("table", "grid"), ("table", "ranges"), ("grid", "ranges"))
    }
    assert {pair: one.codes for pair, one in found.items()} == {
        ("table", "grid"): 44, ("table", "ranges"): 33, ("grid", "ranges"): 41,
    }  # fmt: skip
    assert {pair: one.customers for pair, one in found.items()} == {
        ("table", "grid"): 3_048, ("table", "ranges"): 2_042, ("grid", "ranges"): 2_537,
    }  # fmt: skip
