"""Data: where the lines come from, what was kept of them, and why the rest was not."""

from __future__ import annotations

import streamlit as st

from habitue.ui import facts, reconciliation, says, state
from habitue.ui.language import t


def screen() -> None:
    """Draw the screen."""
    st.title(t("ui.data_title"))
    if state.is_empty():
        says.first_steps()
    shop, check = state.shop(), state.check()

    st.header(t("ui.data_source"))
    facts.source(shop, check)

    st.header(t("ui.data_waterfall"))
    st.markdown(t("ui.data_waterfall_words", raw=check.raw["lines"], kept=check.kept["lines"]))
    reconciliation.show()

    st.header(t("ui.data_warnings"))
    facts.warnings(check)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
