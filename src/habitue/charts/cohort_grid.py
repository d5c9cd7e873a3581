"""A cohort table laid out as rows and columns of numbers, as drawings and sheets need it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Grid:
    """One group of a cohort table.

    Attributes:
        cohorts: First day of each row.
        ages: How many ages have begun for the oldest.
        row: Row of each cell.
        age: Age of each cell.
        observed: Whether each cell is observed.
        columns: The other columns, as arrays.
        customers: Customers of each row.
        truncated: Whether each row is the left-truncated cohort.
    """

    cohorts: list[dt.date]
    ages: int
    row: NDArray[np.int64]
    age: NDArray[np.int64]
    observed: NDArray[np.bool_]
    columns: dict[str, NDArray[Any]]
    customers: NDArray[np.int64]
    truncated: NDArray[np.bool_]

    @classmethod
    def of(cls, cells: pa.Table) -> Grid:
        """Lay out the cells of one group, in order of cohort and age."""
        columns = {
            name: np.asarray(_plain(cells[name]).to_numpy())
            for name in cells.column_names
            if name not in {"group", "cohort"}
        }
        first = columns["age"] == 0
        starts = cells["cohort"].filter(pa.array(first)).to_pylist()
        return cls(
            cohorts=starts,
            ages=int(columns["age"].max(initial=-1)) + 1,
            row=np.cumsum(first) - 1,
            age=columns["age"],
            observed=columns["observed"],
            columns=columns,
            customers=columns["customers"][first],
            truncated=columns["truncated"][first],
        )

    def seen(self, name: str, *, scale: float = 1.0) -> NDArray[np.float64]:
        """Give a column as a matrix, cohorts by ages; what is not observed is not a number."""
        matrix = np.full((len(self.cohorts), self.ages), np.nan)
        here = self.observed
        matrix[self.row[here], self.age[here]] = self.columns[name][here] * scale
        return matrix


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column
