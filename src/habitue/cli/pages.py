"""Tables for readers: the reader's words above the columns, numbers as the language writes them."""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from habitue.texts import Lang, has_text, number, percent, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from habitue.cli.terminal import Terminal

NOTHING: Final = "\N{EN DASH}"
"""Stands where nothing was observed."""
_SHARES: Final = ("rate", "share", "p_", "error", "coverage")
_AREAS: Final = ("cli", "segments", "value", "plan")
"""Catalogues that name columns, the first that knows all of a table's being the one."""
_MAX_CELL: Final = 60
_WIDE: Final = 10_000
"""Characters a line may have where no terminal bounds it."""


Spelled = Mapping[str, Callable[[Any, Lang], str]]
"""Name of a column, and how its values read in a language; absent ones too."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: What stands above it.
        right: Whether it holds numbers, which line up on the right.
    """

    title: str
    right: bool = False


def drawn(columns: Sequence[Column], rows: Iterable[Sequence[str]], *, title: str = "") -> str:
    """Draw a table as wide as the terminal, or as wide as it needs where there is none.

    Args:
        columns: Its columns; titles are left out when all are empty.
        rows: Cells, already in words.
        title: A line above it.
    """
    from rich.console import Console  # noqa: PLC0415 - only where a person reads
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold",
                  show_header=any(column.title for column in columns))  # fmt: skip
    for column in columns:
        table.add_column(
            Text(column.title), justify="right" if column.right else "left", no_wrap=column.right
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    watched = sys.stdout.isatty()
    page = io.StringIO()
    console = Console(file=page, force_terminal=watched, width=None if watched else _WIDE,
                      highlight=False, emoji=False)  # fmt: skip
    if title:
        console.print(Text(title, style="bold"))
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def laid_out(rows: pa.Table, terminal: Terminal, spelled: Spelled | None = None) -> str:
    """Draw an Arrow table, whatever it holds.

    Args:
        rows: The table.
        terminal: Who reads.
        spelled: How the values of some columns read; the others are written by their type.
    """
    words = spelled or {}

    def said(name: str, value: object) -> str:
        return words[name](value, terminal.lang) if name in words else cell(value, terminal, name)

    columns = [
        Column(title=title, right=_is_number(kind))
        for title, kind in zip(_titles(rows.column_names, terminal), rows.schema.types, strict=True)
    ]
    cells = ([said(name, value) for name, value in row.items()] for row in rows.to_pylist())
    return drawn(columns, cells)


def _titles(names: Sequence[str], terminal: Terminal) -> list[str]:
    """Put a table's columns in the reader's words; a name that no catalogue has stays as it is."""

    def key(name: str, area: str) -> str | None:
        keys = (f"{area}.column_{name}", f"cli.column_{name}")
        return next((one for one in keys if has_text(one, terminal.lang)), None)

    area = next((one for one in _AREAS if all(key(name, one) for name in names)), _AREAS[0])
    return [terminal.text(found) if (found := key(name, area)) else name for name in names]


def cell(value: object, terminal: Terminal, name: str = "") -> str:
    """Write one value for a reader.

    Args:
        value: What to write.
        terminal: Who reads.
        name: The column, which tells a share of one from other numbers.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOTHING
    match value:
        case bool():
            return terminal.text("cli.yes" if value else "cli.no")
        case float() if name.startswith(_SHARES):
            return percent(value, terminal.lang)
        case float() | Decimal():
            return number(value, terminal.lang, decimals=2)
        case str():
            return value if len(value) <= _MAX_CELL else f"{value[:_MAX_CELL]}…"
        case _:
            return spoken(value, terminal.lang)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - help needs none

    numeric: bool = (
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
    return numeric
