"""From files or tables to a snapshot: read, map, clean, gather, keep."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.sql.datatypes import DuckDBType

from habitue.core import matching
from habitue.core import orders as gathering
from habitue.data.cleaning import CODED, PRESETS, Rules, classify
from habitue.data.manifest import FORMAT, Manifest, Origin, Part, ReadAs, Waterfall
from habitue.data.mapping import profiles
from habitue.data.sources import fingerprint, load
from habitue.data.store import TABLES, Store, described
from habitue.data.waterfall import exclusions, tallies, waterfall
from habitue.errors import ContentError, StoreError
from habitue.schema import FEE_CODE, MONEY_DIGITS, MONEY_SCALE, SHIPPING_CODE, Preset, Role, word
from habitue.workspace.engine import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from habitue.data.mapping import Candidate, Mapping, RoleGuess
    from habitue.data.sources import Loaded, Source

_COPY: Final = "(FORMAT parquet, COMPRESSION zstd)"
MEMORY_LIMIT: Final = "6GB"
"""What an ingest may hold in memory; beyond it, DuckDB spills into the staging folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """The snapshot an ingest ended with.

    Attributes:
        manifest: What it holds.
        recognised: Whether the same input had been ingested before, so that nothing was written.
        reasons: Why each role has its column; empty for a mapping that was given, or when the
            input was recognised.
        candidate: The known export it was taken for, and by how many names; likewise.
    """

    manifest: Manifest
    recognised: bool
    reasons: dict[Role, RoleGuess] = field(default_factory=dict)
    candidate: Candidate | None = None


def ingest(
    sources: Sequence[str | Path],
    *,
    store: str | Path,
    mapping: Mapping | None = None,
    preset: str | Preset = Preset.STANDARD,
    table: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Ingested:
    """Read sources into a new snapshot of a store, and make it current.

    Args:
        sources: Files or folders, or one engine URL.
        store: Folder of the store; made when absent.
        mapping: Roles to columns; recognised or guessed when None.
        preset: Name of the cleaning preset.
        table: Table to read when the source is an engine URL.
        progress: Called with (done, total, label) while reading.

    Raises:
        DataError: A source cannot be read, lacks a role, or holds nothing to keep.
        RequestError: No such preset.
        StoreError: The store cannot be written.
    """
    chosen = word("preset", preset, Preset)
    home = Store(store)
    marks = fingerprint(sources, table=table)
    name = _snapshot_id(marks, mapping, chosen)
    if name is not None and home.holds(name):
        return Ingested(manifest=home.point_to(name), recognised=True)
    name = name or hashlib.sha256(dt.datetime.now(dt.UTC).isoformat().encode()).hexdigest()[:12]
    with home.writing(name) as staging:
        manifest, loaded = _build(
            staging, name, sources,
            mapping=mapping, preset=chosen, table=table, progress=progress,
        )  # fmt: skip
        home.keep(staging, manifest)
    return Ingested(
        manifest=manifest, recognised=False, reasons=loaded.reasons, candidate=loaded.candidate
    )


def check(
    sources: Sequence[str | Path],
    *,
    mapping: Mapping | None = None,
    preset: str | Preset = Preset.STANDARD,
    table: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Waterfall, Loaded]:
    """Read and clean sources, and count; nothing is stored.

    Args:
        sources: Files or folders, or one engine URL.
        mapping: Roles to columns; recognised or guessed when None.
        preset: Name of the cleaning preset.
        table: Table to read when the source is an engine URL.
        progress: Called with (done, total, label) while reading.

    Returns:
        The waterfall, and what is known of the sources.

    Raises:
        DataError: A source cannot be read or lacks a role.
        RequestError: No such preset.
    """
    with classified(sources, mapping=mapping, preset=preset, table=table, progress=progress) as (
        connection,
        lines,
        loaded,
    ):
        return counted_in(connection, lines), loaded


@contextmanager
def classified(
    sources: Sequence[str | Path],
    *,
    mapping: Mapping | None,
    preset: str | Preset,
    table: str | None,
    progress: Callable[[int, int, str], None] | None,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, ir.Table, Loaded]]:
    """Read and clean sources into the table `lines` of a connection that lives as long as this.

    Args:
        sources: Files or folders, or one engine URL.
        mapping: Roles to columns; recognised or guessed when None.
        preset: Name of the cleaning preset.
        table: Table to read when the source is an engine URL.
        progress: Called with (done, total, label) while reading.
    """
    chosen = word("preset", preset, Preset)
    with duckdb.connect() as connection:
        quiet(connection)
        loaded = load(connection, sources, mapping=mapping, table=table, progress=progress)
        backend = ibis.duckdb.from_connection(connection)
        lines = classify(backend.table("typed_lines"), rules_of(loaded.mapping, chosen))
        backend.create_table("lines", lines)
        connection.execute("DROP TABLE typed_lines")
        yield connection, backend.table("lines"), loaded


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


def _build(
    staging: Path,
    name: str,
    sources: Sequence[str | Path],
    *,
    mapping: Mapping | None,
    preset: Preset,
    table: str | None,
    progress: Callable[[int, int, str], None] | None,
) -> tuple[Manifest, Loaded]:
    spill = staging / "spill"
    spill.mkdir()
    with duckdb.connect() as connection, ExitStack() as refusals:
        quiet(connection)
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("SET temp_directory = ?", [str(spill)])
        loaded = load(connection, sources, mapping=mapping, table=table, progress=progress)
        if Role.CUSTOMER not in loaded.mapping.columns:
            raise ContentError("nobody_named", source=loaded.sources[0].name)
        backend = ibis.duckdb.from_connection(connection)
        refusals.enter_context(_in_words(staging))

        def write(table_name: str, expression: Any, order: str) -> None:
            path = str(staging / f"{table_name}.parquet").replace("'", "''")
            query = ibis.to_sql(expression, dialect="duckdb")
            sorting = f" ORDER BY {order}" if order else ""
            columns = _typed_as_said(expression)
            connection.execute(
                f"COPY (FROM ({query}) SELECT {columns}{sorting}) TO '{path}' {_COPY}"
            )
            connection.execute(f"CREATE VIEW {table_name} AS FROM read_parquet('{path}')")

        write("lines", classify(backend.table("typed_lines"), rules_of(loaded.mapping, preset)), "")
        connection.execute("DROP TABLE typed_lines")
        lines = backend.table("lines")
        counted = counted_in(connection, lines)
        if not counted.kept.lines:
            raise ContentError("nothing_kept", lines=counted.raw.lines)
        if not counted.kept.orders:
            raise ContentError("nothing_sold", lines=counted.kept.lines)
        write("orders", gathering.orders(lines), "ordered_at, order_id")
        write("returns", gathering.returns(lines), "returned_at, order_id")
        write("matches", matching.matches(lines), "returned_on, order_id, kind, quantity, amount")
        orders, returns = backend.table("orders"), backend.table("returns")
        write("customers", gathering.customers(orders, lines), "customer_id")
        write("activity", gathering.activity(orders, returns), "customer_id, month")
        facts = _facts(connection)
        rows = {one: connection.table(one).count("*").fetchall()[0][0] for one in TABLES}
    spill.rmdir()
    manifest = Manifest(
        id=name,
        created_at=dt.datetime.now(dt.UTC),
        versions={one: version(one) for one in ("habitue", "duckdb", "ibis-framework")},
        origins=tuple(_origin(source) for source in loaded.sources),
        mapping=loaded.mapping.model_dump(mode="json", exclude_defaults=True),
        profile=_read_as(loaded.mapping),
        preset=preset.value,
        currency=loaded.currency,
        waterfall=counted,
        warnings=loaded.warnings,
        files={one: described(staging / f"{one}.parquet", count) for one, count in rows.items()},
        **facts,
    )
    return manifest, loaded


def _typed_as_said(expression: ir.Table) -> str:
    """Name the columns, each cast to the type the expression promises.

    ibis drops casts that its own idea of a type makes idle, and DuckDB then writes a month as a
    moment and a sum of counts as a float.
    """
    return ", ".join(
        f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"'
        for name, kind in expression.schema().items()
    )


@contextmanager
def _in_words(staging: Path) -> Iterator[None]:
    """Say what stops DuckDB from writing a snapshot: no room, or money beyond counting."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as refusal:
        reason = str(refusal).strip().splitlines()[0]
        raise StoreError(
            "store_unwritable", path=str(staging.parents[1]), reason=reason
        ) from refusal
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as refusal:
        most = 10 ** (MONEY_DIGITS - MONEY_SCALE)
        raise ContentError("money_too_big", most=most) from refusal


def _read_as(mapping: Mapping) -> ReadAs | None:
    for one in profiles():
        if one.name == mapping.profile:
            return ReadAs(name=one.name, title=one.title, version=one.version, dated=one.dated)
    return None


def _origin(source: Source) -> Origin:
    return Origin(
        name=source.name,
        sha256=source.sha256,
        bytes=source.bytes,
        parts=tuple(Part(name=name, lines=lines) for name, lines in source.parts),
    )


def counted_in(connection: duckdb.DuckDBPyConnection, lines: Any) -> Waterfall:
    """Count the classified lines of a connection."""

    def rows(expression: Any) -> list[dict[str, Any]]:
        query = str(ibis.to_sql(expression, dialect="duckdb"))
        found: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
        return found

    return waterfall(rows(tallies(lines))[0], rows(exclusions(lines)))


def _facts(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What a snapshot says of itself without being asked."""
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


def _snapshot_id(marks: Sequence[Any], mapping: Mapping | None, preset: Preset) -> str | None:
    """Name a snapshot after its content; None where a source's content has no checksum."""
    if any(mark.sha256 is None for mark in marks):
        return None
    content = {
        "format": FORMAT,
        "version": version("habitue"),
        "sources": sorted(str(mark.sha256) for mark in marks),
        "mapping": mapping.model_dump(mode="json") if mapping else None,
        "preset": preset.value,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
