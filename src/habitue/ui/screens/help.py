"""Help: the meaning of every number and column, and the screen of every question."""

from __future__ import annotations

import streamlit as st

from habitue.ui import columns, meanings, questions
from habitue.ui.language import t


def screen() -> None:
    """Draw the screen."""
    st.title(t("ui.help_title"))
    st.markdown(t("ui.help_words"))
    meanings.arrive()
    wanted = st.text_input(
        t("ui.help_search"),
        key=meanings.SEARCH,
        icon=":material/search:",
        placeholder=t("ui.help_search_example"),
    )
    meanings.keep(wanted or "")
    numbers, asked, fields = st.tabs(
        [t("dictionary.tab_meanings"), t("help.tab_questions"), t("dictionary.tab_columns")],
        key="help.tabs",
        on_change="rerun",
    )
    if numbers.open:
        with numbers:
            meanings.show(wanted or "")
    if asked.open:
        with asked:
            questions.show(wanted or "")
    if fields.open:
        with fields:
            columns.show(wanted or "")


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
