"""What a row leaves to others, put into it before its values are read, still as text.

An order's date, customer or status on its first row only; a customer known by a second column; a
time of day apart from its date; apostrophes by which spreadsheets mark text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from habitue.data.sources import casting, sql
from habitue.schema import Role

if TYPE_CHECKING:
    import duckdb

    from habitue.data.mapping import Mapping
    from habitue.data.sources.formats import Read

OF_THE_ORDER: Final = (
    Role.CUSTOMER, Role.CUSTOMER_ELSE, Role.RETURN_CUSTOMER, Role.MOMENT, Role.TIME, Role.COUNTRY,
    Role.CHANNEL, Role.CURRENCY, Role.STATUS, Role.CANCELLED, Role.TEST,
)  # fmt: skip
"""What concerns the whole order; amounts are not filled, lest they be counted twice."""
_IDS: Final = (
    Role.ORDER, Role.CUSTOMER, Role.CUSTOMER_ELSE, Role.RETURN_CUSTOMER, Role.PRODUCT,
    Role.PRODUCT_ELSE,
)  # fmt: skip
_SECOND: Final = {Role.CUSTOMER: Role.CUSTOMER_ELSE, Role.PRODUCT: Role.PRODUCT_ELSE}
_PEOPLE: Final = (Role.CUSTOMER, Role.CUSTOMER_ELSE, Role.RETURN_CUSTOMER)
_CLOCK: Final = r"\d{1,2}[:h]\d{2}.*$"
_MIDNIGHT: Final = r"[ T]00:00(:00(\.0+)?)?$"


def filled(con: duckdb.DuckDBPyConnection, read: Read, mapping: Mapping) -> Read:
    """Give the part with every row whole; the same part where the mapping asks for nothing.

    Args:
        con: Holds the part's lines; a table is added, and dropped when the part is closed.
        read: The part.
        mapping: Says what its rows leave to others.
    """
    changed = leans(read, mapping)
    if not changed:
        return read
    texts = {role: f"CAST({read.text(role)} AS VARCHAR)" for role in read.columns}
    own = {role: _own(role, texts[role], mapping) for role in changed}
    down = {role: _down(role, own, mapping) for role in own}
    joined = _joined(down)
    inner = ", ".join(f"{text} AS {sql.name(role)}" for role, text in own.items())
    kept = "".join(f", {sql.name(role)}" for role in read.columns if role not in own)
    outer = ", ".join(f"{text} AS {sql.name(role)}" for role, text in joined.items())
    table = sql.name(f"filled_{uuid4().hex}")
    con.execute(
        f"CREATE TEMP TABLE {table} AS SELECT _row{kept}, {outer} "  # noqa: S608 - quoted by sql
        f"FROM (SELECT _row{kept}, {inner} FROM {read.relation})"
    )
    release = read.part.close

    def close(con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"DROP TABLE IF EXISTS {table}")
        release(con)

    read.part.close = close
    return replace(read, relation=table, spelled=frozenset(changed))


def leans(read: Read, mapping: Mapping) -> list[Role]:
    """List the roles whose text is changed or leaned on."""
    asked: set[Role] = set()
    if mapping.fill_down:
        asked |= {Role.ORDER, *OF_THE_ORDER}
    if mapping.drop_apostrophe:
        asked |= set(_IDS)
    if mapping.no_customer or mapping.identity == "email" or Role.CUSTOMER_ELSE in read.columns:
        asked |= set(_PEOPLE)
    if Role.PRODUCT_ELSE in read.columns:
        asked |= {Role.PRODUCT, Role.PRODUCT_ELSE}
    if Role.TIME in read.columns:
        asked |= {Role.MOMENT, Role.TIME}
    return [role for role in read.columns if role in asked]


def _own(role: Role, text: str, mapping: Mapping) -> str:
    """Give what the row itself says; null where that is nothing."""
    if role in _IDS:
        bare = text
        if mapping.drop_apostrophe:
            # Few ids bear the sign, and looking for it costs a tenth of a regular expression.
            without = rf"regexp_replace({text}, '^\s*''', '')"
            bare = f"CASE WHEN contains({text}, '''') THEN {without} ELSE {text} END"
        value = casting.identity(bare, cut=False)
    else:
        value = casting.words(text)
    if role not in _PEOPLE:
        return value
    if mapping.identity == "email":
        value = f"lower(trim({value}))"
    if mapping.no_customer:
        nobody = sql.values(one.lower() for one in mapping.no_customer)
        value = f"CASE WHEN lower(trim({value})) IN ({nobody}) THEN NULL ELSE {value} END"
    return value


def _down(role: Role, own: dict[Role, str], mapping: Mapping) -> str:
    """Take the nearest value above it in the same order."""
    column = sql.name(role)
    if not mapping.fill_down or role not in OF_THE_ORDER:
        return column
    above = (
        f"last_value({column} IGNORE NULLS) OVER (PARTITION BY {sql.name(Role.ORDER)} "
        "ORDER BY _row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )
    return f"coalesce({column}, {above})" if Role.ORDER in own else column


def _joined(down: dict[Role, str]) -> dict[Role, str]:
    """Put a time after its date, and a second name where the first is blank."""
    joined = dict(down)
    if Role.TIME in down:
        day = f"regexp_replace({down[Role.MOMENT]}, '{_MIDNIGHT}', '')"
        clock = f"regexp_extract({down[Role.TIME]}, '{_CLOCK}')"
        both = f"concat_ws(' ', {day}, nullif({clock}, ''))"
        joined[Role.MOMENT] = f"CASE WHEN {day} IS NULL THEN NULL ELSE {both} END"
    for role, other in _SECOND.items():
        if role in down and other in down:
            joined[role] = f"coalesce({down[role]}, {down[other]})"
    return joined
