"""`habitue cohorts`: who came back, when, and what they brought, cell by cell (D16-D20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from habitue.cli import spelled
from habitue.cli.answer import Answer
from habitue.cli.cohort_options import Reading
from habitue.cli.question import question

if TYPE_CHECKING:
    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def cohorts(workspace: Workspace, filters: Filters, reading: Reading) -> Answer:
    """Measure every cohort at every age; a measure asked for comes as `value`."""
    asked = reading.reading()
    found = workspace.cohort_table(filters, asked, cac=reading.cac).rows()
    if asked.event is not None:
        from habitue.core.cohorts.event import sides  # noqa: PLC0415 - not needed for help

        found = found.append_column("side", sides(found["cohort"], asked.event, filters.grain))
    rows = found if reading.measure is not None else found.drop_columns(["value"])
    return Answer(rows=lambda: rows, spelled=spelled.cohorts(asked, filters))
