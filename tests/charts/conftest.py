"""Charts drawn from the same figures as the screens' tests."""

from __future__ import annotations

import pytest

from habitue.charts.look import Look
from habitue.charts.palette import LIGHT


@pytest.fixture(params=["fr", "en"])
def look(request: pytest.FixtureRequest) -> Look:
    return Look(lang=request.param, currency="GBP", basis="Retours inclus", palette=LIGHT)


@pytest.fixture
def english() -> Look:
    return Look(lang="en", currency="GBP", basis="Returns included", palette=LIGHT)
