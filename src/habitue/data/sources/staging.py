"""The one pass over a delimited text: DuckDB reads the columns that matter, still as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import duckdb

from habitue.data.sources import sql
from habitue.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from habitue.data.sources.meter import Meter
    from habitue.data.sources.part import Part
    from habitue.schema import Role

_MAX_BROKEN: Final = 1_000_000
_BLOCK: Final = 4 << 20
_BUFFER: Final = 32_000_000
"""Bytes that DuckDB takes of the file at once, near what it chooses itself. Said aloud, it deals
them out in larger pieces: the table is then filled with a fifth less work."""
_SMALL_BUFFER: Final = 8_000_000
"""For a look at the first rows, which waits for a whole buffer."""
READING_SHARE: Final = 0.6
"""Share of the time that reading takes, before lines are typed."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text file in UTF-8.

    Attributes:
        path: Where it is.
        skipped: Rows above the header.
        scratch: Folder for a copy, should one be needed.
    """

    path: Path
    skipped: int
    scratch: Path


def staged(
    con: duckdb.DuckDBPyConnection,
    part: Part,
    text: Text,
    columns: dict[Role, str],
    meter: Meter,
) -> str:
    """Read the file and give the FROM clause of its lines.

    Rows with too many or too few fields go to `part.broken`.

    Raises:
        SourceError: A quotation mark is never closed, or the file is no table.
    """
    tag = uuid4().hex
    lines, rejects, scans = (sql.name(f"{kind}_{tag}") for kind in ("lines", "rejects", "scans"))

    def close(con: duckdb.DuckDBPyConnection) -> None:
        for table in (lines, rejects, scans):
            con.execute(f"DROP TABLE IF EXISTS {table}")

    part.close = close
    rejecting = (
        f"store_rejects=true, rejects_table='rejects_{tag}', rejects_scan='scans_{tag}', "
        f"rejects_limit={_MAX_BROKEN}"
    )

    def read(path: Path) -> str:
        scan = scanned(part, replace(text, path=path), columns, rejecting)
        return f"CREATE OR REPLACE TEMP TABLE {lines} AS FROM {scan}"

    size = int(part.bytes * READING_SHARE)
    try:
        try:
            meter.run(read(text.path), size, part.label)
        except duckdb.InvalidInputException as error:
            if "state machine" not in str(error):
                raise
            # Rows that end in several ways (CRLF here, LF there) are refused: give them one way.
            close(con)
            meter.run(read(_even(text)), size, part.label)
    except duckdb.Error as error:
        row = re.search(r"Line: (\d+)", str(error))
        if row is None:
            raise SourceError("source_not_text", file=part.file) from None
        raise SourceError("source_row_broken", file=part.file, row=int(row[1])) from None
    _refuse_open_quote(con, part, rejects)
    part.broken = f"(SELECT line AS row, any_value(csv_line) AS text FROM {rejects} GROUP BY line)"  # noqa: S608 - our own name
    return f"(SELECT *, rowid AS _row FROM {lines})"  # noqa: S608 - our own name


def scanned(
    part: Part, text: Text, columns: dict[Role, str], options: str = "", *, few: bool = False
) -> str:
    """Give the FROM clause that reads the file, the column of each role as text.

    Args:
        part: Says the delimiter and the columns there are.
        text: The file.
        columns: Column of each role.
        options: More of DuckDB's own.
        few: Whether only its first rows are wanted.
    """
    buffer = _SMALL_BUFFER if few else _BUFFER
    names = [one.name for one in part.fields]
    picked = ", ".join(
        f"c{names.index(name)} AS {sql.name(role)}" for role, name in columns.items()
    )
    layout = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(names)))
    return (
        f"(SELECT {picked} FROM read_csv({sql.path(text.path)}, columns={{{layout}}}, "  # noqa: S608 - quoted by sql
        f"auto_detect=false, header=true, skip={text.skipped}, delim={sql.value(part.delimiter)}, "
        f"quote='\"', escape='\"', buffer_size={buffer}{', ' if options else ''}{options}))"
    )


def _refuse_open_quote(con: duckdb.DuckDBPyConnection, part: Part, rejects: str) -> None:
    """Refuse a quotation mark left open: it swallowed the rows below, more than one broken row."""
    (row,) = sql.only_row(
        con,
        f"SELECT min(line) FROM {rejects} "  # noqa: S608 - our own name
        "WHERE error_type = 'UNQUOTED VALUE' AND contains(csv_line, chr(10))",
    )
    if row is not None:
        raise SourceError("source_row_broken", file=part.file, row=row)


def _even(text: Text) -> Path:
    target = text.scratch / f"even-{uuid4().hex}"
    with text.path.open(encoding="utf-8") as source, target.open("w", encoding="utf-8") as out:
        while block := source.read(_BLOCK):
            out.write(block)
    return target
