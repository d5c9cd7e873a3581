"""The Segments screen in a real browser, the real shop behind it; its files read back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Error, Page, expect
from tests.ui.test_cohorts_browser import desk, home

from habitue.texts import Lang, text
from habitue.workspace import Workspace

__all__ = ["desk", "home"]
pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.slow]
TABS = ("grid", "spread", "codes", "customers", "movement", "sizes", "rules")
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
FAULTS: list[str] = []


def _heard(error: Error) -> None:
    FAULTS.append(str(error))


def _open(browser: Browser, home: str, lang: Lang, size: str = "desk") -> Page:
    context = browser.new_context(
        locale={"fr": "fr-FR", "en": "en-GB"}[lang],
        viewport=SIZES[size],  # type: ignore[arg-type]  # playwright's own typed dict
        accept_downloads=True,
    )
    page = context.new_page()
    FAULTS.clear()
    page.on("pageerror", _heard)
    page.goto(f"{home}/segments")
    expect(page.get_by_role("heading", level=1)).to_have_text(text("segments.title", lang))
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_tab_opens_whole(browser: Browser, home: str, lang: Lang, size: str) -> None:
    page = _open(browser, home, lang, size)
    for name in TABS:
        page.get_by_role("tab", name=text(f"segments.tab_{name}", lang), exact=True).click()
        panel = page.get_by_role("tabpanel").last
        shown = panel.locator(
            ".js-plotly-plot, [data-testid=stDataFrame], [data-testid=stDownloadButton]"
        )
        expect(shown.first).to_be_visible()
        assert page.locator("[data-testid=stException]").count() == 0
        # A telephone scrolls down, never sideways.
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 1, name
    assert not FAULTS
    page.context.close()


def _download(page: Page, key: str) -> bytes:
    with page.expect_download() as caught:
        page.locator(f".st-key-{key.replace('.', '-')} button").click()
    return Path(caught.value.path()).read_bytes()


def test_files_of_the_segments_read_back_equal(
    browser: Browser, home: str, desk: Workspace
) -> None:
    page = _open(browser, home, "fr")
    expected = desk.segments().table
    sheet = openpyxl.load_workbook(io.BytesIO(_download(page, "segments.table.xlsx"))).worksheets[0]
    head, *body = sheet.iter_rows(values_only=True)
    assert list(head) == expected.column_names
    for row, told in zip(body, expected.to_pylist(), strict=True):
        for found, wanted in zip(row, told.values(), strict=True):
            assert found == (
                pytest.approx(float(wanted)) if isinstance(found, int | float) else wanted
            )
    page.context.close()


def test_the_list_of_customers_reads_back_equal(
    browser: Browser, home: str, desk: Workspace
) -> None:
    page = _open(browser, home, "en")
    page.get_by_role("tab", name=text("segments.tab_customers", "en"), exact=True).click()
    archive = zipfile.ZipFile(io.BytesIO(_download(page, "segments.customers.csv")))
    rows = list(csv.DictReader(io.StringIO(archive.read("habitue-customers.csv").decode())))
    expected = desk.rfm()
    assert [row["customer_id"] for row in rows] == expected["customer_id"].to_pylist()
    assert [row["rfm_segment"] for row in rows] == expected["rfm_segment"].to_pylist()
    assert sum(round(float(row["monetary"]) * 100) for row in rows) == pytest.approx(
        float(sum(expected["monetary"].to_pylist())) * 100, abs=len(rows)
    )
    told = json.loads(archive.read("habitue-customers.manifest.json"))
    assert told["rows"] == expected.num_rows
    assert told["basis"]["rule_set"] == "table"
    page.context.close()
