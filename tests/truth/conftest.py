"""Online Retail II twice: through `habitue`, and through plain arithmetic."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
from tests.truth.arithmetic import RULES, Judged, Ledger, Raw, judge

from habitue.workspace import Workspace, ingest, open_store


@pytest.fixture(scope="session")
def _collector_off() -> Iterator[None]:
    """Millions of small objects that all stay: looking for garbage among them takes minutes."""
    gc.disable()
    yield
    gc.enable()


_READ = """
SELECT "Invoice", CAST("Customer ID" AS BIGINT)::VARCHAR, "InvoiceDate", "StockCode", "Description",
       "Quantity" * 10000, round("Price" * 10000)::BIGINT, "Country"
FROM read_parquet(?)
"""


@pytest.fixture(scope="session")
def stores(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A store per preset, ingested once."""

    @cache
    def store(preset: str) -> Path:
        folder = tmp_path_factory.mktemp(preset)
        ingest([online_retail], store=folder, preset=preset)
        return folder

    return store


@pytest.fixture(scope="session")
def shops(stores: Callable[[str], Path]) -> Callable[[str], Workspace]:
    """The same, opened."""
    return cache(lambda preset: open_store(stores(preset)))


@pytest.fixture(scope="session")
def raw_lines(_collector_off: None, online_retail: Path) -> list[Raw]:
    rows = duckdb.execute(_READ, [str(online_retail)]).fetchall()
    return [
        Raw("file", place, order.strip(), customer, moment, product.strip() or None, quantity,
            price, quantity * price // 10_000, country.strip(), None, None,
            ((description or "").strip(),))
        for place, (order, customer, moment, product, description, quantity, price, country)
        in enumerate(rows, start=1)
    ]  # fmt: skip


@pytest.fixture(scope="session")
def judgements(raw_lines: list[Raw]) -> Callable[[str], list[Judged]]:
    return cache(lambda preset: judge(raw_lines, RULES[preset]))


@pytest.fixture(scope="session")
def ledgers(judgements: Callable[[str], list[Judged]]) -> Callable[[str], Ledger]:
    return cache(lambda preset: Ledger(judgements(preset)))
