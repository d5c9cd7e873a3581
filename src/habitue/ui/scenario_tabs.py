"""A scenario looked at in several ways, one tab each; a tab that is not open costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.charts import scenario_bars, scenario_grid, scenario_lines
from habitue.charts.scenario_words import forecast_reading
from habitue.core.scenario import sensitivity
from habitue.texts import percent, text
from habitue.ui import exhibit, says, scenario_shelf, state
from habitue.ui.language import lang, t, verbatim
from habitue.workspace.screen_charts import COMPARED

if TYPE_CHECKING:
    from habitue.charts.look import Look
    from habitue.core.scenario.answer import Simulated
    from habitue.schema import Filters

_TABS: Final = ("months", "curves", "parts", "sweep", "crossed", "compare", "forecast")
_OF_MONTHS: Final = ("revenue", "margin", "orders", "active")
_OF_FIGURES: Final = ("margin", "revenue", "clv", "retention", "orders")
_COMPARED: Final = ("clv", "revenue", "margin", "retention", "orders")
_AHEAD: Final = ("revenue", "orders", "active")
_UNKNOWN: Final = "\N{EN DASH}"
"""Stands where the data do not go back far enough."""
_MORE_THAN_ONE: Final = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tabs are about.

    Attributes:
        filters: Those of the sidebar, with the margin to start from.
        found: The answer.
        look: How charts are drawn.
    """

    filters: Filters
    found: Simulated
    look: Look


def show(shown: Shown) -> None:
    """Draw the tabs, and fill the open one.

    Args:
        shown: What the screen is about.
    """
    fills = (_months, _curves, _parts, _sweep, _crossed, _compare, _forecast)
    tabs = st.tabs([t(f"scenarios.tab_{name}") for name in _TABS], key="scenario.tabs",
                   on_change="rerun")  # fmt: skip
    for tab, fill in zip(tabs, fills, strict=True):
        if tab.open:
            with tab:
                fill(shown)


def _months(shown: Shown) -> None:
    measure = _pick("months_measure", _OF_MONTHS)
    exhibit.show(scenario_lines.months(shown.found, shown.look, measure=measure))


def _curves(shown: Shown) -> None:
    if shown.found.plan.months < _MORE_THAN_ONE:
        says.empty("scenarios.trust_none")
        return
    exhibit.show(scenario_lines.curve(shown.found, shown.look))


def _parts(shown: Shown) -> None:
    measure = _pick("parts_measure", _OF_FIGURES)
    if not shown.found.plan.levers.moved():
        says.empty("scenarios.parts_none")
        return
    exhibit.show(scenario_bars.parts(shown.found, shown.look, measure=measure))


def _sweep(shown: Shown) -> None:
    measure = _pick("sweep_measure", _OF_FIGURES)
    lever = _lever("sweep_lever", "retention_relative", "scenarios.lever")
    course, levers = _course(shown), shown.found.plan.levers
    values, answers = sensitivity.swept(course, levers, lever, figure=measure)
    exhibit.show(
        scenario_lines.sweep(shown.found, shown.look, values, answers, lever=lever, measure=measure)
    )
    nudges = sensitivity.ranked(course, levers, figure=measure)
    exhibit.show(scenario_bars.tornado(shown.found, shown.look, nudges, measure=measure))


def _crossed(shown: Shown) -> None:
    measure = _pick("crossed_measure", _OF_FIGURES)
    left, right = st.columns(2)
    with left:
        first = _lever("crossed_first", "discount", "scenarios.lever_first")
    with right:
        second = _lever("crossed_second", "elasticity", "scenarios.lever_second")
    if first == second:
        says.empty("scenarios.crossed_same")
        return
    pair = (first, second)
    grid = sensitivity.crossed(_course(shown), shown.found.plan.levers, pair, figure=measure)
    exhibit.show(scenario_grid.crossed(shown.found, shown.look, grid, levers=pair, measure=measure))


def _compare(shown: Shown) -> None:
    shelf = scenario_shelf.shelf()
    plans = {plan.name: plan for plan in shelf.plans()}
    if not plans:
        says.empty("scenarios.compare_none")
        return
    here = t("scenarios.compare_current")
    chosen = st.multiselect(
        t("scenarios.compare_choose"), [here, *plans], default=[here], max_selections=COMPARED,
        key=f"scenario.compare.{lang()}", placeholder=t("scenarios.compare_placeholder"),
    )  # fmt: skip
    desk = state.workspace()
    answers = [
        (name, shown.found if name == here else desk.scenario(plans[name], shown.filters))
        for name in chosen
    ]
    if answers:
        exhibit.show(scenario_bars.compared(answers, shown.look))
        _side_by_side(answers, shown.look)


def _side_by_side(answers: list[tuple[str, Simulated]], look: Look) -> None:
    rows: dict[str, list[str]] = {t("scenarios.column_figure"): []}
    for name in _COMPARED:
        rows[t("scenarios.column_figure")].append(t(f"scenarios.figure_{name}"))
    for title, found in answers:
        rows[verbatim(title)] = [_beside(found, name, look) for name in _COMPARED]
    st.table(rows, border="horizontal")


def _beside(found: Simulated, name: str, look: Look) -> str:
    figure = found.outcome.figures[name]
    spelt = scenario_lines.speller(name, look)(figure.scenario)
    change = figure.change or 0.0
    sign = "+" if change > 0 else ""
    return verbatim(f"{spelt} ({sign}{percent(change, look.lang)})")


def _forecast(shown: Shown) -> None:
    months = min(shown.found.plan.months, 12)
    measure = _pick("ahead_measure", _AHEAD)
    with st.spinner(t("ui.computing")):
        found = state.workspace().forecast(shown.filters, months=months)
    about = (shown.filters, months, measure, shown.look)
    exhibit.show(
        state.drawn("ahead", about, lambda: scenario_bars.ahead(found, shown.look, measure=measure))
    )
    st.markdown("\n".join(f"- {verbatim(line)}" for line in forecast_reading(found, lang())))
    st.subheader(t("scenarios.trust_title"), anchor=False)
    tried = found.trust()
    if not tried:
        says.empty("scenarios.trust_none")
        return
    st.markdown(t("scenarios.trust_words"))
    shown_as: dict[str, list[Any]] = {
        t("scenarios.column_horizon"): [row["months"] for row in tried],
        t("scenarios.column_n"): [row["n"] for row in tried],
    }
    for name in ("error", "carried_error", "last_year_error", "coverage"):
        shown_as[t(f"scenarios.column_{name}")] = [
            _UNKNOWN if row[name] is None else percent(row[name], lang(), decimals=0)
            for row in tried
        ]
    # A table of six columns scrolls on a telephone, which a keyboard must reach: a grid can be.
    st.dataframe(
        shown_as, hide_index=True, key="scenario.tried", alt=t("scenarios.trust_title"),
        height="content",
    )  # fmt: skip
    says.aside(t("scenarios.trust_inside"))


def _course(shown: Shown) -> Any:
    return state.workspace().course(replace(shown.found.plan), shown.filters)


def _pick(name: str, options: tuple[str, ...]) -> str:
    reader = lang()
    found = st.segmented_control(
        t("scenarios.measure"), options, default=options[0], required=True,
        format_func=lambda one: text(f"scenarios.measure_{one}", reader),
        key=f"scenario.{name}", persist_state="session",
    )  # fmt: skip
    return found or options[0]


def _lever(name: str, default: str, label: str) -> str:
    reader, options = lang(), list(sensitivity.SWEEPS)
    found = st.selectbox(
        t(label), options, index=options.index(default), key=f"scenario.{name}",
        format_func=lambda one: text(f"scenarios.lever_{one}", reader), persist_state="session",
    )  # fmt: skip
    return found or default
