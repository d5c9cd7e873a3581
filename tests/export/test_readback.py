"""The read-back recovers what an action brought."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.export.people import AS_OF

from habitue.errors import RequestError, SourceError
from habitue.export.formats import csv_bytes
from habitue.export.holdout import held_out
from habitue.export.readback import compare, read_audience

START, END = AS_OF + dt.timedelta(days=1), AS_OF + dt.timedelta(days=60)


def _audience(count: int, salt: str = "s", share: float = 0.2) -> pa.Table:
    ids = [f"{place:06d}" for place in range(count)]
    held = held_out(pa.array(ids), share=share, salt=salt).to_pylist()
    return pa.table(
        {
            "customer_id": ids,
            "group": ["holdout" if one else "treated" for one in held],
            "list_name": ["x"] * count,
            "as_of": pa.array([AS_OF] * count, pa.date32()),
        }
    )


def _since(audience: pa.Table, uplift: float, seed: int) -> pa.Table:
    """Poisson orders, `uplift` more of them for the treated, at a log-normal price."""
    rng = np.random.default_rng(seed)
    treated = np.array([one == "treated" for one in audience["group"].to_pylist()])
    orders = rng.poisson(np.where(treated, 0.3 + uplift, 0.3))
    revenue = orders * rng.lognormal(3.0, 0.6, orders.size)
    active = orders > 0
    return pa.table(
        {
            "customer_id": audience["customer_id"].filter(pa.array(active)),
            "orders": orders[active],
            "revenue": revenue[active],
        }
    )


def test_a_simulated_uplift_is_within_its_interval_about_95_times_in_100() -> None:
    price = np.exp(3.0 + 0.6**2 / 2)
    audience = _audience(4_000)
    hits = {"orders": 0, "revenue": 0, "buyers": 0}
    truth = {
        "orders": 0.1, "revenue": 0.1 * price, "buyers": np.exp(-0.3) - np.exp(-0.4),
    }  # fmt: skip
    runs = 200
    for seed in range(runs):
        found = compare(audience, _since(audience, 0.1, seed), start=START, end=END)
        for name, true in truth.items():
            effect = getattr(found, name)
            hits[name] += effect.low <= true <= effect.high
    assert all(0.90 <= hit / runs <= 0.99 for hit in hits.values()), hits


def test_an_uplift_is_found_and_totalled() -> None:
    audience = _audience(20_000)
    found = compare(audience, _since(audience, 0.1, 1), start=START, end=END)
    assert found.orders.sure
    assert found.orders.total == pytest.approx(found.orders.difference * found.treated)
    assert found.treated + found.held == 20_000


def test_no_uplift_is_not_sure() -> None:
    audience = _audience(4_000)
    found = compare(audience, _since(audience, 0.0, 3), start=START, end=END)
    assert not found.orders.sure
    assert not found.revenue.sure


def test_welch_against_scipy() -> None:
    from scipy import stats

    audience = _audience(500)
    since = _since(audience, 0.2, 5)
    found = compare(audience, since, start=START, end=END).revenue
    paid = dict(zip(since["customer_id"].to_pylist(), since["revenue"].to_pylist(), strict=True))
    groups: dict[str, list[float]] = {"treated": [], "holdout": []}
    for row in audience.to_pylist():
        groups[row["group"]].append(paid.get(row["customer_id"], 0.0))
    theirs = stats.ttest_ind(
        groups["treated"], groups["holdout"], equal_var=False
    ).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


def test_without_a_holdout_there_is_nothing_to_compare() -> None:
    audience = _audience(50, share=0.0)
    with pytest.raises(RequestError, match="Nothing to compare"):
        compare(audience, _since(audience, 0.1, 1), start=START, end=END)


def test_an_audience_file_is_read_back_and_another_file_refused(tmp_path: Path) -> None:
    audience = _audience(30)
    path = tmp_path / "x.audience.csv"
    path.write_bytes(csv_bytes(audience))
    assert read_audience(path).equals(audience)
    for content in (b"a,b\n1,2\n", b"", b"customer_id,group,list_name,as_of\n"):
        with pytest.raises(SourceError):
            read_audience("x.csv", content)
    with pytest.raises(SourceError):
        read_audience(tmp_path / "nowhere.csv")
