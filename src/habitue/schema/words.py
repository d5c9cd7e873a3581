"""Closed lists of words, and how one is read."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

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


class Made(StrEnum):
    """What a line was made for out of a row that says more than its own sale."""

    SHIPPING = "shipping"
    FEE = "fee"
    REFUND = "refund"


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
    CONTRIBUTION = "contribution"
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
