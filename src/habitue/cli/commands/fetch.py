"""`habitue fetch`: a public data set, downloaded and ingested."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from habitue.cli.families import with_families
from habitue.cli.options import Reading, Where
from habitue.cli.storing import stored
from habitue.cli.terminal import Terminal


class Dataset(StrEnum):
    """What can be fetched."""

    ONLINE_RETAIL_II = "online-retail-ii"


@with_families
def fetch(
    terminal: Terminal,
    dataset: Annotated[Dataset, typer.Argument(metavar="dataset")],  # noqa: ARG001 - the only one yet
    where: Where,
    reading: Reading,
    url: Annotated[str | None, typer.Option("--url", metavar="url")] = None,
) -> None:
    """Download a public data set, unless it is there already, and ingest it."""
    from habitue.data.fetch import fetch_online_retail  # noqa: PLC0415 - the network, on demand

    with terminal.progress("cli.progress_downloading") as told:
        workbook = fetch_online_retail(url=url, progress=told)
    terminal.say("cli.fetched", path=str(workbook))
    typer.echo(stored(terminal, [workbook], where, reading).id)
