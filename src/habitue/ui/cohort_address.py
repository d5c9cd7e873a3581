"""How the cohort table is read, in the address: a view is shared, and comes back, by its link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.errors import HabitueError, RequestError
from habitue.schema import (
    Ages,
    Breakdown,
    CohortReading,
    Filters,
    Measure,
    Per,
    Refunds,
    Retention,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from habitue.ui.cohort_controls import Choice

AT_REST: Final[dict[str, Any]] = {
    "measure": Measure.RETENTION,
    "retention": Retention.ON,
    "per": Per.CUSTOMER,
    "cumulative": False,
    "ages": Ages.CALENDAR,
    "breakdown": None,
    "rebased": False,
    "from_one": False,
    "refunds": Refunds.WHEN_MADE,
    "event": None,
    "side": True,
    "keep_truncated": False,
    "margin_rate": None,
    "cac": None,
    "order_cost": None,
    "fee_rate": None,
}
"""Control and what it stands on until the reader touches it."""
_PARAMS: Final = {name: name.replace("_", "-") for name in AT_REST}
_WRITTEN: Final = "cohorts.written"


def key(name: str) -> str:
    """Give the key of a control.

    Args:
        name: One of `AT_REST`.
    """
    return f"cohorts.{name}"


def arrive(breakdowns: Collection[Breakdown]) -> list[HabitueError]:
    """Set the controls on what the address brings, or at rest the first time.

    Args:
        breakdowns: Those the data holds.

    Returns:
        One refusal for each word that cannot be.
    """
    here = {name: st.query_params[param] for name, param in _PARAMS.items()
            if param in st.query_params}  # fmt: skip
    refused: list[HabitueError] = []
    values: dict[str, Any] = {}
    if here and here != st.session_state.get(_WRITTEN):
        values, refused = read(here, breakdowns)
        for name, value in (AT_REST | values).items():
            st.session_state[key(name)] = value
        st.session_state[_WRITTEN] = here
    for name, value in AT_REST.items():
        st.session_state.setdefault(key(name), value)
    return refused


def keep(choice: Choice) -> None:
    """Write in the address what the reader sees; what is at rest takes no room there.

    Args:
        choice: What the controls stand on.
    """
    wanted = spell(choice)
    st.session_state[_WRITTEN] = wanted
    for name, param in _PARAMS.items():
        if wanted.get(name) == st.query_params.get(param):
            continue
        if name in wanted:
            st.query_params[param] = wanted[name]
        else:
            del st.query_params[param]


def spell(choice: Choice) -> dict[str, str]:
    """Write a choice as an address holds it.

    Args:
        choice: What the controls stand on.
    """
    reading, filters = choice.reading, choice.filters
    stands: dict[str, Any] = {
        "measure": reading.measure,
        "retention": reading.retention,
        "per": reading.per,
        "cumulative": reading.cumulative,
        "ages": reading.ages,
        "breakdown": reading.breakdown,
        "rebased": reading.rebased,
        "from_one": reading.from_one,
        "refunds": reading.refunds,
        "event": reading.event,
        "side": choice.side,
        "keep_truncated": filters.keep_truncated,
        "margin_rate": _plain(filters.margin_rate),
        "cac": None if choice.cac is None else f"{choice.cac:.2f}",
        "order_cost": _plain(reading.order_cost),
        "fee_rate": _plain(reading.fee_rate),
    }
    return {name: str(value).lower() for name, value in stands.items() if value != AT_REST[name]}


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def read(
    words: Mapping[str, str], breakdowns: Collection[Breakdown]
) -> tuple[dict[str, Any], list[HabitueError]]:
    """Read what `spell` wrote, each word on its own, and tell which ones cannot be.

    Args:
        words: Control and what the address says of it.
        breakdowns: Those the data holds.

    Examples:
        >>> read({"measure": "revenue", "cumulative": "true"}, [])[0]
        {'measure': <Measure.REVENUE: 'revenue'>, 'cumulative': True}
    """
    found: dict[str, Any] = {}
    refused: list[HabitueError] = []
    for name, value in words.items():
        try:
            found[name] = _READ[name](name, value)
            if name == "breakdown" and found[name] not in breakdowns:
                allowed = [str(one) for one in breakdowns]
                raise RequestError("unknown_word", name=name, value=value, allowed=allowed)
        except HabitueError as refusal:
            found.pop(name, None)
            refused.append(refusal)
    return found, refused


def _switch(name: str, value: str) -> bool:
    words = {"true": True, "false": False}
    if value not in words:
        raise RequestError("unknown_word", name=name, value=value, allowed=list(words))
    return words[value]


def _rate(_name: str, value: str) -> float:
    rate = Filters.of(margin_rate=value).margin_rate
    assert rate is not None
    return float(rate * 100)


def _order_cost(_name: str, value: str) -> float:
    cost = CohortReading.of(order_cost=value).order_cost
    assert cost is not None
    return float(cost)


def _fee_rate(_name: str, value: str) -> float:
    rate = CohortReading.of(fee_rate=value).fee_rate
    assert rate is not None
    return float(rate * 100)


def _cost(name: str, value: str) -> float:
    try:
        cost = Decimal(value)
    except ArithmeticError:
        raise RequestError("not_a_number", name=name, value=value) from None
    if not (cost.is_finite() and cost > 0):
        raise RequestError("cac_not_positive", value=value)
    return float(cost)


_READ: Final[dict[str, Callable[[str, str], Any]]] = {
    "measure": lambda name, value: word(name, value, Measure),
    "retention": lambda name, value: word(name, value, Retention),
    "per": lambda name, value: word(name, value, Per),
    "cumulative": _switch,
    "ages": lambda name, value: word(name, value, Ages),
    "breakdown": lambda name, value: word(name, value, Breakdown),
    "rebased": _switch,
    "from_one": _switch,
    "refunds": lambda name, value: word(name, value, Refunds),
    "event": lambda _name, value: CohortReading.of(event=value).event,
    "side": _switch,
    "keep_truncated": _switch,
    "margin_rate": _rate,
    "cac": _cost,
    "order_cost": _order_cost,
    "fee_rate": _fee_rate,
}
