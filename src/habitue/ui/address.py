"""The filters in the address: what a reader sees is what their link shows.

Streamlit can bind a widget to the address by itself, but writes the label of the choice, so that a
French reader's link would mean nothing to an English one, and passes over a bad value in silence.
Here the address holds the words of the command line, and a bad value is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.errors import HabitueError, RequestError
from habitue.schema import Filters

if TYPE_CHECKING:
    from habitue.results import Shop

_PARAMS: Final = {
    "grain": "grain",
    "from": "start",
    "to": "end",
    "as-of": "as_of",
    "country": "countries",
    "customer-type": "customer_type",
    "wholesale-factor": "wholesale_factor",
    "returns": "returns",
    "min-order": "min_order",
    "kinds": "kinds",
    "anonymous": "anonymous",
}
"""Name in the address, which is the command line's, and attribute of `Filters`."""
_SEVERAL: Final = frozenset({"countries", "kinds"})
_SWITCH: Final = {"include": True, "exclude": False}
_FILTERS: Final = "filters"
_WRITTEN: Final = "address.written"
_TOUCHED: Final = "address.touched"
_REFUSED: Final = "address.refused"

Words = Mapping[str, list[str]]


def spell(asked: Filters) -> dict[str, list[str]]:
    """Write filters as an address holds them; what is not said is the default.

    Examples:
        >>> spell(Filters.of(returns="exclude", countries=["France", "EIRE"]))
        {'country': ['EIRE', 'France'], 'returns': ['exclude']}
    """
    said = asked.asked()
    return {param: _spelt(said[name]) for param, name in _PARAMS.items() if name in said}


def read(words: Words, shop: Shop) -> tuple[Filters, list[HabitueError]]:
    """Read filters from an address, each word on its own, and tell which ones cannot be.

    Args:
        words: Parameters of the address.
        shop: What there is to ask for.

    Returns:
        The filters, without what could not be read, and one refusal for each of those.
    """
    filters, refused = Filters(wholesale_factor=shop.wholesale_factor), []
    for param, name in _PARAMS.items():
        if not words.get(param):
            continue
        try:
            filters = _known(filters, name, words[param], shop)
        except HabitueError as refusal:
            refused.append(refusal)
    return filters, refused


def asked(shop: Shop) -> Filters:
    """Give the filters in force, taken from the address when the reader arrives by it.

    Args:
        shop: What there is to ask for.
    """
    here = {param: st.query_params.get_all(param) for param in _PARAMS}
    here = {param: values for param, values in here.items() if values}
    if _FILTERS not in st.session_state or (not touched() and _travelled(here)):
        filters, refused = read(here, shop)
        st.session_state[_FILTERS] = filters
        st.session_state[_REFUSED] = refused
    found: Filters = st.session_state[_FILTERS]
    return found


def refusals() -> list[HabitueError]:
    """Give, once, what the address asked for and could not have."""
    found: list[HabitueError] = st.session_state.pop(_REFUSED, [])
    return found


def keep(filters: Filters) -> None:
    """Hold the filters in force, and write them in the address.

    Args:
        filters: What the reader asks for now.
    """
    st.session_state[_FILTERS] = filters
    wanted = spell(filters)
    for param in _PARAMS:
        if wanted.get(param, []) == st.query_params.get_all(param):
            continue
        if param in wanted:
            st.query_params[param] = wanted[param]
        else:
            del st.query_params[param]
    st.session_state[_WRITTEN] = wanted
    st.session_state[_TOUCHED] = False


def touch() -> None:
    """Note that the reader changed a filter: that counts more than what the address says."""
    st.session_state[_TOUCHED] = True


def touched() -> bool:
    """Tell whether the reader just changed a filter."""
    found: bool = st.session_state.get(_TOUCHED, False)
    return found


def turn_to(screen: str) -> None:
    """Note which screen is open: Streamlit empties the address when the reader turns to another.

    Args:
        screen: Its path.
    """
    if st.session_state.get("address.screen") != screen:
        st.session_state["address.screen"] = screen
        st.session_state["address.turned"] = True
    else:
        st.session_state["address.turned"] = False


def _travelled(here: Words) -> bool:
    """Tell whether the reader moved through their history, or edited the address."""
    if st.session_state.get("address.turned") and not here:
        return False
    written: Words = st.session_state.get(_WRITTEN, here)
    return here != written


def _known(filters: Filters, name: str, values: list[str], shop: Shop) -> Filters:
    if name == "anonymous":
        return filters.but(anonymous=_switch(values[-1]))
    given: Any = values if name in _SEVERAL else values[-1]
    if name == "wholesale_factor":
        try:
            given = float(given)
        except ValueError:
            raise RequestError("not_a_number", name=name, value=given) from None
    one = getattr(Filters.of(**{name: given}), name)
    _is_there(name, one, shop)
    return filters.but(**{name: one})


def _is_there(name: str, value: Any, shop: Shop) -> None:
    if name in {"start", "end", "as_of"} and not shop.first_day <= value <= shop.last_day:
        raise RequestError(
            "day_outside", value=value, first_day=shop.first_day, last_day=shop.last_day
        )
    if name == "countries":
        known = [country for country, _ in shop.countries]
        for country in value:
            if country not in known:
                raise RequestError("unknown_country", country=country, known=known)


def _switch(value: str) -> bool:
    if value not in _SWITCH:
        raise RequestError("unknown_word", name="anonymous", value=value, allowed=list(_SWITCH))
    return _SWITCH[value]


def _spelt(value: object) -> list[str]:
    match value:
        case bool():
            return ["include" if value else "exclude"]
        case str():
            return [value]
        case Iterable():
            return [str(one) for one in value]
        case _:
            return [str(value)]
