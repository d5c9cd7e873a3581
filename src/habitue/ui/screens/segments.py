"""Segments: who the customers are, what they weigh, where effort pays."""

from __future__ import annotations

import streamlit as st

from habitue.ui import segment_controls, segment_table, segment_tabs, state
from habitue.ui.language import t
from habitue.ui.opening import opened
from habitue.ui.segment_table import Shown


def screen() -> None:
    """Draw the screen: what is asked, what it says, the segments, other ways to look."""
    page = opened(t("segments.title"))
    st.markdown(t("segments.words"))

    choice = segment_controls.show(page.asked)
    with st.spinner(t("ui.computing")):
        seen = state.workspace().segments(
            choice.filters, rules=choice.rules, scoring=choice.scoring
        )
    look = page.look(*segment_controls.notes(choice, page.kpis.currency))
    shown = Shown(choice, seen, look)
    if not seen.base.customers:
        segment_table.nothing()
    segment_table.notes(shown)
    segment_table.reading(shown)
    segment_table.show(shown)
    segment_tabs.show(shown)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
