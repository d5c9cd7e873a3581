"""Which known exports a header may be, best first, and by how many names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitue.data.mapping.names import Column, bare
from habitue.data.mapping.profiles import Profile, profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from habitue.data.mapping.model import Mapping
    from habitue.schema import Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known export that a header may be.

    Attributes:
        profile: Id of the profile.
        title: What people call the export.
        hits: How many of its names are in the header.
        names: How many names it is known by.
        reason: Key of the sentence that says so; its facts are `title`, `hits` and `names`.
        mapping: What it makes of the file.
        roles: Column of each role.
        lacking: Names it is known by that the header lacks.
        traps: Keys of sentences on what to know before trusting the figures.
    """

    profile: str
    title: str
    hits: int
    names: int
    reason: str
    mapping: Mapping
    roles: dict[Role, str]
    lacking: tuple[str, ...]
    traps: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of its names that are there."""
        return self.hits / self.names

    @property
    def facts(self) -> dict[str, Any]:
        """What the reason's sentence is filled with."""
        return {"title": self.title, "hits": self.hits, "names": self.names}


def candidates(columns: Sequence[Column]) -> tuple[Candidate, ...]:
    """List the known exports whose signature a header bears, best first.

    Only the names count: neither their order, nor their case, accents and marks, nor what else
    stands beside them.

    Args:
        columns: Those of the file.

    Examples:
        >>> header = "Country,Customer ID,Price,InvoiceDate,Quantity,StockCode,Invoice"
        >>> best = candidates([Column(name) for name in header.split(",")])[0]
        >>> best.profile, best.hits, best.names, best.lacking
        ('online-retail', 7, 8, ('Description',))
    """
    seen = {bare(column.name) for column in columns}
    fitting = [one for profile in profiles() if (one := _candidate(profile, columns, seen))]
    return tuple(sorted(fitting, key=lambda one: (-one.hits, -one.share, one.profile)))


def _candidate(profile: Profile, columns: Sequence[Column], seen: set[str]) -> Candidate | None:
    spellings = [header for header in profile.headers if header.fits(seen)]
    if not spellings:
        return None
    found = profile.find(columns)
    mapping = profile.mapping(found)
    if mapping.missing():
        return None
    header = max(spellings, key=lambda one: len(one.hits(seen)) / len(one.names))
    hits = header.hits(seen)
    return Candidate(
        profile=profile.name,
        title=profile.title,
        hits=len(hits),
        names=len(header.names),
        reason="mapping.by_header",
        mapping=mapping,
        roles=found,
        lacking=tuple(name for name in header.names if name not in hits),
        traps=profile.traps,
    )
