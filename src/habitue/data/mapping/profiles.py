"""Profiles: what the exports of a known system look like, as YAML files in `data/profiles`.

A file gives `name`, `roles` (role -> header names, best first), `signature` (roles whose headers
together betray the system) and `options` (any other key of a mapping).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict

from habitue.data.mapping.model import Mapping, field_of
from habitue.data.mapping.names import Column, bare
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence


class Profile(BaseModel):
    """A known system and the headers it writes.

    Attributes:
        name: Id of the profile.
        roles: Header names of each role, best first.
        signature: Roles whose headers must all be there to recognise it.
        options: What the mapping says besides columns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    roles: dict[Role, tuple[str, ...]]
    signature: tuple[Role, ...]
    options: dict[str, Any] = {}

    def find(self, columns: Sequence[Column]) -> dict[Role, str]:
        """Give the column of each role whose header is there."""
        spelled = {bare(column.name): column.name for column in reversed(columns)}
        found = {}
        for role, names in self.roles.items():
            here = [spelled[bare(name)] for name in names if bare(name) in spelled]
            if here:
                found[role] = here[0]
        return found

    def mapping(self, found: dict[Role, str]) -> Mapping:
        """Make the mapping out of the columns found."""
        named = {field_of(role): name for role, name in found.items()}
        return Mapping.model_validate({"profile": self.name} | named | self.options)


@cache
def profiles() -> tuple[Profile, ...]:
    """Give every profile, by name.

    Examples:
        >>> [profile.name for profile in profiles()]
        ['online-retail'...]
    """
    folder = resources.files("habitue.data") / "profiles"
    files = (file for file in folder.iterdir() if file.name.endswith(".yaml"))
    read = [Profile.model_validate(yaml.safe_load(file.read_text("utf-8"))) for file in files]
    return tuple(sorted(read, key=lambda profile: profile.name))


def recognise(columns: Sequence[Column]) -> tuple[Profile, dict[Role, str]] | None:
    """Find the profile that most headers speak for; None when no signature is complete."""
    seen = [(profile, profile.find(columns)) for profile in profiles()]
    whole = [
        (profile, found)
        for profile, found in seen
        if all(role in found for role in profile.signature) and not profile.mapping(found).missing()
    ]
    return max(whole, key=lambda one: len(one[1]), default=None)
