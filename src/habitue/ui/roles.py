"""Who may do what: a table of roles, by e-mail address, by domain, or by what the login says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, Self

from habitue.errors import RequestError

_CLAIM: Final = "claim"
_OTHERS: Final = "others"


class Role(IntEnum):
    """What somebody may do; each may all that the ones before may."""

    VIEWER = 1
    """Looks: no file of customers leaves, and customers' ids are masked."""
    EXPORTER = 2
    """Takes lists and files away."""
    ADMIN = 3
    """Changes the data: brings lines in, goes back, erases; reads the log of exports."""

    @property
    def word(self) -> str:
        """Its name in the table and in the catalogue."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """A table of roles.

    The most particular entry decides: somebody's own address, then what their login says of them,
    then the domain of their address, then `others`. Between two of a kind, the one that may more.

    Attributes:
        people: Role by e-mail address.
        groups: Role by value of the claim.
        domains: Role by domain of e-mail addresses.
        claim: Name of the claim that groups are read from.
        others: Role of everybody else who logs in; None lets nobody else in.
    """

    people: Mapping[str, Role] = field(default_factory=dict)
    groups: Mapping[str, Role] = field(default_factory=dict)
    domains: Mapping[str, Role] = field(default_factory=dict)
    claim: str = ""
    others: Role | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read a table out of plain words.

        Args:
            told: `admin`, `exporter` and `viewer`, each a list of addresses (`claire@shop.fr`),
                domains (`@shop.fr`) and values of the claim (`crm-team`); `claim`; `others`.

        Raises:
            RequestError: A word is not one of those allowed.

        Examples:
            >>> roles = Roles.of({"admin": ["claire@shop.fr"], "viewer": ["@shop.fr"]})
            >>> roles.role_of({"email": "Claire@shop.fr"}), roles.role_of({"email": "a@else.fr"})
            (<Role.ADMIN: 3>, None)
        """
        names = {one.word: one for one in Role}
        known = [*names, _CLAIM, _OTHERS]
        if unknown := [name for name in told if name not in known]:
            raise RequestError("unknown_word", name="roles", value=unknown[0], allowed=known)
        claim = str(told.get(_CLAIM, "")).strip()
        found: dict[str, dict[str, Role]] = {"people": {}, "groups": {}, "domains": {}}
        for name, role in names.items():
            for word in _words(name, told.get(name, ())):
                kind = _kind(word)
                if kind == "groups" and not claim:
                    raise RequestError("role_without_claim", role=name, value=word)
                found[kind][word] = max(role, found[kind].get(word, role))
        others = told.get(_OTHERS)
        if others is not None and others not in names:
            raise RequestError("unknown_word", name=_OTHERS, value=others, allowed=list(names))
        return cls(**found, claim=claim, others=None if others is None else names[others])

    def role_of(self, person: Mapping[str, Any]) -> Role | None:
        """Give somebody's role, or None where they may not come in.

        An address that the provider says is not verified is nobody's.

        Args:
            person: What the login says of them.
        """
        address = str(person.get("email") or "").strip().casefold()
        if person.get("email_verified") is False:
            address = ""
        if address in self.people:
            return self.people[address]
        if mine := [self.groups[one] for one in self._groups_of(person) if one in self.groups]:
            return max(mine)
        at = address.rfind("@")
        if at >= 0 and address[at:] in self.domains:
            return self.domains[address[at:]]
        return self.others

    def _groups_of(self, person: Mapping[str, Any]) -> list[str]:
        found = person.get(self.claim) if self.claim else None
        several = found if isinstance(found, (list, tuple)) else [found]
        return [str(one).strip().casefold() for one in several if one is not None]


def _words(name: str, told: object) -> list[str]:
    several = [told] if isinstance(told, str) else told
    if not isinstance(several, (list, tuple)):
        raise RequestError("roles_not_a_list", role=name, value=told)
    return [str(one).strip().casefold() for one in several]


def _kind(word: str) -> str:
    if word.startswith("@"):
        return "domains"
    return "people" if "@" in word else "groups"
