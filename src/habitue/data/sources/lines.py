"""Typed lines: the SELECT that turns a part's columns into the table of `docs/tables.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.data.currencies import SIGN
from habitue.data.sources import casting, sql
from habitue.data.sources.formats import IDS, MOMENTS, NUMBERS, OF_ORDERS, PIECES, Formats, Read
from habitue.schema import SHIPPING_CODE, Reason, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from collections.abc import Mapping as AnyMapping

    import duckdb

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
AS_READ: Final = "lines_as_read"
"""The table that a plain text goes into; `typed_lines` is then a look at it."""
BROKEN_ROW: Final = "line"
"""What `unreadable` says of a row whose columns could not be told apart."""
_WORDS: Final = (
    Role.DESCRIPTION, Role.COUNTRY, Role.CHANNEL, Role.CURRENCY, Role.CATEGORY, Role.STATUS,
)  # fmt: skip
_MARKS: Final = (Role.TYPE, Role.CANCELLED, Role.TEST)
_CHECKED: Final = (Role.ORDER, *MOMENTS, *NUMBERS)
_JOINED: Final = (Role.TIME, Role.CUSTOMER_ELSE, Role.PRODUCT_ELSE)
"""Roles that other columns took in before values were read."""
APART: Final = {
    role: "TIMESTAMP" if role in MOMENTS else casting.MONEY
    for role in (*OF_ORDERS, Role.REFUNDED_QUANTITY, Role.NET_QUANTITY, Role.REFUND_MOMENT)
}
"""Roles that are no column of the lines, and what their values are."""
_NOT_CANCELLED: Final = ("0", "false", "no", "non", "faux", "n")
_NAMES: Final = {Role.ORDER: "order_id", Role.CUSTOMER: "customer_id"}


def columns_of(mapping: Mapping) -> dict[str, str]:
    """Give the columns of the table and their types; marks only where reading may set them.

    `made` says for what a line was made that no row of the source stands for: `shipping`, `fee`
    or `refund`.
    """
    return COLUMNS | {"mark": "VARCHAR", "made": "VARCHAR"} if mapping.shaping else COLUMNS


def same_in_all(read: Read, mapping: Mapping) -> dict[str, str]:
    """Give the columns that have one value in all lines of a part, and its SQL."""
    same = {
        name: f"CAST(NULL AS {COLUMNS[name]})"
        for name, role in _ROLES.items()
        if name in COLUMNS and role not in {*read.columns, Role.ORDER, Role.AMOUNT}
    }
    if mapping.currency is not None:
        same["currency"] = sql.value(mapping.currency)
    return same | {"part": sql.value(read.part.label)}


def created(mapping: Mapping) -> str:
    """Give the statement that makes the empty `typed_lines`."""
    columns = ", ".join(f"{sql.name(name)} {kind}" for name, kind in columns_of(mapping).items())
    return f"CREATE OR REPLACE TABLE typed_lines ({columns})"


def let_go(con: duckdb.DuckDBPyConnection) -> None:
    """Drop `typed_lines`, whether it is a table or a look at the one it was read into."""
    views = con.execute("SELECT 1 FROM duckdb_views() WHERE view_name = 'typed_lines'").fetchall()
    con.execute("DROP VIEW typed_lines" if views else "DROP TABLE IF EXISTS typed_lines")
    con.execute(f"DROP TABLE IF EXISTS {AS_READ}")


def typed(
    number: int,
    read: Read,
    formats: Formats,
    mapping: Mapping,
    offset: int,
    *,
    blank_too: bool = False,
) -> str:
    """Give the SELECT of a part's typed lines, in the order of `COLUMNS`.

    Where the mapping shapes lines, `mark`, `_row`, `gives` and the columns of `APART` follow, and
    `mark_of_order` where some rows only speak of their order.

    Args:
        number: Number of the part, as `formats` counts.
        read: The part.
        formats: How its columns are written.
        mapping: Gives the literal currency, and says what rows record.
        offset: Lines before this part.
        blank_too: Whether rows without a value are lines too.
    """
    raws = {role: read.text(role) for role in Role if role in read.columns}
    values: dict[Role, str] = {
        role: _scaled(role, _value(number, read, formats, role), mapping)
        for role in raws
        if role not in _JOINED
    }
    signs = {}
    if mapping.rates and Role.CURRENCY not in values:
        # Nothing but the sign beside an amount says what it is in.
        amount = raws.get(Role.AMOUNT, raws.get(Role.PRICE))
        signs[Role.CURRENCY] = f"nullif(regexp_extract({amount}, {sql.value(SIGN)}), '')"
    inner = ", ".join(
        [f"{value} AS {_alias(role)}" for role, value in (values | signs).items()]
        + [f"{_bad(role, raws[role], values)} AS bad_{role}"
           for role in _CHECKED if role in values]
    )  # fmt: skip
    filled = ", ".join(f"nullif({raw}, '')" for raw in raws.values())
    where = "true" if blank_too else f"coalesce({filled}) IS NOT NULL"
    inside = f"SELECT _row, {inner} FROM {read.relation} WHERE {where}"  # noqa: S608 - quoted by sql
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
    if mapping.currency is not None and not mapping.rates:
        picked[Role.CURRENCY] = sql.value(mapping.currency)
    if mapping.rates and Role.CURRENCY not in given:
        picked[Role.CURRENCY] = _alias(Role.CURRENCY)
    unreadable = f"CASE {cases} END"
    if mapping.shaping:
        raw = dict(picked)
        picked |= _recorded(raw, mapping)
        unreadable = f"CASE WHEN {_left_out(raw, mapping)} THEN NULL ELSE {unreadable} END"
    outer = [f"{sql.value(read.part.label)}", f"_row + {offset + 1}"]
    outer += [
        f"CAST({picked.get(role, 'NULL')} AS {COLUMNS[name]})"
        for name, role in ((name, _ROLES[name]) for name in COLUMNS if name in _ROLES)
    ]
    outer.append(unreadable)
    outer = [f"{one} AS {sql.name(name)}" for one, name in zip(outer, COLUMNS, strict=True)]
    if mapping.shaping:
        outer += [f"{_mark(raw, mapping)} AS mark", "_row", f"{_gives(given, mapping)} AS gives"]
        if mapping.order_rows:
            outer.append(f"{_mark_of_order(raw, mapping)} AS mark_of_order")
        outer += [f"CAST({picked.get(role, 'NULL')} AS {kind}) AS {sql.name(f'{role}_apart')}"
                  for role, kind in APART.items()]  # fmt: skip
    return f"SELECT {', '.join(outer)} FROM ({inside})"  # noqa: S608 - quoted by sql


def _scaled(role: Role, value: str, mapping: Mapping) -> str:
    """Turn cents into units."""
    if mapping.minor_units and role in NUMBERS and role not in PIECES:
        return f"CAST(({value}) * 0.01 AS {casting.MONEY})"
    return value


def _is_type(types: Iterable[str], given: Collection[Role]) -> str:
    listed = sql.values(one.lower() for one in types)
    if not listed or Role.TYPE not in given:
        return "false"
    return f"coalesce(lower(trim({_alias(Role.TYPE)})) IN ({listed}), false)"


def _gives(given: Collection[Role], mapping: Mapping) -> str:
    """Tell the rows that give money back."""
    return _is_type(mapping.return_types, given)


def _other_type(given: Collection[Role], mapping: Mapping) -> str:
    """Tell the rows that record something else than a sale or its return."""
    other = _is_type(mapping.drop_types, given)
    if mapping.keep_types:
        wanted = (*mapping.keep_types, *mapping.return_types, *mapping.shipping_types)
        other = f"({other} OR NOT {_is_type(wanted, given)})"
    return other


def _speaks_of_order(given: Collection[Role], mapping: Mapping) -> str:
    """Tell the rows that sum up their order and are no line of it."""
    known = mapping.order_rows and Role.PRODUCT in given
    return f"({_alias(Role.PRODUCT)} IS NULL)" if known else "false"


def _left_out(picked: AnyMapping[Role, str], mapping: Mapping) -> str:
    """Tell the rows that the source itself says are no sales: nothing need be readable in them."""
    tests = [_other_type(picked, mapping), _speaks_of_order(picked, mapping)]
    if Role.TEST in picked:
        tests.append(_is_test(picked, mapping))
    if Role.CANCELLED in picked:
        tests.append(_is_cancelled(picked))
    if Role.STATUS in picked:
        status = f"lower({picked[Role.STATUS]})"
        gone = sql.values(
            one.lower() for one in (*mapping.drop_statuses, *mapping.cancelled_statuses)
        )
        kept = sql.values(one.lower() for one in mapping.keep_statuses)
        tests += [f"{status} IN ({gone})"] if gone else []
        tests += [f"{status} NOT IN ({kept})"] if kept else []
    return f"coalesce({' OR '.join(tests)}, false)"


def _is_test(picked: AnyMapping[Role, str], mapping: Mapping) -> str:
    values = sql.values(one.lower() for one in mapping.test_values)
    return f"coalesce(lower(trim({picked[Role.TEST]})) IN ({values}), false)"


def _is_cancelled(picked: AnyMapping[Role, str]) -> str:
    said, no = picked[Role.CANCELLED], sql.values(_NOT_CANCELLED)
    return f"coalesce(lower(trim({said})) NOT IN ({no}), false)"


def _recorded(picked: dict[Role, str], mapping: Mapping) -> dict[Role, str]:
    """Give the values that depend on what the row records: money given back is below zero."""
    gives, left = _gives(picked, mapping), _left_out(picked, mapping)
    amount = picked[Role.AMOUNT]
    signed = f"CASE WHEN {gives} THEN -abs({amount}) ELSE {amount} END"
    changed = {Role.AMOUNT: f"CASE WHEN {left} THEN coalesce({signed}, 0) ELSE {signed} END"}
    if Role.REFUND_MOMENT in picked:
        when = (picked[Role.REFUND_MOMENT], picked[Role.MOMENT])
        changed[Role.MOMENT] = (
            f"CASE WHEN {gives} THEN coalesce({when[0]}, {when[1]}) ELSE {when[1]} END"
        )
    if Role.QUANTITY in picked:
        pieces = picked[Role.QUANTITY]
        changed[Role.QUANTITY] = f"CASE WHEN {gives} THEN -abs({pieces}) ELSE {pieces} END"
    if Role.RETURN_CUSTOMER in picked:
        whose = (picked[Role.RETURN_CUSTOMER], picked[Role.CUSTOMER])
        changed[Role.CUSTOMER] = f"CASE WHEN {gives} THEN {whose[0]} ELSE {whose[1]} END"
    if mapping.shipping_types:
        ships, code = _is_type(mapping.shipping_types, picked), sql.value(SHIPPING_CODE)
        product = picked.get(Role.PRODUCT, "NULL")
        changed[Role.PRODUCT] = f"CASE WHEN {ships} THEN {code} ELSE {product} END"
    return changed


def _mark(picked: dict[Role, str], mapping: Mapping) -> str:
    """Give the reason that the source itself has for leaving the line out."""
    of_order = _mark_of_order(picked, mapping)
    if not mapping.order_rows:
        return of_order
    own = sql.value(Reason.NOT_A_SALE)
    return f"coalesce({of_order}, CASE WHEN {_speaks_of_order(picked, mapping)} THEN {own} END)"


def _mark_of_order(picked: dict[Role, str], mapping: Mapping) -> str:
    """Give the reason to leave out the row and what it says of its order."""
    cases = [(_other_type(picked, mapping), Reason.NOT_A_SALE)]
    if Role.TEST in picked:
        cases.append((_is_test(picked, mapping), Reason.TEST))
    if mapping.return_types:
        # Money that left for another purpose: a purchase of the shop's own, a withdrawal.
        left = f"{picked[Role.AMOUNT]} < 0 AND NOT {_gives(picked, mapping)}"
        cases.append((left, Reason.NOT_A_SALE))
    if Role.CANCELLED in picked:
        cases.append((_is_cancelled(picked), Reason.CANCELLED))
    tests = " ".join(f"WHEN {test} THEN {sql.value(reason)}" for test, reason in cases)
    return f"CASE {tests} END"


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


def broken(read: Read, offset: int, mapping: Mapping) -> str:
    """Give the SELECT of the rows whose columns could not be told apart: a mark and no value."""
    known = {"part": sql.value(read.part.label), "unreadable": sql.value(BROKEN_ROW),
             "position": f"row_number() OVER (ORDER BY row) + {offset}"}  # fmt: skip
    picked = [known.get(name, "NULL") for name in columns_of(mapping)]
    return f"SELECT {', '.join(picked)} FROM {read.part.broken}"  # noqa: S608 - quoted by sql


_ROLES: Final = {_NAMES.get(role, role.value): role for role in Role}


def _alias(role: Role) -> str:
    return f"typed_{role}"


def _value(number: int, read: Read, formats: Formats, role: Role) -> str:
    """Give the SQL of a role's typed value."""
    field, column, text, where = read.field(role), sql.name(role), read.text(role), (number, role)
    if role in IDS or role is Role.RETURN_CUSTOMER:
        return casting.identity(text, cut=where in formats.cut)
    if role in _WORDS or role in _MARKS:
        return casting.words(text)
    if role in MOMENTS:
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


def _bad(role: Role, raw: str, values: AnyMapping[Role, str]) -> str:
    """Tell that a value was needed or written, and could not be read."""
    optional = (
        role in APART
        or role in (Role.COST, Role.DISCOUNT)
        or (role in (Role.QUANTITY, Role.PRICE) and Role.AMOUNT in values)
    )
    missing = f"({values[role]}) IS NULL"
    return f"({missing} AND NOT {casting.is_blank(raw)})" if optional else missing
