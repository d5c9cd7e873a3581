"""Cohorts give the same rows on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

import ibis.expr.types as ir
import pytest
from tests.contracts import nasty
from tests.contracts.conftest import Bench
from tests.contracts.test_contracts import FILTERS, assert_same, sorted_rows

from habitue.core import kpis, periods
from habitue.core.cohorts import profile, waiting
from habitue.core.cohorts.cells import counted
from habitue.core.cohorts.placing import Placed, groups_of, place
from habitue.core.cohorts.refunds import rebooked
from habitue.core.cohorts.steps import steps
from habitue.schema import Ages, Breakdown, Grain, Retention

Case = Callable[[Bench], ir.Table]
AS_OF = dt.date(2011, 12, 9)
FIRST = min(one.as_py() for one in nasty.lines()["moment"] if one.is_valid).date()


def placed(on: Bench) -> Placed:
    view = on.look(FILTERS["everything"], as_of=AS_OF)
    return place(view, as_of=AS_OF, grain=Grain.MONTH)


def _done(on: Bench, seen: str = "everything") -> ir.Table:
    view = on.look(FILTERS[seen], as_of=AS_OF)
    return steps(view, kpis.customer_values(view), FILTERS[seen].returns)


def _counted(on: Bench, seen: str, grain: Grain, ages: Ages) -> ir.Table:
    return counted(_done(on, seen), grain=grain, ages=ages)


def _split(on: Bench, breakdown: Breakdown) -> ir.Table:
    asked = FILTERS["everything"]
    view = on.look(asked, as_of=AS_OF)
    groups = groups_of(on.facts, view, asked, as_of=AS_OF, breakdown=breakdown)
    return counted(_done(on), grain=Grain.MONTH, groups=groups)


def _rebooked(on: Bench) -> ir.Table:
    asked = FILTERS["everything"]
    return rebooked(on.facts, on.look(asked, as_of=AS_OF), asked, as_of=AS_OF)


def _customers(on: Bench, retention: Retention) -> ir.Table:
    born = periods.index_of(FIRST, Grain.MONTH)
    return profile.customers_in(placed(on), group="all", cohort=born, age=0, retention=retention)


def _cases() -> Iterator[tuple[str, Case]]:
    for grain in Grain:
        for ages in Ages:
            yield (
                f"cells {grain} {ages}",
                partial(_counted, seen="everything", grain=grain, ages=ages),
            )
    for seen in ("one period", "all at once", "returns neutralised"):
        yield (
            f"cells, {seen}",
            partial(_counted, seen=seen, grain=Grain.MONTH, ages=Ages.CALENDAR),
        )
    for breakdown in Breakdown:
        yield f"cells by {breakdown}", partial(_split, breakdown=breakdown)
    for retention in Retention:
        yield f"customers_in {retention}", partial(_customers, retention=retention)
    yield "steps", _done
    yield "rebooked", _rebooked
    yield "spread_by_age", lambda on: profile.spread_by_age(placed(on))
    yield "density_by_age", lambda on: profile.density_by_age(placed(on), leave_out=1)
    yield "waits", lambda on: waiting.waits(placed(on), as_of=AS_OF, steps=3)
    yield "observed_people", lambda on: profile.observed_people(placed(on))
    yield "amounts_by_age", lambda on: profile.amounts_by_age(placed(on), margin_rate=None)
    yield "activity_by_age", lambda on: profile.activity_by_age(placed(on))


CASES: dict[str, Case] = dict(_cases())


@pytest.mark.parametrize("name", CASES)
def test_the_rows_are_the_same(name: str, bench: Bench, reference: Bench) -> None:
    build = CASES[name]
    there, here = bench.engine.run(build(bench)), reference.engine.run(build(reference))
    assert here.num_rows
    assert there.schema == here.schema
    assert_same(sorted_rows(there), sorted_rows(here))
