"""Put customers into cohorts, and what they did into ages (D16)."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray

from habitue.core import periods
from habitue.core.orders import MONEY
from habitue.core.view import Facts, View, wholesale
from habitue.schema import ELAPSED_DAYS, Ages, Breakdown, CustomerType, Filters, Grain

GROUPS_SHOWN: Final = 8
"""A breakdown shows its largest groups; the others stand together, unnamed (null)."""
BANDS: Final = 4
_MOVED: Final = ("customer_id", "on", "acquired_on", "gross", "returned", "cost")


class Lived(NamedTuple):
    """How far the cohorts of some rows have come.

    Attributes:
        over: The last age over for the last customer of each; -1 when none is.
        begun: The age that the first customer of each is in.
    """

    over: NDArray[np.int64]
    begun: NDArray[np.int64]


class Placed(NamedTuple):
    """A view laid out by cohort and age.

    Attributes:
        base: One row per customer: `customer_id`, `group`, `cohort`, `acquired_on`,
            `first_basket`.
        orders: One row per order of theirs: `customer_id`, `group`, `cohort`, `age`, `number`
            (1 for the first counted order), `basket`, `on`.
        movements: One row per movement of theirs: `customer_id`, `group`, `cohort`, `age`,
            `gross`, `returned`, `cost`.
        rows: One row per cohort and group: `group`, `cohort`, `customers`, `last_observed` (the
            last age over for its last customer; -1 when none is), `last_begun` (the age that
            its first customer is in).
    """

    base: ir.Table
    orders: ir.Table
    movements: ir.Table
    rows: ir.Table


def place(
    view: View,
    *,
    as_of: dt.date,
    grain: Grain,
    ages: Ages = Ages.CALENDAR,
    groups: ir.Table | None = None,
    rebooked: ir.Table | None = None,
) -> Placed:
    """Lay a view out by cohort and age.

    Args:
        view: What passes the filters.
        as_of: The day the picture is taken.
        grain: Length of a cohort and, for calendar ages, of an age.
        ages: Calendar periods since the cohort's, or blocks of 7, 30, 91 or 365 days since
            each customer's own first order.
        groups: `who` and `group`, out of `groups_of`; None for one group.
        rebooked: Out of `refunds.rebooked`; None leaves refunds where they were made.
    """
    base = view.base.mutate(cohort=periods.index(_.acquired_on, grain))
    base = in_groups(base, groups).select(
        "customer_id", "group", "cohort", "acquired_on", "first_basket"
    )
    home = base.select("customer_id", "group", "cohort")
    bought = view.orders.filter(_.in_base).join(home, "customer_id")
    moved = view.movements.filter(_.in_base).select(*_MOVED)
    if rebooked is not None:
        moved = moved.union(rebooked.mutate(gross=ibis.literal(0).cast(MONEY)).select(*_MOVED))
    moved = moved.join(home, "customer_id")
    nth = ibis.row_number().over(group_by="customer_id", order_by=["at", "order_id"])
    return Placed(
        base=base,
        orders=bought.select(
            "customer_id", "group", "cohort", "basket", "on",
            age=age_of(bought, grain, ages), number=nth + 1,
        ),
        movements=moved.select(
            "customer_id", "group", "cohort", "gross", "returned", "cost",
            age=age_of(moved, grain, ages),
        ),
        rows=_rows(base, as_of, grain, ages),
    )  # fmt: skip


def groups_of(
    facts: Facts, view: View, filters: Filters, *, as_of: dt.date, breakdown: Breakdown
) -> ir.Table:
    """Split the customers of a view by an attribute of their first order.

    Countries, products, categories and channels keep their `GROUPS_SHOWN` largest groups.
    Baskets fall into four bands at the quartiles of the first baskets: `1` the smallest.

    Returns:
        `who` (the customer's number in the view) and `group`; null for the rest.
    """
    match breakdown:
        case Breakdown.CUSTOMER_TYPE:
            seen = facts.orders.filter(_.ordered_on <= as_of)
            big = wholesale(seen, factor=filters.wholesale_factor).mutate(big=ibis.literal(True))
            marked = view.base.select("customer_id", "who").left_join(big, "customer_id")
            return marked.select(
                "who",
                group=ibis.ifelse(
                    _.big.notnull(), CustomerType.WHOLESALE.value, CustomerType.RETAIL.value
                ),
            )
        case Breakdown.BASKET_BAND:
            value = view.base.mutate(value=_.first_basket.cast("float64"))
            cuts = value.agg(
                **{f"cut_{band}": value.value.quantile(band / BANDS) for band in range(1, BANDS)}
            )
            cut = value.cross_join(cuts)
            above = [ibis.ifelse(cut.value > cut[f"cut_{band}"], 1, 0) for band in range(1, BANDS)]
            return cut.select("who", group=(1 + sum(above[1:], above[0])).cast("string"))
        case _:
            named = view.base.select("who", group=view.base[breakdown.value])
            sizes = named.filter(_.group.notnull()).group_by("group").agg(n=_.count())
            largest = sizes.order_by(_.n.desc(), "group").limit(GROUPS_SHOWN)
            kept = largest.select("group", shown=ibis.literal(True))
            marked = named.left_join(kept, "group")
            return marked.select(
                "who",
                group=ibis.ifelse(_.shown.notnull(), _.group, ibis.null("string")),
            )


def in_groups(people: ir.Table, groups: ir.Table | None) -> ir.Table:
    """Say of each row which group its customer is in.

    Args:
        people: Any table with `who`.
        groups: Out of `groups_of`; None for one group, `all`.
    """
    if groups is None:
        return people.mutate(group=ibis.literal("all"))
    # Every customer has a group, and engines look up a number fastest in an inner join.
    return people.join(groups, "who")


def age_of(table: ir.Table, grain: Grain, ages: Ages, on: str = "on") -> ir.IntegerValue:
    """Count periods since acquisition.

    Args:
        table: Rows with `acquired_on`, `cohort`, and a day.
        grain: Length of a period.
        ages: How ages are counted.
        on: Name of the day.

    A return of something bought before the data begin may precede the first order; it counts
    at age 0, so that the cells of a cohort add up to all that its customers brought.
    """
    if ages is Ages.CALENDAR:
        return ibis.greatest(periods.index(table[on], grain) - table.cohort, 0)
    days = table[on].delta(table.acquired_on, unit="day")
    return ibis.greatest((days / ELAPSED_DAYS[grain]).floor().cast("int64"), 0)


def _rows(base: ir.Table, as_of: dt.date, grain: Grain, ages: Ages) -> ir.Table:
    rows = base.group_by("group", "cohort").agg(
        customers=_.count(), newest=_.acquired_on.max(), oldest=_.acquired_on.min()
    )
    if ages is Ages.CALENDAR:
        return rows.select(
            "group", "cohort", "customers",
            last_observed=periods.last_over(as_of, grain) - _.cohort,
            last_begun=periods.index_of(as_of, grain) - _.cohort,
        )  # fmt: skip
    block = ELAPSED_DAYS[grain]
    tomorrow = ibis.literal(as_of + dt.timedelta(days=1))
    since_newest = tomorrow.delta(rows.newest, unit="day")
    since_oldest = ibis.literal(as_of).delta(rows.oldest, unit="day")
    return rows.select(
        "group", "cohort", "customers",
        last_observed=(since_newest / block).floor().cast("int64") - 1,
        last_begun=(since_oldest / block).floor().cast("int64"),
    )  # fmt: skip


def lived(rows: pa.Table, *, as_of: dt.date, grain: Grain, ages: Ages) -> Lived:
    """Say how far cohorts have come, as `Placed.rows` does on an engine.

    Args:
        rows: One row per cohort: `cohort`, `newest` and `oldest`, first and last acquisition.
        as_of: The day the picture is taken.
        grain: Length of a cohort.
        ages: How ages are counted.
    """
    if ages is Ages.CALENDAR:
        cohorts = rows["cohort"].to_numpy()
        over, begun = periods.last_over(as_of, grain), periods.index_of(as_of, grain)
        return Lived(over - cohorts, begun - cohorts)
    block, today = ELAPSED_DAYS[grain], np.datetime64(as_of, "D")
    newest, oldest = (
        (today - rows[name].to_numpy().astype("datetime64[D]")).astype(np.int64)
        for name in ("newest", "oldest")
    )
    return Lived((newest + 1) // block - 1, oldest // block)
