"""The Value screen in a real browser, the real shop behind it, both languages and sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browsing import Serve

from habitue.texts import Lang, text

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.slow]
PLACES: dict[Lang, str] = {"fr": "fr-FR", "en": "en-GB"}
CUT = """[...document.querySelectorAll('.js-plotly-plot')].filter(plot => {
  const paper = plot.getBoundingClientRect();
  return [...plot.querySelectorAll('text')].some(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.right > paper.right + 1 || box.left < paper.left - 1);
  });
}).map(plot => plot.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def home(real_store: Path, serve: Serve) -> str:
    return serve(real_store)


def _visit(browser: Browser, home: str, lang: Lang, *, phone: bool) -> Page:
    context = browser.new_context(
        locale=PLACES[lang],
        viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
    )
    page = context.new_page()
    page.goto(f"{home}/value")
    expect(page.locator("h1")).to_have_text(text("value.title", lang))
    expect(page.locator(".js-plotly-plot .main-svg:first-child")).to_have_count(1)
    return page


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_tab_is_whole(browser: Browser, home: str, lang: Lang, phone: bool) -> None:
    page = _visit(browser, home, lang, phone=phone)
    expect(page.get_by_test_id("stMetric")).to_have_count(4)
    for tab, charts in (("ways", 1), ("groups", 1), ("spread", 1), ("fit", 4), ("trust", 2)):
        page.get_by_role("tab", name=text(f"value.tab_{tab}", lang)).click()
        expect(page.locator(".js-plotly-plot .main-svg:first-child")).to_have_count(charts)
        page.wait_for_timeout(500)
        assert page.evaluate(CUT) == [], tab
        assert page.get_by_test_id("stException").count() == 0
    if phone:
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= 390
    page.context.close()


def test_the_customers_can_be_taken_away(browser: Browser, home: str) -> None:
    page = _visit(browser, home, "en", phone=False)
    page.get_by_role("tab", name="Customers").click()
    with page.expect_download() as taken:
        page.get_by_text(text("ui.download_csv", "en")).click()
    written = Path(taken.value.path()).read_text("utf-8").splitlines()
    assert written[0].replace('"', "").startswith("customer_id,clv_historic,clv_predicted")
    assert len(written) == 5_870
    page.context.close()
