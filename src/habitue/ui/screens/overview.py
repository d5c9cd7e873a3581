"""Overview: how many customers, what they are worth, where the revenue comes from."""

from __future__ import annotations

import streamlit as st

from habitue.charts.cohort_age import revenue_by_age
from habitue.charts.returns import returns_by_kind
from habitue.charts.revenue import revenue_by_period
from habitue.ui import cards, exhibit, reconciliation, says, state
from habitue.ui.language import t
from habitue.ui.opening import opened


def screen() -> None:
    """Draw the screen: filters, figures, trend, detail, and where it all comes from."""
    page = opened(t("overview.title"))
    kpis, look = page.kpis, page.look()
    about = (page.asked, look)
    says.nothing_sold(kpis)
    seen = state.overview(page.asked)
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
