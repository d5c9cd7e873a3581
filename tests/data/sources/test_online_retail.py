"""The reference shop: three formats, one truth."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from habitue.data.sources import Loaded, load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.data
_IDENTITY = """
    SELECT count(*), sum(amount), count(DISTINCT order_id), count(DISTINCT product),
        count(DISTINCT country), count(DISTINCT customer_id), count_if(customer_id IS NULL),
        count_if(description IS NULL),
        sum(hash(position, order_id, customer_id, moment, product, description, quantity, price,
            amount, country)::HUGEINT)
    FROM typed_lines
"""


def read(path: Path) -> tuple[Loaded, tuple[object, ...]]:
    with duckdb.connect() as con:
        loaded = load(con, [path])
        row = con.execute(_IDENTITY).fetchone()
    assert row is not None
    return loaded, row


@pytest.fixture(scope="module")
def from_parquet(online_retail: Path) -> tuple[object, ...]:
    return read(online_retail)[1]


def test_parquet_has_the_golden_totals(shared: Path, from_parquet: tuple[object, ...]) -> None:
    golden = json.loads((shared / "golden" / "online_retail_II.json").read_text())["raw"]
    lines, amount, *counts = from_parquet[:-1]
    assert lines == golden["lines"]
    assert round(Decimal(str(amount)), 2) == Decimal(str(golden["amount"]))
    names = ("orders", "products", "countries", "customers", "no_customer_lines",
             "no_description_lines")  # fmt: skip
    assert counts == [golden[name] for name in names]


def test_csv_gives_the_same_lines(
    online_retail: Path, tmp_path: Path, from_parquet: tuple[object, ...]
) -> None:
    path = tmp_path / "shop.csv"
    with duckdb.connect() as con:
        con.read_parquet(str(online_retail)).write_csv(str(path))
    loaded, row = read(path)
    assert row == from_parquet
    assert loaded.mapping.profile == "online-retail"
    assert loaded.warnings == ()


@pytest.mark.slow
def test_xlsx_gives_the_same_lines(shared: Path, from_parquet: tuple[object, ...]) -> None:
    loaded, row = read(shared / "data" / "online_retail_II.xlsx")
    assert row == from_parquet
    assert loaded.sources[0].parts == (("Year 2009-2010", 525461), ("Year 2010-2011", 541910))


def test_cdnow_is_guessed(shared: Path) -> None:
    loaded, row = read(shared / "data" / "cdnow_sample.csv")
    mapping = loaded.mapping
    assert (mapping.customer, mapping.moment, mapping.amount) == ("customer_id", "date", "dollars")
    assert (row[0], row[5]) == (6919, 2357)
    assert loaded.warnings == (("order_generated", {}),)
