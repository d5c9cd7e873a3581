"""Who is wanted: a rule over the columns of a customer table, built from and, or, not.

A rule is plain frozen data. It reads and writes as the words of a YAML file or a manifest, so that
a list can be saved, repeated and explained.
"""

from __future__ import annotations

import datetime as dt
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from habitue.errors import RequestError

_SIGNS: Final = {
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
    "=": pc.equal,
}

_WITHIN: Final = {"within"}


@dataclass(frozen=True, slots=True)
class Rule(ABC):
    """A condition that a customer meets or not. Combine rules with `&`, `|` and `~`.

    Examples:
        >>> customers = pa.table({"rfm_segment": ["loyal", "lost"], "orders": [9, 1]})
        >>> (OneOf("rfm_segment", ("loyal",)) | ~Compare("orders", ">", 1)).mask(customers)
        <pyarrow.lib.BooleanArray object at ...>
        [
          true,
          true
        ]
    """

    @abstractmethod
    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Say for each customer whether the rule holds. What is unknown does not hold.

        Args:
            customers: One row per customer.

        Raises:
            RequestError: The rule speaks of a column that is not there, or of a value that cannot
                be compared with what the column holds.
        """

    @abstractmethod
    def words(self) -> dict[str, Any]:
        """Give the rule as plain words, which `read` takes back."""

    def __and__(self, other: Rule) -> Rule:
        """Ask for both."""
        return Both((self, other))

    def __or__(self, other: Rule) -> Rule:
        """Ask for either."""
        return Either((self, other))

    def __invert__(self) -> Rule:
        """Ask for everyone else."""
        return Not(self)


@dataclass(frozen=True, slots=True)
class Everyone(Rule):
    """No condition at all."""

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep all rows."""
        return _flags(pa.array([True] * customers.num_rows, pa.bool_()))

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        return {"everyone": True}


@dataclass(frozen=True, slots=True)
class OneOf(Rule):
    """A column holds one of some values: segments, cohorts, countries, customers.

    Attributes:
        column: Of the customer table.
        values: Those wanted.
    """

    column: str
    values: tuple[str, ...]

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep the rows whose value is wanted."""
        held = _column(customers, self.column).cast(pa.string())
        return _flags(pc.is_in(held, pa.array(self.values, pa.string())))

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        return {"column": self.column, "in": list(self.values)}


@dataclass(frozen=True, slots=True)
class Compare(Rule):
    """A column stands on one side of a value.

    Attributes:
        column: Of the customer table.
        sign: `<`, `<=`, `>`, `>=` or `=`.
        value: A number, a date or a text.
    """

    column: str
    sign: str
    value: float | Decimal | dt.date | str

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep the rows on the right side of the value."""
        held = _column(customers, self.column)
        if pa.types.is_decimal(held.type):
            held = held.cast(pa.float64())
        if self.sign not in _SIGNS:
            raise RequestError("unknown_word", name="sign", value=self.sign, allowed=list(_SIGNS))
        try:
            wanted = self.value
            if pa.types.is_date(held.type):
                wanted = dt.date.fromisoformat(str(wanted))
            elif not pa.types.is_string(held.type):
                wanted = float(wanted)  # type: ignore[arg-type]  # refused below when it is no number
            compared = _SIGNS[self.sign](held, pa.scalar(wanted))
        except (TypeError, ValueError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise RequestError(
                "rule_value", column=self.column, value=self.value, kind=str(held.type)
            ) from None
        return _flags(compared)

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        value = self.value
        return {
            "column": self.column,
            self.sign: value if isinstance(value, (int, float)) else str(value),
        }


@dataclass(frozen=True, slots=True)
class Top(Rule):
    """The customers that rank highest on a column; ties go by customer id, so that it is stable.

    Attributes:
        column: Of the customer table; rows without a value never rank.
        count: How many to keep, or None.
        share: Share of the ranked customers to keep, above 0 and up to 1, or None.
        within: Who is ranked; None ranks everyone.
    """

    column: str
    count: int | None = None
    share: float | None = None
    within: Rule | None = None

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep the rows that rank high enough."""
        held = _column(customers, self.column)
        if not _is_number(held.type) and not pa.types.is_date(held.type):
            raise RequestError("rule_unranked", column=self.column, kind=str(held.type))
        ranked = pa.table(
            {"value": held, "id": customers["customer_id"], "at": _places(customers.num_rows)}
        ).filter(pc.and_(_flags(pc.is_valid(held)), (self.within or Everyone()).mask(customers)))
        size = self.size(ranked.num_rows)
        best = ranked.sort_by([("value", "descending"), ("id", "ascending")])["at"].slice(0, size)
        return _flags(pc.is_in(_places(customers.num_rows), best.combine_chunks()))

    def size(self, ranked: int) -> int:
        """Say how many are kept out of so many ranked.

        Args:
            ranked: Customers with a value.

        Raises:
            RequestError: Neither a count nor a share that can be.
        """
        if self.count is not None and self.share is None and self.count > 0:
            return self.count
        if self.share is not None and self.count is None and 0 < self.share <= 1:
            # Rounded up, as the best 1 % of 50 customers is one of them.
            return math.ceil(round(ranked * self.share, 9))
        raise RequestError("rule_top", number=self.count, share=self.share)

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        size = {"count": self.count, "share": self.share}
        told = {"top": self.column} | {name: one for name, one in size.items() if one is not None}
        return told if self.within is None else told | {"within": self.within.words()}


@dataclass(frozen=True, slots=True)
class Both(Rule):
    """All of some rules hold."""

    rules: tuple[Rule, ...]

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep the rows that every rule keeps."""
        kept = Everyone().mask(customers)
        for rule in self.rules:
            kept = pc.and_(kept, rule.mask(customers))
        return kept

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        return {"and": [rule.words() for rule in self.rules]}


@dataclass(frozen=True, slots=True)
class Either(Rule):
    """At least one of some rules holds."""

    rules: tuple[Rule, ...]

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep the rows that some rule keeps."""
        kept = pc.invert(Everyone().mask(customers))
        for rule in self.rules:
            kept = pc.or_(kept, rule.mask(customers))
        return kept

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        return {"or": [rule.words() for rule in self.rules]}


@dataclass(frozen=True, slots=True)
class Not(Rule):
    """A rule does not hold."""

    rule: Rule

    def mask(self, customers: pa.Table) -> pa.BooleanArray:
        """Keep the rows that the rule leaves."""
        return pc.invert(self.rule.mask(customers))

    def words(self) -> dict[str, Any]:
        """Give the rule as plain words."""
        return {"not": self.rule.words()}


def overdue(as_of: dt.date) -> Rule:
    """Ask for the customers whose next order was expected by a day.

    Args:
        as_of: That day, at the latest.
    """
    return Compare("expected_next_order", "<=", as_of)


def all_of(*rules: Rule) -> Rule:
    """Join rules with and; none asks for everyone, one is itself.

    Examples:
        >>> all_of(), all_of(OneOf("country", ("France",))).words()
        (Everyone(), {'column': 'country', 'in': ['France']})
    """
    match rules:
        case ():
            return Everyone()
        case (only,):
            return only
        case _:
            return Both(rules)


def read(words: object) -> Rule:
    """Read a rule from the words of a YAML file.

    Args:
        words: `everyone`, `and`, `or`, `not`, `top`, or `column` with `in` or a sign.

    Raises:
        RequestError: The words are not those of a rule.

    Examples:
        >>> read({"not": {"column": "orders", ">=": 2}}).words()
        {'not': {'column': 'orders', '>=': 2}}
    """
    match words:
        case {"everyone": True, **rest} if not rest:
            return Everyone()
        case {"and": [*parts], **rest} if not rest:
            return Both(tuple(read(part) for part in parts))
        case {"or": [*parts], **rest} if not rest:
            return Either(tuple(read(part) for part in parts))
        case {"not": part, **rest} if not rest:
            return Not(read(part))
        case _:
            return _condition(words)


def _condition(words: object) -> Rule:
    match words:
        case {"top": str() as column, "count": int() as count, **rest} if rest.keys() <= _WITHIN:
            return Top(column, count=count, within=_within(rest))
        case {"top": str() as column, "share": int() | float() as share, **rest} if (
            rest.keys() <= _WITHIN
        ):
            return Top(column, share=share, within=_within(rest))
        case {"column": str() as column, "in": [*values], **rest} if not rest:
            return OneOf(column, tuple(str(value) for value in values))
        case {"column": str() as column, **rest} if len(rest) == 1 and rest.keys() < _SIGNS.keys():
            ((sign, value),) = rest.items()
            return Compare(column, str(sign), value)  # type: ignore[arg-type]  # judged by `mask`
        case _:
            said = sorted(map(str, words)) if isinstance(words, Mapping) else str(words)
            raise RequestError("rule_unread", words=said)


def _within(rest: Mapping[Any, Any]) -> Rule | None:
    return read(rest["within"]) if rest else None


def _column(customers: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in customers.column_names:
        raise RequestError("rule_column", column=name, known=customers.column_names)
    return customers[name]


def _flags(values: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return pc.fill_null(whole, False)


def _places(rows: int) -> pa.Array:
    return pa.array(range(rows), pa.int64())


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
