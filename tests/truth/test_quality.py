"""Online Retail II: every finding equals plain SQL on the file itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from habitue.data.quality.report import Finding, Quality, Verdict
from habitue.workspace import Workspace

pytestmark = pytest.mark.data
_RAW = """
    CREATE VIEW raw AS SELECT row_number() OVER () AS position, "Invoice" AS invoice,
        "StockCode" AS code, "Description" AS description, "Quantity" AS quantity,
        "InvoiceDate" AS moment, "Price"::DECIMAL(18, 4) AS price, "Customer ID" AS customer,
        trim("Country") AS country, "Quantity"::DECIMAL(18, 0) * "Price"::DECIMAL(18, 4) AS amount
    FROM read_parquet('{}')
"""
Ask = Callable[[str], tuple[Any, ...]]


@pytest.fixture(scope="module")
def ask(online_retail: Path) -> Ask:
    connection = duckdb.connect()
    connection.execute(_RAW.format(online_retail))

    def asked(question: str) -> tuple[Any, ...]:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row

    return asked


@pytest.fixture(scope="module")
def shop(shops: Callable[[str], Workspace]) -> Workspace:
    return shops("standard")


@pytest.fixture(scope="module")
def found(shop: Workspace) -> Quality:
    return shop.quality()


def one(found: Quality, name: str) -> Finding:
    finding = found.finding(name)
    assert finding is not None
    return finding


SIMPLE = {
    "missing_customer": ("customer IS NULL", 243_007),
    "missing_description": ("description IS NULL OR trim(description) = ''", 4_382),
    "price_not_positive": ("price <= 0", 6_207),
    "returns": ("invoice LIKE 'C%' OR quantity < 0 OR amount < 0", 22_956),
    "unmarked_returns": ("invoice NOT LIKE 'C%' AND (quantity < 0 OR amount < 0)", 3_462),
}


@pytest.mark.parametrize("name", SIMPLE)
def test_lines_of_a_finding(found: Quality, ask: Ask, name: str) -> None:
    where, published = SIMPLE[name]
    lines, amount = ask(f"SELECT count(*), sum(amount) FROM raw WHERE {where}")
    finding = one(found, name)
    assert finding.count == finding.lines == lines == published
    assert finding.base == 1_067_371
    assert finding.amount == amount


def test_returns_with_the_cancellation_mark(found: Quality, ask: Ask) -> None:
    marked, with_customer = ask("SELECT count(*), count(customer) FROM raw WHERE invoice LIKE 'C%'")
    facts = one(found, "returns").facts
    assert facts["marked"] == marked == 19_494
    assert with_customer == 18_744
    assert facts["kept_amount"] == Decimal("-1171157.5500")
    assert one(found, "returns").amount == Decimal("-1685344.0000")


def test_identical_lines(found: Quality, ask: Ask) -> None:
    content = "invoice, code, description, quantity, moment, price, customer, country"
    (copies,) = ask(f"SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM raw GROUP BY {content})")
    (amount,) = ask(
        f"SELECT sum((n - 1) * amount) FROM (SELECT {content}, amount, count(*) AS n FROM raw "
        f"GROUP BY {content}, amount)"
    )
    finding = one(found, "duplicate_lines")
    assert finding.count == copies == 34_335
    assert finding.amount == amount
    assert finding.facts["again"] == 22_523
    assert finding.facts["inside"] == 34_335 - 22_523


def test_repeated_orders(found: Quality) -> None:
    finding = one(found, "repeated_orders")
    assert (finding.count, finding.base) == (1_088, 53_628)
    assert (finding.lines, finding.left_out) == (22_523, 22_523)
    assert finding.amount == Decimal("377488.4500")


def test_repeated_orders_are_found_where_no_rule_looks_for_them(
    shops: Callable[[str], Workspace],
) -> None:
    finding = one(shops("plain").quality(), "repeated_orders")
    assert (finding.count, finding.lines, finding.amount) == (
        1_088, 22_523, Decimal("377488.4500"),
    )  # fmt: skip


@pytest.mark.parametrize(("name", "column"), [("orders_several_moments", "moment"),
                                              ("orders_several_customers", "customer"),
                                              ("orders_several_countries", "country")])  # fmt: skip
def test_orders_that_contradict_themselves(
    found: Quality, ask: Ask, name: str, column: str
) -> None:
    orders, lines, amount = ask(
        f"SELECT count(*), sum(n), sum(amount) FROM (SELECT invoice, count(*) AS n, sum(amount) "
        f"AS amount FROM raw GROUP BY invoice HAVING count(DISTINCT {column}) > 1)"
    )
    if orders:
        finding = one(found, name)
        assert (finding.count, finding.lines, finding.amount) == (orders, lines, amount)
    else:
        assert name in found.clean


def test_customers_of_several_countries(found: Quality, ask: Ask) -> None:
    people, lines = ask(
        "SELECT count(*), sum(n) FROM (SELECT customer, count(*) AS n FROM raw WHERE customer IS "
        "NOT NULL GROUP BY customer HAVING count(DISTINCT country) > 1)"
    )
    finding = one(found, "customers_several_countries")
    assert (finding.count, finding.lines, finding.base) == (people, lines, 5_942)
    assert people == 13


@pytest.mark.parametrize(("name", "column"), [("price_high", "price"),
                                              ("quantity_high", "abs(quantity)")])  # fmt: skip
def test_fences_stand_three_ranges_above_the_quartiles(
    found: Quality, ask: Ask, name: str, column: str
) -> None:
    low, high = ask(
        f"SELECT quantile_disc({column}, 0.25), quantile_disc({column}, 0.75) FROM raw "
        f"WHERE {column} > 0"
    )
    fence = found.price_fence if name == "price_high" else found.quantity_fence
    assert fence is not None
    assert float(fence) == pytest.approx(float(high) * (float(high) / float(low)) ** 3, rel=0.05)
    lines, amount = ask(f"SELECT count(*), sum(amount) FROM raw WHERE {column} > {fence}")
    finding = one(found, name)
    assert (finding.count, finding.amount) == (lines, amount)


def test_a_typed_bound(shop: Workspace) -> None:
    assert one(shop.quality(quantity_bound=1000), "quantity_high").count == 503


def test_weekdays_and_gaps(found: Quality, ask: Ask) -> None:
    saturday = found.weekdays.to_pylist()[5]
    (orders,) = ask(
        "SELECT count(DISTINCT invoice) FROM raw WHERE isodow(moment) = 6 AND customer IS NOT NULL "
        "AND invoice NOT LIKE 'C%' AND price > 0"
    )
    assert saturday["orders"] == orders == 30
    assert saturday["days_with_orders"] == 1
    assert one(found, "weekdays_without_orders").facts["weekdays"] == (6,)
    # Open days between 23 December 2009 and 4 January 2010: eleven, two of them Saturdays.
    assert found.gaps.to_pylist()[0]["days"] == 9
    assert sum(found.weekdays["orders"].to_pylist()) == 39_988


def test_matched_returns_are_those_of_neutralising(shop: Workspace, found: Quality) -> None:
    kpis = shop.kpis(returns="neutralise")
    alone = one(found, "unmatched_returns")
    assert alone.count == kpis.unmatched_lines
    assert alone.amount == kpis.unmatched_returns


def test_the_stricter_published_match(ask: Ask) -> None:
    """6,217 of 18,390 returns mirror an earlier line in customer, product, price and quantity."""
    returns, mirrored = ask(
        "WITH one AS (SELECT DISTINCT ON (invoice, code, description, quantity, moment, price, "
        "customer, country) * FROM raw WHERE customer IS NOT NULL AND price > 0), "
        "sold AS (SELECT customer, code, price, quantity, min(moment) AS since FROM one "
        "WHERE invoice NOT LIKE 'C%' GROUP BY ALL), "
        "back AS (SELECT *, -quantity AS brought FROM one WHERE invoice LIKE 'C%') "
        "SELECT count(*), count(*) FILTER (since <= back.moment) FROM back LEFT JOIN sold ON "
        "back.customer = sold.customer AND back.code = sold.code AND back.price = sold.price "
        "AND back.brought = sold.quantity"
    )
    assert (returns, mirrored) == (18_390, 6_217)


def test_the_largest_customers(found: Quality, shop: Workspace) -> None:
    finding = one(found, "concentration")
    gross = sorted(
        (row["amount"] for row in shop.quality_sample("concentration", most=50).to_pylist()),
        reverse=True,
    )
    assert (finding.count, finding.base) == (59, 5_869)
    assert gross[0] == Decimal("580987.0400")
    assert finding.amount is not None
    assert sum(gross) < finding.amount < sum(gross) + 9 * gross[-1]


def test_the_first_cohort_and_the_verdict(found: Quality) -> None:
    first = one(found, "first_cohort")
    assert (first.count, first.base) == (954, 5_869)
    assert one(found, "partial_last_month").count == 22
    assert found.granularity == "minute"
    assert found.verdict is Verdict.WITH_CARE
    assert [reason.name for reason in found.reasons] == [
        "missing_customer", "concentration", "first_cohort",
    ]  # fmt: skip
