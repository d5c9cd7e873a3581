"""Cleaning and matching find, in a sample shop, exactly what was put there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import ibis
import pytest

from habitue.core.matching import matches
from habitue.data.cleaning import CODED, PRESETS, Rules, classify
from habitue.data.samples import Count, SampleShop, make_shop
from habitue.data.waterfall import exclusions, tallies, waterfall
from habitue.schema import Preset, Reason

CODES: dict[str, Any] = {
    "cancellation_prefix": "C",
    "test_prefixes": ("TEST",),
    "not_a_sale": ("BANK CHARGES", "AMAZONFEE", "ADJUST", "ADJUST2", "B", "CRUK", "S"),
    "shipping": ("POST", "DOT", "C2"),
    "discount": ("D",),
    "manual": ("M", "m"),
    "voucher_prefixes": ("gift_",),
}


@pytest.fixture(scope="module")
def shop() -> SampleShop:
    return make_shop(40_000, seed=21)


@pytest.fixture(scope="module")
def backend(shop: SampleShop) -> Iterator[ibis.BaseBackend]:
    with duckdb.connect() as connection:
        for part in shop.PARTS:
            connection.register(f"part{part}", shop.table(part))
        connection.execute(
            """
            CREATE TABLE typed_lines AS
            SELECT part, row_number() OVER () AS position, Invoice AS order_id,
                "Customer ID"::VARCHAR AS customer_id, StockCode AS product,
                Description AS description, Country AS country, InvoiceDate::TIMESTAMP AS moment,
                Quantity::DECIMAL(18, 4) AS quantity, Price::DECIMAL(18, 4) AS price,
                (Quantity * Price::DECIMAL(12, 4))::DECIMAL(18, 4) AS amount,
                NULL::DECIMAL(18, 4) AS cost, NULL::DECIMAL(18, 4) AS discount,
                NULL::VARCHAR AS channel, NULL::VARCHAR AS currency, NULL::VARCHAR AS category,
                NULL::VARCHAR AS status, NULL::VARCHAR AS unreadable
            FROM (SELECT 'one' AS part, * FROM part0 UNION ALL SELECT 'two', * FROM part1)
            """
        )
        yield ibis.duckdb.from_connection(connection)


def _classified(backend: ibis.BaseBackend, preset: Preset) -> ibis.Table:
    rules = Rules(reasons=PRESETS[preset], by_codes=CODED[preset], **CODES)
    return classify(backend.table("typed_lines"), rules).cache()


def test_the_waterfall_is_the_truth(backend: ibis.BaseBackend, shop: SampleShop) -> None:
    lines = _classified(backend, Preset.STANDARD)
    found = waterfall(
        tallies(lines).to_pyarrow().to_pylist()[0], exclusions(lines).to_pyarrow().to_pylist()
    )
    truth = shop.truth
    assert Count(found.raw.lines, found.raw.amount) == truth.raw
    assert {Reason(one.reason): Count(one.lines, one.amount) for one in found.excluded} == (
        truth.excluded
    )
    assert Count(found.kept.lines, found.kept.amount) == truth.kept
    assert (found.kept.gross, found.kept.returns) == (truth.gross.amount, truth.returns.amount)
    assert (found.kept.orders, found.with_customer.orders) == (truth.orders, truth.orders_known)
    assert found.with_customer.customers == truth.customers.num_rows
    assert Count(found.with_customer.lines, found.with_customer.amount) == truth.kept_known


def test_plain_cleaning_finds_the_duplicates(backend: ibis.BaseBackend, shop: SampleShop) -> None:
    lines = _classified(backend, Preset.PLAIN)
    found = {row["reason"]: row["lines"] for row in exclusions(lines).to_pyarrow().to_pylist()}
    typed = backend.table("typed_lines")
    again = typed.filter(typed.part == "two").semi_join(
        typed.filter(typed.part == "one").view(), "order_id"
    )
    repeated = again.filter(again.customer_id.notnull()).count().to_pyarrow().as_py()
    assert found["duplicate_line"] == repeated + shop.truth.duplicates_known


def test_each_return_meets_its_purchase(backend: ibis.BaseBackend, shop: SampleShop) -> None:
    met = matches(_classified(backend, Preset.STANDARD)).to_pyarrow()
    found = sum(met.column("amount").to_pylist())
    assert -found == shop.truth.matched.amount
    assert sum(met.column("return_lines").to_pylist()) == shop.truth.matched.lines
