"""How the values are read and which lines count: asked where the rows do not tell."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, Final, get_args

import streamlit as st

from habitue.data.currencies import sharing
from habitue.data.mapping import tax_said
from habitue.data.mapping.model import Mapping, field_of
from habitue.data.mapping.needs import NEEDS
from habitue.data.mapping.values import Tax
from habitue.errors import ContentError
from habitue.schema import Role
from habitue.ui import says
from habitue.ui.language import lang, t, told, verbatim
from habitue.workspace import intake

if TYPE_CHECKING:
    from habitue.data.sources.looking import Doubt, Look

_COLUMNS: Final = frozenset(field_of(role) for role in Role)
_ASKED: Final = frozenset(
    {"profile", "day_first", "decimal", "thousands", "currency", "encoding", "delimiter",
     "drop_statuses", "rates", "tax"}
)  # fmt: skip
"""Keys with a place of their own; the rest are options."""
_DECIMALS: Final = {",": "comma", ".": "dot"}
_THOUSANDS: Final = {" ": "space", ".": "dot", ",": "comma", "'": "apostrophe"}
_VALUES: Final = {
    "keep_statuses": "status", "cancelled_statuses": "status", "no_customer": "customer",
    "test_values": "test", "keep_types": "type", "drop_types": "type",
    "return_types": "type", "shipping_types": "type",
}  # fmt: skip
"""Options that list values of a column."""
_SHOWN_VALUES: Final = 200


def show(seen: Look, mapping: Mapping, tag: str) -> Mapping | None:
    """Draw the questions.

    Args:
        seen: The sources.
        mapping: Column of each role.
        tag: Tells the controls from those of another start.

    Returns:
        The mapping with the answers, or None while one is due.

    Raises:
        MappingError: Two answers contradict each other.
    """
    st.header(t("intake.values"), anchor=False)
    answers: dict[str, Any] = {}
    left, right = st.columns(2)
    with left:
        due = _written(seen, mapping, tag, answers)
    with right:
        settled = mapping.but(**answers)
        due = _money(seen, settled, tag, answers) or due
        _tax(mapping, tag, answers)
        _statuses(seen, mapping, tag, answers)
        others = st.container()
    with st.expander(t("intake.options"), icon=":material/tune:"):
        st.markdown(t("intake.options_words"))
        _options(seen, mapping, tag, answers)
    with others:
        _left_out_too(seen, mapping.but(**answers))
    return None if due else mapping.but(**answers)


def _written(seen: Look, mapping: Mapping, tag: str, answers: dict[str, Any]) -> bool:
    """Ask for date order and marks; tell whether an answer is due."""
    open_questions = {one.key: one for one in _doubts(seen, mapping)}
    due = False
    if "day_first" in open_questions or mapping.day_first is not None:
        answers["day_first"], due = _day_first(
            open_questions.get("day_first"), mapping, tag, whole=seen.whole
        )
    decimal = st.selectbox(
        t("intake.decimal"), list(_DECIMALS), placeholder=t("intake.by_column"),
        index=None if mapping.decimal is None else list(_DECIMALS).index(mapping.decimal),
        format_func={one: t(f"intake.mark_{name}") for one, name in _DECIMALS.items()}.__getitem__,
        key=f"wizard.{tag}.decimal", help=t("intake.decimal_help"),
    )  # fmt: skip
    answers["decimal"] = decimal
    if "decimal" in open_questions and decimal is None:
        doubt = open_questions["decimal"].facts
        st.warning(
            told("intake.ask_decimal", column=doubt["column"], value=doubt["value"]),
            icon=":material/help:",
        )
        due = due or seen.whole
    answers["thousands"] = st.selectbox(
        t("intake.thousands"), list(_THOUSANDS), placeholder=t("intake.by_column"),
        index=None if mapping.thousands is None else list(_THOUSANDS).index(mapping.thousands),
        format_func={one: t(f"intake.mark_{name}")
                     for one, name in _THOUSANDS.items()}.__getitem__,
        key=f"wizard.{tag}.thousands",
    )  # fmt: skip
    return due


def _doubts(seen: Look, mapping: Mapping) -> tuple[Doubt, ...]:
    asked = mapping.but(day_first=None, decimal=None, thousands=None)
    try:
        return intake.doubts(seen, asked)
    except ContentError as refusal:
        st.warning(verbatim(refusal.what(lang())), icon=":material/report:")
        return ()


def _day_first(
    doubt: Doubt | None, mapping: Mapping, tag: str, *, whole: bool
) -> tuple[bool | None, bool]:
    """Ask which comes first, never guessed; tell whether the answer is due."""
    if doubt is not None:
        st.warning(
            told("intake.ask_dates", column=doubt.facts["column"], value=doubt.facts["value"]),
            icon=":material/help:",
        )
    orders = {"day_month": True, "month_day": False} | ({} if whole else {"by_file": None})
    known = None if mapping.day_first is None else [True, False].index(mapping.day_first)
    answer = st.radio(
        t("intake.day_first"), list(orders), index=known, horizontal=True,
        key=f"wizard.{tag}.day_first",
        format_func={one: t(f"intake.{one}") for one in orders}.__getitem__,
    )  # fmt: skip
    return (None, True) if answer is None else (orders[answer], False)


def _money(seen: Look, mapping: Mapping, tag: str, answers: dict[str, Any]) -> bool:
    """Ask for the currency; tell whether an answer is due."""
    found = intake.currencies(seen, mapping.but(currency=None, rates={}))
    typed = st.text_input(
        t("intake.currency"), value=mapping.currency or "", max_chars=3,
        key=f"wizard.{tag}.currency", help=t("intake.currency_help"),
        placeholder=", ".join(found) or t("intake.currency_unknown"),
    )  # fmt: skip
    code = typed.strip().upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):  # noqa: PLR2004 - ISO 4217
        st.error(told("intake.currency_wrong", code=code), icon=":material/error:")
        return True
    answers["currency"] = code or None
    signs = {
        one: code if code in sharing(one) else _meant(one, mapping, tag)
        for one in found if sharing(one)
    }  # fmt: skip
    if None in signs.values():
        return True
    found = tuple(sorted({signs.get(one) or one for one in found}))
    if len(found) == 1 and signs and not code:
        code = answers["currency"] = found[0]
    others = [one for one in found if one != code]
    answers["rates"] = mapping.rates if code else {}
    if len(found) > 1:
        st.warning(told("intake.currencies", currencies=found), icon=":material/currency_exchange:")
        if not code:
            return True
        answers["rates"] = _rates(others, mapping, code, tag)
        return len(answers["rates"]) < len(others)
    return False


def _meant(sign: str, mapping: Mapping, tag: str) -> str | None:
    """Ask which of the currencies that share a sign is meant."""
    codes = sharing(sign)
    known = [at for at, code in enumerate(codes) if code in (mapping.currency, *mapping.rates)]
    answer = st.selectbox(
        t("intake.sign", sign=sign), codes, index=known[0] if len(known) == 1 else None,
        key=f"wizard.{tag}.sign.{sign}", placeholder=t("intake.sign_choose"),
    )  # fmt: skip
    if answer is None:
        st.warning(
            told("intake.currency_unclear", sign=sign, currencies=codes),
            icon=":material/currency_exchange:",
        )
    return answer


def _tax(mapping: Mapping, tag: str, answers: dict[str, Any]) -> None:
    """State whether amounts hold tax, where no header says it."""
    money = mapping.amount or mapping.price
    if money is not None and tax_said(money) is not None:
        says.aside(told(f"intake.tax_said_{mapping.tax}", column=money))
        return
    words = list(get_args(Tax))
    answers["tax"] = st.selectbox(
        t("intake.tax"), words, index=None if mapping.tax is None else words.index(mapping.tax),
        format_func={one: t(f"intake.word_{one}") for one in words}.__getitem__,
        key=f"wizard.{tag}.tax_stated", placeholder=t("intake.tax_unsaid"),
        help=t("intake.tax_stated_help"),
    )  # fmt: skip


def _rates(others: list[str], mapping: Mapping, code: str, tag: str) -> dict[str, str]:
    rates: dict[str, str] = {}
    for one in others:
        known = mapping.rates.get(one)
        typed = st.text_input(
            t("intake.rate", other=one, currency=code), key=f"wizard.{tag}.rate.{one}",
            value="" if known is None else str(known),
        )  # fmt: skip
        if typed.strip():
            rates[one] = typed
    return rates


def _statuses(seen: Look, mapping: Mapping, tag: str, answers: dict[str, Any]) -> None:
    if mapping.status is None:
        answers["drop_statuses"] = ()
        return
    counts = dict(seen.values(mapping.status)[:_SHOWN_VALUES])
    known = {one.lower() for one in mapping.drop_statuses}
    there = {one.lower() for one in counts}
    chosen = st.multiselect(
        t("intake.statuses"), list(counts), default=[one for one in counts if one.lower() in known],
        format_func={
            one: f"{one} ({t('intake.times', count=count)})" for one, count in counts.items()
        }.__getitem__,
        key=f"wizard.{tag}.{mapping.status}.statuses", help=t("intake.statuses_help"),
        placeholder=t("intake.statuses_none"),
    )  # fmt: skip
    # Those not among the rows seen are not shown, and still hold for the rows to come.
    unseen = (one for one in mapping.drop_statuses if one.lower() not in there)
    answers["drop_statuses"] = (*chosen, *unseen)


def _left_out_too(seen: Look, mapping: Mapping) -> None:
    """Name the statuses that the rules of the export leave out, beside those chosen."""
    if mapping.status is None:
        return
    dropped, kept, cancelled = (
        {one.lower() for one in names}
        for names in (mapping.drop_statuses, mapping.keep_statuses, mapping.cancelled_statuses)
    )
    found = [
        one
        for one, _ in seen.values(mapping.status)[:_SHOWN_VALUES]
        if one.lower() not in dropped
        and (one.lower() in cancelled or (kept and one.lower() not in kept))
    ]
    if found:
        says.aside(told("intake.statuses_too", statuses=found))


def _options(seen: Look, mapping: Mapping, tag: str, answers: dict[str, Any]) -> None:
    """Draw a control per option, of the kind that its type asks for."""
    left, right = st.columns(2)
    names = [one for one in Mapping.model_fields if one not in _COLUMNS | _ASKED]
    for at, name in enumerate(names):
        if not all(getattr(mapping, needs) for needs in NEEDS.get(name, ()) if needs in _COLUMNS):
            continue
        with (left, right)[at % 2]:
            answers[name] = _option(name, seen, mapping, tag)


def _option(name: str, seen: Look, mapping: Mapping, tag: str) -> Any:
    label, key = t(f"intake.option_{name}"), f"wizard.{tag}.option.{name}"
    now, field = getattr(mapping, name), Mapping.model_fields[name]
    if field.default is False:
        return st.toggle(label, value=now, key=key)
    if isinstance(field.default, int):
        return st.number_input(label, min_value=0, value=now, step=1, key=key)
    choices = _choices(field.annotation)
    if field.default == ():
        column = getattr(mapping, _VALUES[name]) if name in _VALUES else None
        there = [value for value, _ in seen.values(column)[:_SHOWN_VALUES]] if column else []
        words = {one: t(f"intake.word_{one}") for one in choices}
        return tuple(
            st.multiselect(
                label, list(dict.fromkeys([*now, *choices, *there])), default=list(now), key=key,
                accept_new_options=not choices, placeholder=t("intake.none"),
                format_func=lambda one: words.get(one, one),
            )
        )  # fmt: skip
    if choices:
        return st.selectbox(
            label, choices, index=None if now is None else choices.index(now), key=key,
            format_func={one: t(f"intake.word_{one}") for one in choices}.__getitem__,
            placeholder=t("intake.none"),
        )  # fmt: skip
    return st.text_input(label, value=now or "", key=key, placeholder=t("intake.none")) or None


def _choices(annotation: Any) -> list[str]:
    """List the words a type allows; empty where any text will do."""
    if isinstance(annotation, str):
        return [annotation]
    return [
        word
        for one in get_args(annotation)
        if one is not NoneType and one is not Ellipsis
        for word in _choices(one)
        if isinstance(word, str)
    ]
