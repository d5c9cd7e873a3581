"""How values spread: quantiles, fences, a histogram on a log scale, and what a cap would take.

Values are gathered into distinct ones with their counts first; a quantile is then the least value
that enough others do not exceed (the inverse of the empirical distribution), a value of the data
itself and the same on every engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.data.quality.flags import SUM

QUARTERS: Final = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"))
FENCE: Final = 3
"""Tukey's outer fence, in interquartile ranges, on the logarithm of the values."""
BINS_PER_DECADE: Final = 5
LEAST_VALUES: Final = 30
"""Fewer values than this have no fence: their quartiles would be chance."""
MONEY: Final = "decimal(18, 4)"
_PARTS: Final = 10_000
"""Shares are told to a hundredth of a percent."""


def priced(lines: ir.Table) -> ir.Table:
    """Gather the positive unit prices, and the quantities with their sign put aside.

    Args:
        lines: Classified lines; those that cannot be read are passed over.

    Returns:
        One row per distinct value: `of` (`price` or `quantity`), `value`, `n`, `known` (with a
        customer), `amount`.
    """
    readable = lines.filter(_.unreadable.isnull())
    return _weighted("price", readable, readable.price).union(
        _weighted("quantity", readable, readable.quantity.abs())
    )


def paid(lines: ir.Table, orders: ir.Table) -> ir.Table:
    """Gather what was paid: by line, by order, and by customer.

    Args:
        lines: Classified lines; kept purchases count.
        orders: Orders with `customer_id` and `amount`.

    Returns:
        One row per distinct value: `of` (`line`, `order` or `customer`), `value`, `n`, `known`,
        `amount`.
    """
    sold = lines.filter(_.reason.isnull(), ~_.is_return)
    known = orders.filter(_.customer_id.notnull())
    people = known.group_by("customer_id").agg(amount=_.amount.sum().cast(MONEY))
    return (
        _weighted("line", sold, sold.amount)
        .union(_weighted("order", orders, orders.amount))
        .union(_weighted("customer", people, people.amount))
    )


def quartiles(weighted: ir.Table) -> ir.Table:
    """Give the quartiles of each kind of value.

    Args:
        weighted: Distinct values with their counts.

    Returns:
        One row per `of`: `n`, `low`, `middle`, `high`.
    """
    ranked = _ranked(weighted)
    ends = zip(("low", "middle", "high"), QUARTERS, strict=True)
    return ranked.group_by("of").agg(
        n=_.n.sum().cast("int64"),
        **{name: ranked.value.min(where=_reaches(ranked, share)) for name, share in ends},
    )


def fence(row: Mapping[str, Any] | None) -> Decimal | None:
    """Place the outer fence above the quartiles, on a log scale, rounded to two digits.

    Args:
        row: What `quartiles` says, or nothing.

    Returns:
        None where there are too few values to tell.

    Examples:
        >>> fence({"n": 1000, "low": Decimal(1), "high": Decimal(10)})
        Decimal('10000')
    """
    if row is None or row["n"] < LEAST_VALUES:
        return None
    low, high = math.log(row["low"]), math.log(row["high"])
    height = math.exp(high + FENCE * (high - low))
    digits = 1 - math.floor(math.log10(height) + 1e-9)
    return Decimal(str(round(height, digits))).quantize(Decimal(1).scaleb(-max(digits, 0)))


def histogram(weighted: ir.Table) -> ir.Table:
    """Count values in bins of equal width on a log scale.

    Args:
        weighted: Distinct values with their counts.

    Returns:
        One row per kind of value and bin: `of`, `bin` (see `edges`), `lines`, `amount`.
    """
    # What is added is more than a logarithm's error, so that 1, 10, 100 open their bin.
    place = (weighted.value.cast("float64").log10() * BINS_PER_DECADE + 1e-9).floor()
    return weighted.group_by("of", bin=place.cast("int64")).agg(
        lines=_.n.sum().cast("int64"), amount=_.amount.sum().cast(SUM)
    )


def edges(place: int) -> tuple[float, float]:
    """Give the ends of a bin of `histogram`.

    Examples:
        >>> edges(5)
        (10.0, 15.848932)
    """
    low, high = (round(10 ** (one / BINS_PER_DECADE), 6) for one in (place, place + 1))
    return low, high


def capped(weighted: ir.Table, share: Decimal) -> ir.Table:
    """Say what bringing values down to a quantile would take.

    Args:
        weighted: Distinct values with their counts.
        share: Share of the values that stay as they are.

    Returns:
        One row per kind of value: `of`, `n`, `cap`, `above` (values beyond it), `total` and
        `capped_total`, `known` and `capped_known` (the same of values with a customer).
    """
    ranked = _ranked(weighted)
    beside = ranked.mutate(
        cap=ibis.ifelse(_reaches(ranked, share), ranked.value, ibis.null(MONEY))
        .min()
        .over(ibis.window(group_by="of"))
    )
    beside = beside.mutate(held=ibis.least(beside.value, beside.cap))
    return beside.group_by("of").agg(
        n=_.n.sum().cast("int64"),
        cap=_.cap.max(),
        above=beside.n.sum(where=beside.value > beside.cap).cast("int64"),
        total=_times(beside.value, beside.n),
        capped_total=_times(beside.held, beside.n),
        known=_times(beside.value, beside.known),
        capped_known=_times(beside.held, beside.known),
    )


def _weighted(of: str, rows: ir.Table, value: ir.DecimalValue) -> ir.Table:
    named = rows.select("customer_id", "amount", value=value.cast(MONEY))
    counted = named.filter(_.value > 0).group_by("value").agg(
        n=_.count().cast("int64"),
        known=_.count(where=_.customer_id.notnull()).cast("int64"),
        amount=_.amount.sum().cast(SUM),
    )  # fmt: skip
    return counted.select(ibis.literal(of).name("of"), "value", "n", "known", "amount")


def _ranked(weighted: ir.Table) -> ir.Table:
    so_far = ibis.cumulative_window(group_by="of", order_by="value")
    return weighted.mutate(
        at_most=weighted.n.sum().over(so_far).cast("int64"),
        all=weighted.n.sum().over(ibis.window(group_by="of")).cast("int64"),
    )


def _reaches(ranked: ir.Table, share: Decimal) -> ir.BooleanValue:
    """Tell the values that at least a share of all do not exceed."""
    # In whole numbers: a share times a count must not fall short of it by a float's error.
    return ranked.at_most * _PARTS >= ranked["all"] * int(share * _PARTS)


def _times(value: ir.DecimalValue, count: ir.IntegerValue) -> ir.DecimalScalar:
    return (value * count.cast("decimal(18, 0)")).cast(SUM).sum().cast(SUM)
