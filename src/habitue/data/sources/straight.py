"""The short way: a text whose every value is written plainly goes into typed lines in one pass.

Most exports say `2011-12-09 12:50` and `1234.5`, and nothing in them needs a second look. Which
file is of that kind, no sample can tell; so the file is typed as if it were, each row that is not
plain is marked on the way, and one mark sends the whole file the thorough way. The first rows are
tried before, so that what is plainly another kind costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb

from habitue.data.sources import checks, lines, sql
from habitue.data.sources.filling import leans
from habitue.data.sources.formats import NUMBERS, Formats, Read, needs_a_look
from habitue.data.sources.thorough import Typed

if TYPE_CHECKING:
    from habitue.data.mapping import Mapping
    from habitue.data.sources.choice import Choice
    from habitue.data.sources.meter import Meter

_TRIED: Final = 4_096
_PLAIN: Final = Formats()
_NOT_PLAIN: Final = "position < 1 OR unreadable IS NOT NULL"


def straight(con: duckdb.DuckDBPyConnection, choice: Choice, meter: Meter) -> Typed | None:
    """Fill `typed_lines` in one pass; None, and nothing filled, where that cannot be done.

    Args:
        con: Where the table is made.
        choice: The parts and their columns.
        meter: Follows the reading.

    Raises:
        ContentError: Several currencies occur.
    """
    if len(choice.parts) != 1:
        return None
    part, columns = choice.parts[0]
    if part.scan is None or _asks_more(Read(part, columns, ""), choice.mapping):
        return None
    scan, head = part.scan(columns, False), part.scan(columns, True)
    try:
        if _some_not_plain(con, f"({_typed(choice, f'(FROM {head} LIMIT {_TRIED})')})"):
            return None
        same = lines.same_in_all(Read(part, columns, ""), choice.mapping)
        own = ", ".join(sql.name(name) for name in lines.COLUMNS if name not in same)
        filled = f"CREATE OR REPLACE TABLE {lines.AS_READ} AS SELECT {own} FROM"
        ((count,),) = meter.run(f"{filled} ({_typed(choice, scan)})", part.bytes, part.label)
        plain = not _some_not_plain(con, lines.AS_READ)
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        plain = False  # what stops DuckDB, the thorough way meets again, and says in words
    if not plain:
        con.execute(f"DROP TABLE IF EXISTS {lines.AS_READ}")
        meter.again(part.bytes)
        return None
    given = same | {"position": "rowid + 1"}
    picked = ", ".join(f"{given.get(name, sql.name(name))} AS {name}" for name in lines.COLUMNS)
    con.execute(f"CREATE VIEW typed_lines AS SELECT {picked} FROM {lines.AS_READ}")  # noqa: S608 - our own names
    read = Read(part, columns, "typed_lines")
    currency = checks.one_currency(con, [read], _PLAIN, choice.mapping)
    return Typed(reads=[read], formats=_PLAIN, currency=currency, counts=[count], offsets=[0])


def _asks_more(read: Read, mapping: Mapping) -> bool:
    """Tell a mapping that says more of values than where they stand."""
    marks = mapping.decimal == "," or mapping.thousands in (".", " ", "'")
    numbers = any(role in read.columns for role in NUMBERS)
    return bool(mapping.shaping or mapping.rates or leans(read, mapping) or (marks and numbers))


def _typed(choice: Choice, scan: str) -> str:
    """Give the SELECT of the lines; the position of each is 1, or 0 where it is not plain."""
    part, columns = choice.parts[0]
    read = Read(part, columns, "")
    marked = f"(SELECT *, CASE WHEN {needs_a_look(read)} THEN -1 ELSE 0 END AS _row FROM {scan})"  # noqa: S608 - quoted by sql
    return lines.typed(0, Read(part, columns, marked), _PLAIN, choice.mapping, 0, blank_too=True)


def _some_not_plain(con: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return bool(sql.only_row(con, f"SELECT bool_or({_NOT_PLAIN}) FROM {relation}")[0])  # noqa: S608 - our own names
