"""The thorough way from parts to typed lines: read as text, look at every value, then type them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from habitue.data.sources import amounts, checks, lines, sql
from habitue.data.sources.filling import filled
from habitue.data.sources.formats import Formats, Read, decide
from habitue.data.sources.staging import READING_SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from habitue.data.mapping import Mapping
    from habitue.data.sources.choice import Choice
    from habitue.data.sources.meter import Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What `typed_lines` was filled from.

    Attributes:
        reads: The parts.
        formats: How their columns are written.
        currency: ISO code of all amounts; None when the source does not say.
        counts: Rows of each part.
        offsets: Position before the first line of each part.
        said: What orders said, per key: lines made for them, orders that do not add up.
    """

    reads: list[Read]
    formats: Formats
    currency: str | None
    counts: list[int]
    offsets: list[int]
    said: Counter[str] = field(default_factory=Counter)


def thorough(con: duckdb.DuckDBPyConnection, choice: Choice, meter: Meter) -> Typed:
    """Fill `typed_lines`, once it is known how every column is written.

    Args:
        con: Where the table is made.
        choice: The parts and their columns.
        meter: Follows the reading.

    Raises:
        SourceError: A file is damaged or no table.
        ContentError: Dates, numbers or currencies contradict each other.
    """
    mapping = choice.mapping
    reads = [
        filled(con, Read(part, columns, part.read(con, columns, meter)), mapping)
        for part, columns in choice.parts
    ]
    formats = decide(con, reads, mapping)
    currency = checks.one_currency(con, reads, formats, mapping)
    counts, offsets, said = _inserted(con, reads, formats, mapping, meter)
    return Typed(
        reads=reads, formats=formats, currency=currency, counts=counts, offsets=offsets, said=said
    )


def _inserted(
    con: duckdb.DuckDBPyConnection,
    reads: Sequence[Read],
    formats: Formats,
    mapping: Mapping,
    meter: Meter,
) -> tuple[list[int], list[int], Counter[str]]:
    """Fill `typed_lines`; give the rows of each part, the position before it, what orders said."""
    con.execute(lines.created(mapping))
    counts: list[int] = []
    offsets: list[int] = []
    said: Counter[str] = Counter()
    for number, read in enumerate(reads):
        offset, part = _last_position(con), read.part
        offsets.append(offset)
        select = lines.typed(number, read, formats, mapping, offset)
        size = part.bytes - int(part.bytes * READING_SHARE) if part.delimiter else part.bytes
        if mapping.shaping:
            work = amounts.worked(con, select, read, mapping, offset)
            select = work.select
        ((count,),) = meter.run(f"INSERT INTO typed_lines {select}", size, part.label)
        if mapping.shaping:
            for table in work.tables:
                con.execute(f"DROP TABLE {table}")
            count -= sum(work.made.values())
            said.update({f"{made}_lines": lines for made, lines in work.made.items()})
            said.update(orders_not_adding_up=work.apart)
        if part.broken:
            broken = lines.broken(read, _last_position(con), mapping)
            count += sql.only_row(con, f"INSERT INTO typed_lines {broken}")[0]
        counts.append(count)
    return counts, offsets, said


def _last_position(con: duckdb.DuckDBPyConnection) -> int:
    return int(sql.only_row(con, "SELECT coalesce(max(position), 0) FROM typed_lines")[0])
