"""Hidden sheets: left out beside a visible sheet of order lines, read where there is no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from habitue.data.mapping import guess, named
from habitue.data.sources.choice import lacking_in, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from habitue.data.mapping import Mapping
    from habitue.data.sources.choice import Warnings
    from habitue.data.sources.part import Part


def without_hidden(parts: Iterable[Part], given: Mapping | None) -> tuple[list[Part], Warnings]:
    """Leave out the hidden sheets of order lines whose workbook shows order lines too.

    Who hid a sheet kept it out of what the workbook says: counting it unasked would count an old
    copy, or the same lines twice. Where no visible sheet holds lines, the hidden ones are the data.

    Args:
        parts: The sheets, files and tables.
        given: The mapping that was asked for.

    Returns:
        The parts to read, and what to say of the hidden ones.
    """
    parts = list(parts)
    holding = [part for part in parts if part.cells and _holds_lines(part, given)]
    shown = {(part.source, part.file) for part in holding if not part.hidden}
    aside = [part for part in holding if part.hidden and (part.source, part.file) in shown]
    said: Warnings = [
        ("sheet_hidden" if part in aside else "sheet_hidden_read",
         {"file": part.file, "sheet": part.label})
        for part in holding if part.hidden
    ]  # fmt: skip
    return [part for part in parts if part not in aside], said


def _holds_lines(part: Part, given: Mapping | None) -> bool:
    """Tell whether a part has the columns without which no figure exists."""
    mapping = given
    if given is not None and given.profile is not None and given.missing():
        profile = named(given.profile)
        mapping = profile.mapping(profile.find(part.columns))
    elif given is None or not given.columns:
        mapping = guess(part.columns).mapping
    assert mapping is not None
    return not mapping.missing() and not lacking_in(mapping, resolved(mapping, part))
