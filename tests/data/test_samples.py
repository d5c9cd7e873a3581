"""A sample shop is the same for everyone, and its truth is what its file says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.data.samples import Count, SampleShop, make_shop
from habitue.data.samples.goods import RETIRED, goods
from habitue.errors import RequestError
from habitue.schema import Reason

SERVICES = ("BANK CHARGES", "AMAZONFEE", "ADJUST", "ADJUST2", "B", "CRUK", "S")


@pytest.fixture(scope="module")
def shop() -> SampleShop:
    return make_shop(60_000, seed=11)


@pytest.fixture(scope="module")
def sql(shop: SampleShop) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file as DuckDB sees it, money exact; `once` lacks the second copy of the block."""
    with duckdb.connect() as connection:
        for part in shop.PARTS:
            connection.register(f"part{part}", shop.table(part))
        connection.execute(
            """
            CREATE TABLE file AS
            SELECT *, Quantity * Price::DECIMAL(12, 2) AS amount,
                Invoice IN (FROM (SELECT Invoice FROM part0) SEMI JOIN part1 USING (Invoice))
                    AS in_block
            FROM (SELECT 0 AS part, * FROM part0 UNION ALL SELECT 1, * FROM part1)
            """
        )
        connection.execute("CREATE VIEW once AS FROM file WHERE NOT (in_block AND part = 1)")
        connection.execute(
            f"""
            CREATE VIEW kept AS FROM once WHERE NOT StockCode SIMILAR TO 'TEST.*'
                AND StockCode NOT IN {SERVICES} AND Price > 0
            """
        )
        yield connection


def _count(sql: duckdb.DuckDBPyConnection, rows: str) -> Count:
    lines, amount = _row(sql, f"SELECT count(*), coalesce(sum(amount), 0) FROM {rows}")
    return Count(lines, Decimal(amount))


def _row(sql: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    found = sql.sql(query).fetchall()
    assert len(found) == 1
    return found[0]


@settings(max_examples=12, deadline=None)
@given(lines=st.integers(1_000, 6_000), seed=st.integers(0, 2**40))
def test_any_shop_has_exactly_the_lines_asked_for(lines: int, seed: int) -> None:
    shop = make_shop(lines, seed=seed)
    assert shop.table().num_rows == lines
    assert shop.part_lines(0) + shop.part_lines(1) == lines
    truth = shop.truth
    assert truth.raw.lines == lines
    assert truth.kept + sum(truth.excluded.values(), Count()) == truth.raw
    assert truth.gross + truth.returns == truth.kept
    assert truth.matched + truth.unmatched == truth.returns


def test_a_seed_makes_one_shop_and_another_seed_another(shop: SampleShop) -> None:
    again, other = make_shop(60_000, seed=11), make_shop(60_000, seed=12)
    assert again.table().equals(shop.table())
    assert again.truth.customers.equals(shop.truth.customers)
    assert not other.table().equals(shop.table())


@pytest.mark.parametrize("lines", [1, 777, 10**9])
def test_batches_change_nothing(shop: SampleShop, lines: int) -> None:
    batches = list(shop.batches(1, lines=lines))
    assert pa.Table.from_batches(batches).equals(shop.table(1))
    invoices = [batch.column(0) for batch in batches]
    ends = [(one[-1], two[0]) for one, two in pairwise(invoices)]
    assert all(last != first for last, first in ends)


def test_truth_does_not_depend_on_batches(
    shop: SampleShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SampleShop.drawn, "__kwdefaults__", {"lines": 500})
    small = make_shop(60_000, seed=11)
    assert small.truth.to_dict() == shop.truth.to_dict()
    assert small.truth.customers.equals(shop.truth.customers)


def test_files_are_in_the_order_of_time(shop: SampleShop) -> None:
    # Read as written: a table that DuckDB makes of a join may hold its rows in another order.
    for part in shop.PARTS:
        lines = shop.table(part)
        days = lines["InvoiceDate"].to_numpy()
        numbers = np.array([int(one.lstrip("AC")) for one in lines["Invoice"].to_pylist()])
        assert lines.num_rows > 1_000
        assert (days[1:] >= days[:-1]).all()
        assert (numbers[1:] >= numbers[:-1]).all()


def test_truth_of_the_repeated_block(sql: duckdb.DuckDBPyConnection, shop: SampleShop) -> None:
    truth = shop.truth
    assert truth.raw == _count(sql, "file")
    assert truth.excluded[Reason.REPEATED_ORDER] == _count(sql, "file WHERE in_block AND part = 1")
    block = "SELECT * EXCLUDE part FROM file WHERE in_block AND part ="
    assert _row(sql, f"SELECT count(*) FROM ({block} 0 EXCEPT ALL {block} 1)") == (0,)
    assert _row(sql, "SELECT count(DISTINCT Invoice) FROM file WHERE in_block") == (
        truth.repeated_orders,
    )
    assert truth.repeated_orders > 10


def test_truth_of_each_exclusion(sql: duckdb.DuckDBPyConnection, shop: SampleShop) -> None:
    excluded = shop.truth.excluded
    assert excluded[Reason.TEST] == _count(sql, "once WHERE StockCode LIKE 'TEST%'")
    assert excluded[Reason.NOT_A_SALE] == _count(sql, f"once WHERE StockCode IN {SERVICES}")
    assert excluded[Reason.PRICE_NOT_POSITIVE] == _count(
        sql, f"once WHERE Price <= 0 AND StockCode NOT IN {SERVICES}"
    )
    assert all(count.lines > 0 for count in excluded.values())


def test_truth_of_what_is_kept(sql: duckdb.DuckDBPyConnection, shop: SampleShop) -> None:
    truth = shop.truth
    known = '"Customer ID" IS NOT NULL'
    assert truth.kept == _count(sql, "kept")
    assert truth.kept_known == _count(sql, f"kept WHERE {known}")
    assert truth.gross == _count(sql, "kept WHERE Quantity > 0")
    assert truth.returns == _count(sql, "kept WHERE Invoice LIKE 'C%'")
    assert _row(sql, "SELECT count(DISTINCT Invoice) FROM kept WHERE Quantity > 0") == (
        truth.orders,
    )
    assert _row(
        sql, f"SELECT count(DISTINCT Invoice) FROM kept WHERE Quantity > 0 AND {known}"
    ) == (truth.orders_known,)
    assert truth.nameless == _count(sql, "once WHERE Description IS NULL").lines
    for label, codes in {
        "shipping": "('POST', 'DOT', 'C2')",
        "manual": "('M')",
        "manual_return": "('m')",
        "discount": "('D')",
        "voucher": "('gift_0001_10', 'gift_0001_20', 'gift_0001_50')",
    }.items():
        assert truth.labels[label] == _count(sql, f"kept WHERE StockCode IN {codes}"), label


def test_truth_of_duplicates(sql: duckdb.DuckDBPyConnection, shop: SampleShop) -> None:
    found = sql.sql(
        """
        SELECT "Customer ID" IS NOT NULL AS known, sum(n - 1)::INT FROM
            (SELECT "Customer ID", count(*) AS n FROM once GROUP BY "Customer ID", Invoice,
                StockCode, Description, Quantity, InvoiceDate, Price, Country)
        GROUP BY known ORDER BY known
        """
    ).fetchall()
    truth = shop.truth
    assert found == [
        (False, truth.duplicates - truth.duplicates_known),
        (True, truth.duplicates_known),
    ]
    assert 0 < truth.duplicates < 0.03 * truth.raw.lines


def test_truth_of_each_customer(sql: duckdb.DuckDBPyConnection, shop: SampleShop) -> None:
    sql.register("truth", shop.truth.customers)
    assert _row(
        sql,
        """
        WITH seen AS (
            SELECT "Customer ID"::VARCHAR AS customer_id,
                count(DISTINCT Invoice) FILTER (Quantity > 0) AS orders,
                min(InvoiceDate) FILTER (Quantity > 0) AS first_order_at,
                max(InvoiceDate) FILTER (Quantity > 0) AS last_order_at,
                coalesce(sum(amount) FILTER (Quantity > 0), 0) AS gross,
                coalesce(sum(amount) FILTER (Quantity < 0), 0) AS returned
            FROM kept WHERE "Customer ID" IS NOT NULL GROUP BY 1)
        SELECT count(*) = (SELECT count(*) FROM truth) AND count(*) = (SELECT count(*) FROM seen)
        FROM seen JOIN truth
            USING (customer_id, orders, first_order_at, last_order_at, gross, returned)
        """,
    ) == (True,)
    assert _row(
        sql,
        """
        SELECT count(*) FILTER (acquired_at < DATE '2023-12-01') > 50,
            bool_and(acquired_at = first_order_at OR acquired_at < DATE '2023-12-01'),
            bool_and(dropped_at IS NULL OR dropped_at >= last_order_at),
            bool_and(last_order_at < TIMESTAMP '2025-12-10')
        FROM truth
        """,
    ) == (True, True, True, True)


def test_returns_match_earlier_purchases_or_none_at_all(
    sql: duckdb.DuckDBPyConnection, shop: SampleShop
) -> None:
    sql.execute(
        """
        CREATE OR REPLACE TEMP VIEW back AS
        SELECT *, exists(FROM kept b WHERE b."Customer ID" = r."Customer ID"
                AND b.StockCode = r.StockCode AND b.Quantity > 0) AS has_purchase
        FROM kept r WHERE Quantity < 0
        """
    )
    assert _count(sql, "back WHERE has_purchase") == shop.truth.matched
    assert _count(sql, "back WHERE NOT has_purchase") == shop.truth.unmatched
    # At every return, the customer still holds what comes back, bought at that price.
    assert _row(
        sql,
        """
        SELECT bool_and(held >= 0) FROM (
            SELECT sum(Quantity) OVER (PARTITION BY "Customer ID", StockCode, Price
                ORDER BY InvoiceDate, Quantity DESC) AS held
            FROM kept k SEMI JOIN (FROM back WHERE has_purchase) b
                ON b."Customer ID" = k."Customer ID" AND b.StockCode = k.StockCode)
        """,
    ) == (True,)


def test_shelves_are_plausible() -> None:
    shelf = goods()
    codes, names = shelf.codes.to_pylist(), shelf.names.to_pylist()
    assert len(set(codes)) == len(codes)
    assert len(set(names[: shelf.first_service])) == shelf.sold + RETIRED > 4_000
    assert 50 < sum(code.startswith("0") for code in codes) < 300
    assert (shelf.cents >= 10).all()
    assert (shelf.cents[1] <= shelf.cents[0]).all()
    assert (shelf.cents[0] <= shelf.cents[2]).all()
    assert len(np.unique(shelf.ladder)) == shelf.sold
    assert 40 <= len(shelf.countries) <= 45


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        pytest.param({"lines": 999}, "lines", id="too-few-lines"),
        pytest.param({"seed": -1}, "seed", id="negative-seed"),
        pytest.param({"end": dt.date(2024, 1, 15)}, "days", id="too-few-days"),
        pytest.param({"end": dt.date(2020, 1, 1)}, "days", id="backwards"),
    ],
)
def test_what_cannot_be_is_refused(asked: dict[str, Any], name: str) -> None:
    with pytest.raises(RequestError) as refused:
        make_shop(**asked)
    assert refused.value.key == "sample_too_small"
    assert refused.value.facts["name"] == name
    assert name in refused.value.say("fr")


def test_other_days_are_kept_to() -> None:
    shop = make_shop(3_000, seed=3, start=dt.date(2022, 2, 1), end=dt.date(2022, 4, 30))
    moments = shop.table().column("InvoiceDate").to_pylist()
    days = sorted({moment.date() for moment in moments})
    assert dt.date(2022, 2, 1) <= days[0] < dt.date(2022, 2, 4)
    assert dt.date(2022, 4, 27) < days[-1] < dt.date(2022, 5, 1)
