"""Each function gives the same rows on every engine, whatever the order of the rows it is given."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from ibis import _
from tests.contracts import nasty
from tests.contracts.conftest import AS_OF, SEEN, Bench

from habitue.core import kpis, matching, orders, periods
from habitue.core.view import View, look, shown, wholesale
from habitue.data.cleaning import classify, repeated_positions
from habitue.data.waterfall import exclusions, tallies
from habitue.schema import CustomerType, Filters, Grain, Kind, Preset, ReturnsMode

LATEST = dt.date(2013, 1, 1)
Case = Callable[[Bench], ir.Table]

FILTERS = {
    "everything": Filters(),
    "returns excluded": Filters(returns=ReturnsMode.EXCLUDE),
    "returns neutralised": Filters(returns=ReturnsMode.NEUTRALISE),
    "no anonymous": Filters(anonymous=False),
    "one period": Filters(start=dt.date(2010, 5, 3), end=dt.date(2011, 2, 28)),
    "two countries": Filters(countries=("EIRE", "Ελλάδα")),
    "products only": Filters(kinds=(Kind.PRODUCT,), returns=ReturnsMode.NEUTRALISE),
    "some kinds": Filters(kinds=(Kind.SHIPPING, Kind.DISCOUNT)),
    "big orders": Filters(min_order=Decimal("15.0001")),
    "new": Filters(customer_type=CustomerType.NEW, start=dt.date(2010, 6, 1)),
    "returning": Filters(customer_type=CustomerType.RETURNING, start=dt.date(2010, 6, 1)),
    "wholesale": Filters(customer_type=CustomerType.WHOLESALE, wholesale_factor=1.5),
    "retail": Filters(customer_type=CustomerType.RETAIL, returns=ReturnsMode.EXCLUDE),
    "all at once": Filters(
        start=dt.date(2010, 1, 4),
        end=dt.date(2011, 12, 31),
        countries=("France", "eire", "Réunion"),
        returns=ReturnsMode.NEUTRALISE,
        min_order=Decimal("0.5"),
        customer_type=CustomerType.RETAIL,
        kinds=(Kind.PRODUCT, Kind.MANUAL, Kind.VOUCHER),
        anonymous=False,
    ),
}


def _cleaning() -> Iterator[tuple[str, Case]]:
    for preset in Preset:
        yield f"cleaning.classify {preset}", partial(_classified, preset)
    yield "cleaning.repeated_positions", lambda on: repeated_positions(on["typed"])
    yield "waterfall.tallies", lambda on: tallies(on["lines"])
    yield "waterfall.exclusions", lambda on: exclusions(on["lines"])


def _classified(preset: Preset, on: Bench) -> ir.Table:
    return classify(on["typed"], nasty.rules(preset))


def _gathering() -> Iterator[tuple[str, Case]]:
    yield "orders.orders", lambda on: orders.orders(on["lines"])
    yield "orders.returns", lambda on: orders.returns(on["lines"])
    yield "orders.customers", lambda on: orders.customers(on["orders"], on["lines"])
    yield "orders.activity", lambda on: orders.activity(on["orders"], on["returns"])
    yield "matching.matches", lambda on: matching.matches(on["lines"])
    yield "matching.share", _shares
    for factor in (1.0, 1.5, 3.0):
        yield f"view.wholesale {factor}", partial(_wholesale, factor)
    yield "periods", _periods


def _shares(on: Bench) -> ir.Table:
    sold = on["lines"].filter(_.amount > 0, _.quantity > 0, _.quantity == _.quantity.floor())
    one = ibis.literal(1).cast(orders.MONEY)
    share = matching.share_of(sold.amount, one, sold.quantity)
    return sold.select("order_id", "amount", whole=sold.quantity, share=share).distinct()


def _wholesale(factor: float, on: Bench) -> ir.Table:
    return wholesale(on["orders"], factor=factor)


def _periods(on: Bench) -> ir.Table:
    days = on["orders"].select("order_id", day=_.ordered_on)
    return days.mutate(
        **{f"start_{grain}": periods.start(days.day, grain) for grain in Grain},
        **{f"index_{grain}": periods.index(days.day, grain) for grain in Grain},
    )


def _looking() -> Iterator[tuple[str, Case]]:
    for name, asked in FILTERS.items():
        for part in View._fields:
            yield f"view.look {name}: {part}", partial(_looked, asked, part)


def _looked(asked: Filters, part: str, on: Bench) -> ir.Table:
    table: ir.Table = getattr(look(on.facts, asked, as_of=LATEST), part)
    return table


def _figures() -> Iterator[tuple[str, Case]]:
    yield from _each("headline", lambda name, on: kpis.headline(on.view(name), SEEN[name]))
    yield from _each("shown", lambda name, on: shown(on.view(name).orders, SEEN[name]))
    yield from _each("customer_values", lambda name, on: kpis.customer_values(on.view(name)))
    yield from _each("baseline_clv", lambda name, on: kpis.baseline_clv(on[f"{name}_values"]))
    yield from _each(
        "north_star", lambda name, on: kpis.north_star(on[f"{name}_values"], as_of=AS_OF)
    )
    yield from _each(
        "returns_by_kind", lambda name, on: kpis.returns_by_kind(on.view(name), SEEN[name])
    )
    yield from _each(
        "matched_returns",
        lambda name, on: kpis.matched_returns(on.facts, on.view(name), SEEN[name]),
    )
    for grain in Grain:
        yield from _by_period(grain)


def _by_period(grain: Grain) -> Iterator[tuple[str, Case]]:
    start, end = dt.date(2010, 2, 1), dt.date(2011, 11, 30)
    oldest = dt.date(2009, 12, 28)
    yield from _each(
        f"by_period {grain}",
        lambda name, on: kpis.by_period(on.view(name), start=start, end=end, grain=grain),
    )
    yield from _each(
        f"revenue_between {grain}",
        lambda name, on: kpis.revenue_between(on.view(name), start=start, end=end, grain=grain),
    )
    yield from _each(
        f"revenue_by_age {grain}",
        lambda name, on: kpis.revenue_by_age(
            on.view(name), as_of=AS_OF, grain=grain, leave_out=oldest
        ),
    )
    yield from _each(
        f"north_star_by_cohort {grain}",
        lambda name, on: kpis.north_star_by_cohort(on[f"{name}_values"], as_of=AS_OF, grain=grain),
    )


def _each(title: str, build: Callable[[str, Bench], ir.Table]) -> Iterator[tuple[str, Case]]:
    for name in SEEN:
        yield f"kpis.{title}, {name}", partial(build, name)


CASES: dict[str, Case] = dict([*_cleaning(), *_gathering(), *_looking(), *_figures()])


@pytest.fixture(scope="session")
def expected(reference: Bench) -> Callable[[str], pa.Table]:
    """Answer each case once on DuckDB, whatever the number of engines."""
    return cache(lambda name: reference.engine.run(CASES[name](reference)))


@pytest.mark.parametrize("name", CASES)
def test_the_rows_are_the_same(
    name: str, bench: Bench, expected: Callable[[str], pa.Table]
) -> None:
    there, here = bench.engine.run(CASES[name](bench)), expected(name)
    assert there.schema == here.schema
    assert_same(sorted_rows(there), sorted_rows(here))


def test_a_part_of_an_amount_is_exact(expected: Callable[[str], pa.Table]) -> None:
    rows = expected("matching.share").to_pylist()
    assert sum(row["whole"] > 1 for row in rows) > 100
    for row in rows:
        exact = (row["amount"] / row["whole"]).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        assert row["share"] == exact, row


def sorted_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Sort rows by what is exact in them, nulls first."""
    rows: list[dict[str, Any]] = table.to_pylist()
    exact = [field.name for field in table.schema if not pa.types.is_floating(field.type)]
    return sorted(
        rows, key=lambda row: [(row[name] is not None, _comparable(row[name])) for name in exact]
    )


def _comparable(value: Any) -> Any:
    return 0 if value is None else value


def assert_same(there: list[dict[str, Any]], here: list[dict[str, Any]]) -> None:
    """Compare rows: floats to twelve digits, all else exactly."""
    assert len(there) == len(here)
    for left, right in zip(there, here, strict=True):
        assert left.keys() == right.keys()
        for name, value in left.items():
            expected = right[name]
            if isinstance(value, float) and isinstance(expected, float):
                assert math.isclose(value, expected, rel_tol=1e-12), (name, left, right)
            else:
                assert value == expected, (name, left, right)
