"""The reader's language: theirs by browser, changed by a switch, kept in the address."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from habitue.texts import DEFAULT_LANG, LANGS, Lang, spoken, text

_MARKUP: Final = re.compile(r"([\\`*_$~:<>\[\]])")
_PARAM: Final = "lang"
_KEY: Final = "language"
_NAMES: Final[dict[Lang, str]] = {"fr": "Français", "en": "English"}
"""Each language in itself: whoever cannot read the other must find it."""


def lang() -> Lang:
    """Give the language in force: asked for, else the browser's, else the default."""
    found: Lang = st.session_state.get(_KEY) or _known(st.query_params.get(_PARAM)) or _browser()
    return found


def t(key: str, /, *, count: float | None = None, **facts: object) -> str:
    """Give a sentence in the reader's language (see `texts.text`)."""
    return text(key, lang(), count=count, **facts)


def verbatim(words: str) -> str:
    r"""Keep words that come from data or from an address from being read as markdown.

    Two dollar amounts would turn into a formula, and a crafted link into a picture from elsewhere.

    Args:
        words: Shown exactly as they stand.

    Examples:
        >>> verbatim("$5 ![x](y)")
        '\\$5 !\\[x\\](y)'
    """
    return _MARKUP.sub(r"\\\1", words)


def told(key: str, /, *, count: float | None = None, **facts: object) -> str:
    """Give a sentence of markdown whose facts are shown as they stand (see `verbatim`).

    Args:
        key: Of the catalogue.
        count: Chooses singular or plural.
        facts: Values for the placeholders.
    """
    reader = lang()
    shown = {name: verbatim(spoken(fact, reader)) for name, fact in facts.items()}
    return text(key, reader, count=count, **shown)


def settle() -> None:
    """Fix the language for this run, before anything is said; an unknown one is passed over."""
    st.session_state.setdefault(_KEY, lang())


def switch() -> None:
    """Draw the switch, and keep its answer in the address where it is not the browser's."""
    st.segmented_control(
        t("ui.language"),
        LANGS,
        format_func=lambda one: _NAMES[one],
        key=_KEY,
        required=True,
        persist_state="session",
    )
    spoken_there = lang()
    wanted = None if spoken_there == _browser() else spoken_there
    if wanted != st.query_params.get(_PARAM):
        if wanted is None:
            del st.query_params[_PARAM]
        else:
            st.query_params[_PARAM] = wanted


def _browser() -> Lang:
    return _known((st.context.locale or "")[:2].lower()) or DEFAULT_LANG


def _known(word: str | None) -> Lang | None:
    return next((one for one in LANGS if one == word), None)
