"""The printed figures of the papers, on the sample they used: parameters to the last digit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyarrow import csv

from habitue.core.clv import (
    BGNBD,
    MBGNBD,
    NBD,
    Calendar,
    Forecaster,
    GammaGamma,
    Occasions,
    ParetoNBD,
    PurchaseModel,
    choose,
)
from habitue.core.clv.backtest import Origin
from habitue.core.money import daily_force

from .conftest import Array, Histories

pytestmark = pytest.mark.data

MODELS: tuple[type[BGNBD | MBGNBD | ParetoNBD | NBD], ...] = (BGNBD, MBGNBD, ParetoNBD, NBD)


@pytest.fixture(scope="module")
def fitted(calibration: Histories) -> dict[str, PurchaseModel]:
    return {model.key: model.fit(*calibration[:3]) for model in MODELS}


@pytest.fixture(scope="module")
def holdout(cdnow: Callable[[dt.date], Histories], calibration: Histories) -> Array:
    later = cdnow(dt.date(1998, 6, 30))
    return later.frequency - calibration.frequency


def test_recipe_gives_the_sample_of_the_papers(calibration: Histories, holdout: Array) -> None:
    x, _, age, _ = calibration
    assert (x.size, x.sum(), (x == 0).sum(), x.max()) == (2357, 2457, 1411, 29)
    assert (age.min(), age.max().round(3)) == (27.0, 38.857)
    assert holdout.sum() == 1882


@pytest.mark.parametrize(
    ("key", "printed", "digits"),
    [
        ("bgnbd", (0.243, 4.414, 0.793, 2.426), 3),
        ("paretonbd", (0.553, 10.578, 0.606, 11.669), 3),
        ("nbd", (0.385, 12.072), 3),
        ("mbgnbd", (0.525, 6.183, 0.891, 1.614), 3),
        ("bgnbd", (0.242595, 4.413602, 0.792922, 2.425907), 5),
        ("paretonbd", (0.553277, 10.577683, 0.606240, 11.668731), 5),
        ("mbgnbd", (0.524843, 6.183086, 0.891360, 1.614002), 5),
        ("nbd", (0.384766, 12.072022), 5),
    ],
)
def test_parameters_are_those_printed(
    fitted: dict[str, PurchaseModel], key: str, printed: tuple[float, ...], digits: int
) -> None:
    found = tuple(fitted[key].params.values())
    assert found == pytest.approx(printed, abs=0.5 * 10**-digits)


@pytest.mark.parametrize(
    ("key", "likelihood"),
    [
        ("bgnbd", -9582.42921),
        ("mbgnbd", -9582.13572),
        ("paretonbd", -9594.97618),
        ("nbd", -9763.65761),
    ],
)
def test_log_likelihood_is_in_the_unit_of_the_data(
    fitted: dict[str, PurchaseModel], calibration: Histories, key: str, likelihood: float
) -> None:
    assert fitted[key].log_likelihood == pytest.approx(likelihood, abs=1e-4)
    x, t, age, _ = calibration
    in_days = next(model for model in MODELS if model.key == key).fit(x, 7 * t, 7 * age)
    assert in_days.log_likelihood == pytest.approx(likelihood - x.sum() * np.log(7), abs=1e-3)


@pytest.mark.parametrize(
    ("key", "errors", "tolerance"),
    [
        ("bgnbd", (0.01256, 0.37822, 0.18573, 0.70541), 5e-6),
        ("paretonbd", (0.0476264, 0.8427222, 0.1872594, 6.2105448), 7e-4),
        ("paretonbd", (0.04763, 0.84272, 0.18728, 6.21114), 4e-5),
    ],
)
def test_standard_errors_are_those_known(
    fitted: dict[str, PurchaseModel], key: str, errors: tuple[float, ...], tolerance: float
) -> None:
    assert tuple(fitted[key].standard_errors.values()) == pytest.approx(errors, abs=tolerance)


@pytest.mark.parametrize(
    ("key", "chi_squared"), [("bgnbd", 4.8211), ("paretonbd", 11.9900), ("mbgnbd", 2.9546)]
)
def test_frequencies_fit_as_printed(
    fitted: dict[str, PurchaseModel], calibration: Histories, key: str, chi_squared: float
) -> None:
    actual = _by_count(calibration.frequency)
    ages, customers = np.unique(calibration.T, return_counts=True)
    below = fitted[key].pmf(np.arange(7)[:, None], ages[None, :]) @ customers
    expected = np.append(below, calibration.T.size - below.sum())
    assert actual.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    if key == "bgnbd":
        printed = [1407.68, 460.32, 192.46, 101.16, 59.85, 38.12, 25.55, 71.85]
        assert expected == pytest.approx(printed, abs=0.005)
    assert ((actual - expected) ** 2 / expected).sum() == pytest.approx(chi_squared, abs=1e-4)


@pytest.mark.parametrize(
    ("key", "printed", "tolerance", "total"),
    [
        ("paretonbd", (0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403), 1e-3, 1665.5),
        ("bgnbd", (0.2251, 0.5231, 1.0441, 1.5203, 2.1638, 2.6538, 3.5040, 6.1570), 2e-4, 1653.4),
        ("mbgnbd", (0.1852, 0.5514, 1.0490, 1.4929, 2.1043, 2.5636, 3.3608, 5.8485), 6e-5, 1576.7),
    ],
)
def test_holdout_is_predicted_as_printed(
    fitted: dict[str, PurchaseModel],
    calibration: Histories,
    holdout: Array,
    *,
    key: str,
    printed: tuple[float, ...],
    tolerance: float,
    total: float,
) -> None:
    x = np.minimum(calibration.frequency, 7).astype(int)
    expected = fitted[key].expected_purchases(39, *calibration[:3])
    sizes = np.bincount(x)
    actual = (0.2367, 0.6970, 1.3925, 1.5600, 2.5323, 2.9474, 3.8621, 6.3594)
    assert np.bincount(x, holdout) / sizes == pytest.approx(actual, abs=5e-5)
    assert np.bincount(x, expected) / sizes == pytest.approx(printed, abs=tolerance)
    assert expected.sum() == pytest.approx(total, abs=0.05)


def test_new_customer_is_expected_as_printed(fitted: dict[str, PurchaseModel]) -> None:
    assert fitted["bgnbd"].expected_purchases_new(52) == pytest.approx(1.444012, abs=5e-7)
    assert fitted["paretonbd"].expected_purchases_new(52) == pytest.approx(1.473434, abs=5e-7)
    assert fitted["bgnbd"].expected_purchases_new(78) == pytest.approx(1.8580, abs=5e-5)


def test_one_time_buyers_are_alive_in_bg_nbd_and_doubtful_in_mbg_nbd(
    fitted: dict[str, PurchaseModel], calibration: Histories
) -> None:
    means = {key: fitted[key].p_alive(*calibration[:3]).mean() for key in ("bgnbd", "mbgnbd")}
    assert means == pytest.approx({"bgnbd": 0.813, "mbgnbd": 0.449}, abs=5e-4)


def test_end_of_observation_is_one_day_not_the_next(calibration: Histories) -> None:
    x, t, age, _ = calibration
    late = BGNBD.fit(x, t, age + 1 / 7)
    assert late.params["a"] == pytest.approx(0.814, abs=5e-4)
    assert late.log_likelihood == pytest.approx(-9589.89, abs=5e-3)


def test_pareto_over_78_weeks_and_its_residual_purchases(
    cdnow: Callable[[dt.date], Histories],
) -> None:
    x, t, age, _ = cdnow(dt.date(1998, 6, 30))
    model = ParetoNBD.fit(x, 7 * t, 7 * age)
    weeks = (model.params["r"], model.params["alpha"] / 7, model.params["s"])
    assert weeks == pytest.approx((0.5630036, 12.5591684, 0.4081073), abs=2e-6)
    assert model.params["beta"] / 7 == pytest.approx(10.51455, abs=1e-5)
    assert model.log_likelihood + x.sum() * np.log(7) == pytest.approx(-17135.836, abs=1e-3)
    annual_rate = np.expm1(0.0027 / 7 * 365.25)
    assert daily_force(annual_rate) == pytest.approx(0.0027 / 7)
    pairs = ((7, 50, 77.86, 9.518139), (1, 50, 77.86, 3.114683), (0, 0, 78, 0.363867))
    for frequency, recency, observed, printed in (*pairs, (15, 70, 77.86, 35.069664)):
        found = model.residual_value(annual_rate, frequency, 7 * recency, 7 * observed)
        assert found == pytest.approx(printed, rel=4e-6)
    shorter = BGNBD.fit(x, t, age)
    printed_bg = (0.25356, 5.44726, 0.60737, 2.64723)
    assert tuple(shorter.params.values()) == pytest.approx(printed_bg, abs=5e-6)
    assert shorter.log_likelihood == pytest.approx(-17138.234, abs=1e-3)


def test_spend_is_that_of_the_note(calibration: Histories) -> None:
    x, _, _, z = calibration
    model = GammaGamma.fit(x, z)
    assert tuple(model.params.values()) == pytest.approx((6.25, 3.74, 15.44), abs=5e-3)
    assert tuple(model.params.values()) == pytest.approx((6.24958, 3.74422, 15.44351), abs=2e-5)
    assert model.log_likelihood == pytest.approx(-4055.91769, abs=1e-4)
    assert z[x > 0].mean() == pytest.approx(35.0778, abs=5e-5)
    assert model.expected_spend_new == pytest.approx(35.171, abs=1e-3)
    assert np.corrcoef(x[x > 0], z[x > 0])[0, 1] == pytest.approx(0.1139, abs=5e-5)


def test_first_customers_spend_as_on_the_sheet(calibration: Histories) -> None:
    x, _, _, z = calibration
    sheet = (24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17)
    expected = GammaGamma.fit(x, z).expected_spend(x[:10], z[:10])
    assert expected == pytest.approx(sheet, abs=0.1)


def test_weights_count_customers(calibration: Histories) -> None:
    x, t, age, _ = calibration
    rows, counts = np.unique(np.array([x, t, age]), axis=1, return_counts=True)
    whole = MBGNBD.fit(x, t, age)
    grouped = MBGNBD.fit(rows[0], rows[1], rows[2], weights=counts)
    assert grouped.params == pytest.approx(whole.params, rel=1e-9)
    assert grouped.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)


def test_holdout_under_the_model_left_to_choose(shared: Path, calibration: Histories) -> None:
    rows = csv.read_csv(shared / "data" / "cdnow_sample.csv")
    names, dates = (rows[name].to_numpy(zero_copy_only=False) for name in ("customer_id", "date"))
    days = np.unique(
        np.column_stack(
            [np.unique(names, return_inverse=True)[1], dates.astype("datetime64[D]").astype(int)]
        ),
        axis=0,
    )
    shop = Occasions.of(days[:, 0], days[:, 1], np.ones(len(days)))
    cut, window = int(np.datetime64("1997-09-30").astype(int)), 39 * 7
    choice = choose(Calendar(shop), cut, window)
    # Of the last 90 days MBG/NBD has the smallest error; of the next 273 it expects the least.
    assert (choice.model, choice.days, choice.actual) == ("mbgnbd", 90, 704)
    assert min(choice.trials, key=lambda one: one.mae).model == "mbgnbd"
    found = Origin.of(Forecaster(shop, choice.model, calendar=Calendar(shop)), cut, window)
    (orders,) = (one for one in found.scores("model") if one.unit == "orders")
    assert (orders.customers, orders.actual) == (2357, 1882)
    # Those of the first month and the others apart, on the wall's clock: less than a year is known.
    x, t, age, _ = calibration
    first = age * 7 >= cut - np.datetime64("1997-01-31").astype(int)
    expected = sum(
        MBGNBD.fit(x[side], t[side], age[side])
        .expected_purchases(39, x[side], t[side], age[side])
        .sum()
        for side in (first, ~first)
    )
    assert orders.predicted == pytest.approx(expected, rel=1e-6)
    assert expected == pytest.approx(1569.35, abs=5e-3)
    assert all(one.holds for one in found.coverage() if one.unit == "orders")


def _by_count(x: Array) -> Array:
    return np.bincount(np.minimum(x, 7).astype(int)).astype(np.float64)
