"""The one door to an engine: expressions go in, Arrow tables come out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

import duckdb
import ibis

from habitue.errors import EngineError, HabitueError

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

COMPILED_HELD: Final = 2000
"""Compiled questions kept; they are a few kilobytes each."""
_ANY_PREFIX: Final = "view_any_"
_IN_THIS_PROCESS: Final = ("duckdb", "pyspark")
_BY_LANGUAGE: Final = ("postgres",)
"""Engines that order text by a dictionary, unless told otherwise."""


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
        name: What messages call it, without user or password.
        secrets: Texts that no message may repeat.
    """

    def __init__(self, backend: Any, *, name: str = "", secrets: tuple[str, ...] = ()) -> None:
        self.backend = backend
        self._name, self._secrets = name or backend.name, secrets
        self._lock = threading.Lock()
        self._held: dict[str, ir.CachedTable] = {}

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result.

        Raises:
            EngineError: The engine refuses; its own first line says why.
        """
        with self._lock, self.speaking():
            if self.backend.name != "pyspark":
                return self.backend.to_pyarrow(expression)
            # By way of pandas, as ibis goes, Spark 4.0 fails with pandas 3.
            rows = self.backend.raw_sql(self.backend.compile(expression)).toArrow()
            return rows.cast(expression.schema().to_pyarrow())

    def ask(self, prefix: str, question: Hashable, build: Callable[[], ir.Table]) -> pa.Table:  # noqa: ARG002 - a protocol
        """Execute the expression that `build` makes."""
        return self.run(build())

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Keep the result in this process's memory where the engine lives there.

        Elsewhere nothing is kept: the expression itself is what later ones build on.
        """
        if self.backend.name not in _IN_THIS_PROCESS:
            return expression
        with self._lock, self.speaking():
            self._held[name] = expression.cache()
        return self._held[name]

    def drop(self, name: str) -> None:
        """Let go of what `hold` kept."""
        if name in self._held:
            with self._lock, self.speaking():
                self._held.pop(name).release()

    def bytewise(self, table: ir.Table) -> ir.Table:
        """Give the same rows, their text ordered by its bytes and not by a language's dictionary.

        The smallest of several texts, and the first of several orders at one moment, are then
        the same everywhere.
        """
        if self.backend.name not in _BY_LANGUAGE:
            return table
        texts = {
            name for name, kind in table.schema().items()
            # Lower case, which statuses are compared in, needs the language's own letters.
            if kind.is_string() and name != "status"
        }  # fmt: skip
        columns = ", ".join(
            f'{_quoted(name)} COLLATE "C" AS {_quoted(name)}' if name in texts else _quoted(name)
            for name in table.columns
        )
        source = self.backend.compile(table)
        return self.backend.sql(f"SELECT {columns} FROM ({source}) AS source")  # noqa: S608 - quoted

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Turn what a driver raises into one sentence, without secrets."""
        try:
            yield
        except HabitueError:
            raise
        except Exception as refusal:  # noqa: BLE001 - each driver has its own family of errors
            reason = next(iter(str(refusal).strip().splitlines()), type(refusal).__name__)
            for secret in self._secrets:
                reason = reason.replace(secret, "•••")
            raise EngineError("engine_refuses", engine=self._name, reason=reason) from None


def _sql(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
