"""What a screen says when there is nothing to draw: a refusal, or an empty view, and the remedy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from habitue.errors import HabitueError
from habitue.texts import money
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from habitue.results import Kpis
    from habitue.texts import Lang


class EnoughSaidError(Exception):
    """The screen has nothing more to show; what it had to say stands there already."""


@contextmanager
def plainly(reader: Lang) -> Iterator[None]:
    """Say a refusal to the reader instead of breaking the page.

    Only our own errors: anything else is a fault of ours and belongs in the log.

    Args:
        reader: Their language.
    """
    try:
        yield
    except HabitueError as error:
        st.error(verbatim(error.what(reader)), icon=":material/error:")
        st.info(verbatim(error.hint(reader)), icon=":material/lightbulb:")
    except EnoughSaidError:
        return


def aside(words: str) -> None:
    """Say something small, in a grey that can still be read, which Streamlit's captions cannot.

    Args:
        words: Markdown.
    """
    st.markdown(f":small[:gray[{words}]]")


def on_primary(words: str, *, disabled: bool = False) -> str:
    """Write the words of a primary button in the ink that its colour bears, in light and in dark.

    Streamlit writes them in white, which on the light blue of the dark theme cannot be read. The
    theme keeps the name of a colour that nothing else uses for this ink.

    Args:
        words: The label.
        disabled: Whether the button is off, and its colour with it.
    """
    return words if disabled else f":violet[{words}]"


def empty(key: str) -> None:
    """Say why a place is empty and what would fill it.

    Args:
        key: Of the catalogue.
    """
    with st.container(border=True):
        st.markdown(t(key))


def first_steps() -> None:
    """Greet a reader whose store holds nothing yet: how to fill it.

    Raises:
        EnoughSaidError: Always; there is nothing else to show.
    """
    with st.container(border=True, key="first_steps"):
        st.subheader(t("ui.first_title"), anchor=False)
        st.markdown(t("ui.first_here"))
        if st.button(
            on_primary(t("ui.first_link")),
            icon=":material/dataset:",
            type="primary",
            key="first_steps.bring",
        ):
            st.switch_page("screens/data.py")
        with st.expander(t("ui.first_words"), icon=":material/terminal:"):
            for step in ("demo", "ingest", "fetch"):
                st.markdown(t(f"ui.first_{step}"))
                st.code(t(f"ui.first_{step}_command"), language="bash")
            st.markdown(t("ui.first_then"))
    raise EnoughSaidError


def unmatched(kpis: Kpis) -> None:
    """Tell what neutralising could not match: left out, hence never in silence (D9).

    Args:
        kpis: The figures under the filters.
    """
    if kpis.unmatched_lines:
        amount = money(kpis.unmatched_returns, kpis.currency, lang())
        st.info(
            told("overview.unmatched", lines=kpis.unmatched_lines, amount=amount),
            icon=":material/link_off:",
        )


def nothing_sold(kpis: Kpis) -> None:
    """Stop where the filters leave nothing at all to count.

    Args:
        kpis: The figures under the filters.

    Raises:
        EnoughSaidError: There is neither an order nor a return.
    """
    if kpis.orders or kpis.returned:
        return
    with st.container(border=True, key="nothing_sold"):
        st.subheader(t("ui.nothing_title"), anchor=False)
        st.markdown(t("ui.nothing_words", start=kpis.start, end=kpis.end))
    raise EnoughSaidError
