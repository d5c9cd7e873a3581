"""Scenarios: what happens to CLV, revenue, margin and retention if we change this."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from habitue.ui import (
    says,
    scenario_address,
    scenario_controls,
    scenario_figures,
    scenario_shelf,
    scenario_tabs,
    state,
)
from habitue.ui.language import lang, t
from habitue.ui.opening import opened

if TYPE_CHECKING:
    from habitue.charts.look import Look
    from habitue.schema import Filters


def screen() -> None:
    """Draw the screen: levers on the left, what they change beside them."""
    page = opened(t("scenarios.title"))
    says.nothing_sold(page.kpis)
    st.markdown(t("scenarios.words"))
    scenario_figures.hold_brief()
    scenario_controls.settle()
    _simulator(page.asked, page.look())


@st.fragment
def _simulator(seen: Filters, look: Look) -> None:
    """Draw what a lever moves; moving it draws this again, and nothing else of the page."""
    with says.plainly(lang()):
        asked = scenario_controls.margin(seen)
        scenario_controls.presets()
        top = st.empty()
        left, right = st.columns([1, 2], gap="medium")
        with left:
            plan = scenario_controls.show(asked)
            scenario_address.keep(plan)
            scenario_shelf.show(plan)
        with right:
            with st.spinner(t("ui.computing")):
                found = state.workspace().scenario(plan, asked)
            with top:
                scenario_figures.brief(found)
            scenario_figures.show(found)
            scenario_tabs.show(scenario_tabs.Shown(asked, found, look))
        scenario_figures.assumptions(found)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
