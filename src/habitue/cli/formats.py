r"""Write an Arrow table as CSV, JSON, Parquet, a workbook, or for a reader.

Money stays an exact decimal, with two digits or as many as it needs; what is not observed is
empty. CSV follows RFC 4180 but for its line ends, which are `\n` as Unix tools expect; it is UTF-8
without a mark. In CSV and workbooks, text that a spreadsheet would run is made safe (D40): a
workbook keeps it as it is, as text; a CSV, which has no types, sets an apostrophe before it.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from habitue.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SHEET_ROWS: Final = 1_048_575
"""What a sheet holds below its header."""
MAX_CELL_LETTERS: Final = 32_767
_FORMULA: Final = r"(?s)^(?:[=@\t\r]|[+-](?:$|.*[^\d .,]))"
"""Starts like a formula, and is not a plain number such as -12.5 or +33612345678."""
_SPARE_ZEROS: Final = r"(\.\d\d\d*?)0+$"
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks know no zones


def csv(rows: pa.Table, sink: IO[bytes]) -> None:
    """Write CSV: a header, LF line ends, quotes only where needed, nulls empty."""
    sink.write(f"{','.join(rows.column_names)}\n".encode())
    for batch in rows.to_batches(max_chunksize=65_536):
        cells = [_spelled(column) for column in batch.columns]
        lines = pc.binary_join_element_wise(
            *cells, ",", null_handling="replace", null_replacement=""
        )
        sink.write("".join(f"{line}\n" for line in lines.to_pylist()).encode())


def json_rows(rows: pa.Table, sink: IO[bytes]) -> None:
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


def json_tree(tree: dict[str, Any], sink: IO[bytes]) -> None:
    """Write one JSON object, indented."""
    told = json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False)
    sink.write(told.encode() + b"\n")


def parquet(rows: pa.Table, sink: IO[bytes]) -> None:
    """Write Parquet, types as they are."""
    from pyarrow.parquet import write_table  # noqa: PLC0415 - one format of five

    write_table(rows, sink, compression="zstd")


def xlsx(rows: pa.Table, sink: IO[bytes]) -> None:
    """Write a workbook with one sheet: ids as text, numbers as numbers, dates as dates.

    Raises:
        RequestError: There are more rows than a sheet holds, or more letters than a cell does.
    """
    import xlsxwriter  # noqa: PLC0415 - one format of five

    _refuse_what_no_sheet_holds(rows)
    book = xlsxwriter.Workbook(sink, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _MADE})  # the same rows give the same bytes
    sheet = book.add_worksheet()
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    write: dict[type, Callable[[int, int, Any], object]] = {
        bool: sheet.write_boolean,
        int: sheet.write_number,
        float: sheet.write_number,
        Decimal: lambda row, column, value: sheet.write_number(row, column, value, money),
        dt.datetime: lambda row, column, value: sheet.write_datetime(row, column, value, moment),
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


def _refuse_what_no_sheet_holds(rows: pa.Table) -> None:
    if rows.num_rows > MAX_SHEET_ROWS:
        raise RequestError("too_many_rows_for_xlsx", rows=rows.num_rows, most=MAX_SHEET_ROWS)
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        if pa.types.is_string(column.type):
            row = pc.index(pc.greater(pc.utf8_length(column), MAX_CELL_LETTERS), True).as_py()
            if row >= 0:
                raise RequestError("too_long_for_xlsx", column=name, row=row + 1)


def _spelled(column: pa.Array) -> pa.Array:
    """Give a column as CSV spells it."""
    kind = column.type
    if pa.types.is_decimal(kind):
        return pc.replace_substring_regex(column.cast(pa.string()), _SPARE_ZEROS, r"\1")
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind)).cast(pa.string())
    if not pa.types.is_string(kind):
        return column.cast(pa.string())
    safe = pc.binary_join_element_wise("'", column, "")
    safe = pc.if_else(pc.match_substring_regex(column, _FORMULA), safe, column)
    quoted = pc.binary_join_element_wise("", pc.replace_substring(safe, '"', '""'), "", '"')
    return pc.if_else(pc.match_substring_regex(safe, '[",\r\n]'), quoted, safe)


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
