"""`habitue movement`: who went from one segment to another between two days (D28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.answer import Answer
from habitue.cli.question import question
from habitue.cli.scores import Scores
from habitue.cli.spelled import segments
from habitue.schema import Thresholds
from habitue.schema.values import day

if TYPE_CHECKING:
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
) -> Answer:
    """List the movements."""
    earlier = day("--before", before)
    found = workspace.movement(
        filters, before=earlier, rules=scores.rules, scoring=scores.recipe(), thresholds=thresholds
    )
    return Answer(
        rows=lambda: found.table, spelled=segments(scores.rules, "from_segment", "to_segment")
    )
