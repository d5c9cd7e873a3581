"""Dates, numbers and lists, read from the words of a command line or a URL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from habitue.errors import RequestError
from habitue.schema.words import Kind, word


def several(value: object) -> Sequence[str]:
    """Give one or several words as several."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        return [str(value)]
    return [str(one) for one in value]


def day(name: str, value: object) -> dt.date:
    """Read a day.

    Raises:
        RequestError: It is none.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise RequestError("not_a_date", name=name, value=value) from None


def number(name: str, value: object) -> Decimal:
    """Read a finite number.

    Raises:
        RequestError: It is none.
    """
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise RequestError("not_a_number", name=name, value=value) from None
    if not found.is_finite():
        raise RequestError("not_a_number", name=name, value=value)
    return found


def whole(name: str, value: object) -> int:
    """Read a whole number.

    Raises:
        RequestError: It is none.

    Examples:
        >>> whole("months", "12")
        12
    """
    found = number(name, value)
    if found != int(found):
        raise RequestError("not_whole", name=name, value=value)
    return int(found)


def share(name: str, value: object) -> Decimal:
    """Read a share: 0.3, or 30 %.

    Raises:
        RequestError: It is none.

    Examples:
        >>> share("margin", "30%"), share("margin", 0.3)
        (Decimal('0.3'), Decimal('0.3'))
    """
    written = str(value).strip()
    if not written.endswith("%"):
        return number(name, written)
    return number(name, written.removesuffix("%").strip()) / 100


def flag(name: str, value: object) -> bool:
    """Read yes or no.

    Raises:
        RequestError: It is neither.
    """
    words = {"true": True, "false": False, "include": True, "exclude": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise RequestError("unknown_word", name=name, value=value, allowed=list(words)) from None


def kinds(name: str, value: object) -> tuple[Kind, ...]:
    """Read product kinds, each once and in their order.

    Raises:
        RequestError: One is not known.
    """
    chosen = {word(name, one, Kind) for one in several(value)}
    return tuple(kind for kind in Kind if kind in chosen)
