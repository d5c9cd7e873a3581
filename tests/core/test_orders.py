"""Lines gather into orders, returns and customers, whatever the order of the rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lines import Line, line, opened, tables, types_of

ROWS = [
    line("1", "a", "2011-01-10T23:59", quantity=2, price=10, channel="web"),
    line("1", "a", "2011-01-10T09:00", product="POST", price=4, cost=1),
    line("1", "a", "2011-01-10T10:00", product="Q", price=30, category="pots"),
    line("1", "a", "2011-01-10T10:00", quantity=-1, price=10),
    line("2", "a", "2011-01-10T09:00", price=1),
    line("C3", "a", "2011-02-01T09:00", quantity=-1, price=30, product="Q"),
    line("4", None, "2011-02-02T09:00", price=8),
    line("5", "b", "2011-02-03T09:00", price=8, product="TEST1"),
]


TYPES = {
    **dict.fromkeys(("ordered_at", "returned_at", "acquired_at"), "TIMESTAMP"),
    **dict.fromkeys(("ordered_on", "returned_on", "acquired_on", "month"), "DATE"),
    **dict.fromkeys(("order_id", "return_id"), "VARCHAR"),
    **dict.fromkeys(("lines", "orders", "return_lines"), "BIGINT"),
    **dict.fromkeys(("amount", "units", "cost", "gross", "return", "quantity"), "DECIMAL(18,4)"),
}
"""Type by the beginning of a column's name, the first that fits."""


def made(rows: list[Line]) -> dict[str, list[dict[str, Any]]]:
    opened(rows)
    return {
        name: sorted(found, key=lambda row: str(sorted(row.items(), key=str)))
        for name, found in tables(["orders", "returns", "customers", "activity"]).items()
    }


def test_an_order_gathers_its_lines_and_leaves_its_returns() -> None:
    found = made(ROWS)
    orders = {row["order_id"]: row for row in found["orders"]}
    assert orders.keys() == {"1", "2", "4"}
    one = orders["1"]
    assert one["ordered_at"] == dt.datetime.fromisoformat("2011-01-10T09:00")
    assert one["ordered_on"] == dt.date(2011, 1, 10)
    assert (one["units"], one["lines"], one["cost"]) == (4, 3, 1)
    assert (one["amount_product"], one["lines_product"]) == (50, 2)
    assert (one["amount_shipping"], one["lines_shipping"]) == (4, 1)
    assert (one["amount_voucher"], one["lines_voucher"]) == (0, 0)
    returns = {row["order_id"]: row for row in found["returns"]}
    assert {name: row["amount_product"] for name, row in returns.items()} == {"1": -10, "C3": -30}


def test_a_customer_starts_with_the_first_order_and_its_dearest_line() -> None:
    (one,) = made(ROWS)["customers"]
    assert one == {
        "customer_id": "a", "country": "France", "channel": "web", "first_order_id": "1",
        "acquired_at": dt.datetime.fromisoformat("2011-01-10T09:00"),
        "acquired_on": dt.date(2011, 1, 10), "product": "Q", "category": "pots",
    }  # fmt: skip


def test_tables_hold_the_types_they_promise() -> None:
    opened(ROWS)
    for name in ("orders", "returns", "matches", "customers", "activity"):
        for column, kind in types_of(name).items():
            expected = [one for start, one in TYPES.items() if column.startswith(start)]
            assert kind == (expected or ["VARCHAR"])[0], (name, column)


def test_activity_sums_by_customer_and_month() -> None:
    rows = {row["month"]: row for row in made(ROWS)["activity"]}
    january, february = rows[dt.date(2011, 1, 1)], rows[dt.date(2011, 2, 1)]
    assert (january["orders"], january["gross"], january["returns"]) == (2, 55, -10)
    assert (february["orders"], february["gross"], february["returns"]) == (0, 0, -30)
    assert february["units"] == Decimal(-1)


@given(rows=st.permutations(ROWS))
@settings(max_examples=8, deadline=None)
def test_row_order_changes_nothing(rows: list[Line]) -> None:
    # Order 1 and its own return are no copies of each other, however they lie.
    assert made(rows) == made(ROWS)
