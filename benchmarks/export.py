"""How long a list of a million customers takes to write, and what memory: `python export.py`.

Beside pandas' `to_csv` of the same rows, in the same run.
"""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from habitue.export.lists import Order, Plan, draw
from habitue.export.parcel import Basis, folder, pack
from habitue.export.preflight import check
from habitue.export.profiles import profile

CUSTOMERS = 1_000_000
AS_OF = dt.date(2011, 12, 9)


def people() -> pa.Table:
    rng = np.random.default_rng(7)
    money = pa.array(np.round(rng.lognormal(6, 1.2, CUSTOMERS), 2)).cast(pa.decimal128(18, 4))
    segments = np.array(["Champions", "Loyal", "At Risk", "Lost"])
    days = rng.integers(0, 900, CUSTOMERS)
    last = pa.array((np.datetime64(AS_OF) - days).astype("datetime64[D]"))
    return pa.table(
        {
            "customer_id": pa.array([f"{place:07d}" for place in range(CUSTOMERS)]),
            "rfm_segment": pa.array(segments[rng.integers(0, 4, CUSTOMERS)]).cast(pa.string()),
            "rfm_score": pa.array(rng.integers(111, 555, CUSTOMERS)).cast(pa.string()),
            "recency_days": pa.array(days + 1),
            "frequency": pa.array(rng.integers(1, 40, CUSTOMERS)),
            "monetary": money,
            "country": pa.array(["France"] * CUSTOMERS),
            "cohort_month": pa.array(["2010-03"] * CUSTOMERS),
            "first_order": last,
            "last_order": last,
            "revenue": money,
            "year_revenue": money,
            "playbook": pa.array(["Thank them and keep them: early access."] * CUSTOMERS),
        }
    )


def main() -> None:
    table = people()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    order = Order(plans=(Plan(name="All"),), holdout=0.1)
    basis = Basis(
        as_of=AS_OF, snapshot="-", sources=("made up",), filters={}, rule_set=None, version="-"
    )
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        drawn = draw(table, order, as_of=AS_OF, salt="s")
        flights = tuple(check(one, order, profile("csv")) for one in drawn)
        checked = time.perf_counter()
        sent = pack(flights, order, basis, folder(Path(place)))
        done = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        frame = flights[0].ready[0].rows.to_pandas()
        middle = time.perf_counter()
        frame.to_csv(Path(place) / "pandas.csv", index=False)
        theirs = time.perf_counter() - middle
    print(f"rows {sent.rows:,}, {sent.files[0].bytes / 1e6:.0f} MB")
    print(f"draw and check {checked - start:.1f} s, write {done - checked:.1f} s")
    print(f"whole export {done - start:.1f} s; pandas to_csv alone {theirs:.1f} s")
    print(f"peak memory {peak:.0f} MB, of which {before:.0f} MB held the customers before")


if __name__ == "__main__":
    main()
