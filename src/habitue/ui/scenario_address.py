"""The scenario in the address: what a reader sees is what their link shows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

import streamlit as st

from habitue.core.scenario.plan import MAX_BYTES, Plan
from habitue.errors import HabitueError, RequestError

_PARAM: Final = "scenario"
_WRITTEN: Final = "scenario.written"


def arrived() -> tuple[Plan | None, HabitueError | None]:
    """Give the plan that the address brought, once; or why it cannot be read."""
    word = st.query_params.get(_PARAM, "")
    if _WRITTEN in st.session_state and word in {"", st.session_state[_WRITTEN]}:
        return None, None
    st.session_state[_WRITTEN] = word
    if not word:
        return None, None
    try:
        return read(word), None
    except HabitueError as refusal:
        return None, refusal


def current() -> Plan:
    """Give the scenario that the reader left on its screen; levers at rest where there is none."""
    try:
        return read(st.session_state[_WRITTEN])
    except (KeyError, HabitueError):
        return Plan()


def keep(plan: Plan) -> None:
    """Write the plan in the address; a plan at rest takes no room there.

    Args:
        plan: What the reader sees.
    """
    word = spell(plan)
    st.session_state[_WRITTEN] = word
    if word == st.query_params.get(_PARAM, ""):
        return
    if word:
        st.query_params[_PARAM] = word
    else:
        del st.query_params[_PARAM]


def spell(plan: Plan) -> str:
    """Write a plan in one word; a plan at rest is no word.

    Examples:
        >>> spell(Plan(months=6)), spell(Plan())
        ('{"horizon_months":6}', '')
    """
    if replace(plan, name="") == Plan():
        return ""
    return json.dumps(replace(plan, name="").told(), separators=(",", ":"), ensure_ascii=False)


def read(word: str) -> Plan:
    """Read a plan that `spell` wrote.

    Args:
        word: Of the address.

    Raises:
        RequestError: It is no scenario.
    """
    try:
        told = json.loads(word[:MAX_BYTES])
    except (ValueError, RecursionError):
        raise RequestError("scenario_not_keys", source=word[:40], allowed=["levers"]) from None
    return Plan.of(told, _PARAM)
