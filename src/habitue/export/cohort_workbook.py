"""A cohort table as an Excel workbook: the table in its colours, what it means, the data."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from habitue import glossary
from habitue.later import Later
from habitue.results import CohortTable
from habitue.schema import Measure, Per
from habitue.texts import Lang, text

xlsxwriter = Later("xlsxwriter")

SMALL: Final = 30
_PERCENT, _MONEY, _COUNT, _RATIO = "0.0%", "#,##0.00", "#,##0", "0.00"
_SIDE: Final = {
    "customers": _COUNT, "first_order_value": _MONEY, "repeat_rate": _PERCENT,
    "early_value": _MONEY, "cac": _MONEY, "payback": _COUNT, "payback_day": _COUNT,
    "ltv_cac": _RATIO, "cac_loaded": _MONEY, "payback_day_loaded": _COUNT,
    "ltv_cac_loaded": _RATIO,
}  # fmt: skip
_KINDS: Final = {
    "rate": _PERCENT, "rate_low": _PERCENT, "rate_high": _PERCENT, "revenue": _MONEY,
    "basket": _MONEY, "margin": _MONEY, "contribution": _MONEY, "cac": _MONEY,
    "ltv_cac": _RATIO, "payback_day": _COUNT,
}  # fmt: skip
_PAPER, _SHADE, _INK = "#FFFFFF", "#8FA6C4", "#1F3A5F"
_HEADER_ROW: Final = 3
_MADE: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - workbooks know no zones
_EXPLAINED: Final = ("cohort", "retention", "pooled_retention", "left_truncated_cohort",
                     "cohort_value", "observed", "margin")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the table is called, where it goes.

    Attributes:
        lang: Language of the workbook.
        title: What is measured, with its group.
        basis: The filters in force, one a line.
        cohort: Writes the name of a cohort.
        ages: Name of the ages' axis.
    """

    lang: Lang
    title: str
    basis: Sequence[str]
    cohorts: dict[dt.date, str]
    ages: str


def cohort_workbook(table: CohortTable, wording: Wording, *, group: str | None = "all") -> bytes:
    """Write a cohort table as a workbook of three sheets: table, meaning, data.

    What is not observed is an empty, hatched cell, and `observed` says so in the data.

    Args:
        table: The cohort table, with at least one cohort in the group.
        wording: How things are called.
        group: Which group of the breakdown the first sheet shows; the data hold them all.
    """
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    book.set_properties({"created": _MADE, "title": wording.title})  # equal tables, equal bytes
    _Sheets(book, table, wording, group).write()
    book.close()
    return written.getvalue()


class _Sheets:
    """The sheets of one workbook, and the formats they share."""

    def __init__(
        self, book: Workbook, table: CohortTable, wording: Wording, group: str | None
    ) -> None:
        self.book, self.table, self.wording, self.group = book, table, wording, group
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": _INK})
        self.note = book.add_format({"italic": True, "font_color": "#646C76"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.strong = book.add_format({"bold": True, "valign": "top"})
        self.header = book.add_format(
            {"bold": True, "bg_color": _INK, "font_color": _PAPER, "text_wrap": True,
             "valign": "vcenter", "align": "center", "border": 1, "border_color": "#D9D4C8"}
        )  # fmt: skip
        self.hatched = book.add_format({"pattern": 14, "fg_color": "#C6D0DB", "bg_color": _PAPER})

    def write(self) -> None:
        """Write them in order."""
        self._table(self.book.add_worksheet(self._say("sheet_table")))
        self._about(self.book.add_worksheet(self._say("sheet_about")))
        self._data(self.book.add_worksheet(self._say("sheet_cells")))

    def _say(self, key: str, **facts: Any) -> str:
        return text(f"cohorts.{key}", self.wording.lang, **facts)

    def _format(self, number: str, **more: object) -> Any:
        return self.book.add_format({"num_format": number, **more})

    def _mine(self, rows: pa.Table) -> list[dict[str, Any]]:
        return [row for row in rows.to_pylist() if row["group"] == self.group]

    def _table(self, sheet: Worksheet) -> None:
        profiles = self._mine(self.table.profiles)
        cells = self._mine(self.table.cells)
        side = [name for name in _SIDE if name in profiles[0]]
        ages = max(cell["age"] for cell in cells) + 1
        first_age = 1 + len(side)
        sheet.write_string(0, 0, self.wording.title, self.title)
        sheet.write_string(1, 0, " · ".join(self.wording.basis), self.note)
        sheet.write_string(_HEADER_ROW, 0, self._say("column_cohort"), self.header)
        for place, name in enumerate(side, start=1):
            sheet.write_string(_HEADER_ROW, place, self._say(f"column_{name}"), self.header)
        for age in range(ages):
            shown = age + int(self.table.reading.from_one)
            sheet.write_number(_HEADER_ROW, first_age + age, shown, self.header)
        row_of = {}
        truncated = {cell["cohort"] for cell in cells if cell["truncated"]}
        for row, profile in enumerate(profiles, start=_HEADER_ROW + 1):
            row_of[profile["cohort"]] = row
            small = "*" if profile["customers"] < SMALL else ""
            old = "†" if profile["cohort"] in truncated else ""
            name = self.wording.cohorts[profile["cohort"]] + small + old
            sheet.write_string(row, 0, name, self.strong)
            for place, column in enumerate(side, start=1):
                if profile[column] is not None:
                    sheet.write_number(row, place, profile[column], self._format(_SIDE[column]))
        kind = self._format(self._kind())
        for cell in cells:
            at = row_of[cell["cohort"]], first_age + cell["age"]
            if not cell["observed"]:
                sheet.write_blank(*at, None, self.hatched)
            elif cell["value"] is not None:
                sheet.write_number(*at, cell["value"], kind)
        last = _HEADER_ROW + len(profiles)
        self._average(sheet, last + 1, first_age)
        self._dress(sheet, last, first_age, ages)

    def _average(self, sheet: Worksheet, row: int, first_age: int) -> None:
        bold = self._format(self._kind(), bold=True, top=1)
        sheet.write_string(row, 0, self._say("pooled"), self.strong)
        found = [one for one in self._mine(self.table.average) if one["value"] is not None]
        plain = self._format(self._kind(), italic=True)
        sheet.write_string(row + 1, 0, self._say("column_median"), self.note)
        for one in found:
            sheet.write_number(row, first_age + one["age"], one["value"], bold)
            if one["median"] is not None:
                sheet.write_number(row + 1, first_age + one["age"], one["median"], plain)
        if not found:
            return
        chart = self.book.add_chart({"type": "line"})
        name, last = sheet.get_name(), first_age + found[-1]["age"]
        chart.add_series(
            {
                "name": [name, row, 0],
                "categories": [name, _HEADER_ROW, first_age, _HEADER_ROW, last],
                "values": [name, row, first_age, row, last],
                "line": {"color": _INK, "width": 2.25},
                "marker": {"type": "circle", "size": 5, "fill": {"color": _INK},
                           "border": {"color": _INK}},
            }
        )  # fmt: skip
        chart.set_title({"name": self.wording.title, "name_font": {"size": 12}})
        chart.set_x_axis({"name": self.wording.ages, "num_font": {"size": 9}})
        chart.set_y_axis(
            {"num_format": self._kind(), "major_gridlines": {"visible": True,
             "line": {"color": "#E7E3DA"}}}
        )  # fmt: skip
        chart.set_legend({"none": True})
        chart.set_size({"width": 900, "height": 320})
        sheet.insert_chart(row + 3, 0, chart, {"description": self.wording.title})

    def _dress(self, sheet: Worksheet, last: int, first_age: int, ages: int) -> None:
        # Age 0, which towers over the others, has no colour of its own.
        start = first_age + (1 if ages > 1 else 0)
        sheet.conditional_format(
            _HEADER_ROW + 1, start, last, first_age + ages - 1,
            {"type": "3_color_scale", "min_color": _PAPER, "mid_color": "#D5DEE9",
             "max_color": _SHADE},
        )  # fmt: skip
        sheet.freeze_panes(_HEADER_ROW + 1, 1)
        sheet.set_row(_HEADER_ROW, 32)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, first_age - 1, 13)
        sheet.set_column(first_age, first_age + ages - 1, 9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER_ROW)

    def _about(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 110)
        sheet.write_string(0, 0, self._say("about_title"), self.title)
        rows = [(self._say("about_shown"), self.wording.title)]
        rows += [(self._say("about_filters") if not place else "", words)
                 for place, words in enumerate(self.wording.basis)]  # fmt: skip
        rows += [
            ("", self._say("about_running")),
            ("", self._say("about_average")),
            ("", self._say("about_median")),
            ("", self._say("about_small", n=SMALL)),
            ("", self._say("about_truncated")),
        ]
        rows.append((self._say("about_definitions"), ""))
        measured = ("contribution",) if self._contributes() else ()
        for slug in (*_EXPLAINED, *measured):
            found = glossary.entry(slug, self.wording.lang)
            rows.append((f"{found.term} ({found.id})", f"{found.definition}\n{found.formula}"))
        for row, (name, words) in enumerate(rows, start=2):
            sheet.write_string(row, 0, name, self.strong)
            sheet.write_string(row, 1, words, self.wrapped)

    def _data(self, sheet: Worksheet) -> None:
        cells = self.table.cells
        names = [name for name in cells.column_names if name != "group" or self._splits()]
        formats = {name: self._format(_KINDS.get(name, "General")) for name in names}
        formats["value"] = self._format(self._kind())
        day = self._format("yyyy-mm-dd")
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, self.header)
            sheet.set_column(column, column, 13)
            for row, value in enumerate(cells[name].to_pylist(), start=1):
                match value:
                    case None:
                        continue
                    case bool():
                        sheet.write_boolean(row, column, value)
                    case str():
                        sheet.write_string(row, column, value)
                    case dt.date():
                        sheet.write_datetime(row, column, value, day)
                    case _:
                        sheet.write_number(row, column, value, formats[name])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, cells.num_rows, len(names) - 1)

    def _contributes(self) -> bool:
        return self.table.reading.measure is Measure.CONTRIBUTION

    def _splits(self) -> bool:
        return self.table.reading.breakdown is not None

    def _kind(self) -> str:
        reading = self.table.reading
        if reading.is_share:
            return _PERCENT
        match reading.measure:
            case Measure.CUSTOMERS:
                return _COUNT
            case Measure.ORDERS:
                return _COUNT if reading.per is Per.COHORT else _RATIO
            case _:
                return _MONEY
