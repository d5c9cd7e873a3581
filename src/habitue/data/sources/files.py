"""From what the caller names to plain files: folders walked, archives unpacked, kinds told apart.

A file is what its first bytes say, whatever its name says.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal

from habitue.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["text", "workbook", "parquet", "gzip", "zip"]

_SUFFIXES: Final[dict[str, Kind]] = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".tab": "text",
    ".xlsx": "workbook", ".xlsm": "workbook", ".xlsb": "workbook", ".xls": "workbook",
    ".ods": "workbook", ".parquet": "parquet", ".pq": "parquet", ".gz": "gzip", ".zip": "zip",
}  # fmt: skip
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN: Final = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"Rar!": "RAR", b"7z\xbc\xaf": "7z",
    b"SQLite format 3": "SQLite", b"ARROW1": "Arrow", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd", b"<html": "HTML", b"<!doc": "HTML", b"<?xml": "XML", b"{": "JSON",
    b"[{": "JSON",
}  # fmt: skip
_NOTHING: Final = b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"
_BLOCK: Final = 1 << 20
MAX_RATIO: Final = 200
"""An archive that grows more than this, once beyond `FREE_BYTES`, is taken for a bomb."""
FREE_BYTES: Final = 256 << 20
MAX_BYTES: Final = 64 << 30


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file to read.

    Attributes:
        source: Number of the source it comes from, from 0.
        name: How messages name it: relative to the source, never an absolute path.
        path: Where it is, or was unpacked to.
        kind: What its bytes are.
        bytes: Its size as given, before unpacking.
        renamed: Whether its extension says otherwise.
        partitions: Columns that folders named `key=value` give.
    """

    source: int
    name: str
    path: Path
    kind: Kind
    bytes: int
    renamed: bool = False
    partitions: tuple[str, ...] = ()


def listed(path: Path) -> list[Path]:
    """List the data files of a path: itself, or all those below a folder, by name.

    Raises:
        SourceError: Nothing is there, or a folder holds no data file.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise SourceError("source_missing", path=path)
    below = sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and file.suffix.lower() in _SUFFIXES
        and not any(step.startswith((".", "_")) for step in file.relative_to(path).parts)
    )
    if not below:
        raise SourceError("folder_without_data", path=path, known=sorted(_SUFFIXES))
    return below


def opened(source: int, path: Path, scratch: Path, room: int = MAX_BYTES) -> Iterator[DataFile]:
    """Give the readable files of a path, unpacking archives into the scratch folder.

    Args:
        source: Number of the source.
        path: A file or a folder.
        scratch: Where archives are unpacked.
        room: Bytes that they may unpack to, all together.

    Raises:
        SourceError: A file is empty, locked, cut short, of another kind, or grows without end.
    """
    for file in listed(path):
        name = file.name if file == path else file.relative_to(path).as_posix()
        steps = file.relative_to(path).parent.parts if file != path else ()
        keys = tuple(step.partition("=")[0] for step in steps if "=" in step)
        given = DataFile(source, name, file, "text", file.stat().st_size, partitions=keys)
        yield from _plain(_recognised(given, room), scratch, room)


def _recognised(file: DataFile, room: int) -> DataFile:
    kind = kind_of(file.path, file.name, room)
    return replace(file, kind=kind, renamed=_SUFFIXES.get(Path(file.name).suffix.lower()) != kind)


def kind_of(path: Path, name: str, room: int = MAX_BYTES) -> Kind:
    """Tell what a file is by its bytes.

    Args:
        path: Where it is.
        name: How messages name it.
        room: Bytes that a workbook may unpack to.

    Raises:
        SourceError: It is empty, encrypted, or no table we know.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        if not head.strip(_NOTHING) and not file.read(1):
            raise SourceError("source_empty", file=name)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path, name, room)
    if head.startswith(_OLE):
        return _ole_kind(path, name)
    _refuse_foreign(head, name)
    return "text"


def _refuse_foreign(head: bytes, name: str) -> None:
    if head.startswith(b"PARE"):  # Parquet with an encrypted footer
        raise SourceError("source_locked", file=name)
    if head[8:12] == b"DUCK":
        raise SourceError("source_database", file=name)
    start = head.lstrip(_NOTHING).lower()
    for mark, kind in _FOREIGN.items():
        if start.startswith(mark.lower()):
            raise SourceError("source_foreign", file=name, kind=kind)


def _ole_kind(path: Path, name: str) -> Kind:
    """Tell an old workbook from a modern one wrapped in a password."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        raise SourceError("source_locked", file=name)
    return "workbook"


def _zip_kind(path: Path, name: str, room: int) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
            workbook = any(one.startswith("xl/") for one in inside) or "content.xml" in inside
            if workbook:
                bounded(sum(one.file_size for one in archive.infolist()), path, name, room)
    except zipfile.BadZipFile:
        raise SourceError("source_truncated", file=name) from None
    return "workbook" if workbook else "zip"


def _plain(file: DataFile, scratch: Path, room: int) -> Iterator[DataFile]:
    if file.kind == "gzip":
        inner = Path(file.name).stem
        with gzip.open(file.path) as stream:
            yield _unpacked(file, stream, inner, scratch, room)
    elif file.kind == "zip":
        with zipfile.ZipFile(file.path) as archive:
            members = [one for one in archive.infolist() if _is_data(one)]
            if not members:
                raise SourceError("archive_without_data", file=file.name, known=sorted(_SUFFIXES))
            for member in sorted(members, key=lambda one: one.filename):
                if member.flag_bits & 1:
                    raise SourceError("source_locked", file=file.name)
                with archive.open(member) as stream:
                    yield _unpacked(file, stream, f"{file.name}/{member.filename}", scratch, room)
    else:
        yield file


def _is_data(member: zipfile.ZipInfo) -> bool:
    path = Path(member.filename)
    hidden = any(step.startswith((".", "__")) and step != ".." for step in path.parts)
    return not member.is_dir() and not hidden and path.suffix.lower() in _SUFFIXES


def _unpacked(
    file: DataFile, stream: IO[bytes] | gzip.GzipFile, name: str, scratch: Path, room: int
) -> DataFile:
    # The name inside the archive is only ever shown; the path is ours, so it cannot lead astray.
    target = scratch / f"unpacked-{len(list(scratch.iterdir()))}"
    left = max(room - sum(one.stat().st_size for one in scratch.iterdir()), 0)
    size = 0
    try:
        with target.open("wb") as out:
            while block := stream.read(_BLOCK):
                size += len(block)
                bounded(size, file.path, file.name, left)
                out.write(block)
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile):
        raise SourceError("source_truncated", file=file.name) from None
    inner = _recognised(replace(file, name=name, path=target), room)
    if inner.kind in ("gzip", "zip"):
        raise SourceError("archive_in_archive", file=name)
    return inner


def bounded(size: int, path: Path, name: str, room: int) -> None:
    """Refuse a file that would unpack to more than it may.

    Args:
        size: What it would unpack to, in bytes.
        path: The file.
        name: Its name, for the message.
        room: Bytes that it may unpack to.

    Raises:
        SourceError: It is more, or out of all proportion to the file.
    """
    allowed = min(room, max(FREE_BYTES, MAX_RATIO * path.stat().st_size))
    if size > allowed:
        raise SourceError("archive_too_large", file=name, limit=allowed >> 20)
