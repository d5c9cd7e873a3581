"""Rank correlation against an independent library."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from habitue.core.clv.ranks import spearman


@pytest.mark.parametrize("seed", range(5))
def test_ranks_agree_with_scipy_ties_included(seed: int) -> None:
    random = np.random.default_rng(seed)
    one = random.poisson(2, 400).astype(float)
    other = one + random.normal(0, 2, 400).round(int(random.integers(0, 3)))
    assert spearman(one, other) == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-12)


def test_no_variation_has_no_correlation() -> None:
    assert np.isnan(spearman([3, 3, 3], [1, 2, 3]))
