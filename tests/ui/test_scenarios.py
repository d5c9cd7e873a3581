"""The Scenarios screen on a real sample shop: every control counts, and says what cannot be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import app, control

from habitue.core.scenario.levers import Levers
from habitue.core.scenario.plan import PRESETS, Plan
from habitue.data.samples import write_shop
from habitue.texts import Lang, text
from habitue.ui import scenario_address
from habitue.workspace import Workspace, ingest, open_store
from habitue.workspace.scenario_files import Shelf

Show = Callable[..., AppTest]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    home = folder / "store"
    ingest(write_shop(folder, 6_000, seed=5, format="csv").sources, store=home)
    return home


@pytest.fixture(scope="module")
def shop(store: Path) -> Workspace:
    return open_store(store)


@pytest.fixture
def show(store: Path, monkeypatch: pytest.MonkeyPatch) -> Show:
    monkeypatch.setenv("HABITUE_STORE", str(store))

    def shown(lang: Lang = "en", *, unfolded: bool = True, **address: str) -> AppTest:
        at = app(lang)
        at.default_timeout = 90
        at.run()
        at.switch_page("screens/scenarios.py")
        for name, value in address.items():
            at.query_params[name] = value
        for box in ("more", "keep"):
            at.session_state[f"scenario.{box}"] = unfolded
        at.run()
        assert not at.exception
        return at

    return shown


def figures(at: AppTest) -> list[str]:
    """All that the screen answers: cards, what stands beside them, warnings, assumptions."""
    beside = [one.value for one in at.markdown]
    return [*(f"{one.value} {one.delta}" for one in at.metric), *beside]


MOVES: list[tuple[str, Any, dict[str, Any]]] = [
    ("retention_relative", 7.0, {}),
    ("retention_points", 2.0, {"unit": "points"}),
    ("retention_from_age", 4, {"retention_relative": 7.0}),
    ("retention_months", 2, {"retention_relative": 7.0}),
    ("frequency", 5.0, {}),
    ("basket", 5.0, {}),
    ("discount", 10.0, {}),
    ("discount_share", 50.0, {"discount": 10.0}),
    ("elasticity", 2.0, {"discount": 10.0}),
    ("margin", 3.0, {}),
    ("return_rate", -2.0, {}),
    ("annual_rate", 20.0, {}),
    ("reach", 50.0, {"basket": 5.0}),
    ("cac", 30.0, {}),
    ("cost_per_customer", 1.0, {"basket": 5.0}),
    ("fixed_cost", 100.0, {"basket": 5.0}),
    ("margin_rate", 45.0, {}),
    ("months", 20, {}),
    ("acquisitions", 50.0, {}),
]


def test_every_control_changes_an_answer(show: Show) -> None:
    at = show()
    for name, value, before in MOVES:
        control(at, "scenario.preset").set_value("rest").run()
        control(at, "scenario.preset").set_value(None).run()
        for other, given in before.items():
            control(at, f"scenario.{other}").set_value(given).run()
        then = figures(at)
        kept = control(at, f"scenario.{name}").value
        control(at, f"scenario.{name}").set_value(value).run()
        assert not at.exception, name
        assert figures(at) != then, name
        control(at, f"scenario.{name}").set_value(kept).run()
        if name == "retention_points":
            control(at, "scenario.unit").set_value("relative").run()


def test_a_slider_on_the_screen_asks_nothing_of_the_engine(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("execute", "sql"):
        plain = getattr(duckdb.DuckDBPyConnection, name)

        def heard(*args: Any, _plain: Any = plain, **words: Any) -> Any:
            asked.append(str(args[1]))
            return _plain(*args, **words)

        monkeypatch.setattr(duckdb.DuckDBPyConnection, name, heard)
    at = show(returns="neutralise", scenario=json.dumps({"levers": {"discount": "10%"}}))
    assert asked
    asked.clear()
    for tab in ("months", "curves", "parts", "sweep", "crossed", "compare"):
        at.session_state["scenario.tabs"] = text(f"scenarios.tab_{tab}", "en")
        at.run()
        for step in (1.0, 2.0):
            then = figures(at)
            control(at, "scenario.basket").set_value(step).run()
            assert not at.exception, tab
            assert figures(at) != then, tab
    assert asked == []


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(show: Show, shop: Workspace, preset: str) -> None:
    at = show()
    control(at, "scenario.preset").set_value(preset).run()
    expected = shop.scenario(Plan(levers=PRESETS[preset])).outcome.figures["retention"].scenario
    shown = next(one for one in at.metric if one.label == "Monthly retention").value
    assert shown.replace("\\", "") == f"{expected:.2%}"
    assert scenario_address.read(at.query_params["scenario"]).levers == PRESETS[preset]


def test_a_link_shows_the_scenario(show: Show, shop: Workspace) -> None:
    plan = Plan(segments=("Champions",), months=6, levers=Levers(retention_points=0.02))
    at = show("fr", scenario=scenario_address.spell(plan))
    assert control(at, "scenario.target").value == "segments"
    assert control(at, "scenario.retention_points").value == 2.0
    told = " ".join(one.value for one in at.markdown)
    assert f"{round(shop.scenario(plan).outcome.customers)}" in told.replace("\u202f", "")
    assert scenario_address.read(at.query_params["scenario"]) == plan


def test_what_is_folded_away_counts_and_is_drawn_once_opened(
    show: Show, shop: Workspace, store: Path
) -> None:
    levers = Levers(basket=0.05, annual_rate=0.2, cac=30.0)
    at = show(unfolded=False, scenario=scenario_address.spell(Plan(levers=levers)))
    folded = {"scenario.annual_rate", "scenario.cac", "scenario.name"}

    def keys() -> set[str | None]:
        return {one.key for one in (*at.slider, *at.number_input, *at.text_input)}

    assert not keys() & folded
    at.slider(key="scenario.basket").set_value(7.0).run()
    moved = levers.but(basket=0.07)
    assert scenario_address.read(at.query_params["scenario"]).levers == moved
    expected = shop.scenario(Plan(levers=moved)).newcomer.ltv_cac
    assert next(one for one in at.metric if one.label == text("scenarios.ltv_cac", "en")).value == (
        f"{expected:.1f}"
    )
    at.session_state["scenario.more"] = at.session_state["scenario.keep"] = True
    at.run()
    assert control(at, "scenario.annual_rate").value == 20.0
    assert control(at, "scenario.cac").value == 30.0
    control(at, "scenario.cac").set_value(60.0).run()
    control(at, "scenario.name").set_value("Folded").run()
    at.session_state["scenario.more"] = at.session_state["scenario.keep"] = False
    at.run()
    assert not keys() & folded
    assert scenario_address.read(at.query_params["scenario"]).levers == moved.but(cac=60.0)
    at.session_state["scenario.keep"] = True
    at.run()
    assert control(at, "scenario.name").value == "Folded"
    control(at, "scenario.save").click().run()
    assert Shelf(store).read("Folded").levers == moved.but(cac=60.0)
    Shelf(store).delete("Folded")


@pytest.mark.parametrize("word", ["{", "[1]", '{"levers":{"magic":1}}', '{"horizon_months":99}'])
def test_a_broken_link_is_explained(show: Show, word: str) -> None:
    at = show(scenario=word)
    assert "could not be read" in at.warning[0].value
    assert at.metric


@pytest.mark.parametrize("target", ["cohorts", "segments"])
def test_an_empty_target_is_explained_at_the_control(show: Show, target: str) -> None:
    at = show("fr")
    control(at, "scenario.target").set_value(target).run()
    assert not at.exception
    assert at.info[0].value == text(f"scenarios.choose_{target}", "fr")
    assert not at.metric


def test_cohorts_and_discounts_by_segment(show: Show, shop: Workspace) -> None:
    at = show()
    control(at, "scenario.target").set_value("cohorts").run()
    at.multiselect(key="scenario.cohorts").set_value([shop.cohort_months()[0]]).run()
    assert not at.exception
    assert re.search(r"\bcohort [A-Z][a-z]+ 20\d\d", " ".join(one.value for one in at.markdown))
    control(at, "scenario.target").set_value("segments").run()
    control(at, "scenario.segments").set_value(["Champions", "Lost"]).run()
    then = figures(at)
    control(at, "scenario.discount.Champions").set_value(15.0).run()
    assert not at.exception
    assert figures(at) != then


def test_a_cohort_without_ages_is_answered_with_a_caution(show: Show, shop: Workspace) -> None:
    months = shop.cohort_months()
    at = show(scenario=scenario_address.spell(Plan(cohorts=(months[-1],))))
    assert at.metric
    assert any("No age after the first month" in one.value for one in at.warning)
    at = show(scenario=scenario_address.spell(Plan(cohorts=(months[0],))))
    assert not any("No age after the first month" in one.value for one in at.warning)


def test_a_discount_above_the_margin_is_a_warned_loss(show: Show) -> None:
    at = show()
    control(at, "scenario.discount").set_value(50.0).run()
    assert any("loses money" in one.value for one in at.warning)
    assert next(one for one in at.metric if one.label == "Margin").value.startswith("-")


def test_save_open_delete(show: Show, store: Path) -> None:
    at = show()
    control(at, "scenario.basket").set_value(12.0).run()
    control(at, "scenario.name").set_value("Baskets").run()
    control(at, "scenario.save").click().run()
    assert not at.exception
    assert Shelf(store).read("Baskets").levers == Levers(basket=0.12)
    control(at, "scenario.preset").set_value("rest").run()
    control(at, "scenario.open").set_value("Baskets").run()
    control(at, "scenario.open_it").click().run()
    assert control(at, "scenario.basket").value == 12.0
    control(at, "scenario.delete").click().run()
    assert Shelf(store).names() == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_tab_draws(show: Show, store: Path, lang: Lang) -> None:
    Shelf(store).save(Plan(name="Saved", levers=Levers(margin=0.02)))
    at = show(lang, scenario=json.dumps({"levers": {"retention": "+5%", "discount": "10%"}}))
    for tab in ("months", "curves", "parts", "sweep", "crossed", "compare", "forecast"):
        at.session_state["scenario.tabs"] = text(f"scenarios.tab_{tab}", lang)
        at.run()
        assert not at.exception, tab
        charts = at.get("plotly_chart")
        assert charts, tab
        assert all(chart.proto.alt for chart in charts), tab
    Shelf(store).delete("Saved")


def test_the_customers_are_one_click_away(show: Show, shop: Workspace) -> None:
    at = show()
    control(at, "scenario.target").set_value("segments").run()
    control(at, "scenario.segments").set_value(["Champions"]).run()
    month = shop.cohort_months()[0]
    control(at, "scenario.basket").set_value(5.0).run()
    control(at, "scenario.actions").click().run()
    assert not at.exception
    assert at.title[0].value == text("plan.title", "en")
    assert control(at, "plan.segments").value == ["Champions"]
    assert control(at, "plan.name").value == "basket +5%"
    at.switch_page("screens/action_plan.py").run()
    control(at, "plan.add").click().run()
    assert not at.exception
    (held,) = at.session_state["plan.lists.held"]
    assert held.scenario == "basket +5%"
    control(at, "plan.forget").click().run()
    assert not [one for one in at.button if one.key == "plan.forget"]
    plan = Plan(name="Old", cohorts=(month,))
    other = show(scenario=scenario_address.spell(plan))
    control(other, "scenario.actions").click().run()
    assert control(other, "plan.cohorts").value == [f"{month:%Y-%m}"]
