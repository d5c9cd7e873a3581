"""Download a public data set once, checked to the byte.

urllib and not pooch: pooch starts a cut download again from its first byte, bounds neither what it
downloads nor what it unpacks, and hashes the archive, where only the workbook in it must be the
right one. The network is used here and nowhere else.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import ssl
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Final
from urllib import request
from urllib.error import HTTPError, URLError

from platformdirs import user_cache_path

from habitue.errors import SourceError

Progress = Callable[[int, int | None], None]
"""Told how many bytes are there, and of how many when the server says."""

TIMEOUT_SECONDS: Final = 30.0
CHUNK: Final = 1 << 18
ATTEMPTS: Final = 5
"""How often a connection that breaks is taken up again before giving up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A file that can be fetched, and how to know that it is the right one.

    Attributes:
        page: Where people read about it and download it by hand.
        url: The archive.
        member: The file wanted, as the archive names it.
        size: Its bytes.
        sha256: Its checksum.
        most: Bytes an archive may have; more cannot be the right one.
    """

    page: str
    url: str
    member: str
    size: int
    sha256: str
    most: int


ONLINE_RETAIL_II: Final = Dataset(
    page="https://archive.ics.uci.edu/dataset/502/online+retail+ii",
    url="https://archive.ics.uci.edu/static/public/502/online+retail+ii.zip",
    member="online_retail_II.xlsx",
    size=45_622_278,
    sha256="bcbe73b35f5b7babf197fb0cb983a11f5d9ff929078d4aa53d171b1f2df2e980",
    most=64_000_000,
)
"""Daqing Chen, Online Retail II, UCI Machine Learning Repository, CC BY 4.0, 10.24432/C5CG6D.

Size and checksum are those that independent users of the UCI file have published.
"""


class _WrongError(SourceError):
    """What came is not what was wanted."""


class _CutError(Exception):
    """The connection broke in the middle of the answer."""


def fetch_online_retail(
    folder: Path | None = None, *, url: str | None = None, progress: Progress | None = None
) -> Path:
    """Fetch Online Retail II, unless it is there already.

    A download that was cut is taken up where it stopped, now or at the next call.

    Args:
        folder: Where to keep the workbook; the user's cache by default.
        url: Where to find the archive, when not at UCI.
        progress: Called with the bytes that are there and their total, None when unknown.

    Returns:
        The workbook.

    Raises:
        SourceError: No network, a refusal, a download cut short, or not the right file. Nothing
            but the cut download is left behind.
    """
    return fetch(ONLINE_RETAIL_II, folder, url=url, progress=progress)


def fetch(
    dataset: Dataset,
    folder: Path | None = None,
    *,
    url: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Fetch a data set, unless it is there already; see `fetch_online_retail`."""
    home = folder or user_cache_path("habitue", appauthor=False)
    wanted = home / dataset.member
    part = home / f"{dataset.member}.zip.part"
    source = url or dataset.url
    try:
        home.mkdir(parents=True, exist_ok=True)
        if wanted.is_file() and _matches(wanted, dataset):
            return wanted
        while True:
            resumed = _length(part) > 0
            try:
                _download(source, part, dataset, progress)
                _unpack(source, part, wanted, dataset)
            except _WrongError:
                # Never resumed; but when its head was of an earlier call, the rest may be right.
                part.unlink(missing_ok=True)
                if not resumed:
                    raise
            else:
                part.unlink()
                return wanted
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceError("fetch_cannot_write", path=home, reason=reason) from error


def _download(source: str, part: Path, dataset: Dataset, progress: Progress | None) -> None:
    """Bring the whole archive into `part`, after what it already holds."""
    total: int | None = None
    for _ in range(ATTEMPTS):
        before = _length(part)
        with _open(source, before, dataset) as answer:
            if answer.status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
                if _total(answer, 0) == before:
                    return
                part.unlink()
                continue
            done = before if _continues(answer, before) else 0
            total = _total(answer, done)
            _expect_at_most(total or 0, source, dataset)
            with part.open("ab" if done else "wb") as file, suppress(_CutError):
                for chunk in _chunks(answer):
                    done += len(chunk)
                    _expect_at_most(done, source, dataset)
                    file.write(chunk)
                    if progress:
                        progress(done, total)
                if total is None or done == total:
                    return
    raise SourceError(
        "fetch_cut_short", url=source, done=_length(part), total="?" if total is None else total
    )


def _open(source: str, offset: int, dataset: Dataset) -> http.client.HTTPResponse:
    headers = {"User-Agent": f"habitue/{version('habitue')}"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    try:
        asked = request.Request(source, headers=headers)  # noqa: S310 - the opener knows http only
        answer: http.client.HTTPResponse = _opener().open(asked, timeout=TIMEOUT_SECONDS)
    except HTTPError as refusal:
        if refusal.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
            return refusal  # type: ignore[return-value]  # an HTTPError is a response as well
        refusal.close()
        raise SourceError(
            "fetch_refused", url=source, status=str(refusal.code), reason=refusal.reason,
            page=dataset.page,
        ) from refusal  # fmt: skip
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise SourceError("fetch_untrusted", url=source, reason=cause.verify_message) from error
        reason = getattr(cause, "strerror", None) or str(cause)
        raise SourceError("fetch_unreachable", url=source, reason=reason, page=dataset.page) from (
            error
        )
    return answer


def _opener() -> request.OpenerDirector:
    """Open http and https, also through a proxy, and nothing else: no file:, no ftp:."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.UnknownHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _chunks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Read until the end of the answer, telling a broken connection from a failing disk."""
    while True:
        try:
            chunk = answer.read(CHUNK)
        except http.client.IncompleteRead as cut:
            yield cut.partial
            raise _CutError from cut
        except (OSError, http.client.HTTPException) as cut:
            raise _CutError from cut
        if not chunk:
            return
        yield chunk


def _continues(answer: http.client.HTTPResponse, offset: int) -> bool:
    """Tell whether the answer goes on where we stopped; a server may send everything again."""
    said = answer.headers.get("Content-Range", "")
    return answer.status == http.client.PARTIAL_CONTENT and said.startswith(f"bytes {offset}-")


def _total(answer: http.client.HTTPResponse, offset: int) -> int | None:
    whole = re.search(r"/(\d+)$", answer.headers.get("Content-Range", ""))
    if whole:
        return int(whole[1])
    length = answer.headers.get("Content-Length", "")
    return offset + int(length) if length.isdecimal() else None


def _expect_at_most(size: int, source: str, dataset: Dataset) -> None:
    if size > dataset.most:
        raise _WrongError("fetch_wrong_file", url=source, member=dataset.member, page=dataset.page)


def _unpack(source: str, part: Path, wanted: Path, dataset: Dataset) -> None:
    """Take the wanted file out of the archive, and nothing else; no name in it is ever a path."""
    whole = wanted.with_name(wanted.name + ".part")
    try:
        with zipfile.ZipFile(part) as archive, archive.open(dataset.member) as packed:
            found = _copy(packed, whole, dataset.size)
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error, RuntimeError) as error:
        whole.unlink(missing_ok=True)
        raise _WrongError(
            "fetch_wrong_file", url=source, member=dataset.member, page=dataset.page
        ) from error
    if found != dataset.sha256:
        whole.unlink()
        raise _WrongError(
            "fetch_wrong_content", member=dataset.member, expected=dataset.sha256, found=found,
            page=dataset.page,
        )  # fmt: skip
    whole.replace(wanted)


def _copy(packed: IO[bytes], target: Path, size: int) -> str:
    """Copy what is expected and one byte more, enough to know that it is not the right file."""
    digest, left = hashlib.sha256(), size + 1
    with target.open("wb") as file:
        while left and (chunk := packed.read(min(CHUNK, left))):
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def _matches(file: Path, dataset: Dataset) -> bool:
    if _length(file) != dataset.size:
        return False
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == dataset.sha256


def _length(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
