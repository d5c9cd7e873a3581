"""Typed lines: the SELECT that turns a part's columns into the table of `docs/tables.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.data.sources import casting, sql
from habitue.data.sources.formats import IDS, NUMBERS, Formats, Read
from habitue.schema import Role

if TYPE_CHECKING:
    from habitue.data.mapping import Mapping

COLUMNS: Final = {
    "part": "VARCHAR",
    "position": "BIGINT",
    "order_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "moment": "TIMESTAMP",
    "product": "VARCHAR",
    "description": "VARCHAR",
    "quantity": casting.MONEY,
    "price": casting.MONEY,
    "amount": casting.MONEY,
    "country": "VARCHAR",
    "cost": casting.MONEY,
    "discount": casting.MONEY,
    "channel": "VARCHAR",
    "currency": "VARCHAR",
    "category": "VARCHAR",
    "status": "VARCHAR",
    "unreadable": "VARCHAR",
}
BROKEN_ROW: Final = "line"
"""What `unreadable` says of a row whose columns could not be told apart."""
_WORDS: Final = (
    Role.DESCRIPTION, Role.COUNTRY, Role.CHANNEL, Role.CURRENCY, Role.CATEGORY, Role.STATUS,
)  # fmt: skip
_CHECKED: Final = (Role.ORDER, Role.MOMENT, *NUMBERS)
_NAMES: Final = {Role.ORDER: "order_id", Role.CUSTOMER: "customer_id"}


def created() -> str:
    """Give the statement that makes the empty table."""
    columns = ", ".join(f"{sql.name(name)} {type_}" for name, type_ in COLUMNS.items())
    return f"CREATE OR REPLACE TABLE typed_lines ({columns})"


def typed(number: int, read: Read, formats: Formats, mapping: Mapping, offset: int) -> str:
    """Give the SELECT of a part's typed lines, in the order of `COLUMNS`.

    Args:
        number: Number of the part, as `formats` counts.
        read: The part.
        formats: How its columns are written.
        mapping: Gives the literal currency.
        offset: Lines before this part.
    """
    values = {role: _value(number, read, formats, role) for role in Role if role in read.columns}
    raws = {role: read.text(role) for role in read.columns}
    inner = ", ".join(
        [f"{value} AS {_alias(role)}" for role, value in values.items()]
        + [f"{_bad(role, raws[role], values)} AS bad_{role}"
           for role in _CHECKED if role in values]
    )  # fmt: skip
    filled = ", ".join(f"nullif({raw}, '')" for raw in raws.values())
    inside = f"SELECT _row, {inner} FROM {read.relation} WHERE coalesce({filled}) IS NOT NULL"  # noqa: S608 - quoted by sql
    given = set(values)
    if Role.AMOUNT not in given:
        product = casting.product(_alias(Role.QUANTITY), _alias(Role.PRICE))
        bad = f"{product} IS NULL AS bad_amount"
        inside = f"SELECT *, {product} AS {_alias(Role.AMOUNT)}, {bad} FROM ({inside})"  # noqa: S608 - our own names
    checked = [role for role in _CHECKED if role in given or role is Role.AMOUNT]
    cases = " ".join(f"WHEN bad_{role} THEN {sql.value(role)}" for role in checked)
    picked = {role: _alias(role) for role in given | {Role.AMOUNT}}
    if Role.ORDER not in given:
        day = f"strftime({_alias(Role.MOMENT)}, '%Y-%m-%d')"
        picked[Role.ORDER] = f"{_alias(Role.CUSTOMER)} || '/' || {day}"
    if mapping.currency is not None:
        picked[Role.CURRENCY] = sql.value(mapping.currency)
    outer = [f"{sql.value(read.part.label)}", f"_row + {offset + 1}"]
    outer += [
        f"CAST({picked.get(role, 'NULL')} AS {COLUMNS[name]})"
        for name, role in ((name, _ROLES[name]) for name in COLUMNS if name in _ROLES)
    ]
    outer.append(f"CASE {cases} END")
    return f"SELECT {', '.join(outer)} FROM ({inside})"  # noqa: S608 - quoted by sql


def is_rounded(number: int, read: Read, formats: Formats, role: Role) -> str | None:
    """Give the test for a value that lost digits; None where none can have."""
    field, column, text = read.field(role), sql.name(role), read.text(role)
    value = _value(number, read, formats, role)
    if field.stored == "float":
        return f"{casting.long(f'CAST({column} AS VARCHAR)')} <> {value}"
    if (number, role) not in formats.long:
        return None
    if field.stored == "decimal":
        return f"{column} <> {value}"
    if (number, role) in formats.marked and formats.decimal is not None:
        text = casting.written_number(text, formats.decimal)
    return f"{casting.long(text)} <> {value}"


def broken(read: Read, offset: int) -> str:
    """Give the SELECT of the rows whose columns could not be told apart: a mark and no value."""
    nulls = ["NULL"] * (len(COLUMNS) - 3)
    row = "row_number() OVER (ORDER BY row)"
    picked = [sql.value(read.part.label), f"{row} + {offset}", *nulls, sql.value(BROKEN_ROW)]
    return f"SELECT {', '.join(picked)} FROM {read.part.broken}"  # noqa: S608 - quoted by sql


_ROLES: Final = {_NAMES.get(role, role.value): role for role in Role}


def _alias(role: Role) -> str:
    return f"typed_{role}"


def _value(number: int, read: Read, formats: Formats, role: Role) -> str:
    """Give the SQL of a role's typed value."""
    field, column, text, where = read.field(role), sql.name(role), read.text(role), (number, role)
    if role in IDS:
        return casting.identity(text, cut=where in formats.cut)
    if role in _WORDS:
        return casting.words(text)
    if role is Role.MOMENT:
        if field.stored in ("moment", "instant"):
            return casting.dated(casting.stored_moment(field, column))
        if where in formats.dates:
            day_first = formats.day_first is not False
            return casting.dated(casting.any_moment(text, day_first=day_first))
        return casting.dated(casting.year_first(text))
    return casting.bounded(_number(read, formats, where))


def _number(read: Read, formats: Formats, where: tuple[int, Role]) -> str:
    role = where[1]
    field, column, text = read.field(role), sql.name(role), read.text(role)
    if field.stored == "float":
        return casting.floating_number(column)
    convert = casting.rounded if where in formats.long else casting.plain_number
    if where in formats.marked:
        assert formats.decimal is not None
        written = convert(casting.written_number(text, formats.decimal))
        return f"coalesce({convert(text)}, {written})" if read.part.cells else written
    return convert(text)


def _bad(role: Role, raw: str, values: dict[Role, str]) -> str:
    """Tell that a value was needed or written, and could not be read."""
    optional = role in (Role.COST, Role.DISCOUNT) or (
        role in (Role.QUANTITY, Role.PRICE) and Role.AMOUNT in values
    )
    missing = f"({values[role]}) IS NULL"
    return f"({missing} AND NOT {casting.is_blank(raw)})" if optional else missing
