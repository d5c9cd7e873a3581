"""Say on stderr what was understood of a source, and what deserves a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from habitue.charts.read_words import remark_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from habitue.cli.terminal import Terminal
    from habitue.data.mapping import Candidate, Mapping, RoleGuess
    from habitue.data.sources import Unreadable
    from habitue.schema import Role


def recognised(
    terminal: Terminal,
    mapping: Mapping,
    reasons: dict[Role, RoleGuess],
    candidate: Candidate | None = None,
) -> None:
    """Say which column was taken for what, and why where that is known.

    Args:
        terminal: Who reads.
        mapping: Column of each role.
        reasons: Why each was chosen.
        candidate: The known export it was taken for.
    """
    if candidate is not None:
        terminal.say("cli.recognised_as", profile=candidate.profile, **candidate.facts)
    else:
        terminal.say("cli.guessed")
    names = {role: terminal.text(f"check.role_{role}") for role in mapping.columns}
    wide = max(map(len, names.values()))
    for role, column in mapping.columns.items():
        why = f"  ({terminal.text(reasons[role].reason)})" if role in reasons else ""
        terminal.write(f"  {names[role]:<{wide}}  {column}{why}")
    for trap in candidate.traps if candidate is not None else ():
        terminal.write(f"  - {terminal.text(trap)}")
    terminal.say("cli.guessed_hint")


def warnings(terminal: Terminal, said: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Say what was done to the source, or is odd about it."""
    for key, facts in said:
        terminal.say("cli.warning", sentence=remark_in_words(key, facts, terminal.lang))


def unreadable(terminal: Terminal, samples: Iterable[Unreadable]) -> None:
    """Show some of the values that could not be read."""
    for one in samples:
        terminal.say(
            "cli.unreadable", file=one.file, row=one.row, column=one.column or "-", value=one.value
        )
