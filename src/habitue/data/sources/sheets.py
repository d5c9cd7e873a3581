"""What the sheets of a workbook would take in memory, found by a pass over their bytes.

A reader of workbooks lays out the whole rectangle between the first cell and the last, empty or
not: a file of 5 KB with one stray cell far away takes 400 GB, and the process is killed. And the
sizes an archive states can be false; reading it to the end finds that out.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from string import ascii_letters
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from habitue.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from habitue.data.sources.files import DataFile

MAX_CELLS: Final = 100_000_000
"""Between first and last cell; a million rows of 95 columns, say."""
_QUICK: Final = 64 << 20
_BLOCK: Final = 1 << 20
_CARRIED: Final = 256
"""Bytes of the block before, its padding cut short, lest a reference be cut in two."""
_PADDING: Final = re.compile(rb"[ \t\r\n]+")
_ZEROS: Final = re.compile(rb"0{20,}")
# One table of bytes for all that is looked for: it is the looking, not the reading, that costs.
_SHAPE: Final = bytes.maketrans(
    b"123456789'" + ascii_letters.encode(), b'000000000"' + b"A" * len(ascii_letters)
)
_SPACE: Final = b" \t\r\n"
"""No writer of workbooks puts space around a sign, but a reader of XML takes it."""
_FAR: Final = (b'="AA0', b'="AAA0', b'0000000"')
"""Shapes of what can do harm: a column after Z, or a row of seven digits."""
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})0*([0-9]{1,40})["']""")
_STRINGS: Final = re.compile(rb"""\buniqueCount\s*=\s*["']\s*\+?([0-9]+)""")
"""How many texts the table of a workbook's texts says it holds: a reader makes room for them."""
_MOST_ROWS: Final = 1 << 20
_FEW: Final = 100_000
_LEAST_TEXT: Final = len("<si/>")
_ROW_END: Final = re.compile(rb"</(\w+:)?row>")
_THREADS: Final = 2


def refuse_sprawl(file: DataFile, *, careful: bool = True) -> None:
    """Refuse a workbook whose sheets would not fit in memory, before anything is laid out.

    Args:
        file: The workbook; of the kinds that are no archive, nothing can be said.
        careful: Whether to take the time for large workbooks too, a third of that of reading
            them: for files that somebody sent.

    Raises:
        SourceError: The sheets span too many cells, or the archive is damaged.
    """
    if not zipfile.is_zipfile(file.path):
        return
    with zipfile.ZipFile(file.path) as archive:
        # All of them: the relations of a workbook may call its sheets by any name.
        sheets = archive.infolist()
    if not careful and sum(one.file_size for one in sheets) > _QUICK:
        return
    with ThreadPoolExecutor(_THREADS) as pool:
        spans = list(pool.map(lambda one: _span(file, one.filename), sheets))
    if (cells := sum(spans)) > MAX_CELLS:
        raise SourceError("workbook_too_large", file=file.name, cells=cells, most=MAX_CELLS)


def _span(file: DataFile, sheet: str) -> int:
    """Count the cells between the first and the last of a sheet; 0 where they cannot do harm."""
    far = False
    for block in _overlapping(_blocks(file, sheet)):
        far = far or _reaches_far(block)
        stated = _STRINGS.findall(block) if b"uniqueCount" in block else ()
        texts = max((int(one) for one in stated), default=0)
        if texts > _FEW and _ends_before(file, sheet, texts * _LEAST_TEXT):
            raise SourceError("source_truncated", file=file.name)
    if not far:
        return 0
    columns = rows = 0
    for block in _overlapping(_blocks(file, sheet)):
        found = _REFERENCE.findall(block)
        columns = max([columns, *(_column(one) for one in {letters for letters, _ in found})])
        rows = max([rows, *(int(one) for one in {digits for _, digits in found})])
    # Themes have an `r` of their own, of some thousands; cells without letters follow each other.
    return rows * columns if columns else rows if rows > _MOST_ROWS else 0


def _reaches_far(block: bytes) -> bool:
    """Tell whether a block may hold the reference of a cell that can do harm."""
    shape = block.translate(_SHAPE, _SPACE)
    return any(one in shape for one in _FAR)


def _ends_before(file: DataFile, member: str, size: int) -> bool:
    """Tell whether a member holds fewer bytes than it would need."""
    held = 0
    for block in _blocks(file, member):
        held += len(block)
        if held >= size:
            return False
    return True


def _blocks(file: DataFile, member: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(file.path) as archive, archive.open(member) as opened:
            while block := opened.read(_BLOCK):
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise SourceError("source_truncated", file=file.name) from None


def _overlapping(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Put before each block the tag that the one before left open, however far it was padded."""
    last = b""
    for block in blocks:
        whole = last + block
        yield whole
        last = whole[max(0, whole.rfind(b"<")) :]
        if len(last) > _CARRIED:
            last = _ZEROS.sub(b"0" * 20, _PADDING.sub(b" ", last))[-_CARRIED:]


def _column(letters: bytes) -> int:
    """Number of a column from its letters.

    Examples:
        >>> _column(b"A"), _column(b"AA"), _column(b"XFD")
        (1, 27, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def cut_short(file: DataFile, rows: int, scratch: Path) -> DataFile:
    """Copy a large workbook with the first rows of its sheets only; a small one stays as it is.

    Args:
        file: The workbook.
        rows: How many rows to keep of each sheet.
        scratch: Where the copy is written.

    Raises:
        SourceError: The archive is damaged.
    """
    if not zipfile.is_zipfile(file.path):
        return file
    target = scratch / f"head-{uuid4().hex}.xlsx"
    with zipfile.ZipFile(file.path) as archive, zipfile.ZipFile(target, "w") as copy:
        members = archive.infolist()
        if sum(one.file_size for one in members) <= _QUICK:
            return file
        for one in members:
            if one.filename.startswith("xl/worksheets/") and one.filename.endswith(".xml"):
                content = _head(_blocks(file, one.filename), rows)
            else:
                content = b"".join(_blocks(file, one.filename))
            copy.writestr(one.filename, content)
    return replace(file, path=target)


def _head(blocks: Iterator[bytes], rows: int) -> bytes:
    """Keep a sheet up to the end of a row, and close what stands open."""
    kept = bytearray()
    seen, searched = 0, 0
    for block in blocks:
        kept += block
        for end in _ROW_END.finditer(kept, searched):
            seen, searched = seen + 1, end.end()
            if seen == rows:
                prefix = end[1] or b""
                return bytes(kept[:searched]) + b"</%ssheetData></%sworksheet>" % (prefix, prefix)
    return bytes(kept)
