"""Which mapping holds, and which column each role has in each part."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from habitue.data.mapping import (
    Candidate,
    Mapping,
    RoleGuess,
    candidates,
    gives_back,
    guess,
    named,
    names_alone,
    shares_off,
    speaks_of_orders,
    tax_said,
    taxed,
)
from habitue.data.mapping.model import AMOUNTS, REQUIRED, field_of, suggestion
from habitue.data.mapping.names import bare
from habitue.errors import MappingError, SourceError
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from habitue.data.mapping import Profile
    from habitue.data.sources.part import Part

Warnings = list[tuple[str, dict[str, Any]]]
_SHOWN: Final = 40
"""Column names that a message lists at most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Attributes:
        mapping: The mapping that holds, spelled as in the first part that fits it.
        reasons: Why, per role; empty for a mapping that was given.
        candidate: The known export it was taken for.
        parts: The parts to read and the column of each role in them.
        warnings: Parts left aside, and roles that some part lacks.
    """

    mapping: Mapping
    reasons: dict[Role, RoleGuess]
    candidate: Candidate | None
    parts: list[tuple[Part, dict[Role, str]]]
    warnings: Warnings


def choose(parts: Sequence[Part], given: Mapping | None) -> Choice:
    """Choose the mapping and hold every part against it.

    Raises:
        MappingError: A required role has no column, a column that was named is not there, or its
            header says of tax what the mapping denies.
        SourceError: A column that is needed stands twice in the header.
    """
    mapping, reasons = _mapping(parts, given)
    guessed = given is None or not given.columns
    fits, aside = [], []
    warnings: Warnings = []
    for part in parts:
        columns = resolved(mapping, part)
        if guessed and lacking_in(mapping, columns):
            own = guess(part.columns).mapping
            # Beside the sheet of a known export, other sheets are no order lines.
            columns = own.columns if own.profile == mapping.profile else columns
        if lacking_in(mapping, columns):
            aside.append(part)
            continue
        if not mapping.first_of_twins:
            _refuse_twins(part, columns)
        fits.append((part, columns))
    for part in aside:
        if not part.cells or not any(one.source == part.source for one, _ in fits):
            others = [one for one, _ in fits] if guessed else []
            raise _unlike(part, others, mapping)
        warnings.append(("sheet_ignored", {"file": part.file, "sheet": part.label}))
    mapping = _stated(mapping, fits)
    held = {role for _, columns in fits for role in columns}
    for role, name in mapping.columns.items():
        if role not in held:
            raise _unknown(name, fits[0][0])
        lacking = [part.label for part, columns in fits if role not in columns]
        if lacking:
            warnings.append(("column_lacking", {"column": name, "parts": lacking}))
    warnings += _refunds_unread(mapping, [part for part, _ in fits], given)
    warnings += _discounts_left(mapping, [part for part, _ in fits], given)
    warnings += _amount_of_orders(mapping, given)
    known = [one for part, _ in fits for one in candidates(part.columns)
             if reasons and one.profile == mapping.profile]  # fmt: skip
    return Choice(mapping, reasons, next(iter(known), None), fits, warnings)


def _mapping(parts: Sequence[Part], given: Mapping | None) -> tuple[Mapping, dict[Role, RoleGuess]]:
    asked = given.model_dump(include=given.model_fields_set) if given is not None else {}
    if given is not None and given.missing() and given.profile is not None:
        return _of_profile(parts, named(given.profile), asked)
    if given is not None and given.columns:
        if given.missing():
            raise _missing(parts[0], given, given.columns)
        return given, {}
    guesses = [guess(part.columns) for part in parts]
    best = min(guesses, key=lambda one: (len(one.mapping.missing()), one.candidate is None))
    if asked and best.candidate is not None:
        return _of_profile(parts, named(best.candidate.profile), asked)
    if best.mapping.missing():
        part = parts[guesses.index(best)]
        raise _missing(part, best.mapping, best.mapping.columns)
    mapping = best.mapping.but(**asked)
    if mapping.tax is None:
        return mapping, best.roles
    mapping = taxed(mapping, parts[guesses.index(best)].columns, mapping.tax)
    return mapping, {
        role: best.roles[role] if role in best.roles and best.roles[role].column == name
        else RoleGuess(name, 1.0, "mapping.by_tax")
        for role, name in mapping.columns.items()
    }  # fmt: skip


def _refunds_unread(mapping: Mapping, parts: Sequence[Part], given: Mapping | None) -> Warnings:
    """Warn where money given back stands in a column that nobody reads."""
    back = list(dict.fromkeys(name for part in parts for name in gives_back(part.columns)))
    settled = given is not None and bool(given.columns)
    settled = settled or mapping.profile is not None or mapping.refund is not None
    return [] if settled or not back else [("refunds_unread", {"columns": back})]


def _amount_of_orders(mapping: Mapping, given: Mapping | None) -> Warnings:
    """Warn where rows are items, and the amount guessed for them speaks of their order."""
    settled = given is not None and bool(given.columns)
    items = mapping.product or mapping.description or mapping.quantity
    if settled or mapping.profile or not items or mapping.amount is None:
        return []
    of_orders = speaks_of_orders(mapping.amount)
    return [("order_amount", {"column": mapping.amount})] if of_orders else []


def _discounts_left(mapping: Mapping, parts: Sequence[Part], given: Mapping | None) -> Warnings:
    """Warn where amounts are worked out from prices, and a discount stands beside them."""
    settled = given is not None and bool(given.columns)
    if settled or mapping.profile or mapping.amount is not None or mapping.subtract_discount:
        return []
    beside = [] if mapping.discount is None else [mapping.discount]
    beside += [name for part in parts for name in shares_off(part.columns)]
    return [("discount_left", {"columns": list(dict.fromkeys(beside))})] if beside else []


def _of_profile(
    parts: Sequence[Part], profile: Profile, asked: dict[str, Any]
) -> tuple[Mapping, dict[Role, RoleGuess]]:
    """Read by a profile that was named; what was asked beside it wins."""
    changes = {key: value for key, value in asked.items() if key != "profile"}
    made: list[tuple[int, int, Part, Mapping, dict[Role, str]]] = []
    for part in parts:
        found = profile.find(part.columns, changes.get("tax"))
        mapping = profile.mapping(found, **changes)
        made.append((len(mapping.missing()), len(made), part, mapping, found))
    lacking, _, part, mapping, found = min(made)
    if lacking:
        raise _missing(part, mapping, mapping.columns)
    share = len(found) / len(profile.roles)
    return mapping, {
        role: RoleGuess(column, share, "mapping.by_profile")
        for role, column in mapping.columns.items()
        if found.get(role) == column
    }


def _stated(mapping: Mapping, fits: Sequence[tuple[Part, dict[Role, str]]]) -> Mapping:
    """Write down what the columns say of tax, and whether they know customers by name alone."""
    money = mapping.amount or mapping.price
    said = None if money is None else tax_said(money)
    if said is not None and mapping.tax not in (said, None):
        raise MappingError("mapping_tax_differs", tax=mapping.tax, column=money)
    by_name = mapping.identity is None and any(
        names_alone(one)
        for part, columns in fits
        for one in part.columns
        if one.name == columns.get(Role.CUSTOMER)
    )
    return mapping.but(tax=mapping.tax or said, **({"identity": "name"} if by_name else {}))


def resolved(mapping: Mapping, part: Part) -> dict[Role, str]:
    """Find each role's column: as spelled, else by the letters of its name."""
    names = [one.name for one in part.fields]
    loose = {bare(name): name for name in reversed(names)}
    found = {
        role: name if name in names else loose.get(bare(name))
        for role, name in mapping.columns.items()
    }
    return {role: name for role, name in found.items() if name is not None}


def lacking_in(mapping: Mapping, columns: dict[Role, str]) -> tuple[Role, ...]:
    """Name the roles without which nothing can be read of a part."""
    needed = {"identity": mapping.identity} | {
        field_of(role): columns.get(role) for role in (*REQUIRED, *AMOUNTS, Role.ORDER)
    }
    return Mapping.model_validate(needed).missing()


def _refuse_twins(part: Part, columns: dict[Role, str]) -> None:
    names = [one.name for one in part.fields]
    twins = sorted({name for name in columns.values() if names.count(name) > 1})
    if twins:
        raise SourceError("header_twins", file=part.file, names=twins)


def _missing(part: Part, mapping: Mapping, columns: dict[Role, str]) -> MappingError:
    found = [one.name for one in part.fields if one.name]
    lacking = lacking_in(mapping, columns)
    for role in lacking:
        if role in mapping.columns:
            return _unknown(mapping.columns[role], part)
    return MappingError(
        "mapping_missing",
        roles=[field_of(role) for role in lacking],
        file=part.file,
        found=[*found[:_SHOWN], "…"] if len(found) > _SHOWN else found,
        suggestion=suggestion(columns, lacking),
    )


def _unlike(part: Part, others: Sequence[Part], mapping: Mapping) -> MappingError:
    """Refuse a part that lacks what was asked for, or what was understood of others."""
    columns = resolved(mapping, part)
    if not others:
        return _missing(part, mapping, columns)
    lacking = lacking_in(mapping, columns)
    found = [one.name for one in part.fields if one.name]
    return MappingError(
        "mapping_unlike", file=part.file, other=others[0].file,
        names=[mapping.columns[role] for role in lacking if role in mapping.columns],
        found=[*found[:_SHOWN], "…"] if len(found) > _SHOWN else found,
    )  # fmt: skip


def _unknown(name: str, part: Part) -> MappingError:
    found = [one.name for one in part.fields if one.name]
    near = get_close_matches(name, found, n=1, cutoff=0) or [""]
    shown = [*found[:_SHOWN], "…"] if len(found) > _SHOWN else found
    return MappingError("mapping_no_such_column", name=name, file=part.file, near=near[0],
                        found=shown)  # fmt: skip
