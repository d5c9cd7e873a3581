"""A panel written by hand: customers who stay with a constant probability."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from habitue.core.scenario.panel import Panel

Make = Callable[..., Panel]


@pytest.fixture(scope="session")
def make_panel() -> Make:
    def made(
        *,
        rate: float = 0.8,
        customers: float = 1e9,
        rows: int = 24,
        basket: float = 100.0,
        margin: float = 0.3,
        returned: float = 0.0,
        draws: int = 1,
        seed: int = 0,
    ) -> Panel:
        """Cohorts of one size, one per month, whose activity is `rate` to the power of the age."""
        lived = np.arange(rows, 0, -1)
        ages = np.arange(rows)
        seen = (ages < lived[:, None]).astype(float)
        active = customers * rate**ages * seen
        spread = np.random.default_rng(seed).uniform(0.9, 1.1, (draws, rows, 1))
        spread[0] = 1.0
        active = np.clip(active * spread, 0, customers)
        size = np.full((draws, rows), customers)
        whole = np.full(rows, customers)
        coming = 2000 * 12
        return Panel(
            labels=tuple(f"row{row}" for row in range(rows)),
            groups=tuple("even" if row % 2 == 0 else "odd" for row in range(rows)),
            curve=np.zeros(rows, dtype=np.int64),
            month=coming - lived,
            coming=coming,
            customers=whole,
            whole=whole,
            size=size,
            lived=lived,
            pooling=np.full(rows, True),
            active=active,
            orders=active * 1.5,
            gross=active * 1.5 * basket,
            returned=-active * 1.5 * basket * returned,
            margin_rate=margin,
        )

    return made
