"""The Action plan in a real browser: build, check, download, open; the report opens offline."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.browsing import Serve

from habitue.data.samples import write_shop
from habitue.texts import text
from habitue.workspace import ingest, open_store

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAIT = 30_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    ingest(list(write_shop(folder, 4_000, seed=5, format="csv").sources), store=folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def server(store: Path, serve: Serve) -> str:
    return serve(store)


def _opened(browser: Browser, server: str, faults: list[str]) -> Page:
    page = browser.new_context(
        locale="fr-FR", viewport={"width": 1440, "height": 900}, accept_downloads=True
    ).new_page()
    page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(server)
    # Streamlit asks for its health below a deep address first, which Chromium calls an error.
    page.get_by_test_id("stSidebarNav").get_by_text(text("plan.title", "fr")).click()
    expect(page.locator("h1")).to_have_text(text("plan.title", "fr"), timeout=WAIT)
    expect(page.get_by_role("button", name=text("plan.report_html", "fr"))).to_be_visible(
        timeout=WAIT
    )
    return page


def test_build_check_download_open(
    browser: Browser, server: str, store: Path, tmp_path: Path
) -> None:
    faults: list[str] = []
    page = _opened(browser, server, faults)
    name = page.get_by_role("textbox", name=text("plan.name", "fr"))
    name.fill("Réveil")
    name.press("Enter")
    add = page.get_by_role("button", name=text("plan.add", "fr"))
    expect(add).to_be_enabled(timeout=WAIT)
    add.click()
    button = page.get_by_role("button", name=text("plan.download", "fr"))
    expect(button).to_be_enabled(timeout=WAIT)
    page.screenshot(path=tmp_path / "plan.png", full_page=True)
    with page.expect_download(timeout=WAIT) as download:
        button.click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert set(archive.namelist()) == {
        "reveil.csv", "reveil.manifest.json", "reveil.audience.csv",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(archive.read("reveil.csv").decode())))
    everyone = set(open_store(store).rfm()["customer_id"].to_pylist())
    assert 0 < len(rows) < len(everyone)
    assert {row["customer_id"] for row in rows} < everyone
    serious = [
        fault["id"] for fault in Axe().run(page).response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]  # fmt: skip
    assert serious == []
    assert faults == []


def test_the_report_downloads_and_opens_offline(
    browser: Browser, server: str, tmp_path: Path
) -> None:
    faults: list[str] = []
    page = _opened(browser, server, faults)
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name=text("plan.report_html", "fr")).click()
    path = tmp_path / "report.html"
    download.value.save_as(path)
    alone = browser.new_context(offline=True).new_page()
    alone.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    alone.on("pageerror", lambda error: faults.append(str(error)))
    asked: list[str] = []
    alone.on("request", lambda one: asked.append(one.url))
    alone.goto(path.as_uri())
    expect(alone.locator(".js-plotly-plot .main-svg:first-child")).to_have_count(5, timeout=WAIT)
    assert faults == []
    assert [one for one in asked if not one.startswith(("file:", "data:", "blob:"))] == []
