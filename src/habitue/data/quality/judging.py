"""From counts to findings: how much each matters, and what they amount to together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, NamedTuple

from habitue.data.quality.calendar import Calendar, missing_days
from habitue.data.quality.conflicts import ORDER_CONFLICTS
from habitue.data.quality.flags import MISSING, Fences
from habitue.data.quality.report import Finding, Severity, Unit, Verdict

_NEVER: Final = float("inf")
LIMITS: Final[dict[str, tuple[float, float]]] = {
    # Share of all lines that the rules let through.
    "unreadable": (0.001, 0.05),
    "missing_customer": (0.05, 0.5),
    "missing_product": (0.05, _NEVER),
    "missing_country": (0.05, _NEVER),
    "price_not_positive": (0.01, _NEVER),
    "unmarked_returns": (0.01, _NEVER),
    "duplicate_lines": (0.05, 0.5),
    "repeated_orders": (0.0, 0.1),
    # Share of gross sales.
    "price_high": (0.05, _NEVER),
    "quantity_high": (0.1, _NEVER),
    "returns": (0.15, 0.8),
    "unmatched_returns": (0.05, _NEVER),
    # Share of orders, of customers.
    "orders_several_customers": (0.001, 0.05),
    "orders_several_moments": (0.05, _NEVER),
    "orders_several_countries": (0.05, _NEVER),
    "orders_several_currencies": (0.0, 0.05),
    "customers_several_countries": (0.05, _NEVER),
    "several_currencies": (0.0, 0.0),
    # Revenue share of the largest hundredth; first cohort over the largest other one.
    "concentration": (0.25, _NEVER),
    "first_cohort": (1.5, _NEVER),
    # Days on which the shop usually sells.
    "days_without_orders": (14, 60),
}
"""From which weight a finding calls for care, and from which it is serious; else it is a note."""
MANY_CUSTOMERS: Final = 100
_FEW_CUSTOMERS: Final = 10
_YEAR, _HALF_YEAR, _TWO_MONTHS = 365, 180, 60


class Counted(NamedTuple):
    """What the expressions counted, each the one row it gives.

    Attributes:
        lines: Of `flags.line_counts`.
        kept: `lines`, `amount`, `gross`, `returns`, `orders`, `customers` of the waterfall.
        duplicates: Of `repeats.duplicate_counts`.
        repeated: Of `repeats.repeated_counts`.
        orders: Of `conflicts.conflict_counts`.
        travellers: Of `conflicts.traveller_counts`.
        currencies: Rows of `conflicts.currencies`.
        matched: `lines` and `amount` of returns that cancel an earlier purchase; `all_lines` of
            all kept returns.
        concentration: Of `people.concentration`.
        cohorts: Rows of `people.cohorts`.
        calendar: Of `calendar.read`.
        fences: What is out of range.
        customers: Customers named on lines, as they came.
        prefix: Mark of cancellations, where the source has one.
    """

    lines: Mapping[str, Any]
    kept: Mapping[str, Any]
    duplicates: Mapping[str, Any]
    repeated: Mapping[str, Any]
    orders: Mapping[str, Any]
    travellers: Mapping[str, Any]
    currencies: list[dict[str, Any]]
    matched: Mapping[str, Any]
    concentration: Mapping[str, Any]
    cohorts: list[dict[str, Any]]
    calendar: Calendar
    fences: Fences
    customers: int
    prefix: str | None


def findings(counted: Counted) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Judge what was counted.

    Returns:
        What was found, the worst first, and the names of what was looked for and not found.
    """
    looked_for = [*_on_lines(counted), *_returned(counted), *_repeated(counted), *_torn(counted),
                  *_people(counted), *_time(counted)]  # fmt: skip
    found = [one for one in looked_for if one.count]
    order = list(Severity)
    found.sort(key=lambda one: order.index(one.severity))
    return tuple(found), tuple(one.name for one in looked_for if not one.count)


def verdict(found: tuple[Finding, ...]) -> Verdict:
    """Say what findings amount to: no better than the worst of them.

    Examples:
        >>> verdict(())
        <Verdict.USABLE: 'usable'>
    """
    worst = {one.severity for one in found}
    if Severity.SERIOUS in worst:
        return Verdict.UNUSABLE
    return Verdict.WITH_CARE if Severity.CARE in worst else Verdict.USABLE


def _severity(name: str, weight: float) -> Severity:
    care, serious = LIMITS.get(name, (_NEVER, _NEVER))
    if weight > serious:
        return Severity.SERIOUS
    return Severity.CARE if weight > care else Severity.NOTE


def _of_lines(
    name: str, row: Mapping[str, Any], base: int, *, gross: Decimal | None = None, **facts: Any
) -> Finding:
    """Make a finding of lines, weighed by what the rules let through, or by its money."""
    lines, left_out = int(row["lines"] or 0), int(row["left_out"] or 0)
    amount = row["amount"] or Decimal(0)
    weight = _part(lines - left_out, base) if gross is None else _part(abs(amount), gross)
    return Finding(
        name=name, severity=_severity(name, weight), unit=Unit.LINES, count=lines, base=base,
        lines=lines, left_out=left_out, amount=amount, facts=facts,
    )  # fmt: skip


def _on_lines(counted: Counted) -> Iterator[Finding]:
    rows, base = counted.lines, int(counted.lines["lines"])
    gross = counted.kept["gross"]

    def row(name: str) -> dict[str, Any]:
        return {part: rows[f"{name}_{part}"] for part in ("lines", "left_out", "amount")}

    kept = int(counted.kept["lines"])
    yield Finding(
        name="nothing_kept", severity=Severity.SERIOUS, unit=Unit.LINES, count=0 if kept else base,
        base=base, lines=base, left_out=base - kept,
    )  # fmt: skip
    yield _of_lines("unreadable", row("unreadable"), base)
    for name in MISSING:
        # A column that nothing fills is one the source does not have; everyone has customers.
        if rows[f"{name}_filled"] or name == "customer_id":
            said = name.removesuffix("_id")
            yield _of_lines(f"missing_{said}", row(f"missing_{name}"), base)
    yield _of_lines(
        "price_not_positive", row("price_not_positive"), base, negative=int(rows["price_negative"])
    )
    yield _of_lines("quantity_zero", row("quantity_zero"), base)
    for name, fence in (("price_high", counted.fences.price),
                        ("quantity_high", counted.fences.quantity)):  # fmt: skip
        if fence is not None:
            yield _of_lines(name, row(name), base, gross=gross, fence=fence)
    if counted.prefix:
        yield _of_lines("unmarked_returns", row("unmarked_returns"), base, prefix=counted.prefix)


def _returned(counted: Counted) -> Iterator[Finding]:
    rows, kept = counted.lines, counted.kept
    row = {part: rows[f"returns_{part}"] for part in ("lines", "left_out", "amount")}
    matched, met = int(counted.matched["lines"] or 0), counted.matched["amount"] or Decimal(0)
    base = int(counted.matched["all_lines"] or 0)
    returned = kept["returns"]
    found = _of_lines(
        "returns", row | {"amount": returned}, int(rows["lines"]), gross=kept["gross"],
        kept_amount=returned,
        marked=int(row["lines"] - rows["unmarked_returns_lines"]) if counted.prefix else None,
        matched=matched, matched_share=_part(matched, base), matched_amount=met,
        returned_share=_part(-returned, kept["gross"]),
    )  # fmt: skip
    # Weighed by what the rules let through, it carries the money of all its lines, as others do.
    yield replace(found, amount=row["amount"] or Decimal(0))
    # A return met in part counts as met; the money of its other part stays unmatched.
    alone = {"lines": base - matched, "left_out": 0, "amount": returned + met}
    yield _of_lines("unmatched_returns", alone, base, gross=kept["gross"])


def _repeated(counted: Counted) -> Iterator[Finding]:
    base = int(counted.lines["lines"])
    copies, orders = counted.duplicates, counted.repeated
    again = int(copies["again"] or 0)
    yield _of_lines(
        "duplicate_lines", copies, base,
        again=again, inside=int(copies["lines"] or 0) - again, orders=int(copies["orders"] or 0),
    )  # fmt: skip
    lines, left_out = int(orders["lines"] or 0), int(orders["left_out"] or 0)
    yield Finding(
        name="repeated_orders",
        severity=_severity("repeated_orders", _part(lines - left_out, base)),
        unit=Unit.ORDERS, count=int(orders["orders"] or 0), base=int(counted.orders["orders"]),
        lines=lines, left_out=left_out, amount=orders["amount"] or Decimal(0),
    )  # fmt: skip


def _torn(counted: Counted) -> Iterator[Finding]:
    rows = counted.orders
    for name in ORDER_CONFLICTS:
        count, base = int(rows[f"{name}_orders"]), int(rows["orders"])
        yield Finding(
            name=name, severity=_severity(name, _part(count, base)), unit=Unit.ORDERS,
            count=count, base=base, lines=int(rows[f"{name}_lines"] or 0),
            left_out=int(rows[f"{name}_left_out"] or 0), amount=rows[f"{name}_amount"],
        )  # fmt: skip
    main = max(counted.currencies, key=lambda one: one["lines"], default=None)
    others = [one for one in counted.currencies if one is not main]
    row = {part: sum(one[part] for one in others) for part in ("lines", "left_out", "amount")}
    yield _of_lines(
        "several_currencies", row, int(counted.lines["lines"]),
        currencies=tuple(sorted(one["currency"] for one in counted.currencies)),
    )  # fmt: skip


def _people(counted: Counted) -> Iterator[Finding]:
    rows = counted.travellers
    yield Finding(
        name="customers_several_countries",
        severity=_severity("customers_several_countries",
                           _part(rows["customers"], counted.customers)),
        unit=Unit.CUSTOMERS, count=int(rows["customers"]), base=counted.customers,
        lines=int(rows["lines"] or 0), left_out=int(rows["left_out"] or 0), amount=rows["amount"],
    )  # fmt: skip
    row, buyers = counted.concentration, int(counted.concentration["customers"])
    top = _part(row["amount_1"] or 0, row["total"] or 0)
    # Among a handful, the largest customer weighs much by arithmetic alone.
    is_heavy = buyers >= MANY_CUSTOMERS and top > LIMITS["concentration"][0]
    yield Finding(
        name="concentration", severity=_severity("concentration", top), unit=Unit.CUSTOMERS,
        count=int(row["customers_1"]) if is_heavy else 0, base=buyers, amount=row["amount_1"],
        facts={"top_share": top, "tenth_share": _part(row["amount_10"] or 0, row["total"] or 0)},
    )  # fmt: skip
    yield Finding(
        name="few_customers",
        severity=Severity.SERIOUS if buyers < _FEW_CUSTOMERS else Severity.CARE,
        unit=Unit.CUSTOMERS, count=buyers if buyers < MANY_CUSTOMERS else 0, base=buyers,
        facts={"least": MANY_CUSTOMERS},
    )  # fmt: skip
    months = sorted(counted.cohorts, key=lambda one: (one["year"], one["month"]))
    if len(months) > 1:
        first, others = months[0]["customers"], [one["customers"] for one in months[1:]]
        times = first / max(others)
        yield Finding(
            name="first_cohort", severity=_severity("first_cohort", times), unit=Unit.CUSTOMERS,
            count=first if times > LIMITS["first_cohort"][0] else 0, base=first + sum(others),
            facts={"month": dt.date(months[0]["year"], months[0]["month"], 1),
                   "largest": max(others)},
        )  # fmt: skip


def _time(counted: Counted) -> Iterator[Finding]:
    calendar = counted.calendar
    if not calendar.days:
        return
    first, last = calendar.days[0]["day"], calendar.days[-1]["day"]
    gaps = calendar.gaps
    longest = gaps[0] if gaps else {"days": 0, "last_day": first, "next_day": last}
    yield Finding(
        name="days_without_orders", severity=_severity("days_without_orders", longest["days"]),
        unit=Unit.DAYS, count=sum(one["days"] for one in gaps), base=calendar.open_days,
        facts={"gaps": len(gaps), "longest": longest["days"], "last_day": longest["last_day"],
               "next_day": longest["next_day"]},
    )  # fmt: skip
    yield Finding(
        name="weekdays_without_orders", severity=Severity.NOTE, unit=Unit.WEEKDAYS,
        count=len(calendar.closed), base=7,
        facts={"weekdays": calendar.closed, "orders": sum(
            row["orders"] for row in calendar.weekdays if row["weekday"] in calendar.closed
        )},
    )  # fmt: skip
    before, _after, length = missing_days(first)
    yield Finding(
        name="partial_first_month", severity=Severity.NOTE, unit=Unit.DAYS, count=before,
        base=length, facts={"day": first},
    )  # fmt: skip
    _before, after, length = missing_days(last)
    yield Finding(
        name="partial_last_month", severity=Severity.NOTE, unit=Unit.DAYS, count=after,
        base=length, facts={"day": last},
    )  # fmt: skip
    span = len(calendar.days)
    yield Finding(
        name="short_history",
        severity=Severity.SERIOUS if span < _TWO_MONTHS
        else Severity.CARE if span < _HALF_YEAR else Severity.NOTE,
        unit=Unit.DAYS, count=span if span < _YEAR else 0, base=_YEAR,
    )  # fmt: skip
    rows = counted.lines
    readable = int(rows["moment_filled"])
    yield Finding(
        name="days_only", severity=Severity.NOTE, unit=Unit.LINES,
        count=0 if rows["with_clock"] else readable, base=readable,
    )  # fmt: skip


def _part(some: float | Decimal, whole: float | Decimal) -> float:
    return float(some) / float(whole) if whole else 0.0
