"""Data: where the lines come from, what was kept of them, and why the rest was not."""

from __future__ import annotations

import streamlit as st

from habitue.ui import facts, quality, reconciliation, says, state
from habitue.ui.language import t


def screen() -> None:
    """Draw the screen."""
    st.title(t("ui.data_title"))
    if state.is_empty():
        says.first_steps()
    fills = {"source": source, "quality": quality.show}
    tabs = st.tabs([t(f"quality.tab_{name}") for name in fills], key="data.tabs", on_change="rerun")
    for tab, fill in zip(tabs, fills.values(), strict=True):
        if tab.open:
            with tab:
                fill()


def source() -> None:
    """Tell what the current snapshot was made from, and what became of each line."""
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
