"""The two waterfalls, in lines and in money, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.charts.look import Look
from habitue.charts.waterfall import waterfall
from habitue.ui import exhibit, state
from habitue.ui.language import lang

if TYPE_CHECKING:
    from habitue.charts.waterfall import Measure

_MEASURES: Final[tuple[Measure, ...]] = ("lines", "amount")


def show() -> None:
    """Draw how the raw lines become the counted ones; no filter touches this."""
    check = state.check()
    look = Look(lang=lang(), currency=state.shop().currency)
    for column, measure in zip(st.columns(2), _MEASURES, strict=True):
        with column:
            chart = state.drawn(
                f"waterfall-{measure}",
                (look,),
                lambda measure=measure: waterfall(check, measure, look),  # type: ignore[misc]  # mypy cannot infer a lambda's default
            )
            exhibit.show(chart)
