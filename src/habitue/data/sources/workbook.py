"""Workbooks: every sheet, as text, parsed side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import fastexcel
import pyarrow as pa

from habitue.data.sources.part import SAMPLES, Field, Part, refuse_width, rows_sampled
from habitue.data.sources.sheets import cut_short, refuse_sprawl
from habitue.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from habitue.data.sources.files import DataFile
    from habitue.data.sources.meter import Meter
    from habitue.schema import Role

_HEADER_DEPTH: Final = 50
_THREADS: Final = 2
"""Parsing releases the interpreter's lock; each sheet in flight holds its cells in memory."""


def workbook_parts(
    file: DataFile, rows: int = SAMPLES, *, head_in: Path | None = None
) -> list[Part]:
    """Parse the sheets of a workbook that hold a header and at least one line.

    Args:
        file: The workbook.
        rows: How many rows of each sheet to look at.
        head_in: Folder for a copy of those rows, where no other will be read.

    Raises:
        SourceError: It is damaged, would fill the memory, or no sheet holds a line.
    """
    refuse_sprawl(file, careful=head_in is not None)
    if head_in is not None:
        file = cut_short(file, rows + _HEADER_DEPTH, head_in)
    try:
        names = fastexcel.read_excel(file.path).sheet_names
        with ThreadPoolExecutor(_THREADS) as pool:
            sheets = list(pool.map(lambda name: _cells(file, name), names))
    except fastexcel.FastExcelError:
        raise SourceError("source_truncated", file=file.name) from None
    filled = [
        (name, *sheet) for name, sheet in zip(names, sheets, strict=True) if sheet[0].num_rows
    ]
    if not filled:
        raise SourceError("source_empty", file=file.name)
    parts = [
        (_part(file, name, cells, file.bytes // len(filled), rows), hidden)
        for name, cells, hidden in filled
    ]
    with_lines = [replace(part, hidden=hidden) for part, hidden in parts if part is not None]
    if not with_lines:
        raise SourceError("source_header_only", file=file.name)
    return with_lines


def _cells(file: DataFile, sheet: str) -> tuple[pa.RecordBatch, bool]:
    """Parse a sheet; give its cells, and whether it is hidden."""
    # A reader per sheet: one reader's sheets would be parsed one after the other.
    reader = fastexcel.read_excel(file.path)
    loaded = reader.load_sheet(sheet, header_row=None, dtypes="string")
    return loaded.to_arrow(), loaded.visible != "visible"


def _part(file: DataFile, sheet: str, cells: pa.RecordBatch, size: int, rows: int) -> Part | None:
    refuse_width(file.name, cells.num_columns)
    top = [list(row.values()) for row in cells.slice(0, _HEADER_DEPTH).to_pylist()]
    widths = [sum(value is not None and value.strip() != "" for value in row) for row in top]
    # Titles above the table are narrow; the header is the first row at least half as wide as any.
    at = next(at for at, width in enumerate(widths) if 2 * width >= max(widths))
    lines = cells.slice(at + 1)
    if not lines.num_rows or not max(widths):
        return None
    header = [(value or "").strip() for value in top[at]]
    view = f"sheet_{uuid4().hex}"

    def read(con: duckdb.DuckDBPyConnection, columns: dict[Role, str], _meter: Meter) -> str:
        picked = [lines.column(header.index(name)) for name in columns.values()]
        con.register(view, pa.table(dict(zip(columns, picked, strict=True))))
        return f"(SELECT *, row_number() OVER () - 1 AS _row FROM {view})"  # noqa: S608 - our own name

    samples = lines.slice(0, rows_sampled(rows, cells.num_columns)).to_pydict().values()
    return Part(
        source=file.source,
        file=file.name,
        label=sheet,
        fields=tuple(Field(name) for name in header),
        samples=tuple(tuple(text or "" for text in texts) for texts in samples),
        read=read,
        first_row=at + 2,
        bytes=size,
        cells=True,
        close=lambda con: _forget(con, view),
    )


def _forget(con: duckdb.DuckDBPyConnection, view: str) -> None:
    con.unregister(view)
