"""The one door to an engine: expressions go in, Arrow tables come out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Final, Protocol

import duckdb
import ibis

from habitue.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

COMPILED_HELD: Final = 2000
"""Compiled questions kept; they are a few kilobytes each."""
_ANY_PREFIX: Final = "view_any_"


class Engine(Protocol):
    """What the workspace asks of an engine."""

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result."""
        ...

    def ask(self, prefix: str, question: Hashable, build: Callable[[], ir.Table]) -> pa.Table:
        """Execute the expression that `build` makes of the tables held under `prefix`.

        Two calls with equal questions build equal expressions, but for the prefix.
        """
        ...

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Keep an expression's result at hand, where the engine allows it."""
        ...

    def drop(self, name: str) -> None:
        """Let go of what `hold` kept."""
        ...


class Local:
    """DuckDB in this process, over the Parquet files of a snapshot.

    The files are opened once and shared by every reader; each thread has a cursor of its own,
    since neither DuckDB results nor ibis connections may be shared between threads.

    Args:
        files: Table name to Parquet file.
        in_memory_bytes: Files up to this size are read into memory, larger ones stay on disk.
    """

    def __init__(self, files: dict[str, Path], *, in_memory_bytes: int = 200_000_000) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute("SET autoinstall_known_extensions = false")
        for name, path in files.items():
            shape = "TABLE" if path.stat().st_size <= in_memory_bytes else "VIEW"
            place = str(path).replace("'", "''")
            self._connection.execute(f"CREATE {shape} {name} AS FROM read_parquet('{place}')")
        self._backend = ibis.duckdb.from_connection(self._connection)
        self._cursors = threading.local()
        self._compiled: dict[Hashable, str] = {}

    def table(self, name: str) -> ir.Table:
        """Give the expression of a table."""
        return self._backend.table(name)

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result."""
        return self._cursor().sql(_sql(expression)).to_arrow_table()

    def ask(self, prefix: str, question: Hashable, build: Callable[[], ir.Table]) -> pa.Table:
        """Execute a question, compiled once and then only pointed at other tables.

        Building and compiling an expression takes longer than running it here.
        """
        if question not in self._compiled:
            if len(self._compiled) >= COMPILED_HELD:
                self._compiled.clear()
            self._compiled[question] = _sql(build()).replace(prefix, _ANY_PREFIX)
        query = self._compiled[question].replace(_ANY_PREFIX, prefix)
        return self._cursor().sql(query).to_arrow_table()

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Keep an expression's result as a table in memory."""
        self._cursor().execute(f"CREATE OR REPLACE TABLE {name} AS {_sql(expression)}")
        return self._backend.table(name)

    def drop(self, name: str) -> None:
        """Drop a table that `hold` made."""
        self._cursor().execute(f"DROP TABLE IF EXISTS {name}")

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if cursor is None:
            cursor = self._cursors.cursor = self._connection.cursor()
        return cursor


class InPlace:
    """A warehouse: expressions run where the data is, and nothing is written there.

    Args:
        backend: An ibis connection.
    """

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self._lock = threading.Lock()

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result.

        Raises:
            EngineError: The engine refuses; its own first line says why.
        """
        from ibis.common.exceptions import IbisError  # noqa: PLC0415 - only beside an engine

        with self._lock:
            try:
                return self.backend.to_pyarrow(expression)
            except IbisError as refusal:
                reason = str(refusal).strip().splitlines()[0]
                raise EngineError(
                    "engine_refuses", engine=self.backend.name, reason=reason
                ) from refusal

    def ask(self, prefix: str, question: Hashable, build: Callable[[], ir.Table]) -> pa.Table:  # noqa: ARG002 - a protocol
        """Execute the expression that `build` makes."""
        return self.run(build())

    def hold(self, name: str, expression: ir.Table) -> ir.Table:  # noqa: ARG002 - a protocol
        """Keep nothing: the expression itself is what later ones build on."""
        return expression

    def drop(self, name: str) -> None:
        """Nothing is held, so there is nothing to let go of."""


def _sql(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))
