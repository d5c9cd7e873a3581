"""Value: what customers are worth from here on, and how far to trust it."""

from __future__ import annotations

import streamlit as st

from habitue.charts.basis import basis
from habitue.charts.look import Look
from habitue.ui import chips, filters, says, state, value_controls, value_figures, value_screen
from habitue.ui.language import lang, t
from habitue.ui.value_shown import Shown


def screen() -> None:
    """Draw the screen: what is asked, the figures, then the ways to look at them."""
    st.title(t("value.title"))
    if state.is_empty():
        says.first_steps()
    asked = filters.sidebar(state.shop())
    filters.notes()

    desk = state.workspace()
    with st.spinner(t("ui.computing")):
        kpis = desk.kpis(asked)
    chips.show(asked, kpis)
    says.nothing_sold(kpis)
    st.markdown(t("value.words"))

    choice = value_controls.show(asked)
    stands_on = " · ".join([basis(asked, kpis, lang()), *value_controls.notes(choice)])
    look = Look(lang=lang(), currency=kpis.currency, basis=stands_on)
    with st.spinner(t("value.computing")):
        found = desk.value(choice.filters, choice.outlook)
    value_figures.show(found, choice)
    value_screen.tabs(Shown(choice, found, look))


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
