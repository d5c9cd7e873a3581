"""A table of the user's own database as a part: a DuckDB file read where it is, others fetched."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import duckdb

from habitue.data.sources import sql
from habitue.data.sources.engine import connect, public_name, scheme_of
from habitue.data.sources.parquet import field_of
from habitue.data.sources.part import SAMPLES, Part, as_roles
from habitue.errors import EngineError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from habitue.data.sources.meter import Meter
    from habitue.schema import Role

_CHUNK: Final = 250_000
_SHOWN: Final = 20
"""Table names that a message lists at most."""


def table_part(
    con: duckdb.DuckDBPyConnection,
    number: int,
    url: str,
    table: str | None,
    rows: int = SAMPLES,
) -> Part:
    """Look at a table of the user's database.

    Args:
        con: Reads it.
        number: Number of the source.
        url: Address of the database.
        table: Name of the table.
        rows: How many rows to look at.

    Raises:
        SourceError: No table was named, it holds no line, or there is no such database file.
        MissingExtraError: The driver is not installed.
        EngineError: The database refuses, or has no such table.
    """
    look = _in_duckdb if scheme_of(url) == "duckdb" else _elsewhere
    return look(con, number, url, table, rows)


def tables_of(url: str) -> tuple[str, ...]:
    """List the tables and views of the user's database, by name, schema first where it matters.

    Args:
        url: Address of the database.

    Raises:
        SourceError: There is no such database file, or its kind is not known.
        MissingExtraError: The driver is not installed.
        EngineError: The database refuses.
    """
    shown = public_name(url, None)
    if scheme_of(url) == "duckdb":
        with duckdb.connect() as con:
            there = _attached(con, _attach(con, url, shown))
        return tuple(name if schema == "main" else f"{schema}.{name}" for schema, name in there)
    backend: Any = connect(url)
    try:
        with _without_secrets(shown, []):
            return tuple(sorted(backend.list_tables()))
    finally:
        backend.disconnect()


def _attach(con: duckdb.DuckDBPyConnection, url: str, shown: str) -> str:
    """Attach a DuckDB file, to read only; give the name it has here."""
    path = Path(url.partition("://")[2].removeprefix("/"))
    if not path.is_file():
        raise SourceError("source_missing", path=path.name)
    alias = f"database_{uuid4().hex}"
    try:
        con.execute(f"ATTACH {sql.value(str(path))} AS {alias} (READ_ONLY)")
    except duckdb.Error as error:
        kind = type(error).__name__
        raise EngineError("engine_refused", name=shown, kind=kind) from None
    return alias


def _attached(con: duckdb.DuckDBPyConnection, alias: str) -> list[tuple[str, str]]:
    return con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = $1 UNION "
        "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = $1 "
        "AND NOT internal ORDER BY ALL", [alias]
    ).fetchall()  # fmt: skip


def _in_duckdb(
    con: duckdb.DuckDBPyConnection, number: int, url: str, table: str | None, few: int
) -> Part:
    shown = public_name(url, table)
    alias = _attach(con, url, shown)

    def close(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"DETACH DATABASE IF EXISTS {alias}")

    try:
        schema, name = _named(table, _attached(con, alias), shown)
        place = f"{alias}.{sql.name(schema)}.{sql.name(name)}"
        seen = con.sql(f"SELECT * FROM {place} LIMIT {few}").to_arrow_table()  # noqa: S608 - quoted by sql
        part = _part(number, shown, name, seen)
    except BaseException:
        close(con)
        raise

    def read(_con: duckdb.DuckDBPyConnection, columns: dict[Role, str], _meter: Meter) -> str:
        picked = as_roles(part.fields, columns)
        return f"(SELECT {picked}, row_number() OVER () - 1 AS _row FROM {place})"  # noqa: S608 - quoted by sql

    part.read, part.close = read, close
    return part


def _elsewhere(
    _con: duckdb.DuckDBPyConnection, number: int, url: str, table: str | None, few: int
) -> Part:
    shown = public_name(url, table)
    backend: Any = connect(url)
    with _without_secrets(shown, []):
        tables = sorted(backend.list_tables())
    schema, name = _named(table, [("", one) for one in tables], shown, trusting=True)
    with _without_secrets(shown, tables):
        rows = backend.table(name, database=schema or None)
        seen = _fetched(backend, rows.limit(few))
    part = _part(number, shown, name, seen)
    stage = sql.name(f"table_{uuid4().hex}")

    def read(con: duckdb.DuckDBPyConnection, columns: dict[Role, str], _meter: Meter) -> str:
        from habitue.data.sources.inplace import ordered  # noqa: PLC0415 - ibis costs 300 ms

        picked = {role.value: rows[column] for role, column in columns.items()}
        view = f"batches_{uuid4().hex}"
        with _without_secrets(shown, tables):
            con.register(view, _batches(backend, ordered(rows, columns).select(**picked)))
            con.execute(f"CREATE TEMP TABLE {stage} AS SELECT * FROM {view}")  # noqa: S608 - our own names
        con.unregister(view)
        return f"(SELECT *, rowid AS _row FROM {stage})"  # noqa: S608 - our own name

    def close(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"DROP TABLE IF EXISTS {stage}")
        backend.disconnect()

    part.read, part.close = read, close
    return part


@contextmanager
def _without_secrets(shown: str, tables: list[str]) -> Iterator[None]:
    """Say that a driver refused, and not in its own words, which may hold a password."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - each driver has its own family of errors
        kind = type(error).__name__
        raise EngineError("engine_table", name=shown, kind=kind, tables=tables[:_SHOWN]) from None


def _named(
    table: str | None, there: Iterable[tuple[str, str]], shown: str, *, trusting: bool = False
) -> tuple[str, str]:
    """Find the schema and the name of a table; a trusting search leaves the rest to the engine."""
    names = list(there)
    listed = [name for _, name in names][:_SHOWN]
    if table is None:
        raise SourceError("table_not_named", name=shown, tables=listed)
    schema, _, name = table.rpartition(".")
    for one in names:
        if one[1] == table or (one[1] == name and schema in ("", one[0])):
            return one
    if trusting:
        return schema, name
    raise EngineError("engine_table", name=shown, kind="CatalogException", tables=listed)


def _part(number: int, shown: str, name: str, seen: pa.Table) -> Part:
    if not seen.num_rows:
        raise SourceError("source_header_only", file=shown)
    return Part(
        source=number,
        file=shown,
        label=name,
        fields=tuple(field_of(one.name, one.type) for one in seen.schema),
        samples=tuple(_texts(column) for column in seen.columns),
        read=lambda _con, _columns, _meter: "",
        first_row=1,
    )


def _texts(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple("" if one is None else str(one) for one in column.to_pylist())


def _fetched(backend: Any, expression: Any) -> pa.Table:
    if backend.name == "pyspark":
        # By way of pandas, as ibis goes, Spark fails with pandas 3.
        return backend.raw_sql(backend.compile(expression)).toArrow()
    return backend.to_pyarrow(expression)


def _batches(backend: Any, expression: Any) -> pa.Table | pa.RecordBatchReader:
    if backend.name == "pyspark":
        return _fetched(backend, expression)
    return backend.to_pyarrow_batches(expression, chunk_size=_CHUNK)
