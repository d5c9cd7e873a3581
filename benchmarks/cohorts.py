"""The Cohorts screen and its questions: how long a reader waits, beside plain pandas.

    uv run python benchmarks/cohorts.py STORE

Each toggle is asked twice: cold, as its first reader pays it, and warm. The peer makes only the
plain matrix, from orders already in memory. Run it on a quiet machine.
"""

from __future__ import annotations

import datetime as dt
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

from habitue.schema import Ages, Breakdown, Grain, Measure, Per, Retention
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
        late = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
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
        times = []
        for name, values in turns:
            for value in values:
                control: Any = at.get_by_key(f"cohorts.{name}")
                control.set_value(value)
                times.append(took(at.run))
                assert not at.exception
        said(f"screen, any toggle, {state}", times)
    said("screen, rerun", [took(at.run) for _ in range(20)])


def peer(store: Path, desk: Workspace) -> None:
    """The plain monthly matrix, by pandas from orders in memory, and by us from the store's."""
    (file,) = store.glob("snapshots/*/orders.parquet")
    orders = pd.read_parquet(file, columns=["order_id", "customer_id", "ordered_at"])

    def matrix() -> Any:
        known = orders.dropna(subset=["customer_id"])
        month = known["ordered_at"].dt.to_period("M")
        cohort = month.groupby(known["customer_id"]).transform("min")
        age = (month.astype("int64") - cohort.astype("int64")).rename("age")
        return known.groupby([cohort.rename("cohort"), age])["customer_id"].nunique().unstack()

    theirs = [took(matrix) for _ in range(5)]
    # Nothing remembered: a day less each time is another question.
    days = [desk.shop().last_day - dt.timedelta(days=back) for back in range(1, 6)]
    for day in days:
        desk.kpis(as_of=day)
    ours = [took(partial(desk.cohorts, as_of=day)) for day in days]
    said("pandas, plain matrix", theirs)
    said("ours, every measure", ours)
    ratio = statistics.median(one[0] for one in ours) / statistics.median(one[0] for one in theirs)
    print(f"ratio of medians: {ratio:.2f}")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    opened = open_store(place)
    questions(opened)
    peer(place, opened)
    screen(place)
