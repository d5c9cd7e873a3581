"""The mapping: a column for each role, and how its values are written."""

from __future__ import annotations

import codecs
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from habitue.errors import MappingError, SourceError
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUIRED: Final = (Role.CUSTOMER, Role.MOMENT)
"""Roles without which no figure exists; an amount, or quantity and price, comes on top."""
MAX_BYTES: Final = 1_000_000


def _as_text(value: object) -> object:
    # YAML reads a header or a code such as 2010 as a number; it is a name all the same.
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _as_texts(value: object) -> object:
    return tuple(_as_text(one) for one in value) if isinstance(value, (list, tuple)) else value


def _as_currency(value: object) -> object:
    code = value.strip().upper() if isinstance(value, str) else ""
    if len(code) != 3 or not code.isascii() or not code.isalpha():  # noqa: PLR2004 - ISO 4217
        raise ValueError(value)
    return code


def _as_encoding(value: object) -> object:
    try:
        return codecs.lookup(str(value)).name
    except LookupError:
        raise ValueError(value) from None


Currency = Annotated[str, BeforeValidator(_as_currency)]
Encoding = Annotated[str, BeforeValidator(_as_encoding)]
Name = Annotated[str, BeforeValidator(_as_text)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_texts)]


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

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.decimal is not None and self.decimal == self.thousands:
            raise MappingError("mapping_same_marks", mark=self.decimal)
        return self

    @property
    def columns(self) -> dict[Role, str]:
        """The column of each role that has one."""
        named = {role: getattr(self, field_of(role)) for role in Role}
        return {role: name for role, name in named.items() if name is not None}

    def missing(self) -> tuple[Role, ...]:
        """Name the roles without which no figure exists, and that have no column."""
        lacking = [role for role in REQUIRED if role not in self.columns]
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
        try:
            asked = yaml.safe_load(path.read_text("utf-8-sig"))
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
    shown = {"day_first": ["true", "false"], "currency": ["EUR", "GBP", "USD", "…"],
             "encoding": ["utf-8", "cp1252", "latin-1", "utf-16", "…"]}  # fmt: skip
    return shown.get(name, ["[A, B]"] if Mapping.model_fields[name].default == () else ["A"])


def field_of(role: Role) -> str:
    """Name the mapping's key that holds the column of a role.

    Examples:
        >>> field_of(Role.CUSTOMER), field_of(Role.CURRENCY)
        ('customer', 'currency_column')
    """
    return "currency_column" if role is Role.CURRENCY else role.value


def suggestion(columns: dict[Role, str], missing: Iterable[Role]) -> str:
    """Write the mapping that was understood, with holes where a role has no column.

    Examples:
        >>> suggestion({Role.CUSTOMER: "Client"}, [Role.MOMENT])
        'Mapping(customer="Client", moment="?")'
    """
    holes = columns | dict.fromkeys(missing, "?")
    named = ", ".join(f'{field_of(role)}="{name}"' for role, name in holes.items())
    return f"Mapping({named})"
