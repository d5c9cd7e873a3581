"""Gather what a scenario stands on out of what each customer did at each age, in numpy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.core import periods
from habitue.core.scenario.panel import ACQUIRED, DRAWN, Floats, Integers, Panel, redraw
from habitue.schema import Grain

DRAWS: Final = 100
ORIGINS: Final = 6
"""Past dates on which the members of a segment are looked up, then followed."""
APART: Final = 2
"""Months between two of them."""
_MEASURES: Final = ("active", "orders", "gross", "returned")
_GROWN: Final = tuple(name for name in DRAWN if name != "size")


class Records(NamedTuple):
    """What customers did, by customer and month.

    Attributes:
        ids: Customers, in order.
        cohort: Number of the month in which each was acquired.
        customer: Of each record, an index into `ids`.
        month: Number of the month of each record.
        measures: `active`, `orders`, `gross`, `returned` of each record.
        coming: Number of the first month that is not over.
    """

    ids: pa.ChunkedArray
    cohort: Integers
    customer: Integers
    month: Integers
    measures: dict[str, Floats]
    coming: int


def records_of(people: pa.Table, done: pa.Table, as_of: dt.date) -> Records:
    """Lay the answers of the engine out as arrays.

    Args:
        people: Out of `profile.observed_people`.
        done: Out of `profile.activity_by_age`, in months.
        as_of: The day the picture is taken.
    """
    people = people.sort_by("customer_id")
    cohort = ints(people["cohort"])
    customer = ints(pc.index_in(done["customer_id"], people["customer_id"]))
    month = cohort[customer] + ints(done["age"])
    coming = periods.last_over(as_of, Grain.MONTH) + 1
    over = month < coming
    return Records(
        ids=people["customer_id"],
        cohort=cohort,
        customer=customer[over],
        month=month[over],
        measures={name: floats(done[name])[over] for name in _MEASURES},
        coming=coming,
    )


def cohort_panel(
    seen: Records,
    *,
    left_out: int | None,
    margin_rate: float,
    seed: int,
) -> Panel:
    """Make one row per acquisition cohort.

    Args:
        seen: What customers did.
        left_out: Number of the cohort that the pooled curve leaves out.
        margin_rate: Margin as a share of revenue.
        seed: Of the redraws.
    """
    born, row_of = np.unique(seen.cohort, return_inverse=True)
    lived = np.maximum(seen.coming - born, 0)
    size, sums = redraw(
        row_of[seen.customer], seen.customer, seen.month - seen.cohort[seen.customer],
        seen.measures, rows_of=row_of, rows=born.size, ages=max(int(lived.max(initial=0)), 1),
        draws=DRAWS, seed=seed,
    )  # fmt: skip
    counts = np.bincount(row_of, minlength=born.size).astype(np.float64)
    return Panel(
        labels=tuple(periods.start_of(int(one), Grain.MONTH).isoformat() for one in born),
        groups=("",) * born.size,
        curve=np.full(born.size, ACQUIRED),
        month=born.astype(np.int64),
        coming=seen.coming,
        customers=counts,
        whole=counts,
        size=size,
        lived=lived,
        pooling=np.full(born.size, True) if left_out is None else born != left_out,
        margin_rate=margin_rate,
        **sums,
    )


class Followed(NamedTuple):
    """Segments as they are followed since past dates, and who is in them today.

    Attributes:
        panel: Its last rows are the segments' members of today.
        kind: Curve of each customer's segment today; 0 where they have none.
        names: Segments, their curves counting from 1.
    """

    panel: Panel
    kind: Integers
    names: tuple[str, ...]


def of_cohorts(panel: Panel, target: tuple[int, ...]) -> Panel:
    """Take some cohorts as the target.

    Args:
        panel: Out of `cohort_panel`.
        target: Numbers of their months; empty means all.
    """
    if not target:
        return panel
    return replace(panel, customers=panel.whole * np.isin(panel.month, target))


def of_segments(
    followed: Followed, segments: Sequence[str], cohort: Integers, target: tuple[int, ...]
) -> Panel:
    """Take some segments as the target, within some cohorts.

    Args:
        followed: Out of `with_segments`.
        segments: Names.
        cohort: Of each customer.
        target: Numbers of the cohorts; empty means all.
    """
    inside = np.isin(cohort, target) if target else np.full(cohort.size, True)
    counts = np.bincount(followed.kind[inside], minlength=len(followed.names) + 1)[1:]
    wanted = np.array([name in segments for name in followed.names])
    panel = followed.panel
    customers = np.zeros_like(panel.customers)
    customers[-len(followed.names) :] = counts * wanted
    named = inside & (followed.kind > ACQUIRED)
    age = panel.coming - cohort[named]
    seniority = np.zeros((customers.size, int(age.max(initial=0)) + 1))
    np.add.at(seniority, (followed.kind[named] - 1 - len(followed.names), age), 1.0)
    return replace(panel, customers=customers, seniority=seniority)


def with_segments(
    cohorts: Panel,
    seen: Records,
    *,
    segments: Sequence[str],
    members: Callable[[int], tuple[pa.Array, pa.Array]],
    first: int,
    seed: int,
) -> Followed:
    """Follow the members of segments since past dates, beside the cohorts.

    Each segment gets a curve of its own, by months since its members were looked up. The cohorts
    tell the season, how much the whole brings, and how new customers do.

    Args:
        cohorts: Out of `cohort_panel`.
        seen: What customers did.
        segments: Names, each a curve.
        members: Gives ids and segment names at the end of the month before a numbered one.
        first: Number of the first month of the data.
        seed: Of the redraws.
    """
    starts = [start for back in range(ORIGINS, 0, -1)
              if (start := seen.coming - APART * back) > first + 1]  # fmt: skip
    owners, rows_of, begun = [], [], []
    for place, start in enumerate([*starts, seen.coming]):
        kind = _kinds(*members(start), seen, segments)
        mine = np.flatnonzero(kind > ACQUIRED)
        owners.append(mine)
        rows_of.append(place * len(segments) + kind[mine] - 1)
        begun.append(np.full(mine.size, start))
    owner, row_of, start_of = (np.concatenate(one) for one in (owners, rows_of, begun))
    rows = len(segments) * (len(starts) + 1)
    person, record = _joined(owner, seen.customer, seen.cohort.size)
    age = seen.month[record] - start_of[person]
    after = age >= 0
    person, record, age = person[after], record[after], age[after]
    size, sums = redraw(
        row_of[person], person, age, {name: seen.measures[name][record] for name in _MEASURES},
        rows_of=row_of, rows=rows, ages=cohorts.active.shape[2], draws=DRAWS, seed=seed,
    )  # fmt: skip
    months = np.repeat([*starts, seen.coming], len(segments))
    today = months == seen.coming
    whole = np.where(today, np.bincount(row_of, minlength=rows), 0).astype(np.float64)
    labels = tuple(segments) * (len(starts) + 1)
    panel = Panel(
        labels=(*cohorts.labels, *labels),
        groups=(*cohorts.groups, *labels),
        curve=np.append(cohorts.curve, np.tile(np.arange(len(segments)) + 1, len(starts) + 1)),
        month=np.append(cohorts.month, months),
        coming=seen.coming,
        customers=np.append(np.zeros_like(cohorts.customers), whole),
        whole=np.append(cohorts.whole, whole),
        size=np.concatenate([cohorts.size, size], axis=1),
        lived=np.append(cohorts.lived, seen.coming - months),
        pooling=np.append(cohorts.pooling, ~today),
        margin_rate=cohorts.margin_rate,
        **{name: np.concatenate([getattr(cohorts, name), sums[name]], axis=1) for name in _GROWN},
    )
    return Followed(panel, kind, tuple(segments))


def _kinds(ids: pa.Array, names: pa.Array, seen: Records, segments: Sequence[str]) -> Integers:
    """Curve of each customer's segment; 0 where they have none."""
    place = pc.index_in(pa.chunked_array([ids]), seen.ids)
    kind = pc.fill_null(pc.index_in(names, pa.array(segments, names.type)), -1)
    known = pc.is_valid(place).to_numpy()
    found = np.zeros(seen.cohort.size, dtype=np.int64)
    found[ints(pc.fill_null(place, 0))[known]] = ints(kind)[known] + 1
    return found


def ints(column: Any) -> Integers:
    """Give a column of whole numbers as an array."""
    return np.asarray(
        column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    ).astype(np.int64)


def floats(column: Any) -> Floats:
    """Give a column of numbers as an array."""
    return np.asarray(column.cast(pa.float64()).to_numpy())


def _joined(owner: Integers, customer: Integers, customers: int) -> tuple[Integers, Integers]:
    """Pair each looked-up member with each record of theirs."""
    order = np.argsort(customer, kind="stable")
    begin = np.searchsorted(customer[order], np.arange(customers + 1))
    count = begin[owner + 1] - begin[owner]
    person = np.repeat(np.arange(owner.size), count)
    within = np.arange(person.size) - np.repeat(np.cumsum(count) - count, count)
    return person, order[begin[owner][person] + within]
