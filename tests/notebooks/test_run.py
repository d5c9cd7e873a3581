"""The notebooks run from top to bottom, and find the published figures of Online Retail II.

Published: sections 1 and 2 of the reference brief, those of the same basis (`plain`).
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.notebooks.conftest import NAMES, Run, said, stored

pytestmark = pytest.mark.slow

COHORT_SIZES = [
    955, 383, 374, 443, 294, 254, 270, 186, 162, 243, 377, 325, 76, 71, 124, 179, 106, 111, 108,
    102, 106, 189, 221, 191, 28,
]  # fmt: skip


@pytest.fixture(scope="module")
def found(on_real_data: Run) -> dict[str, Any]:
    return on_real_data("01_exploration").figures


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_on_the_demo_shop(on_the_demo: Run, name: str) -> None:
    outputs, figures = on_the_demo(name)
    assert figures
    readings = [one for cell in outputs for one in cell if one.startswith("**Lecture")]
    kept = [one for cell in said(stored(name)) for one in cell if one.startswith("**Lecture")]
    assert len(readings) == len(kept)
    # Nothing typed by hand: another shop reads otherwise, and in its own currency.
    assert not any("£" in one for one in readings)
    assert sum(one in kept for one in readings) <= 1


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_stored_outputs_are_current(on_real_data: Run, name: str) -> None:
    assert on_real_data(name).outputs == said(stored(name)), (
        f"HABITUE_DATA=… jupyter execute --inplace notebooks/{name}.ipynb"
    )


@pytest.mark.data
def test_raw_figures(found: dict[str, Any]) -> None:
    names = ("lines", "orders", "products", "countries", "customers")
    assert [found[f"raw_{name}"] for name in names] == [1_067_371, 53_628, 5_305, 43, 5_942]
    assert found["lines_without_customer"] == 243_007
    assert found["exact_duplicates"] == 34_335
    orders, lines, amount = found["overlap"]
    assert (orders, lines, Decimal(amount)) == (1_088, 22_523, Decimal("377488.45"))
    assert found["cancellation_lines"] == 19_494
    assert found["cancellation_lines_with_customer"] == 18_744
    assert found["price_not_positive_lines"] == 6_207
    assert found["quantity_over_1000_lines"] == 503
    assert found["customers_with_several_countries"] == 13


@pytest.mark.data
def test_sales_and_returns(found: dict[str, Any]) -> None:
    assert found["lines"] == 797_815
    money = [round(Decimal(found[name]), 2) for name in ("gross", "returns", "net")]
    assert [str(one) for one in money] == ["17374804.27", "-1084812.98", "16289991.29"]
    assert (found["orders"], found["buyers"]) == (36_969, 5_878)
    assert (found["return_lines"], found["return_documents"]) == (18_390, 7_901)
    assert found["customers_with_returns_only"] == 61
    # Of the three treatments the farthest apart are the returns counted and the returns left out.
    assert round(Decimal(found["widest_gap_between_treatments"]), 2) == -money[1]
    matched, amount = found["exactly_matched_returns"]
    assert (matched, round(float(amount) / 1000)) == (6_217, -620)


@pytest.mark.data
def test_seasons(found: dict[str, Any]) -> None:
    (best, high), (worst, low) = found["best_month"], found["worst_month"]
    assert (best, round(Decimal(high))) == ("2010-11-01", 1_166_460)
    assert (worst, round(Decimal(low))) == ("2011-02-01", 446_085)
    assert round(Decimal(found["mean_month"])) == 694_992
    assert round(found["active_customers_mean"]) == 1_024
    assert found["active_customers_best"] == ["2011-11-01", 1_664]
    assert found["active_customers_ends"] == [955, 615]
    week = {int(day): (round(money / 1000, 1), n) for day, (money, n) in found["weekdays"].items()}
    assert {day: n for day, (_, n) in week.items()} == {
        0: 5_755, 1: 6_627, 2: 6_649, 3: 7_773, 4: 5_387, 5: 30, 6: 4_748,
    }  # fmt: skip
    assert [round(week[day][0]) for day in (0, 1, 2, 3, 4, 6)] == [
        2_778, 3_323, 3_021, 3_746, 2_728, 1_769,
    ]  # fmt: skip
    assert week[5][0] == 9.8


@pytest.mark.data
def test_countries(found: dict[str, Any]) -> None:
    assert found["countries_selling"] == 41
    assert {name: round(money / 1000) for name, money in found["countries"].items()} == {
        "United Kingdom": 14_389, "EIRE": 617, "Netherlands": 554, "Germany": 425, "France": 349,
        "Australia": 169, "Spain": 108, "Switzerland": 100, "Sweden": 92, "Denmark": 69,
    }  # fmt: skip
    assert round(found["top10_share"], 3) == 0.971


@pytest.mark.data
def test_cohorts(found: dict[str, Any]) -> None:
    assert found["cohort_sizes"] == COHORT_SIZES
    published = {
        "pooled": [23.4, 24.9, 22.1, 22.7],
        "pooled_without_first": [21.0, 20.9, 18.3, 18.4],
        "unweighted": [21.2, 21.6, 17.8, 18.2],
    }
    for name, rates in published.items():
        mine = [round(100 * found[name][age], 1) for age in ("1", "3", "6", "12")]
        assert mine == rates, name
    cumulative = {age: round(value, 2) for age, value in found["cumulative_revenue"].items()}
    assert cumulative == {"0": 512.60, "2": 799.33, "5": 1_232.28, "11": 2_141.42}
    value, _median, n = found["north_star"]
    assert (round(value, 2), n) == (853.16, 5_281)


@pytest.mark.data
def test_rfm(found: dict[str, Any]) -> None:
    median, _mean, _recent, dormant = found["recency"]
    # Ours counts the day itself: one more than the published one.
    assert (median - 1, dormant) == (95, 2_398)
    median, mean, once, often = found["frequency"]
    assert (median, round(mean, 2), once, often) == (3, 6.29, 1_623, 876)
    median, mean = found["monetary"]
    assert (round(median, 2), round(mean, 2)) == (867.74, 2_955.90)
    assert round(found["top_decile_share"], 3) == 0.639


@pytest.mark.data
@pytest.mark.parametrize("preset", ["standard", "plain"])
def test_the_final_selection_is_the_golden_one(
    on_real_data: Run, shared: Path, preset: str
) -> None:
    golden = json.loads((shared / "golden" / "online_retail_II.json").read_text("utf-8"))[preset]
    found = on_real_data("process").figures[preset]
    kept = golden["kept"]

    assert (found["n"], found["commandes"]) == (kept["lines"], kept["orders"])
    assert found["clients"] == golden.get("with_customer", kept)["customers"]
    for mine, theirs in (("brut", "gross"), ("retours", "returns"), ("net", "net")):
        assert round(Decimal(found[mine]), 2) == Decimal(str(kept[theirs])), theirs
