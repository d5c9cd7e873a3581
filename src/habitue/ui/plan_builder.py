"""Building lists: who, under which name, in which order, and for which destination."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow.compute as pc
import streamlit as st

from habitue.charts.periods import period_name
from habitue.errors import HabitueError
from habitue.export.holdout import DEFAULT_SHARE
from habitue.export.lists import (
    DEFAULT_SILENT_MONTHS,
    OWN_COLUMNS,
    STANDARD_COLUMNS,
    Order,
    Plan,
)
from habitue.export.profiles import profile, profiles
from habitue.export.selection import Compare, Either, OneOf, Rule, Top, all_of, overdue
from habitue.schema import Grain
from habitue.texts import money, percent
from habitue.ui import says, state
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.core.segments.answers import Segments
    from habitue.schema import Filters

_LISTS: Final = "plan.lists.held"
_SCENARIO: Final = "plan.scenario"
"""Name of the scenario whose customers the builder shows; set by the Scenarios screen."""
_TOPS: Final = ("none", "count", "share")
_RANKED: Final = ("revenue", "year_revenue", "clv_12m", "frequency")


def show(asked: Filters, segments: Segments) -> Order | None:
    """Draw the builder.

    Args:
        asked: The reader's filters.
        segments: Whose names can be chosen.

    Returns:
        What is asked, or None while there is no list.
    """
    held: list[Plan] = st.session_state.setdefault(_LISTS, [])
    with st.container(border=True, key="plan.builder"):
        plan = _draft(asked, segments)
        if st.button(
            says.on_primary(t("plan.add"), disabled=plan is None), icon=":material/playlist_add:",
            type="primary", disabled=plan is None, key="plan.add",
        ) and plan is not None:  # fmt: skip
            held[:] = [one for one in held if one.name != plan.name] + [plan]
    _held(held)
    if not held:
        return None
    return _order(asked, tuple(held))


def from_scenario(name: str, segments: tuple[str, ...], cohorts: tuple[dt.date, ...]) -> None:
    """Let the builder open on a scenario's own customers.

    Args:
        name: What the scenario is called.
        segments: Its segments; none means all.
        cohorts: Its cohorts; none means all.
    """
    st.session_state[_SCENARIO] = name
    st.session_state["plan.segments"] = list(segments)
    st.session_state["plan.cohorts"] = [f"{day:%Y-%m}" for day in cohorts]
    st.session_state["plan.name"] = name


def from_segment(name: str, title: str) -> None:
    """Let the builder open on one segment, whole.

    Args:
        name: Of the segment, in its rule set.
        title: What the list is called.
    """
    st.session_state.pop(_SCENARIO, None)
    st.session_state.update(
        {
            "plan.segments": [name], "plan.cohorts": [], "plan.without": [], "plan.name": title,
            "plan.top": _TOPS[0], "plan.p_below": 100, "plan.overdue": False,
            "plan.either": False,
        }
    )  # fmt: skip


def _draft(asked: Filters, segments: Segments) -> Plan | None:
    people = state.workspace().customers(asked, lang=lang())
    titles = {one.name: one.title(lang()) for one in segments.rules.segments}
    scenario = _scenario()
    left, right = st.columns(2)
    with left:
        chosen = st.multiselect(
            t("plan.segments"), list(titles), format_func=lambda one: titles[one],
            key="plan.segments", placeholder=t("plan.any"),
        )  # fmt: skip
        cohorts = sorted(set(people["cohort_month"].to_pylist()), reverse=True)
        months = st.multiselect(
            t("plan.cohorts"), cohorts, key="plan.cohorts", placeholder=t("plan.any"),
            format_func=lambda one: period_name(
                dt.date.fromisoformat(f"{one}-01"), Grain.MONTH, lang()
            ),
        )  # fmt: skip
        without = st.multiselect(
            t("plan.without"), list(titles), format_func=lambda one: titles[one],
            key="plan.without", placeholder=t("plan.nobody"),
        )  # fmt: skip
        name = st.text_input(
            t("plan.name"), key="plan.name", placeholder=t("plan.name_example"), max_chars=80
        )
        action = st.text_input(
            t("plan.action"), key="plan.action", help=t("plan.action_help"), max_chars=40
        )
    with right:
        best = _value(people.column_names)
        rules = _timing(asked, people.column_names)
        either = st.toggle(t("plan.either"), key="plan.either", help=t("plan.either_help"))
    if chosen:
        rules.append(OneOf("rfm_segment", tuple(chosen)))
    if months:
        rules.append(OneOf("cohort_month", tuple(months)))
    rule: Rule = Either(tuple(rules)) if either and len(rules) > 1 else all_of(*rules)
    if without:
        rule = all_of(rule, ~OneOf("rfm_segment", tuple(without)))
    if best is not None:
        rule = replace(best, within=rule)
    _weighed(people, people.filter(rule.mask(people)), segments.currency)
    if not name.strip():
        return None
    try:
        return Plan(name=name.strip(), rule=rule, action=action, scenario=scenario)
    except HabitueError as refusal:
        st.error(verbatim(refusal.what(lang())), icon=":material/error:")
        return None


def _weighed(everyone: pa.Table, chosen: pa.Table, currency: str | None) -> None:
    """Say how many are meant, and what share of the shop's year they were."""
    said = [told("plan.draft", count=chosen.num_rows, customers=everyone.num_rows)]
    year, all_year = (float(pc.sum(one["year_revenue"]).as_py() or 0) for one in (chosen, everyone))
    if all_year > 0:
        said.append(
            told("plan.draft_money", money=money(year, currency, lang(), decimals=0),
                 share=percent(year / all_year, lang()))
        )  # fmt: skip
    st.markdown(" ".join(said))


def _scenario() -> str:
    """Say which scenario the customers come from, and let it be forgotten."""
    name: str = st.session_state.get(_SCENARIO, "")
    if not name:
        return ""
    with st.container(horizontal=True, vertical_alignment="center", key="plan.from_scenario"):
        st.markdown(f":material/tune: {told('plan.from_scenario', name=name)}")
        if st.button(
            t("plan.forget_scenario"), icon=":material/close:", type="tertiary", key="plan.forget"
        ):
            del st.session_state[_SCENARIO]
            st.rerun()
    return name


def _value(columns: list[str]) -> Top | None:
    how = st.segmented_control(
        t("plan.top"), _TOPS, format_func=lambda one: t(f"plan.top_{one}"), default=_TOPS[0],
        key="plan.top", required=True,
    )  # fmt: skip
    if how == _TOPS[0]:
        return None
    ranked = [name for name in _RANKED if name in columns]
    amount, by = st.columns(2)
    column = by.selectbox(
        t("plan.top_by"), ranked, format_func=lambda one: t(f"plan.column_{one}"), key="plan.top_by"
    )
    if how == "count":
        count = amount.number_input(
            t("plan.top_count"), min_value=1, value=100, step=50, key="plan.top_n"
        )
        return Top(column, count=int(count))
    share = amount.number_input(
        t("plan.top_share"), min_value=1, max_value=100, value=10, key="plan.top_x"
    )
    return Top(column, share=share / 100)


def _timing(asked: Filters, columns: list[str]) -> list[Rule]:
    """Offer what only a model of purchases knows, where there is one."""
    rules: list[Rule] = []
    if "p_order_90d" in columns:
        below = st.slider(
            t("plan.p_below"), 0, 100, 100, step=5, format="%d %%", key="plan.p_below"
        )
        if below < 100:  # noqa: PLR2004 - everyone
            rules.append(Compare("p_order_90d", "<", below / 100))
    if "expected_next_order" in columns and st.toggle(t("plan.overdue"), key="plan.overdue"):
        as_of = state.workspace().settle(asked).as_of
        assert as_of is not None
        rules.append(overdue(as_of))
    return rules


def _held(held: list[Plan]) -> None:
    for place, plan in enumerate(list(held)):
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"plan.held.{place}"
        ):
            st.markdown(told("plan.held", rank=place + 1, name=plan.name, code=plan.code))
            up = st.button(
                t("plan.up"), icon=":material/arrow_upward:", key=f"plan.up.{place}",
                disabled=place == 0, type="tertiary",
            )  # fmt: skip
            gone = st.button(
                t("plan.remove"),
                icon=":material/delete:",
                key=f"plan.gone.{place}",
                type="tertiary",
            )
        if up:
            held.insert(place - 1, held.pop(place))
        if gone:
            held.remove(plan)
        if up or gone:
            st.rerun()


def _order(asked: Filters, plans: tuple[Plan, ...]) -> Order:
    columns = state.workspace().customers(asked, lang=lang()).column_names
    left, right = st.columns(2)
    with left:
        name = st.selectbox(
            t("plan.profile"), list(profiles()), format_func=lambda one: profile(one).label,
            key="plan.profile",
        )  # fmt: skip
        target = profile(name)
        more: dict[str, Any] = {}
        if target.extra:
            here = {*columns, *OWN_COLUMNS} - (
                {"scenario"} if not any(one.scenario for one in plans) else set()
            )
            known = [one for one in STANDARD_COLUMNS if one in here]
            known += [one for one in (*columns, *OWN_COLUMNS) if one in here and one not in known]
            chosen = st.multiselect(
                t("plan.columns"), known, key="plan.columns", help=t("plan.columns_help"),
                placeholder=t("plan.columns_default"),
            )  # fmt: skip
            more["columns"] = tuple(chosen)
        if target.plus_option:
            more["plus"] = st.toggle(t("plan.plus"), value=False, key="plan.plus")
    with right:
        share = st.slider(
            t("plan.holdout"), 0, 50, round(100 * DEFAULT_SHARE), format="%d %%",
            key="plan.holdout", help=t("plan.holdout_help"),
        )  # fmt: skip
        months = st.number_input(
            t("plan.silent"), min_value=1, max_value=240, value=DEFAULT_SILENT_MONTHS,
            key="plan.silent", help=t("plan.silent_help"),
        )  # fmt: skip
        more["exclusive"] = st.toggle(
            t("plan.exclusive"), value=True, key="plan.exclusive", help=t("plan.exclusive_help")
        )
    return Order(plans=plans, profile=name, holdout=share / 100, silent_months=int(months), **more)
