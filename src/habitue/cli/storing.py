"""Put sources into the store, and say how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from habitue.charts.read_words import read_in_words
from habitue.cli import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from habitue.cli.options import Reading, Where
    from habitue.cli.terminal import Terminal
    from habitue.data.manifest import Manifest
    from habitue.workspace import Ingested


def stored(
    terminal: Terminal, sources: Sequence[str | Path], where: Where, reading: Reading
) -> Manifest:
    """Ingest sources into a store.

    Args:
        terminal: Who reads.
        sources: Files, folders or engine URLs.
        where: Which store.
        reading: How to read them.

    Returns:
        The manifest of the snapshot that is current now.
    """
    from habitue.workspace import ingest  # noqa: PLC0415 - a second of engines

    with terminal.progress("cli.progress_reading") as told:
        done = ingest(
            sources, store=where.store, mapping=reading.roles(), preset=reading.preset,
            table=reading.table, progress=told,
        )  # fmt: skip
    reported(terminal, done, where, guessed=reading.mapping is None)
    return done.manifest


def reported(terminal: Terminal, done: Ingested, where: Where, *, guessed: bool) -> None:
    """Say what an ingest found.

    Args:
        terminal: Who reads.
        done: The ingest.
        where: Which store.
        guessed: Whether the mapping was not given.
    """
    from habitue.data.mapping import Mapping  # noqa: PLC0415 - pydantic, not needed for help

    manifest, fall = done.manifest, done.manifest.waterfall
    if done.recognised:
        terminal.say("cli.already_stored")
    elif guessed:
        tell.recognised(terminal, Mapping.of(manifest.mapping), done.reasons, done.candidate)
    tell.warnings(terminal, manifest.warnings)
    terminal.say(
        "cli.stored", snapshot=manifest.id, store=str(where.store), kept=fall.kept.lines,
        read=read_in_words(fall.rows, fall.raw.lines, terminal.lang),
        orders=fall.kept.orders, customers=fall.with_customer.customers,
        first=manifest.first_day, last=manifest.last_day,
    )  # fmt: skip
