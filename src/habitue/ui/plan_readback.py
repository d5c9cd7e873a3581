"""What a past export brought: the reader gives its audience file, and newer data answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from habitue.export.readback import read_audience
from habitue.texts import money, number, percent
from habitue.ui import state
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable

    from habitue.export.readback import Effect
    from habitue.schema import Filters


def show(asked: Filters) -> None:
    """Draw the uploader, and the effect of the action.

    Args:
        asked: The reader's filters.
    """
    st.markdown(t("plan.measure_words"))
    given = st.file_uploader(t("plan.audience"), type=["csv"], key="plan.audience")
    if given is None:
        return
    found = state.workspace().read_back(read_audience(given.name, given.getvalue()), asked)
    st.markdown(
        told(
            "plan.measured", name=found.list_name, start=found.start, end=found.end,
            treated=found.treated, held=found.held,
        )
    )  # fmt: skip
    reader, currency = lang(), state.shop().currency
    writers: dict[str, tuple[Effect, Callable[[float], str]]] = {
        "buyers": (found.buyers, lambda value: percent(value, reader)),
        "orders": (found.orders, lambda value: number(value, reader, decimals=3)),
        "revenue": (found.revenue, lambda value: money(value, currency, reader)),
    }
    for place, (name, (effect, write)) in zip(st.columns(3), writers.items(), strict=True):
        with place, st.container(border=True, height="stretch", key=f"plan.effect.{name}"):
            st.metric(t(f"plan.effect_{name}"), verbatim(write(effect.difference)))
            words = told(
                "plan.effect_words", low=write(effect.low), high=write(effect.high),
                treated=write(effect.treated), held=write(effect.held),
            )  # fmt: skip
            st.markdown(f":small[:gray[{words}]]")
            st.markdown(t("plan.effect_sure" if effect.sure else "plan.effect_unsure"))
    total = money(found.revenue.total, currency, reader, decimals=0)
    low, high = (
        money(bound * found.treated, currency, reader, decimals=0)
        for bound in (found.revenue.low, found.revenue.high)
    )
    st.markdown(told("plan.effect_total", total=total, low=low, high=high))
