"""From sources to the table `typed_lines`: every line, typed, nothing judged yet."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from habitue.data.currencies import taken
from habitue.data.sources import amounts, checks, lines, sql
from habitue.data.sources.checks import Unreadable
from habitue.data.sources.choice import Choice, choose
from habitue.data.sources.engine import is_url
from habitue.data.sources.files import MAX_BYTES, opened
from habitue.data.sources.filling import filled
from habitue.data.sources.fingerprints import fingerprint, several
from habitue.data.sources.formats import Formats, Read, decide
from habitue.data.sources.meter import Meter, Progress
from habitue.data.sources.parquet import parquet_part
from habitue.data.sources.part import SAMPLES
from habitue.data.sources.staging import READING_SHARE
from habitue.data.sources.tables import table_part
from habitue.data.sources.text import text_part
from habitue.data.sources.workbook import workbook_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from habitue.data.mapping import Candidate, Mapping
    from habitue.data.mapping.guessing import RoleGuess
    from habitue.data.sources.choice import Warnings
    from habitue.data.sources.part import Part
    from habitue.schema import Role

MAX_UNREADABLE_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it was read.

    Attributes:
        name: Name of the file, folder or table, without path or credentials.
        sha256: Of its bytes; None for a table.
        bytes: Its size; 0 for a table.
        parts: Label of each part and the rows read from it.
    """

    name: str
    sha256: str | None
    bytes: int
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read into `typed_lines`.

    Attributes:
        sources: The sources, in the order given.
        mapping: The mapping really used, with what the columns decided.
        reasons: Why each role has its column; empty for a mapping that was given.
        candidate: The known export it was taken for, and by how many names.
        currency: ISO code of all amounts; None when the source does not say.
        rows: Rows read; `typed_lines` also holds the lines made out of them.
        unreadable: Lines that could not be read, per role.
        samples: Up to five of them per role.
        warnings: Keys into the `check` catalogue, with their facts.
    """

    sources: tuple[Source, ...]
    mapping: Mapping
    reasons: dict[Role, RoleGuess]
    candidate: Candidate | None
    currency: str | None
    rows: int
    unreadable: dict[str, int]
    samples: tuple[Unreadable, ...]
    warnings: tuple[tuple[str, dict[str, Any]], ...]


def load(
    con: duckdb.DuckDBPyConnection,
    sources: str | Path | Sequence[str | Path],
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    max_unreadable_share: float = MAX_UNREADABLE_SHARE,
    progress: Progress | None = None,
) -> Loaded:
    """Read every line of the sources into the table `typed_lines` of a connection.

    Args:
        con: Where the table is made; an older one is replaced.
        sources: Files, folders or engine URLs that hold the same roles.
        mapping: Column of each role; without columns in it, they are guessed.
        table: Name of the table, for engine URLs.
        max_unreadable_share: Share of lines, from 0 to 1, that may be unreadable.
        progress: Told `(done, total, label)` in bytes, several times a second while it works.

    Raises:
        SourceError: A source is missing, empty, locked, damaged or of another kind.
        MappingError: A role has no column.
        ContentError: Dates, numbers or currencies contradict each other, or too many lines
            cannot be read.
        EngineError: The user's database refuses.
        MissingExtraError: Its driver is not installed.
    """
    sources = several(sources)
    prints = fingerprint(sources, table)
    warnings: Warnings = []
    meter = Meter(con, sum(one.bytes for one in prints), progress)
    with ExitStack() as stack:
        stack.enter_context(meter.running())
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="habitue-")))
        parts = []
        for number, source in enumerate(sources):
            meter.starting(prints[number].name)
            for part in parts_of(con, number, source, Asked(mapping, table, scratch, warnings)):
                stack.callback(lambda part: part.close(con), part)
                parts.append(part)
        choice = choose(parts, mapping)
        reads = [
            filled(con, Read(part, columns, part.read(con, columns, meter)), choice.mapping)
            for part, columns in choice.parts
        ]
        formats = decide(con, reads, choice.mapping)
        currency = checks.one_currency(con, reads, formats, choice.mapping)
        counts, offsets, said = _inserted(con, reads, formats, choice.mapping, meter)
        found = checks.unreadable(con, reads, offsets)
        checks.refuse_unreadable(
            found, sum(counts), max_unreadable_share, choice.mapping.footer_rows * len(reads)
        )
        warnings += choice.warnings + checks.remarks(con, reads, formats, found)
        warnings += checks.said_of_orders(choice.mapping, said)
        sign = None if choice.mapping.currency else taken(formats.signs, currency)
        if sign is not None:
            warnings.append(("currency_taken", {"sign": sign, "currency": currency}))
    return Loaded(
        sources=tuple(
            Source(one.name, one.sha256, one.bytes, _lines_of(number, reads, counts))
            for number, one in enumerate(prints)
        ),
        mapping=_decided(choice, formats),
        reasons=choice.reasons,
        candidate=choice.candidate,
        currency=currency,
        rows=sum(counts),
        unreadable=found.counts,
        samples=found.samples,
        warnings=tuple(warnings),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What every source is read with.

    Attributes:
        mapping: May say how text is written.
        table: Name of the table, for engine URLs.
        scratch: Folder for what is unpacked.
        warnings: Receives what deserves a look.
        rows: How many rows of each part to look at.
        room: Bytes that archives may unpack to.
        only_head: Whether no other rows will be read.
    """

    mapping: Mapping | None
    table: str | None
    scratch: Path
    warnings: Warnings
    rows: int = SAMPLES
    room: int = MAX_BYTES
    only_head: bool = False


def parts_of(
    con: duckdb.DuckDBPyConnection, number: int, source: str | Path, asked: Asked
) -> Iterator[Part]:
    """Give the parts of a source, their lines still unread where the format allows it."""
    if is_url(source):
        yield table_part(con, number, str(source), asked.table, asked.rows)
        return
    for file in opened(number, Path(source), asked.scratch, asked.room):
        if file.renamed:
            asked.warnings.append(("extension_differs", {"file": file.name, "kind": file.kind}))
        if file.kind == "workbook":
            yield from workbook_parts(
                file, asked.rows, head_in=asked.scratch if asked.only_head else None
            )
        elif file.kind == "parquet":
            yield parquet_part(file, con, asked.rows, asked.room)
        else:
            yield text_part(file, asked.mapping, asked.scratch, asked.rows)


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
            con.execute(f"DROP TABLE {work.table}")
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


def _lines_of(
    source: int, reads: Sequence[Read], counts: Sequence[int]
) -> tuple[tuple[str, int], ...]:
    both = zip(reads, counts, strict=True)
    return tuple((read.part.label, count) for read, count in both if read.part.source == source)


def _decided(choice: Choice, formats: Formats) -> Mapping:
    """Write down what the columns decided, so that the mapping alone reads them again."""
    decided: dict[str, object] = {"day_first": formats.day_first, "decimal": formats.decimal}
    for trait in ("encoding", "delimiter"):
        seen = {getattr(part, trait) for part, _ in choice.parts}
        decided[trait] = seen.pop() if len(seen) == 1 else None
    return choice.mapping.but(**{key: value for key, value in decided.items() if value is not None})
