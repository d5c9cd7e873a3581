"""A table of the user's own database, by URL. Credentials go to the driver and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import uuid4

from habitue.data.sources import sql
from habitue.data.sources.parquet import field_of
from habitue.data.sources.part import SAMPLES, Part
from habitue.errors import EngineError, MissingExtraError, SourceError

if TYPE_CHECKING:
    import duckdb
    import ibis
    import pyarrow as pa

    from habitue.schema import Role

_URL: Final = re.compile(r"^[a-z][a-z0-9+]+://", re.IGNORECASE)
_EXTRAS: Final = {
    "duckdb": "duckdb", "postgresql": "postgres", "postgres": "postgres", "pyspark": "spark",
    "bigquery": "bigquery", "snowflake": "snowflake", "clickhouse": "clickhouse", "trino": "trino",
}  # fmt: skip
"""Schemes we speak, and the optional package that brings each driver."""
_CHUNK: Final = 250_000


def is_url(source: str | Path) -> bool:
    """Tell an engine URL from a path.

    Examples:
        >>> is_url("postgresql://u:p@host/shop"), is_url("spark"), is_url("C:/shop.csv")
        (True, True, False)
    """
    text = str(source)
    return not isinstance(source, Path) and (
        text in ("spark", "pyspark") or _URL.match(text) is not None
    )


def public_name(url: str, table: str | None) -> str:
    """Name a table without user, password or query, for messages and manifests.

    Examples:
        >>> public_name("postgresql://ann:secret@db.shop:5432/sales?sslkey=x", "lines")
        'postgresql://db.shop/sales#lines'
    """
    parts = urlsplit(url if "://" in url else f"{url}://")
    place = Path(parts.path).name if parts.scheme == "duckdb" else parts.path.lstrip("/")
    where = "/".join(one for one in (parts.hostname, place) if one)
    return f"{parts.scheme}://{where}" + (f"#{table}" if table else "")


def connect(url: str) -> ibis.BaseBackend:
    """Open the user's database.

    Raises:
        MissingExtraError: The driver is not installed.
        EngineError: It refuses; its own words are not repeated, since they may hold a password.
    """
    import ibis  # noqa: PLC0415 - ibis costs 300 ms that file sources need not pay

    scheme = urlsplit(url).scheme if "://" in url else url
    scheme = "pyspark" if scheme == "spark" else scheme
    if scheme not in _EXTRAS:
        raise SourceError("engine_unknown", scheme=scheme, known=sorted(_EXTRAS))
    if scheme == "duckdb":
        path = Path(url.partition("://")[2].removeprefix("/"))
        if not path.is_file():
            raise SourceError("source_missing", path=path.name)
    try:
        if scheme == "duckdb":
            return ibis.duckdb.connect(path, read_only=True)
        if "://" not in url or url.endswith("://"):
            return getattr(ibis, scheme).connect()
        return ibis.connect(url)
    except (ImportError, AttributeError):
        raise MissingExtraError("extra_missing", extra=_EXTRAS[scheme], scheme=scheme) from None
    except Exception as error:  # noqa: BLE001 - each driver has its own family of errors
        kind = type(error).__name__
        raise EngineError("engine_refused", name=public_name(url, None), kind=kind) from None


def table_part(number: int, url: str, table: str | None) -> Part:
    """Look at a table of the user's database.

    Raises:
        SourceError: No table was named, or it holds no line.
        EngineError: The database refuses, or has no such table.
    """
    shown = public_name(url, table)
    backend = connect(url)
    tables = sorted(backend.list_tables())
    if table is None:
        raise SourceError("table_not_named", name=shown, tables=tables[:20])
    schema_name, _, bare = table.rpartition(".")
    try:
        rows = backend.table(bare, database=schema_name or None)
        seen = rows.limit(SAMPLES).to_pyarrow()
    except Exception as error:  # noqa: BLE001 - each driver has its own family of errors
        kind = type(error).__name__
        raise EngineError("engine_table", name=shown, kind=kind, tables=tables[:20]) from None
    if not seen.num_rows:
        raise SourceError("source_header_only", file=shown)
    stage = sql.name(f"table_{uuid4().hex}")

    def read(con: duckdb.DuckDBPyConnection, columns: dict[Role, str]) -> str:
        from habitue.data.sources.inplace import ordered  # noqa: PLC0415 - ibis, as above

        wanted = ordered(rows, columns).select(
            **{str(role): rows[at] for role, at in columns.items()}
        )
        batches = wanted.to_pyarrow_batches(chunk_size=_CHUNK)
        view = f"batches_{uuid4().hex}"
        con.register(view, batches)
        con.execute(f"CREATE TEMP TABLE {stage} AS SELECT * FROM {view}")  # noqa: S608 - our own names
        con.unregister(view)
        return f"(SELECT *, rowid AS _row FROM {stage})"  # noqa: S608 - our own name

    def close(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"DROP TABLE IF EXISTS {stage}")
        backend.disconnect()

    return Part(
        source=number,
        file=shown,
        label=table,
        fields=tuple(field_of(one.name, one.type) for one in seen.schema),
        samples=tuple(_texts(column) for column in seen.columns),
        read=read,
        first_row=1,
        close=close,
    )


def _texts(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple("" if one is None else str(one) for one in column.to_pylist())
