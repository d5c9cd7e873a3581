"""What the keys of a mapping take, as YAML spells it."""

from __future__ import annotations

import codecs
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

MAX_RATE: Final = 10**6
"""What one unit of another currency can be worth at most."""
RATE_SCALE: Final = 8
"""Digits a rate may have after the mark."""


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


def _as_rate(value: object) -> object:
    # Through its text: the rate that was typed, not the binary number nearest to it.
    try:
        rate = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(value) from None
    if isinstance(value, bool) or not (rate.is_finite() and 0 < rate <= MAX_RATE):
        raise ValueError(value)
    if rate != round(rate, RATE_SCALE):
        raise ValueError(value)
    return rate


def _as_rates(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError(value)  # noqa: TRY004 - pydantic asks for a ValueError
    return {_as_currency(code): _as_rate(rate) for code, rate in value.items()}


def _as_encoding(value: object) -> object:
    try:
        return codecs.lookup(str(value)).name
    except LookupError:
        raise ValueError(value) from None


Currency = Annotated[str, BeforeValidator(_as_currency)]
Encoding = Annotated[str, BeforeValidator(_as_encoding)]
Name = Annotated[str, BeforeValidator(_as_text)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_texts)]
Rates = Annotated[dict[str, Decimal], BeforeValidator(_as_rates)]
FooterRows = Annotated[int, Field(strict=True, ge=0, le=20)]
PerLine = Literal["shipping", "fee", "refund"]
Tax = Literal["included", "excluded"]
Identity = Literal["id", "email", "username", "name", "none"]
