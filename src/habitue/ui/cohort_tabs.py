"""The cohorts looked at in other ways, one tab each; a tab that is not open costs nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import streamlit as st

from habitue import glossary
from habitue.charts import cohort_lines, cohort_spread, cohort_waiting
from habitue.charts.cohort_event import around_event
from habitue.charts.cohort_heatmap import of_group
from habitue.schema import Retention
from habitue.ui import exhibit, says, state
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    from habitue.ui.cohort_table import Shown

_TABS = ("curves", "focus", "second", "spread", "early")


def show(shown: Shown) -> None:
    """Draw the tabs, and fill the open one.

    Args:
        shown: What the screen is about.
    """
    tabs = st.tabs([t(f"cohorts.tab_{name}") for name in _TABS], key="cohorts.tabs",
                   on_change="rerun")  # fmt: skip
    for tab, fill in zip(tabs, (_curves, _focus, _second, _spread, _early), strict=True):
        if tab.open:
            with tab:
                fill(shown)


def _curves(shown: Shown) -> None:
    table, look, group = shown.table, shown.look, shown.group
    seen = [fact for fact in (table.facts[group],) if fact is not None and fact.age > 0]
    if not seen:
        says.empty("cohorts.no_curves")
        return
    front = _cohort(shown, "front")
    exhibit.show(
        state.drawn(
            "every",
            (shown.about, front),
            lambda: cohort_lines.every_cohort(table, look, group=group, front=front),
        )
    )
    if table.reading.event is not None:
        exhibit.show(
            state.drawn("event", shown.about, lambda: around_event(table, look, group=group))
        )
    if table.reading.breakdown is not None:
        exhibit.show(state.drawn("groups", shown.about, lambda: cohort_lines.groups(table, look)))


def _focus(shown: Shown) -> None:
    desk, filters, how = state.workspace(), shown.table.filters, shown.table.reading
    cohort = _cohort(shown, "focus", wanted=1)
    if cohort is None:
        says.empty("cohorts.no_focus")
        return
    words, look = shown.words, shown.look
    ways = {"retention": how.retention, "ages": how.ages}
    value: dict[str, Any] = {"ages": how.ages, "refunds": how.refunds}
    left, right = st.columns(2)
    with left:
        exhibit.show(
            state.drawn(
                "focus",
                (shown.about, cohort),
                lambda: cohort_lines.against_pool(
                    desk.cohorts(filters, **ways),
                    desk.pooled(filters, **ways),
                    look, words, cohort=cohort,
                ),
            )
        )  # fmt: skip
    with right, st.spinner(t("ui.computing")):
        exhibit.show(
            state.drawn(
                "value",
                (shown.about, cohort),
                lambda: cohort_lines.value_against_pool(
                    desk.empirical_clv(filters, **value, cohort=cohort),
                    desk.empirical_clv(filters, **value),
                    look, words, cohort=cohort,
                ),
            )
        )  # fmt: skip


def _second(shown: Shown) -> None:
    desk, look, words = state.workspace(), shown.look, shown.words
    with st.spinner(t("ui.computing")):
        found = desk.second_order(shown.table.filters, breakdown=shown.table.reading.breakdown)
    if not found.steps.num_rows:
        says.empty("cohorts.no_waiting")
        return
    left, right = st.columns([3, 2])
    with left:
        exhibit.show(
            state.drawn(
                "second",
                shown.about,
                lambda: cohort_waiting.second_order(found.curves, look, words),
            )
        )
    with right:
        exhibit.show(
            state.drawn(
                "steps",
                shown.about,
                lambda: cohort_waiting.order_numbers(
                    found.steps, look, words, within_days=found.within_days
                ),
            )
        )
    says.aside(glossary.entry("time_to_second_order", lang()).definition)


def _spread(shown: Shown) -> None:
    look, words = shown.look, shown.words
    quantiles, counts = state.workspace().spread_by_age(
        shown.table.filters,
        ages=shown.table.reading.ages,
        refunds=shown.table.reading.refunds,
    )
    if not quantiles.num_rows:
        says.empty("cohorts.no_spread")
        return
    log = st.toggle(t("cohorts.log"), value=True, key="cohorts.log", persist_state="session")
    left, right = st.columns(2)
    with left:
        exhibit.show(
            state.drawn(
                "quartiles",
                (shown.about, log),
                lambda: cohort_spread.quartiles(quantiles, look, words, log=log),
            )
        )
    with right:
        exhibit.show(
            state.drawn("density", shown.about, lambda: cohort_spread.density(counts, look, words))
        )


def _early(shown: Shown) -> None:
    table, look, group = shown.table, shown.look, shown.group
    star = state.workspace().kpis(table.filters).north_star
    if not any(
        row["early_value"] is not None and row["group"] == group
        for row in table.profiles.to_pylist()
    ):
        says.empty("cohorts.no_early")
        return
    mean = star.value if table.reading.breakdown is None else None
    exhibit.show(
        state.drawn(
            "early",
            shown.about,
            lambda: cohort_spread.early_revenue(table, look, group=group, north_star=mean),
        )
    )


def _cohort(shown: Shown, name: str, *, wanted: int = 0) -> dt.date | None:
    """Let the reader choose a cohort among those observed up to an age; the latest first."""
    words = shown.words
    cells = shown.table.cells
    mine = cells if name == "focus" else of_group(cells, shown.group)
    old = mine.filter(pc.field("observed") & (pc.field("age") >= max(wanted, _first(shown))))
    options = sorted(old["cohort"].unique().to_pylist(), reverse=True)
    if not options:
        return None
    names = {day: words.cohort(day) for day in options}
    # The middle one: old enough to say something, young enough to matter.
    chosen: dt.date | None = st.selectbox(
        t(f"cohorts.{name}"),
        options,
        index=len(options) // 2,
        format_func=names.__getitem__,
        key=f"cohorts.{name}.{shown.table.filters.grain}",
        width=260,
    )
    return chosen


def _first(shown: Shown) -> int:
    return 0 if shown.table.reading.retention is Retention.BY else 1
