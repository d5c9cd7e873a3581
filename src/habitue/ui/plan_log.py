"""The log of exports, for those who answer for the data."""

from __future__ import annotations

import streamlit as st

from habitue.ui import access, says, state
from habitue.ui.language import t
from habitue.ui.roles import Role

_SHOWN = ("at", "who", "what", "profile", "lists", "rows", "file", "sha256", "filters", "as_of")


def show() -> None:
    """Draw the log, folded; for an administrator only, who is everybody without login."""
    if not access.may(Role.ADMIN):
        return
    st.header(t("plan.log"))
    st.markdown(t("plan.log_words"))
    log = state.workspace().exports()
    if not log.num_rows:
        says.empty("plan.log_none")
        return
    st.dataframe(
        log.select(list(_SHOWN)), hide_index=True, key="plan.log", alt=t("plan.log"),
        column_config={name: t(f"plan.column_{name}") for name in _SHOWN},
    )  # fmt: skip
