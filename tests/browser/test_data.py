"""The Data screen in a real browser: the real workbook, three other shapes, undo, both sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate
from tests.browsing import Serve, Visit, serious
from tests.ui import shapes

from habitue.data.store import Store
from habitue.texts import Lang, text

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "store"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder where the server keeps what is sent, while it needs it."""
    return tmp_path_factory.mktemp("sent")


@pytest.fixture(scope="module")
def home(store: Path, sent: Path, serve: Serve) -> str:
    return serve(store, TMPDIR=str(sent))


def _arrive(visit: Visit, home: str, lang: Lang, size: str = "desk") -> Page:
    page = visit(f"{home}/data", lang, size)
    expect(page.locator("h1")).to_have_text(text("ui.data_title", lang))
    return page


def _bring(page: Page, lang: Lang) -> None:
    page.get_by_role("tab", name=text("intake.tab_bring", lang)).click()


def _send(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def _choose(page: Page, name: str, column: str) -> None:
    """Take a column for a role; what the choice before set going may redraw the box meanwhile."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    box = page.get_by_role("combobox", name=name, exact=False).first
    option = page.get_by_role("option", name=column, exact=True)
    for _ in range(5):
        box.click()
        box.fill(column)
        try:
            option.click(timeout=5_000)
        except TooLate:
            page.keyboard.press("Escape")
        else:
            return
    option.click()


def _import(page: Page, lang: Lang) -> None:
    page.get_by_role("button", name=text("intake.ingest", lang)).click()
    expect(page.locator(".st-key-ingested")).to_be_visible()


def test_a_new_reader_sends_the_real_workbook_and_sees_the_published_figures(
    visit: Visit, home: str, shared: Path, sent: Path
) -> None:
    page = _arrive(visit, home, "en")
    expect(page.get_by_role("button", name=text("intake.demo", "en"))).to_be_visible()
    assert serious(page) == []
    page.locator("input[type=file]").first.set_input_files(
        shared / "data" / "online_retail_II.xlsx"
    )
    expect(page.get_by_text("Online Retail: 8 of 8 names").first).to_be_visible()
    assert serious(page) == []
    _import(page, "en")
    expect(page.locator(".st-key-ingested")).to_contain_text("1,038,480 lines kept of 1,067,371")
    page.get_by_role("link", name=text("intake.see", "en")).click()
    expect(page.locator("h1")).to_have_text(text("overview.title", "en"))
    expect(page.get_by_test_id("stMetricValue").filter(has_text="5,869").first).to_be_visible()
    page.goto(f"{home}/?returns=exclude")
    expect(page.get_by_test_id("stMetricValue").filter(has_text="£857.80")).to_be_visible()
    assert [one for one in sent.iterdir() if one.name.startswith("habitue-")] == []


def test_a_french_file_with_doubtful_dates_then_undo_for_everybody(
    visit: Visit, home: str, store: Path
) -> None:
    before = Store(store).current().id
    other = visit(f"{home}/?returns=exclude", "en")
    star = other.get_by_test_id("stMetricValue").filter(has_text="£857.80")
    expect(star).to_be_visible()
    page = _arrive(visit, home, "fr")
    _bring(page, "fr")
    _send(page, "ventes.csv", shapes.french())
    expect(page.get_by_text("01/01/2023 (colonne Date de commande)")).to_be_visible()
    expect(page.get_by_role("button", name=text("intake.ingest", "fr"))).to_have_count(0)
    # By the keyboard: the first of the two answers.
    page.get_by_role("radio", name=text("intake.day_month", "fr")).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name=text("intake.ingest", "fr"))).to_be_enabled()
    assert serious(page) == []
    _import(page, "fr")
    assert Store(store).current().origins[0].name == "ventes.csv"
    other.get_by_test_id("stSidebarNav").get_by_text(text("overview.title", "en")).click()
    other.reload()
    expect(other.get_by_test_id("stMetricValue").first).to_be_visible()
    expect(star).to_have_count(0)
    page.get_by_role("button", name=text("intake.undo", "fr")).click()
    expect(page.locator(".st-key-ingested")).to_have_count(0)
    assert Store(store).current().id == before
    page.get_by_role("tab", name=text("intake.tab_snapshots", "fr")).click()
    expect(page.get_by_text("ventes.csv")).to_be_visible()
    assert serious(page) == []


def test_a_shopify_export_is_recognised_and_imported(visit: Visit, home: str, store: Path) -> None:
    page = _arrive(visit, home, "fr")
    _bring(page, "fr")
    _send(page, "orders_export.csv", shapes.shopify())
    expect(page.get_by_text("Shopify").first).to_be_visible()
    _import(page, "fr")
    manifest = Store(store).current()
    assert manifest.mapping["profile"] == "shopify-orders"
    assert manifest.waterfall.kept.orders == 24
    assert manifest.waterfall.kept.amount == 24 * 20


def test_headers_nobody_knows_are_mapped_by_hand(visit: Visit, home: str, store: Path) -> None:
    page = _arrive(visit, home, "en", "phone")
    _bring(page, "en")
    _send(page, "odd.csv", shapes.unknown())
    expect(page.get_by_text("A column is missing for")).to_be_visible()
    for label, column in {"customer": "alpha", "moment": "beta", "quantity": "gamma",
                          "price": "delta"}.items():  # fmt: skip
        name = text(f"check.role_{label}", "en").capitalize()
        _choose(page, name, column)
    expect(page.get_by_text("A column is missing for")).to_have_count(0)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    _import(page, "en")
    assert Store(store).current().waterfall.kept.amount == sum(
        (at % 4 + 1) * (at % 3 + 2) for at in range(20)
    )
