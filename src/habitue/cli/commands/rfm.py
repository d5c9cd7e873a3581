"""`habitue rfm`: every customer with scores, code and segment (D24-D26)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.question import question
from habitue.cli.scores import Scores

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def rfm(
    workspace: Workspace,
    filters: Filters,
    scores: Scores,
    segment: Annotated[
        list[str] | None, typer.Option("--segment", metavar="name", rich_help_panel="scores")
    ] = None,
) -> pa.Table:
    """List the customers."""
    return workspace.rfm(
        filters, rules=scores.rules, scoring=scores.recipe(), segments=segment or ()
    )
