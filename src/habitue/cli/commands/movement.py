"""`habitue movement`: who went from one segment to another between two days (D28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.question import question
from habitue.cli.scores import Scores
from habitue.schema import Thresholds
from habitue.schema.values import day

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def movement(
    workspace: Workspace,
    filters: Filters,
    scores: Scores,
    before: Annotated[str, typer.Option("--before", metavar="day", rich_help_panel="scores")],
    thresholds: Annotated[
        Thresholds, typer.Option("--thresholds", rich_help_panel="scores")
    ] = Thresholds.FROZEN,
) -> pa.Table:
    """List the movements."""
    earlier = day("--before", before)
    return workspace.movement(
        filters, before=earlier, rules=scores.rules, scoring=scores.recipe(), thresholds=thresholds
    ).table
