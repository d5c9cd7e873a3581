"""Data: where the lines come from, how good they are, how others come in, and the way back."""

from __future__ import annotations

import streamlit as st

from habitue.charts.read_words import read_in_words
from habitue.ui import access, bring, facts, ingesting, quality, reconciliation, snapshots, state
from habitue.ui.language import lang, t
from habitue.ui.roles import Role


def screen() -> None:
    """Draw the screen."""
    st.title(t("ui.data_title"))
    if state.is_empty():
        bring.first()
        return
    fills = {t("quality.tab_source"): source, t("quality.tab_quality"): quality.show}
    if access.may(Role.ADMIN):
        ingesting.news()
        fills |= {t("intake.tab_bring"): bring.show, t("intake.tab_snapshots"): snapshots.show}
    tabs = st.tabs(list(fills), key="data.tabs", on_change="rerun")
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
    read = read_in_words(int(check.rows["lines"]), int(check.raw["lines"]), lang())
    st.markdown(t("ui.data_waterfall_words", read=read, kept=check.kept["lines"]))
    reconciliation.show()

    st.header(t("ui.data_warnings"))
    facts.warnings(check)


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
