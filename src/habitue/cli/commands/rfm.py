"""`habitue rfm`: every customer with scores, code and segment (D24-D26)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.answer import Answer
from habitue.cli.question import question
from habitue.cli.scores import Scores
from habitue.cli.spelled import segments

if TYPE_CHECKING:
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
) -> Answer:
    """List the customers."""
    found = workspace.rfm(
        filters, rules=scores.rules, scoring=scores.recipe(), segments=segment or ()
    )
    return Answer(rows=lambda: found, spelled=segments(scores.rules, "rfm_segment"))
