"""One value per cell and one per age, for the measure a reader chose (D17, D18, D20)."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.schema import Measure, Per

_ROW = ["group", "cohort"]
_POOL = ["group"]


def valued(
    cells: ir.Table, *, measure: Measure, per: Per = Per.COHORT, cumulative: bool = False
) -> ir.Table:
    """Add the measure of each cell as `value`.

    Retention is a share, customers a count; both ignore `per` and `cumulative`. The basket is a
    mean per order whatever `per`. A value cumulated per buyer has no meaning, since buyers
    change from age to age: it is divided by the customers of the cohort.

    Args:
        cells: Out of `cells.cells`.
        measure: What to show.
        per: The whole cohort, each of its customers, or each customer who ordered in the age.
        cumulative: Whether ages add up.

    Returns:
        The cells with `value`; null where there is nothing to divide by.
    """
    return cells.mutate(value=_value(cells, measure, per, cumulative, _ROW))


def pooled_value(
    cells: ir.Table,
    *,
    measure: Measure,
    per: Per = Per.COHORT,
    cumulative: bool = False,
    keep_truncated: bool = False,
) -> ir.Table:
    """Pool a measure over the observed cells of each age, sums over sums (D18).

    Args:
        cells: Out of `cells.cells`.
        measure: What to show.
        per: As for `valued`; with `COHORT`, the mean over cohorts.
        cumulative: Whether ages add up; each age then adds what its own cohorts brought.
        keep_truncated: Whether the left-truncated cohort enters.

    Returns:
        One row per group and observed age: `cohorts`, `customers`, `value`.
    """
    entering = cells.filter(_.observed)
    if not keep_truncated:
        entering = entering.filter(~_.truncated)
    sums = entering.group_by("group", "age").agg(
        cohorts=_.count(),
        **{
            name: _[name].sum().cast("float64")
            for name in ("customers", "active", "buyers", "orders", "basket", "revenue", "margin")
        },
    )
    rated = sums.mutate(rate=_.active / _.customers)
    if measure is Measure.CUSTOMERS:
        value = rated.active / rated.cohorts
    elif per is Per.COHORT and measure not in (Measure.RETENTION, Measure.AOV):
        value = _numerator(rated, measure) / rated.cohorts
        if cumulative:
            value = value.sum().over(ibis.cumulative_window(group_by=_POOL, order_by="age"))
    else:
        value = _value(rated, measure, per, cumulative, _POOL)
    return rated.select("group", "age", "cohorts", "customers", value=value)


def _value(
    table: ir.Table, measure: Measure, per: Per, cumulative: bool, keys: list[str]
) -> ir.Value:
    if measure is Measure.RETENTION:
        return table.rate
    if measure is Measure.CUSTOMERS:
        return table.active.cast("float64")
    so_far = ibis.cumulative_window(group_by=keys, order_by="age")
    if measure is Measure.AOV:
        basket, orders = table.basket.cast("float64"), table.orders
        if cumulative:
            basket, orders = basket.sum().over(so_far), orders.sum().over(so_far)
        return basket / orders.nullif(0)
    amount = _numerator(table, measure)
    if per is Per.COHORT:
        return amount.sum().over(so_far) if cumulative else amount
    if per is Per.BUYER and not cumulative:
        return amount / table.buyers.nullif(0)
    each = amount / table.customers
    return each.sum().over(so_far) if cumulative else each


def _numerator(table: ir.Table, measure: Measure) -> ir.Value:
    return table[measure.value].cast("float64")
