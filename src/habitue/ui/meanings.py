"""The glossary on screen."""

from __future__ import annotations

import unicodedata
from typing import Final

import streamlit as st

from habitue import glossary
from habitue.ui.language import lang, t

SEARCH: Final = "help.search"
_PARAM: Final = "definition"
_ARRIVED: Final = "help.arrived"


def arrive() -> None:
    """Look for the definition that the address names, once for each address."""
    named = st.query_params.get(_PARAM, "")
    if named and st.session_state.get(_ARRIVED) != named:
        st.session_state[_ARRIVED] = named
        st.session_state[SEARCH] = named


def keep(wanted: str) -> None:
    """Name in the address the definition looked for by its id, so that it can be sent.

    Args:
        wanted: What is looked for.
    """
    named = _id(wanted)
    if named and named != st.query_params.get(_PARAM):
        st.query_params[_PARAM] = named
    elif not named and _PARAM in st.query_params:
        del st.query_params[_PARAM]
    st.session_state[_ARRIVED] = named


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
        alone = len(found) == 1
        # Its state is the reader's, except where a link or a search leads to it alone.
        with st.expander(
            f"**{entry.term}** · {entry.short}",
            key=f"help.{entry.id}{'.alone' * alone}",
            expanded=alone,
        ):
            st.markdown(_whole(entry))
            _see_also(entry)


def matches(entry: glossary.Entry, wanted: str) -> bool:
    """Tell whether an entry speaks of what is looked for.

    Args:
        entry: Of the glossary.
        wanted: Words, all of which must be there.
    """
    if named := _id(wanted):
        return named == entry.id
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
    if entry.source:
        parts.append(t("ui.help_source", source=entry.source))
    parts.append(t("ui.help_id", id=entry.id))
    return "\n\n".join(parts)


def _see_also(entry: glossary.Entry) -> None:
    """Lead to the related entries: choosing one looks for it."""
    if entry.see:
        st.pills(
            t("help.see"),
            entry.see,
            format_func=lambda one: glossary.entry(one, lang()).term,
            key=f"help.see.{entry.id}",
            on_change=_turn,
            args=(entry.id,),
        )


def _turn(from_id: str) -> None:
    chosen = st.session_state.pop(f"help.see.{from_id}", None)
    if chosen:
        st.session_state[SEARCH] = chosen


def _id(wanted: str) -> str:
    """Give the id that words are, as the glossary spells it; empty when they are none."""
    said = wanted.strip().casefold()
    return next((one.id for one in glossary.entries() if one.id.casefold() == said), "")


def _plain(words: str) -> str:
    bare = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
