"""Help: the meaning of every number, searched or read through."""

from __future__ import annotations

import streamlit as st

from habitue.ui import meanings
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
    meanings.show(wanted or "")


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
