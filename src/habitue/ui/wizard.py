"""The mapping wizard: what was recognised, what each column stands for, and how values are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st
from pydantic import ValidationError

from habitue.data.mapping import gives_back, names_alone, tax_said, tax_ways, taxed
from habitue.data.mapping.model import Mapping, field_of
from habitue.data.mapping.needs import dropped
from habitue.errors import HabitueError
from habitue.schema import Role
from habitue.texts import percent, text
from habitue.ui import says, wizard_options, wizard_sample
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.data.mapping import Candidate, RoleGuess
    from habitue.data.sources.looking import Look

_FIRST: Final = (
    Role.CUSTOMER, Role.MOMENT, Role.ORDER, Role.QUANTITY, Role.PRICE, Role.AMOUNT,
)  # fmt: skip
_NEXT: Final = (
    Role.PRODUCT, Role.DESCRIPTION, Role.COUNTRY, Role.STATUS, Role.CURRENCY, Role.CATEGORY,
    Role.CHANNEL, Role.DISCOUNT, Role.COST,
)  # fmt: skip
_IN_A_ROW: Final = 3
_TAX_FIRST: Final = "included"
_ENCODINGS: Final = ("utf-8", "cp1252", "latin-1", "utf-16")


@dataclass(frozen=True, slots=True)
class Base:
    """What the wizard starts from.

    Attributes:
        mapping: A mapping saved before, a known export's, or what was guessed.
        reasons: Why each role has its column, where something was guessed.
        tag: Tells it from another start: the controls begin anew with it.
    """

    mapping: Mapping
    reasons: dict[Role, RoleGuess]
    tag: str


def reading(*, written: bool) -> tuple[tuple[str, str], ...]:
    """Ask how text files are written, for whoever sees that it was not understood.

    Args:
        written: Whether the sources are files.
    """
    if not written:
        return ()
    encoding = st.selectbox(
        t("intake.encoding"), _ENCODINGS, index=None, key="bring.encoding",
        placeholder=t("intake.detected"),
    )  # fmt: skip
    delimiter = st.selectbox(
        t("intake.delimiter"), list(wizard_sample.DELIMITERS), index=None, key="bring.delimiter",
        format_func={mark: t(f"intake.delimiter_{name}")
                     for mark, name in wizard_sample.DELIMITERS.items()}.__getitem__,
        placeholder=t("intake.detected"),
    )  # fmt: skip
    told_so = {"encoding": encoding, "delimiter": delimiter}
    return tuple((key, value) for key, value in told_so.items() if value is not None)


def show(seen: Look, token: str, given: Mapping | None) -> Mapping | None:
    """Draw the wizard.

    Args:
        seen: The sources.
        token: Tells them from any others.
        given: A mapping saved before, to start from.

    Returns:
        The mapping, or None while it lacks something.
    """
    base = _taxed(seen, _base(seen, token, given))
    wizard_sample.show(seen, base.mapping)
    st.header(t("intake.roles"), anchor=False)
    st.markdown(t("intake.roles_words"))
    chosen: dict[str, Any] = {}
    _roles(_FIRST, seen, base, chosen)
    used = set(base.mapping.columns)
    _roles(tuple(one for one in Role if one in used or one in _NEXT if one not in _FIRST),
           seen, base, chosen)  # fmt: skip
    others = tuple(one for one in Role if one not in {*_FIRST, *_NEXT} and one not in used)
    with st.expander(t("intake.other_roles")):
        st.markdown(t("intake.other_roles_words"))
        _roles(others, seen, base, chosen)
    try:
        mapping = base.mapping.but(**_consistent(base.mapping, chosen))
        if _lacks(mapping):
            return None
        _warn_of_names(seen, mapping)
        _warn_of_refunds(seen, mapping)
        return wizard_options.show(seen, mapping, base.tag)
    except ValidationError:
        st.error(t("intake.contradiction"), icon=":material/error:")
    except HabitueError as refusal:
        st.error(verbatim(refusal.what(lang())), icon=":material/error:")
        st.info(verbatim(refusal.hint(lang())), icon=":material/lightbulb:")
    return None


def _base(seen: Look, token: str, given: Mapping | None) -> Base:
    if given is not None and given.columns:
        st.markdown(t("intake.from_file"))
        return Base(given, {}, f"{token}.given")
    known = {one.profile: one for one in seen.candidates}
    asked = {} if given is None else given.model_dump(exclude_defaults=True)
    if not known:
        st.markdown(t("intake.nobody_known"))
        return Base(seen.guess.mapping.but(**asked), seen.guess.roles, token)
    name: str = next(iter(known))
    if len(known) > 1:
        name = st.radio(
            t("intake.profile"), list(known), key=f"wizard.{token}.profile",
            format_func={name: _says(one) for name, one in known.items()}.__getitem__,
        )  # fmt: skip
    found = known[name]
    st.markdown(told("intake.known", reason=_says(found)))
    if found.lacking:
        says.aside(told("intake.known_lacking", names=found.lacking))
    for trap in found.traps:
        says.aside(f":material/info: {t(trap)}")
    reasons = seen.guess.roles if found == seen.candidates[0] else {}
    return Base(found.mapping.but(**asked), reasons, f"{token}.{name}")


def _taxed(seen: Look, base: Base) -> Base:
    """Ask once whether amounts are read with tax, where the file offers both."""
    columns = [one for part in seen.parts for one in part.headed]
    ways = tax_ways(columns, base.mapping)
    if not ways:
        return base
    tax = st.radio(
        t("intake.tax"), list(ways), horizontal=True, key=f"wizard.{base.tag}.tax",
        index=list(ways).index(base.mapping.tax or _TAX_FIRST), help=t("intake.tax_help"),
        format_func={one: t(f"intake.word_{one}") for one in ways}.__getitem__,
    )  # fmt: skip
    mapping = taxed(base.mapping, columns, tax)
    reasons = {
        role: why for role, why in base.reasons.items() if mapping.columns.get(role) == why.column
    }
    return Base(mapping, reasons, f"{base.tag}.{tax}")


def _warn_of_names(seen: Look, mapping: Mapping) -> None:
    """Warn where customers are told apart by their names alone."""
    if mapping.identity not in (None, "name"):
        return
    customer = mapping.customer
    if mapping.identity == "name" or any(
        names_alone(one) for part in seen.parts for one in part.headed if one.name == customer
    ):
        st.warning(
            verbatim(text("check.identity_name", lang(), column=customer)),
            icon=":material/group:",
        )


def _warn_of_refunds(seen: Look, mapping: Mapping) -> None:
    """Warn where money given back stands in a column that nobody reads."""
    if mapping.profile is not None or mapping.refund is not None:
        return
    back = [name for part in seen.parts for name in gives_back(part.headed)]
    if back:
        st.warning(
            told("check.refunds_unread", columns=list(dict.fromkeys(back))),
            icon=":material/assignment_return:",
        )


def _says(candidate: Candidate) -> str:
    facts: dict[str, Any] = candidate.facts
    return t(candidate.reason, **facts)


def _roles(roles: tuple[Role, ...], seen: Look, base: Base, chosen: dict[str, Any]) -> None:
    """Draw a select per role, with the reason of its column below; note what is chosen."""
    for start in range(0, len(roles), _IN_A_ROW):
        places = st.columns(_IN_A_ROW)
        for place, role in zip(places, roles[start : start + _IN_A_ROW], strict=False):
            with place:
                chosen[field_of(role)] = _role(role, seen, base)


def _role(role: Role, seen: Look, base: Base) -> str | None:
    proposed = base.mapping.columns.get(role)
    names = list(seen.names)
    if proposed is not None and proposed not in names:
        names.append(proposed)
    column = st.selectbox(
        _titled(t(f"check.role_{role}")), names, placeholder=t("intake.no_column"),
        index=None if proposed is None else names.index(proposed),
        key=f"wizard.{base.tag}.role.{role}",
        help=t(f"intake.role_{role}") if role in {*_FIRST, *_NEXT} else None,
    )  # fmt: skip
    why = base.reasons.get(role)
    if column is None:
        return None
    if column != proposed or why is None:
        says.aside(t("intake.reason_yours") if column != proposed else t("intake.reason_given"))
    else:
        says.aside(told("intake.reason", why=t(why.reason), score=percent(why.score, lang(),
                                                                          decimals=0)))  # fmt: skip
    return column


def _consistent(base: Mapping, chosen: dict[str, Any]) -> dict[str, Any]:
    """Drop what only speaks of a column that is no longer there; let headers speak of tax."""
    changed = chosen | dropped(base, chosen)
    money = changed[field_of(Role.AMOUNT)] or changed[field_of(Role.PRICE)]
    said = None if money is None else tax_said(money)
    return changed if said is None else changed | {"tax": said}


def _lacks(mapping: Mapping) -> bool:
    missing = mapping.missing()
    if missing:
        names = [t(f"check.role_{role}") for role in missing]
        st.warning(told("intake.missing", roles=names), icon=":material/rule:")
    return bool(missing)


def _titled(words: str) -> str:
    return words[:1].upper() + words[1:]
