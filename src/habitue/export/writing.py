"""Write rows in as many files as limits ask, each counted and fingerprinted.

How a row is spelled is the business of `formats`; the bytes depend on the rows and the shape alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Final, Literal

import pyarrow as pa

from habitue.export import formats
from habitue.export.formats import MAX_SHEET_ROWS, Dialect

_MILLION: Final = 1_000_000

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

    @property
    def dialect(self) -> Dialect:
        """How a CSV of this shape is spelled."""
        return Dialect(delimiter=self.delimiter, bom=self.bom, decimal_comma=self.decimal_comma)


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


def _csv(
    rows: pa.Table, shape: Shape, stem: str, opener: Opener, *, first: int
) -> Iterator[Written]:
    """Write CSV files, a new one where a line would make the last too large."""
    blocks = formats.csv_lines(rows, shape.dialect)
    rest: list[bytes] = []
    part, done = first, False
    while not done:
        name = _name(stem, part, "csv")
        with opener(name) as sink:
            file = Metered(sink)
            file.write(formats.csv_header(rows, shape.dialect))
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
                formats.xlsx(rows, file)
            case "parquet":
                formats.parquet(rows, file)
            case _:
                formats.json_rows(rows, file)
    return Written(name=name, rows=rows.num_rows, bytes=file.bytes, sha256=file.sha256)


def _name(stem: str, part: int, suffix: str) -> str:
    return f"{stem}.{suffix}" if part == 0 else f"{stem}-{part + 1}.{suffix}"


def most_bytes(megabytes: int | None) -> int | None:
    """Turn a platform's limit into bytes, with a little room for what its own counting adds."""
    return None if megabytes is None else megabytes * _MILLION - _MILLION // 100
