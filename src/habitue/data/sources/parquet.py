"""Parquet files, read where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from habitue.data.sources import sql
from habitue.data.sources.files import MAX_BYTES, bounded
from habitue.data.sources.part import (
    SAMPLES,
    Field,
    Part,
    Stored,
    as_roles,
    refuse_width,
    rows_sampled,
)
from habitue.errors import SourceError

if TYPE_CHECKING:
    from habitue.data.sources.files import DataFile
    from habitue.data.sources.meter import Meter
    from habitue.schema import Role


_MAX_ENTRIES: Final = 200_000
"""Columns or row groups of a Parquet file: beyond, its description alone would fill the memory."""


_LINE_BYTES: Final = 16
"""What an order line takes at least, once unpacked: an id, a customer, a date, an amount."""


def parquet_part(
    file: DataFile,
    con: duckdb.DuckDBPyConnection,
    sampled: int = SAMPLES,
    room: int = MAX_BYTES,
) -> Part:
    """Look at the schema and the first rows of a Parquet file.

    Args:
        file: The file.
        con: Reads it.
        sampled: How many rows to look at.
        room: Bytes that it may unpack to.

    Raises:
        SourceError: It is cut short, damaged, holds no line, or too many columns, or would unpack
            to more than it may.
    """
    try:
        opened = pq.ParquetFile(file.path, thrift_container_size_limit=_MAX_ENTRIES)
        schema, lines = opened.schema_arrow, opened.metadata.num_rows
        groups = range(opened.metadata.num_row_groups)
        unpacked = sum(opened.metadata.row_group(at).total_byte_size for at in groups)
        opened.close()
    except (pa.ArrowException, OSError):
        raise SourceError("source_truncated", file=file.name) from None
    if not lines:
        raise SourceError("source_header_only", file=file.name)
    refuse_width(file.name, len(schema))
    # A column of one value takes a few bytes for a billion rows: its rows are counted too.
    bounded(max(unpacked, lines * _LINE_BYTES), file.path, file.name, room)
    fields = tuple(field_of(one.name, one.type) for one in schema)
    fields += tuple(Field(key) for key in file.partitions)
    scan = (
        f"read_parquet({sql.path(file.path)}, file_row_number=true, binary_as_string=true, "
        f"hive_partitioning={str(bool(file.partitions)).lower()}, hive_types_autocast=false)"
    )
    texts = ", ".join(f"CAST({sql.name(one.name)} AS VARCHAR)" for one in fields)
    try:
        few = rows_sampled(sampled, len(fields))
        rows = con.execute(f"SELECT {texts} FROM {scan} LIMIT {few}").fetchall()  # noqa: S608 - quoted by sql
    except duckdb.Error:
        raise SourceError("source_truncated", file=file.name) from None

    def read(_con: duckdb.DuckDBPyConnection, columns: dict[Role, str], _meter: Meter) -> str:
        return f"(SELECT {as_roles(fields, columns)}, file_row_number AS _row FROM {scan})"  # noqa: S608 - quoted by sql

    return Part(
        source=file.source,
        file=file.name,
        label=file.name,
        fields=fields,
        samples=tuple(tuple(text or "" for text in texts) for texts in zip(*rows, strict=True)),
        read=read,
        first_row=1,
        bytes=file.bytes,
    )


def field_of(name: str, type_: pa.DataType) -> Field:
    """Say how a column is stored, from its Arrow type.

    Examples:
        >>> field_of("at", pa.timestamp("us", tz="Europe/Paris"))
        Field(name='at', stored='instant', zone='Europe/Paris')
    """
    kinds = pa.types
    if kinds.is_dictionary(type_):
        return field_of(name, type_.value_type)
    if kinds.is_timestamp(type_) and type_.tz is not None:
        return Field(name, "instant", type_.tz)
    tests: tuple[tuple[object, Stored], ...] = (
        (kinds.is_integer, "integer"), (kinds.is_floating, "float"), (kinds.is_decimal, "decimal"),
        (kinds.is_timestamp, "moment"), (kinds.is_date, "moment"), (kinds.is_boolean, "boolean"),
    )  # fmt: skip
    return Field(
        name, next((kind for test, kind in tests if callable(test) and test(type_)), "text")
    )
