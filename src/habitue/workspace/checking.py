"""Read and clean sources, and count; nothing is stored."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
import ibis
import ibis.expr.types as ir

from habitue.data.cleaning import classify
from habitue.data.sources import load
from habitue.data.sources.lines import let_go
from habitue.schema import Preset, word
from habitue.workspace.hush import quiet
from habitue.workspace.tables import counted_in, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from habitue.data.manifest import Waterfall
    from habitue.data.mapping import Mapping
    from habitue.data.sources import Loaded


def check(
    sources: str | Path | Sequence[str | Path],
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
        _,
        loaded,
    ):
        return counted_in(connection), loaded


@contextmanager
def classified(
    sources: str | Path | Sequence[str | Path],
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
        let_go(connection)
        yield connection, backend.table("lines"), loaded
