"""Write rows as CSV, Excel, Parquet or JSON, a batch at a time, in as many files as limits ask.

The bytes depend on the rows and the shape alone. Text that a spreadsheet would run is made safe
(D40): a workbook holds it as text, a CSV sets an apostrophe before it. A phone such as
`+33612345678` is a plain number and stays as the platform wants it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from habitue.errors import RequestError

MAX_SHEET_ROWS: Final = 1_048_575
"""What a sheet holds below its header."""
MAX_CELL_LETTERS: Final = 32_767
_BATCH: Final = 65_536
_MILLION: Final = 1_000_000
_FORMULA: Final = r"(?s)^\s*(?:[=@\t\r]|[+-](?:$|.*[^\d .,]))|^[\t\r\n]"
"""Starts like a formula, and is not a plain number such as -12.5 or +33612345678."""
_SPARE_ZEROS: Final = r"(\.\d\d\d*?)0+$"
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks know no zones

Form = Literal["csv", "xlsx", "parquet", "json"]
Opener = Callable[[str], AbstractContextManager[IO[bytes]]]
"""Lends a place to write to, by file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How rows are written.

    Attributes:
        form: Format of the file.
        delimiter: Between the cells of a CSV.
        bom: Whether a CSV starts with a byte order mark.
        decimal_comma: Whether numbers have a comma, the French way.
        max_rows: Most rows in a file; None without bound.
        max_bytes: Largest CSV, in bytes; None without bound.
    """

    form: Form = "csv"
    delimiter: str = ","
    bom: bool = False
    decimal_comma: bool = False
    max_rows: int | None = None
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written.

    Attributes:
        name: File name.
        rows: Rows in it, its header aside.
        bytes: Its size.
        sha256: Of its content.
    """

    name: str
    rows: int
    bytes: int
    sha256: str


class Metered:
    """A file that counts and fingerprints what goes through it."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink, self._sum = sink, hashlib.sha256()
        self.bytes = 0

    def write(self, block: bytes) -> int:
        """Pass a block on."""
        self._sum.update(block)
        self.bytes += len(block)
        return self._sink.write(block)

    @property
    def sha256(self) -> str:
        """Fingerprint of what went through so far."""
        return self._sum.hexdigest()


def write(rows: pa.Table, shape: Shape, stem: str, opener: Opener) -> tuple[Written, ...]:
    """Write rows to one file, or to several where one may not hold them all.

    Args:
        rows: What to write.
        shape: How.
        stem: Name of the file without its ending; further ones get `-2`, `-3`…
        opener: Lends a place to write to.

    Raises:
        RequestError: A text is too long for a sheet's cell.
    """
    most = rows.num_rows or 1
    if shape.max_rows is not None:
        most = min(most, shape.max_rows)
    if shape.form == "xlsx":
        most = min(most, MAX_SHEET_ROWS)
    found: list[Written] = []
    for start in range(0, max(rows.num_rows, 1), most):
        part = rows.slice(start, most)
        if shape.form == "csv":
            found += _csv(part, shape, stem, opener, first=len(found))
        else:
            found.append(_whole(part, shape, _name(stem, len(found), shape.form), opener))
    return tuple(found)


def csv_bytes(rows: pa.Table, shape: Shape | None = None) -> Iterator[bytes]:
    r"""Give a CSV block by block: a header, LF line ends, quotes only where needed, nulls empty.

    Args:
        rows: What to write.
        shape: Delimiter, mark and decimal sign.

    Examples:
        >>> b"".join(csv_bytes(pa.table({"id": ["007"], "name": ["=1+1"]})))
        b"id,name\n007,'=1+1\n"
    """
    shape = shape or Shape()
    yield _header(rows, shape)
    for lines in _lines(rows, shape):
        yield "".join(f"{line}\n" for line in lines.to_pylist()).encode()


def _csv(
    rows: pa.Table, shape: Shape, stem: str, opener: Opener, *, first: int
) -> Iterator[Written]:
    """Write CSV files, a new one where a line would make the last too large."""
    blocks = _lines(rows, shape)
    rest: list[bytes] = []
    part, done = first, False
    while not done:
        name = _name(stem, part, "csv")
        with opener(name) as sink:
            file = Metered(sink)
            file.write(_header(rows, shape))
            held, full = 0, False
            while not full:
                if not rest:
                    block = next(blocks, None)
                    if block is None:
                        done = True
                        break
                    rest = [f"{line}\n".encode() for line in block.to_pylist()]
                room = len(rest) if shape.max_bytes is None else _fitting(rest, shape, file, held)
                file.write(b"".join(rest[:room]))
                held += room
                full = room < len(rest)
                rest = rest[room:]
        yield Written(name=name, rows=held, bytes=file.bytes, sha256=file.sha256)
        part += 1


def _fitting(lines: list[bytes], shape: Shape, file: Metered, held: int) -> int:
    assert shape.max_bytes is not None
    room, free = 0, shape.max_bytes - file.bytes
    for line in lines:
        free -= len(line)
        # A file takes at least one line, or there would be no end of files.
        if free < 0 and (held or room):
            break
        room += 1
    return room


def _whole(rows: pa.Table, shape: Shape, name: str, opener: Opener) -> Written:
    with opener(name) as sink:
        file = Metered(sink)
        match shape.form:
            case "xlsx":
                _xlsx(rows, file)
            case "parquet":
                from pyarrow.parquet import write_table  # noqa: PLC0415 - one format of four

                held = pa.BufferOutputStream()
                write_table(rows, held, compression="zstd")
                file.write(held.getvalue().to_pybytes())
            case _:
                _json(rows, file)
    return Written(name=name, rows=rows.num_rows, bytes=file.bytes, sha256=file.sha256)


def _xlsx(rows: pa.Table, file: Metered) -> None:
    """Write a workbook with one sheet: ids as text, numbers as numbers, dates as dates."""
    import io  # noqa: PLC0415 - one format of four

    import xlsxwriter  # noqa: PLC0415

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _MADE})  # the same rows give the same bytes
    sheet = book.add_worksheet()
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    put: dict[type, Callable[[int, int, Any], object]] = {
        bool: sheet.write_boolean,
        int: sheet.write_number,
        float: sheet.write_number,
        Decimal: lambda row, column, value: sheet.write_number(row, column, value, money),
        dt.date: sheet.write_datetime,
        str: sheet.write_string,
    }
    for column, name in enumerate(rows.column_names):
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    at = 1
    for batch in rows.to_batches(max_chunksize=_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        for row, values in enumerate(zip(*columns, strict=True), at):
            for column, value in enumerate(values):
                if isinstance(value, str) and len(value) > MAX_CELL_LETTERS:
                    raise RequestError(
                        "too_long_for_xlsx", column=rows.column_names[column], row=row
                    )
                if value is not None and not (isinstance(value, float) and math.isnan(value)):
                    put[type(value)](row, column, value)
        at += batch.num_rows
    book.close()
    file.write(held.getvalue())


def _json(rows: pa.Table, file: Metered) -> None:
    """Write a JSON list, one object per row and line; money as exact numbers."""
    before = "[\n"
    for batch in rows.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            cells = ", ".join(
                f"{json.dumps(name, ensure_ascii=False)}: {_literal(value)}"
                for name, value in row.items()
            )
            file.write(f"{before}{{{cells}}}".encode())
            before = ",\n"
    file.write(b"[]\n" if before == "[\n" else b"\n]\n")


def _literal(value: object) -> str:
    match value:
        case Decimal():
            whole, _, digits = f"{value:f}".partition(".")
            return f"{whole}.{digits.rstrip('0'):0<2}"
        case float():
            return repr(value) if math.isfinite(value) else "null"
        case dt.date():
            return f'"{value.isoformat()}"'
        case _:
            return json.dumps(value, ensure_ascii=False)


def _header(rows: pa.Table, shape: Shape) -> bytes:
    mark = "\N{BYTE ORDER MARK}" if shape.bom else ""
    cells = [_quoted(name, shape.delimiter) for name in rows.column_names]
    return f"{mark}{shape.delimiter.join(cells)}\n".encode()


def _lines(rows: pa.Table, shape: Shape) -> Iterator[pa.Array]:
    for batch in rows.to_batches(max_chunksize=_BATCH):
        cells = [_spelled(column, shape) for column in batch.columns]
        yield pc.binary_join_element_wise(
            *cells, shape.delimiter, null_handling="replace", null_replacement=""
        )


def _spelled(column: pa.Array, shape: Shape) -> pa.Array:
    """Give a column as CSV spells it."""
    kind = column.type
    if pa.types.is_decimal(kind):
        plain = pc.replace_substring_regex(column.cast(pa.string()), _SPARE_ZEROS, r"\1")
        return _comma(plain, shape)
    if pa.types.is_floating(kind):
        known = pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind))
        return _comma(known.cast(pa.string()), shape)
    if not pa.types.is_string(kind):
        return column.cast(pa.string())
    safe = pc.binary_join_element_wise("'", column, "")
    safe = pc.if_else(pc.match_substring_regex(column, _FORMULA), safe, column)
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(safe, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(safe, f'[{shape.delimiter}"\r\n]'), quoted, safe)


def _comma(numbers: pa.Array, shape: Shape) -> pa.Array:
    if not shape.decimal_comma:
        return numbers
    swapped = pc.replace_substring(numbers, ".", ",")
    if shape.delimiter != ",":
        return swapped
    return pc.binary_join_element_wise('"', swapped, '"', "")


def _quoted(name: str, delimiter: str) -> str:
    if delimiter in name or '"' in name:
        return '"' + name.replace('"', '""') + '"'
    return name


def _name(stem: str, part: int, suffix: str) -> str:
    return f"{stem}.{suffix}" if part == 0 else f"{stem}-{part + 1}.{suffix}"


def most_bytes(megabytes: int | None) -> int | None:
    """Turn a platform's limit into bytes, with a little room for what its own counting adds."""
    return None if megabytes is None else megabytes * _MILLION - _MILLION // 100
