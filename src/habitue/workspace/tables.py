"""The tables of a snapshot: the SQL that makes each, and their writing as Parquet."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.sql.datatypes import DuckDBType

from habitue.core import matching
from habitue.core import orders as gathering
from habitue.data.cleaning import CODED, PRESETS, Rules, classify
from habitue.data.sources.lines import COLUMNS, columns_of, let_go
from habitue.data.store import TABLES
from habitue.data.waterfall import exclusions, makings, tallies, waterfall
from habitue.schema import FEE_CODE, SHIPPING_CODE, Preset

if TYPE_CHECKING:
    from collections.abc import Mapping as AnyMapping
    from pathlib import Path

    import duckdb

    from habitue.data.manifest import Waterfall
    from habitue.data.mapping import Mapping

_COMPILING: Final = Lock()
_JUDGING: Final = Lock()
"""Its own, so that lines can be judged while what is made of them is still being compiled."""
COPY: Final = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2)"
"""The quickest level is a fifth less work than the usual one, for files larger by a twentieth; the
encodings of the second version take that twentieth back, and an eighth of the work."""
_ORDER: Final = {
    "lines": "",
    "orders": "ordered_at, order_id",
    "returns": "returned_at, order_id",
    "matches": "returned_on, order_id, kind, quantity, amount",
    "customers": "customer_id",
    "activity": "customer_id, month",
}
"""What the rows of each table are sorted by; lines keep the order they were read in."""


class _Made(NamedTuple):
    """A table in words of SQL.

    Attributes:
        query: What makes it.
        columns: Its columns, each cast to the type the expression promises: ibis drops casts
            that its own idea of a type makes idle, and DuckDB then writes a month as a moment
            and a sum of counts as a float.
        schema: Their names and types.
    """

    query: str
    columns: str
    schema: ibis.Schema

    @classmethod
    def of(cls, expression: ir.Table) -> _Made:
        schema = expression.schema()
        columns = ", ".join(
            f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"'
            for name, kind in schema.items()
        )
        return cls(_sql(expression), columns, schema)


class _Compiled(NamedTuple):
    gathered: dict[str, _Made]
    tallies: str
    exclusions: str
    makings: str


def compiled() -> _Compiled:
    """Compile what is made of the classified lines, which have the same columns everywhere.

    Who asks while another thread compiles waits, and does not compile it once more.
    """
    with _COMPILING:
        return _compiled()


@cache
def _compiled() -> _Compiled:
    lines = ibis.table(_judged(Rules(), COLUMNS).schema(), name="lines")

    def named(name: str, expression: ir.Table) -> ir.Table:
        gathered[name] = _Made.of(expression)
        return ibis.table(gathered[name].schema, name=name)

    gathered: dict[str, _Made] = {}
    orders = named("orders", gathering.orders(lines))
    returns = named("returns", gathering.returns(lines))
    named("matches", matching.matches(lines))
    named("customers", gathering.customers(orders, lines))
    named("activity", gathering.activity(orders, returns))
    return _Compiled(gathered, _sql(tallies(lines)), _sql(exclusions(lines)), _sql(makings(lines)))


def prepare(mapping: Mapping, preset: Preset) -> None:
    """Compile all that lines read with this mapping will need.

    With the import of ibis it is a second of Python and needs no connection: to be spent while
    DuckDB reads.
    """
    _judged_of(mapping, preset)
    compiled()


def rules_of(mapping: Mapping, preset: Preset) -> Rules:
    """Take the code lists from the mapping and the order of the rules from the preset."""
    shaped = bool(mapping.shaping)
    return Rules(
        reasons=PRESETS[preset],
        cancellation_prefix=mapping.cancellation_prefix,
        by_codes=CODED[preset],
        test_prefixes=mapping.test_prefixes,
        not_a_sale=mapping.not_a_sale,
        drop_statuses=mapping.drop_statuses,
        keep_statuses=mapping.keep_statuses,
        cancelled_statuses=mapping.cancelled_statuses,
        shipping=(*mapping.shipping_codes, SHIPPING_CODE) if shaped else mapping.shipping_codes,
        discount=mapping.discount_codes,
        manual=(*mapping.manual_codes, FEE_CODE) if shaped else mapping.manual_codes,
        voucher_prefixes=mapping.voucher_prefixes,
    )


def write_lines(
    connection: duckdb.DuckDBPyConnection, folder: Path, mapping: Mapping, preset: Preset
) -> None:
    """Classify `typed_lines` into the snapshot's lines, and let go of it.

    Args:
        connection: Holds `typed_lines`; `lines` is a view in it afterwards.
        folder: Where `lines.parquet` goes.
        mapping: With which the lines were read.
        preset: Rules of cleaning.
    """
    _write(connection, folder, "lines", _judged_of(mapping, preset))
    let_go(connection)


def write_gathered(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write the tables that are made of the lines.

    Args:
        connection: Holds `lines`; each table is a view in it afterwards.
        folder: Where the Parquet files go.

    Returns:
        How many rows each table of the snapshot has.
    """
    for name, made in compiled().gathered.items():
        _write(connection, folder, name, made)
    return {one: connection.table(one).count("*").fetchall()[0][0] for one in TABLES}


def counted_in(connection: duckdb.DuckDBPyConnection) -> Waterfall:
    """Count the classified lines of a connection, its table or view `lines`."""

    def rows(query: str) -> list[dict[str, Any]]:
        found = connection.execute(query)
        names = [name for name, *_ in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    made = compiled()
    return waterfall(rows(made.tallies)[0], rows(made.exclusions), rows(made.makings))


def facts_in(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What a snapshot says of itself without being asked, from its `lines` and `orders`."""
    first, last, has_cost = connection.execute(
        "SELECT min(moment)::DATE, max(moment)::DATE, count(cost) > 0 FROM lines "
        "WHERE reason IS NULL"
    ).fetchall()[0]
    countries = connection.execute(
        "SELECT country, count(*) AS n FROM orders WHERE country IS NOT NULL "
        "GROUP BY country ORDER BY n DESC, country"
    ).fetchall()
    kinds = connection.execute(
        "SELECT DISTINCT kind FROM lines WHERE reason IS NULL ORDER BY kind"
    ).fetchall()
    return {
        "first_day": first,
        "last_day": last,
        "has_cost": has_cost,
        "countries": tuple((str(country), int(n)) for country, n in countries),
        "kinds": tuple(kind for (kind,) in kinds),
    }


def _judged_of(mapping: Mapping, preset: Preset) -> _Made:
    with _JUDGING:
        return _classified(rules_of(mapping, preset), _hashable(columns_of(mapping)))


def _hashable(columns: AnyMapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(columns.items())


@lru_cache(maxsize=64)
def _classified(rules: Rules, columns: tuple[tuple[str, str], ...]) -> _Made:
    return _Made.of(_judged(rules, dict(columns)))


def _judged(rules: Rules, columns: AnyMapping[str, str]) -> ir.Table:
    kinds = {name: DuckDBType.from_string(kind) for name, kind in columns.items()}
    return classify(ibis.table(kinds, name="typed_lines"), rules)


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, made: _Made) -> None:
    path = str(folder / f"{name}.parquet").replace("'", "''")
    sorting = f" ORDER BY {_ORDER[name]}" if _ORDER[name] else ""
    connection.execute(
        f"COPY (FROM ({made.query}) SELECT {made.columns}{sorting}) TO '{path}' {COPY}"
    )
    connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{path}')")


def _sql(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))
