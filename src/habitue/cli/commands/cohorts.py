"""`habitue cohorts`: who came back, when, and what they brought, cell by cell (D16-D20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.cli.cohort_options import Reading
from habitue.cli.question import question

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.schema import Filters
    from habitue.workspace import Workspace

CONTRACT: Final = (
    "cohort", "age", "customers", "active", "rate", "rate_low", "rate_high", "revenue", "orders",
    "observed", "truncated",
)  # fmt: skip


@question
def cohorts(workspace: Workspace, filters: Filters, reading: Reading) -> pa.Table:
    """Measure every cohort at every age; a measure asked for comes as `value`."""
    found = workspace.cohort_table(filters, reading.reading()).cells
    further = [name for name in found.column_names if name not in {*CONTRACT, "group", "value"}]
    further += ["value"] if reading.measure is not None else []
    further += ["group"] if reading.breakdown is not None else []
    return found.select([*CONTRACT, *further])
