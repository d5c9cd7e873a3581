"""The words of Streamlit's own file uploader, which it gives in English alone."""

from __future__ import annotations

import json
from typing import Final

import streamlit as st

from habitue.ui.language import t

_ZONE: Final = '[data-testid="stFileUploaderDropzone"]'
_WORDS: Final = {
    "browse": f'{_ZONE} > span button [data-testid="stMarkdownContainer"] p',
    "drop": f'{_ZONE} [data-testid="stFileUploaderDropzoneInstructions"] span',
    "dropping": f"{_ZONE} > input + div:not([data-testid]):not(:has([data-testid], button))",
}
"""Places of the words, by key of the catalogue."""


def speak() -> None:
    """Put the reader's words in the place of every uploader's own."""
    rules = []
    for key, place in _WORDS.items():
        # Not hidden: a button whose own words are hidden has no name for those who hear it.
        rules.append(f"{place} {{ font-size: 0; }}")
        words = json.dumps(t(f"ui.upload_{key}"), ensure_ascii=False)
        rules.append(f"{place}::after {{ content: {words}; font-size: 0.875rem; }}")
    st.html(f"<style>{' '.join(rules)}</style>")
