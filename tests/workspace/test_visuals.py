"""Every chart of every screen can be had, in both languages, with what it rests on."""

from __future__ import annotations

import pytest
from tests.lines import opened
from tests.workspace import clv_shop

from habitue.core.scenario.plan import PRESETS, Plan
from habitue.errors import RequestError
from habitue.workspace import Workspace
from habitue.workspace.screen_charts import SCREENS

DRAWN = {
    "overview": {"revenue", "cohort-age"},
    "cohorts": {"cohorts"},
    "segments": {"segments", "rfm-grid", "movement", "flow", "sizes", "rule-sets"},
    "value": {"clv-shares"},
    "scenarios": {"scenario-curve", "scenario-parts", "scenario-tornado", "scenario-crossed"},
    "data": {"waterfall-lines", "waterfall-amount"},
}


@pytest.fixture(scope="module")
def shop() -> Workspace:
    return opened(clv_shop.lines())


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_gives_its_charts(shop: Workspace, screen: str) -> None:
    drawn = shop.charts(screen, lang="fr", plan=Plan(levers=PRESETS["discount_response"]))
    assert {one.name for one in drawn} >= DRAWN[screen]
    assert all(one.title and one.alt and one.table.num_rows for one in drawn)


def test_a_screen_that_is_none_is_refused(shop: Workspace) -> None:
    with pytest.raises(RequestError, match="overview"):
        shop.charts("help")
