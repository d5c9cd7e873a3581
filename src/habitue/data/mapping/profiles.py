"""Profiles: what the exports of a known system look like, as YAML files in `data/profiles`.

A file says what the system is called and where its header was found, `headers` (the names one
spelling or version of it writes, the `signature` among them that no other system writes
together, and what it is told from others by being `without`), `roles` (role -> header names, best
first), `tax` (roles that read other columns when amounts are wanted with or without tax), and
`options` (any other key of a mapping).
"""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from habitue.data.mapping.model import Mapping, field_of
from habitue.data.mapping.names import Column, bare
from habitue.data.mapping.needs import NEEDS
from habitue.data.mapping.values import Identity, Tax
from habitue.errors import MappingError
from habitue.packaged import every, folder
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def _any_of(value: object) -> object:
    """Let a signature give one name, or several of which one is enough."""
    if not isinstance(value, list):
        return value
    return tuple(tuple(one) if isinstance(one, list) else (one,) for one in value)


class Header(BaseModel):
    """One spelling, language or version of a system's header.

    Attributes:
        names: Every name it is known to write.
        signature: Names that betray it; of each group, one is enough.
        without: Names that it never has: with one of them it is another spelling, or system.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    signature: Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_any_of)]
    without: tuple[str, ...] = ()

    def fits(self, seen: set[str]) -> bool:
        """Tell whether all that betrays it is among the bare names of a file."""
        if any(bare(one) in seen for one in self.without):
            return False
        return all(any(bare(one) in seen for one in group) for group in self.signature)

    def hits(self, seen: set[str]) -> tuple[str, ...]:
        """Give its names that are among the bare names of a file."""
        return tuple(name for name in self.names if bare(name) in seen)


class Profile(BaseModel):
    """A known system and the headers it writes.

    Attributes:
        name: Id of the profile, as a mapping spells it.
        title: What people call the export; a name, the same in every language.
        version: Number of the profile, raised when it reads the same file otherwise.
        dated: Day on which its header was last held against its source.
        source: Where the header was found.
        identity: What its customer column holds; `none` when it never names anybody.
        nameless: Whether it may name nobody.
        headers: The spellings of its header.
        roles: Header names of each role, best first.
        tax: Other header names of some roles, with tax and without.
        options: What the mapping says besides columns.
        private: Columns about people that are never read.
        traps: Keys of sentences on what to know before trusting the figures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    version: int
    dated: dt.date
    source: str
    identity: Identity
    nameless: bool = False
    headers: tuple[Header, ...]
    roles: dict[Role, tuple[str, ...]]
    tax: dict[Tax, dict[Role, tuple[str, ...]]] = {}
    options: dict[str, Any] = {}
    private: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()

    def find(self, columns: Sequence[Column], tax: Tax | None = None) -> dict[Role, str]:
        """Give the column of each role whose header is there.

        Args:
            columns: Those of the file.
            tax: Whether amounts are wanted with tax; None takes what the profile says.
        """
        spelled = {bare(column.name): column.name for column in reversed(columns)}
        wanted = tax or self.options.get("tax")
        listed = self.roles | (self.tax.get(wanted, {}) if wanted else {})
        found = {}
        for role, names in listed.items():
            here = [spelled[bare(name)] for name in names if bare(name) in spelled]
            if here:
                found[role] = here[0]
        return found

    def mapping(self, found: dict[Role, str], **asked: Any) -> Mapping:
        """Make the mapping out of the columns found.

        Args:
            found: Column of each role.
            asked: Keys that win over the profile's; None takes a key back.
        """
        named: dict[str, Any] = {field_of(role): name for role, name in found.items()}
        nobody = self.nameless and Role.CUSTOMER not in found
        said = {"profile": self.name, "identity": "none" if nobody else self.identity}
        merged = said | named | self.options | asked
        for key, needed in NEEDS.items():
            if key not in asked and key in merged and not all(merged.get(one) for one in needed):
                del merged[key]
        return Mapping.of({key: value for key, value in merged.items() if value is not None})


@cache
def profiles() -> tuple[Profile, ...]:
    """Give every profile, by name.

    Examples:
        >>> [profile.title for profile in profiles() if profile.name == "online-retail"]
        ['Online Retail']
    """
    read = [Profile.model_validate(one) for one in every(folder("habitue.data", "profiles"))]
    return tuple(sorted(read, key=lambda profile: profile.name))


def named(name: str) -> Profile:
    """Give the profile of a name.

    Raises:
        MappingError: There is none; the message gives the nearest.
    """
    known = {profile.name: profile for profile in profiles()}
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0)[0]
        raise MappingError("mapping_unknown_profile", name=name, near=near, known=sorted(known))
    return known[name]


def private_columns(columns: Iterable[Column]) -> set[str]:
    """Name the columns about people that some profile says never to read."""
    hidden = {bare(name) for profile in profiles() for name in profile.private}
    return {column.name for column in columns if bare(column.name) in hidden}
