"""From codes to segments: rows that add up to the base, whatever the rule set (D27)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from habitue.core.segments.answers import Disagreement
from habitue.core.segments.priority import Fate, stake
from habitue.core.segments.rules import RuleSet, every_code

_MONEY: Final = pa.decimal128(38, 4)
SUMS: Final = (
    "customers", "orders", "recency_days", "monetary", "baskets", "revenue", "cost", "year_revenue",
)  # fmt: skip
_ZERO: Final = Decimal(0)
_COLUMNS: Final = pa.schema(
    [
        ("rfm_segment", pa.string()),
        ("customers", pa.int64()),
        ("customer_share", pa.float64()),
        ("orders", pa.int64()),
        ("revenue", _MONEY),
        ("revenue_share", pa.float64()),
        ("margin", _MONEY),
        ("aov", _MONEY),
        ("mean_recency_days", pa.float64()),
        ("mean_value", pa.float64()),
        ("year_revenue", _MONEY),
        ("lapse_rate", pa.float64()),
        ("comeback_rate", pa.float64()),
        ("at_stake", pa.float64()),
        ("recoverable", pa.float64()),
        ("recoverable_per_customer", pa.float64()),
        ("priority", pa.int64()),
    ]
)
_CODES: Final = pa.schema(
    [
        ("rfm_score", pa.string()),
        *((name, pa.int64()) for name in ("r_score", "f_score", "m_score", *SUMS[:3])),
        *((name, _MONEY) for name in SUMS[3:]),
    ]
)
_PAIRS: Final = pa.schema(
    [
        ("first_segment", pa.string()),
        ("second_segment", pa.string()),
        ("same", pa.bool_()),
        ("codes", pa.int64()),
        ("customers", pa.int64()),
        ("revenue", _MONEY),
    ]
)

Codes = Iterable[Mapping[str, Any]]
"""Rows of `values.by_code`."""


def segment_rows(
    codes: Codes,
    rules: RuleSet,
    *,
    classes: int,
    margin_rate: Decimal | None,
    fates: Mapping[str, Fate],
) -> pa.Table:
    """Gather codes under the names of a rule set.

    Args:
        codes: Sums by code.
        rules: Which name each code bears.
        classes: How many classes the scores have.
        margin_rate: Margin as a share of revenue; None takes the cost in the data.
        fates: Code to what became of its customers; empty when the history is too short.

    Returns:
        The columns of `answers.Segments.table`, a segment without customers included.
    """
    found = {one.name: dict.fromkeys(SUMS, _ZERO) for one in rules.segments}
    for row in codes:
        sums = found[rules.of(row["rfm_score"], classes).name]
        for name in SUMS:
            sums[name] += row[name]
    lived: dict[str, Fate] = {}
    for code, fate in fates.items():
        name = rules.of(code, classes).name
        lived[name] = lived.get(name, Fate()) + fate
    everyone = sum(fates.values(), Fate())
    total = {name: sum((sums[name] for sums in found.values()), _ZERO) for name in SUMS}
    rows = [
        _row(name, sums, total, margin_rate) | _priority(sums, lived.get(name, Fate()), everyone)
        for name, sums in found.items()
    ]
    ranked = sorted(
        (row for row in rows if row["recoverable"]), key=lambda row: -row["recoverable"]
    )
    for place, row in enumerate(ranked, start=1):
        row["priority"] = place
    return pa.Table.from_pylist(rows, schema=_COLUMNS)


def with_names(table: pa.Table, rules: RuleSet, *, classes: int) -> pa.Table:
    """Add the column `rfm_segment` to a table that has `rfm_score`."""
    codes = table["rfm_score"].combine_chunks().dictionary_encode()
    names = [rules.of(code, classes).name for code in codes.dictionary.to_pylist()]
    named = pa.DictionaryArray.from_arrays(codes.indices, pa.array(names, pa.string()))
    return table.append_column("rfm_segment", named.cast(pa.string()))


def named_codes(codes: Codes, rules: RuleSet, *, classes: int) -> pa.Table:
    """Give the sums by code as a table, with the name of each code."""
    rows = [dict(row) for row in codes]
    return with_names(pa.Table.from_pylist(rows, schema=_CODES), rules, classes=classes)


def margin(revenue: Decimal, cost: Decimal, margin_rate: Decimal | None) -> Decimal:
    """Give the margin on some revenue (D29), exact."""
    return revenue - cost if margin_rate is None else revenue * margin_rate


def disagreement(codes: Codes, first: RuleSet, second: RuleSet, *, classes: int) -> Disagreement:
    """Compare the names that two rule sets give.

    Names are the same when their ids are: a set of one's own may say them differently.
    """
    every = every_code(classes)
    pairs: dict[tuple[str, str], dict[str, Any]] = {}
    for code in every:
        one, other = first.of(code, classes), second.of(code, classes)
        pair = pairs.setdefault(
            (one.name, other.name),
            {"same": one.id == other.id, "codes": 0, "customers": 0, "revenue": _ZERO},
        )
        pair["codes"] += 1
    for row in codes:
        code = row["rfm_score"]
        pair = pairs[first.of(code, classes).name, second.of(code, classes).name]
        pair["customers"] += row["customers"]
        pair["revenue"] += row["revenue"]
    same = [pair for pair in pairs.values() if pair["same"]]
    rows = [
        {"first_segment": one, "second_segment": other, **pair}
        for (one, other), pair in pairs.items()
    ]
    return Disagreement(
        first=first,
        second=second,
        codes=sum(pair["codes"] for pair in same),
        every_code=len(every),
        customers=sum(pair["customers"] for pair in same),
        revenue=sum((pair["revenue"] for pair in same), _ZERO),
        table=pa.Table.from_pylist(rows, schema=_PAIRS),
    )


def _row(
    name: str, sums: Mapping[str, Any], total: Mapping[str, Any], margin_rate: Decimal | None
) -> dict[str, Any]:
    customers, orders, revenue = sums["customers"], sums["orders"], sums["revenue"]
    return {
        "rfm_segment": name,
        "customers": int(customers),
        "customer_share": float(customers / total["customers"]) if total["customers"] else None,
        "orders": int(orders),
        "revenue": revenue,
        "revenue_share": float(revenue / total["revenue"]) if total["revenue"] else None,
        "margin": round(margin(revenue, sums["cost"], margin_rate), 4),
        "aov": round(sums["baskets"] / orders, 4) if orders else None,
        "mean_recency_days": float(sums["recency_days"] / customers) if customers else None,
        "mean_value": float(revenue / customers) if customers else None,
        "year_revenue": sums["year_revenue"],
    }


def _priority(sums: Mapping[str, Any], fate: Fate, everyone: Fate) -> dict[str, Any]:
    nothing = dict.fromkeys(
        (
            "lapse_rate",
            "comeback_rate",
            "at_stake",
            "recoverable",
            "recoverable_per_customer",
            "priority",
        )
    )
    found = stake(fate, everyone, sums["year_revenue"]) if sums["customers"] else None
    if found is None:
        return nothing
    return nothing | {
        "lapse_rate": found.lapse_rate,
        "comeback_rate": found.comeback_rate,
        "at_stake": found.at_stake,
        "recoverable": found.recoverable,
        "recoverable_per_customer": found.recoverable / float(sums["customers"]),
    }
