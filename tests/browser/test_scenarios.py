"""The Scenarios screen in a real browser, the real shop behind it, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browsing import WAIT, Serve, Visit, serious

from habitue.charts.scenario_words import reading
from habitue.cli import main
from habitue.core.scenario.answer import Simulated
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.plan import PRESETS, Plan
from habitue.texts import LANGS, Lang, money, percent, text
from habitue.workspace import Workspace, open_store
from habitue.workspace.scenario_files import Shelf

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.slow]
TABS = ("months", "curves", "parts", "sweep", "crossed", "compare", "forecast")


@pytest.fixture(scope="module")
def home(real_store: Path, serve: Serve) -> str:
    return f"{serve(real_store)}/scenarios"


@pytest.fixture(scope="module")
def desk(real_store: Path) -> Workspace:
    return open_store(real_store)


@pytest.fixture
def shelf(real_store: Path) -> Iterator[Shelf]:
    """The saved scenarios, none of them before and none after."""
    held = Shelf(real_store)
    yield held
    for name in held.names():
        held.delete(name)


def _card(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-scenario-card-{name}").get_by_test_id("stMetricValue")


def _shows(page: Page, found: Simulated, lang: Lang) -> None:
    """What the answer says stands on the four cards."""
    figures = found.outcome.figures
    words = {
        "clv": money(figures["clv"].scenario, "GBP", lang),
        "revenue": money(figures["revenue"].scenario, "GBP", lang, compact=True),
        "margin": money(figures["margin"].scenario, "GBP", lang, compact=True),
        "retention": percent(figures["retention"].scenario, lang, decimals=2),
    }
    for name, word in words.items():
        expect(_card(page, name)).to_have_text(word)


def _linked(home: str, plan: Plan) -> str:
    return f"{home}?scenario={quote(json.dumps(plan.told()))}"


@pytest.mark.parametrize("lang", LANGS)
def test_presets_and_sliders_move_the_figures_and_a_link_restores_them(
    home: str, desk: Workspace, visit: Visit, lang: Lang
) -> None:
    page = visit(home, lang)
    _shows(page, desk.scenario(Plan()), lang)
    page.get_by_role("radio", name=text("scenarios.preset_discount", lang), exact=True).click()
    _shows(page, desk.scenario(Plan(levers=PRESETS["discount"])), lang)
    thumb = page.locator(".st-key-scenario-basket").get_by_role("slider")
    thumb.focus()
    for step in ("1", "2", "3"):
        thumb.press("ArrowRight")
        # A page still being drawn may swallow a key: each step is waited for.
        expect(thumb).to_have_value(step)
    moved = Plan(levers=PRESETS["discount"].but(basket=0.03))
    _shows(page, desk.scenario(moved), lang)
    expect(page).to_have_url(re.compile("basket"))
    other = visit(page.url, lang)
    _shows(other, desk.scenario(moved), lang)
    expect(other.locator(".st-key-scenario-basket").get_by_role("slider")).to_have_value("3")


@pytest.mark.parametrize("lang", LANGS)
def test_the_command_line_and_the_screen_give_the_same_numbers(
    home: str, visit: Visit, real_store: Path, tmp_path: Path, lang: Lang
) -> None:
    plan = Plan(
        segments=("Champions", "Loyal"),
        months=24,
        acquisitions=100.0,
        levers=Levers(
            retention_points=0.02,
            discount_by_segment={"Champions": Discount(depth=0.15)},
            elasticity=1.5,
            return_rate=-0.01,
            cac=30.0,
            fixed_cost=5_000.0,
        ),
    )
    (tmp_path / "plan.yaml").write_text(plan.to_yaml(), "utf-8")
    out = tmp_path / "out.json"
    words = ["scenario", "--plan", tmp_path / "plan.yaml", "--store", real_store]
    assert main([str(one) for one in [*words, "--format", "json", "--output", out]]) == 0
    told = json.loads(out.read_text())
    flags = ["--segment", "Champions", "--segment", "Loyal", "--months", "24",
             "--acquisitions", "100", "--retention", "+2pt", "--discount", "Champions=15%",
             "--elasticity", "1.5", "--return-rate", "-1pt", "--cac", "30",
             "--fixed-cost", "5000"]  # fmt: skip
    said = tmp_path / "flags.json"
    words = ["scenario", *flags, "--store", real_store, "--format", "json", "--output", said]
    assert main([str(one) for one in words]) == 0
    assert json.loads(said.read_text()) == told
    page = visit(_linked(home, plan), lang)
    expect(_card(page, "clv")).to_have_text(money(told["clv"]["scenario"], "GBP", lang))
    expect(_card(page, "retention")).to_have_text(
        percent(told["retention"]["scenario"], lang, decimals=2)
    )
    expect(_card(page, "roi")).to_have_text(percent(told["roi"], lang, decimals=0))
    expect(_card(page, "break_even")).to_contain_text(percent(told["break_even_orders"], lang))
    box = page.locator(".st-key-scenario-reading")
    for line in reading(open_store(real_store).scenario(plan), lang):
        expect(box).to_contain_text(line)
    assert not re.search(r"20\d\d-\d\d", box.inner_text())


def test_save_compare_and_the_file_there_and_back(
    home: str, desk: Workspace, visit: Visit, shelf: Shelf, tmp_path: Path
) -> None:
    beside = {
        "Basket": Levers(basket=0.1),
        "Margin": Levers(margin=0.02),
        "Frequency": Levers(frequency=0.1),
    }
    for name, levers in beside.items():
        shelf.save(Plan(name=name, levers=levers))
    plan = Plan(levers=Levers(retention_relative=0.05))
    page = visit(_linked(home, plan))
    _shows(page, desk.scenario(plan), "en")
    page.get_by_role("button", name=text("scenarios.keep", "en")).click()
    field = page.get_by_label(text("scenarios.save_name", "en"))
    field.fill("Loyal again")
    field.press("Enter")
    save = page.get_by_role("button", name=text("scenarios.save", "en"), exact=True)
    # Refused until the server has read the name.
    expect(save).to_be_enabled()
    save.click()
    expect(page.get_by_test_id("stAlert").get_by_text("Loyal again")).to_be_visible()
    assert shelf.read("Loyal again").levers == plan.levers
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name=text("scenarios.download", "en")).click()
    kept = tmp_path / "kept.yaml"
    download.value.save_as(kept)
    assert Plan.read(kept).levers == plan.levers
    other = visit(home)
    other.get_by_role("button", name=text("scenarios.keep", "en")).click()
    other.locator(".st-key-scenario-file input[type=file]").set_input_files(kept)
    _shows(other, desk.scenario(plan), "en")
    other.keyboard.press("Escape")
    other.get_by_role("tab", name=text("scenarios.tab_compare", "en")).click()
    picker = other.get_by_role("combobox", name=text("scenarios.compare_choose", "en"))
    table = other.get_by_test_id("stTable")
    for name, levers in beside.items():
        # Typed and entered: a list that is open closes whenever the page is drawn again.
        picker.fill(name)
        picker.press("Enter")
        expect(table).to_contain_text(name)
        margin = desk.scenario(Plan(levers=levers)).outcome.figures["margin"].scenario
        expect(table).to_contain_text(money(margin, "GBP", "en", compact=True))
    picker.click()
    expect(other.get_by_role("option", name="Loyal again")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGS)
def test_what_cannot_be_is_explained_at_the_control(home: str, visit: Visit, lang: Lang) -> None:
    page = visit(_linked(home, Plan(levers=Levers(discount=Discount(depth=0.5)))), lang)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(_card(page, "margin")).to_have_text(re.compile("^-"))
    page.get_by_role("radio", name=text("scenarios.target_segments", lang), exact=True).click()
    expect(page.get_by_text(text("scenarios.choose_segments", lang))).to_be_visible()
    expect(_card(page, "clv")).to_have_count(0)


@pytest.mark.parametrize(("lang", "size"), [("fr", "desk"), ("en", "phone")])
def test_every_tab_is_in_reach_and_draws(home: str, visit: Visit, lang: Lang, size: str) -> None:
    plan = Plan(levers=Levers(retention_relative=0.05, discount=Discount(depth=0.1)))
    page = visit(_linked(home, plan), lang, size)
    expect(_card(page, "clv")).to_be_visible()
    for name in TABS:
        tab = page.get_by_role("tab", name=text(f"scenarios.tab_{name}", lang), exact=True)
        if size == "desk":
            box, frame = tab.bounding_box(), page.get_by_test_id("stTabs").bounding_box()
            assert box is not None
            assert frame is not None
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1, name
        tab.click()
        if name == "compare":
            expect(page.get_by_text(text("scenarios.compare_none", lang))).to_be_visible()
        else:
            expect(page.locator(".js-plotly-plot .main-svg:first-child").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert serious(page) == []
