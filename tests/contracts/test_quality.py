"""The quality report counts the same on every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest
from ibis import _
from tests.contracts.conftest import Bench
from tests.contracts.test_contracts import assert_same, sorted_rows

from habitue.core.orders import amount_of
from habitue.data.quality import conflicts, flags, people, repeats, samples, spread
from habitue.schema import Kind

Case = Callable[[Bench], ir.Table]
FENCES = flags.Fences(quantity=Decimal(5), price=Decimal(20))


def _tests(on: Bench) -> dict[str, ir.BooleanValue]:
    return flags.flags(on["lines"], FENCES, "C")


def _baskets(on: Bench) -> ir.Table:
    orders = on["orders"]
    amounts = [orders[amount_of(kind)] for kind in Kind]
    whole = sum(amounts[1:], amounts[0]).cast(flags.SUM).cast(spread.MONEY)
    return orders.select("order_id", "customer_id", "ordered_on", amount=whole)


def _paid(on: Bench) -> ir.Table:
    return spread.paid(on["lines"], _baskets(on))


def _in_currencies(lines: ir.Table) -> ir.Table:
    """The nasty lines are all of one currency: give them several, in small letters too."""
    others = ibis.cases((_.country == "France", "eur"), (_.country.isnull(), None), else_="GBP")
    return lines.mutate(currency=others)


def _cases() -> Iterator[tuple[str, Case]]:
    yield "line counts", lambda on: flags.line_counts(on["lines"], _tests(on))
    yield "duplicates", lambda on: repeats.duplicate_groups(on["lines"])
    yield (
        "duplicate counts",
        lambda on: repeats.duplicate_counts(repeats.duplicate_groups(on["lines"])),
    )
    for judged in (True, False):
        yield (
            f"repeated, {judged}",
            lambda on, judged=judged: repeats.repeated_counts(  # type: ignore[misc]  # mypy cannot infer a lambda's default
                repeats.repeated_lines(on["lines"], judged=judged)
            ),
        )
    yield "conflicts", lambda on: conflicts.conflict_counts(conflicts.spreads(on["lines"]))
    yield "travellers", lambda on: conflicts.traveller_counts(conflicts.travellers(on["lines"]))
    yield "currencies", lambda on: conflicts.currencies(_in_currencies(on["lines"]))
    yield "quartiles", lambda on: spread.quartiles(spread.priced(on["lines"]))
    yield "histogram", lambda on: spread.histogram(spread.priced(on["lines"]))
    yield "capped", lambda on: spread.capped(_paid(on), Decimal("0.9"))
    yield "concentration", lambda on: people.concentration(_baskets(on))
    yield "cohorts", lambda on: people.cohorts(on["customers"])
    yield "days", lambda on: people.days(_baskets(on))


SAMPLED = (
    "missing_customer", "price_not_positive", "returns", "duplicate_lines", "repeated_orders",
    "orders_several_customers", "customers_several_countries", "concentration", "first_cohort",
)  # fmt: skip
CASES = dict(_cases())


@pytest.mark.parametrize("case", CASES)
def test_counts(bench: Bench, reference: Bench, case: str) -> None:
    there, here = (sorted_rows(on.engine.run(CASES[case](on))) for on in (bench, reference))
    assert here
    assert_same(there, here)


@pytest.mark.parametrize("finding", SAMPLED)
def test_samples(bench: Bench, reference: Bench, finding: str) -> None:
    def rows(on: Bench) -> list[dict[str, Any]]:
        expression = samples.sample(
            finding, on["lines"], _baskets(on), _tests(on), judged=True, most=5
        )
        assert expression is not None
        return on.engine.run(expression).to_pylist()  # type: ignore[no-any-return]  # pyarrow is untyped

    assert_same(rows(bench), rows(reference))
