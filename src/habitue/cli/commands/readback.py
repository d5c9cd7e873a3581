"""`habitue readback`: what a past export brought (D39)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.question import question

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def readback(
    workspace: Workspace,
    filters: Filters,
    audience: Annotated[Path, typer.Argument(metavar="file")],
    days: Annotated[int | None, typer.Option("--days", metavar="number", min=1)] = None,
) -> pa.Table:
    """Compare the treated with the held out, one row per measure."""
    import pyarrow as pa  # noqa: PLC0415 - not needed for help

    from habitue.export.readback import read_audience  # noqa: PLC0415

    found = workspace.read_back(read_audience(audience), filters, days=days)
    measures = {"buyers": found.buyers, "orders": found.orders, "revenue": found.revenue}
    return pa.table(
        {
            "measure": list(measures),
            "start": [found.start] * len(measures),
            "end": [found.end] * len(measures),
            "treated_customers": [found.treated] * len(measures),
            "held_customers": [found.held] * len(measures),
            **{
                name: [getattr(effect, name) for effect in measures.values()]
                for name in ("treated", "held", "difference", "low", "high", "total")
            },
        }
    )
