"""Segments: who the customers are, what they weigh, where effort pays."""

from __future__ import annotations

import streamlit as st

from habitue.charts.basis import basis
from habitue.charts.look import Look
from habitue.ui import (
    chips,
    filters,
    says,
    segment_controls,
    segment_table,
    segment_tabs,
    state,
)
from habitue.ui.language import lang, t
from habitue.ui.segment_table import Shown


def screen() -> None:
    """Draw the screen: what is asked, what it says, the segments, other ways to look."""
    st.title(t("segments.title"))
    if state.is_empty():
        says.first_steps()
    asked = filters.sidebar(state.shop())
    filters.notes()

    desk = state.workspace()
    with st.spinner(t("ui.computing")):
        kpis = desk.kpis(asked)
    chips.show(asked, kpis)
    st.markdown(t("segments.words"))

    choice = segment_controls.show(asked)
    with st.spinner(t("ui.computing")):
        seen = desk.segments(choice.filters, rules=choice.rules, scoring=choice.scoring)
    stands_on = [basis(asked, kpis, lang()), *segment_controls.notes(choice, kpis.currency)]
    shown = Shown(
        choice, seen, Look(lang=lang(), currency=kpis.currency, basis=" · ".join(stands_on))
    )
    if not seen.base.customers:
        segment_table.nothing()
    segment_table.notes(shown)
    segment_table.reading(shown)
    segment_table.show(shown)
    segment_tabs.show(shown)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
