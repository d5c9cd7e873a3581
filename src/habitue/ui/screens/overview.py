"""Overview: how many customers, what they are worth, where the revenue comes from."""

from __future__ import annotations

import streamlit as st

from habitue.charts.basis import basis
from habitue.charts.cohort_age import revenue_by_age
from habitue.charts.look import Look
from habitue.charts.returns import returns_by_kind
from habitue.charts.revenue import revenue_by_period
from habitue.ui import cards, chips, exhibit, filters, reconciliation, says, state
from habitue.ui.language import lang, t


def screen() -> None:
    """Draw the screen: filters, figures, trend, detail, and where it all comes from."""
    st.title(t("overview.title"))
    if state.is_empty():
        says.first_steps()
    asked = filters.sidebar(state.shop())
    filters.notes()

    seen = state.overview(asked)
    kpis = seen.kpis
    look = Look(lang=lang(), currency=kpis.currency, basis=basis(asked, kpis, lang()))
    about = (asked, look)

    chips.show(asked, kpis)
    says.nothing_sold(kpis)
    cards.show(seen)

    st.header(t("overview.trend"))
    exhibit.show(state.drawn("revenue", about, lambda: revenue_by_period(seen, look)))

    value, returns = st.columns(2)
    with value:
        st.header(t("overview.value"))
        if kpis.by_age:
            exhibit.show(state.drawn("age", about, lambda: revenue_by_age(kpis, look)))
        else:
            says.empty("overview.no_age")
    with returns:
        st.header(t("overview.returns"))
        says.unmatched(kpis)
        if seen.returns.num_rows:
            exhibit.show(state.drawn("returns", about, lambda: returns_by_kind(seen, look)))
        else:
            says.empty("overview.no_returns")

    st.header(t("overview.origin"))
    st.markdown(t("overview.origin_words"))
    reconciliation.show()


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    screen()
