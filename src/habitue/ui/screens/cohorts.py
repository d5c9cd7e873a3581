"""Cohorts: who comes back, when, and what they bring."""

from __future__ import annotations

import streamlit as st

from habitue.charts.cohort_words import Words
from habitue.ui import cohort_controls, cohort_table, cohort_tabs, state
from habitue.ui.language import t
from habitue.ui.opening import opened


def screen() -> None:
    """Draw the screen: what is asked, what the table says, the table, other ways to look."""
    page = opened(t("cohorts.title"))
    st.markdown(t("cohorts.words"))

    choice = cohort_controls.show(page.asked)
    look = page.look(*cohort_controls.notes(choice))
    with st.spinner(t("ui.computing")):
        table = state.workspace().cohort_table(choice.filters, choice.reading, cac=choice.costs)
    sizes = cohort_table.sizes(table)
    if not sizes:
        cohort_table.nothing()
    group = next(iter(sizes))
    if choice.reading.breakdown is not None:
        words = Words(choice.reading, page.asked.grain, look)
        group = cohort_controls.group_of(sizes, words.group)

    shown = cohort_table.Shown(choice, table, group, look)
    cohort_table.reading(shown)
    cohort_table.show(shown)
    cohort_table.meaning(shown)
    cohort_tabs.show(shown)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
