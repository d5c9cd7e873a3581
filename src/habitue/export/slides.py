"""A report as PowerPoint: native charts that can be edited, tables, definitions at the end."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from habitue.errors import MissingExtraError
from habitue.export.document import Document, Section

_INCH: Final = 914_400
_WIDE, _HIGH = 13.333, 7.5
_INK, _GREY, _TINT = "1F3A5F", "575F69", "F3F0E9"
_COLOURS: Final = ("1F3A5F", "B25E09", "1F7A74", "646C76", "7B4B86")
_ROWS: Final = 14
_CARD: Final = 2.1
_LONG: Final = 30
"""Letters from which a text takes a line more than a number does."""
_LINES: Final = 9
_LETTERS: Final = 150
_ZIP_MADE: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def slides(document: Document) -> bytes:
    """Write a report as a presentation; the same document gives the same bytes.

    Args:
        document: What to write.

    Raises:
        MissingExtraError: python-pptx is not installed.
    """
    try:
        from pptx import Presentation  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError("missing_extra", extra="slides", package="python-pptx") from None

    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = int(_WIDE * _INCH), int(_HIGH * _INCH)
    deck.core_properties.title = document.title
    first = _blank(deck)
    _words(first, (document.title,), at=(0.8, 2.4, 11.7, 1.2), size=36, bold=True)
    _words(
        first, (document.basis, document.source), at=(0.8, 3.8, 11.7, 1.6), size=16, colour=_GREY
    )
    for section in document.sections:
        _section(deck, document, section)
    for heading, lines in _pages(document):
        slide = _titled(deck, heading, document)
        _words(slide, lines, at=(0.6, 1.3, 12.1, 5.6), size=12)
    held = io.BytesIO()
    deck.save(held)
    return settled(held.getvalue())


def settled(archive: bytes) -> bytes:
    """Take the clock out of an Office file, and out of the files inside it.

    Args:
        archive: A pptx or xlsx.
    """
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as given,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in given.namelist():
            content = given.read(name)
            if name.endswith(".xlsx"):
                content = settled(content)
            elif name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            told = zipfile.ZipInfo(name, _ZIP_MADE)
            told.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(told, content)
    return held.getvalue()


def _section(deck: Any, document: Document, section: Section) -> None:
    if section.figures or section.plot or section.words:
        slide = _titled(deck, section.title, document)
        top = 1.3
        if section.words:
            _words(slide, section.words, at=(0.6, top, 12.1, 0.45 * len(section.words)), size=15)
            top += 0.2 + 0.42 * len(section.words)
        if section.figures:
            top = _cards(slide, section, top)
        if section.plot is not None:
            _chart(slide, document, section, top)
    if section.table is not None:
        rows = list(document.rows(section))
        long = any(len(cell) > _LONG for row in rows for cell in row)
        most = _ROWS // 2 if long else _ROWS
        for start in range(0, len(rows), most):
            page = _titled(deck, section.title, document)
            _table(page, section, rows[start : start + most])


def _cards(slide: Any, section: Section, top: float) -> float:
    across = 4
    for place, figure in enumerate(section.figures):
        left = 0.6 + (place % across) * 3.05
        row = top + (place // across) * _CARD
        _words(slide, (figure.label,), at=(left, row, 2.9, 0.5), size=12, colour=_GREY)
        _words(slide, (figure.value,), at=(left, row + 0.5, 2.9, 0.6), size=26, bold=True)
        _words(slide, (figure.beside,), at=(left, row + 1.1, 2.9, 0.7), size=11, colour=_GREY)
    return top + _CARD * -(-len(section.figures) // across)


def _chart(slide: Any, document: Document, section: Section, top: float) -> None:
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - an extra
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    assert section.plot is not None
    plot = section.plot
    names, series = document.points(section)
    formats = {"percent": "0%", "money": "#,##0", "count": "#,##0"}
    number_format = formats.get(document.form_of(section), "General")
    data = CategoryChartData(number_format=number_format)
    data.categories = names
    for title, values in series:
        data.add_series(title, values)
    kinds = {
        "column": XL_CHART_TYPE.COLUMN_STACKED if plot.stacked else XL_CHART_TYPE.COLUMN_CLUSTERED,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "line": XL_CHART_TYPE.LINE_MARKERS,
    }
    place = [round(one * _INCH) for one in (0.6, top, 12.1, _HIGH - 0.6 - top)]
    chart = slide.shapes.add_chart(kinds[plot.kind], *place, data).chart
    chart.font.size = Pt(12)
    chart.has_title = False
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    if plot.kind == "bar":
        chart.category_axis.reverse_order = True
    chart.value_axis.tick_labels.number_format = number_format
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E7E3DA")
    for colour, one in zip(_COLOURS, chart.plots[0].series, strict=False):
        shade = one.format.line.color if plot.kind == "line" else None
        if shade is None:
            one.format.fill.solid()
            shade = one.format.fill.fore_color
        else:
            one.smooth = False
        shade.rgb = RGBColor.from_string(colour)


def _table(slide: Any, section: Section, rows: list[list[str]]) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - an extra
    from pptx.enum.text import PP_ALIGN  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    place = [round(one * _INCH) for one in (0.6, 1.3, 12.1, 0.36 * (len(rows) + 1))]
    grid = slide.shapes.add_table(len(rows) + 1, len(section.columns), *place).table
    titles = [column.title for column in section.columns]
    lines = [titles, *rows]
    # As wide as the longest text, within reason: a sentence takes the room of five numbers. Titles
    # may fold in two, a number or a month may not: a folded row would push the last ones off.
    needs = [
        min(
            max(
                len(titles[across]) // 2, *(len(word) + 2 for word in titles[across].split()),
                *(len(line[across]) for line in rows),
            ),
            5 * _LONG // 2,
        ) + 4
        for across in range(len(section.columns))
    ]  # fmt: skip
    for column, need in zip(grid.columns, needs, strict=True):
        column.width = round(12.1 * _INCH * need / sum(needs))
    for down, line in enumerate(lines):
        for across, words in enumerate(line):
            cell = grid.cell(down, across)
            cell.text = words
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(_TINT if down == 0 else "FFFFFF")
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.font.size = Pt(11)
            paragraph.font.bold = down == 0
            paragraph.font.color.rgb = RGBColor.from_string("0F1720")
            if section.columns[across].form != "text":
                paragraph.alignment = PP_ALIGN.RIGHT


def _titled(deck: Any, title: str, document: Document) -> Any:
    slide = _blank(deck)
    _words(slide, (title,), at=(0.6, 0.4, 12.1, 0.7), size=24, bold=True)
    _words(slide, (document.basis,), at=(0.6, 6.95, 12.1, 0.4), size=10, colour=_GREY)
    return slide


def _blank(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def _words(
    slide: Any,
    lines: tuple[str, ...],
    *,
    at: tuple[float, float, float, float],
    size: int,
    bold: bool = False,
    colour: str = _INK,
) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415 - an extra
    from pptx.util import Pt  # noqa: PLC0415

    box = slide.shapes.add_textbox(*(round(one * _INCH) for one in at))
    frame = box.text_frame
    frame.word_wrap = True
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size, paragraph.font.bold = Pt(size), bold
        paragraph.font.color.rgb = RGBColor.from_string(colour)
        paragraph.space_after = Pt(4)


def _pages(document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Cut the closing page into slides that hold it."""
    for heading, lines in document.closing:
        held: list[str] = []
        room = _LINES * _LETTERS
        for line in lines:
            need = max(len(line), _LETTERS)
            if held and need > room:
                yield heading, tuple(held)
                held, room = [], _LINES * _LETTERS
            held.append(line)
            room -= need
        yield heading, tuple(held)
