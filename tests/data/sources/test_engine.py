"""Tables of the user's own database: loaded, or typed where they are; secrets stay secret."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from tests.data.sources.conftest import SHOP, Read, Write
from tests.engines.servers import postgres_server, spark_session

from habitue.data.mapping import Mapping
from habitue.data.sources import load
from habitue.data.sources.inplace import typed_expression
from habitue.errors import EngineError, MappingError, SourceError

MAPPING = Mapping(order="invoice", customer="who", moment="at", product="code",
                  quantity="pieces", price="price", country="land")  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"invoice": "A1", "who": 12346.0, "at": dt.datetime(2010, 1, 2, 3, 4), "code": "x",  # noqa: DTZ001 - wall time
     "pieces": 3, "price": 2.1, "land": "France"},
    {"invoice": "A2", "who": None, "at": dt.datetime(2010, 1, 3), "code": " ",  # noqa: DTZ001 - wall time
     "pieces": -1, "price": 0.5, "land": None},
    {"invoice": "A3", "who": 7.0, "at": None, "code": "00y",
     "pieces": 1, "price": 1e13, "land": ""},
]  # fmt: skip
KEYS = ("order_id", "customer_id", "moment", "product", "quantity", "price", "amount", "country",
        "unreadable", "position")  # fmt: skip
TABLE = pa.Table.from_pylist(ROWS)


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param("postgres", marks=pytest.mark.engine),
        pytest.param("spark", marks=[
            pytest.mark.engine,
            # Spark leaves the socket of each result to the garbage collector.
            pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
        ]),
    ],
)  # fmt: skip
def table(request: pytest.FixtureRequest) -> Iterator[Any]:
    match request.param:
        case "duckdb":
            yield ibis.duckdb.connect().create_table("lines", TABLE)
        case "postgres":
            with postgres_server() as server:
                backend = ibis.connect(server.url())
                yield backend.create_table("lines", TABLE)
                backend.disconnect()
        case "spark":
            with spark_session() as session:
                session.createDataFrame(TABLE).createOrReplaceTempView("lines")
                yield ibis.pyspark.connect(session).table("lines")


def fetched(expression: Any) -> list[dict[str, Any]]:
    backend = expression.get_backend()
    if backend.name == "pyspark":  # ibis fetches by way of pandas, which Spark does not stand
        rows = backend.raw_sql(backend.compile(expression)).toArrow()
        return list(rows.cast(expression.schema().to_pyarrow()).to_pylist())
    return list(expression.to_pyarrow().to_pylist())


def test_typed_in_place_is_typed_as_loaded(table: Any) -> None:
    typed = fetched(typed_expression(table, MAPPING).order_by("position"))
    rows = [tuple(row[key] for key in KEYS) for row in typed]
    assert rows == [
        ("A1", "12346", ROWS[0]["at"], "x", Decimal(3), Decimal("2.1"), Decimal("6.3"), "France",
         None, 1),
        ("A2", None, ROWS[1]["at"], None, Decimal(-1), Decimal("0.5"), Decimal("-0.5"), None, None,
         2),
        ("A3", "7", None, "00y", Decimal(1), None, None, None, "moment", 3),
    ]  # fmt: skip


def test_in_place_has_the_columns_of_the_table(
    con: duckdb.DuckDBPyConnection, write: Write
) -> None:
    load(con, [write("a.csv", SHOP)])
    loaded = con.sql("FROM typed_lines").columns
    assert list(typed_expression(ibis.memtable(TABLE), MAPPING).columns) == loaded


def test_in_place_refuses_text_where_a_date_is_meant() -> None:
    table = ibis.memtable(pa.table({"who": ["7"], "at": ["2010-01-02"], "paid": [1.5]}))
    with pytest.raises(EngineError, match="type string"):
        typed_expression(table, Mapping(customer="who", moment="at", amount="paid"))


def test_in_place_refuses_what_is_not_there() -> None:
    table = ibis.memtable(TABLE)
    with pytest.raises(MappingError, match="did you mean price"):
        typed_expression(table, MAPPING.but(price="prize"))
    with pytest.raises(MappingError, match="No column for customer"):
        typed_expression(table, MAPPING.but(customer=None))


def database(tmp_path: Path) -> str:
    path = tmp_path / "shop.db"
    with duckdb.connect(str(path)) as con:
        con.register("rows", TABLE)
        con.execute("CREATE TABLE lines AS FROM rows; CREATE TABLE none AS FROM rows LIMIT 0")
    return f"duckdb:///{path}"


def test_a_duckdb_table_is_loaded(tmp_path: Path, read: Read) -> None:
    url = database(tmp_path)
    loaded, rows = read(url, table="lines", mapping=MAPPING, max_unreadable_share=0.5)
    assert [tuple(row[key] for key in KEYS[:3]) for row in rows] == [
        ("A1", "12346", ROWS[0]["at"]), ("A2", None, ROWS[1]["at"]), ("A3", "7", None),
    ]  # fmt: skip
    assert loaded.sources[0].sha256 is None
    assert loaded.sources[0].name == "duckdb://shop.db#lines"
    assert loaded.unreadable == {"moment": 1}


@pytest.mark.parametrize(
    ("table", "key", "kind"),
    [(None, "table_not_named", SourceError), ("nope", "engine_table", EngineError),
     ("none", "source_header_only", SourceError)],
)  # fmt: skip
def test_tables_that_cannot_be(
    tmp_path: Path,
    con: duckdb.DuckDBPyConnection,
    table: str | None,
    key: str,
    kind: type[Exception],
) -> None:
    with pytest.raises(kind) as caught:
        load(con, [database(tmp_path)], table=table)
    assert getattr(caught.value, "key", None) == key


@pytest.mark.engine
def test_a_postgres_table_is_loaded(read: Read) -> None:
    with postgres_server() as server:
        backend = ibis.connect(server.url())
        backend.create_table("lines", TABLE)
        backend.disconnect()
        _, rows = read(server.url(), table="lines", mapping=MAPPING, max_unreadable_share=0.5)
    assert [row["order_id"] for row in rows] == ["A1", "A2", "A3"]
    assert rows[0]["amount"] == Decimal("6.3")


def test_secrets_stay_secret(
    con: duckdb.DuckDBPyConnection, caplog: pytest.LogCaptureFixture
) -> None:
    url = "postgresql://ann:hush-hush@127.0.0.1:1/shop?password=hush-hush"
    with caplog.at_level(logging.DEBUG), pytest.raises(EngineError) as caught:
        load(con, [url], table="lines")
    error = caught.value
    assert error.__cause__ is None
    assert "postgresql://127.0.0.1/shop" in error.say("fr")
    assert "hush" not in f"{error}{error.facts}{caplog.text}"


def test_an_unknown_scheme_is_no_engine(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SourceError, match="https is not a kind of database"):
        load(con, ["https://shop.example/orders.csv"])
