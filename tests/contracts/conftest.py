"""The engines a contract binds, each holding the same tables, in an order of rows of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from tests.contracts import nasty
from tests.engines.servers import postgres_server, spark_session

from habitue.core.kpis import customer_values
from habitue.core.matching import matches
from habitue.core.orders import customers, orders, returns
from habitue.core.view import Facts, View, look
from habitue.data.cleaning import classify
from habitue.schema import Filters, Kind, Preset, ReturnsMode
from habitue.workspace.engine import InPlace

AS_OF = dt.date(2011, 12, 9)
# The views that figures are taken from; `look` itself is compared under many more.
SEEN = {
    "everything": Filters(),
    "narrow": Filters(
        start=dt.date(2010, 1, 4),
        end=dt.date(2011, 11, 30),
        countries=("France", "eire", "Réunion"),
        returns=ReturnsMode.NEUTRALISE,
        kinds=(Kind.PRODUCT, Kind.MANUAL, Kind.VOUCHER),
        anonymous=False,
    ),
    "nothing": Filters(min_order=Decimal(10**9), returns=ReturnsMode.EXCLUDE),
}

Tables = dict[str, pa.Table]
# Spark leaves the socket of each result to the garbage collector.
SOCKETS = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@dataclass(frozen=True)
class Bench:
    """One engine, with the tables of `docs/tables.md` on it."""

    engine: InPlace
    tables: dict[str, ir.Table]
    looks: dict[tuple[Filters, dt.date], View] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables[name]

    @property
    def facts(self) -> Facts:
        return Facts(*(self.tables[name] for name in Facts._fields))

    def look(self, filters: Filters, *, as_of: dt.date) -> View:
        """Look once per set of filters, as a workspace does, and hold what others build on."""
        key = (filters, as_of)
        if key not in self.looks:
            mark = f"look_{len(self.looks)}"
            self.looks[key] = look(
                self.facts,
                filters,
                as_of=as_of,
                keep=lambda name, _, build: self.engine.hold(f"{mark}_{name}", build()),
            )
        return self.looks[key]

    def view(self, name: str) -> View:
        return View(*(self.tables[f"{name}_{part}"] for part in View._fields))


@pytest.fixture(scope="session")
def tables() -> Tables:
    """What each function starts from, made by DuckDB step by step."""
    made = {"typed": nasty.lines()}
    backend = ibis.duckdb.connect()

    def make(name: str, expression: ir.Table) -> ir.Table:
        made[name] = backend.to_pyarrow(expression)
        return backend.create_table(name, made[name])

    typed = backend.create_table("typed", made["typed"])
    lines = make("lines", classify(typed, nasty.rules(Preset.STANDARD)))
    gathered = make("orders", orders(lines))
    make("returns", returns(lines))
    make("matches", matches(lines))
    make("customers", customers(gathered, lines))
    facts = Facts(*(backend.table(name) for name in Facts._fields))
    for view, filters in SEEN.items():
        seen = look(facts, filters, as_of=AS_OF)
        for part, expression in seen._asdict().items():
            make(f"{view}_{part}", expression)
        make(f"{view}_values", customer_values(seen))
    return made


@pytest.fixture(scope="session")
def reference(tables: Tables) -> Bench:
    return _on_duckdb(tables)


@pytest.fixture(
    scope="session",
    params=[
        "duckdb",
        pytest.param("postgres", marks=pytest.mark.engine),
        pytest.param("spark", marks=[pytest.mark.engine, SOCKETS]),
    ],
)
def bench(request: pytest.FixtureRequest, tables: Tables) -> Iterator[Bench]:
    # The last row first: whatever leans on the order of rows comes out differently.
    turned = {name: _turned(table) for name, table in tables.items()}
    match request.param:
        case "duckdb":
            yield _on_duckdb(turned)
        case "postgres":
            with postgres_server() as server:
                backend = ibis.connect(server.url())
                yield _on(backend, turned)
                backend.disconnect()
        case "spark":
            with spark_session() as session:
                for name, table in turned.items():
                    session.createDataFrame(table).cache().createOrReplaceTempView(name)
                backend = ibis.pyspark.connect(session)
                engine = InPlace(backend)
                yield Bench(engine, {name: backend.table(name) for name in turned})


def _on_duckdb(tables: Tables) -> Bench:
    return _on(ibis.duckdb.connect(), tables)


def _on(backend: Any, tables: Tables) -> Bench:
    engine = InPlace(backend)
    for name, table in tables.items():
        backend.create_table(name, table)
    return Bench(engine, {name: engine.bytewise(backend.table(name)) for name in tables})


def _turned(table: pa.Table) -> pa.Table:
    return table.take(pa.array(range(table.num_rows)[::-1], pa.int64()))
