"""A table on its way to a reader: a file in the format asked for, with what it rests on (D38).

A workbook says it on its second sheet. CSV and Parquet hold nothing but rows, so a manifest
stands beside them, in one archive.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version
from typing import Any, Final

import pyarrow as pa

from habitue import glossary
from habitue.errors import RequestError
from habitue.export.formats import MAX_SHEET_ROWS
from habitue.export.parcel import Memory
from habitue.export.writing import Form, Shape, Written, write
from habitue.texts import Lang, text

MIME: Final[dict[str, str]] = {
    "csv": "application/zip",
    "parquet": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What `file_of` gives, by format asked for."""
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks know no zones
_SHARES: Final = ("share", "rate")
_WIDEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a table rests on.

    Attributes:
        name: Of the file, without its ending.
        title: What the table holds, in the reader's language.
        lang: That language.
        as_of: The day of the picture.
        facts: Filters and choices, as plain words under stable keys.
        told: The same for the reader, label and value.
        columns: Names of the columns in the reader's language; those not named keep their own.
        terms: Glossary entries that explain the columns.
    """

    name: str
    title: str
    lang: Lang
    as_of: dt.date
    facts: Mapping[str, Any]
    told: tuple[tuple[str, str], ...]
    columns: Mapping[str, str]
    terms: tuple[str, ...]


def file_of(rows: pa.Table, form: Form, about: About) -> tuple[str, bytes]:
    """Write a table as a file a reader can use the same day.

    Args:
        rows: The table, under the column names that files keep.
        form: `csv`, `xlsx` or `parquet`.
        about: What it rests on.

    Returns:
        Name of the file, and its content; the same table gives the same bytes.

    Raises:
        RequestError: A sheet does not hold so many rows, or a cell so many letters.
    """
    if form == "xlsx":
        return f"{about.name}.xlsx", workbook(rows, about)
    held = Memory()
    files = write(rows, Shape(form=form), about.name, held)
    told = json.dumps(manifest(rows, files, about), indent=2, ensure_ascii=False)
    with held(f"{about.name}.manifest.json") as sink:
        sink.write(f"{told}\n".encode())
    return f"{about.name}.{form}.zip", held.zipped()


def manifest(rows: pa.Table, files: tuple[Written, ...], about: About) -> dict[str, Any]:
    """Say what files hold and rest on (D38).

    Args:
        rows: The table.
        files: What was written of it.
        about: What it rests on.
    """
    return {
        "format": 1,
        "title": about.title,
        "as_of": about.as_of.isoformat(),
        "files": [
            {"name": one.name, "rows": one.rows, "bytes": one.bytes, "sha256": one.sha256}
            for one in files
        ],
        "rows": rows.num_rows,
        "columns": rows.column_names,
        "basis": dict(about.facts),
        "terms": {slug: glossary.entry(slug, about.lang).id for slug in about.terms},
        "definitions": version("habitue"),
    }


def workbook(rows: pa.Table, about: About) -> bytes:
    """Write a workbook of two sheets: the rows, and what they rest on.

    Text stays text whatever it looks like (D40), numbers are numbers, dates are dates.

    Args:
        rows: The table.
        about: What it rests on.

    Raises:
        RequestError: There are more rows than a sheet holds.
    """
    import xlsxwriter  # noqa: PLC0415 - only when a workbook is asked for

    if rows.num_rows > MAX_SHEET_ROWS:
        raise RequestError("too_many_rows_for_xlsx", rows=rows.num_rows, most=MAX_SHEET_ROWS)
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _MADE, "title": about.title})
    _rows_sheet(book, rows, about)
    _about_sheet(book, rows, about)
    book.close()
    return held.getvalue()


def _rows_sheet(book: Any, rows: pa.Table, about: About) -> None:
    sheet = book.add_worksheet(text("tables.sheet_rows", about.lang))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "number": book.add_format({"num_format": "#,##0.##"}),
        "count": book.add_format({"num_format": "#,##0"}),
    }
    for place, name in enumerate(rows.column_names):
        sheet.write_string(0, place, name, head)
        column = rows[name]
        style = formats.get(_style(name, column.type))
        put = _writer(sheet, style)
        widest = len(name)
        for row, value in enumerate(column.to_pylist(), start=1):
            if value is not None:
                put(row, place, value)
                widest = max(widest, len(str(value)))
        sheet.set_column(place, place, min(widest + 2, _WIDEST))
    sheet.freeze_panes(1, 0)
    if rows.num_rows:
        sheet.autofilter(0, 0, rows.num_rows, rows.num_columns - 1)


def _about_sheet(book: Any, rows: pa.Table, about: About) -> None:
    sheet = book.add_worksheet(text("tables.sheet_about", about.lang))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        (text("tables.title", about.lang), about.title),
        *about.told,
        (text("tables.rows", about.lang), str(rows.num_rows)),
        (text("tables.version", about.lang), version("habitue")),
    ]
    lines += [
        (f"{name}", about.columns[name]) for name in rows.column_names if name in about.columns
    ]
    for slug in about.terms:
        found = glossary.entry(slug, about.lang)
        lines.append((f"{found.id} {found.term}", f"{found.definition} {found.formula}."))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    for row, (label, value) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, value, wrap)


def _writer(sheet: Any, style: Any) -> Callable[[int, int, Any], Any]:
    def put(row: int, column: int, value: Any) -> None:
        match value:
            case bool():
                sheet.write_boolean(row, column, value)
            case int() | float() | Decimal():
                sheet.write_number(row, column, value, style)
            case dt.date():
                sheet.write_datetime(row, column, value)
            case _:
                sheet.write_string(row, column, str(value))

    return put


def _style(name: str, kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return "money"
    if name.endswith(_SHARES):
        return "share"
    return "number" if pa.types.is_floating(kind) else "count"
