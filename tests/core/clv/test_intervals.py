"""Intervals: the same seed, the same bands; totals of their parts; discount and margin."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from habitue.core.clv import BGNBD, ConstantSpend, Intervals, intervals
from habitue.errors import ContentError, RequestError

from .conftest import Array

TRUTH = BGNBD(r=0.7, alpha=45, a=0.5, b=2.2)


@pytest.fixture(scope="module")
def base() -> tuple[BGNBD, Array, Array, Array]:
    age = np.random.default_rng(1).integers(60, 720, 800).astype(np.float64)
    x, t = TRUTH.simulate(age, seed=2)
    fitted = BGNBD.fit(x, t, age)
    assert isinstance(fitted, BGNBD)
    return fitted, x, t, age


def bands_of(base: tuple[BGNBD, Array, Array, Array], **asked: object) -> Intervals:
    model, *history = base
    return intervals(model, *history, **{"horizon_days": 365, "seed": 3, **asked})  # type: ignore[arg-type]  # options by name


def test_same_seed_same_bands(base: tuple[BGNBD, Array, Array, Array]) -> None:
    one, same, other = bands_of(base), bands_of(base), bands_of(base, seed=4)
    assert np.array_equal(one.orders.high, same.orders.high)
    assert one.total_orders == same.total_orders
    assert one.total_orders != other.total_orders


def test_bands_hold_the_expectation_and_widen_with_the_level(
    base: tuple[BGNBD, Array, Array, Array],
) -> None:
    model, *history = base
    wide, narrow = bands_of(base), bands_of(base, level=0.5)
    total = model.expected_purchases(365, *history).sum()
    assert wide.total_orders.low < narrow.total_orders.low < total
    assert total < narrow.total_orders.high < wide.total_orders.high
    assert np.all(wide.orders.low <= narrow.orders.low)
    assert np.all(narrow.orders.high <= wide.orders.high)
    assert wide.value is None


def test_parameters_matter_more_to_a_total_than_to_a_customer(
    base: tuple[BGNBD, Array, Array, Array],
) -> None:
    model, *history = base
    known = intervals(BGNBD.with_params(model.params), *history, horizon_days=365, seed=3)
    unsure = bands_of(base)
    total, alone = unsure.total_orders, known.total_orders
    assert total.high - total.low > 1.2 * (alone.high - alone.low)
    width = (unsure.orders.high - unsure.orders.low).mean()
    assert width == pytest.approx((known.orders.high - known.orders.low).mean(), rel=0.1)


def test_groups_of_one_are_their_customer_and_one_group_is_the_total(
    base: tuple[BGNBD, Array, Array, Array],
) -> None:
    whole = bands_of(base, groups=np.zeros(800, dtype=int))
    assert whole.group_orders.low[0] == whole.total_orders.low
    each = bands_of(base, groups=np.arange(800))
    assert np.array_equal(each.group_orders.high, each.orders.high)


def test_margin_and_discount_scale_value(base: tuple[BGNBD, Array, Array, Array]) -> None:
    spend = ConstantSpend(mean=20.0)
    asked = {"spend": spend, "monetary_value": 20.0}
    full = bands_of(base, **asked)
    margin = bands_of(base, **asked, margin_rate=0.3)
    later = bands_of(base, **asked, annual_rate=0.1)
    assert full.total_value is not None
    assert margin.total_value is not None
    assert later.total_value is not None
    assert full.total_value.high == pytest.approx(20 * full.total_orders.high)
    assert margin.total_value.high == pytest.approx(0.3 * full.total_value.high)
    assert full.total_value.high / 1.1 < later.total_value.high < full.total_value.high


@pytest.mark.parametrize(
    ("asked", "key"), [({"level": 1.0}, "clv_level"), ({"horizon_days": 0}, "clv_horizon")]
)
def test_intervals_that_cannot_be(
    base: tuple[BGNBD, Array, Array, Array], asked: dict[str, object], key: str
) -> None:
    with pytest.raises(RequestError) as error:
        bands_of(base, **asked)
    assert error.value.key == key


def test_groups_of_others(base: tuple[BGNBD, Array, Array, Array]) -> None:
    with pytest.raises(ContentError) as error:
        bands_of(base, groups=[0, 1])
    assert error.value.key == "clv_lengths"


def test_blocks_of_customers_share_the_draws_of_parameters(
    base: tuple[BGNBD, Array, Array, Array], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bands_of(base, parameter_draws=50)
    module = importlib.import_module("habitue.core.clv.intervals")
    monkeypatch.setattr(module, "_CELLS", 200 * 90)  # nine blocks
    cut = bands_of(base, parameter_draws=50)
    assert cut.total_orders.low == pytest.approx(whole.total_orders.low, rel=0.05)
    assert cut.total_orders.high == pytest.approx(whole.total_orders.high, rel=0.05)
