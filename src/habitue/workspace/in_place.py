"""Open a table where it lives: the same expressions run there, and only results come here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import duckdb
import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.core import matching
from habitue.core import orders as gathering
from habitue.core.view import Facts
from habitue.data.cleaning import classify
from habitue.data.currencies import sign_currencies
from habitue.data.mapping.model import field_of
from habitue.data.sources.checks import named
from habitue.data.sources.choice import choose
from habitue.data.sources.engine import connect, public_name, scheme_of
from habitue.data.sources.inplace import typed_expression
from habitue.data.sources.parquet import field_of as stored_as
from habitue.data.sources.part import SAMPLES, Part
from habitue.data.waterfall import exclusions, tallies, waterfall
from habitue.errors import ContentError, EngineError, SourceError
from habitue.results import Shop
from habitue.schema import WHOLESALE_FACTOR, Preset, Role, word
from habitue.workspace.engine import InPlace
from habitue.workspace.opening import check_of
from habitue.workspace.tables import rules_of
from habitue.workspace.workspace import Workspace

if TYPE_CHECKING:
    from habitue.data.manifest import Waterfall
    from habitue.data.mapping import Mapping

_NEAR: Final = 5
"""Table names that a message offers at most."""


def open_engine(
    url: str,
    *,
    table: str,
    mapping: Mapping | None = None,
    preset: str | Preset = Preset.STANDARD,
    schema: str | None = None,
    order_by: Sequence[str] = (),
) -> Workspace:
    """Open a table of order lines where it lives.

    Nothing is written there, and a user who may only read is enough. Every question then runs
    over the lines themselves; with a `schema`, what they add up to is written there once, at
    opening, and questions run over that.

    Args:
        url: Address of the engine: `duckdb://shop.db`, `postgresql://user:password@host/base`,
            `spark`, or another that an optional package brings.
        table: Name of the table or view; `schema.table` outside the default schema.
        mapping: Roles to columns; recognised or guessed when None.
        preset: Name of the cleaning preset.
        schema: Where to write the tables `habitue_<id>_orders`, `_returns`, `_matches` and
            `_customers`, replaced at each opening; None writes nothing.
        order_by: Columns that say in which order the lines were written. A table has no order of
            its own: without them an order that was exported twice cannot be told from one whose
            lines repeat, and stays.

    Returns:
        A workspace like that of a store.

    Raises:
        SourceError: The address is of no kind known here, or the table is empty.
        MissingExtraError: The driver is not installed.
        EngineError: The engine cannot be reached, refuses, or has no such table.
        DataError: A role has no column, or nothing is left to count.
        RequestError: No such preset.

    Examples:
        >>> from tempfile import mkdtemp
        >>> place = Path(mkdtemp()) / "shop.db"
        >>> with duckdb.connect(place) as shop:
        ...     made = shop.execute(
        ...         "CREATE TABLE sales AS SELECT 'A1' AS order_id, 'ann' AS customer_id, "
        ...         "DATE '2011-12-09' AS order_date, 19.90 AS amount"
        ...     )
        >>> open_engine(f"duckdb://{place}", table="sales").kpis().revenue
        Decimal('19.9000')
    """
    chosen = word("preset", preset, Preset)
    shown = _shown(url, table)
    engine = InPlace(_connected(url, writing=schema is not None), name=shown, secrets=_secrets(url))
    with _closing_on_failure(engine):
        source = _found(engine, table, shown)
        mapped = _mapped(engine, source, shown, mapping)
        typed = typed_expression(source, mapped, order_by=order_by, part=table)
        typed = engine.hold("typed", engine.bytewise(typed))
        lines = engine.hold("lines", classify(typed, rules_of(mapped, chosen)))
        name = _snapshot_id(shown, mapped, chosen)
        fall = _counted(engine, lines)
        facts = _gathered(lines, lambda title, rows: (
            engine.hold(title, rows) if schema is None
            else engine.write(f"habitue_{name}_{title}", rows, schema)
        ))  # fmt: skip
        shop = _shop(engine, lines, facts, fall, mapped, snapshot=name, source=shown, preset=chosen)
        opened = Workspace(engine, facts, shop, check_of(fall, _warnings(engine, lines, mapped)))
        opened.lines, opened.cancellation_prefix = lines, mapped.cancellation_prefix
        return opened


def _shown(url: str, table: str) -> str:
    """Name the table without secrets, or refuse an address that cannot be read."""
    try:
        urlsplit(url).port  # noqa: B018 - reading it is what checks it
        return public_name(url, table)
    except ValueError:
        # What urllib says of it may quote the password.
        raise EngineError("engine_address") from None


def _secrets(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    hidden = [url, parts.password or "", unquote_plus(parts.password or "")]
    hidden += [value for _name, value in parse_qsl(parts.query)]
    return tuple(sorted({one for one in hidden if one}, key=len, reverse=True))


def _connected(url: str, *, writing: bool) -> Any:
    if scheme_of(url) != "duckdb":
        backend: Any = connect(url)
        if backend.name == "postgres":
            # Its planner cannot know the size of what a query makes on its way, takes it for
            # small, and loops over it in minutes where hashing takes half a second.
            backend.con.execute("SET enable_nestloop = off")
        return backend
    place = url.partition("://")[2]
    # Some write a relative path after three slashes, as SQLAlchemy has it, and some after two.
    path = Path(place) if Path(place).is_file() else Path(place.removeprefix("/"))
    if not path.is_file():
        raise SourceError("source_missing", path=path.name)
    try:
        backend = ibis.duckdb.connect(path, read_only=not writing)
    except duckdb.Error as error:
        kind = type(error).__name__
        raise EngineError("engine_refused", name=public_name(url, None), kind=kind) from None
    backend.raw_sql("SET autoinstall_known_extensions = false")
    backend.raw_sql("SET TimeZone = 'UTC'")
    return backend


@contextmanager
def _closing_on_failure(engine: InPlace) -> Iterator[None]:
    try:
        yield
    except BaseException:
        engine.close()
        raise


def _found(engine: InPlace, table: str, shown: str) -> ir.Table:
    """Find the table, or name those whose names come near."""
    names = engine.tables()
    place, _dot, bare = ("", "", table) if table in names else table.rpartition(".")
    try:
        found: ir.Table = engine.backend.table(bare, database=place or None)
    except Exception:  # noqa: BLE001 - each driver has its own way to say that there is none
        near = get_close_matches(table, names, n=_NEAR, cutoff=0.5) or names[:_NEAR]
        raise EngineError("engine_no_table", name=shown, tables=near) from None
    return found


def _mapped(engine: InPlace, source: ir.Table, shown: str, mapping: Mapping | None) -> Mapping:
    """Choose the column of each role, as for a file."""
    seen = engine.run(source.limit(SAMPLES))
    if not seen.num_rows:
        raise SourceError("source_header_only", file=shown)
    part = Part(
        source=0,
        file=shown,
        label=shown,
        fields=tuple(stored_as(one.name, one.type) for one in seen.schema),
        samples=tuple(
            tuple("" if one is None else str(one) for one in column.to_pylist())
            for column in seen.columns
        ),
        read=lambda *_: "",
    )
    choice = choose([part], mapping)
    ((_part, columns),) = choice.parts
    return choice.mapping.but(**{field_of(role): name for role, name in columns.items()})


def _gathered(lines: ir.Table, keep: Any) -> Facts:
    orders = keep("orders", gathering.orders(lines))
    return Facts(
        orders=orders,
        returns=keep("returns", gathering.returns(lines)),
        matches=keep("matches", matching.matches(lines)),
        customers=keep("customers", gathering.customers(orders, lines)),
    )


def _counted(engine: InPlace, lines: ir.Table) -> Waterfall:
    (tally,) = engine.run(tallies(lines)).to_pylist()
    fall = waterfall(tally, engine.run(exclusions(lines)).to_pylist())
    if not fall.kept.lines:
        raise ContentError("nothing_kept", lines=fall.raw.lines)
    if not fall.kept.orders:
        raise ContentError("nothing_sold", lines=fall.kept.lines)
    return fall


def _shop(
    engine: InPlace,
    lines: ir.Table,
    facts: Facts,
    fall: Waterfall,
    mapping: Mapping,
    *,
    snapshot: str,
    source: str,
    preset: Preset,
) -> Shop:
    kept = lines.filter(_.reason.isnull())
    (ends,) = engine.run(
        kept.agg(first=_.moment.min().date(), last=_.moment.max().date(), costs=_.cost.count())
    ).to_pylist()
    sold_in = facts.orders.filter(_.country.notnull()).group_by("country").agg(n=_.count())
    countries = [(row["country"], row["n"]) for row in engine.run(sold_in).to_pylist()]
    kinds = engine.run(kept.select("kind").distinct())["kind"].to_pylist()
    return Shop(
        snapshot=snapshot,
        sources=(source,),
        preset=preset.value,
        currency=_currency(engine, lines, mapping),
        first_day=ends["first"],
        last_day=ends["last"],
        lines=fall.kept.lines,
        countries=tuple(sorted(countries, key=lambda one: (-one[1], one[0]))),
        kinds=tuple(sorted(kinds)),
        has_cost=ends["costs"] > 0,
        has_anonymous=fall.no_customer.lines > 0,
        wholesale_factor=WHOLESALE_FACTOR,
    )


def _currency(engine: InPlace, lines: ir.Table, mapping: Mapping) -> str | None:
    if mapping.currency is not None or Role.CURRENCY not in mapping.columns:
        return mapping.currency
    spelled = lines.filter(_.currency.notnull()).select(_.currency.upper().name("code")).distinct()
    codes = sign_currencies(engine.run(spelled)["code"].to_pylist())
    return named(codes)


def _warnings(
    engine: InPlace, lines: ir.Table, mapping: Mapping
) -> list[tuple[str, dict[str, Any]]]:
    unread = lines.filter(_.unreadable.notnull()).group_by(role=_.unreadable).agg(count=_.count())
    counts = sorted(engine.run(unread).to_pylist(), key=lambda row: str(row["role"]))
    said: list[tuple[str, dict[str, Any]]] = []
    if Role.ORDER not in mapping.columns:
        said.append(("order_generated", {}))
    return said + [("unreadable_lines", row) for row in counts]


def _snapshot_id(source: str, mapping: Mapping, preset: Preset) -> str:
    """Name what is looked at: the same table, mapping and preset, whatever the table now holds."""
    content = {"source": source, "mapping": mapping.model_dump(mode="json"), "preset": preset.value}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
