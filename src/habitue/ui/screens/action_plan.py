"""Action plan: whom to reach first, the lists to reach them with, and what to show of it all."""

from __future__ import annotations

import streamlit as st

from habitue.ui import (
    chips,
    filters,
    plan_actions,
    plan_builder,
    plan_flight,
    plan_log,
    plan_readback,
    plan_visuals,
    says,
    state,
)
from habitue.ui.language import t


def screen() -> None:
    """Draw the screen: recommended actions, lists, check and download, measure, visuals."""
    st.title(t("plan.title"))
    if state.is_empty():
        says.first_steps()
    asked = filters.sidebar(state.shop())
    filters.notes()

    desk = state.workspace()
    with st.spinner(t("ui.computing")):
        kpis, segments = desk.kpis(asked), desk.segments(asked)
    chips.show(asked, kpis)
    st.markdown(t("plan.words"))

    st.header(t("plan.actions"))
    plan_actions.show(segments)

    st.header(t("plan.lists"))
    order = plan_builder.show(asked, segments)

    st.header(t("plan.check"))
    plan_flight.show(asked, order)

    st.header(t("plan.measure"))
    plan_readback.show(asked)

    st.header(t("plan.visuals"))
    plan_visuals.show(asked)

    plan_log.show()


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
