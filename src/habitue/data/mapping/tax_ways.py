"""Amounts with tax or without, where a file offers both: one choice, which moves the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from habitue.data.mapping.guessing import looks_like_numbers, name_score
from habitue.data.mapping.model import field_of
from habitue.data.mapping.needs import dropped
from habitue.data.mapping.profiles import named
from habitue.data.mapping.tax_words import but_for_tax, tax_said
from habitue.data.mapping.values import Tax
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from habitue.data.mapping.model import Mapping
    from habitue.data.mapping.names import Column

Way = dict[Role, str | None]
"""Column of each role that depends on the choice; None where a role goes without."""
_TAXES: Final[tuple[Tax, ...]] = get_args(Tax)


def tax_ways(columns: Sequence[Column], mapping: Mapping) -> dict[Tax, Way]:
    """Give the columns to read with tax and without; empty where the file offers one way only.

    Args:
        columns: Those of the file.
        mapping: What they are taken for.

    Examples:
        >>> from habitue.data.mapping import Column, Mapping
        >>> header = [Column(name) for name in ("Client", "Date", "Montant HT", "Montant TTC")]
        >>> taken = Mapping(customer="Client", moment="Date", amount="Montant TTC")
        >>> tax_ways(header, taken)["excluded"][Role.AMOUNT]
        'Montant HT'
    """
    profile = None if mapping.profile is None else named(mapping.profile)
    if profile is not None and profile.tax:
        roles = {role for listed in profile.tax.values() for role in listed}
        ways: dict[Tax, Way] = {}
        for tax in profile.tax:
            found = profile.find(columns, tax)
            ways[tax] = {role: found.get(role) for role in sorted(roles)}
    else:
        ways = {tax: way for tax in _TAXES if (way := _by_header(columns, mapping, tax))}
    offered = {tax: way for tax, way in ways.items() if way.get(Role.AMOUNT) or way.get(Role.PRICE)}
    return offered if len(offered) == len(_TAXES) else {}


def taxed(mapping: Mapping, columns: Sequence[Column], tax: Tax) -> Mapping:
    """Give the mapping that reads amounts with tax, or without.

    Args:
        mapping: What the columns are taken for.
        columns: Those of the file.
        tax: What is wanted; where the file offers one way only, it is stated and nothing moves.

    Examples:
        >>> from habitue.data.mapping import Column, Mapping
        >>> header = [Column(name) for name in ("Client", "Date", "Montant HT", "Montant TTC")]
        >>> taken = Mapping(customer="Client", moment="Date", amount="Montant TTC")
        >>> taxed(taken, header, "excluded").amount
        'Montant HT'
    """
    way = tax_ways(columns, mapping).get(tax, {})
    moved = {field_of(role): name for role, name in way.items()}
    return mapping.but(**moved, **dropped(mapping, moved), tax=tax)


def _by_header(columns: Sequence[Column], mapping: Mapping, tax: Tax) -> Way:
    """Find the columns whose headers say so: of the role in use, else of the other."""
    money = (Role.AMOUNT, Role.PRICE)
    used = [role for role in money if role in mapping.columns]
    way: Way = {}
    for role in used:
        if column := _column(columns, role, tax, mapping.columns[role]):
            way[role] = column
    if way:
        return way
    for role in (one for one in money if one not in used):
        if role is Role.PRICE and Role.QUANTITY not in mapping.columns:
            continue
        if column := _column(columns, role, tax, ""):
            return dict.fromkeys(used) | {role: column}
    return {}


def _column(columns: Sequence[Column], role: Role, tax: Tax, taken: str) -> str | None:
    """Choose among the columns that say so: the one named like the one in use, else by its name."""
    fitting = [
        one
        for one in columns
        if tax_said(one.name) == tax and (looks_like_numbers(one) or not one.samples)
    ]
    for one in fitting:
        if taken in (one.name, "") or but_for_tax(one.name) != but_for_tax(taken):
            continue
        return one.name
    if taken and tax_said(taken) == tax:
        return taken
    best = max(fitting, key=lambda one: name_score(role, one), default=None)
    return best.name if best is not None and name_score(role, best) > 0 else None
