r"""Write an Arrow table as CSV, JSON, Parquet or a workbook: screens, commands and lists alike.

The bytes depend on the rows alone. Money stays an exact decimal, with two digits or as many as it
needs; what is not observed is empty. CSV follows RFC 4180 but for its line ends, which are `\n` as
Unix tools expect; it is UTF-8, without a mark unless asked. In CSV and workbooks, text that a
spreadsheet would run is made safe (D40): a workbook keeps it as it is, as text; a CSV, which has
no types, sets an apostrophe before it. A phone such as `+33612345678` is a plain number and stays.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from habitue.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_SHEET_ROWS: Final = 1_048_575
"""What a sheet holds below its header."""
MAX_CELL_LETTERS: Final = 32_767
_FORMULA: Final = r"(?s)^\s*(?:[=@\t\r]|[+-](?:$|.*[^\d .,]))|^[\t\r\n]"
"""Starts like a formula, and is not a plain number such as -12.5 or +33612345678."""
_SPARE_ZEROS: Final = r"(\.\d\d\d*?)0+$"
_BATCH: Final = 65_536
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks know no zones


class Sink(Protocol):
    """Where bytes go."""

    def write(self, block: bytes, /) -> int:
        """Take a block."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a CSV is spelled.

    Attributes:
        delimiter: Between cells.
        bom: Whether the file starts with a byte order mark.
        decimal_comma: Whether numbers have a comma, the French way.
    """

    delimiter: str = ","
    bom: bool = False
    decimal_comma: bool = False


PLAIN: Final = Dialect()


def csv(rows: pa.Table, sink: Sink, dialect: Dialect = PLAIN) -> None:
    """Write CSV: a header, LF line ends, quotes only where needed, nulls empty."""
    sink.write(csv_header(rows, dialect))
    for lines in csv_lines(rows, dialect):
        sink.write("".join(f"{line}\n" for line in lines.to_pylist()).encode())


def csv_bytes(rows: pa.Table, dialect: Dialect = PLAIN) -> bytes:
    r"""Give a CSV as bytes, the same that every screen and command writes.

    Examples:
        >>> csv_bytes(pa.table({"id": ["007"], "name": ["=1+1"]}))
        b"id,name\n007,'=1+1\n"
    """
    held = io.BytesIO()
    csv(rows, held, dialect)
    return held.getvalue()


def csv_header(rows: pa.Table, dialect: Dialect) -> bytes:
    """Give the first line of a CSV, its mark before it."""
    mark = "\N{BYTE ORDER MARK}" if dialect.bom else ""
    cells = [_quoted(name, dialect.delimiter) for name in rows.column_names]
    return f"{mark}{dialect.delimiter.join(cells)}\n".encode()


def csv_lines(rows: pa.Table, dialect: Dialect) -> Iterator[pa.Array]:
    """Give the lines of a CSV below its header, a batch at a time, without their ends."""
    for batch in rows.to_batches(max_chunksize=_BATCH):
        cells = [_spelled(column, dialect) for column in batch.columns]
        yield pc.binary_join_element_wise(
            *cells, dialect.delimiter, null_handling="replace", null_replacement=""
        )


def json_rows(rows: pa.Table, sink: Sink) -> None:
    """Write a JSON list, one object per row and line; money as exact numbers."""
    names = [json.dumps(name, ensure_ascii=False) for name in rows.column_names]
    before = "[\n"
    for batch in rows.to_batches(max_chunksize=16_384):
        columns = [[_literal(value) for value in column.to_pylist()] for column in batch.columns]
        for values in zip(*columns, strict=True):
            cells = ", ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
            sink.write(f"{before}{{{cells}}}".encode())
            before = ",\n"
    sink.write(b"[]\n" if before == "[\n" else b"\n]\n")


def json_tree(tree: dict[str, Any], sink: Sink) -> None:
    """Write one JSON object, indented."""
    told = json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False)
    sink.write(told.encode() + b"\n")


def parquet(rows: pa.Table, sink: Sink) -> None:
    """Write Parquet, types as they are."""
    from pyarrow.parquet import write_table  # noqa: PLC0415 - one format of five

    held = pa.BufferOutputStream()
    write_table(rows, held, compression="zstd")
    sink.write(held.getvalue().to_pybytes())


def xlsx(rows: pa.Table, sink: Sink) -> None:
    """Write a workbook with one sheet: ids as text, numbers as numbers, dates as dates.

    Raises:
        RequestError: There are more rows than a sheet holds, or more letters than a cell does.
    """
    import xlsxwriter  # noqa: PLC0415 - one format of five

    _refuse_what_no_sheet_holds(rows)
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _MADE})  # the same rows give the same bytes
    sheet = book.add_worksheet()
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    write: dict[type, Callable[[int, int, Any], object]] = {
        bool: sheet.write_boolean,
        int: sheet.write_number,
        float: sheet.write_number,
        Decimal: lambda row, column, value: sheet.write_number(row, column, value, money),
        # Workbooks know no zones: a moment is that of UTC, as in the other formats.
        dt.datetime: lambda row, column, value: sheet.write_datetime(
            row, column, value.replace(tzinfo=None), moment
        ),
        dt.date: sheet.write_datetime,
        str: sheet.write_string,
    }
    for column, name in enumerate(rows.column_names):
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    at = 1
    for batch in rows.to_batches(max_chunksize=16_384):
        columns = [column.to_pylist() for column in batch.columns]
        for row, values in enumerate(zip(*columns, strict=True), at):
            for column, value in enumerate(values):
                if value is not None and not (
                    isinstance(value, float) and not math.isfinite(value)
                ):
                    write[type(value)](row, column, value)
        at += batch.num_rows
    book.close()
    sink.write(held.getvalue())


def _refuse_what_no_sheet_holds(rows: pa.Table) -> None:
    if rows.num_rows > MAX_SHEET_ROWS:
        raise RequestError("too_many_rows_for_xlsx", rows=rows.num_rows, most=MAX_SHEET_ROWS)
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        if pa.types.is_string(column.type):
            row = pc.index(pc.greater(pc.utf8_length(column), MAX_CELL_LETTERS), True).as_py()
            if row >= 0:
                raise RequestError("too_long_for_xlsx", column=name, row=row + 1)


def _spelled(column: pa.Array, dialect: Dialect) -> pa.Array:
    """Give a column as CSV spells it."""
    kind = column.type
    if pa.types.is_decimal(kind):
        plain = pc.replace_substring_regex(column.cast(pa.string()), _SPARE_ZEROS, r"\1")
        return _comma(plain, dialect)
    if pa.types.is_floating(kind):
        known = pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind))
        return _comma(known.cast(pa.string()), dialect)
    if not pa.types.is_string(kind):
        return column.cast(pa.string())
    safe = pc.binary_join_element_wise("'", column, "")
    safe = pc.if_else(pc.match_substring_regex(column, _FORMULA), safe, column)
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(safe, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(safe, f'[{dialect.delimiter}"\r\n]'), quoted, safe)


def _comma(numbers: pa.Array, dialect: Dialect) -> pa.Array:
    if not dialect.decimal_comma:
        return numbers
    swapped = pc.replace_substring(numbers, ".", ",")
    if dialect.delimiter != ",":
        return swapped
    return pc.binary_join_element_wise('"', swapped, '"', "")


def _quoted(name: str, delimiter: str) -> str:
    if delimiter in name or '"' in name:
        return '"' + name.replace('"', '""') + '"'
    return name


def _literal(value: object) -> str:
    """Write one JSON value."""
    match value:
        case Decimal():
            return exact(value)
        case float():
            return repr(value) if math.isfinite(value) else "null"
        case dt.date():
            return f'"{value.isoformat()}"'
        case _:
            return json.dumps(value, ensure_ascii=False)


def exact(amount: Decimal) -> str:
    """Write money with two digits, or as many as it needs.

    Examples:
        >>> exact(Decimal("857.8000")), exact(Decimal("0.1250")), exact(Decimal("3"))
        ('857.80', '0.125', '3.00')
    """
    whole, _, digits = f"{amount:f}".partition(".")
    return f"{whole}.{digits.rstrip('0'):0<2}"
