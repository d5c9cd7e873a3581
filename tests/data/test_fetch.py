"""A data set is fetched once, whole and right, or nothing is kept and the reason is said."""

from __future__ import annotations

import hashlib
import io
import socket
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import OpenerDirector

import numpy as np
import pytest

from habitue.data import fetch as fetching
from habitue.data.fetch import ONLINE_RETAIL_II, Dataset, fetch, fetch_online_retail
from habitue.errors import SourceError
from habitue.texts import LANGS

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

# Random bytes, which no compression shortens: cuts fall where the tests put them.
WORKBOOK = np.random.default_rng(1).bytes(300_000)
DATASET = Dataset(
    page="https://example.org/page",
    url="http://127.0.0.1:9/never",
    member="shop.xlsx",
    size=len(WORKBOOK),
    sha256=hashlib.sha256(WORKBOOK).hexdigest(),
    most=400_000,
)


def _zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


ARCHIVE = _zipped(shop__xlsx=WORKBOOK, readme__txt=b"hello")


@dataclass
class Host:
    """A server that misbehaves as told, and remembers what it was asked."""

    body: bytes = ARCHIVE
    ranges: bool = True
    sizes: bool = True
    status: int = 200
    cuts: list[int] = field(default_factory=list)
    """Bytes after which each answer in turn breaks off; later ones are whole."""
    chunked: bool = False
    asked: list[str | None] = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: Host

    def do_GET(self) -> None:
        told, asked = self.told, self.headers["Range"]
        told.asked.append(asked)
        start = int(asked.removeprefix("bytes=")[:-1]) if told.ranges and asked else 0
        if told.status != 200:
            self.send_error(told.status)
        elif start and start >= len(told.body):
            self._head(416, {"Content-Range": f"bytes */{len(told.body)}", "Content-Length": "0"})
        else:
            self._answer(told, start)
        self.close_connection = True

    def _answer(self, told: Host, start: int) -> None:
        whole = len(told.body)
        headers = {"Content-Length": str(whole - start)} if told.sizes else {}
        if told.chunked:
            headers = {"Transfer-Encoding": "chunked"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
        self._head(206 if start else 200, headers)
        cut = told.cuts.pop(0) if told.cuts else whole
        sent = told.body[start : start + cut]
        if told.chunked:
            end = b"0\r\n\r\n" if cut >= whole - start else b""
            sent = b"%x\r\n%s\r\n%s" % (len(sent), sent, end)
        self.wfile.write(sent)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Stay silent: that the client hangs up is what some tests are about."""


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def host() -> Iterator[Host]:
    told = Host()
    with _served(type("Telling", (Handler,), {"told": told})) as root:
        told.url = f"{root}/archive.zip"
        yield told


def _refused(call: Callable[[], Path]) -> SourceError:
    with pytest.raises(SourceError) as refused:
        call()
    for lang in LANGS:
        assert "{" not in refused.value.say(lang)
    return refused.value


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_file_is_fetched_once(host: Host, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    home = tmp_path / "made" / "on the way"
    found = fetch(DATASET, home, url=host.url, progress=lambda *told: seen.append(told))
    assert found == home / "shop.xlsx"
    assert found.read_bytes() == WORKBOOK
    assert _names(home) == {"shop.xlsx"}
    assert seen == sorted(seen)
    assert seen[-1] == (len(ARCHIVE), len(ARCHIVE))
    assert fetch(DATASET, home, url=host.url) == found
    assert host.asked == [None], "the second call asks nobody"


@pytest.mark.parametrize(("sizes", "chunked"), [(False, False), (True, True)])
def test_a_server_that_does_not_say_how_much_is_enough(
    host: Host, tmp_path: Path, sizes: bool, chunked: bool
) -> None:
    host.sizes, host.chunked = sizes, chunked
    seen: list[int | None] = []
    found = fetch(DATASET, tmp_path, url=host.url, progress=lambda _, total: seen.append(total))
    assert found.read_bytes() == WORKBOOK
    assert set(seen) == {None}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_cut_is_resumed_in_the_same_call(host: Host, tmp_path: Path, chunked: bool) -> None:
    host.cuts, host.chunked = [100_000, 50_000], chunked
    assert fetch(DATASET, tmp_path, url=host.url).read_bytes() == WORKBOOK
    assert host.asked == [None, "bytes=100000-", "bytes=150000-"]


def test_a_cut_is_resumed_by_the_next_call(host: Host, tmp_path: Path) -> None:
    host.cuts = [100_000, *[0] * (fetching.ATTEMPTS - 1)]
    error = _refused(lambda: fetch(DATASET, tmp_path, url=host.url))
    assert error.key == "fetch_cut_short"
    assert "100,000" in error.what("en")
    assert f"{len(ARCHIVE):,}" in error.what("en")
    host.asked.clear()
    assert fetch(DATASET, tmp_path, url=host.url).read_bytes() == WORKBOOK
    assert host.asked == ["bytes=100000-"]
    assert _names(tmp_path) == {"shop.xlsx"}


def test_a_server_without_ranges_starts_over(host: Host, tmp_path: Path) -> None:
    host.ranges, host.cuts = False, [100_000]
    assert fetch(DATASET, tmp_path, url=host.url).read_bytes() == WORKBOOK
    assert host.asked == [None, "bytes=100000-"]


def test_a_download_that_was_whole_is_not_asked_again(host: Host, tmp_path: Path) -> None:
    (tmp_path / "shop.xlsx.zip.part").write_bytes(ARCHIVE)
    assert fetch(DATASET, tmp_path, url=host.url).read_bytes() == WORKBOOK
    assert host.asked == [f"bytes={len(ARCHIVE)}-"]


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(b"\0" * 1_000, id="of-another-version"),
        pytest.param(ARCHIVE + b"more", id="longer-than-the-file"),
        pytest.param(b"\0" * 500_000, id="absurdly-long"),
    ],
)
def test_a_wrong_beginning_is_thrown_away(host: Host, tmp_path: Path, left: bytes) -> None:
    (tmp_path / "shop.xlsx.zip.part").write_bytes(left)
    assert fetch(DATASET, tmp_path, url=host.url).read_bytes() == WORKBOOK
    assert host.asked == [f"bytes={len(left)}-", None]


@pytest.mark.parametrize("kept", [b"", b"short", b"\0" * len(WORKBOOK)])
def test_a_damaged_file_is_replaced(host: Host, tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "shop.xlsx").write_bytes(kept)
    assert fetch(DATASET, tmp_path, url=host.url).read_bytes() == WORKBOOK


@pytest.mark.parametrize(
    ("body", "key"),
    [
        pytest.param(b"<html>maintenance</html>", "fetch_wrong_file", id="not-an-archive"),
        pytest.param(ARCHIVE[:-40], "fetch_wrong_file", id="archive-without-its-end"),
        pytest.param(b"", "fetch_wrong_file", id="nothing"),
        pytest.param(_zipped(other__xlsx=WORKBOOK), "fetch_wrong_file", id="without-the-file"),
        pytest.param(
            _zipped(**{"../shop__xlsx": WORKBOOK}), "fetch_wrong_file", id="path-that-escapes"
        ),
        pytest.param(
            ARCHIVE[:5_000] + b"\0" + ARCHIVE[5_001:], "fetch_wrong_file", id="flipped-byte"
        ),
        pytest.param(_zipped(shop__xlsx=WORKBOOK[::-1]), "fetch_wrong_content", id="other-content"),
        pytest.param(_zipped(shop__xlsx=WORKBOOK + b"x"), "fetch_wrong_content", id="too-long"),
        pytest.param(_zipped(shop__xlsx=b"\0" * 50_000_000), "fetch_wrong_content", id="bomb"),
        pytest.param(b"\0" * 400_001, "fetch_wrong_file", id="too-big"),
    ],
)
def test_what_is_not_the_file_is_not_kept(
    host: Host, tmp_path: Path, body: bytes, key: str
) -> None:
    host.body = body
    assert _refused(lambda: fetch(DATASET, tmp_path, url=host.url)).key == key
    assert not _names(tmp_path)
    assert not (tmp_path.parent / "shop.xlsx").exists()


def test_an_endless_answer_is_stopped(host: Host, tmp_path: Path) -> None:
    host.body, host.sizes = b"\0" * 5_000_000, False
    assert _refused(lambda: fetch(DATASET, tmp_path, url=host.url)).key == "fetch_wrong_file"
    assert not _names(tmp_path)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_is_told_with_the_page_to_go_to(host: Host, tmp_path: Path, status: int) -> None:
    host.status = status
    error = _refused(lambda: fetch(DATASET, tmp_path, url=host.url))
    assert error.key == "fetch_refused"
    assert str(status) in error.what("fr")
    assert DATASET.page in error.hint("fr")
    assert host.url in error.what("en")


def test_a_closed_door_is_told(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = _refused(lambda: fetch(DATASET, tmp_path, url=f"http://127.0.0.1:{port}/"))
    assert error.key == "fetch_unreachable"
    assert "refused" in error.what("en")


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "shop", "http://["])
def test_only_the_web_is_opened(tmp_path: Path, url: str) -> None:
    error = _refused(lambda: fetch(DATASET, tmp_path, url=url))
    assert error.key == "fetch_unreachable"
    assert not _names(tmp_path)


def test_a_redirection_is_followed_but_not_to_a_file(host: Host, tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.write_text("secret")

    class Redirecting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", host.url if self.path == "/good" else target.as_uri())
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with _served(Redirecting) as root:
        home = tmp_path / "home"
        assert fetch(DATASET, home, url=f"{root}/good").read_bytes() == WORKBOOK
        (home / "shop.xlsx").unlink()
        assert _refused(lambda: fetch(DATASET, home, url=f"{root}/bad")).key == "fetch_refused"


def test_a_folder_that_cannot_be_is_told(host: Host, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    error = _refused(lambda: fetch(DATASET, tmp_path / "file", url=host.url))
    assert error.key == "fetch_cannot_write"
    assert not host.asked


def test_a_disk_that_fills_up_keeps_what_came(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching, "_copy", full)
    error = _refused(lambda: fetch(DATASET, tmp_path, url=host.url))
    assert error.key == "fetch_cannot_write"
    assert "No space left" in error.what("en")
    assert _names(tmp_path) == {"shop.xlsx.zip.part"}


def test_a_certificate_that_is_not_trusted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untrusted(*_: object, **__: object) -> None:
        cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
        cause.verify_message = "self-signed certificate"
        raise URLError(cause)

    monkeypatch.setattr(OpenerDirector, "open", untrusted)
    error = _refused(lambda: fetch(DATASET, tmp_path, url="https://127.0.0.1/"))
    assert error.key == "fetch_untrusted"
    assert "self-signed" in error.what("en")


def test_online_retail_goes_to_the_cache_of_the_user(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "user_cache_path", lambda name, **_: tmp_path / name)
    monkeypatch.setattr(fetching, "ONLINE_RETAIL_II", DATASET)
    assert fetch_online_retail(url=host.url) == tmp_path / "habitue" / "shop.xlsx"


def test_online_retail_is_refused_when_it_is_something_else(host: Host, tmp_path: Path) -> None:
    host.body = _zipped(online_retail_II__xlsx=b"not the file")
    error = _refused(lambda: fetch_online_retail(tmp_path, url=host.url))
    assert error.key == "fetch_wrong_content"
    assert error.facts["expected"] == ONLINE_RETAIL_II.sha256
    assert not _names(tmp_path)
