"""The words every layer shares: roles, product kinds, reasons, periods, filters.

Nothing here computes; these are the names and the shapes that data, core, charts and screens
agree on. Definitions D1-D9 of the glossary give their meaning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Self, TypeVar

from habitue.errors import RequestError

_Word = TypeVar("_Word", bound=StrEnum)


class Role(StrEnum):
    """What a column of the source stands for.

    Those up to `STATUS` become columns of the lines; the others say something about an order that
    ends up in its lines, in lines made for it, or in the reason it is left out.
    """

    ORDER = "order"
    CUSTOMER = "customer"
    MOMENT = "moment"
    PRODUCT = "product"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    PRICE = "price"
    AMOUNT = "amount"
    COUNTRY = "country"
    DISCOUNT = "discount"
    COST = "cost"
    CHANNEL = "channel"
    CURRENCY = "currency"
    CATEGORY = "category"
    STATUS = "status"
    TIME = "time"
    CUSTOMER_ELSE = "customer_else"
    PRODUCT_ELSE = "product_else"
    RETURN_CUSTOMER = "return_customer"
    TYPE = "type"
    CANCELLED = "cancelled"
    TEST = "test"
    ORDER_SUBTOTAL = "order_subtotal"
    ORDER_DISCOUNT = "order_discount"
    ORDER_TOTAL = "order_total"
    SHIPPING = "shipping"
    FEE = "fee"
    REFUND = "refund"
    REFUNDED_QUANTITY = "refunded_quantity"
    NET_QUANTITY = "net_quantity"
    REFUND_MOMENT = "refund_moment"


class Kind(StrEnum):
    """What a line sells. All kinds are revenue by default; each can be switched off."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    MANUAL = "manual"
    VOUCHER = "voucher"


class Reason(StrEnum):
    """Why a line is left out. The first rule that matches, in this order, gives the reason."""

    UNREADABLE = "unreadable"
    REPEATED_ORDER = "repeated_order"
    TEST = "test"
    NOT_A_SALE = "not_a_sale"
    CANCELLED = "cancelled"
    STATUS = "status"
    NO_CUSTOMER = "no_customer"
    DUPLICATE_LINE = "duplicate_line"
    PRICE_NOT_POSITIVE = "price_not_positive"


class ReturnsMode(StrEnum):
    """How returns enter the figures (D9)."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    NEUTRALISE = "neutralise"


class CustomerType(StrEnum):
    """Which customers a view keeps: by date of acquisition, or by behaviour."""

    NEW = "new"
    RETURNING = "returning"
    RETAIL = "retail"
    WHOLESALE = "wholesale"


class Grain(StrEnum):
    """Length of a period. Weeks start on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Ages(StrEnum):
    """How cohort ages are counted (D16)."""

    CALENDAR = "calendar"
    ELAPSED = "elapsed"


class Retention(StrEnum):
    """What coming back at an age means (D17): in it, in it or later, or by it."""

    ON = "on"
    ON_OR_AFTER = "on_or_after"
    BY = "by"


class Refunds(StrEnum):
    """At which age of a cohort a refund counts (D20): when it was made, or at the order's."""

    WHEN_MADE = "when_made"
    AT_ORDER = "at_order"


class Measure(StrEnum):
    """What a cohort table shows."""

    RETENTION = "retention"
    CUSTOMERS = "customers"
    REVENUE = "revenue"
    MARGIN = "margin"
    ORDERS = "orders"
    AOV = "aov"


class Per(StrEnum):
    """What a cohort measure is divided by."""

    COHORT = "cohort"
    CUSTOMER = "customer"
    BUYER = "buyer"


class Breakdown(StrEnum):
    """Attribute of the first order that splits cohorts."""

    COUNTRY = "country"
    PRODUCT = "product"
    CATEGORY = "category"
    CHANNEL = "channel"
    CUSTOMER_TYPE = "customer_type"
    BASKET_BAND = "basket_band"


class Basis(StrEnum):
    """What a customer's monetary value adds up (D24)."""

    NET = "net"
    GROSS = "gross"
    MARGIN = "margin"


class Thresholds(StrEnum):
    """Whether the second date of a movement takes cut points of its own (D28)."""

    RECOMPUTED = "recomputed"
    FROZEN = "frozen"


class Preset(StrEnum):
    """A named set of cleaning rules."""

    STANDARD = "standard"
    PLAIN = "plain"


MONEY_DIGITS: Final = 18
"""Precision of a price or an amount, as a decimal."""
MONEY_SCALE: Final = 4
"""Digits kept after the mark: a line is exact to a hundredth of a cent."""
CENT: Final = Decimal("0.01")
SHIPPING_CODE: Final = "@shipping"
"""Product of a line made out of what an order says of its shipping."""
FEE_CODE: Final = "@fee"
"""Product of a line made out of what an order says of its fees."""
WHOLESALE_FACTOR: Final = 3.0
"""A wholesaler's mean basket is at least this many times the shop's median basket."""
NORTH_STAR_DAYS: Final = 90
DEFAULT_MARGIN_RATE: Final = Decimal("0.30")
"""Margin on revenue where the data holds no cost and nobody typed a rate; always displayed."""
ELAPSED_DAYS: Final = {Grain.WEEK: 7, Grain.MONTH: 30, Grain.QUARTER: 91, Grain.YEAR: 365}
"""Length of an elapsed age, in days."""


def period_start(day: dt.date, grain: Grain) -> dt.date:
    """First day of the period a day falls in.

    Examples:
        >>> period_start(dt.date(2011, 12, 9), Grain.QUARTER)
        datetime.date(2011, 10, 1)
    """
    match grain:
        case Grain.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)


def period_shift(start: dt.date, grain: Grain, steps: int) -> dt.date:
    """First day of the period `steps` periods away from the one that starts on `start`.

    Examples:
        >>> period_shift(dt.date(2011, 12, 1), Grain.MONTH, 2)
        datetime.date(2012, 2, 1)
    """
    if grain is Grain.WEEK:
        return start + dt.timedelta(weeks=steps)
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain] * steps
    ordinal = start.year * 12 + start.month - 1 + months
    return dt.date(ordinal // 12, ordinal % 12 + 1, 1)


def period_is_over(start: dt.date, grain: Grain, as_of: dt.date) -> bool:
    """Tell whether the last day of the period that starts on `start` is at or before `as_of` (D8).

    Examples:
        >>> period_is_over(dt.date(2011, 12, 1), Grain.MONTH, dt.date(2011, 12, 9))
        False
    """
    return period_shift(start, grain, 1) - dt.timedelta(days=1) <= as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader asked to see. A filter narrows what is counted, never who is in a cohort.

    Attributes:
        as_of: The day the picture is taken (D7); None means the last day in the data.
        start: First day shown; None means the first in the data.
        end: Last day shown; None means `as_of`.
        countries: Keep these only; empty keeps all.
        returns: How returns enter (D9).
        min_order: Keep orders whose basket is at least this; None keeps all.
        customer_type: Keep these customers only; None keeps all.
        kinds: Product kinds that count as revenue.
        anonymous: Whether lines without a customer count in revenue views.
        grain: Length of the periods shown.
        wholesale_factor: Wholesalers' mean basket, in multiples of the shop's median basket.
        keep_truncated: Whether the left-truncated first cohort enters pooled figures (D19).
        margin_rate: Margin as a share of revenue (D29); None takes the cost in the data, or
            `DEFAULT_MARGIN_RATE` where there is none.
    """

    as_of: dt.date | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    countries: tuple[str, ...] = ()
    returns: ReturnsMode = ReturnsMode.INCLUDE
    min_order: Decimal | None = None
    customer_type: CustomerType | None = None
    kinds: tuple[Kind, ...] = field(default=tuple(Kind))
    anonymous: bool = True
    grain: Grain = Grain.MONTH
    wholesale_factor: float = WHOLESALE_FACTOR
    keep_truncated: bool = False
    margin_rate: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the parameter."""
        if self.start and self.end and self.start > self.end:
            raise RequestError("period_backwards", start=self.start, end=self.end)
        if self.start and self.as_of and self.start > self.as_of:
            raise RequestError("period_in_future", start=self.start, as_of=self.as_of)
        if not self.kinds:
            raise RequestError("no_kinds", kinds=[str(kind) for kind in Kind])
        if self.min_order is not None and not (self.min_order.is_finite() and self.min_order >= 0):
            raise RequestError("min_order_negative", value=self.min_order)
        if not 1 <= self.wholesale_factor < float("inf"):
            raise RequestError("wholesale_factor_low", value=self.wholesale_factor)
        if self.margin_rate is not None and not 0 <= self.margin_rate <= 1:
            raise RequestError("margin_rate_outside", value=self.margin_rate)

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build filters from words, as a command line or a URL gives them.

        Names the value and what would have been allowed when a word is not known.

        Args:
            asked: Any attribute of the class. Dates may be ISO text, enums their value,
                several values a list. None keeps the default.

        Raises:
            RequestError: A word is not one of those allowed, a number or date is not one, or
                there is no such filter.

        Examples:
            >>> Filters.of(returns="exclude", as_of="2011-12-09").as_of
            datetime.date(2011, 12, 9)
        """
        given = {name: value for name, value in asked.items() if value is not None}
        for name, read in _READ.items():
            if name in given:
                given[name] = read(name, given[name])
        for name in given.keys() - set(cls.__slots__):
            raise RequestError("unknown_filter", name=name, allowed=list(cls.__slots__))
        return cls(**given)

    def but(self, **changes: Any) -> Self:
        """Give the same filters with some attributes changed."""
        return replace(self, **changes)

    def asked(self) -> dict[str, object]:
        """Give only what differs from the defaults, as plain words: for files, chips and URLs."""
        plain = type(self)()
        return {
            name: _plain(getattr(self, name))
            for name in self.__slots__
            if getattr(self, name) != getattr(plain, name)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortReading:
    """How a cohort table is read.

    Attributes:
        measure: What it shows.
        per: What that is divided by; retention, customers and baskets have no choice.
        cumulative: Whether ages add up; retention and customers have no choice.
        retention: What coming back means.
        ages: How ages are counted.
        breakdown: Attribute of the first order that splits the cohorts; None keeps them whole.
        refunds: At which age refunds count.
        rebased: Whether values are shares of the cohort's own value at age 1.
        from_one: Whether ages are numbered from 1 where they are shown; data number from 0.
        event: A day to compare the cohorts acquired before it with those acquired from it on.
    """

    measure: Measure = Measure.RETENTION
    per: Per = Per.CUSTOMER
    cumulative: bool = False
    retention: Retention = Retention.ON
    ages: Ages = Ages.CALENDAR
    breakdown: Breakdown | None = None
    refunds: Refunds = Refunds.WHEN_MADE
    rebased: bool = False
    from_one: bool = False
    event: dt.date | None = None

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build a reading from words; None keeps the default.

        Raises:
            RequestError: A word is not one of those allowed.

        Examples:
            >>> CohortReading.of(measure="revenue").per
            <Per.CUSTOMER: 'customer'>
        """
        words = (("measure", Measure), ("per", Per), ("retention", Retention), ("ages", Ages),
                 ("breakdown", Breakdown), ("refunds", Refunds))  # fmt: skip
        given = {name: value for name, value in asked.items() if value is not None}
        if "event" in given:
            given["event"] = _READ["start"]("event", given["event"])
        for name, allowed in words:
            if name in given:
                given[name] = word(name, given[name], allowed)
        return cls(**given)

    @property
    def divides(self) -> bool:
        """Whether `per` changes anything."""
        return self.measure in {Measure.REVENUE, Measure.MARGIN, Measure.ORDERS}

    @property
    def adds_up(self) -> bool:
        """Whether `cumulative` changes anything."""
        return self.divides or self.measure is Measure.AOV

    @property
    def is_share(self) -> bool:
        """Whether values are shares, to be written in hundredths."""
        return self.rebased or self.measure is Measure.RETENTION

    @property
    def has_money(self) -> bool:
        """Whether `refunds` changes anything, where returns are included."""
        return self.measure in {Measure.REVENUE, Measure.MARGIN}

    @property
    def counts_people(self) -> bool:
        """Whether `retention`, what coming back means, changes anything."""
        return self.measure in {Measure.RETENTION, Measure.CUSTOMERS}


def word(name: str, value: object, words: type[_Word]) -> _Word:
    """Read one word out of a closed list.

    Raises:
        RequestError: The word is not in the list; the message gives the list.
    """
    try:
        return words(str(value))
    except ValueError:
        allowed = [str(one) for one in words]
        raise RequestError("unknown_word", name=name, value=value, allowed=allowed) from None


def _several(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    assert isinstance(value, Iterable)
    return [str(one) for one in value]


def _day(name: str, value: object) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise RequestError("not_a_date", name=name, value=value) from None


def _number(name: str, value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise RequestError("not_a_number", name=name, value=value) from None
    if not number.is_finite():
        raise RequestError("not_a_number", name=name, value=value)
    return number


def _flag(name: str, value: object) -> bool:
    words = {"true": True, "false": False, "include": True, "exclude": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise RequestError("unknown_word", name=name, value=value, allowed=list(words)) from None


def _kinds(name: str, value: object) -> tuple[Kind, ...]:
    chosen = {word(name, one, Kind) for one in _several(value)}
    return tuple(kind for kind in Kind if kind in chosen)


_READ: Final[dict[str, Callable[[str, object], object]]] = {
    "as_of": _day,
    "start": _day,
    "end": _day,
    "countries": lambda _, value: tuple(sorted(set(_several(value)))),
    "returns": lambda name, value: word(name, value, ReturnsMode),
    "min_order": _number,
    "customer_type": lambda name, value: word(name, value, CustomerType),
    "kinds": _kinds,
    "anonymous": _flag,
    "grain": lambda name, value: word(name, value, Grain),
    "wholesale_factor": lambda name, value: float(_number(name, value)),
    "keep_truncated": _flag,
    "margin_rate": _number,
}
"""How each attribute of `Filters` is read from words."""


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [_plain(one) for one in value]
        case Decimal() | dt.date():
            return str(value)
        case StrEnum():
            return value.value
        case _:
            return value
