"""The four ways to say what a customer is worth, their numbers open to change."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import streamlit as st

from habitue import glossary
from habitue.charts.clv_groups import group_name
from habitue.charts.clv_ways import four_ways
from habitue.errors import HabitueError
from habitue.texts import number, percent
from habitue.ui import exhibit, says, state
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.core.clv.answers import FormulaClv
    from habitue.ui.value_shown import Shown


def show(shown: Shown) -> None:
    """Draw the ways side by side, then what each means.

    Args:
        shown: What the screen is about.
    """
    left, right = st.columns([3, 2])
    with right:
        formula = _formula(shown)
    choice = shown.choice
    ways = state.workspace().value_ways(choice.filters, choice.outlook, formula=formula)
    with left:
        exhibit.show(
            state.drawn(
                "ways",
                (shown.about, ways.to_pylist()),
                lambda: four_ways(ways, shown.look, months=choice.horizon_months),
            )
        )
    with st.expander(t("value.ways_meaning"), icon=":material/menu_book:", key="value.meaning"):
        for slug in ("baseline_clv", "empirical_clv", "closed_form_clv", "predicted_clv"):
            entry = glossary.entry(slug, lang())
            st.markdown(
                f"**{entry.term}** · {verbatim(entry.definition)} *{verbatim(entry.not_this)}*"
            )
        st.markdown(t("value.ways_differ"))


def _formula(shown: Shown) -> FormulaClv | None:
    """Let the reader choose the cohort and change m and r; say a refusal in place."""
    desk, choice, reader = state.workspace(), shown.choice, lang()
    cohorts = shown.found.cohorts["group"].to_pylist()[::-1]
    with st.container(border=True, height="stretch", key="value.formula"):
        st.markdown(f"**{t('value.formula')}**",
                    help=glossary.help_text("closed_form_clv", reader))  # fmt: skip
        named = {one: group_name(one, "cohort", choice.filters.grain, shown.look)
                 for one in cohorts}  # fmt: skip
        cohort = st.selectbox(
            t("value.formula_cohort"), cohorts, index=None, placeholder=t("value.formula_all"),
            format_func=named.__getitem__, key=f"value.formula_cohort.{choice.filters.grain}",
        )  # fmt: skip
        ask: dict[str, Any] = {
            "cohort": None if cohort is None else dt.date.fromisoformat(cohort),
            "annual_rate": choice.outlook.annual_rate,
        }
        try:
            measured = desk.formula_clv(choice.filters, **ask)
            where = f"{choice.filters.grain}.{cohort}"
            one, other = st.columns(2)
            margin = one.number_input(
                t("value.formula_m"), min_value=0.0, value=round(measured.margin, 2), step=1.0,
                format="%.2f", key=f"value.m.{where}.{measured.margin:.2f}",
            )  # fmt: skip
            retention = other.number_input(
                t("value.formula_r"), min_value=0.0, max_value=100.0, step=0.5, format="%.1f",
                value=round(100 * measured.retention.rate, 1), icon=":material/percent:",
                key=f"value.r.{where}",
            )  # fmt: skip
            found = _applied(measured, margin, retention, choice.filters, ask)
        except HabitueError as refusal:
            st.warning(verbatim(refusal.what(reader)), icon=":material/report:")
            says.aside(verbatim(refusal.hint(reader)))
            return None
        st.markdown(
            told("value.formula_says", m=shown.look.money(found.clv.margin, decimals=2),
                 r=percent(found.clv.retention, reader), d=percent(found.clv.discount, reader,
                 decimals=2), without=shown.look.money(found.clv.first_excluded, decimals=2),
                 including=shown.look.money(found.clv.first_included, decimals=2))
        )  # fmt: skip
        fit = measured.retention
        says.aside(
            t("value.formula_fit", low=percent(fit.low, reader), high=percent(fit.high, reader),
              ages=fit.ages, customers=measured.customers,
              misfit=number(100 * fit.misfit, reader, decimals=0))
        )  # fmt: skip
        return found


def _applied(
    measured: FormulaClv, margin: float, retention: float, filters: Any, ask: dict[str, Any]
) -> FormulaClv:
    """Keep the measured numbers in full where the reader left them as they were shown."""
    typed: dict[str, Any] = {}
    if margin != round(measured.margin, 2):
        typed["margin"] = margin
    if retention != round(100 * measured.retention.rate, 1):
        typed["retention"] = retention / 100
    return state.workspace().formula_clv(filters, **ask, **typed) if typed else measured
