"""What a cohort table says at one age, in figures: the pooled value, the best and worst cohorts."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from habitue.results import AgeFacts

SMALL: Final = 30
"""Under this many customers a cohort is too small to be ranked, and is marked."""
AGE: Final = 3
"""The age a table is read at, M+3 for months; the last observed one when it is younger."""


def facts_at(
    cells: pa.Table, average: pa.Table, *, age: int = AGE, keep_truncated: bool = False
) -> AgeFacts | None:
    """Read a table at an age.

    Args:
        cells: Out of `measures.valued`, of one group.
        average: Out of `measures.pooled_value`, of the same.
        age: The age wanted; the last observed one when the cohorts are younger.
        keep_truncated: Whether the left-truncated cohort is ranked with the others.

    Returns:
        The figures; None when no cohort is observed at any age.
    """
    rows = [row for row in average.to_pylist() if row["value"] is not None]
    if not rows:
        return None
    pool = min(rows, key=lambda row: (abs(row["age"] - age), row["age"]))
    fair = (
        (pc.field("age") == pool["age"])
        & pc.field("observed")
        & (pc.field("customers") >= SMALL)
        & pc.field("value").is_valid()
    )
    if not keep_truncated:
        fair &= ~pc.field("truncated")
    ranked = sorted(cells.filter(fair).to_pylist(), key=lambda row: (row["value"], row["cohort"]))
    worst, best = (ranked[0], ranked[-1]) if len(ranked) > 1 else (None, None)
    names = ("age", "value", "low", "high", "cohorts", "customers")
    return AgeFacts(best=best, worst=worst, **{name: pool[name] for name in names})
