"""A small shop, as a store and as tables of engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engines.servers import Postgres, postgres_server, spark_session

from habitue.data.samples import make_shop
from habitue.workspace import Workspace, ingest, open_store

# Quoted, spaced, accented and hostile: whoever forgets to quote it finds out.
TABLE = 'Lignes d\'"été"; DROP TABLE "prey"; --'


@pytest.fixture(scope="session")
def shop() -> pa.Table:
    """Lines with all the dirt of a real shop, and the order in which they were written."""
    lines = make_shop(4_000, seed=3).table()
    moments = lines.schema.get_field_index("InvoiceDate")
    # Spark stores no coarser moments.
    lines = lines.set_column(moments, "InvoiceDate", lines["InvoiceDate"].cast(pa.timestamp("us")))
    return lines.append_column("line_no", pa.array(range(lines.num_rows), pa.int64()))


@pytest.fixture(scope="session")
def store(shop: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("store")
    pq.write_table(shop, home / "shop.parquet")
    ingest([home / "shop.parquet"], store=home / "store")
    return open_store(home / "store")


@pytest.fixture(scope="session")
def duckdb_file(shop: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "shop.db"
    backend = ibis.duckdb.connect(path)
    backend.create_table(TABLE, shop)
    backend.disconnect()
    return path


@pytest.fixture(scope="session")
def postgres(shop: pa.Table) -> Iterator[Postgres]:
    """A server with the shop, and a user who may read it and nothing else."""
    with postgres_server() as server:
        backend = ibis.connect(server.url())
        backend.create_table(TABLE, shop)
        backend.disconnect()
        server.sql(
            "CREATE TABLE prey AS SELECT true AS alive",
            f"CREATE ROLE reader LOGIN PASSWORD '{server.password}'",
            "ALTER ROLE reader SET default_transaction_read_only = on",
            "REVOKE ALL ON DATABASE postgres FROM PUBLIC",
            "GRANT CONNECT ON DATABASE postgres TO reader",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
            "CREATE SCHEMA derived",
        )
        yield server


@pytest.fixture(scope="session")
def spark(shop: pa.Table) -> Iterator[str]:
    with spark_session() as session:
        session.createDataFrame(shop).cache().createOrReplaceTempView("shop_lines")
        yield "spark"
