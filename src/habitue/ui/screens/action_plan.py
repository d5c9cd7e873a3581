"""Action plan: whom to reach first, the lists to reach them with, and what to show of it all."""

from __future__ import annotations

import streamlit as st

from habitue.ui import (
    plan_actions,
    plan_builder,
    plan_flight,
    plan_log,
    plan_readback,
    plan_visuals,
    state,
)
from habitue.ui.language import t
from habitue.ui.opening import opened


def screen() -> None:
    """Draw the screen: recommended actions, lists, check and download, measure, visuals."""
    asked = opened(t("plan.title")).asked
    with st.spinner(t("ui.computing")):
        segments = state.workspace().segments(asked)
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
