"""How a screen begins: its title, the filters, what they leave, said as chips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from habitue.charts.basis import basis
from habitue.charts.look import Look
from habitue.ui import chips, filters, says, state
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    from habitue.results import Kpis
    from habitue.schema import Filters


@dataclass(frozen=True, slots=True)
class Opened:
    """What a screen has to go on.

    Attributes:
        asked: The filters of the sidebar.
        kpis: What they leave of the shop.
    """

    asked: Filters
    kpis: Kpis

    def look(self, *notes: str) -> Look:
        """Say how its charts are to be drawn.

        Args:
            notes: What the screen's own choices add to the basis under each chart.
        """
        stands_on = " · ".join([basis(self.asked, self.kpis, lang()), *notes])
        return Look(lang=lang(), currency=self.kpis.currency, basis=stands_on)


def opened(title: str) -> Opened:
    """Draw the beginning of a screen; an empty store ends it there, with the first steps.

    Args:
        title: Its title.
    """
    st.title(title)
    if state.is_empty():
        says.first_steps()
    asked = filters.sidebar(state.shop())
    filters.notes()
    with st.spinner(t("ui.computing")):
        kpis = state.workspace().kpis(asked)
    chips.show(asked, kpis)
    return Opened(asked, kpis)
