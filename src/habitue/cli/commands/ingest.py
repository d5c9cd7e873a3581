"""`habitue ingest`: from sources to a snapshot."""

from __future__ import annotations

import typer

from habitue.cli.families import with_families
from habitue.cli.options import Reading, Sources, Where
from habitue.cli.storing import stored
from habitue.cli.terminal import Terminal


@with_families
def ingest(terminal: Terminal, sources: Sources, where: Where, reading: Reading) -> None:
    """Store sources as a new snapshot; its id goes to stdout."""
    typer.echo(stored(terminal, sources, where, reading).id)
