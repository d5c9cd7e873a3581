"""Before an ingest: receive what somebody sends, look at it, list what could be read."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Final

import duckdb

from habitue.data.sources import looking
from habitue.data.sources.files import kind_of
from habitue.data.sources.looking import Doubt, Look
from habitue.data.sources.tables import tables_of
from habitue.errors import RequestError, SourceError
from habitue.workspace.hush import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from habitue.data.mapping import Mapping

LIMIT_VARIABLE: Final = "HABITUE_UPLOAD_MB"
MAX_LIMIT_MB: Final = 4_096
"""What is sent is held in memory once by the server that receives it."""
KINDS: Final = ("xlsx", "csv", "tsv", "txt", "parquet", "gz", "zip")
"""Endings of the files that can be sent."""
ROOM_BYTES: Final = 8 << 30
"""What the archives sent may unpack to, all together."""
_MEMORY: Final = "2GB"
_LONGEST_NAME: Final = 120
_UNSAFE: Final = re.compile(r"[^\w .()\[\]&+,;=@#-]")


def upload_limit() -> int | None:
    """Give the megabytes that may be sent at a time, where `HABITUE_UPLOAD_MB` says so.

    Raises:
        RequestError: It says something that is not a size.
    """
    told = os.environ.get(LIMIT_VARIABLE, "").strip()
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and 1 <= int(told) <= MAX_LIMIT_MB):
        raise RequestError("upload_limit", value=told, most=MAX_LIMIT_MB)
    return int(told)


def safe_name(name: str) -> str:
    r"""Give a file name that cannot lead out of a folder, nor be taken for something else.

    Args:
        name: As sent.

    Examples:
        >>> safe_name("../../etc/passwd"), safe_name("C:\\temp\\ventes 2024.csv"), safe_name("..")
        ('passwd', 'ventes 2024.csv', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = _UNSAFE.sub("_", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending[:10]}" if dot else plain[:_LONGEST_NAME] or "file"


@contextmanager
def received(files: Sequence[tuple[str, IO[bytes]]], *, limit_mb: int) -> Iterator[list[Path]]:
    """Lend the files sent in a folder of their own, private, and gone at the end.

    Args:
        files: Name and content of each.
        limit_mb: Megabytes they may come to, all together.

    Raises:
        SourceError: They come to more, or one is of a kind that cannot be sent.
    """
    sizes = [content.seek(0, os.SEEK_END) for _, content in files]
    if sum(sizes) > limit_mb << 20:
        raise SourceError("upload_too_large", size=-(-sum(sizes) >> 20), limit=limit_mb)
    with TemporaryDirectory(prefix="habitue-upload-") as folder:
        paths = []
        for number, (name, content) in enumerate(files):
            # Each in a folder of its own: two files may bear one name.
            place = Path(folder) / str(number)
            place.mkdir()
            path = place / safe_name(name)
            content.seek(0)
            with path.open("wb") as out:
                shutil.copyfileobj(content, out, 1 << 20)
            _refuse_kind(path)
            paths.append(path)
        yield paths


def look(
    sources: Sequence[str | Path],
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    room: int = ROOM_BYTES,
) -> Look:
    r"""Look at sources: a sample of each part, what its columns hold, what they are taken for.

    Args:
        sources: Files or folders, or one engine URL.
        mapping: May say how text is written.
        table: Name of the table when the source is an engine URL.
        room: Bytes that archives may unpack to.

    Raises:
        DataError: A source cannot be read, or would take too much memory.
        EngineError: The database refuses.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "ventes.csv"
        ...     _ = path.write_text("Client;Date;Montant\nA1;03/04/2024;12,50\n")
        ...     seen = look([path])
        >>> seen.main.delimiter, seen.guess.mapping.customer, seen.main.columns[2].most
        (';', 'Client', Decimal('12.5000'))
    """
    with _connection() as connection:
        return looking.look(connection, sources, mapping=mapping, table=table, room=room)


def doubts(seen: Look, mapping: Mapping) -> tuple[Doubt, ...]:
    """Ask what the rows seen leave open under a mapping; only the reader can say.

    Args:
        seen: The sources.
        mapping: Column of each role.

    Raises:
        ContentError: The rows contradict each other whatever the answer.
    """
    with _connection() as connection:
        return looking.doubts(connection, seen, mapping)


def currencies(seen: Look, mapping: Mapping) -> tuple[str, ...]:
    """Name the currencies that the rows seen are in.

    Args:
        seen: The sources.
        mapping: Column of each role.
    """
    with _connection() as connection:
        return looking.currencies(connection, seen, mapping)


def tables(url: str) -> tuple[str, ...]:
    """List the tables of a database, by name.

    Args:
        url: Its address.

    Raises:
        EngineError: It refuses.
        MissingExtraError: Its driver is not installed.
    """
    return tables_of(url)


def _refuse_kind(path: Path) -> None:
    """Refuse what is not of the kinds that can be sent, whatever its name says."""
    kind = kind_of(path, path.name, ROOM_BYTES)
    modern = kind != "workbook" or _is_xlsx(path)
    if path.suffix.lower().lstrip(".") not in KINDS or not modern:
        raise SourceError("upload_kind", file=path.name, known=list(KINDS))


def _is_xlsx(path: Path) -> bool:
    """Tell the only kind of workbook whose size is known before it is laid out."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        quiet(connection)
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        yield connection
