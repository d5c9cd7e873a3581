"""`habitue erase`: forget one customer, in every snapshot of a store."""

from __future__ import annotations

from typing import Annotated

import typer

from habitue.cli.families import with_families
from habitue.cli.options import Where
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError


@with_families
def erase(
    *,
    terminal: Terminal,
    where: Where,
    customer: Annotated[str, typer.Argument(metavar="id")],
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> None:
    """Take a customer out of a store; the new ids of its snapshots go to stdout."""
    if not yes:
        raise RequestError("erase_unconfirmed", customer=customer)
    from habitue.workspace import erasing  # noqa: PLC0415 - engines, not needed for help

    done = erasing.erase(where.store, customer)
    terminal.say("cli.erased", count=done.lines, snapshots=len(done.snapshots))
    for fresh in done.snapshots.values():
        typer.echo(fresh)
