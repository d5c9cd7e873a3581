"""`habitue demo`: a sample shop, in the dashboard."""

from __future__ import annotations

from typing import Annotated

import typer

from habitue.cli.dashboard import opened
from habitue.cli.families import with_families
from habitue.cli.options import Serving, Where
from habitue.cli.storing import reported
from habitue.cli.terminal import Terminal


@with_families
def demo(
    terminal: Terminal,
    where: Where,
    serving: Serving,
    *,
    lines: Annotated[int, typer.Option("--lines", metavar="number")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", metavar="number")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve")] = False,
) -> None:
    """Make a sample shop, store it, and open the dashboard on it."""
    from habitue.data.store import Store  # noqa: PLC0415 - pydantic, not needed for help
    from habitue.workspace.sample_shop import ingest_demo  # noqa: PLC0415

    store = Store(where.store)
    before = store.current().id if store.exists() else None
    with terminal.progress("cli.progress_making") as told:
        done = ingest_demo(where.store, lines=lines, seed=seed, making=told, reading=told)
    reported(terminal, done, where, guessed=False)
    if before not in {None, done.manifest.id}:
        terminal.say("cli.demo_replaced", snapshot=before)
    if not no_serve:
        opened(terminal, where.store, serving)
