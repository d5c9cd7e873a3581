"""From files or tables to a snapshot: read, map, clean, gather, keep."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import duckdb

from habitue.data.manifest import FORMAT, Manifest, Origin, Part, ReadAs
from habitue.data.mapping import profiles
from habitue.data.sources import fingerprint, load
from habitue.data.store import Store, described
from habitue.errors import ContentError, StoreError
from habitue.later import Later
from habitue.schema import MONEY_DIGITS, MONEY_SCALE, Preset, Role, word
from habitue.workspace.hush import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from habitue.data.mapping import Candidate, Mapping, RoleGuess
    from habitue.data.sources import Loaded, Source

_tables: Final = Later("habitue.workspace.tables")
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
    sources: str | Path | Sequence[str | Path],
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


def _build(
    staging: Path,
    name: str,
    sources: str | Path | Sequence[str | Path],
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
        loaded = load(
            connection, sources,
            mapping=mapping, table=table, progress=progress,
            meanwhile=lambda found: _tables.prepare(found, preset),
        )  # fmt: skip
        if Role.CUSTOMER not in loaded.mapping.columns:
            raise ContentError("nobody_named", source=loaded.sources[0].name)
        refusals.enter_context(_in_words(staging))
        _tables.write_lines(connection, staging, loaded.mapping, preset)
        with connection.cursor() as beside, ThreadPoolExecutor(1) as aside:
            counting = aside.submit(_tables.counted_in, beside)
            rows = _tables.write_gathered(connection, staging)
            counted = counting.result()
        if not counted.kept.lines:
            raise ContentError("nothing_kept", lines=counted.raw.lines)
        if not counted.kept.orders:
            raise ContentError("nothing_sold", lines=counted.kept.lines)
        facts = _tables.facts_in(connection)
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
