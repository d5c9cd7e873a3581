"""Guess the mapping: by profile, else by the words of the headers and what stands below them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from habitue.data.currencies import SIGN
from habitue.data.mapping.candidates import Candidate, candidates
from habitue.data.mapping.model import Mapping, field_of
from habitue.data.mapping.names import Column, bare, words
from habitue.packaged import folder, told
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOMENTS: Final = frozenset({Role.MOMENT})
_NUMBERS: Final = frozenset({Role.QUANTITY, Role.PRICE, Role.AMOUNT, Role.COST, Role.DISCOUNT})
_DATE: Final = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|(19|20)\d{6})([ T].*)?"
)
_NUMBER: Final = re.compile(
    rf"\(?[-+]?{SIGN}?\s?[-+]?[\d.,'\s]*\d[\d.,]*(e[-+]?\d+)?-?\s?(?:{SIGN}|%)?-?\)?"
)
_TIME: Final = r"(\S+ )?\d{1,2}[:h]\d{2}(:\d{2}(\.\d+)?)?(\s?[ap]\.?m\.?)?"
_MOST: Final = 0.9
_BACK: Final = frozenset(
    {
        "refund",
        "refunds",
        "refunded",
        "rembourse",
        "remboursee",
        "remboursement",
        "remboursements",
        "avoir",
        "avoirs",
    }
)
_PER_CENT: Final = frozenset({"percent", "percentage", "pct", "pourcentage", "taux", "rate"})
_NOT_FOR: Final = {
    Role.CUSTOMER: frozenset({"note", "notes", "comment", "comments", "commentaire", "message"}),
    Role.AMOUNT: frozenset({"discount", "remise", "tax", "taxes", "taxe", "tva", "vat", "shipping",
                            "livraison", "port", "fee", "fees", "frais", "tip"}) | _BACK,
}  # fmt: skip
"""Words that turn a header which only contains a role's word into something else."""
_WHOLE: Final = frozenset(
    {"order", "orders", "commande", "commandes", "basket", "cart", "panier", "invoice", "facture"}
)
_FLOOR: Final = 0.3
"""Below this score a column is left alone: a wrong guess costs more than a question."""


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """Why a column was chosen for a role.

    Attributes:
        column: Header of the column.
        score: From 0 to 1.
        reason: Key of the sentence in the `mapping` catalogue.
    """

    column: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping and the reason for each of its roles.

    Attributes:
        mapping: What was understood; `mapping.missing()` says what was not.
        roles: Column, score and reason of each role found.
        candidate: The known export it was taken for; None when the words of the headers decided.
    """

    mapping: Mapping
    roles: dict[Role, RoleGuess]
    candidate: Candidate | None = None


def guess(columns: Sequence[Column]) -> Guess:
    """Guess what each column stands for.

    A known system is recognised by its headers, whatever their order. Otherwise each header is
    held against French and English synonyms, and the samples below it must agree with the role.
    What no header says is found by content where only one column can be meant.

    Args:
        columns: Header, type and a few values of each column.

    Examples:
        >>> found = guess([Column("Identifiant client"), Column("Date"), Column("Montant TTC")])
        >>> found.mapping.customer, found.mapping.amount, found.roles[Role.MOMENT].reason
        ('Identifiant client', 'Montant TTC', 'mapping.by_name')
    """
    for best in candidates(columns)[:1]:
        known = {
            role: RoleGuess(name, best.share, "mapping.by_profile")
            for role, name in best.roles.items()
        }
        return Guess(best.mapping, known, best)
    columns = [one for one in columns if one.name]
    roles = _by_name([(role, one) for role in Role for one in columns if _fits(role, one)], {})
    roles |= _by_content([one for one in columns if one.name not in _taken(roles)], roles)
    # A header that names a role we cannot do without is believed even above strange values:
    # they will be shown one by one, which says more than that there is no such column.
    lacking = _mapping(roles).missing()
    roles |= _by_name([(role, one) for role in lacking for one in columns], roles)
    if Role.TIME in roles and _has_clock(columns, roles):
        roles = {role: why for role, why in roles.items() if role is not Role.TIME}
    if Role.AMOUNT in roles and {Role.QUANTITY, Role.PRICE} <= set(roles):
        # Both were found: the product is exact and needs no trust in a total that may hold more.
        roles = {role: why for role, why in roles.items() if role is not Role.AMOUNT}
    mapping = _mapping(roles)
    if mapping.status is not None:
        mapping = mapping.but(drop_statuses=_not_sales())
    return Guess(mapping, {role: roles[role] for role in Role if role in roles})


def gives_back(columns: Sequence[Column]) -> tuple[str, ...]:
    """Name the columns whose header speaks of refunds.

    Whether they speak of a line or of its order is not for headers to say: nothing is guessed.

    Args:
        columns: Header and values of each column.

    Examples:
        >>> gives_back([Column("Total"), Column("Refund amount"), Column("Montant remboursé")])
        ('Refund amount', 'Montant remboursé')
    """
    return tuple(
        one.name
        for one in columns
        if set(words(one.name)) & _BACK and (looks_like_numbers(one) or not one.samples)
    )


def speaks_of_orders(header: str) -> bool:
    """Tell whether the header of an amount says that it is of a whole order.

    Examples:
        >>> speaks_of_orders("Order Total"), speaks_of_orders("Montant ligne")
        (True, False)
    """
    return bool(_WHOLE & set(words(header)))


def shares_off(columns: Sequence[Column]) -> tuple[str, ...]:
    """Name the columns that say what was taken off as a share, which no role takes.

    Args:
        columns: Header and values of each column.

    Examples:
        >>> shares_off([Column("Remise %"), Column("Discount", samples=("10%",)), Column("Remise")])
        ('Remise %', 'Discount')
    """
    return tuple(
        one.name
        for one in columns
        if _is_share(one) and (not one.samples or looks_like_numbers(one))
        and name_score(Role.DISCOUNT, one) > 0
    )  # fmt: skip


def _is_share(column: Column) -> bool:
    """Tell a column of percentages by its header or by the sign beside its values."""
    named = "%" in column.name or bool(_PER_CENT & set(words(column.name)))
    return named or _share(column, r".*%") > 0


def _mapping(roles: dict[Role, RoleGuess]) -> Mapping:
    return Mapping.model_validate({field_of(role): why.column for role, why in roles.items()})


def _by_name(
    pairs: Sequence[tuple[Role, Column]], known: dict[Role, RoleGuess]
) -> dict[Role, RoleGuess]:
    """Give each role the column whose header suits it best, and no column twice."""
    scored = [(name_score(role, one), role, one.name) for role, one in pairs]
    found: dict[Role, RoleGuess] = {}
    for score, role, name in sorted(scored, key=lambda one: one[0], reverse=True):
        if score >= _FLOOR and role not in found and name not in _taken(known | found):
            found[role] = RoleGuess(name, round(score, 2), "mapping.by_name")
    return found


def name_score(role: Role, column: Column) -> float:
    """Score a header: 1 for the first synonym, less for later ones, half for a word inside it.

    Args:
        role: What it may stand for.
        column: Its column.
    """
    name, inside = bare(column.name), set(words(column.name))
    synonyms = _synonyms().get(role, [])
    for rank, (whole, _) in enumerate(synonyms):
        if name == whole:
            return 1 - 0.3 * rank / len(synonyms)
    for rank, (_, parts) in enumerate(synonyms):
        if parts and parts <= inside and not inside & _NOT_FOR.get(role, frozenset()):
            return 0.5 - 0.15 * rank / len(synonyms)
    return 0.0


@cache
def _not_sales() -> tuple[str, ...]:
    return tuple(told(folder("habitue.data.mapping") / "not_sales.yaml"))


@cache
def _synonyms() -> dict[Role, list[tuple[str, frozenset[str]]]]:
    listed: dict[str, list[str]] = told(folder("habitue.data.mapping") / "synonyms.yaml")
    return {
        Role(role): [(bare(name), frozenset(words(name))) for name in names]
        for role, names in listed.items()
    }


def _by_content(columns: Sequence[Column], roles: dict[Role, RoleGuess]) -> dict[Role, RoleGuess]:
    found: dict[Role, RoleGuess] = {}
    if Role.MOMENT not in roles:
        dated = [column.name for column in columns if looks_like_moments(column)]
        if len(dated) == 1:
            found[Role.MOMENT] = RoleGuess(dated[0], 0.5, "mapping.by_dates")
    if Role.CUSTOMER not in roles:
        mailed = [column.name for column in columns if _share(column, r"[^@\s]+@[^@\s]+") > _MOST]
        if len(mailed) == 1:
            found[Role.CUSTOMER] = RoleGuess(mailed[0], 0.5, "mapping.by_addresses")
    if not {Role.AMOUNT, Role.PRICE} & set(roles):
        priced = [
            column.name
            for column in columns
            if looks_like_numbers(column) and _share(column, r".*\d[.,]\d{1,2}\D*") > 0
        ]
        if len(priced) == 1:
            role = Role.PRICE if Role.QUANTITY in roles else Role.AMOUNT
            found[role] = RoleGuess(priced[0], 0.4, "mapping.by_decimals")
    return found


def _taken(roles: dict[Role, RoleGuess]) -> set[str]:
    return {why.column for why in roles.values()}


def _has_clock(columns: Sequence[Column], roles: dict[Role, RoleGuess]) -> bool:
    """Tell whether the dates hold the time of day already, or there are none."""
    dated = [
        one for one in columns if Role.MOMENT in roles and one.name == roles[Role.MOMENT].column
    ]
    midnight = r".*[ T]00:00(:00(\.0+)?)?"
    return not dated or any(
        re.search(r"\d[:h]\d{2}", text) and not re.fullmatch(midnight, text)
        for text in dated[0].samples
    )


def _fits(role: Role, column: Column) -> bool:
    if role is Role.TIME:
        return _share(column, _TIME) > _MOST or not column.samples
    if role in _MOMENTS:
        return looks_like_moments(column) or not column.samples
    if role in _NUMBERS:
        is_share = role is Role.DISCOUNT and _is_share(column)
        return not is_share and (looks_like_numbers(column) or not column.samples)
    return not (column.type == "moment" or _share(column, _DATE.pattern) > _MOST)


def looks_like_moments(column: Column) -> bool:
    """Tell whether nearly all samples are dates, or serial days of a spreadsheet."""
    serial = column.type != "text" and _share(column, r"[2-6]\d{4}(\.\d+)?") > _MOST
    return column.type == "moment" or serial or _share(column, _DATE.pattern) > _MOST


def looks_like_numbers(column: Column) -> bool:
    """Tell whether nearly all samples are numbers, with or without a currency sign."""
    return column.type == "number" or _share(column, _NUMBER.pattern) > _MOST


def _share(column: Column, pattern: str) -> float:
    if not column.samples:
        return 0.0
    matches = sum(re.fullmatch(pattern, one.strip()) is not None for one in column.samples)
    return matches / len(column.samples)
