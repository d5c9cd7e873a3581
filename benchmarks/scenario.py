"""Time a scenario slider, and put the forecast to the test: `python benchmarks/scenario.py STORE`.

Prints one line per measure, then the tables of docs/backtest.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from habitue.core.scenario.backtest import Tried, tried
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.panel import Panel
from habitue.core.scenario.plan import Plan
from habitue.workspace import open_store

ORIGINS = 15
"""Month-ends, the latest first, from which a month at least is known."""
MOVED = Levers(
    retention_relative=0.05, margin=0.01, basket=0.02, discount=Discount(depth=0.1), elasticity=1.0
)


def main(store: str) -> None:
    shop = open_store(store)
    timed("panel, first time", shop.panel)
    for months, acquisitions in ((12, 0.0), (12, 150.0), (36, 150.0)):
        plan = Plan(months=months, acquisitions=acquisitions)
        shop.scenario(plan)
        taken = []
        for step in range(40):
            levers = MOVED.but(retention_relative=0.05 + step / 1000)
            begun = time.perf_counter()
            shop.scenario(Plan(months=months, acquisitions=acquisitions, levers=levers))
            taken.append(time.perf_counter() - begun)
        half, most = np.quantile(taken, [0.5, 0.95]) * 1000
        print(f"slider, {months} months, {acquisitions:.0f} new: {half:.1f} ms, p95 {most:.1f} ms")
    table(shop.panel())


def table(panel: Panel) -> None:
    print("\n| from | months | actual | forecast | error | carried | last year | 95 % interval | |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    every: dict[int, list[Tried]] = {}
    for months in (1, 3, 6, 12):
        for ago in range(months, ORIGINS + 1):
            one = tried(panel, months_ago=ago, months=months)
            every.setdefault(months, []).append(one)
            number = panel.coming - ago - 1
            last = "" if one.last_year is None else f"{one.last_year / one.actual - 1:+.0%}"
            print(
                f"| {number // 12}-{number % 12 + 1:02d} | {months} | {one.actual:,.0f} "
                f"| {one.forecast:,.0f} | {one.forecast / one.actual - 1:+.0%} "
                f"| {one.carried / one.actual - 1:+.0%} | {last} "
                f"| {one.low:,.0f} to {one.high:,.0f} | {'in' if one.covered else 'OUT'} |"
            )
    print("\n| months | dates | error | carried | same dates: error | last year | inside |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for months, tries in every.items():
        paired = [one for one in tries if one.last_year is not None]
        print(
            f"| {months} | {len(tries)} | {miss(tries, lambda one: one.forecast)} "
            f"| {miss(tries, lambda one: one.carried)} | {miss(paired, lambda one: one.forecast)} "
            f"| {miss(paired, lambda one: one.last_year or 0.0)} "
            f"| {np.mean([one.covered for one in tries]):.0%} |"
        )


def miss(tries: list[Tried], guess: Callable[[Tried], float]) -> str:
    if not tries:
        return ""
    return f"{np.mean([abs(guess(one) / one.actual - 1) for one in tries]):.1%}"


def timed(name: str, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    print(f"{name}: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1])
