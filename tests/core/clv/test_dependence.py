"""Spend against frequency: measured by ranks, warned about, answered by band."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from habitue.core.clv import GammaGamma, SpendByBand, dependence
from habitue.core.clv.dependence import WARN_ABOVE
from habitue.errors import ContentError
from habitue.texts import LANGS

from .conftest import Array


def shop(slope: float, size: int = 4000) -> tuple[Array, Array]:
    random = np.random.default_rng(1)
    x = random.poisson(random.gamma(0.8, 3, size)).astype(np.float64)
    scale = 30 * (1 + x) ** slope / random.gamma(5, 1 / 4, size)
    z = np.where(x > 0, random.gamma(np.maximum(4 * x, 1)) / np.maximum(4 * x, 1) * scale, 0.0)
    return x, z


def test_independent_spend_raises_no_warning() -> None:
    measured = dependence(*shop(0.0))
    assert abs(measured.spearman) < 0.1
    assert measured.eta_squared < 0.01
    assert measured.finding is None


def test_dependent_spend_is_measured_warned_about_and_answered() -> None:
    x, z = shop(0.6)
    measured = dependence(x, z)
    kept = x > 0
    assert measured.spearman == pytest.approx(stats.spearmanr(x[kept], z[kept]).statistic)
    assert measured.spearman > 0.3
    assert measured.eta_squared > 0.1
    assert measured.customers == kept.sum() == sum(band.customers for band in measured.bands)
    assert [band.first for band in measured.bands] == [1, 2, 4, 9]
    assert [band.last for band in measured.bands] == [1, 3, 8, None]
    means = [band.mean for band in measured.bands]
    assert means == sorted(means)
    assert measured.finding is not None
    for lang in LANGS:
        assert "0" in measured.finding.say(lang)
    banded, pooled = SpendByBand.fit(x, z), GammaGamma.fit(x, z)
    once = x == 1
    truth = 30 * 2**0.6 * 4 / 4  # mean of 1 / gamma(5, 1/4) is 1
    assert banded.expected_spend(0, 0) == pytest.approx(truth, rel=0.1)
    assert abs(banded.expected_spend(x, z)[once].mean() - z[once].mean()) < abs(
        pooled.expected_spend(x, z)[once].mean() - z[once].mean()
    )


def test_a_few_customers_tell_nothing_and_small_bands_are_not_promised() -> None:
    few = dependence([1, 2, 3, 5], [10, 20, 30, 25])
    assert few.spearman > WARN_ABOVE
    assert few.finding is None
    x, z = shop(0.8, size=150)
    some = dependence(x, z)
    assert max(band.customers for band in some.bands) < 100
    assert some.finding is not None
    assert some.finding.key == "spend_depends_few"
    assert not some.by_band
    for lang in LANGS:
        assert "100" in some.finding.say(lang)


def test_small_bands_use_the_whole_base() -> None:
    x, z = shop(0.0, size=250)
    models = SpendByBand.fit(x, z).models
    assert models[-1] is models[-2]


def test_ties_and_constants() -> None:
    assert np.isnan(dependence([1, 1, 1], [10, 20, 30]).spearman)
    flat = dependence([1, 2, 3], [10, 10, 10])
    assert np.isnan(flat.spearman)
    assert flat.eta_squared == 0
    assert flat.finding is None


def test_nobody_came_back() -> None:
    with pytest.raises(ContentError) as error:
        dependence([0, 0], [0, 0])
    assert error.value.key == "clv_no_repeat_spend"
