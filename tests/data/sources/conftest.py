"""A small shop, written any way a test needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from habitue.data.sources import Loaded, load

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
LINES = (
    "489434,85048,GLASS BALL,12,2009-12-01 07:45:00,6.95,13085,United Kingdom",
    "489434,79323P,CHERRY LIGHTS,-3,2009-12-01 07:45:00,6.75,13085,United Kingdom",
    "C489449,22087,,1,2009-12-15 10:33:00,2.1,,France",
)
SHOP = "\n".join([HEADER, *LINES]) + "\n"

Read = Callable[..., tuple[Loaded, list[dict[str, Any]]]]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as open_:
        yield open_


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def read(con: duckdb.DuckDBPyConnection) -> Read:
    def loaded(*sources: str | Path, **options: Any) -> tuple[Loaded, list[dict[str, Any]]]:
        result = load(con, sources, **options)
        rows = con.sql("SELECT * FROM typed_lines ORDER BY position").to_arrow_table()
        return result, rows.to_pylist()

    return loaded
