"""The Cohorts screen in a real browser, the real shop behind it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browsing import Serve, serious

from habitue.workspace import Workspace, open_store

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def desk(real_store: Path) -> Workspace:
    return open_store(real_store)


@pytest.fixture(scope="module")
def home(real_store: Path, serve: Serve) -> str:
    return serve(real_store)


@pytest.fixture
def page(home: str, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 1400})
    opened = context.new_page()
    opened.goto(f"{home}/cohorts?lang=en")
    settle(opened)
    yield opened
    context.close()


def settle(page: Page) -> None:
    """Wait for the run to be over and the table to be drawn."""
    page.wait_for_timeout(500)  # for the server to hear of a click
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(heatmap(page)).to_have_count(1)  # two while one takes the other's place
    expect(heatmap(page)).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_timeout(600)


def heatmap(page: Page) -> Any:
    return page.locator(".st-key-exhibit-cohorts .js-plotly-plot")


def words(page: Page) -> str:
    """The title and the words in the cells."""
    return "\n".join(heatmap(page).locator("text").all_text_contents())


def cell(page: Page, row: int, age: int) -> tuple[float, float]:
    """Where a cell stands on the page, from Plotly's own axes."""
    where: list[float] = heatmap(page).evaluate(
        """(plot, [row, age]) => {
            const {xaxis, yaxis} = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.x + xaxis._offset + xaxis.l2p(age), box.y + yaxis._offset + yaxis.l2p(row)];
        }""",
        [row, age],
    )
    return where[0], where[1]


def press(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    ).first.click()
    settle(page)


def test_every_toggle_draws_another_table(page: Page) -> None:
    seen = {words(page)}
    steps = ["ordering at that age or later", "2nd order at or before that age",
             "Since the 1st order", "By the calendar", "Revenue", "Whole cohort", "Per buyer",
             "Margin", "Orders", "Average basket", "Customers"]  # fmt: skip
    again = {"By the calendar"}  # back to a table seen before
    for name in steps:
        press(page, name)
        drawn = words(page)
        assert (drawn in seen) is (name in again), name
        seen.add(drawn)
    press(page, "Revenue")
    page.get_by_text("Cumulative", exact=True).click()
    settle(page)
    assert words(page) not in seen


def test_a_click_on_a_cell_counts_and_lists_its_customers(page: Page, desk: Workspace) -> None:
    row = next(one for one in desk.cohorts().to_pylist()
               if f"{one['cohort']:%Y-%m}" == "2010-03" and one["age"] == 3)  # fmt: skip
    page.mouse.move(*cell(page, 3, 3))
    page.wait_for_timeout(500)
    hover = " ".join(heatmap(page).locator(".hovertext text").all_text_contents())
    assert f"{100 * row['rate']:.1f}%" in hover
    assert f"{row['active']} customers counted of {row['customers']}" in hover
    page.mouse.click(*cell(page, 3, 3))
    panel = page.locator(".st-key-cohorts-cell")
    expect(panel).to_contain_text("Mar 2010, M+3")
    expect(panel).to_contain_text(f"{row['active']} customers counted in this cell")
    expect(panel.get_by_test_id("stDataFrame")).to_have_count(0)
    panel.get_by_text("Show the customers").click()
    expect(panel.get_by_test_id("stDataFrame")).to_be_visible()
    with page.expect_download() as waiting:
        panel.get_by_text("Download the list as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8"))))
    assert sum(one["active"] == "true" for one in rows) == row["active"]
    assert sum(float(one["revenue"]) for one in rows) == pytest.approx(float(row["revenue"]))


def test_both_files_hold_the_numbers_of_the_table(page: Page, desk: Workspace) -> None:
    cells = desk.cohorts().to_pylist()
    with page.expect_download() as waiting:
        page.get_by_text("Download as Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    header, *rows = book["Data"].values
    place = {name: header.index(name) for name in ("cohort", "age", "rate", "revenue", "observed")}
    assert len(rows) == len(cells)
    for row, want in zip(rows, cells, strict=True):
        assert row[place["observed"]] is want["observed"]
        assert row[place["rate"]] == (None if want["rate"] is None
                                      else pytest.approx(want["rate"], rel=1e-12))  # fmt: skip
        assert row[place["revenue"]] == pytest.approx(float(want["revenue"]), rel=1e-12)
    page.locator(".st-key-exhibit-cohorts").get_by_text("See the data").click()
    with page.expect_download() as waiting:
        page.locator(".st-key-exhibit-cohorts").get_by_text("Download as CSV").click()
    found = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8"))))
    assert len(found) == len(cells)
    for got, want in zip(found, cells, strict=True):
        assert got["observed"] == str(want["observed"]).lower()
        assert got["rate"] == "" if want["rate"] is None else float(got["rate"]) == want["rate"]


def test_what_is_said_is_what_was_measured(page: Page, desk: Workspace) -> None:
    pool = desk.pooled().to_pylist()[3]
    sentence = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^M\+3")).first
    expect(sentence).to_contain_text(f"{100 * pool['rate']:.1f}%")
    expect(sentence).to_contain_text(f"n = {pool['customers']:,}")


def test_a_telephone_scrolls_the_table_alone_and_keeps_names_in_sight(
    home: str, browser: Browser
) -> None:
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{home}/cohorts?measure=revenue")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame: Any = page.locator(".st-key-exhibit-cohorts .stElementContainer").first
    name = heatmap(page).locator(".yaxislayer-above text").nth(3)
    names, words = name.bounding_box(), heatmap(page).locator(".heatmap-label")
    assert frame.bounding_box()["width"] < 350
    sizes = words.evaluate_all(
        "all => all.map(one => [parseFloat(getComputedStyle(one).fontSize),"
        " one.getBoundingClientRect().width])"
    )
    assert len(sizes) > 300
    room = heatmap(page).evaluate("plot => plot._fullLayout.xaxis._length / 25")
    assert all(size >= 10 and width <= room for size, width in sizes)
    frame.evaluate("box => { box.scrollLeft = 120; }")
    page.wait_for_timeout(400)
    assert frame.evaluate("box => box.scrollLeft") == 120
    assert name.bounding_box()["x"] == pytest.approx(names["x"], abs=1)
    context.close()


@pytest.mark.parametrize(("width", "look"), [(1440, "dark"), (390, "light")])
def test_an_image_says_what_it_is_and_on_what_basis(
    width: int, look: Any, home: str, browser: Browser
) -> None:
    context = browser.new_context(
        locale="en-GB", viewport={"width": width, "height": 1400}, color_scheme=look
    )
    page = context.new_page()
    page.goto(f"{home}/cohorts?lang=en&measure=revenue&country=France&from=2010-03-01&image=svg")
    settle(page)
    if width > 640:
        page.get_by_role("radio", name="SVG", exact=True).click()
        settle(page)
    heatmap(page).hover(position={"x": 120, "y": 160})
    with page.expect_download() as waiting:
        heatmap(page).get_by_label("Download plot").click()
    kept = Path(waiting.value.path()).read_bytes()
    if width > 640:
        drawing = re.sub(r"<[^>]+>", " ", kept.decode()).replace("\xa0", " ")
        told = " ".join(drawing.split())
        assert "Revenue per acquired customer" in told
        assert "1 Mar 2010 to 9 Dec 2011" in told
        assert "France" in told
        assert "Returns included" in told
    else:
        # The whole table, not the part in sight: three pixels each.
        wide, high = int.from_bytes(kept[16:20]), int.from_bytes(kept[20:24])
        assert wide > 3 * 390
        assert high > wide
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(width: int, dark: bool, home: str, browser: Browser) -> None:
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": width, "height": 1400},
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.goto(f"{home}/cohorts?measure=revenue")
    settle(page)
    assert serious(page) == []
    context.close()
