"""How the values of whole columns are written: dates, decimal marks, ids that pandas touched.

Nothing is decided line by line: one value that can only be read one way speaks for its column.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from habitue.data.currencies import SIGN
from habitue.data.sources import casting, sql
from habitue.errors import ContentError
from habitue.schema import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from habitue.data.mapping import Mapping
    from habitue.data.sources.part import Field, Part

IDS: Final = (Role.ORDER, Role.CUSTOMER, Role.PRODUCT)
PIECES: Final = (Role.QUANTITY, Role.REFUNDED_QUANTITY, Role.NET_QUANTITY)
OF_ORDERS: Final = (
    Role.ORDER_SUBTOTAL, Role.ORDER_DISCOUNT, Role.ORDER_TOTAL, Role.SHIPPING, Role.FEE,
    Role.REFUND,
)  # fmt: skip
"""Amounts that a row says of its order, unless the mapping says that they are the line's."""
NUMBERS: Final = (
    Role.QUANTITY, Role.PRICE, Role.AMOUNT, Role.COST, Role.DISCOUNT, *OF_ORDERS,
    Role.REFUNDED_QUANTITY, Role.NET_QUANTITY,
)  # fmt: skip
MOMENTS: Final = (Role.MOMENT, Role.REFUND_MOMENT)

Where = tuple[int, Role]
"""A column: the number of its part, and its role."""


@dataclass(frozen=True, slots=True)
class Read:
    """A part that DuckDB can read, and the column of each role in it.

    `spelled` are the roles whose values were made into text on the way.
    """

    part: Part
    columns: dict[Role, str]
    relation: str
    spelled: frozenset[Role] = frozenset()

    def field(self, role: Role) -> Field:
        """Give the column of a role."""
        found = next(one for one in self.part.fields if one.name == self.columns[role])
        return replace(found, stored="text") if role in self.spelled else found

    def text(self, role: Role) -> str:
        """Give the SQL of a role's value as text."""
        return casting.as_text(self.field(role), sql.name(role))


Example = tuple[Read, Role, int, str]
"""A value that speaks for its column: where it stands, its row from 0, its text."""


@dataclass(slots=True)
class Formats:
    """What was decided.

    Attributes:
        day_first: Order of day and month; None when every date says it itself.
        decimal: Decimal mark of the numbers in `marked`; None when there are none.
        dates: Columns whose dates do not start with the year.
        marked: Columns whose numbers carry marks or signs.
        long: Columns with more digits than money keeps.
        cut: Columns whose every id ends with `.0`.
        signs: Currency signs seen in numbers.
    """

    day_first: bool | None = None
    decimal: str | None = None
    dates: set[Where] = field(default_factory=set)
    marked: set[Where] = field(default_factory=set)
    long: set[Where] = field(default_factory=set)
    cut: set[Where] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)


def decide(con: duckdb.DuckDBPyConnection, reads: Sequence[Read], mapping: Mapping) -> Formats:
    """Look at every value of the text columns and decide how each column is written.

    Raises:
        ContentError: A column contradicts itself, or nothing in it tells which way it is written.
    """
    formats = Formats()
    for number, read in enumerate(reads):
        _first_look(con, number, read, formats)
    _whole_sources_only(reads, formats)
    if mapping.decimal == "," or mapping.thousands in (".", " ", "'"):
        formats.marked |= {
            (number, role)
            for number, read in enumerate(reads)
            for role in NUMBERS
            if role in read.columns and read.field(role).stored == "text"
        }
    if formats.marked:
        formats.decimal = _decimal(con, reads, formats, mapping)
    if formats.dates:
        formats.day_first = _day_first(con, reads, formats, mapping)
    return formats


def _ask(con: duckdb.DuckDBPyConnection, relation: str, asked: dict[Any, str]) -> dict[Any, Any]:
    if not asked:
        return {}
    answer = sql.only_row(con, f"SELECT {', '.join(asked.values())} FROM {relation}")  # noqa: S608 - built by casting
    return dict(zip(asked, answer, strict=True))


def _first_look(con: duckdb.DuckDBPyConnection, number: int, read: Read, formats: Formats) -> None:
    """Find in one pass the columns that need more than DuckDB's own casts."""
    asked = {
        (what, role): f"{'bool_and' if what == 'cut' else 'bool_or'}({test}) FILTER ({filled})"
        for what, role, filled, test in _looked_for(read)
    }
    for (what, role), yes in _ask(con, read.relation, asked).items():
        if yes:
            getattr(formats, what).add((number, role))


def _looked_for(read: Read) -> Iterator[tuple[str, Role, str, str]]:
    """Give what is looked for in each column, where, and the test of one value."""
    for role in read.columns:
        stored, text = read.field(role).stored, read.text(role)
        filled = f"NOT {casting.is_blank(text)}"
        if role in IDS and stored == "text":
            yield "cut", role, filled, f"suffix({text}, '.0')"
        elif role in MOMENTS and stored not in ("moment", "instant"):
            yield "dates", role, filled, casting.is_other_moment(text)
        elif role in NUMBERS and stored == "text":
            yield "marked", role, filled, f"{casting.plain_number(text)} IS NULL"
            yield "long", role, filled, casting.is_long(text)
        elif role in NUMBERS and stored == "decimal":
            name = sql.name(role)
            yield "long", role, filled, f"{casting.plain_number(name)} <> {name}"


def needs_a_look(read: Read) -> str:
    """Give the test of a row whose values may be read and may yet mean something else.

    All columns are text. What cannot be read at all is told by `lines.typed`, and a blank is no
    id that pandas cut, no date and no number.
    """
    tests = []
    for role in read.columns:
        text = read.text(role)
        if role in IDS:
            tests.append(f"suffix({text}, '.0')")
        elif role in MOMENTS:
            tests.append(f"NOT {casting.is_usual_moment(text)}")
        elif role in NUMBERS:
            tests.append(casting.is_long(text))
    return " OR ".join(tests)


def _whole_sources_only(reads: Sequence[Read], formats: Formats) -> None:
    """Keep the cut only where every part of the file asks for it."""
    for number, role in sorted(formats.cut):
        source = reads[number].part.source
        siblings = {
            (at, role)
            for at, read in enumerate(reads)
            if read.part.source == source and role in read.columns
        }
        if not siblings <= formats.cut:
            formats.cut.discard((number, role))


def _only(decimal: str, group: str) -> str:
    """Match numbers that make sense with one decimal mark only: 1,234.5 .25 1.5 1,234,567."""
    return (
        rf"[-+]?(\d{{1,3}}([{group}]\d{{3}})+[{decimal}]\d*|(0|\d{{4,}})?[{decimal}]\d+"
        rf"|\d*[{decimal}](\d{{1,2}}|\d{{4,}})|\d{{1,3}}([{group}]\d{{3}}){{2,}})"
    )


_UNCLEAR: Final = r"^[-+]?[1-9]\d{0,2}[.,]\d{3}$"


def _decimal(
    con: duckdb.DuckDBPyConnection, reads: Sequence[Read], formats: Formats, mapping: Mapping
) -> str:
    """Decide the decimal mark from the numbers that leave no doubt."""
    found: dict[str, Example] = {}
    for number, read in enumerate(reads):
        for what, example in _marks(con, number, read, formats, mapping):
            found.setdefault(what, example)
    if mapping.decimal is not None:
        return mapping.decimal
    if mapping.thousands in (".", ","):
        return "," if mapping.thousands == "." else "."
    if "comma" in found and "dot" in found:
        raise ContentError("decimal_mixed", **facts_of(found["comma"]),
                           **facts_of(found["dot"], "other_"))  # fmt: skip
    if "unclear" in found and not found.keys() & {"comma", "dot"}:
        raise ContentError("decimal_unknown", **facts_of(found["unclear"]))
    return "," if "comma" in found else "."


def _marks(
    con: duckdb.DuckDBPyConnection, number: int, read: Read, formats: Formats, mapping: Mapping
) -> Iterator[tuple[str, Example]]:
    """Look for numbers that show their marks; collect the currency signs on the way."""
    asked = {}
    # Of these only the share that one is of the other counts, whatever both are paid in.
    shares = {Role.ORDER_TOTAL} & read.columns.keys()
    if shares and "refund" not in mapping.per_line:
        shares.add(Role.REFUND)
    for role in NUMBERS:
        if role in read.columns and read.field(role).stored == "text":
            text, bare = read.text(role), casting.stripped(read.text(role))
            asked["comma", role] = _first(text, f"regexp_full_match({bare}, '{_only(',', '.')}')")
            if not read.part.cells:  # a number in a cell has a dot, whatever people write
                asked["dot", role] = _first(text, f"regexp_full_match({bare}, '{_only('.', ',')}')")
                if role not in PIECES:  # 1,234 pieces are a thousand
                    asked["unclear", role] = _first(text, f"regexp_matches({bare}, '{_UNCLEAR}')")
            if (number, role) in formats.marked and role not in shares:
                sign = f"regexp_extract({text}, {sql.value(SIGN)})"
                asked["signs", role] = f"list(DISTINCT {sign})"
    for (what, role), seen in _ask(con, read.relation, asked).items():
        if what == "signs":
            formats.signs |= {sign for sign in seen or () if sign}
        elif seen is not None:
            yield what, (read, role, seen["row"], seen["text"])


def _first(text: str, test: str) -> str:
    """Give the first row for which a test holds, and its text; null when none."""
    pair = f"{{'row': _row, 'text': {text}}}"
    return f"arg_min({pair}, _row) FILTER ({test})"


def facts_of(example: Example, prefix: str = "") -> dict[str, object]:
    """Say where an example stands, as messages want it."""
    read, role, row, text = example
    return {
        f"{prefix}file": read.part.file,
        f"{prefix}row": read.part.first_row + row,
        f"{prefix}column": read.columns[role],
        f"{prefix}value": text,
    }


def _day_first(
    con: duckdb.DuckDBPyConnection, reads: Sequence[Read], formats: Formats, mapping: Mapping
) -> bool | None:
    """Decide the order of day and month from the dates that leave no doubt."""
    found: dict[str, Example] = {}
    for number, role in sorted(formats.dates):
        read = reads[number]
        text = read.text(role)
        first, second = (
            rf"TRY_CAST(regexp_extract({text}, '^{casting.YEAR_LAST}$', {at}) AS INTEGER)"
            for at in (1, 2)
        )
        answers = _ask(con, read.relation, {
            "day": _first(text, f"{first} BETWEEN 13 AND 31 AND {second} <= 12"),
            "month": _first(text, f"{second} BETWEEN 13 AND 31 AND {first} <= 12"),
            "either": _first(text, f"{first} <= 12 AND {second} <= 12"),
        })  # fmt: skip
        for what, seen in answers.items():
            if seen is not None:
                found.setdefault(what, (read, role, seen["row"], seen["text"]))
    if mapping.day_first is not None:
        return mapping.day_first
    if "day" in found and "month" in found:
        raise ContentError(
            "dates_mixed", **facts_of(found["day"]), **facts_of(found["month"], "other_")
        )
    if "day" in found or "month" in found:
        return "day" in found
    if "either" in found:
        raise ContentError("dates_unknown", **facts_of(found["either"]))
    return None
