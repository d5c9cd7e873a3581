"""Value: what customers are worth from here on, and how far to trust it."""

from __future__ import annotations

import streamlit as st

from habitue.ui import says, state, value_controls, value_figures, value_screen
from habitue.ui.language import t
from habitue.ui.opening import opened
from habitue.ui.value_shown import Shown


def screen() -> None:
    """Draw the screen: what is asked, the figures, then the ways to look at them."""
    page = opened(t("value.title"))
    says.nothing_sold(page.kpis)
    st.markdown(t("value.words"))

    choice = value_controls.show(page.asked)
    look = page.look(*value_controls.notes(choice))
    with st.spinner(t("value.computing")):
        found = state.workspace().value(choice.filters, choice.outlook)
    value_figures.show(found, choice)
    value_screen.tabs(Shown(choice, found, look))


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
