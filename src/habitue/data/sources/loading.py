"""From sources to the table `typed_lines`: every line, typed, nothing judged yet."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from habitue.data.currencies import taken
from habitue.data.sources import checks, lines
from habitue.data.sources.checks import Unreadable
from habitue.data.sources.choice import Choice, choose
from habitue.data.sources.engine import is_url
from habitue.data.sources.files import MAX_BYTES, opened
from habitue.data.sources.fingerprints import fingerprint, several
from habitue.data.sources.formats import Formats, Read
from habitue.data.sources.hidden import without_hidden
from habitue.data.sources.meter import Meter, Progress
from habitue.data.sources.part import SAMPLES
from habitue.data.sources.straight import straight
from habitue.data.sources.text import text_part
from habitue.data.sources.thorough import thorough
from habitue.errors import SourceError
from habitue.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import duckdb

    from habitue.data.mapping import Candidate, Mapping
    from habitue.data.mapping.guessing import RoleGuess
    from habitue.data.sources.choice import Warnings
    from habitue.data.sources.files import DataFile
    from habitue.data.sources.part import Part
    from habitue.schema import Role

_parquet = Later("habitue.data.sources.parquet")
_tables = Later("habitue.data.sources.tables")
_workbook = Later("habitue.data.sources.workbook")
MAX_UNREADABLE_SHARE: Final = 0.01
_BARE: Final = ("source_header_only", "source_empty")
"""What says that a file holds no line: no reason to refuse those beside it."""


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
    meanwhile: Callable[[Mapping], object] | None = None,
) -> Loaded:
    """Read every line of the sources into the table `typed_lines` of a connection.

    Args:
        con: Where the table is made; an older one is replaced.
        sources: Files, folders or engine URLs that hold the same roles.
        mapping: Column of each role; without columns in it, they are guessed.
        table: Name of the table, for engine URLs.
        max_unreadable_share: Share of lines, from 0 to 1, that may be unreadable.
        progress: Told `(done, total, label)` in bytes, several times a second while it works.
        meanwhile: Called with the mapping that holds, in a thread of its own, once DuckDB works
            and Python would wait.

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
        parts, hidden = without_hidden(parts, mapping)
        warnings += hidden
        choice = choose(parts, mapping)
        lines.let_go(con)
        if meanwhile is not None:
            meter.meanwhile = partial(meanwhile, choice.mapping)
        typed = straight(con, choice, meter) or thorough(con, choice, meter)
        found = checks.unreadable(con, typed.reads, typed.offsets)
        if not any(typed.counts):
            raise SourceError("source_header_only", file=choice.parts[0][0].file)
        count, footers = sum(typed.counts), choice.mapping.footer_rows * len(typed.reads)
        footers = max(footers, checks.totals(con, typed.offsets) if found.counts else 0)
        checks.refuse_unreadable(found, count, max_unreadable_share, footers)
        warnings += choice.warnings + checks.remarks(con, typed.reads, typed.formats, found)
        warnings += checks.said_of_orders(choice.mapping, typed.said)
        sign = None if choice.mapping.currency else taken(typed.formats.signs, typed.currency)
        if sign is not None:
            warnings.append(("currency_taken", {"sign": sign, "currency": typed.currency}))
    return Loaded(
        sources=tuple(
            Source(one.name, one.sha256, one.bytes, _lines_of(number, typed.reads, typed.counts))
            for number, one in enumerate(prints)
        ),
        mapping=_decided(choice, typed.formats),
        reasons=choice.reasons,
        candidate=choice.candidate,
        currency=typed.currency,
        rows=count,
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
        yield _tables.table_part(con, number, str(source), asked.table, asked.rows)
        return
    bare: list[SourceError] = []
    found = False
    for file in opened(number, Path(source), asked.scratch, asked.room):
        if file.renamed:
            asked.warnings.append(("extension_differs", {"file": file.name, "kind": file.kind}))
        try:
            for part in _parts_of_file(con, file, asked):
                found = True
                yield part
        except SourceError as refusal:
            if refusal.key not in _BARE:
                raise
            bare.append(refusal)
    if bare and not found:
        raise bare[0]
    # A month without orders among those of a year, a text that goes with an archive.
    asked.warnings.extend(("file_without_lines", {"file": one.facts["file"]}) for one in bare)


def _parts_of_file(con: duckdb.DuckDBPyConnection, file: DataFile, asked: Asked) -> Iterable[Part]:
    if file.kind == "workbook":
        sheets: list[Part] = _workbook.workbook_parts(
            file, asked.rows, head_in=asked.scratch if asked.only_head else None
        )
        return sheets
    if file.kind == "parquet":
        return [_parquet.parquet_part(file, con, asked.rows, asked.room)]
    return [text_part(file, asked.mapping, asked.scratch, asked.rows)]


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
