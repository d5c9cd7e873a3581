"""Sliders and targets of the Scenarios screen; what the reader sets becomes a plan."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.charts.periods import period_name
from habitue.core.scenario.levers import NEVER, Discount, Levers
from habitue.core.scenario.plan import PRESETS, Plan
from habitue.core.segments.rules import RULE_SETS, rule_set
from habitue.schema import Grain
from habitue.texts import number, text
from habitue.ui import says, scenario_address, state, typed
from habitue.ui.language import lang, t, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from habitue.schema import Filters

TARGETS: Final = ("all", "cohorts", "segments")
_REST: Final = "rest"
_FIELD: Final = 155
"""Pixels of a field under which its label would take two lines."""
_SHARES: Final = (
    "retention_relative", "retention_points", "frequency", "discount", "discount_share", "basket",
    "return_rate", "margin", "annual_rate", "reach",
)  # fmt: skip
_MONEY: Final = ("cac", "cost_per_customer", "fixed_cost")
_SPANS: Final[dict[str, tuple[float, float, float]]] = {
    "retention_relative": (-50.0, 100.0, 1.0),
    "retention_points": (-20.0, 20.0, 0.5),
    "frequency": (-50.0, 100.0, 1.0),
    "discount": (0.0, 70.0, 1.0),
    "discount_share": (0.0, 100.0, 5.0),
    "elasticity": (0.0, 6.0, 0.1),
    "basket": (-50.0, 100.0, 1.0),
    "return_rate": (-20.0, 20.0, 0.5),
    "margin": (-50.0, 50.0, 0.5),
    "annual_rate": (0.0, 50.0, 0.5),
    "reach": (0.0, 100.0, 5.0),
}
"""Least, greatest, step of each slider: shares in %, points in points."""


def margin(asked: Filters) -> Filters:
    """Give the filters with the margin that the reader starts from.

    Args:
        asked: The filters of the sidebar.
    """
    rate = st.session_state.get(_key("margin_rate"))
    return asked if rate is None else asked.but(margin_rate=typed.share(rate))


def settle() -> None:
    """Set the controls the first time, on what the address brings or at rest.

    To be called where the whole page runs: a slider that moves faster than the browser rewrites its
    address sends the old one, which is no wish of the reader's.
    """
    plan, refusal = scenario_address.arrived()
    if refusal is not None:
        st.warning(
            told("scenarios.ignored", what=refusal.what(lang()), hint=refusal.hint(lang())),
            icon=":material/link_off:",
        )
    if plan is not None:
        set_to(plan)
    elif _key("months") not in st.session_state:
        set_to(Plan())


def presets() -> None:
    """Draw the scenarios to start from."""
    reader = lang()
    st.pills(
        t("scenarios.presets"), [*PRESETS, _REST], key=_key("preset"), on_change=_apply_preset,
        format_func=lambda one: text(f"scenarios.preset_{one}", reader),
    )  # fmt: skip


def show(asked: Filters) -> Plan:
    """Draw the controls, settled by `settle`, and give the plan they make.

    Args:
        asked: The filters of the sidebar, with the margin to start from.

    Raises:
        EnoughSaidError: The target is empty; the control says so.
    """
    with st.container(border=True, key="scenario.target_box"):
        cohorts, segments = _target(asked)
    with st.container(border=True, key="scenario.customers_box"):
        st.markdown(f"**{t('scenarios.group_customers')}**")
        _retention()
        _slider("frequency", "%+g %%")
        _slider("basket", "%+g %%")
    with st.container(border=True, key="scenario.price_box"):
        st.markdown(f"**{t('scenarios.group_price')}**")
        _slider("discount", "%g %%")
        if segments:
            _by_segment(segments)
        _slider("elasticity", "localized")
        _slider("margin", "%+g pt")
        _slider("return_rate", "%+g pt")
    more = st.expander(
        t("scenarios.more"), icon=":material/tune:", key="scenario.more", on_change="rerun"
    )
    # Ten controls that few open cost a slider a seventh of its time.
    if more.open:
        with more:
            _more()
    return _gathered(cohorts, segments)


def set_to(plan: Plan) -> None:
    """Set every control on a plan: an opened, imported or shared one.

    Args:
        plan: What to show.
    """
    levers = plan.levers
    values: dict[str, Any] = {
        "target": "segments" if plan.segments else "cohorts" if plan.cohorts else "all",
        "cohorts": list(plan.cohorts),
        "segments": [rule_set(RULE_SETS[0]).named(one).name for one in plan.segments],
        "months": plan.months,
        "acquisitions": float(plan.acquisitions),
        "discount": levers.discount.depth * 100,
        "discount_share": levers.discount.share * 100,
        "elasticity": levers.elasticity,
        "retention_from_age": levers.retention_from_age,
        "retention_months": None if levers.retention_months >= NEVER else levers.retention_months,
        "cac": levers.cac,
        "cost_per_customer": levers.cost_per_customer or None,
        "fixed_cost": levers.fixed_cost or None,
    }
    for name in _SHARES:
        if name not in values:
            values[name] = getattr(levers, name) * 100
    for name, (low, high, _) in _SPANS.items():
        values[name] = min(max(round(float(values[name]), 6), low), high)
    for name, value in values.items():
        st.session_state[_key(name)] = value
    for segment, found in levers.discount_by_segment.items():
        name = rule_set(RULE_SETS[0]).named(segment).name
        st.session_state[_key(f"discount.{name}")] = found.depth * 100
    if levers.discount_by_segment and not plan.segments:
        st.session_state[_key("target")] = "segments"
        every = [one.name for one in rule_set(RULE_SETS[0]).segments]
        st.session_state[_key("segments")] = every


def _apply_preset() -> None:
    chosen = st.session_state[_key("preset")]
    if chosen is None:
        return
    levers = PRESETS.get(chosen, Levers())
    kept = {name: st.session_state.get(_key(name)) for name in _TARGETED}
    set_to(Plan(levers=levers))
    for name in [one for one in st.session_state if str(one).startswith(_key("discount."))]:
        del st.session_state[name]
    for name, value in kept.items():
        st.session_state[_key(name)] = value


_TARGETED: Final = ("target", "cohorts", "segments", "months", "acquisitions", "cac")


def _target(asked: Filters) -> tuple[tuple[dt.date, ...], tuple[str, ...]]:
    reader = lang()
    target = st.segmented_control(
        t("scenarios.target"), TARGETS, help=t("scenarios.target_help"), required=True,
        format_func=lambda one: text(f"scenarios.target_{one}", reader), **_kept("target"),
    )  # fmt: skip
    cohorts: tuple[dt.date, ...] = ()
    segments: tuple[str, ...] = ()
    desk = state.workspace()
    if target == "cohorts":
        months = desk.cohort_months(asked)
        st.session_state[_key("cohorts")] = [
            one for one in st.session_state[_key("cohorts")] if one in months
        ]
        chosen = st.multiselect(
            t("scenarios.cohorts"), months,
            format_func=lambda day: period_name(day, Grain.MONTH, reader),
            placeholder=t("scenarios.cohorts_none"), **_kept("cohorts"),
        )  # fmt: skip
        cohorts = tuple(sorted(chosen))
    elif target == "segments":
        rules = rule_set(RULE_SETS[0])
        titles = {one.name: one.title(reader) for one in rules.segments}
        segments = tuple(
            st.multiselect(
                t("scenarios.segments"),
                list(titles),
                format_func=lambda one: titles[one],
                placeholder=t("scenarios.segments_none"),
                **_kept("segments"),
            )
        )
    if target != "all" and not (cohorts or segments):
        st.info(t(f"scenarios.choose_{target}"), icon=":material/lightbulb:")
        raise says.EnoughSaidError
    pace = number(desk.scenario_basis(asked).pace, reader)
    with st.grid(2, min_column_width=_FIELD, gap="small"):
        st.number_input(
            t("scenarios.months"), min_value=1, max_value=36, step=1,
            help=t("scenarios.months_help"), **_kept("months"),
        )  # fmt: skip
        st.number_input(
            t("scenarios.acquisitions"), min_value=0.0, step=10.0, format="%.0f",
            help=t("scenarios.acquisitions_help", pace=pace), **_kept("acquisitions"),
        )  # fmt: skip
    return cohorts, segments


def _retention() -> None:
    reader = lang()
    unit = st.segmented_control(
        t("scenarios.lever_retention"), ("relative", "points"), required=True, default="relative",
        format_func=lambda one: text(_UNITS[one], reader), help=t("scenarios.lever_retention_help"),
        **_kept("unit"),
    )  # fmt: skip
    other = {"relative": "points", "points": "relative"}[unit or "relative"]
    # A lever that is moved stays in sight, whatever the unit chosen.
    shown = [unit, other] if st.session_state[_key(f"retention_{other}")] else [unit]
    for one in shown:
        _slider(f"retention_{one}", "%+g %%" if one == "relative" else "%+g pt", helped=False)


_UNITS: Final = {"relative": "scenarios.unit_relative", "points": "scenarios.unit_points_long"}


def _by_segment(segments: tuple[str, ...]) -> None:
    titles = {one.name: one.title(lang()) for one in rule_set(RULE_SETS[0]).segments}
    with st.expander(t("scenarios.less_by_segment"), key="scenario.by_segment"):
        for name in segments:
            st.number_input(
                titles[name], min_value=0.0, max_value=100.0, value=None, step=1.0, format="%.0f",
                icon=":material/percent:", placeholder=t("scenarios.placeholder_none"),
                help=t("scenarios.lever_discount_by_segment_help"), **_kept(f"discount.{name}"),
            )  # fmt: skip


def _more() -> None:
    with st.grid(2, min_column_width=_FIELD, gap="small"):
        st.number_input(
            t("scenarios.lever_retention_from_age"), min_value=0, max_value=120, step=1,
            help=t("scenarios.lever_retention_from_age_help"), **_kept("retention_from_age"),
        )  # fmt: skip
        st.number_input(
            t("scenarios.lever_retention_months"), min_value=0, max_value=36, step=1, value=None,
            placeholder=t("scenarios.placeholder_end"),
            help=t("scenarios.lever_retention_months_help"), **_kept("retention_months"),
        )  # fmt: skip
    _slider("discount_share", "%g %%")
    _slider("annual_rate", "%g %%")
    _slider("reach", "%g %%")
    with st.grid(3, min_column_width=_FIELD, gap="small"):
        for name in _MONEY:
            st.number_input(
                t(f"scenarios.lever_{name}"), min_value=0.0, value=None, step=1.0, format="%.2f",
                placeholder=t("scenarios.placeholder_none"),
                help=t(f"scenarios.lever_{name}_help"), **_kept(name),
            )  # fmt: skip
    st.number_input(
        t("scenarios.margin_rate"), min_value=0.0, max_value=100.0, value=None, step=1.0,
        format="%.1f", help=t("scenarios.margin_rate_help"),
        placeholder=t("scenarios.placeholder_cost") if state.shop().has_cost else "30",
        **_kept("margin_rate"),
    )  # fmt: skip


def _slider(name: str, shape: str, *, helped: bool = True) -> None:
    low, high, step = _SPANS[name]
    if not st.session_state[_key(name)]:
        shape = shape.replace("+", "")  # nothing is no gain
    st.slider(
        t(f"scenarios.lever_{name}"), low, high, step=step, format=shape,
        help=t(f"scenarios.lever_{name}_help") if helped else None, **_kept(name),
    )  # fmt: skip


def _gathered(cohorts: tuple[dt.date, ...], segments: tuple[str, ...]) -> Plan:
    said: Callable[[str], Any] = lambda name: st.session_state[_key(name)]  # noqa: E731 - short for what follows
    shares = {name: round(said(name) / 100, 6) for name in _SHARES}
    depth, share = shares.pop("discount"), shares.pop("discount_share")
    named = {name: st.session_state.get(_key(f"discount.{name}")) for name in segments}
    months = said("retention_months")
    levers = Levers(
        **shares,
        discount=Discount(depth=depth, share=share) if depth or share != 1 else Discount(),
        discount_by_segment={
            name: Discount(depth=value / 100, share=share)
            for name, value in named.items()
            if value is not None
        },
        elasticity=said("elasticity"),
        retention_from_age=said("retention_from_age"),
        retention_months=NEVER if months is None else months,
        cac=said("cac"),
        cost_per_customer=said("cost_per_customer") or 0.0,
        fixed_cost=said("fixed_cost") or 0.0,
    )
    return Plan(
        cohorts=cohorts, segments=segments, months=said("months"),
        acquisitions=said("acquisitions") or 0.0, levers=levers,
    )  # fmt: skip


def _key(name: str) -> str:
    return f"scenario.{name}"


def _kept(name: str) -> dict[str, Any]:
    return {"key": _key(name), "persist_state": "session"}
