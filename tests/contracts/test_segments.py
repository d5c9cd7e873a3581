"""Scores and segments give the same rows on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import ibis.expr.types as ir
import pytest
from tests.contracts.conftest import Bench
from tests.contracts.test_contracts import FILTERS, assert_same, sorted_rows

from habitue.core.segments import movement, priority, values
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.core.view import look
from habitue.schema import Basis

Case = Callable[[Bench], ir.Table]
AS_OF = dt.date(2011, 12, 9)
THEN = AS_OF - dt.timedelta(days=priority.LOOK_BACK_DAYS)
CUTS = CutPoints(
    recency=(30, 90, 200, 400),
    frequency=(2, 3, 4, 8),
    monetary=tuple(Decimal(one) for one in ("10", "25.5001", "100", "1000")),
)


def measured(
    on: Bench, seen: str = "everything", scoring: Scoring | None = None, as_of: dt.date = AS_OF
) -> ir.Table:
    view = look(on.facts, FILTERS[seen], as_of=as_of)
    return values.values(view, scoring or Scoring(), as_of=as_of, margin_rate=Decimal("0.3"))


def _scored(on: Bench, seen: str = "everything", as_of: dt.date = AS_OF) -> ir.Table:
    return values.scored(measured(on, seen, as_of=as_of), CUTS)


def _counted(on: Bench, name: str) -> ir.Table:
    return values.counted(measured(on), name)


def _steps(on: Bench, classes: int) -> ir.Table:
    people = measured(on)
    customers = on.engine.run(people).num_rows
    places = values.places(customers, classes)
    return values.money_steps(people, customers=customers, places=places)


def _fates(on: Bench) -> ir.Table:
    view = look(on.facts, FILTERS["everything"], as_of=AS_OF)
    then = _scored(on, as_of=THEN).select("customer_id", "rfm_score")
    return priority.fates(then, view.orders, day=THEN)


def _sizes(on: Bench) -> ir.Table:
    view = look(on.facts, FILTERS["everything"], as_of=AS_OF)
    return movement.sizes(view, Scoring(), CUTS, days=[THEN, AS_OF], margin_rate=Decimal("0.3"))


def _cases() -> Iterator[tuple[str, Case]]:
    for seen in ("everything", "returns neutralised", "all at once", "wholesale"):
        yield f"values, {seen}", partial(measured, seen=seen)
    for scoring in (
        Scoring(basis=Basis.GROSS), Scoring(basis=Basis.MARGIN), Scoring(window_days=300),
    ):  # fmt: skip
        yield f"values {scoring.basis} {scoring.window_days}", partial(measured, scoring=scoring)
    for name in ("recency_days", "frequency"):
        yield f"counted {name}", partial(_counted, name=name)
    for classes in (3, 4, 5):
        yield f"money_steps {classes}", partial(_steps, classes=classes)
    yield "scored", _scored
    yield "by_code", lambda on: values.by_code(_scored(on))
    yield "money_counts", lambda on: values.money_counts(_scored(on))
    yield "fates", _fates
    yield "moves", lambda on: movement.moves(_scored(on, as_of=THEN), _scored(on))
    yield "sizes", _sizes


CASES: dict[str, Case] = dict(_cases())


@pytest.mark.parametrize("name", CASES)
def test_the_rows_are_the_same(name: str, bench: Bench, reference: Bench) -> None:
    build = CASES[name]
    there, here = bench.engine.run(build(bench)), reference.engine.run(build(reference))
    assert here.num_rows
    assert there.schema == here.schema
    assert_same(sorted_rows(there), sorted_rows(here))
