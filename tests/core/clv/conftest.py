"""Histories that several tests share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import ibis
import numpy as np
import pytest
from numpy.typing import NDArray
from pyarrow import csv

from habitue.core.clv import summary

Array = NDArray[np.float64]


class Histories(NamedTuple):
    """Columns of a summary, time in weeks as in the papers."""

    frequency: Array
    recency: Array
    T: Array
    monetary_value: Array


@pytest.fixture(scope="session")
def cdnow(shared: Path) -> Callable[[dt.date], Histories]:
    """CDNOW 1/10 sample, seen at a day."""
    orders = ibis.memtable(csv.read_csv(shared / "data" / "cdnow_sample.csv"))
    orders = orders.select("customer_id", ordered_on=orders.date, basket=orders.dollars)
    # Free orders count as transactions in the papers.
    orders = orders.mutate(basket=ibis.greatest(orders.basket, 1e-9))
    return lambda as_of: in_weeks(orders, as_of)


@pytest.fixture(scope="session")
def calibration(cdnow: Callable[[dt.date], Histories]) -> Histories:
    """CDNOW over the 39 weeks on which the papers fit."""
    return cdnow(dt.date(1997, 9, 30))


def in_weeks(orders: ibis.Table, as_of: dt.date, *, since: dt.date = dt.date.min) -> Histories:
    """Summarise orders, customers by acquisition and id: the order of the papers' sheets."""
    found = summary(orders, as_of)
    recent = found.filter(found["T"] <= (as_of - since).days)
    rows = recent.order_by(recent["T"].desc(), "customer_id").to_pyarrow()
    x, t, age, money = (
        rows[name].to_numpy().astype(np.float64)
        for name in ("frequency", "recency", "T", "monetary_value")
    )
    return Histories(x, t / 7, age / 7, money)
