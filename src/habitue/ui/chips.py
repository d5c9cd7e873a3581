"""The filters in force, above the content, so that no figure is read without its basis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from habitue.charts.basis import chips
from habitue.schema import ReturnsMode
from habitue.ui.language import lang, verbatim

if TYPE_CHECKING:
    from habitue.results import Kpis
    from habitue.schema import Filters

_ICONS: Final = {
    "start": "calendar_month",
    "as_of": "event",
    "returns": "undo",
    "countries": "public",
    "customer_type": "group",
    "wholesale_factor": "rule",
    "min_order": "shopping_basket",
    "kinds": "category",
    "anonymous": "person_off",
}


def show(asked: Filters, kpis: Kpis) -> None:
    """Draw one badge per filter; what takes something away stands out, returns most of all.

    Args:
        asked: What the reader asked for.
        kpis: The figures under it.
    """
    with st.container(horizontal=True, gap="xsmall", key="chips"):
        for chip in chips(asked, kpis, lang()):
            colour: Literal["orange", "blue", "gray"] = "blue" if chip.narrows else "gray"
            if chip.name == "returns" and asked.returns is not ReturnsMode.INCLUDE:
                colour = "orange"
            st.badge(verbatim(chip.words), icon=f":material/{_ICONS[chip.name]}:", color=colour)
