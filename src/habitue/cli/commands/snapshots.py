"""`habitue snapshots`: what the store holds, and the way back to an earlier state."""

from __future__ import annotations

from typing import Annotated

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Output, Where
from habitue.cli.terminal import Terminal
from habitue.errors import StoreError


@with_families
def snapshots(
    terminal: Terminal,
    where: Where,
    output: Output,
    use: Annotated[str | None, typer.Option("--use", metavar="id")] = None,
) -> None:
    """List the snapshots of a store, newest first; `--use` makes one of them current."""
    from habitue.data.store import Store  # noqa: PLC0415 - not needed for help
    from habitue.workspace import snapshots as held  # noqa: PLC0415

    if use is not None:
        terminal.say("cli.now_current", snapshot=held.go_back(where.store, use))
    rows = held.snapshots(where.store)
    try:
        Store(where.store).current()
    except StoreError as error:
        terminal.write(error.what(terminal.lang))
    write(Answer(rows=lambda: rows), output, terminal)
