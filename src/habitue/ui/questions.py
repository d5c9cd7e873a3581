"""The questions a marketer asks, each with the screen that answers it and the command that does."""

from __future__ import annotations

from typing import Final

import streamlit as st

from habitue.ui.language import t
from habitue.ui.meanings import says_all

_SCREENS: Final = {
    "comes_back": ("cohorts", "pooled"),
    "drops": ("cohorts", "cohorts"),
    "first": ("segments", "segments"),
    "worth": ("value", "clv"),
    "cpa": ("value", "scenario --cac 60"),
    "what_if": ("scenarios", "scenario --retention +5%"),
    "list": ("action_plan", "export csv"),
    "sound": ("data", "quality"),
    "ahead": ("scenarios", "forecast"),
}
"""Question, its screen, and a command line that gives the same figures."""


def show(wanted: str) -> None:
    """List the questions that speak of what is looked for, all of them when nothing is.

    Args:
        wanted: Words to look for, accents and capitals aside.
    """
    found = [
        name
        for name in _SCREENS
        if says_all(f"{t(f'help.{name}')} {t(f'help.{name}_words')}", wanted)
    ]
    if not found:
        st.info(t("help.none"), icon=":material/lightbulb:")
    with st.grid(3, min_column_width=280, gap="small", key="help.questions"):
        for name in found:
            _question(name)


def _question(name: str) -> None:
    screen, command = _SCREENS[name]
    with st.container(border=True, height="stretch", key=f"help.question.{name}"):
        st.markdown(f"**{t(f'help.{name}')}**\n\n{t(f'help.{name}_words')}")
        st.page_link(f"screens/{screen}.py", label=t("help.open"), icon=":material/arrow_forward:")
        st.code(f"habitue {command}", language="bash")
