"""What a source is, told by its bytes: the cheap check that recognises a re-ingest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from habitue.data.sources.engine import is_url, public_name
from habitue.data.sources.files import listed
from habitue.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One source as it stands now.

    Attributes:
        name: Name of the file, folder or table, without path or credentials.
        sha256: Of its bytes, in hexadecimal; None for a table, which can change unseen.
        bytes: Its size; 0 for a table.
    """

    name: str
    sha256: str | None
    bytes: int


def fingerprint(
    sources: str | Path | Sequence[str | Path], table: str | None = None
) -> list[Fingerprint]:
    """Take the fingerprint of each source, without reading a line of it.

    A folder's is that of its data files, names and contents, in order.

    Args:
        sources: Files, folders or engine URLs.
        table: Name of the table, when the source is an engine.

    Raises:
        SourceError: There is nothing at a path, or a folder holds no data.
    """
    return [_one(source, table) for source in several(sources)]


def several(sources: str | Path | Sequence[str | Path]) -> list[str | Path]:
    """Take one source for a list of one.

    Raises:
        SourceError: A source is no path and no URL, such as a table in memory.
    """
    if isinstance(sources, (str, Path)):
        return [sources]
    given = list(sources) if isinstance(sources, (list, tuple)) else [sources]
    for source in given:
        if not isinstance(source, (str, Path)):
            raise SourceError("source_no_path", kind=type(source).__name__)
    return list(sources)


def _one(source: str | Path, table: str | None) -> Fingerprint:
    if is_url(source):
        return Fingerprint(public_name(str(source), table), None, 0)
    path = Path(source)
    files = listed(path)
    sizes = sum(file.stat().st_size for file in files)
    digests = [_digest(file, *_state(file)) for file in files]
    if files == [path]:
        return Fingerprint(path.name, digests[0], sizes)
    whole = hashlib.sha256()
    for file, digest in zip(files, digests, strict=True):
        whole.update(f"{file.relative_to(path).as_posix()}\0{digest}\n".encode())
    return Fingerprint(path.resolve().name, whole.hexdigest(), sizes)


def _state(file: Path) -> tuple[int, int]:
    now = file.stat()
    return now.st_size, now.st_mtime_ns


@lru_cache(maxsize=4096)
def _digest(file: Path, _size: int, _changed: int) -> str:
    # Size and time of change are part of the cache's key, so that `load` need not read again
    # what `fingerprint` has just read.
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
