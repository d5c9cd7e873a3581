"""On which side of a day each cohort stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from habitue.schema import Grain, period_start

SIDES = ("before", "after")


def sides(cohorts: Any, event: dt.date | None, grain: Grain) -> pa.ChunkedArray:
    """Tell the cohorts that ended before a day from those that started on it or later.

    Args:
        cohorts: First day of each cohort.
        event: The day; None parts nothing.
        grain: Length of a cohort.

    Returns:
        `before`, `after`, or null for the cohort that the day falls into: some of its customers
        came before, some after.

    Examples:
        >>> march = pa.chunked_array([[dt.date(2011, month, 1) for month in (2, 3, 4)]])
        >>> sides(march, dt.date(2011, 3, 15), Grain.MONTH).to_pylist()
        ['before', None, 'after']
        >>> sides(march, dt.date(2011, 3, 1), Grain.MONTH).to_pylist()
        ['before', 'after', 'after']
    """
    if event is None:
        return pa.chunked_array([pa.nulls(len(cohorts), pa.string())])
    here = pa.scalar(period_start(event, grain), pa.date32())
    # A cohort that starts on the very day is wholly after it.
    later = pc.greater_equal if here.as_py() == event else pc.greater
    rest = pc.if_else(later(cohorts, here), pa.scalar("after"), pa.scalar(None, pa.string()))
    return pc.if_else(pc.less(cohorts, here), pa.scalar("before"), rest)
