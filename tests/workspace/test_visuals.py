"""Every chart of every screen can be had, in both languages, with what it rests on."""

from __future__ import annotations

import pytest
from tests.lines import opened
from tests.workspace import clv_shop

from habitue.core.scenario.plan import PRESETS, Plan
from habitue.errors import RequestError
from habitue.texts import text
from habitue.workspace import Workspace
from habitue.workspace.screen_charts import SCREENS

DRAWN = {
    "overview": {"revenue", "cohort-age"},
    "cohorts": {"cohorts", "cohort-profiles"},
    "segments": {"segments", "rfm-grid", "movement", "flow", "sizes", "rule-sets"},
    "value": {"clv-shares", "clv-ways"},
    "scenarios": {"scenario-curve", "scenario-parts", "scenario-tornado", "scenario-crossed"},
    "data": {"waterfall-lines", "waterfall-amount", "quality-days", "quality-prices"},
}


@pytest.fixture(scope="module")
def shop() -> Workspace:
    return opened(clv_shop.lines())


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_gives_its_charts(shop: Workspace, screen: str) -> None:
    drawn = shop.charts(screen, lang="fr", plan=Plan(levers=PRESETS["discount_response"]))
    assert {one.name for one in drawn} >= DRAWN[screen]
    assert all(one.title and one.alt and one.table.num_rows for one in drawn)


def test_scenarios_stand_side_by_side_four_at_most(shop: Workspace) -> None:
    plans = [Plan(name=name, levers=levers) for name, levers in list(PRESETS.items())[:5]]
    drawn = {one.name: one for one in shop.charts("scenarios", beside=plans, lang="fr")}
    table = drawn["scenario-compare"].table
    here = text("scenarios.compare_current", "fr")
    assert table["name"].to_pylist() == [here, *(one.name for one in plans[:3])]
    alone = shop.scenario(plans[0]).outcome.figures["margin"].difference
    assert table["difference"].to_pylist()[:2] == [0.0, alone]


def test_a_screen_that_is_none_is_refused(shop: Workspace) -> None:
    with pytest.raises(RequestError, match="overview"):
        shop.charts("help")
