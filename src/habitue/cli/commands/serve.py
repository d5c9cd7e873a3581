"""`habitue serve`: the dashboard."""

from __future__ import annotations

from typing import Annotated

import typer

from habitue.cli.dashboard import opened
from habitue.cli.families import with_families
from habitue.cli.options import Reading, Serving, Where
from habitue.cli.storing import stored
from habitue.cli.terminal import Terminal


@with_families
def serve(
    terminal: Terminal,
    where: Where,
    reading: Reading,
    serving: Serving,
    sources: Annotated[list[str] | None, typer.Argument(metavar="source")] = None,
) -> None:
    """Serve a store's dashboard, after ingesting the sources given."""
    from habitue.data.store import Store  # noqa: PLC0415 - pydantic, not needed for help

    if sources:
        stored(terminal, sources, where, reading)
    elif not Store(where.store).exists():
        terminal.say("cli.serving_empty", store=str(where.store))
    opened(terminal, where.store, serving)
