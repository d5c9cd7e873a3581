"""Put predictions of value to the test at many past days: `python benchmarks/backtest.py STORE`.

Prints the tables of docs/backtest-clv.md.
"""

from __future__ import annotations

import sys

import numpy as np

from habitue.core.clv.backtest import MODEL, Origin, Score
from habitue.core.clv.forecast import Calendar, Forecaster
from habitue.core.clv.occasions import Occasions
from habitue.workspace import open_store
from habitue.workspace.clv_desk import EPOCH

CUTS = (
    "2010-08-31", "2010-09-30", "2010-10-31", "2010-11-30", "2010-12-09", "2010-12-31",
    "2011-01-31", "2011-02-28", "2011-03-31", "2011-04-30", "2011-05-31", "2011-06-09",
    "2011-06-30", "2011-07-31", "2011-08-31", "2011-09-09",
)  # fmt: skip
WINDOWS = (90, 183, 365)
TESTED = "mbgnbd"


def main(store: str) -> None:
    desk = open_store(store)
    shop = Occasions.read(desk.occasions())
    last = (desk.shop().last_day - EPOCH).days
    calendar = Calendar(shop)
    ours, plain = Forecaster(shop, TESTED, calendar=calendar), Forecaster(shop, "bgnbd")
    held: dict[tuple[str, int], list[bool]] = {}
    inside: dict[str, list[float]] = {"orders": [], "money": []}
    print("| cut | days | unit | published | model | interval | per customer | rules |")
    print("|---|---|---|---|---|---|---|---|")
    errors: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for day in CUTS:
        cut = int(np.datetime64(day).astype(np.int64))
        for window in WINDOWS:
            if cut + window > last:
                continue
            tested = Origin.of(ours, cut, window)
            before = {one.unit: one for one in Origin.of(plain, cut, window).scores("published")}
            model = {one.unit: one for one in tested.scores(MODEL)}
            rules = tested.rules()
            for band in tested.coverage():
                unit, mine = band.unit, model[band.unit]
                held.setdefault((unit, window), []).append(band.holds)
                inside[unit].append(band.customers)
                errors.setdefault((window, unit), []).append((before[unit].error, mine.error))
                beside = ", ".join(rule(one) for one in rules if one.unit == unit)
                print(
                    f"| {day} | {window} | {unit} | {before[unit].error:+.1%} | {mine.error:+.1%} "
                    f"| {'holds' if band.holds else 'MISSES'} "
                    f"| {before[unit].mae:.3f}, {mine.mae:.3f}, {mine.mae_median:.3f} | {beside} |"
                )
    for (unit, window), holds in held.items():
        print(f"{unit}, {window} days: {sum(holds)} of {len(holds)} intervals of totals hold")
    for (window, unit), pairs in errors.items():
        was, now = np.abs(pairs).mean(axis=0)
        print(f"{unit}, {window} days: mean absolute error {was:.1%} published, {now:.1%} model")
    for unit, shares in inside.items():
        print(f"{unit}: {min(shares):.0%} to {max(shares):.0%} of the customers inside theirs")


def rule(score: Score) -> str:
    return f"{score.method} {score.error:+.1%} / {score.mae:.3f}"


if __name__ == "__main__":
    main(sys.argv[1])
