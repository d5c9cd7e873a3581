"""Cohorts: who comes back, when, and what they bring."""

from __future__ import annotations

import streamlit as st

from habitue.charts.basis import basis
from habitue.charts.cohort_words import Words
from habitue.charts.look import Look
from habitue.ui import (
    chips,
    cohort_controls,
    cohort_table,
    cohort_tabs,
    filters,
    says,
    state,
)
from habitue.ui.language import lang, t


def screen() -> None:
    """Draw the screen: what is asked, what the table says, the table, other ways to look."""
    st.title(t("cohorts.title"))
    if state.is_empty():
        says.first_steps()
    asked = filters.sidebar(state.shop())
    filters.notes()

    desk = state.workspace()
    with st.spinner(t("ui.computing")):
        kpis = desk.kpis(asked)
    chips.show(asked, kpis)
    st.markdown(t("cohorts.words"))

    choice = cohort_controls.show(asked)
    stands_on = " · ".join([basis(asked, kpis, lang()), *cohort_controls.notes(choice)])
    look = Look(lang=lang(), currency=kpis.currency, basis=stands_on)
    with st.spinner(t("ui.computing")):
        table = desk.cohort_table(choice.filters, choice.reading, cac=choice.costs)
    sizes = cohort_table.sizes(table)
    if not sizes:
        cohort_table.nothing()
    group = next(iter(sizes))
    if choice.reading.breakdown is not None:
        words = Words(choice.reading, asked.grain, look)
        group = cohort_controls.group_of(sizes, words.group)

    shown = cohort_table.Shown(choice, table, group, look)
    cohort_table.reading(shown)
    cohort_table.show(shown)
    cohort_table.meaning(shown)
    cohort_tabs.show(shown)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
