"""Lines written by hand, and the shop that stands on them: no file, no guessing, no store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from habitue.core import matching
from habitue.core import orders as gathering
from habitue.core.view import Facts
from habitue.data.cleaning import CODED, PRESETS, Rules, classify
from habitue.data.manifest import Manifest, TableFile
from habitue.data.store import TABLES
from habitue.schema import Preset, Reason
from habitue.workspace import Workspace
from habitue.workspace.engine import Local
from habitue.workspace.opening import check_of, shop_of
from habitue.workspace.tables import counted_in, facts_in

MONEY: Final = pa.decimal128(18, 4)
TYPED: Final = pa.schema(
    [
        ("part", pa.string()),
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("order_id", "customer_id", "product", "description")),
        ("country", pa.string()),
        ("moment", pa.timestamp("us")),
        *((name, MONEY) for name in ("quantity", "price", "amount", "cost", "discount")),
        *((name, pa.string()) for name in ("channel", "currency", "category", "status")),
        ("unreadable", pa.string()),
    ]
)

RETAIL: Final = Rules(
    cancellation_prefix="C",
    test_prefixes=("TEST",),
    not_a_sale=("BANK CHARGES", "AMAZONFEE", "ADJUST", "ADJUST2", "B", "CRUK", "S"),
    cancelled_statuses=("voided",),
    drop_statuses=("cancelled",),
    shipping=("POST", "DOT", "C2", "C3"),
    discount=("D",),
    manual=("M", "m"),
    voucher_prefixes=("gift_",),
)
"""The code lists of Online Retail II, and a status, which it has not."""
PLAIN: Final = replace(RETAIL, reasons=PRESETS[Preset.PLAIN], by_codes=CODED[Preset.PLAIN])
ALL_REASONS: Final = replace(RETAIL, reasons=tuple(Reason))


NOON: Final = dt.datetime.fromisoformat("2011-01-10T12:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One typed line. `amount` is quantity x price unless given."""

    order_id: str | None = "1"
    customer_id: str | None = "a"
    moment: dt.datetime | None = NOON
    product: str | None = "P"
    description: str | None = None
    quantity: Decimal | None = Decimal(1)
    price: Decimal | None = Decimal(10)
    amount: Decimal | None = None
    country: str | None = "France"
    cost: Decimal | None = None
    discount: Decimal | None = None
    channel: str | None = None
    currency: str | None = None
    category: str | None = None
    status: str | None = None
    unreadable: str | None = None
    part: str = "one"

    def __post_init__(self) -> None:
        if self.amount is None and self.quantity is not None and self.price is not None:
            exact = (self.quantity * self.price).quantize(Decimal("0.0001"))
            object.__setattr__(self, "amount", exact)


def line(order: str, customer: str | None, day: str, **more: Any) -> Line:
    """Write a line shortly: `day` is ISO, numbers may be plain."""
    numbers = {"quantity", "price", "amount", "cost"} & more.keys()
    return Line(
        order_id=order,
        customer_id=customer,
        moment=dt.datetime.fromisoformat(day),
        **more | {name: Decimal(str(more[name])) for name in numbers if more[name] is not None},
    )


def put(connection: duckdb.DuckDBPyConnection, lines: Sequence[Line]) -> None:
    """Make the table `typed_lines`, positions in the order given."""
    rows = [asdict(one) | {"position": place} for place, one in enumerate(lines, start=1)]
    table = pa.Table.from_pylist(rows, schema=TYPED)
    connection.register("arrow_lines", table)
    connection.execute("CREATE OR REPLACE TABLE typed_lines AS FROM arrow_lines")
    connection.unregister("arrow_lines")


def classified(lines: Sequence[Line], rules: Rules = RETAIL) -> list[dict[str, Any]]:
    """Give the lines back with `is_return`, `kind` and `reason`, in their order."""
    _classify(lines, rules)
    return tables(["lines"])["lines"]


def opened(lines: Sequence[Line], rules: Rules = RETAIL) -> Workspace:
    """Open a shop on the lines. The next call takes its tables away: ask at once."""
    _classify(lines, rules)
    table = _ENGINE.table
    _make("orders", lambda: gathering.orders(table("lines")))
    _make("returns", lambda: gathering.returns(table("lines")))
    _make("matches", lambda: matching.matches(table("lines")))
    _make("customers", lambda: gathering.customers(table("orders"), table("lines")))
    _make("activity", lambda: gathering.activity(table("orders"), table("returns")))
    counted = counted_in(_ENGINE._connection)
    manifest = Manifest(
        id="0", created_at=dt.datetime(2011, 1, 1, tzinfo=dt.UTC), versions={}, origins=(),
        mapping={}, preset="standard", currency=None, waterfall=counted,
        files={name: TableFile(rows=0, bytes=0, sha256="") for name in TABLES},
        **facts_in(_ENGINE._connection),
    )  # fmt: skip
    facts = Facts(*(table(name) for name in Facts._fields))
    opened = Workspace(_ENGINE, facts, shop_of(manifest), check_of(counted, ()))
    opened.lines, opened.cancellation_prefix = table("lines"), rules.cancellation_prefix
    return opened


def tables(names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables of the shop opened last, in the order they were made."""
    return {
        name: _ENGINE._connection.sql(f"FROM {name}").to_arrow_table().to_pylist() for name in names
    }


def types_of(name: str) -> dict[str, str]:
    """Type of each column of a table of the shop opened last."""
    found = _ENGINE._connection.sql(f"FROM {name}")
    return dict(zip(found.columns, map(str, found.types), strict=True))


_ENGINE: Final = Local({})
_SQL: Final[dict[Hashable, str]] = {}


def _classify(lines: Sequence[Line], rules: Rules) -> None:
    put(_ENGINE._connection, lines)
    _make(
        "lines", lambda: classify(_ENGINE.table("typed_lines"), rules).order_by("position"), rules
    )


def _make(name: str, expression: Callable[[], ir.Table], rules: Rules | None = None) -> None:
    # The tables' names and types are the same from one shop to the next, and so is the SQL.
    if (name, rules) not in _SQL:
        _SQL[name, rules] = str(ibis.to_sql(expression(), dialect="duckdb"))
    _ENGINE._connection.execute(f"CREATE OR REPLACE TABLE {name} AS {_SQL[name, rules]}")
