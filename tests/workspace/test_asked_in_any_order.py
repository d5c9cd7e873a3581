"""What is compiled for one set of filters serves others; the order of asking changes no figure."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from habitue.data.samples import write_shop
from habitue.schema import CustomerType, ReturnsMode
from habitue.workspace import Workspace, ingest, open_store

_PERIODS: tuple[dict[str, Any], ...] = ({}, {"start": "2024-06-01"}, {"end": "2024-11-30"},
            {"start": "2024-06-01", "end": "2025-03-31"})  # fmt: skip
_BASKETS: tuple[dict[str, Any], ...] = ({}, {"min_order": 40}, {"min_order": 150})
_WAYS = [
    {"returns": returns, "customer_type": who, **period, **basket}
    for returns, who, period, basket in product(
        ReturnsMode, (None, *CustomerType), _PERIODS, _BASKETS
    )
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("any-order")
    ingest([*write_shop(folder, 6_000, seed=5).sources], store=folder / "store")
    return folder / "store"


def _figures(desk: Workspace, asked: dict[str, Any]) -> tuple[object, ...]:
    seen = desk.overview(**asked)
    return (seen.kpis, seen.by_period.to_pylist(), seen.returns.to_pylist(),
            seen.north_star_by_cohort.to_pylist())  # fmt: skip


def test_the_overview_is_the_same_whatever_was_asked_before(home: Path) -> None:
    asked = random.Random(8).sample(_WAYS, 60)
    first, second = open_store(home), open_store(home)
    there = [_figures(first, one) for one in asked]
    back = [_figures(second, one) for one in reversed(asked)]
    assert there == back[::-1]
    # They differ from each other, or the same figures would prove nothing.
    assert len({repr(one[1:]) for one in there}) > 40
