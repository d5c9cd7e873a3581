"""The one door to an engine: expressions go in, Arrow tables come out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import uuid4

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from habitue.core.view import Facts
from habitue.errors import EngineError, HabitueError
from habitue.workspace.hush import quiet

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

COMPILED_HELD: Final = 2000
"""Compiled questions kept; they are a few kilobytes each."""
_ANY_PREFIX: Final = "view_any_"
_ANY_ASIDE: Final = "aside_any_"
_BY_LANGUAGE: Final = ("postgres",)
"""Engines that order text by a dictionary, unless told otherwise."""


class Engine(Protocol):
    """What the workspace asks of an engine."""

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result."""
        ...

    def ask(
        self, prefix: str, question: Hashable, build: Callable[[], ir.Table], *, aside: str = ""
    ) -> pa.Table:
        """Execute the expression that `build` makes of the tables held under `prefix`.

        Two calls with equal questions build equal expressions, but for the prefix, and for the
        name of one table held under it, `aside`.
        """
        ...

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Keep an expression's result at hand, where the engine allows it."""
        ...

    def hold_view(
        self, prefix: str, name: str, question: Hashable, build: Callable[[], ir.Table]
    ) -> ir.Table:
        """Keep the result of what `build` makes under `prefix` and `name`.

        Two calls with equal names and questions build equal expressions, but for the prefix.
        """
        ...

    def drop(self, name: str) -> None:
        """Let go of what `hold` kept."""
        ...


class _Compiled(NamedTuple):
    """A query, and the columns it gives."""

    query: str
    schema: ibis.Schema


class Local:
    """DuckDB in this process, over the Parquet files of a snapshot.

    The files are opened once and shared by every reader; each thread has a cursor of its own,
    since neither DuckDB results nor ibis connections may be shared between threads.

    Args:
        files: Table name to Parquet file.
        in_memory_bytes: Files that every question reads are held in memory up to this size;
            larger ones, and those few questions read, stay on disk.
    """

    def __init__(self, files: dict[str, Path], *, in_memory_bytes: int = 200_000_000) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET parquet_metadata_cache = true")
        self._connection.execute("SET autoinstall_known_extensions = false")
        quiet(self._connection)
        for name, path in files.items():
            small = name in Facts._fields and path.stat().st_size <= in_memory_bytes
            shape = "TABLE" if small else "VIEW"
            place = str(path).replace("'", "''")
            self._connection.execute(f"CREATE {shape} {name} AS FROM read_parquet('{place}')")
        self._backend = ibis.duckdb.from_connection(self._connection)
        self._cursors = threading.local()
        self._compiled: dict[Hashable, _Compiled] = {}

    def table(self, name: str) -> ir.Table:
        """Give the expression of a table."""
        return self._backend.table(name)

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result."""
        return self._cursor().sql(self._backend.compile(expression)).to_arrow_table()

    def ask(
        self, prefix: str, question: Hashable, build: Callable[[], ir.Table], *, aside: str = ""
    ) -> pa.Table:
        """Execute a question, compiled once and then only pointed at other tables.

        Building and compiling an expression takes longer than running it here.
        """
        query = self._pointed_at(prefix, question, build, aside).query
        return self._cursor().sql(query).to_arrow_table()

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Keep an expression's result as a table in memory."""
        return self._kept(name, self._backend.compile(expression), expression.schema())

    def hold_view(
        self, prefix: str, name: str, question: Hashable, build: Callable[[], ir.Table]
    ) -> ir.Table:
        """Keep a result as a table in memory; what makes it is compiled once, as in `ask`."""
        made = self._pointed_at(prefix, ("hold", name, question), build)
        return self._kept(prefix + name, made.query, made.schema)

    def drop(self, name: str) -> None:
        """Drop a table that `hold` made."""
        self._cursor().execute(f"DROP TABLE IF EXISTS {name}")

    def _pointed_at(
        self, prefix: str, question: Hashable, build: Callable[[], ir.Table], aside: str = ""
    ) -> _Compiled:
        # Without its quotes a name might be the beginning of another.
        named, any_name = _quoted(aside or _ANY_ASIDE), _quoted(_ANY_ASIDE)
        if question not in self._compiled:
            if len(self._compiled) >= COMPILED_HELD:
                self._compiled.clear()
            expression = build()
            query = self._backend.compile(expression).replace(named, any_name)
            query = query.replace(prefix, _ANY_PREFIX)
            self._compiled[question] = _Compiled(query, expression.schema())
        query, schema = self._compiled[question]
        return _Compiled(query.replace(any_name, named).replace(_ANY_PREFIX, prefix), schema)

    def _kept(self, name: str, query: str, schema: ibis.Schema) -> ir.Table:
        self._cursor().execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
        # The expression knew its columns: asking DuckDB for them takes longer than most queries.
        return _stored(name, self._backend, schema)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if cursor is None:
            cursor = self._cursors.cursor = self._connection.cursor()
        return cursor


class InPlace:
    """A warehouse: expressions run where the data is, and nothing is written there unasked.

    Args:
        backend: An ibis connection.
        name: What messages call it, without user or password.
        secrets: Texts that no message may repeat.
    """

    def __init__(self, backend: Any, *, name: str = "", secrets: tuple[str, ...] = ()) -> None:
        self.backend = backend
        self._name, self._secrets = name or backend.name, secrets
        self._lock = threading.Lock()
        # Several workspaces may share a Spark session, and with it its names.
        self._mark = uuid4().hex[:8]
        self._views: set[str] = set()
        self._named: dict[str, str] = {}

    def run(self, expression: ir.Table) -> pa.Table:
        """Execute an expression and fetch all of its result.

        Raises:
            EngineError: The engine refuses; its own first line says why.
        """
        with self._lock, self.speaking():
            match self.backend.name:
                case "pyspark":
                    # By way of pandas, as ibis goes, Spark 4.0 fails with pandas 3.
                    rows = self._frame(expression).toArrow()
                    return rows.cast(expression.schema().to_pyarrow())
                case "postgres":
                    with self.backend.con.cursor() as cursor:
                        rows = cursor.execute(self._query(expression)).fetchall()
                    shape = expression.schema().as_struct().to_pyarrow()
                    batch = pa.RecordBatch.from_struct_array(pa.array(rows, shape))
                    return pa.Table.from_batches([batch])
            return self.backend.to_pyarrow(expression)

    def ask(
        self,
        prefix: str,  # noqa: ARG002 - a protocol
        question: Hashable,  # noqa: ARG002 - a protocol
        build: Callable[[], ir.Table],
        *,
        aside: str = "",  # noqa: ARG002 - a protocol
    ) -> pa.Table:
        """Execute the expression that `build` makes."""
        return self.run(build())

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Keep the result at hand where that writes nothing: in this process, in Spark's memory.

        PostgreSQL keeps nothing, but the query is compiled once and goes by its name in later
        ones, which takes most of their time away. On other engines the expression itself is
        what later ones build on.
        """
        kept = f"habitue_{self._mark}_{name}"
        with self._lock, self.speaking():
            match self.backend.name:
                case "duckdb":
                    self.backend.create_table(kept, expression, temp=True, overwrite=True)
                case "pyspark":
                    # A cached plan holds the plans it stands on, and grows past all bounds.
                    self._frame(expression).localCheckpoint().createOrReplaceTempView(kept)
                    self._views.add(name)
                case "postgres":
                    self._named[kept] = self.backend.compile(expression)
                    # `_query` puts it in front.
                    return _stored(kept, self.backend, expression.schema())
                case _:
                    return expression
            return self.backend.table(kept)

    def hold_view(
        self,
        prefix: str,
        name: str,
        question: Hashable,  # noqa: ARG002 - a protocol
        build: Callable[[], ir.Table],
    ) -> ir.Table:
        """Keep the result of what `build` makes, as `hold` does."""
        return self.hold(prefix + name, build())

    def drop(self, name: str) -> None:
        """Let go of what `hold` kept."""
        kept = f"habitue_{self._mark}_{name}"
        with self._lock, self.speaking():
            match self.backend.name:
                case "duckdb":
                    self.backend.drop_table(kept, force=True)
                case "pyspark":
                    self._views.discard(name)
                    self.backend.drop_view(kept, force=True)
                case "postgres":
                    del self._named[kept]

    def tables(self) -> list[str]:
        """List the tables and views of the default schema."""
        with self._lock, self.speaking():
            if self.backend.name != "duckdb":
                return sorted(self.backend.list_tables())
            # ibis 12 asks for them by a method that DuckDB 2 has no more.
            listed = self.backend.raw_sql(
                "SELECT table_name FROM information_schema.tables "
                "WHERE table_catalog = current_catalog() AND table_schema = current_schema() "
                "ORDER BY ALL"
            )
            return [name for (name,) in listed.fetchall()]

    def write(self, name: str, expression: ir.Table, schema: str) -> ir.Table:
        """Compute a table once and keep it on the engine, in place of one of the same name."""
        with self._lock, self.speaking():
            self.backend.drop_table(name, database=schema, force=True)
            if self.backend.name == "postgres":
                place = f"{_quoted(schema)}.{_quoted(name)}"
                self.backend.con.execute(f"CREATE TABLE {place} AS {self._query(expression)}")
            else:
                self.backend.create_table(name, expression, database=schema)
            return self.bytewise(self.backend.table(name, database=schema))

    def close(self) -> None:
        """Hang up. A Spark session, which others may share, goes on."""
        for name in tuple(self._views):
            self.drop(name)
        if self.backend.name != "pyspark":
            self.backend.disconnect()

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
        query = f"SELECT {columns} FROM ({source}) AS source"  # noqa: S608 - quoted above
        # Given its schema, ibis need not make a view to find it: a reader may have no right to.
        return self.backend.sql(query, schema=table.schema())

    def _frame(self, expression: ir.Table) -> Any:
        return self.backend.raw_sql(self.backend.compile(expression))

    def _query(self, expression: ir.Table) -> str:
        """Compile an expression, the named queries it stands on in front."""
        query: str = self.backend.compile(expression)
        needed: list[str] = []
        seen = [query]
        # A query stands on older ones only.
        for name, text in reversed(self._named.items()):
            if any(_quoted(name) in one for one in seen):
                needed.insert(0, f"{_quoted(name)} AS ({text})")
                seen.append(text)
        if not needed:
            return query
        own = query.removeprefix("WITH ")
        return f"WITH {', '.join(needed)}{' ' if own == query else ', '}{own}"

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


def _stored(name: str, backend: Any, schema: ibis.Schema) -> ir.Table:
    """Stand in for a result that goes by that name on the engine."""
    table = ops.DatabaseTable(name, schema=schema, source=backend, namespace=ops.Namespace())
    return table.to_expr()


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
