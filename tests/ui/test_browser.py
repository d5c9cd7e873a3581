"""The app in a real browser, the fake workspace behind it: what AppTest cannot see."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Request

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STREAMLIT_S_OWN = {
    # The points of a sparkline, which Streamlit's own chart draws as images without a name.
    "svg-img-alt": ".metric_chart_",
}
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("serve_fake.py")), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        home = f"http://localhost:{port}"
        _until_healthy(home)
        yield home
        run.terminate()


def _until_healthy(home: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{home}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server never answered")


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def visit(server: str, browser: Browser, faults: list[str]) -> Iterator[Visit]:
    contexts = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def sent(request: Request) -> None:
        if not request.url.startswith((server, "data:", "blob:")):
            faults.append(f"outside: {request.url}")

    def opened(
        path: str = "", *, lang: str = "fr-FR", dark: bool = False, phone: bool = False
    ) -> Page:
        context = browser.new_context(
            locale=lang,
            color_scheme="dark" if dark else "light",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", sent)
        page.goto(f"{server}/{path}")
        expect(page.locator("h1")).to_be_visible(timeout=30_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def _charts(page: Page, count: int = 5) -> None:
    expect(page.locator(".js-plotly-plot .main-svg:first-child")).to_have_count(
        count, timeout=30_000
    )


@pytest.mark.parametrize(("lang", "value"), [("fr-FR", "857,80"), ("en-GB", "£857.80")])
def test_the_overview_opens_in_the_browser_s_language_without_a_fault(
    visit: Visit, faults: list[str], lang: str, value: str
) -> None:
    page = visit(lang=lang)
    _charts(page)
    expect(page.get_by_test_id("stMetricValue").filter(has_text=value)).to_be_visible()
    assert faults == []


def test_a_filter_writes_the_address_and_the_address_restores_it(visit: Visit) -> None:
    page = visit(lang="en-GB")
    _charts(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Quarter").click()
    expect(page).to_have_url(re.compile(r"\?grain=quarter$"))
    expect(page.get_by_test_id("stPlotlyChart").first).to_contain_text("Revenue by quarter")
    page.reload()
    expect(page.get_by_test_id("stPlotlyChart").first).to_contain_text("Revenue by quarter")


def test_back_takes_the_filter_back(visit: Visit) -> None:
    page = visit(lang="en-GB")
    _charts(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Quarter").click()
    expect(page).to_have_url(re.compile(r"grain=quarter"))
    page.get_by_test_id("stButtonGroup").get_by_text("Year").click()
    expect(page).to_have_url(re.compile(r"grain=year"))
    page.go_back()
    expect(page.get_by_test_id("stPlotlyChart").first).to_contain_text("Revenue by quarter")


def test_another_screen_and_back_keeps_filters_and_language(visit: Visit) -> None:
    page = visit("?returns=exclude&lang=en", lang="fr-FR")
    expect(page.get_by_text("Returns excluded").first).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_text("Help").click()
    expect(page.locator("h1")).to_have_text("Help")
    page.get_by_test_id("stSidebarNav").get_by_text("Overview").click()
    expect(page.get_by_text("Returns excluded").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"returns=exclude"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["", "data", "help"], ids=["overview", "data", "help"])
def test_axe_finds_nothing_serious_in_our_content(visit: Visit, path: str, dark: bool) -> None:
    page = visit(path, dark=dark)
    if path != "help":
        _charts(page, 5 if path == "" else 2)
    assert _serious(page) == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_quality_tab_reads_well_for_everybody(
    visit: Visit, faults: list[str], dark: bool
) -> None:
    page = visit("data", dark=dark, phone=dark)
    # Streamlit asks for its health below a deep address first, which Chromium calls an error.
    faults.clear()
    page.get_by_role("tab", name="Qualité").click()
    _charts(page, 5)
    page.get_by_test_id("stExpander").first.locator("summary").click()
    expect(page.get_by_text("Ce que cela change").first).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert _serious(page) == {}
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= page.evaluate("innerWidth")
    assert faults == []


def _serious(page: Page) -> dict[str, list[str]]:
    # What waits for a rerun is drawn faded, on purpose.
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.wait_for_timeout(1_000)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return {
        fault["id"]: ours
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        and (
            ours := [str(node["target"]) for node in fault["nodes"] if not _is_theirs(fault, node)]
        )
    }


def _is_theirs(fault: dict[str, Any], node: dict[str, Any]) -> bool:
    part = STREAMLIT_S_OWN.get(fault["id"])
    return part is not None and part in str(node["target"])


def test_nothing_overflows_a_telephone(visit: Visit) -> None:
    page = visit(phone=True)
    _charts(page)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    # A title that is cut shows up as a text wider than its drawing.
    cut = page.evaluate(
        """[...document.querySelectorAll('.js-plotly-plot')].filter(plot => {
             const paper = plot.getBoundingClientRect();
             return [...plot.querySelectorAll('text')].some(text => {
               const box = text.getBoundingClientRect();
               return box.width && (box.right > paper.right + 1 || box.left < paper.left - 1);
             });
           }).map(plot => plot.textContent.slice(0, 60))"""
    )
    assert cut == []
