"""The summary: occasions are days with a basket above zero, and nothing after `as_of` is seen."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.core.clv import BGNBD, patterns, summary

START = dt.date(2024, 1, 1)
SCHEMA = pa.schema(
    [("customer_id", pa.string()), ("ordered_on", pa.date32()), ("basket", pa.decimal128(18, 4))]
)
Order = tuple[str | None, dt.date, Decimal]


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def table(orders: list[Order]) -> ibis.Table:
    lines = [dict(zip(SCHEMA.names, order, strict=True)) for order in orders]
    return ibis.memtable(pa.Table.from_pylist(lines, schema=SCHEMA))


def rows(orders: list[Order], as_of: dt.date) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (
        summary(table(orders), as_of).order_by("customer_id").to_pyarrow().to_pylist()
    )
    return found


def test_same_day_orders_are_one_occasion() -> None:
    orders = [("a", day(0), Decimal(9)), ("a", day(10), Decimal(20)), ("a", day(10), Decimal(5))]
    assert rows(list(orders), day(30)) == [
        {"customer_id": "a", "frequency": 1, "recency": 10, "T": 30, "monetary_value": 25.0}
    ]


def test_free_orders_unknown_customers_and_the_future_are_not_occasions() -> None:
    orders: list[Order] = [
        ("a", day(0), Decimal(0)),
        ("a", day(3), Decimal(9)),
        ("a", day(5), Decimal(-4)),
        (None, day(4), Decimal(9)),
        ("a", day(31), Decimal(9)),
        ("b", day(30), Decimal(9)),
        ("c", day(31), Decimal(9)),
    ]
    assert rows(orders, day(30)) == [
        {"customer_id": "a", "frequency": 0, "recency": 0, "T": 27, "monetary_value": 0.0},
        {"customer_id": "b", "frequency": 0, "recency": 0, "T": 0, "monetary_value": 0.0},
    ]


orders_drawn = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 40).map(day),
        st.integers(-5, 200).map(lambda cents: Decimal(cents) / 4),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(orders_drawn)
def test_equals_the_definition(orders: list[Order]) -> None:
    as_of = day(30)
    money: dict[str | None, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for customer, ordered_on, basket in orders:
        if basket > 0 and ordered_on <= as_of:
            money[customer][ordered_on] += basket
    expected = []
    for customer in sorted(money, key=str):
        days = sorted(money[customer])
        repeats = [float(money[customer][one]) for one in days[1:]]
        expected.append(
            {
                "customer_id": customer,
                "frequency": len(repeats),
                "recency": (days[-1] - days[0]).days,
                "T": (as_of - days[0]).days,
                "monetary_value": pytest.approx(sum(repeats) / len(repeats) if repeats else 0.0),
            }
        )
    assert rows(orders, as_of) == expected


def test_patterns_count_customers_and_fit_the_same() -> None:
    age = [60 + 7 * (number % 40) for number in range(600)]
    x, t = BGNBD(r=0.7, alpha=45, a=0.5, b=2.2).simulate(age, seed=1)
    histories = ibis.memtable(
        pa.table(
            {
                "customer_id": [str(number) for number in range(600)],
                "frequency": [int(min(a, b)) for a, b in zip(x, t.round() + (x > 0), strict=True)],
                "recency": [int(one) + (two > 0) for one, two in zip(t // 1, x, strict=True)],
                "T": age,
            }
        )
    )
    counted = patterns(histories).to_pyarrow()
    assert sum(counted["customers"].to_pylist()) == 600
    assert counted.num_rows < 600
    each = histories.to_pyarrow()
    whole = BGNBD.fit(each["frequency"], each["recency"], each["T"])
    grouped = BGNBD.fit(
        counted["frequency"], counted["recency"], counted["T"], weights=counted["customers"]
    )
    assert grouped.params == pytest.approx(whole.params, rel=1e-6)
