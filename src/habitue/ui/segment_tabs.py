"""Segments looked at in other ways, one tab each; a tab that is not open costs nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from habitue.charts import segment_bars, segment_flow, segment_matrix
from habitue.core.segments.rules import RULE_SETS, rule_set
from habitue.schema import Thresholds
from habitue.texts import percent, text
from habitue.ui import access, exhibit, says, segment_table, state
from habitue.ui.language import lang, t, told
from habitue.ui.segment_table import Shown
from habitue.workspace.segments import LISTED

_TABS: Final = ("grid", "spread", "codes", "customers", "movement", "sizes", "rules")
_PAGE_SIZES: Final = (25, 50, 100, 500)
_HALF_YEAR: Final = dt.timedelta(days=182)


def show(shown: Shown) -> None:
    """Draw the tabs, and fill the open one.

    Args:
        shown: What the screen is about.
    """
    tabs = st.tabs([t(f"segments.tab_{name}") for name in _TABS], key="segments.tabs",
                   on_change="rerun")  # fmt: skip
    fills = (_grid, _spread, segment_table.codes, _customers, _movement, _sizes, _rules)
    for tab, fill in zip(tabs, fills, strict=True):
        if tab.open:
            with tab:
                fill(shown)


def _grid(shown: Shown) -> None:
    exhibit.show(
        state.drawn("grid", shown.about, lambda: segment_matrix.grid(shown.seen, shown.look))
    )


def _spread(shown: Shown) -> None:
    with st.grid(3, min_column_width=290, gap="small", key="segments.spreads"):
        for measure in ("recency", "frequency", "monetary"):
            exhibit.show(
                state.drawn(
                    f"spread.{measure}",
                    shown.about,
                    partial(segment_bars.spread, shown.seen, measure, shown.look),
                )
            )


def _customers(shown: Shown) -> None:
    choice, words = shown.choice, shown.words
    desk = state.workspace()
    names = [one.name for one in shown.seen.rules.segments if one.codes]
    titles = {name: words.name(name) for name in names}
    columns = {name: t(f"segments.column_{name}") for name in LISTED}
    with st.container(horizontal=True, vertical_alignment="bottom", key="segments.find"):
        search = access.id_search(
            t("segments.search"), key="segments.search", icon=":material/search:", width=200,
            help=t("segments.search_help"),
        )  # fmt: skip
        kept = st.multiselect(
            t("segments.keep_segments"), names, format_func=titles.__getitem__,
            placeholder=t("segments.keep_all"), key=f"segments.kept.{shown.seen.rules.id}",
            width=330,
        )  # fmt: skip
        sort = st.selectbox(
            t("segments.sort"), LISTED, index=LISTED.index("monetary"),
            format_func=columns.__getitem__, key="segments.sort", width=190,
        )  # fmt: skip
        descending = st.toggle(t("segments.descending"), value=True, key="segments.descending")
        size = st.selectbox(t("segments.page_size"), _PAGE_SIZES, index=1, key="segments.size",
                            width=120)  # fmt: skip
    asked: dict[str, Any] = {
        "rules": choice.rules, "scoring": choice.scoring, "segments": kept,
    }  # fmt: skip
    order: dict[str, Any] = {"search": search, "sort": sort, "descending": descending}
    place = st.session_state.get("segments.page", 1)
    rows, count = desk.rfm_page(
        choice.filters, **asked, **order, offset=(place - 1) * size, limit=size
    )
    pages = max(1, -(-count // size))
    if place > pages:  # fewer are found than on the run before
        place = st.session_state["segments.page"] = 1
        rows, _ = desk.rfm_page(choice.filters, **asked, **order, limit=size)
    with st.container(horizontal=True, vertical_alignment="center", key="segments.pager"):
        st.pagination(pages, key="segments.page")
        st.caption(t("segments.found", count=count))
    event: Any = st.dataframe(
        segment_table.rounded(words.translated(access.masked(rows), "rfm_segment")),
        hide_index=True,
        column_config={name: _column(name, label) for name, label in columns.items()},
        on_select="rerun",
        selection_mode="single-row",
        key=f"segments.list.{place}",
        alt=t("segments.file_customers"),
    )
    day = shown.seen.as_of
    segment_table.files(
        "customers", shown, lambda: _dated(desk.rfm(choice.filters, **asked), day), people=True
    )
    chosen = event.selection.rows
    if chosen and chosen[0] < rows.num_rows:
        _one(rows["customer_id"][chosen[0]].as_py(), shown)
    else:
        st.caption(t("segments.choose_one"))


def _one(customer: str, shown: Shown) -> None:
    choice, look = shown.choice, shown.look
    found = state.workspace().customer(
        customer, choice.filters, rules=choice.rules, scoring=choice.scoring
    )
    told = replace(found, customer_id=access.masked_id(found.customer_id))
    exhibit.show(segment_flow.life(told, choice.rules, look))
    scores = shown.words.translated(found.scores, "rfm_segment")
    with st.expander(t("segments.life_scores"), key="segments.life"):
        st.dataframe(
            segment_table.rounded(scores),
            hide_index=True,
            column_config={name: t(f"segments.column_{name}") for name in scores.column_names},
            key="segments.life_rows",
        )


def _movement(shown: Shown) -> None:
    choice, words, look = shown.choice, shown.words, shown.look
    shop, last = state.shop(), shown.seen.as_of
    if last <= shop.first_day:
        says.empty("segments.no_movement")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="segments.moving"):
        before: dt.date = st.date_input(
            t("segments.before"),
            value=max(shop.first_day, last - _HALF_YEAR),
            min_value=shop.first_day,
            max_value=last - dt.timedelta(days=1),
            format="DD/MM/YYYY",
            key=f"segments.before.{last}",
            width=200,
        )
        how = st.segmented_control(
            t("segments.how"),
            list(Thresholds),
            default=Thresholds.FROZEN,
            format_func=_named("how"),
            required=True,
            help=t("segments.how_help"),
            key="segments.how",
            persist_state="session",
        )
    with st.spinner(t("ui.computing")):
        found = state.workspace().movement(
            choice.filters, before=before, rules=choice.rules, scoring=choice.scoring,
            thresholds=how,
        )  # fmt: skip
    if not found.known:
        says.empty("segments.no_movement")
        return
    said = [told("segments.movement_reading", moved=found.moved, total=found.known, before=before)]
    if (worst := found.costliest) is not None:
        said.append(
            told(
                "segments.movement_largest",
                old=words.name(worst["from_segment"]),
                new=words.name(worst["to_segment"], "gone"),
                customers=worst["customers"],
                before=look.money(worst["year_before"]),
                after=look.money(worst["year_after"]),
            )
        )
    st.markdown(" ".join(said))
    about = (shown.about, before, how)
    left, right = st.columns(2)
    with left:
        exhibit.show(state.drawn("moved", about, lambda: segment_matrix.movement(found, look)))
    with right:
        exhibit.show(state.drawn("flow", about, lambda: segment_flow.sankey(found, look)))


def _sizes(shown: Shown) -> None:
    choice, words, rules = shown.choice, shown.words, shown.seen.rules
    with st.spinner(t("ui.computing")):
        found = state.workspace().segment_sizes(choice.filters, rules=rules, scoring=choice.scoring)
    names = [one.name for one in rules.segments if one.codes]
    titles = {name: words.name(name) for name in names}
    front = st.selectbox(
        t("segments.front"), names, format_func=titles.__getitem__,
        key=f"segments.front.{rules.id}", width=260,
    )  # fmt: skip
    exhibit.show(
        state.drawn(
            "sizes",
            (shown.about, front),
            lambda: segment_flow.sizes(found, rules, shown.look, front=front),
        )
    )


def _rules(shown: Shown) -> None:
    choice, look, first = shown.choice, shown.look, shown.seen.rules
    others = [name for name in RULE_SETS if name != first.id]
    second = st.selectbox(
        t("segments.against"), others, format_func=_named("rules"),
        key=f"segments.against.{first.id}", width=270,
    )  # fmt: skip
    found = state.workspace().disagreement(
        choice.filters, first=first, second=second, scoring=choice.scoring
    )
    base = shown.seen.base
    st.markdown(
        told(
            "segments.disagreement_reading",
            customers=base.customers - found.customers,
            share=percent(1 - found.customers / base.customers, lang()),
            revenue=look.money(base.revenue - found.revenue),
            codes=found.every_code - found.codes, every=found.every_code,
        )
    )  # fmt: skip
    exhibit.show(
        state.drawn(
            "disagreement",
            (shown.about, second),
            lambda: segment_matrix.disagreement(found, look),
        )
    )
    never = _never(second)
    if never:
        st.caption(t("segments.never", names=never))


def _never(name: str) -> list[str]:
    return [one.title(lang()) for one in rule_set(name).segments if not one.codes]


def _dated(rows: pa.Table, day: dt.date) -> pa.Table:
    return rows.append_column("as_of", pa.array([day] * rows.num_rows, pa.date32()))


def _column(name: str, label: str) -> Any:
    if name in {"customer_id", "rfm_score", "rfm_segment"}:
        return st.column_config.TextColumn(label)
    return st.column_config.NumberColumn(label, format="localized")


def _named(name: str) -> Any:
    reader = lang()
    return lambda one: text(f"segments.{name}_{one}", reader)
