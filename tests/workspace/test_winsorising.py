"""What winsorising would take, worked out again in plain SQL; and that no other figure takes it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from habitue import Workspace, ingest, open_store

# Two customers buy, one of them returns more than once; two orders have no customer, and somebody
# who never bought sends something back.
SHOP: Final = """order,customer,date,product,quantity,price
1,ann,2024-01-02 10:00,P1,1,10
1,ann,2024-01-02 10:00,P2,2,20
2,bob,2024-01-09 10:00,P1,1,30
3,bob,2024-02-06 10:00,P3,100,9
4,,2024-02-13 10:00,P1,50,12
5,,2024-03-05 10:00,P2,1,20
6,ann,2024-03-12 10:00,P1,3,10
C7,bob,2024-03-19 10:00,P3,-10,9
C8,eve,2024-03-26 10:00,P1,-1,10
"""
TAKEN: Final = """
WITH sold AS (
    SELECT * FROM '{folder}/lines.parquet' WHERE reason IS NULL AND NOT is_return
), orders AS (
    SELECT order_id, any_value(customer_id) AS customer_id, sum(amount) AS value
    FROM sold GROUP BY order_id
), people AS (
    SELECT customer_id, sum(value) AS value FROM orders
    WHERE customer_id IS NOT NULL GROUP BY customer_id
), paid AS (
    SELECT 'line' AS level, customer_id, amount AS value FROM sold
    UNION ALL SELECT 'order', customer_id, value FROM orders
    UNION ALL SELECT 'customer', customer_id, value FROM people
), positive AS (SELECT * FROM paid WHERE value > 0
), caps AS (
    SELECT level, quantile_disc(value, {share}) AS cap FROM positive GROUP BY level
), of_people AS (
    SELECT count(*) AS customers, sum(value) + (
        SELECT coalesce(sum(amount), 0) FROM '{folder}/lines.parquet'
        WHERE reason IS NULL AND is_return
        AND customer_id IN (SELECT customer_id FROM people)
    ) AS value FROM people
)
SELECT level, any_value(cap) AS cap, count(*) AS values,
    count(*) FILTER (value > cap) AS above,
    sum(least(value, cap) - value) AS difference,
    (SELECT avg(value) FROM orders) AS aov,
    ((SELECT sum(value) FROM orders) + sum(least(value, cap) - value))
        / (SELECT count(*) FROM orders) AS aov_after,
    (SELECT value / customers FROM of_people) AS clv,
    (SELECT (value + coalesce(sum(least(positive.value, cap) - positive.value)
        FILTER (positive.customer_id IS NOT NULL), 0)) / customers FROM of_people
        ) AS clv_after
FROM positive JOIN caps USING (level) GROUP BY level
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    (folder / "orders.csv").write_text(SHOP, "utf-8")
    ingest([folder / "orders.csv"], store=folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def real(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    ingest([online_retail], store=folder)
    return folder


def _taken(store: Path, share: str) -> dict[str, dict[str, Any]]:
    (folder,) = (store / "snapshots").iterdir()
    asked = TAKEN.format(folder=folder, share=share)
    rows = duckdb.connect().sql(asked).to_arrow_table().to_pylist()
    return {row["level"]: row for row in rows}


def _agrees(store: Path, share: str) -> None:
    shop = open_store(store)
    found = shop.quality(winsorise_at=share).winsorised.to_pylist()
    revenue = shop.check().kept["amount"]
    wanted = _taken(store, share)
    assert [row["level"] for row in found] == ["line", "order", "customer"]
    for row in found:
        plain = wanted[row["level"]]
        for name in ("cap", "values", "above", "difference"):
            assert row[name] == plain[name], (row["level"], name)
        assert row["revenue"] == revenue
        assert row["revenue_after"] == revenue + plain["difference"]
        means = ("clv", "clv_after") if row["level"] == "customer" else (
            "aov", "aov_after", "clv", "clv_after")  # fmt: skip
        for name in means:
            assert float(row[name]) == pytest.approx(float(plain[name]), abs=1e-4), name


@pytest.mark.parametrize("share", ["0.5", "0.8", "0.99"])
def test_a_shop_with_returns_and_orders_of_nobody(small: Path, share: str) -> None:
    _agrees(small, share)


def test_the_small_shop_by_hand(small: Path) -> None:
    """Orders 20, 30, 30, 50, 600, 900: at 80 % the cap is 600, and bob's 900 loses 300."""
    order = open_store(small).quality(winsorise_at="80%").winsorised.to_pylist()[1]
    assert (order["cap"], order["above"], order["difference"]) == (600, 1, -300)
    assert (order["revenue"], order["revenue_after"]) == (1530, 1230)
    # ann 50 + 30, bob 30 + 900 - 90; eve bought nothing.
    assert (order["clv"], order["clv_after"]) == (Decimal(460), Decimal(310))


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("share", ["0.95", "0.99", "0.999"])
def test_the_real_shop(real: Path, share: str) -> None:
    _agrees(real, share)


def _figures(shop: Workspace) -> list[object]:
    questions: tuple[Callable[[], object], ...] = (
        shop.kpis, shop.overview, shop.cohorts, shop.segments,
    )  # fmt: skip
    return [repr(one()) for one in questions]


def test_no_other_figure_takes_it(small: Path) -> None:
    shop = open_store(small)
    before, found = _figures(shop), shop.quality().findings
    assert shop.quality(winsorise_at="0.5").findings == found
    assert _figures(shop) == before
