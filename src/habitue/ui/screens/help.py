"""Help: the meaning of every number and of every column, searched or read through."""

from __future__ import annotations

import streamlit as st

from habitue.ui import columns, meanings
from habitue.ui.language import t


def screen() -> None:
    """Draw the screen."""
    st.title(t("ui.help_title"))
    st.markdown(t("ui.help_words"))
    wanted = st.text_input(
        t("ui.help_search"),
        key="help.search",
        icon=":material/search:",
        placeholder=t("ui.help_search_example"),
    )
    numbers, fields = st.tabs(
        [t("dictionary.tab_meanings"), t("dictionary.tab_columns")],
        key="help.tabs",
        on_change="rerun",
    )
    if numbers.open:
        with numbers:
            meanings.show(wanted or "")
    if fields.open:
        with fields:
            columns.show(wanted or "")


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
