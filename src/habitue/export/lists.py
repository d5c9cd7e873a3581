"""Lists of customers: who is in which, who is kept aside, who is left out and why (D38, D39)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from habitue.errors import RequestError
from habitue.export.holdout import DEFAULT_SHARE, held_out
from habitue.export.selection import Everyone, Rule, read

DEFAULT_SILENT_MONTHS: Final = 36
"""Three years after the last contact, a customer's data may no longer serve to solicit them."""
MONEY: Final = pa.decimal128(38, 4)
OWN_COLUMNS: Final = ("list_name", "action_code", "scenario", "holdout", "as_of")
"""What a list adds to its customers; `holdout` says `treated` or `holdout`, `scenario` stands where
one of the lists came out of one."""
STANDARD_COLUMNS: Final = (
    "customer_id", "list_name", "action_code", "scenario", "rfm_segment", "rfm_score",
    "previous_rfm_segment", "recency_days", "frequency", "monetary", "country", "cohort_month",
    "first_order", "last_order", "revenue", "clv_historic", "clv_12m", "clv_12m_low",
    "clv_12m_high", "p_alive", "p_order_90d",
    "expected_next_order", "playbook", "as_of",
)  # fmt: skip
"""What a plain file holds unless asked otherwise, as far as it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One named list.

    Attributes:
        name: What people call it; part of the file's name.
        rule: Who is wanted.
        action: Code of what is to be done with it, in a campaign's own words; made from the name
            when empty.
        scenario: Name of the scenario whose target it is; empty for none.
    """

    name: str
    rule: Rule = field(default_factory=Everyone)
    action: str = ""
    scenario: str = ""

    def __post_init__(self) -> None:
        """Refuse a list without a name."""
        if not slug(self.name):
            raise RequestError("list_unnamed", name=self.name)

    @property
    def code(self) -> str:
        """The action code."""
        return self.action.strip() or slug(self.name).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that decides on the bytes of an export, the customers aside.

    Attributes:
        plans: The lists, the most important first.
        profile: Name of the destination.
        columns: The user's choice, in order; empty takes what the profile wants.
        holdout: Share of each list kept aside.
        exclusive: Whether a customer is in the first list that wants them only.
        silent_months: Customers silent for more months are kept out; None keeps them.
        match_rate: Share of rows that the platform is expected to find, when the user knows it.
        plus: Whether phones carry their plus, where the platform leaves the choice.
        country: Where phones without a country code and customers without a country are.
    """

    plans: tuple[Plan, ...]
    profile: str = "csv"
    columns: tuple[str, ...] = ()
    holdout: float = DEFAULT_SHARE
    exclusive: bool = True
    silent_months: int | None = DEFAULT_SILENT_MONTHS
    match_rate: float | None = None
    plus: bool | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the parameter."""
        if not self.plans:
            raise RequestError("no_list")
        stems = [slug(plan.name) for plan in self.plans]
        for place, stem in enumerate(stems):
            if stem in stems[:place]:
                raise RequestError("list_twice", name=self.plans[place].name)
        if not 0 <= self.holdout < 1:
            raise RequestError("holdout_outside", value=self.holdout)
        if self.silent_months is not None and self.silent_months < 1:
            raise RequestError("silence_outside", value=self.silent_months)
        if self.match_rate is not None and not 0 <= self.match_rate <= 1:
            raise RequestError("match_rate_outside", value=self.match_rate)

    @classmethod
    def of(cls, words: dict[str, Any]) -> Self:
        """Read an order from the words of a YAML file.

        Args:
            words: `lists` (each with `name`, `rule`, `action`, `scenario`), and the other
                attributes.

        Raises:
            RequestError: A word is not one of those allowed, or cannot be.
        """
        known = {*cls.__slots__, "lists"} - {"plans"}
        if unknown := [name for name in words if name not in known]:
            raise RequestError(
                "unknown_word", name="export", value=unknown[0], allowed=sorted(known)
            )
        told = dict(words)
        plans = tuple(
            Plan(
                name=str(one.get("name", "")),
                rule=read(one.get("rule", {"everyone": True})),
                action=str(one.get("action", "")),
                scenario=str(one.get("scenario", "")),
            )
            for one in told.pop("lists", [])
        )
        if "columns" in told:
            told["columns"] = tuple(told["columns"])
        return cls(plans=plans, **told)

    def words(self) -> dict[str, Any]:
        """Give the order as plain words, which `of` takes back."""
        told: dict[str, Any] = {
            "lists": [
                {"name": plan.name, "rule": plan.rule.words(), "action": plan.code}
                | ({"scenario": plan.scenario} if plan.scenario else {})
                for plan in self.plans
            ]
        }
        plain = replace(self, plans=self.plans)
        for name in self.__slots__:
            if name != "plans" and getattr(plain, name) is not None:
                value = getattr(plain, name)
                told[name] = list(value) if isinstance(value, tuple) else value
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One list, its customers settled.

    Attributes:
        plan: What was asked.
        chosen: How many customers the rule holds for.
        elsewhere: Of them, already in a list before this one.
        silent: Of them, kept out as silent for too long.
        rows: The rest: the customer table's columns, and those of `OWN_COLUMNS`.
        customers: How many customers there were to choose from.
        money: What the list's customers brought, and their share of all.
    """

    plan: Plan
    chosen: int
    elsewhere: int
    silent: int
    rows: pa.Table
    customers: int
    money: Money

    @property
    def treated(self) -> pa.Table:
        """The rows that leave."""
        return self.rows.filter(pc.equal(self.rows["holdout"], "treated"))

    @property
    def held(self) -> pa.Table:
        """The rows kept aside."""
        return self.rows.filter(pc.equal(self.rows["holdout"], "holdout"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Money at stake in a list.

    Attributes:
        historic: What its customers brought so far.
        share: Share of what all customers brought; None when that is nothing.
        year: What they brought in the last 365 days.
        expected: Their predicted value over 12 months; None where nobody predicted it.
    """

    historic: Decimal
    share: float | None
    year: Decimal
    expected: float | None


def draw(customers: pa.Table, order: Order, *, as_of: dt.date, salt: str) -> tuple[Drawn, ...]:
    """Settle who is in each list.

    Args:
        customers: One row per customer, by id: at least `customer_id`, `last_order` and
            `revenue`.
        order: What is asked.
        as_of: The day of the picture.
        salt: Of the holdout.

    Raises:
        RequestError: A rule speaks of what is not there.
    """
    silent = _silent(customers["last_order"], as_of, order.silent_months)
    sides = held_out(customers["customer_id"], share=order.holdout, salt=salt)
    side = pc.if_else(sides, "holdout", "treated")
    taken = pa.array([False] * customers.num_rows, pa.bool_())
    whole = _sum(customers, "revenue")
    staged = any(plan.scenario for plan in order.plans)
    found = []
    for plan in order.plans:
        wanted = plan.rule.mask(customers)
        free = pc.invert(taken) if order.exclusive else pa.array([True] * len(taken), pa.bool_())
        stays = pc.and_(pc.and_(wanted, free), pc.invert(silent))
        rows = customers.append_column("holdout", side).filter(stays)
        own = {"list_name": plan.name, "action_code": plan.code, "as_of": as_of}
        if staged:
            own["scenario"] = plan.scenario or None
        for name, value in own.items():
            rows = rows.append_column(
                name, pa.repeat(pa.scalar(value, _TYPES[name]), rows.num_rows)
            )
        historic = _sum(rows, "revenue")
        found.append(
            Drawn(
                plan=plan,
                chosen=_count(wanted),
                elsewhere=_count(pc.and_(wanted, pc.invert(free))),
                silent=_count(pc.and_(pc.and_(wanted, free), silent)),
                rows=rows,
                customers=customers.num_rows,
                money=Money(
                    historic=historic,
                    share=float(historic / whole) if whole else None,
                    year=_sum(rows, "year_revenue"),
                    expected=float(_sum(rows, "clv_12m"))
                    if "clv_12m" in rows.schema.names
                    else None,
                ),
            )
        )
        taken = pc.or_(taken, stays)
    return tuple(found)


def slug(name: str) -> str:
    """Make a file name out of a list's name.

    Examples:
        >>> slug("À réveiller (été)"), slug("../etc/passwd")
        ('a-reveiller-ete', 'etc-passwd')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:80]


def months_before(day: dt.date, months: int) -> dt.date:
    """Give the same day some months earlier, or the last of that month.

    Examples:
        >>> months_before(dt.date(2011, 12, 9), 36), months_before(dt.date(2012, 3, 31), 1)
        (datetime.date(2008, 12, 9), datetime.date(2012, 2, 29))
    """
    ordinal = day.year * 12 + day.month - 1 - months
    year, month = ordinal // 12, ordinal % 12 + 1
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, min(day.day, (following - dt.timedelta(days=1)).day))


_TYPES: Final = {
    "list_name": pa.string(), "action_code": pa.string(), "scenario": pa.string(),
    "as_of": pa.date32(),
}  # fmt: skip


def _silent(last: pa.ChunkedArray, as_of: dt.date, months: int | None) -> pa.BooleanArray:
    limit = dt.date.min if months is None else months_before(as_of, months)
    return pc.fill_null(pc.less(last, pa.scalar(limit, pa.date32())), False).combine_chunks()


def _count(flags: pa.BooleanArray) -> int:
    return int(pc.sum(flags).as_py() or 0)


def _sum(rows: pa.Table, name: str) -> Decimal:
    if name not in rows.column_names:
        return Decimal(0)
    return Decimal(pc.sum(rows[name]).as_py() or 0)
