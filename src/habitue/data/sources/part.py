"""A part: one sheet, file or table that DuckDB can read, before its values are understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from habitue.data.mapping import Column
from habitue.data.sources import sql
from habitue.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import duckdb

    from habitue.data.sources.meter import Meter
    from habitue.schema import Role

Stored = Literal["text", "integer", "float", "decimal", "moment", "instant", "boolean"]
SAMPLES: Final = 200
"""Rows looked at to guess what columns hold."""
SAMPLE_CHARACTERS: Final = 100
MAX_COLUMNS: Final = 2_000
"""A table of order lines has some twenty; what has more than this is no such table."""
_MAX_SAMPLED: Final = 1_000_000


def rows_sampled(wanted: int, columns: int) -> int:
    """Bound the rows to look at by the cells they hold.

    Examples:
        >>> rows_sampled(20_000, 8), rows_sampled(20_000, 2_000)
        (20000, 500)
    """
    return min(wanted, max(_MAX_SAMPLED // max(columns, 1), 1))


def refuse_width(file: str, columns: int) -> None:
    """Refuse what is too wide to be a table of order lines.

    Raises:
        SourceError: It has more than `MAX_COLUMNS` columns.
    """
    if columns > MAX_COLUMNS:
        raise SourceError("too_many_columns", file=file, columns=columns, most=MAX_COLUMNS)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a part.

    Attributes:
        name: Its header.
        stored: How the source stores it.
        zone: Time zone whose wall clock an instant is shown in.
    """

    name: str
    stored: Stored = "text"
    zone: str = "UTC"


def as_roles(fields: Iterable[Field], columns: Mapping[Role, str]) -> str:
    """Name columns after their roles; what is no number, date nor text is read as written.

    Args:
        fields: The columns there are.
        columns: Column of each role.

    Examples:
        >>> from habitue.schema import Role
        >>> as_roles([Field("tags"), Field("paid", "float")], {Role.STATUS: "tags"})
        'CAST("tags" AS VARCHAR) AS "status"'
    """
    stored = {one.name: one.stored for one in fields}
    values = {
        role: f"CAST({sql.name(name)} AS VARCHAR)" if stored[name] == "text" else sql.name(name)
        for role, name in columns.items()
    }
    return ", ".join(f"{value} AS {sql.name(role)}" for role, value in values.items())


@dataclass(slots=True)
class Part:
    """Lines that share a header.

    Attributes:
        source: Number of the source it belongs to, from 0.
        file: Name of the file or table, for messages.
        label: What `typed_lines.part` says.
        fields: Its columns.
        samples: Values of its first rows, a tuple of texts per column.
        read: Given the column of each role, gives a FROM clause whose columns bear the names of
            the roles, and `_row`, counted from 0. What takes long runs on the meter.
        first_row: Row number, as a spreadsheet counts, of the first data row.
        bytes: Its share of the source's size, for progress.
        encoding: Of a text file.
        delimiter: Of a text file.
        scan: Given the same, and whether only the first rows are wanted, a FROM clause that reads
            the file each time it is asked, the columns of the roles as text; None where there is
            none.
        relation: The FROM clause, once read.
        broken: FROM clause of rows whose columns could not be told apart: `row`, `text`.
        cells: Whether numbers were cells of a workbook, written with a dot whatever the language.
        hidden: Whether it is a sheet that its workbook does not show.
        close: Releases what reading held.
    """

    source: int
    file: str
    label: str
    fields: tuple[Field, ...]
    samples: tuple[tuple[str, ...], ...]
    read: Callable[[duckdb.DuckDBPyConnection, dict[Role, str], Meter], str]
    first_row: int = 2
    bytes: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    scan: Callable[[dict[Role, str], bool], str] | None = None
    relation: str = ""
    broken: str = ""
    cells: bool = False
    hidden: bool = False
    close: Callable[[duckdb.DuckDBPyConnection], None] = lambda _: None

    @property
    def columns(self) -> list[Column]:
        """The columns as the guesser wants them."""
        return [
            Column(
                one.name,
                _PLAIN[one.stored],
                tuple(text[:SAMPLE_CHARACTERS] for text in texts[:SAMPLES] if text),
            )
            for one, texts in zip(self.fields, self.samples, strict=True)
        ]


_PLAIN: Final[dict[Stored, str]] = {
    "text": "text",
    "integer": "number",
    "float": "number",
    "decimal": "number",
    "moment": "moment",
    "instant": "moment",
    "boolean": "boolean",
}
