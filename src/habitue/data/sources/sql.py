"""Names and values written safely into SQL: nothing from a file reaches it any other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def name(identifier: str) -> str:
    """Quote an identifier.

    Examples:
        >>> name('odd "name"')
        '"odd ""name\"""'
    """
    doubled = identifier.replace('"', '""')
    return f'"{doubled}"'


def value(literal: str | int | None) -> str:
    """Write a literal.

    Examples:
        >>> value("it's"), value(3), value(None)
        ("'it''s'", '3', 'NULL')
    """
    if literal is None:
        return "NULL"
    if isinstance(literal, int):
        return str(literal)
    doubled = literal.replace("'", "''")
    return f"'{doubled}'"


def values(literals: Iterable[str]) -> str:
    """Write a list of literals, comma between them."""
    return ", ".join(value(one) for one in literals)
