"""The filters in the sidebar, the same on every screen that counts something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.schema import CustomerType, Filters, Grain, Kind, ReturnsMode
from habitue.texts import text
from habitue.ui import address, typed
from habitue.ui.language import lang, t, told
from habitue.ui.window import Slide, slid

if TYPE_CHECKING:
    from collections.abc import Callable

    from habitue.results import Shop

_DAY: Final = "DD/MM/YYYY"
_NAMES: Final = (
    "grain", "start", "end", "countries", "customer_type", "wholesale_factor", "returns",
    "min_order", "kinds", "anonymous", "as_of",
)  # fmt: skip
_BY_BASKET: Final = {CustomerType.RETAIL, CustomerType.WHOLESALE}


def sidebar(shop: Shop) -> Filters:
    """Draw the filters and give what the reader asks for.

    Args:
        shop: What there is to choose from.

    Raises:
        RequestError: The choices contradict each other.
    """
    touched = address.touched()
    filters = address.asked(shop)
    if not touched:
        _show(filters, shop)
    with st.sidebar:
        _period(shop)
        _customers(shop)
        _money(shop)
        _time_travel(shop)
        st.button(
            t("filters.reset"),
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=_reset,
            args=(shop,),
            disabled=not address.spell(filters) and not touched,
            key="filters.reset",
        )
    if touched:
        filters = _gathered(filters, shop)
    address.keep(filters)
    return filters


def notes() -> None:
    """Tell politely what the address asked for and could not have."""
    for refusal in address.refusals():
        st.warning(
            told("filters.ignored", what=refusal.what(lang()), hint=refusal.hint(lang())),
            icon=":material/link_off:",
        )


def _key(name: str) -> str:
    return f"filters.{name}"


def _bound(name: str) -> dict[str, Any]:
    return {
        "label": t(f"filters.{name}"),
        "key": _key(name),
        "on_change": address.touch,
        "persist_state": "session",
    }


def _named(prefix: str) -> Callable[[object], str]:
    """Name choices in the language of this run: Streamlit may ask for a name when it is over."""
    reader = lang()
    return lambda one: text(f"filters.{prefix}_{one}", reader)


def _counted(orders: dict[str, int]) -> Callable[[str], str]:
    reader = lang()
    return lambda one: text("filters.country_orders", reader, country=one, orders=orders[one])


def _period(shop: Shop) -> None:
    st.segmented_control(
        **_bound("grain"),
        options=list(Grain),
        format_func=_named("grain"),
        required=True,
        width="stretch",
    )
    bounds: dict[str, Any] = {
        "min_value": shop.first_day,
        "max_value": shop.last_day,
        "format": _DAY,
    }
    start, end = st.columns(2)
    start.date_input(**_bound("start"), **bounds)
    end.date_input(**_bound("end"), **bounds)
    st.menu_button(
        t("filters.slide"),
        list(Slide),
        format_func=_named("slide"),
        icon=":material/date_range:",
        key=_SLIDE,
        on_click=_slide,
        args=(shop,),
        width="stretch",
    )


_SLIDE: Final = "filters.slide"


def _slide(shop: Shop) -> None:
    window = st.session_state[_key("start")], st.session_state[_key("end")]
    how = Slide(st.session_state[_SLIDE])
    start, end = slid(window, how, first=shop.first_day, last=shop.last_day)
    st.session_state[_key("start")] = start
    st.session_state[_key("end")] = end
    address.touch()


def _customers(shop: Shop) -> None:
    orders = dict(shop.countries)
    if len(orders) > 1:
        st.multiselect(
            **_bound("countries"),
            options=list(orders),
            format_func=_counted(orders),
            placeholder=t("filters.countries_all"),
        )
    st.selectbox(
        **_bound("customer_type"),
        options=list(CustomerType),
        index=None,
        format_func=_named("customer_type"),
        placeholder=t("filters.customer_type_all"),
        help=glossary.help_text("customer_type", lang()),
    )
    if st.session_state[_key("customer_type")] in _BY_BASKET:
        st.number_input(
            **_bound("wholesale_factor"),
            min_value=1.0,
            max_value=1000.0,
            step=0.5,
            format="%.1f",
            help=t("filters.wholesale_factor_help"),
        )


def _money(shop: Shop) -> None:
    st.selectbox(
        **_bound("returns"),
        options=list(ReturnsMode),
        format_func=_named("returns"),
        help=glossary.help_text("returns_mode", lang()),
    )
    st.number_input(
        **_bound("min_order"),
        value=None,
        min_value=0.0,
        step=10.0,
        format="%.2f",
        placeholder=t("filters.min_order_none"),
        help=t("filters.min_order_help"),
    )
    if len(shop.kinds) > 1:
        st.pills(
            **_bound("kinds"),
            options=[kind for kind in Kind if kind in shop.kinds],
            format_func=_named("kind"),
            selection_mode="multi",
        )
    if shop.has_anonymous:
        st.toggle(**_bound("anonymous"), help=t("filters.anonymous_help"))


def _time_travel(shop: Shop) -> None:
    st.date_input(
        **_bound("as_of"),
        min_value=shop.first_day,
        max_value=shop.last_day,
        format=_DAY,
        help=glossary.help_text("as_of", lang(), as_of=shop.last_day),
    )


def _show(filters: Filters, shop: Shop) -> None:
    """Set the widgets on the filters in force: after a link, a reset or a turn of the page."""
    for name in _NAMES:
        st.session_state[_key(name)] = getattr(filters, name)
    st.session_state[_key("start")] = filters.start or shop.first_day
    st.session_state[_key("end")] = filters.end or shop.last_day
    st.session_state[_key("as_of")] = filters.as_of or shop.last_day
    if filters.min_order is not None:
        st.session_state[_key("min_order")] = float(filters.min_order)
    st.session_state[_key("countries")] = list(filters.countries)
    st.session_state[_key("kinds")] = [kind for kind in filters.kinds if kind in shop.kinds]


def _gathered(before: Filters, shop: Shop) -> Filters:
    """Read the widgets; one that is not drawn leaves its filter as it was."""
    seen: dict[str, Any] = {
        name: st.session_state[_key(name)] for name in _NAMES if _key(name) in st.session_state
    }
    # A date at the edge of the data is an open one: it moves with the next ingest.
    for name, edge in (("start", shop.first_day), ("end", shop.last_day), ("as_of", shop.last_day)):
        seen[name] = None if seen[name] == edge else seen[name]
    seen["countries"] = tuple(sorted(seen["countries"]))
    if seen["min_order"] is not None:
        seen["min_order"] = typed.amount(seen["min_order"])
    # Every kind there is means every kind: a shop without vouchers has not filtered them out.
    if set(seen["kinds"]) == set(shop.kinds):
        seen["kinds"] = tuple(Kind)
    else:
        seen["kinds"] = tuple(kind for kind in Kind if kind in seen["kinds"])
    return before.but(**seen)


def _reset(shop: Shop) -> None:
    _show(Filters(wholesale_factor=shop.wholesale_factor), shop)
    address.touch()
