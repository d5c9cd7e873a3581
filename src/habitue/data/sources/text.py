"""Delimited text: what it is written in, and the part DuckDB reads out of it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from habitue.data.sources.part import MAX_COLUMNS, SAMPLES, Field, Part, refuse_width, rows_sampled
from habitue.data.sources.staging import Text, scanned, staged
from habitue.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from habitue.data.mapping import Mapping
    from habitue.data.sources.files import DataFile

_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it starts with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_READ_AS_IS: Final = ("utf-8", "utf-8-sig")
_NOT_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_DELIMITERS: Final = (",", ";", "\t", "|")
_BLOCK: Final = 256 << 10
"""Small enough that the memory of one block serves the next; beyond 1 MB it takes three times as
long."""
_HEAD: Final = 256 << 10
_ROW: Final = 400
"""Bytes of a row, about: what is read of a file to see so many rows."""


def text_part(file: DataFile, mapping: Mapping | None, scratch: Path, rows: int = SAMPLES) -> Part:
    """Look at the head of a text file and say how to read it.

    Args:
        file: The file.
        mapping: May say the encoding and the delimiter.
        scratch: Folder for a copy in UTF-8.
        rows: How many rows to look at.

    Raises:
        SourceError: It holds NUL bytes, no header, no line below it, or too many columns.
    """
    size = max(_HEAD, rows * _ROW)
    encoding = (mapping and mapping.encoding) or detected_encoding(file.path, file.name)
    if encoding not in _READ_AS_IS:
        file = replace(file, path=_transcoded(file, encoding, scratch))
    with file.path.open("rb") as opened:
        head = opened.read(size)
    lines = head.decode("utf-8-sig", "replace")
    if len(head) == size:
        lines = lines[: lines.rfind("\n") + 1] or lines
    delimiter = (mapping and mapping.delimiter) or detected_delimiter(lines[:_HEAD])
    found = _rows(lines, delimiter, rows)
    refuse_width(file.name, max(map(len, found), default=0))
    at, header = _header(found[: SAMPLES + 1], file.name)
    below, skipped = (
        found[at + 1 :][: rows_sampled(rows, len(header))],
        _lines_above(lines, delimiter, at),
    )
    if not below:
        if len(head) == size or lines.rstrip().count("\n") > skipped:
            # Something stands below, and no row of it ends: a cell without end, an open quotation.
            raise SourceError("source_row_broken", file=file.name, row=skipped + 2)
        raise SourceError("source_header_only", file=file.name)
    part = Part(
        source=file.source,
        file=file.name,
        label=file.name,
        fields=tuple(Field(name) for name in header),
        samples=tuple(
            tuple(row[at] if at < len(row) else "" for row in below) for at in range(len(header))
        ),
        read=lambda _con, _columns, _meter: "",
        first_row=skipped + 2,
        bytes=file.bytes,
        encoding=encoding,
        delimiter=delimiter,
    )
    text = Text(file.path, skipped, scratch)
    part.read = lambda con, columns, meter: staged(con, part, text, columns, meter)
    part.scan = lambda columns, few: scanned(part, text, columns, few=few)
    return part


def detected_encoding(path: Path, name: str) -> str:
    """Tell the encoding from the whole file, read once in blocks.

    A byte order mark decides; else UTF-8 when every byte agrees; else Windows-1252, or Latin-1
    when a byte has no meaning there.

    Raises:
        SourceError: It holds NUL bytes and is not UTF-16.
    """
    utf8, cp1252 = True, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        for number, block in enumerate(iter(lambda: file.read(_BLOCK), b"")):
            if number == 0:
                for mark, encoding in _BOMS.items():
                    if block.startswith(mark):
                        return encoding
                if (wide := _wide(block[:4096])) is not None:
                    return wide
            if b"\0" in block:
                before = number * _BLOCK + block.index(b"\0")
                raise SourceError("source_nul", file=name, row=_line_at(path, before))
            if utf8 and not (block.isascii() and not decoder.getstate()[0]):
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    utf8 = False
            cp1252 = cp1252 and (utf8 or _NOT_CP1252.search(block) is None)
    if utf8:
        return "utf-8"
    return "cp1252" if cp1252 else "latin-1"


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: every other byte of Western text is zero."""
    pairs = len(head) // 2
    low, high = head[1::2].count(0), head[0::2].count(0)
    if pairs and low > 0.4 * pairs and high < 0.1 * pairs:
        return "utf-16-le"
    if pairs and high > 0.4 * pairs and low < 0.1 * pairs:
        return "utf-16-be"
    return None


def _line_at(path: Path, offset: int) -> int:
    with path.open("rb") as file:
        blocks = (min(_BLOCK, offset - at) for at in range(0, offset, _BLOCK))
        return 1 + sum(file.read(size).count(b"\n") for size in blocks)


def _transcoded(file: DataFile, encoding: str, scratch: Path) -> Path:
    target = scratch / f"utf8-{uuid4().hex}"
    try:
        with (
            file.path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            rows = 1
            while block := source.read(_BLOCK):
                if "\0" in block:
                    row = rows + block[: block.index("\0")].count("\n")
                    raise SourceError("source_nul", file=file.name, row=row)
                rows += block.count("\n")
                out.write(block)
    except (UnicodeError, LookupError):
        raise SourceError("source_encoding", file=file.name, encoding=encoding) from None
    return target


def detected_delimiter(lines: str) -> str:
    r"""Choose the separator by which most rows have as many fields as the widest header.

    Examples:
        >>> detected_delimiter("nom;prix\nvis, écrou;1,50\nclou;0,10\n")
        ';'
    """

    def regular(delimiter: str) -> tuple[float, int]:
        counts = Counter(len(row) for row in _rows(lines, delimiter))
        fields, rows = counts.most_common(1)[0] if counts else (1, 0)
        return (rows / counts.total() if fields > 1 else 0.0, fields)

    scores = {delimiter: regular(delimiter) for delimiter in _DELIMITERS}
    # Nearly regular is regular: a broken row must not hand the file to another mark.
    return max(_DELIMITERS, key=lambda one: (round(scores[one][0], 1), scores[one][1]))


def _rows(lines: str, delimiter: str, most: int = SAMPLES) -> list[list[str]]:
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
    rows = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > most or len(row) > MAX_COLUMNS:
                break
    except csv.Error:
        # A field beyond csv's limit, or a stray carriage return: DuckDB says where, in its turn.
        return rows
    return rows


def _lines_above(lines: str, delimiter: str, at: int) -> int:
    """Count the lines above a row, blank ones too, which the rows leave out."""
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
    above = 0
    for row in reader:
        at -= bool(row)
        if at < 0:
            break
        above = reader.line_num
    return above


def _header(rows: list[list[str]], file: str) -> tuple[int, list[str]]:
    """Find the header: the first row as wide as most, below any title."""
    if not rows:
        raise SourceError("source_empty", file=file)
    widths = Counter(len(row) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    at = 0
    if usual > 1 and _cells_filled(rows[0]) <= 1:
        # Titles, whether or not the separators of a table's row were written after them.
        wide = [at for at, row in enumerate(rows) if len(row) == usual and at]
        full = (at for at in wide if _cells_filled(rows[at]) > 1)
        at = next(full, wide[0] if wide else 0)
    return at, [name.strip().strip("\ufeff") for name in rows[at]]


def _cells_filled(row: list[str]) -> int:
    return sum(map(bool, map(str.strip, row)))
