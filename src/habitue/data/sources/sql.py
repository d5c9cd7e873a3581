"""SQL written safely: nothing from a file reaches a statement but through these functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb


def name(identifier: str) -> str:
    """Quote an identifier.

    Examples:
        >>> print(name('odd "name" here'))
        "odd ""name"" here"
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


def path(file: Path) -> str:
    """Write a path as a literal that names one file, whatever marks are in its name.

    Examples:
        >>> from pathlib import Path
        >>> path(Path("/tmp/shop[1].csv"))
        "'/tmp/shop[[]1].csv'"
    """
    return value(re.sub(r"([*?\[])", r"[\1]", str(file.absolute())))


def only_row(con: duckdb.DuckDBPyConnection, statement: str) -> tuple[Any, ...]:
    """Run a statement that gives one row, and fetch it to the end: DuckDB waits for that."""
    (row,) = con.execute(statement).fetchall()
    return tuple(row)
