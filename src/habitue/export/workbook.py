"""A report as one workbook: a sheet per subject, numbers as numbers, charts of Excel's own."""

from __future__ import annotations

import datetime as dt
import io
import math
from decimal import Decimal
from typing import Any, Final

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from habitue.export.document import Document, Form, Section
from habitue.later import Later

xlsxwriter = Later("xlsxwriter")

_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks know no zones
_FORMS: Final[dict[Form, str]] = {
    "text": "@", "count": "#,##0", "money": "#,##0.00", "percent": "0.0%", "decimal": "0.0",
    "day": "yyyy-mm-dd", "month": "mmm yyyy",
}  # fmt: skip
_KINDS: Final = {"column": "column", "bar": "bar", "line": "line"}
_COLOURS: Final = ("#1F3A5F", "#B25E09", "#1F7A74", "#646C76", "#7B4B86")
_NAME_ROOM: Final = 31
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook(document: Document) -> bytes:
    """Write a report as a workbook; the same document gives the same bytes.

    Args:
        document: What to write.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": _MADE, "title": document.title})
    bold = book.add_format({"bold": True, "bg_color": "#F3F0E9", "bottom": 1, "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 14})
    note = book.add_format({"font_color": "#575F69"})
    formats = {form: book.add_format({"num_format": code}) for form, code in _FORMS.items()}
    taken: set[str] = set()
    for section in document.sections:
        sheet = book.add_worksheet(_name(section.title, taken))
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, section.title, title)
        sheet.write_string(1, 0, document.basis, note)
        row = 3
        for line in section.words:
            sheet.write_string(row, 0, line)
            row += 1
        for figure in section.figures:
            sheet.write_string(row, 0, figure.label)
            sheet.write_string(row, 1, figure.value)
            sheet.write_string(row, 2, figure.beside, note)
            row += 1
        if section.table is not None:
            _table(sheet, section, row + 1, bold, formats)
            if section.plot is not None:
                _chart(book, sheet, section, row + 1)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, max(len(section.columns), 3), 15)
    _closing(book.add_worksheet(_name(document.labels["closing"], taken)), document, title)
    book.close()
    return held.getvalue()


def _table(
    sheet: Worksheet, section: Section, top: int, bold: Any, formats: dict[Form, Any]
) -> None:
    assert section.table is not None
    for place, column in enumerate(section.columns):
        sheet.write_string(top, place, column.title, bold)
        for row, value in enumerate(section.table[column.name].to_pylist(), top + 1):
            _put(sheet, row, place, value, formats[column.form])
    if top:
        sheet.freeze_panes(top + 1, 1)


def _put(sheet: Worksheet, row: int, column: int, value: Any, form: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value, form)
        case float() if not math.isfinite(value):
            return
        case int() | float() | Decimal():
            sheet.write_number(row, column, value, form)
        case dt.date():
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), form)
        case _:
            sheet.write_string(row, column, str(value), form)


def _chart(book: Workbook, sheet: Worksheet, section: Section, top: int) -> None:
    assert section.plot is not None
    assert section.table is not None
    plot, last = section.plot, top + section.table.num_rows
    order = [column.name for column in section.columns]
    kind = {"type": _KINDS[plot.kind]} | ({"subtype": "stacked"} if plot.stacked else {})
    chart = book.add_chart(kind)
    along = order.index(plot.category)
    for colour, name in zip(_COLOURS, plot.values, strict=False):
        place = order.index(name)
        shade = {"line": {"color": colour, "width": 2}} if plot.kind == "line" else {
            "fill": {"color": colour}
        }  # fmt: skip
        chart.add_series(
            {
                "name": [sheet.name, top, place],
                "categories": [sheet.name, top + 1, along, last, along],
                "values": [sheet.name, top + 1, place, last, place],
                **shade,
            }
        )
    chart.set_title({"name": section.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True} if len(plot.values) == 1 else {"position": "bottom"})
    if plot.kind == "bar":
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 720, "height": 380})
    sheet.insert_chart(2, len(section.columns) + 1, chart)


def _closing(sheet: Worksheet, document: Document, title: Any) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 120)
    sheet.write_string(0, 0, document.labels["closing"], title)
    row = 2
    for heading, lines in document.closing:
        for line in lines or ("",):
            sheet.write_string(row, 0, heading)
            sheet.write_string(row, 1, line)
            row += 1
    sheet.write_string(row + 1, 0, document.source)


def _name(title: str, taken: set[str]) -> str:
    """Name a sheet: short, without the signs Excel refuses, and once."""
    plain = " ".join(title.translate(_FORBIDDEN).split())[:_NAME_ROOM].strip()
    name, again = plain, 2
    while name.casefold() in taken:
        name, again = f"{plain[: _NAME_ROOM - 3].strip()} {again}", again + 1
    taken.add(name.casefold())
    return name
