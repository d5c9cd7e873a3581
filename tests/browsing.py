"""A browser, and the dashboard served to it: what every test that opens a screen shares."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.conftest import require

from habitue.texts import Lang
from habitue.workspace import ingest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT = 120_000
LOCALES: dict[Lang, str] = {"fr": "fr-FR", "en": "en-GB"}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
Serve = Callable[..., str]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        require("HABITUE_REQUIRE_BROWSER", "Chromium is not installed")
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Serve stores by the command line, until the module's tests are over."""
    runs: list[subprocess.Popen[bytes]] = []

    def served(store: Path, **environ: str) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = ["serve", "--no-browser", "--port", str(port)]
        code = f"from habitue.cli import main; main({words!r})"
        env = os.environ | {"HABITUE_STORE": str(store)} | environ
        command = [sys.executable, "-c", code]
        runs.append(
            subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        home = f"http://localhost:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{home}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        return home

    yield served
    for run in runs:
        run.terminate()
        run.wait()


@pytest.fixture(scope="session")
def real_store(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Online Retail II in a store of its own, which tests may write to."""
    folder = tmp_path_factory.mktemp("real")
    ingest([online_retail], store=folder)
    return folder


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address as a reader of a language would, and see that nothing broke in the end."""
    faults: list[str] = []

    def visited(address: str, lang: Lang = "en", size: str = "desk") -> Page:
        width, height = SIZES[size]
        page = browser.new_context(
            locale=LOCALES[lang], viewport={"width": width, "height": height}, accept_downloads=True
        ).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        return page

    yield visited
    for context in browser.contexts:
        for page in context.pages:
            assert page.get_by_test_id("stException").count() == 0
        context.close()
    assert faults == []


def serious(page: Page) -> list[str]:
    """Name the faults of accessibility that keep somebody out, and where they are."""
    # What waits for a rerun is drawn faded, on purpose.
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.wait_for_timeout(1_000)
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
