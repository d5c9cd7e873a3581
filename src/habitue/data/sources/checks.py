"""What stands against the lines once read: unreadable values, currencies, things worth saying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from habitue.data.currencies import SIGN, sharing, sign_currencies
from habitue.data.sources import sql
from habitue.data.sources.formats import NUMBERS, Formats, Read, facts_of
from habitue.data.sources.lines import BROKEN_ROW, is_rounded
from habitue.errors import ContentError
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Mapping as AnyMapping
    from collections.abc import Sequence

    import duckdb

    from habitue.data.mapping import Mapping
    from habitue.data.sources.choice import Warnings
    from habitue.data.sources.formats import Example

SAMPLES: Final = 5
"""Values shown per role."""
_TIMES: Final = " \N{MULTIPLICATION SIGN} "


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that could not be read.

    Attributes:
        role: What it stands for; `line` when the row's columns could not be told apart.
        file: File or table.
        row: Row number, as a spreadsheet counts.
        column: Header of the column.
        value: What stands there.
    """

    role: str
    file: str
    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Found:
    """The lines that could not be read: their number per role, and a few of them."""

    counts: dict[str, int]
    samples: tuple[Unreadable, ...]


def unreadable(
    con: duckdb.DuckDBPyConnection, reads: Sequence[Read], offsets: Sequence[int]
) -> Found:
    """Count the unreadable lines and look the first of each role up in the source.

    Args:
        con: Holds `typed_lines`.
        reads: The parts.
        offsets: Position before the first line of each part.
    """
    counted = con.execute(
        "SELECT unreadable, count(*), arg_min(position, position, ?) FROM typed_lines "
        "WHERE unreadable IS NOT NULL GROUP BY unreadable ORDER BY unreadable",
        [SAMPLES],
    ).fetchall()
    samples: list[Unreadable] = []
    for role, _, positions in counted:
        if role == BROKEN_ROW:
            samples += _broken_samples(con, reads)
        else:
            samples += [_sample(con, reads, offsets, Role(role), at) for at in positions]
    return Found({role: count for role, count, _ in counted}, tuple(samples))


def _broken_samples(con: duckdb.DuckDBPyConnection, reads: Sequence[Read]) -> list[Unreadable]:
    rows = [
        Unreadable(BROKEN_ROW, read.part.file, row, "", text or "")
        for read in reads
        if read.part.broken
        for row, text in con.execute(
            f"SELECT row, text FROM {read.part.broken} ORDER BY row LIMIT {SAMPLES}"  # noqa: S608 - our own names
        ).fetchall()
    ]
    return rows[:SAMPLES]


def _sample(
    con: duckdb.DuckDBPyConnection,
    reads: Sequence[Read],
    offsets: Sequence[int],
    role: Role,
    position: int,
) -> Unreadable:
    number = max(at for at, offset in enumerate(offsets) if offset < position)
    read, row = reads[number], position - offsets[number] - 1
    roles = [role] if role in read.columns else [Role.QUANTITY, Role.PRICE]
    texts = ", ".join(f"coalesce({read.text(one)}, '')" for one in roles)
    found = sql.only_row(con, f"SELECT {texts} FROM {read.relation} WHERE _row = {row}")  # noqa: S608 - quoted by sql
    return Unreadable(
        role=role,
        file=read.part.file,
        row=read.part.first_row + row,
        column=_TIMES.join(read.columns[one] for one in roles),
        value=_TIMES.join(found),
    )


def refuse_unreadable(found: Found, rows: int, max_share: float, footer_rows: int = 0) -> None:
    """Refuse a source of which too much cannot be read.

    Args:
        found: What could not be read.
        rows: All rows.
        max_share: Share of them that may be unreadable.
        footer_rows: Rows that are no lines and known to be there.

    Raises:
        ContentError: The share of unreadable lines is above the one allowed.
    """
    count = sum(found.counts.values())
    if count <= max_share * rows + footer_rows:
        return
    first, share = found.samples[0], round(100 * count / rows, 2)
    facts = {"file": first.file, "row": first.row, "column": first.column, "value": first.value}
    key = "too_many_broken_rows" if first.role == BROKEN_ROW else "too_many_unreadable"
    raise ContentError(
        key, **facts, unreadable=count, lines=rows, share=share, allowed=100 * max_share
    )


def totals(con: duckdb.DuckDBPyConnection, offsets: Sequence[int]) -> int:
    """Count the parts that end in a row of totals: of no day and of nobody.

    Args:
        con: Holds `typed_lines`.
        offsets: Position before the first line of each part.
    """
    ends = ", ".join(f"({one})" for one in offsets)
    found = sql.only_row(
        con,
        "SELECT count(*) FROM typed_lines JOIN ("  # noqa: S608 - numbers
        "SELECT max(position) AS position FROM typed_lines "
        f"ASOF JOIN (VALUES {ends}) AS parts(before) ON position > before GROUP BY before"
        ") USING (position) WHERE unreadable = 'moment' AND customer_id IS NULL",
    )
    return int(found[0])


def one_currency(
    con: duckdb.DuckDBPyConnection, reads: Sequence[Read], formats: Formats, mapping: Mapping
) -> str | None:
    """Find the currency of all amounts: the mapping's, else the only one that occurs.

    Raises:
        ContentError: Several occur, or one that a sign alone does not name, and the mapping does
            not settle it.
    """
    if mapping.currency is not None and not mapping.rates:
        return mapping.currency
    among = () if mapping.currency is None else (mapping.currency, *mapping.rates)
    seen = sign_currencies(formats.signs, among)
    for read in reads:
        if Role.CURRENCY in read.columns:
            text = f"upper(trim({read.text(Role.CURRENCY)}))"
            rows = con.execute(f"SELECT DISTINCT {text} FROM {read.relation}").fetchall()  # noqa: S608 - quoted by sql
            seen |= sign_currencies((one for (one,) in rows if one), among)
    if mapping.currency is not None:
        without = sorted(seen - {mapping.currency, *mapping.rates})
        if without:
            raise ContentError("rate_lacking", currencies=without, currency=mapping.currency)
        return mapping.currency
    try:
        return named(seen)
    except ContentError as refusal:
        if refusal.key != "currencies_mixed":
            raise
        first, other = _first_of_each(con, reads, formats)[:2]
        raise ContentError(
            "currencies_mixed_at", **refusal.facts, **facts_of(first), **facts_of(other, "other_")
        ) from None


def _first_of_each(
    con: duckdb.DuckDBPyConnection, reads: Sequence[Read], formats: Formats
) -> list[Example]:
    """Give the first value of each currency, in the order of the source."""
    found: dict[str, tuple[int, Example]] = {}
    for number, read in enumerate(reads):
        # A text read in one pass is the table of its lines, which know their position.
        row = "position - 1" if read.relation == "typed_lines" else "_row"
        for role in read.columns:
            text = read.text(role)
            if role is Role.CURRENCY:
                sign = f"nullif(upper(trim({text})), '')"
            elif (number, role) in formats.marked:
                sign = f"nullif(regexp_extract({text}, {sql.value(SIGN)}), '')"
            else:
                continue
            rows = con.execute(
                f"SELECT {sign} AS sign, min({row}), arg_min({text}, {row}) "  # noqa: S608 - quoted by sql
                f"FROM {read.relation} WHERE sign IS NOT NULL GROUP BY sign"
            ).fetchall()
            for seen, at, value in rows:
                (code,) = sign_currencies([seen])
                place = (number, (read, role, at, value))
                found[code] = min(
                    found.get(code, place), place, key=lambda one: (one[0], one[1][2])
                )
    return [example for _, example in sorted(found.values(), key=lambda one: (one[0], one[1][2]))]


def named(seen: set[str]) -> str | None:
    """Give the only currency of those seen; None where there is none.

    Args:
        seen: Codes, and signs that do not say which currency they stand for.

    Raises:
        ContentError: There are several, or a sign that several currencies share.
    """
    if len(seen) > 1:
        raise ContentError("currencies_mixed", currencies=sorted(seen))
    for one in seen:
        if shared := sharing(one):
            raise ContentError("currency_unclear", sign=one, currencies=list(shared))
        return one
    return None


def remarks(
    con: duckdb.DuckDBPyConnection, reads: Sequence[Read], formats: Formats, found: Found
) -> Warnings:
    """List what was done to values that a reader should know of."""
    said: Warnings = []
    cut = {(reads[number].part.file, reads[number].columns[role]) for number, role in formats.cut}
    said += [("ids_cut", {"file": file, "column": column}) for file, column in sorted(cut)]
    rounded: dict[str, int] = {}
    for number, read in enumerate(reads):
        tests = {role: test for role in NUMBERS if role in read.columns
                 and (test := is_rounded(number, read, formats, role))}  # fmt: skip
        if tests:
            counts = ", ".join(f"count(*) FILTER ({test})" for test in tests.values())
            row = sql.only_row(con, f"SELECT {counts} FROM {read.relation}")  # noqa: S608 - quoted by sql
            for role, count in zip(tests, row, strict=True):
                column = read.columns[role]
                rounded[column] = rounded.get(column, 0) + count
    said += [("numbers_rounded", {"column": column, "count": count})
             for column, count in rounded.items() if count]  # fmt: skip
    if any(Role.ORDER not in read.columns for read in reads):
        said.append(("order_generated", {}))
    said += [("unreadable_lines", {"role": role, "count": count})
             for role, count in found.counts.items()]  # fmt: skip
    return said


def said_of_orders(mapping: Mapping, found: AnyMapping[str, int]) -> Warnings:
    """List what the mapping stated, and the lines that were made out of what orders say.

    Args:
        mapping: The mapping that held.
        found: Lines made and orders that do not add up, per key.
    """
    said: Warnings = []
    if mapping.identity == "name":
        said.append(("identity_name", {"column": mapping.customer}))
    if mapping.identity == "none":
        said.append(("identity_none", {}))
    if mapping.tax is not None:
        said.append((f"tax_{mapping.tax}", {}))
    if mapping.minor_units:
        said.append(("minor_units", {}))
    if mapping.rates:
        rates = [f"1 {code} = {rate.normalize():f} {mapping.currency}"
                 for code, rate in mapping.rates.items()]  # fmt: skip
        said.append(("converted", {"rates": rates}))
    said += [(key, {"count": count}) for key, count in found.items() if count]
    if found.get("refund_lines") and mapping.refund_moment is None:
        said.append(("refunds_undated", {}))
    return said
