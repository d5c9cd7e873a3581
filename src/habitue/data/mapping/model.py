"""The mapping: a column for each role, and how its values are written."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from habitue.data.mapping.needs import NEEDS
from habitue.data.mapping.values import (
    Currency,
    Encoding,
    FooterRows,
    Identity,
    Name,
    Names,
    PerLine,
    Rates,
    Tax,
)
from habitue.errors import MappingError, SourceError
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUIRED: Final = (Role.CUSTOMER, Role.MOMENT)
"""Roles without which no figure exists; an amount, or quantity and price, comes on top."""
AMOUNTS: Final = (Role.AMOUNT, Role.QUANTITY, Role.PRICE)
MAX_BYTES: Final = 1_000_000
REFUNDS: Final = (Role.REFUND, Role.REFUNDED_QUANTITY, Role.NET_QUANTITY)
"""Three ways to say what was given back: a sum, and two ways to count pieces."""
_SHAPING: Final = (
    Role.TIME, Role.CUSTOMER_ELSE, Role.PRODUCT_ELSE, Role.TYPE, Role.CANCELLED, Role.TEST,
    Role.ORDER_SUBTOTAL,
    Role.ORDER_DISCOUNT, Role.SHIPPING, Role.FEE, *REFUNDS, "fill_down", "order_rows",
    "subtract_discount", "no_customer", "drop_apostrophe", "minor_units", "rates",
)  # fmt: skip
"""Keys that make lines other than the rows of the source."""


class Mapping(BaseModel):
    """Which column stands for what, and how the source writes its values.

    Attributes:
        profile: Name of the profile it came from; None when guessed or written by hand.
        order: Column of the order id; without one, an order is a customer's day.
        customer: Column of the customer id.
        moment: Column of the date, or date and time, of the order.
        product: Column of the product code.
        description: Column of the product's name.
        quantity: Column of the quantity.
        price: Column of the unit price.
        amount: Column of the line's amount; without one, quantity x price.
        country: Column of the country.
        discount: Column of the discount of the line.
        cost: Column of the cost of the line.
        channel: Column of the sales channel.
        currency_column: Column of the currency.
        category: Column of the product's category.
        status: Column of the order's status.
        currency: ISO 4217 code of all amounts; wins over `currency_column`.
        day_first: Whether 03/04 is 3 April; None lets the whole column decide.
        decimal: Decimal mark of numbers written as text; None lets the columns decide.
        thousands: Mark between thousands; None lets the columns decide.
        encoding: Encoding of text files; None detects it.
        delimiter: Column separator of text files; None detects it.
        cancellation_prefix: What the id of a cancellation starts with (D2).
        test_prefixes: What the codes of test products start with.
        not_a_sale: Product codes of lines that sell nothing.
        shipping_codes: Product codes of shipping.
        discount_codes: Product codes of discounts.
        manual_codes: Product codes of manual entries.
        voucher_prefixes: What the codes of gift vouchers start with.
        drop_statuses: Statuses of orders that are not sales.
        keep_statuses: The only statuses of orders that are sales; empty keeps all others.
        cancelled_statuses: Statuses of orders that were called off.
        time: Column of the time of day, where it stands apart from the date.
        customer_else: Column of the customer where the first is blank, such as a phone.
        product_else: Column of the product where the first is blank, such as its name.
        return_customer: Column of the customer on rows that give money back.
        type: Column that says what a row records, where not every row is an order line.
        cancelled: Column whose value, or date, says that the order was called off.
        test: Column that betrays test orders by one of `test_values`.
        order_subtotal: Column of what the order's lines add up to once discounts are taken.
        order_discount: Column of the discount of the whole order.
        order_total: Column of all that was paid for the order; a refund then takes the same share
            of what is counted as it is of that total, so that tax left out is not given back.
        shipping: Column of the shipping paid.
        fee: Column of other fees paid.
        refund: Column of the amount given back, in the row of the sale. Beside a count of pieces,
            it holds for orders of which no piece is counted, and for those given back whole.
        refunded_quantity: Column of the pieces given back, in the row of the sale.
        net_quantity: Column of the pieces left once those given back are taken off.
        refund_moment: Column of the date of the refund; without one, that of the order.
        fill_down: Whether what concerns the order stands on its first row only.
        order_rows: Whether a row that names no product sums up its order, whose products stand in
            the rows beside it: it is no line, and what it says of the order counts.
        per_line: Which of shipping, fee and refund are said per line; the others, once per order.
        subtract_discount: Whether the line's discount is still to be taken off its amount.
        shipping_inside: Whether amounts hold the shipping, which then becomes a line of its own.
        no_customer: Values of the customer column that mean nobody, such as 0 for guests.
        test_values: Values of the test column on test orders.
        keep_types: Values of the type column that are sales; empty keeps all.
        drop_types: Values of the type column that are no sales.
        return_types: Values of the type column that give money back.
        shipping_types: Values of the type column that are shipping.
        drop_apostrophe: Whether ids start with the apostrophe by which sheets mark text.
        first_of_twins: Whether the first of two columns of one name is meant.
        minor_units: Whether amounts are whole cents.
        footer_rows: Rows of other things, such as a total, that may stand below the lines.
        rates: What one unit of each other currency is worth in `currency`.
        tax: Whether amounts hold tax; stated, not computed.
        identity: What the customer column holds; e-mail addresses then lose their capitals, and
            `none` is for a source that names nobody.

    Examples:
        >>> mapping = Mapping(customer="Client", moment="Date", amount="Total")
        >>> mapping.columns[Role.AMOUNT], mapping.missing()
        ('Total', ())
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Name | None = None
    order: Name | None = None
    customer: Name | None = None
    moment: Name | None = None
    product: Name | None = None
    description: Name | None = None
    quantity: Name | None = None
    price: Name | None = None
    amount: Name | None = None
    country: Name | None = None
    discount: Name | None = None
    cost: Name | None = None
    channel: Name | None = None
    currency_column: Name | None = None
    category: Name | None = None
    status: Name | None = None
    currency: Currency | None = None
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'"] | None = None
    encoding: Encoding | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    cancellation_prefix: Name | None = None
    test_prefixes: Names = ()
    not_a_sale: Names = ()
    shipping_codes: Names = ()
    discount_codes: Names = ()
    manual_codes: Names = ()
    voucher_prefixes: Names = ()
    drop_statuses: Names = ()
    keep_statuses: Names = ()
    cancelled_statuses: Names = ()
    time: Name | None = None
    customer_else: Name | None = None
    product_else: Name | None = None
    return_customer: Name | None = None
    type: Name | None = None
    cancelled: Name | None = None
    test: Name | None = None
    order_subtotal: Name | None = None
    order_discount: Name | None = None
    order_total: Name | None = None
    shipping: Name | None = None
    fee: Name | None = None
    refund: Name | None = None
    refunded_quantity: Name | None = None
    net_quantity: Name | None = None
    refund_moment: Name | None = None
    fill_down: bool = False
    order_rows: bool = False
    per_line: tuple[PerLine, ...] = ()
    subtract_discount: bool = False
    shipping_inside: bool = False
    no_customer: Names = ()
    test_values: Names = ()
    keep_types: Names = ()
    drop_types: Names = ()
    return_types: Names = ()
    shipping_types: Names = ()
    drop_apostrophe: bool = False
    first_of_twins: bool = False
    minor_units: bool = False
    footer_rows: FooterRows = 0
    rates: Rates = {}
    tax: Tax | None = None
    identity: Identity | None = None

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal is not None and self.decimal == self.thousands:
            raise MappingError("mapping_same_marks", mark=self.decimal)
        return self

    @model_validator(mode="after")
    def _options_agree(self) -> Self:
        """Refuse options that say a thing twice, or need another key to mean anything."""
        told = [role for role in REFUNDS if getattr(self, role) is not None]
        of_orders = self.refund is not None and "refund" not in self.per_line
        if len(told) > 1 + of_orders:
            raise MappingError("mapping_two_refunds", keys=[role.value for role in told])
        if self.missing():
            # A profile, or a guess, brings the columns that are not said here.
            return self
        for key, needed in NEEDS.items():
            for needs in needed:
                if getattr(self, key) and not getattr(self, needs):
                    raise MappingError("mapping_needs", key=key, needs=needs)
        return self

    @property
    def shaping(self) -> tuple[str, ...]:
        """The keys that make lines other than the rows of the source.

        Examples:
            >>> Mapping(customer="Email", moment="Date", amount="Total", refund="Refunded").shaping
            ('refund',)
        """
        told = ("identity",) if self.identity in ("none", "email") else ()
        return told + tuple(str(key) for key in _SHAPING if getattr(self, key))

    @property
    def columns(self) -> dict[Role, str]:
        """The column of each role that has one."""
        named = {role: getattr(self, field_of(role)) for role in Role}
        return {role: name for role, name in named.items() if name is not None}

    def missing(self) -> tuple[Role, ...]:
        """Name the roles without which no figure exists, and that have no column."""
        nobody = self.identity == "none"
        lacking = [role for role in REQUIRED if role not in self.columns]
        if nobody:
            # Without customers, an order cannot be made out of a customer's day.
            needed = (Role.ORDER, Role.MOMENT)
            lacking = [role for role in needed if role not in self.columns]
        if Role.AMOUNT not in self.columns:
            halves = [role for role in (Role.QUANTITY, Role.PRICE) if role not in self.columns]
            both = len(halves) == 2  # noqa: PLR2004 - neither half is there: ask for the amount
            lacking += [Role.AMOUNT] if both else halves
        return tuple(lacking)

    def but(self, **changes: Any) -> Self:
        """Give the same mapping with some attributes changed, checked anew."""
        return type(self).model_validate(self.model_dump() | changes)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a mapping from a YAML file.

        Raises:
            SourceError: There is no file at that path.
            MappingError: It is not YAML, or a key or a value in it is not known.
        """
        path = Path(path)
        if not path.is_file():
            raise SourceError("source_missing", path=path)
        if path.stat().st_size > MAX_BYTES:
            raise MappingError("mapping_not_yaml", path=path)
        return cls.parse(path.read_bytes(), path=path)

    @classmethod
    def parse(cls, written: bytes, *, path: str | Path = "mapping") -> Self:
        r"""Read a mapping from the bytes of a YAML file.

        Args:
            written: The bytes.
            path: Where they stand, for the message.

        Raises:
            MappingError: They are not YAML, or a key or a value in them is not known.

        Examples:
            >>> Mapping.parse(b"customer: Client\nday_first: true").day_first
            True
        """
        try:
            asked = yaml.safe_load(written[:MAX_BYTES].decode("utf-8-sig"))
        except (yaml.YAMLError, UnicodeDecodeError):
            raise MappingError("mapping_not_yaml", path=path) from None
        if not isinstance(asked, dict):
            raise MappingError("mapping_not_yaml", path=path)
        return cls.of(asked, path=path)

    @classmethod
    def of(cls, asked: dict[Any, Any], *, path: str | Path = "mapping") -> Self:
        """Build a mapping from plain words, naming what is not understood.

        Args:
            asked: Any attribute of the class.
            path: Where they stand, for the message.

        Raises:
            MappingError: A key is not known (the message gives the nearest), or a value is not one.

        Examples:
            >>> Mapping.of({"custommer": "Client"})
            Traceback (most recent call last):
            habitue.errors.MappingError: mapping has an unknown key custommer.
            Hint: did you mean customer? The keys are profile, order, customer, ...
        """
        known = list(cls.model_fields)
        for key in asked:
            if key not in cls.model_fields:
                near = get_close_matches(str(key), known, n=1, cutoff=0)[0]
                raise MappingError("mapping_unknown_key", path=path, name=key, near=near,
                                   known=known)  # fmt: skip
        try:
            return cls.model_validate(asked)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise MappingError("mapping_bad_value", path=path, name=name, value=asked[name],
                               allowed=_allowed(name)) from None  # fmt: skip

    def write(self, path: str | Path) -> None:
        """Write the mapping as YAML, only what is set; `read` gives it back."""
        Path(path).write_text(self.to_yaml(), "utf-8")

    def to_yaml(self) -> str:
        """Give the YAML text of what is set."""
        plain = self.model_dump(mode="json", exclude_defaults=True)
        written: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)
        return written


def _allowed(name: str) -> list[str]:
    """Show what a key can be, as YAML spells it."""
    if name in ("decimal", "thousands", "delimiter"):
        literal = get_args(Mapping.model_fields[name].annotation)[0]
        return [repr(mark) for mark in get_args(literal)]
    shown = {"currency": ["EUR", "GBP", "USD", "…"], "rates": ["{USD: 0.92, GBP: 1.17}"],
             "encoding": ["utf-8", "cp1252", "latin-1", "utf-16", "…"],
             "tax": list(get_args(Tax)), "identity": list(get_args(Identity)),
             "per_line": list(get_args(PerLine)), "footer_rows": ["0", "1", "…"],
             "day_first": ["true", "false"]}  # fmt: skip
    default = Mapping.model_fields[name].default
    return shown.get(name) or (
        ["[A, B]"] if default == () else ["true", "false"] if default is False else ["A"]
    )


def field_of(role: Role) -> str:
    """Name the mapping's key that holds the column of a role.

    Examples:
        >>> field_of(Role.CUSTOMER), field_of(Role.CURRENCY)
        ('customer', 'currency_column')
    """
    return "currency_column" if role is Role.CURRENCY else role.value


def suggestion(columns: dict[Role, str], missing: Iterable[Role]) -> str:
    """Write the mapping that was understood as YAML, with holes where a role has no column.

    Examples:
        >>> suggestion({Role.CUSTOMER: "Client"}, [Role.MOMENT])
        '{customer: "Client", moment: "?"}'
    """
    holes = columns | dict.fromkeys(missing, "?")
    spelled = (f"{field_of(role)}: {json.dumps(name, ensure_ascii=False)}"
               for role, name in holes.items())  # fmt: skip
    return "{" + ", ".join(spelled) + "}"
