"""The Cohorts screen and its questions: how long a reader waits, beside plain pandas.

    uv run python benchmarks/cohorts.py STORE

Each toggle is asked twice: cold, as its first reader pays it, and warm. The peer makes the same
counts and sums of every cell and of every cohort, from orders and returns already in memory; it
has no filters, no exact money and no intervals. Run it on a quiet machine.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from habitue.schema import (
    NORTH_STAR_DAYS,
    Ages,
    Breakdown,
    Grain,
    Kind,
    Measure,
    Per,
    Retention,
)
from habitue.workspace import Workspace, open_store


def took(work: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds on the clock, and of processor: a busy machine stretches the first."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - busy)


def said(name: str, times: list[tuple[float, float]]) -> None:
    told = []
    for which, kind in enumerate(("clock", "processor")):
        ranked = sorted(one[which] for one in times)
        late = ranked[math.ceil(0.95 * len(ranked)) - 1]
        told.append(
            f"{kind} median {statistics.median(ranked):.0f}, p95 {late:.0f}, worst {ranked[-1]:.0f}"
        )
    print(f"{name}, n = {len(times)}, in ms: {'; '.join(told)}")


def questions(desk: Workspace) -> None:
    """Ask the table every way there is."""
    asked: list[dict[str, Any]] = [
        *({"grain": grain, "ages": ages} for grain in Grain for ages in Ages),
        *({"breakdown": one} for one in (*desk.breakdowns(), Breakdown.BASKET_BAND)),
        *({"retention": one} for one in Retention),
        *({"measure": one, "per": per, "cumulative": so_far} for one in Measure for per in Per
          for so_far in (False, True)),
    ]  # fmt: skip
    desk.kpis()
    for state in ("cold", "warm"):
        said(f"table, {state}", [took(partial(desk.cohort_table, **one)) for one in asked])
    said("other questions, cold", [
        took(desk.second_order), took(desk.spread_by_age), took(desk.empirical_clv),
    ])  # fmt: skip


def screen(store: Path) -> None:
    """Turn every control of the screen, on the server's side."""
    warnings.simplefilter("ignore")
    os.environ["HABITUE_STORE"] = str(store)
    spec = find_spec("habitue.ui.app")
    assert spec is not None
    assert spec.origin is not None
    at = AppTest.from_file(spec.origin, default_timeout=120)
    at.run()
    said("first visit", [took(lambda: at.switch_page("screens/cohorts.py").run())])
    turns: list[tuple[str, list[Any]]] = [
        ("measure", list(Measure)), ("measure", [Measure.RETENTION]),
        ("retention", list(Retention)), ("ages", list(Ages)),
        ("breakdown", [*open_store(store).breakdowns(), None]), ("keep_truncated", [True, False]),
        ("measure", [Measure.REVENUE]), ("per", list(Per)), ("cumulative", [True, False]),
    ]  # fmt: skip
    for state in ("first reader", "next readers"):
        times, slow = [], []
        for name, values in turns:
            for value in values:
                control: Any = at.get_by_key(f"cohorts.{name}")
                control.set_value(value)
                times.append(took(at.run))
                slow.append((times[-1][1], f"{name} {value}"))
                assert not at.exception
        said(f"screen, any toggle, {state}", times)
        worst = sorted(slow, reverse=True)[:4]
        print("  slowest, processor:", "; ".join(f"{name} {busy:.0f}" for busy, name in worst))
    said("screen, rerun", [took(at.run) for _ in range(20)])


def peer(store: Path, desk: Workspace) -> None:
    """The same monthly measures, by pandas from tables in memory, and by us from the store's."""
    (place,) = {file.parent for file in store.glob("snapshots/*/orders.parquet")}
    orders = pd.read_parquet(place / "orders.parquet")
    returns = pd.read_parquet(place / "returns.parquet").rename(
        columns={"returned_at": "ordered_at"}
    )
    for table in (orders, returns):
        table["amount"] = table[[f"amount_{kind}" for kind in Kind]].astype(float).sum(axis=1)
    columns = ["customer_id", "ordered_at", "amount"]
    orders = orders.dropna(subset=["customer_id"])[[*columns, "order_id"]]
    returns = returns.dropna(subset=["customer_id"])[columns]

    def matrix() -> Any:
        bought = orders.sort_values(["customer_id", "ordered_at", "order_id"])
        people = bought.groupby("customer_id")
        bought = bought.assign(
            orders=1, basket=bought["amount"], second=people.cumcount() == 1,
            last=~bought["customer_id"].duplicated(keep="last"),
        )  # fmt: skip
        first = people.first().rename(columns={"ordered_at": "born", "amount": "first_basket"})
        both = pd.concat([bought, returns], ignore_index=True)
        both["born"] = both["customer_id"].map(first["born"])
        both = both.dropna(subset=["born"])
        both["cohort"] = both["born"].dt.year * 12 + both["born"].dt.month
        month = both["ordered_at"].dt.year * 12 + both["ordered_at"].dt.month
        both["age"] = (month - both["cohort"]).clip(lower=0)
        sums = both.groupby(["cohort", "age"])[
            ["orders", "second", "last", "basket", "amount"]
        ].sum()
        buyers = both[both["orders"] == 1].groupby(["cohort", "age"])["customer_id"].nunique()
        early = both[both["ordered_at"] < both["born"] + pd.Timedelta(days=NORTH_STAR_DAYS)]
        first["cohort"] = first["born"].dt.year * 12 + first["born"].dt.month
        rows = first.groupby("cohort").agg(
            customers=("first_basket", "size"), first_basket=("first_basket", "mean")
        )
        return (
            sums.assign(buyers=buyers),
            rows.assign(early=early.groupby("cohort")["amount"].sum()),
        )

    theirs = [took(matrix) for _ in range(7)]
    # Nothing remembered: a day less each time is another question, its view made beforehand.
    days = [desk.shop().last_day - dt.timedelta(days=back) for back in range(1, 8)]
    for day in days:
        desk.kpis(as_of=day)
    ours = [took(partial(desk.cohort_table, as_of=day)) for day in days]
    cells, _ = matrix()
    found = desk.cohorts().to_pandas()
    assert cells["buyers"].sum() == found["buyers"].sum()
    assert abs(cells["amount"].sum() - float(found["revenue"].sum())) < 1
    said("pandas, the same counts and sums", theirs)
    said("ours, with intervals, pooled row and profiles", ours)
    for which, kind in enumerate(("clock", "processor")):
        mine, other = (statistics.median(one[which] for one in times) for times in (ours, theirs))
        print(f"ratio of medians, {kind}: {mine / other:.2f}")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    opened = open_store(place)
    questions(opened)
    peer(place, opened)
    screen(place)
