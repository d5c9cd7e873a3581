"""The same numbers as lifetimes, which is archived but was right."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from habitue.core.clv import BGNBD, MBGNBD, GammaGamma, ParetoNBD

from .conftest import Array

pytestmark = pytest.mark.filterwarnings("ignore")  # of lifetimes, written for numpy 1 and pandas 1

PEERS = (
    (BGNBD, "BetaGeoFitter", 1e-8),
    (MBGNBD, "ModifiedBetaGeoFitter", 1e-8),
    (ParetoNBD, "ParetoNBDFitter", 1e-12),
)
"""With the tolerance at which lifetimes still converges and is near enough to the optimum."""


@pytest.fixture(scope="module")
def lifetimes() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes

    assert isinstance(lifetimes, ModuleType)
    return lifetimes


def histories(seed: int) -> tuple[Array, Array, Array]:
    age = np.random.default_rng(seed).uniform(20, 100, 1500)
    x, t = BGNBD(r=0.6, alpha=9, a=0.6, b=2.1).simulate(age, seed=seed)
    return x, t, age


@pytest.mark.parametrize(("model", "peer", "tolerance"), PEERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_fits_and_predicts_the_same(
    lifetimes: ModuleType,
    model: type[BGNBD | MBGNBD | ParetoNBD],
    peer: str,
    tolerance: float,
    seed: int,
) -> None:
    x, t, age = histories(seed)
    theirs: Any = getattr(lifetimes, peer)()
    np.random.seed(seed)  # noqa: NPY002 - lifetimes draws its starts from the global generator
    theirs.fit(x, t, age, tol=tolerance)
    ours = model.fit(x, t, age)
    assert ours.params == pytest.approx(theirs.params_.to_dict(), rel=1e-4)
    same = model(**theirs.params_.to_dict())
    for ahead in (10.0, 52.0):
        printed = theirs.conditional_expected_number_of_purchases_up_to_time(ahead, x, t, age)
        at_their_optimum = same.expected_purchases(ahead, x, t, age)
        assert at_their_optimum == pytest.approx(np.asarray(printed), rel=1e-6, abs=1e-9)
        at_ours = ours.expected_purchases(ahead, x, t, age)
        assert at_ours == pytest.approx(np.asarray(printed), rel=1e-4)
    alive = np.asarray(theirs.conditional_probability_alive(x, t, age))
    assert same.p_alive(x, t, age) == pytest.approx(alive.ravel(), rel=1e-6, abs=1e-12)


def test_spend_is_the_same(lifetimes: ModuleType) -> None:
    random = np.random.default_rng(3)
    x = 1.0 + random.poisson(2, 2000)
    z = random.gamma(5.0 * x) / random.gamma(4.0, 1 / 20.0, 2000) / x
    theirs = lifetimes.GammaGammaFitter()
    theirs.fit(x, z)
    ours = GammaGamma.fit(x, z)
    assert ours.params == pytest.approx(theirs.params_.to_dict(), rel=5e-3)
    same = GammaGamma(**theirs.params_.to_dict())
    printed = theirs.conditional_expected_average_profit(x, z)
    assert same.expected_spend(x, z) == pytest.approx(np.asarray(printed), rel=1e-9)
    assert ours.expected_spend(x, z).mean() == pytest.approx(np.mean(printed), rel=1e-4)
