"""The glossary on screen."""

from __future__ import annotations

import unicodedata

import streamlit as st

from habitue import glossary
from habitue.ui.language import lang, t


def show(wanted: str) -> None:
    """List the entries that speak of what is looked for, all of them when nothing is.

    Args:
        wanted: Words to look for, accents and capitals aside; or an id such as `D12`.
    """
    found = [entry for entry in glossary.entries(lang()) if matches(entry, wanted)]
    st.markdown(t("ui.help_found", count=len(found)))
    if not found:
        st.info(t("ui.help_none"), icon=":material/lightbulb:")
    for entry in found:
        with st.expander(f"**{entry.term}** · {entry.short}", key=f"help.{entry.id}"):
            st.markdown(_whole(entry))


def matches(entry: glossary.Entry, wanted: str) -> bool:
    """Tell whether an entry speaks of what is looked for.

    Args:
        entry: Of the glossary.
        wanted: Words, all of which must be there.
    """
    if wanted.strip().upper() == entry.id.upper():
        return True
    return says_all(f"{entry.term} {entry.short} {entry.definition}", wanted)


def says_all(sentence: str, wanted: str) -> bool:
    """Tell whether a sentence holds every word looked for, accents and capitals aside.

    Args:
        sentence: What is searched.
        wanted: Words, or beginnings of words; none of them are always found.

    Examples:
        >>> says_all("Rétention agrégée", "RETENTION agreg")
        True
    """
    spoken = _plain(sentence)
    return all(word in spoken for word in _plain(wanted).split())


def _whole(entry: glossary.Entry) -> str:
    parts = [
        entry.definition,
        t("ui.help_formula", formula=entry.formula),
        t("ui.help_unit", unit=entry.unit),
        t("ui.help_example", example=entry.example),
        t("ui.help_not_this", not_this=entry.not_this),
    ]
    if entry.see:
        terms = [glossary.entry(one, lang()).term for one in entry.see]
        parts.append(t("ui.help_see", terms=terms))
    if entry.source:
        parts.append(t("ui.help_source", source=entry.source))
    parts.append(t("ui.help_id", id=entry.id))
    return "\n\n".join(parts)


def _plain(words: str) -> str:
    bare = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
