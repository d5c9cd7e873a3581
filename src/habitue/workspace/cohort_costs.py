"""What acquiring the cohorts cost, and when their margin repays it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from habitue.core.cohorts import measures
from habitue.core.cohorts.costs import Acquisition, Costed, Sizes, costed, payback, payback_day
from habitue.errors import RequestError
from habitue.results import PaidBack
from habitue.schema import (
    ELAPSED_DAYS,
    Ages,
    Breakdown,
    CohortReading,
    Filters,
    Grain,
    Measure,
    Per,
    period_shift,
    period_start,
)

REST: Final = ""
"""Stands for the channels too small to be shown, and for customers without one."""
_YEAR: Final = 365.25
_MEAN_DAYS: Final = {
    Grain.WEEK: 7.0, Grain.MONTH: _YEAR / 12, Grain.QUARTER: _YEAR / 4, Grain.YEAR: _YEAR,
}  # fmt: skip
_LOADED: Final = ("cac_loaded", "payback_day_loaded", "ltv_cac_loaded")
Row = tuple[str | None, dt.date]


def whole(filters: Filters) -> Filters:
    """Give the filters that new customers are counted under to share costs out: all of them.

    A shop's advertising was paid for all its new customers, whichever of them a reader looks at.

    Args:
        filters: Those of the reader.
    """
    return Filters(as_of=filters.as_of, wholesale_factor=filters.wholesale_factor)


def sizes_of(profiles: pa.Table, *, split: bool) -> Sizes:
    """Count new customers by month and channel.

    Args:
        profiles: Monthly rows of `Workspace.cohort_profiles`.
        split: Whether they are split by channel.
    """
    return {
        (row["cohort"], (row["group"] or REST) if split else REST): row["customers"]
        for row in profiles.to_pylist()
    }


def settled(costs: Acquisition, sizes: Sizes) -> Acquisition:
    """Put the costs of channels that are not shown with the rest.

    Raises:
        RequestError: A channel is none of the shop's.
    """
    known = {channel for _, channel in sizes}
    if not costs.by_channel:
        return costs
    if strange := sorted({one.channel for one in costs.months if one.channel} - known):
        if REST not in known or known == {REST}:
            raise RequestError(
                "cac_channel_unknown", channel=strange[0], known=sorted(known - {REST})
            )
        return replace(
            costs,
            months=tuple(
                replace(one, channel=REST) if one.channel in strange else one
                for one in costs.months
            ),
        )
    return costs


class Costs:
    """Costs shared out over the rows of one table.

    Args:
        costs: What months and channels cost.
        sizes: New customers by month and channel, of the whole shop.
        filters: Made whole.
        reading: How the table is read.
    """

    def __init__(
        self, costs: Acquisition, sizes: Sizes, filters: Filters, reading: CohortReading
    ) -> None:
        self._costs, self._sizes = settled(costs, sizes), sizes
        self._filters, self._reading = filters, reading
        self._channels = sorted({channel for _, channel in sizes})
        self._found: dict[Row, Costed] = {}

    def of(self, group: str | None, cohort: dt.date) -> Costed:
        """Say what the customers of a cohort cost."""
        if (group, cohort) not in self._found:
            by_channel = self._reading.breakdown is Breakdown.CHANNEL
            channels = [group or REST] if by_channel else self._channels
            self._found[group, cohort] = costed(
                self._costs, self._sizes, self._months(cohort), channels
            )
        return self._found[group, cohort]

    def by_cell(self, cells: pa.Table) -> NDArray[np.float64]:
        """Say of each cell what a customer of its cohort cost; not a number where not known.

        Args:
            cells: Rows of `Workspace.cohorts`.
        """
        rows = zip(cells["group"].to_pylist(), cells["cohort"].to_pylist(), strict=True)
        costs = [self.of(*row).blended for row in rows]
        return np.array([np.nan if cost is None else float(cost) for cost in costs])

    def profiles(self, profiles: pa.Table, cells: pa.Table) -> pa.Table:
        """Put beside each cohort what it cost and when that is repaid.

        Args:
            profiles: Rows of `Workspace.cohort_profiles`.
            cells: Rows of `Workspace.cohorts`.
        """
        curves = earned_by_row(cells)
        rows = [self._row(one["group"], one["cohort"], curves) for one in profiles.to_pylist()]
        for name, kind in (
            ("cac", pa.float64()), ("payback", pa.int64()), ("payback_day", pa.float64()),
            ("ltv_cac", pa.float64()), *((name, pa.float64()) for name in self._loaded),
        ):  # fmt: skip
            profiles = profiles.append_column(name, pa.array([row[name] for row in rows], kind))
        return profiles

    def cells(self, cells: pa.Table, profiles: pa.Table) -> pa.Table:
        """Put beside each cell what a customer cost, and earned so far in multiples of it.

        Args:
            cells: Rows of a cohort table.
            profiles: Out of `profiles`.
        """
        earned = _cumulated(cells).to_pylist()
        costs = [self.of(row["group"], row["cohort"]).blended for row in earned]
        days = {(row["group"], row["cohort"]): row["payback_day"] for row in profiles.to_pylist()}
        ratios = [
            None if not row["observed"] or not cost else row["value"] / cost
            for row, cost in zip(earned, costs, strict=True)
        ]
        beside = {
            "cac": costs,
            "ltv_cac": ratios,
            "payback_day": [days[row["group"], row["cohort"]] for row in earned],
        }
        return _beside(cells, beside)

    def pooled(self, profiles: pa.Table, pool: pa.Table, truncated: set[dt.date]) -> PaidBack:
        """Say of an average customer of one group what they cost and when that is repaid.

        Args:
            profiles: Of the group, with their costs.
            pool: The pooled row of the group.
            truncated: Cohorts that the pool leaves out.
        """
        told = [
            (row["customers"], row["cac"])
            for row in profiles.to_pylist()
            if row["cac"] is not None and row["cohort"] not in truncated
        ]
        customers = sum(count for count, _ in told)
        if not customers:
            return PaidBack(cac=None, customers=0, age=None, day=None, ltv_cac=None)
        cac = sum(count * cost for count, cost in told) / customers
        ages = pool["age"].to_pylist()
        earned = pool["cumulative_margin_per_customer"].to_pylist()
        ends = [self._end(None, age) for age in ages]
        return PaidBack(
            cac=cac,
            customers=customers,
            age=payback(ages, earned, cac),
            day=payback_day(ends, earned, cac),
            ltv_cac=earned[-1] / cac if earned and cac else None,
        )

    @property
    def _loaded(self) -> tuple[str, ...]:
        return _LOADED if self._costs.has_overhead else ()

    def _row(self, group: str | None, cohort: dt.date, curves: dict[Row, Any]) -> dict[str, Any]:
        cost = self.of(group, cohort)
        ages, earned = curves.get((group, cohort), ([], []))
        ends = [self._end(cohort, age) for age in ages]
        found: dict[str, Any] = {"cac": cost.blended, "cac_loaded": cost.loaded}
        found |= dict.fromkeys(("payback", "payback_day", "payback_day_loaded"))
        for name, paid in (("", cost.blended), ("_loaded", cost.loaded)):
            if paid is not None:
                found[f"payback{name}"] = payback(ages, earned, paid)
                found[f"payback_day{name}"] = payback_day(ends, earned, paid)
            found[f"ltv_cac{name}"] = earned[-1] / paid if paid and earned else None
        return found

    def _end(self, cohort: dt.date | None, age: int) -> float:
        """Day an age ends on, from where age 0 starts."""
        grain = self._filters.grain
        if self._reading.ages is Ages.ELAPSED:
            return float(ELAPSED_DAYS[grain] * (age + 1))
        if cohort is None:
            return _MEAN_DAYS[grain] * (age + 1)
        return float((period_shift(cohort, grain, age + 1) - cohort).days)

    def _months(self, cohort: dt.date) -> list[dt.date]:
        """Months that a cohort's customers came in; a week's is the one it starts in."""
        grain = self._filters.grain
        if grain is Grain.WEEK:
            return [period_start(cohort, Grain.MONTH)]
        end = period_shift(cohort, grain, 1)
        return sorted({month for month, _ in self._sizes if cohort <= month < end})


def with_costs(average: pa.Table, pool: pa.Table, paid: dict[str | None, PaidBack]) -> pa.Table:
    """Put beside the pooled row what its customers cost, and earned so far in multiples of it.

    Args:
        average: Of a cohort table.
        pool: Of the same cohorts, row by row.
        paid: By group.
    """
    places = list(zip(average["group"].to_pylist(), average["age"].to_pylist(), strict=True))
    mine = [paid[group] for group, _ in places]
    # A pooled contribution may miss ages that only cohorts of unknown cost have reached.
    margins = {
        (row["group"], row["age"]): row["cumulative_margin_per_customer"]
        for row in pool.to_pylist()
    }
    earned = [margins[place] for place in places]
    beside = {
        "cac": [one.cac for one in mine],
        "ltv_cac": [
            value / one.cac if one.cac else None for value, one in zip(earned, mine, strict=True)
        ],
        "payback_day": [one.day for one in mine],
    }
    return _beside(average, beside)


def _beside(rows: pa.Table, columns: dict[str, list[float | None]]) -> pa.Table:
    for name, values in columns.items():
        rows = rows.append_column(name, pa.array(values, pa.float64()))
    return rows


def earned_by_row(cells: pa.Table) -> dict[Row, tuple[list[int], list[float]]]:
    """Give the observed ages of each cohort, and the margin per customer cumulated over them."""
    found: dict[Row, tuple[list[int], list[float]]] = {}
    seen = _cumulated(cells.filter(pc.field("observed")))
    for row in seen.to_pylist():
        ages, earned = found.setdefault((row["group"], row["cohort"]), ([], []))
        ages.append(row["age"])
        earned.append(row["value"])
    return found


def _cumulated(cells: pa.Table) -> pa.Table:
    names = [name for name in cells.column_names if name != "value"]
    return measures.valued(
        cells.select(names), measure=Measure.MARGIN, per=Per.CUSTOMER, cumulative=True
    ).select(["group", "cohort", "age", "observed", "customers", "value"])
