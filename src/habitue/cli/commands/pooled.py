"""`habitue pooled`: the average row of the cohort table, over what is observed (D18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.cli import spelled
from habitue.cli.answer import Answer
from habitue.cli.cohort_options import Reading
from habitue.cli.question import question
from habitue.errors import RequestError

if TYPE_CHECKING:
    from habitue.schema import Filters
    from habitue.workspace import Workspace

CONTRACT: Final = (
    "age", "cohorts", "customers", "active", "rate", "rate_low", "rate_high",
    "revenue_per_customer", "cumulative_revenue_per_customer",
)  # fmt: skip


@question
def pooled(workspace: Workspace, filters: Filters, reading: Reading) -> Answer:
    """Pool the cohorts age by age; a measure asked for comes as `value`, with its `median`.

    With an event, those before it and those from it on are pooled apart: `side`, `age`,
    `cohorts`, `customers`, `active`, `value`, `low`, `high`, `median`.

    Raises:
        RequestError: No cohort of the view is observed on one side of the event.
    """
    asked = reading.reading()
    if asked.event is not None:
        around = workspace.cohort_table(filters, asked, cac=reading.cac).around
        from habitue.core.cohorts.event import SIDES  # noqa: PLC0415 - not needed for help

        for side in SIDES:
            if side not in around["side"].to_pylist():
                raise RequestError(f"event_nobody_{side}", event=asked.event)
        rows = around if reading.breakdown is not None else around.drop_columns(["group"])
        return Answer(rows=lambda: rows, spelled=spelled.cohorts(asked, filters))
    found = workspace.pooled(
        filters, retention=reading.retention, ages=reading.ages, breakdown=reading.breakdown,
        refunds=reading.refunds,
    )  # fmt: skip
    wanted: tuple[str, ...] = ("value", "median") if reading.measure is not None else ()
    wanted += ("cac", "ltv_cac", "payback_day") if reading.cac is not None else ()
    if wanted:
        import pyarrow as pa  # noqa: PLC0415 - not needed for help

        average = workspace.cohort_table(filters, asked, cac=reading.cac).average.to_pylist()
        at = {(row["group"], row["age"]): row for row in average}
        places = zip(found["group"].to_pylist(), found["age"].to_pylist(), strict=True)
        means = [at.get(place, {}) for place in places]
        for name in wanted:
            values = pa.array([row.get(name) for row in means], pa.float64())
            found = found.append_column(name, values)
    further = [name for name in found.column_names if name not in {*CONTRACT, "group"}]
    further += ["group"] if reading.breakdown is not None else []
    picked = found.select([*CONTRACT, *further])
    return Answer(rows=lambda: picked, spelled=spelled.cohorts(asked, filters))
