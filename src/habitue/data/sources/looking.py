"""A look at sources before anything is brought in: a sample of each part, and what it tells.

Whole files are read only by `load`. What a look says of a column, it says of the rows it saw.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from habitue.data.currencies import sign_currencies
from habitue.data.mapping import Column, candidates, guess
from habitue.data.mapping.guessing import looks_like_moments, looks_like_numbers
from habitue.data.sources import casting, sql
from habitue.data.sources.choice import lacking_in, resolved
from habitue.data.sources.files import MAX_BYTES
from habitue.data.sources.formats import NUMBERS, Read, decide
from habitue.data.sources.hidden import without_hidden
from habitue.data.sources.loading import Asked, parts_of
from habitue.data.sources.part import SAMPLES, Part, rows_sampled
from habitue.errors import ContentError, MappingError
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from habitue.data.mapping import Candidate, Guess, Mapping
    from habitue.data.sources.formats import Formats

ROWS: Final = 20_000
"""Rows of each part that a look takes."""
PREVIEW: Final = 20
_SHORT: Final = 60
_AT_ONCE: Final = 40
_DOUBTS: Final = {"dates_unknown": "day_first", "decimal_unknown": "decimal"}
"""Refusals that only say that a question is open, and the mapping's key that answers it."""
Kind = Literal["moment", "number", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """What the rows seen tell of a column.

    Attributes:
        name: Its header.
        kind: What its values read as.
        missing: Share of the rows where it is blank.
        readable: Share of the others whose value reads as the kind says; None where all are blank.
        distinct: How many different values.
        least: Smallest value, of the kind.
        most: Largest value, of the kind.
    """

    name: str
    kind: Kind
    missing: float
    readable: float | None
    distinct: int
    least: Any
    most: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLook:
    """A sheet, a file or a table, and the rows seen of it.

    Attributes:
        file: Name of the file or table.
        label: Name of the part.
        columns: What the rows tell of each column.
        rows: The rows seen, as text, columns named `c0`, `c1`, ….
        encoding: Of a text file.
        delimiter: Of a text file.
        part: The part as it was found, closed.
    """

    file: str
    label: str
    columns: tuple[ColumnLook, ...]
    rows: pa.Table
    encoding: str | None
    delimiter: str | None
    part: Part

    @property
    def headed(self) -> tuple[Column, ...]:
        """The columns with a few of their values, as guesses want them."""
        return tuple(
            Column(one.name, samples=tuple(filter(None, self.rows[f"c{at}"].to_pylist()[:SAMPLES])))
            for at, one in enumerate(self.columns)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Headers that are not blank, each once."""
        return tuple(dict.fromkeys(one.name for one in self.columns if one.name))

    @property
    def preview(self) -> pa.Table:
        """The first rows under their headers; a header that stands twice is numbered."""
        named: list[str] = []
        for at, one in enumerate(self.columns):
            name = one.name or f"({at + 1})"
            named.append(f"{name} ({at + 1})" if name in named else name)
        return self.rows.slice(0, PREVIEW).rename_columns(named)

    def lacks(self, mapping: Mapping) -> tuple[Role, ...]:
        """Name the roles no figure can do without and that have no column in this part."""
        return () if mapping.missing() else lacking_in(mapping, resolved(mapping, self.part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A question that the rows seen leave open, and that only the reader can settle.

    Attributes:
        key: Key of the mapping that settles it.
        facts: Where the value stands: file, row, column, value.
    """

    key: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What sources look like.

    Attributes:
        parts: Their sheets, files or tables.
        guess: What each column is taken for, and why.
        candidates: Known exports that the header may be, best first.
        warnings: Keys into the `check` catalogue, with their facts.
    """

    parts: tuple[PartLook, ...]
    guess: Guess
    candidates: tuple[Candidate, ...]
    warnings: tuple[tuple[str, dict[str, Any]], ...]

    @property
    def main(self) -> PartLook:
        """The part that the guess was made on."""
        return min(self.parts, key=lambda one: len(one.lacks(self.guess.mapping)))

    @property
    def whole(self) -> bool:
        """Whether every row there is was surely seen."""
        return all(
            part.rows.num_rows < rows_sampled(ROWS, len(part.columns)) for part in self.parts
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Headers of all parts, each once, in the order they come."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))

    def values(self, column: str) -> tuple[tuple[str, int], ...]:
        """Count the values of a column, most frequent first, blanks left out."""
        counted: dict[str, int] = {}
        for part in self.parts:
            for at, one in enumerate(part.columns):
                if one.name == column:
                    for pair in pc.value_counts(part.rows[f"c{at}"]).to_pylist():
                        value = (pair["values"] or "").strip()
                        if value:
                            counted[value] = counted.get(value, 0) + pair["counts"]
                    break
        return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def look(
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[str | Path],
    *,
    mapping: Mapping | None = None,
    table: str | None = None,
    rows: int = ROWS,
    room: int = MAX_BYTES,
) -> Look:
    """Look at sources; nothing is brought in.

    Args:
        con: Reads them.
        sources: Files, folders or engine URLs that hold the same roles.
        mapping: May say how text is written; its columns are not held against the sources.
        table: Name of the table, for engine URLs.
        rows: How many rows of each part to look at.
        room: Bytes that archives may unpack to.

    Raises:
        SourceError: A source is missing, empty, locked, damaged, too large or of another kind.
        EngineError: The user's database refuses.
        MissingExtraError: Its driver is not installed.
    """
    warnings: list[tuple[str, dict[str, Any]]] = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="habitue-")))
        asked = Asked(mapping, table, scratch, warnings, rows, room, only_head=True)
        parts: list[Part] = []
        for number, source in enumerate(sources):
            for part in parts_of(con, number, source, asked):
                stack.callback(lambda part: part.close(con), part)
                parts.append(part)
        parts, hidden = without_hidden(parts, mapping)
        warnings += hidden
        guesses = [guess(part.columns) for part in parts]
        best = min(guesses, key=lambda one: len(one.mapping.missing()))
        known = candidates(parts[guesses.index(best)].columns)
        looks = tuple(_part_look(con, part) for part in parts)
    return Look(parts=looks, guess=best, candidates=known, warnings=tuple(warnings))


def doubts(con: duckdb.DuckDBPyConnection, seen: Look, mapping: Mapping) -> tuple[Doubt, ...]:
    """Ask what the rows seen leave open under a mapping: order of dates, decimal mark.

    Args:
        con: Where the rows are looked through.
        seen: The sources.
        mapping: Column of each role.

    Raises:
        ContentError: The rows contradict each other whatever the answer.
    """
    open_questions = []
    for _ in _DOUBTS:
        try:
            _decided(con, seen, mapping)
        except ContentError as refusal:
            if refusal.key not in _DOUBTS:
                raise
            key = _DOUBTS[refusal.key]
            open_questions.append(Doubt(key=key, facts=refusal.facts))
            mapping = mapping.but(**{key: True if key == "day_first" else "."}, thousands=None)
    return tuple(open_questions)


def currencies(con: duckdb.DuckDBPyConnection, seen: Look, mapping: Mapping) -> tuple[str, ...]:
    """Name the currencies that the rows seen are in, by column or by sign.

    A sign that several currencies share, `$` too, stands for itself, unless the mapping names one
    of them.

    Args:
        con: Where the rows are looked through.
        seen: The sources.
        mapping: Column of each role.
    """
    found = set()
    if Role.CURRENCY in mapping.columns:
        found |= {value for value, _ in seen.values(mapping.columns[Role.CURRENCY])}
    try:
        settled = mapping.but(
            day_first=mapping.day_first is not False, decimal=mapping.decimal or "."
        )
        found |= _decided(con, seen, settled).signs
    except (ContentError, MappingError):
        pass  # said by `doubts`; what the column says still stands
    among = (mapping.currency or "", *mapping.rates)
    return tuple(sorted(sign_currencies(found, among, usual=False)))


def _decided(con: duckdb.DuckDBPyConnection, seen: Look, mapping: Mapping) -> Formats:
    """Hold the rows seen against the same tests as `load` holds the whole files."""
    reads = []
    for number, part in enumerate(seen.parts):
        fields = {one.name: (at, one) for at, one in reversed(list(enumerate(part.part.fields)))}
        written: dict[Role, str] = {
            role: name
            for role, name in resolved(mapping, part.part).items()
            if role in (Role.MOMENT, *NUMBERS) and fields[name][1].stored == "text"
        }
        if written:
            con.register(f"seen_{number}", part.rows)
            picked = ", ".join(
                f"c{fields[name][0]} AS {sql.name(role)}" for role, name in written.items()
            )
            relation = f"(SELECT {picked}, row_number() OVER () - 1 AS _row FROM seen_{number})"  # noqa: S608 - quoted by sql
            reads.append(Read(part.part, written, relation))
    return decide(con, reads, mapping)


def _part_look(con: duckdb.DuckDBPyConnection, part: Part) -> PartLook:
    rows = pa.table({f"c{at}": pa.array(texts, pa.string())
                     for at, texts in enumerate(part.samples)})  # fmt: skip
    con.register("part_look", rows)
    columns: list[ColumnLook] = []
    kinds = [_kind(one) for one in part.columns]
    for start in range(0, len(kinds), _AT_ONCE):
        at_once = range(start, min(start + _AT_ONCE, len(kinds)))
        asked = ", ".join(_asked(f"c{at}", kinds[at]) for at in at_once)
        answers = sql.only_row(con, f"SELECT count(*), {asked} FROM part_look")  # noqa: S608 - our own names
        for place, at in enumerate(at_once):
            filled, readable, distinct, least, most = answers[1 + 5 * place : 6 + 5 * place]
            columns.append(
                ColumnLook(
                    name=part.fields[at].name, kind=kinds[at],
                    missing=1 - filled / answers[0],
                    readable=readable / filled if filled else None,
                    distinct=distinct, least=least, most=most,
                )
            )  # fmt: skip
    con.unregister("part_look")
    return PartLook(
        file=part.file, label=part.label, columns=tuple(columns), rows=rows,
        encoding=part.encoding, delimiter=part.delimiter,
        # Without what reading needs: the cells of a workbook would be held as long as the look.
        part=replace(part, samples=(), read=_unread, close=_shut),
    )  # fmt: skip


def _unread(*_: Any) -> str:
    return ""


def _shut(_con: duckdb.DuckDBPyConnection) -> None:
    """Nothing is held."""


def _kind(column: Column) -> Kind:
    if not column.samples:
        return "text"
    if looks_like_moments(column):
        return "moment"
    return "number" if looks_like_numbers(column) else "text"


def _asked(name: str, kind: Kind) -> str:
    """Write five expressions: filled, readable, distinct, least, most."""
    filled = f"NOT {casting.is_blank(name)}"
    match kind:
        case "moment":
            ways = [casting.any_moment(name, day_first=one) for one in (True, False)]
            value = f"coalesce({casting.year_first(name)}, {', '.join(ways)})"
        case "number":
            ways = [casting.plain_number(casting.written_number(name, one)) for one in (".", ",")]
            value = f"coalesce({casting.plain_number(name)}, {', '.join(ways)})"
        case _:
            value = f"left(nullif(trim({name}), ''), {_SHORT})"
    return (
        f"count(*) FILTER ({filled}), count({value}) FILTER ({filled}), "
        f"count(DISTINCT {name}) FILTER ({filled}), min({value}), max({value})"
    )
