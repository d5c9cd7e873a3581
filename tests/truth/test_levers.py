"""Each lever on Online Retail II, worked out again by hand from the months of the baseline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import permutations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.outcome import Outcome
from habitue.core.scenario.plan import Plan
from habitue.workspace import Workspace, open_store

pytestmark = pytest.mark.data
MONTHS = 9
TARGETS: list[dict[str, Any]] = [
    {},
    {"segments": ("Champions", "Hibernating")},
    {"cohorts": (dt.date(2011, 3, 1), dt.date(2010, 5, 1))},
]
FILTERS: list[dict[str, Any]] = [
    {"as_of": "2011-11-30"},
    {"as_of": "2011-09-30", "countries": "United Kingdom", "returns": "exclude",
     "margin_rate": 0.45},
]  # fmt: skip
Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def shop(real_store: Path) -> Workspace:
    return open_store(real_store)


@pytest.fixture(params=TARGETS, ids=["all", "segments", "cohorts"])
def target(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    return found


@pytest.fixture(params=FILTERS, ids=["standard", "narrowed"])
def run(shop: Workspace, target: dict[str, Any], request: pytest.FixtureRequest) -> Run:
    """Simulate some levers; the day ends a month, so that nobody stands at age 0."""

    def simulated(**levers: Any) -> Outcome:
        plan = Plan(levers=Levers(**levers), months=MONTHS, **target)
        return shop.scenario(plan, **request.param).outcome

    return simulated


def test_every_lever_does_what_its_definition_says(run: Run) -> None:
    rest = run()
    base, people, rate = rest.baseline, rest.customers, rest.margin_rate
    revenue, margin = float(base.revenue.sum()), float(base.margin.sum())
    waited = (np.arange(MONTHS) + 1) / 12

    def becomes(figure: str, value: float, **levers: Any) -> None:
        assert run(**levers).figures[figure].scenario == pytest.approx(value, rel=1e-9)

    assert margin == pytest.approx(rate * revenue)
    becomes("clv", float(base.margin @ 1.1**-waited) / people)
    becomes("clv", float(base.margin @ 1.25**-waited) / people, annual_rate=0.25)
    becomes("margin", (rate + 0.03) * revenue, margin=0.03)
    becomes("revenue", revenue * 1.1 * 1.05, frequency=0.1, basket=0.05)
    becomes("revenue", revenue * 1.05, retention_relative=0.05)
    becomes("revenue", revenue + 0.05 * float(base.revenue[:3].sum()),
            retention_relative=0.05, retention_months=3)  # fmt: skip
    becomes("retention", rest.figures["retention"].baseline + 0.02, retention_points=0.02)
    becomes("margin", (rate - 0.1) * revenue, discount=Discount(depth=0.1))
    # Half of the orders at 10 % off, two more orders per point of price.
    some = {"discount": Discount(depth=0.1, share=0.5), "elasticity": 2.0}
    placed, paid = 0.5 + 0.5 * 1.2, 0.5 + 0.5 * 1.2 * 0.9
    becomes("orders", float(base.orders.sum()) * placed, **some)
    becomes("revenue", revenue * paid, **some)
    becomes("margin", revenue * (paid - placed * (1 - rate)), **some)


def test_break_even_and_payback(run: Run) -> None:
    rest = run()
    rate, margin = rest.margin_rate, rest.baseline.margin
    off = run(discount=Discount(depth=0.1))
    assert off.break_even == pytest.approx(rate / (rate - 0.1) - 1)
    cost = 0.4 * float(margin[:4].sum()) * 0.2
    each = 0.5 * cost / (0.4 * rest.customers)
    action = run(frequency=0.2, reach=0.4, fixed_cost=0.5 * cost, cost_per_customer=each)
    assert action.action_cost == pytest.approx(cost)
    assert action.payback == pytest.approx(4)
    assert action.roi == pytest.approx(float(margin.sum()) * 0.08 / cost - 1)


def test_parts_are_the_mean_over_every_order_of_moving(run: Run) -> None:
    rest = run()
    revenue, rate = float(rest.baseline.revenue.sum()), rest.margin_rate
    moved: dict[str, Any] = {
        "frequency": 0.1, "discount": Discount(depth=0.1), "margin": 0.03,
        "retention_relative": 0.05,
    }  # fmt: skip

    def worth(names: tuple[str, ...]) -> float:
        more = (1.05 if "retention_relative" in names else 1) * (1.1 if "frequency" in names else 1)
        kept = rate + (0.03 if "margin" in names else 0)
        orders, price = (1.15, 0.9) if "discount" in names else (1, 1)
        return revenue * more * orders * (price - 1 + kept)

    parts = dict.fromkeys(moved, 0.0)
    for order in permutations(moved):
        for place, name in enumerate(order):
            gained = worth(order[: place + 1]) - worth(order[:place])
            parts[name] += gained / factorial(len(moved))
    found = run(**moved, elasticity=1.5).figures["margin"]
    assert found.parts == pytest.approx(parts)
    assert found.difference == pytest.approx(sum(parts.values()))


def test_retention_waits_for_the_age_of_each_member_of_a_segment(shop: Workspace) -> None:
    day = dt.date(2011, 11, 30)
    scored = shop.rfm(as_of=day)
    names = sorted(set(scored["rfm_segment"].to_pylist()))
    bare = shop.scenario(Plan(months=MONTHS), as_of=day).outcome.baseline
    later = Levers(retention_relative=0.05, retention_from_age=6)
    plans = [Plan(months=MONTHS, levers=later, segments=(name,)) for name in names]
    gained = sum(
        shop.scenario(plan, as_of=day).outcome.figures["revenue"].difference for plan in plans
    )
    # Who were acquired from July on are not yet six months old: the lever comes to them later.
    assert 0.85 * 0.05 * bare.revenue.sum() < gained < 0.05 * bare.revenue.sum()
    at_once = Levers(retention_relative=0.05, retention_from_age=1)
    plans = [Plan(months=MONTHS, levers=at_once, segments=(name,)) for name in names]
    parts = [shop.scenario(plan, as_of=day).outcome.figures["revenue"] for plan in plans]
    whole = shop.scenario(Plan(months=MONTHS, levers=at_once), as_of=day)
    assert sum(one.difference for one in parts) == pytest.approx(
        whole.outcome.figures["revenue"].difference
    )
