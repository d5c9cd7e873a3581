"""Costs of acquisition beside the cohorts of a small shop, worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.lines import line, opened

from habitue.core.cohorts.costs import Acquisition
from habitue.errors import RequestError
from habitue.workspace import Workspace

JAN, FEB, MAR = (dt.date(2011, month, 1) for month in (1, 2, 3))


def bought() -> list[Any]:
    """Two customers of January, by different channels, one of February; margin at 50 %."""
    return [
        line("0", "old", "2010-12-15", price=20, channel="Ads"),
        line("1", "a", "2011-01-05", price=20, channel="Ads"),
        line("2", "a", "2011-02-05", price=20, channel="Ads"),
        line("3", "b", "2011-01-09", price=40, channel="Shop", country="Spain"),
        line("4", "c", "2011-02-10", price=10, channel="Ads"),
        line("5", "c", "2011-03-10", price=10, channel="Ads"),
        line("6", "old", "2011-04-30", price=20, channel="Ads"),
    ]


def shop() -> Workspace:
    return opened(bought())


def rows(desk: Workspace, words: str, **asked: Any) -> dict[Any, dict[str, Any]]:
    costs = Acquisition.parsed(words, "costs.csv")
    table = desk.cohort_table(cac=costs, margin_rate="0.5", **asked)
    return {(row["group"], row["cohort"]): row for row in table.profiles.to_pylist()}


def test_day_and_ratio_by_hand() -> None:
    found = rows(shop(), "month,spend,overhead\n2011-01,36,6\n2011-02,50,\n")
    january, february = found["all", JAN], found["all", FEB]
    # January: 30 of margin in 31 days over 2 customers, then 10 in February: 15, then 20 each.
    assert (january["cac"], january["cac_loaded"]) == (18.0, 21.0)
    assert january["payback"] == 1
    assert january["payback_day"] == pytest.approx(31 + 28 * 3 / 5)
    assert january["ltv_cac"] == pytest.approx(20 / 18)
    assert january["payback_day_loaded"] is None
    assert january["ltv_cac_loaded"] == pytest.approx(20 / 21)
    # February: 10 of margin against 50.
    assert (february["payback"], february["payback_day"]) == (None, None)
    assert february["ltv_cac"] == pytest.approx(10 / 50)
    # Nobody told what December cost.
    assert found["all", dt.date(2010, 12, 1)]["cac"] is None


def test_elapsed_ages_count_from_each_first_order() -> None:
    found = rows(shop(), "month,spend\n2011-01,36\n2011-02,50\n", ages="elapsed")
    # Within 30 days of the first order 30 of margin for two, within 60 days 10 more.
    assert found["all", JAN]["payback_day"] == pytest.approx(30 + 30 * 3 / 5)


def test_the_pool_is_weighted_by_customers() -> None:
    desk = shop()
    costs = Acquisition.parsed("month,spend\n2011-01,36\n2011-02,48\n", "x")
    table = desk.cohort_table(cac=costs, margin_rate="0.5")
    paid = table.payback["all"]
    assert paid.cac == pytest.approx((36 + 48) / 3)
    assert paid.customers == 3
    pool = desk.pooled(margin_rate="0.5").to_pylist()
    assert paid.ltv_cac == pytest.approx(pool[-1]["cumulative_margin_per_customer"] / 28)
    average = table.average.to_pylist()
    assert [row["ltv_cac"] for row in average] == pytest.approx(
        [row["cumulative_margin_per_customer"] / 28 for row in pool]
    )


def test_a_filter_narrows_who_is_shown_and_not_what_they_cost() -> None:
    found = rows(shop(), "month,spend\n2011-01,36\n2011-02,50\n", countries=["Spain"])
    assert found["all", JAN]["customers"] == 1
    assert found["all", JAN]["cac"] == 18.0


def test_channels_bear_what_is_theirs() -> None:
    words = "month,channel,spend\n2011-01,Ads,12\n2011-01,,8\n2011-02,Ads,5\n"
    by_channel = rows(shop(), words, breakdown="channel")
    assert by_channel["Ads", JAN]["cac"] == 12 + 4
    assert by_channel["Shop", JAN]["cac"] == 4
    whole = rows(shop(), words)
    assert whole["all", JAN]["cac"] == 10
    quarter = rows(shop(), words + "2011-03,,9\n", grain="quarter")
    assert quarter["all", JAN]["cac"] == pytest.approx(25 / 3)
    with pytest.raises(RequestError, match="Radio"):
        rows(shop(), "month,channel,spend\n2011-01,Radio,12\n")


def test_every_week_costs_what_its_month_does() -> None:
    found = rows(shop(), "month,spend\n2011-01,36\n2011-02,50\n", grain="week")
    assert {row["cac"] for (_, day), row in found.items() if day >= JAN} == {18.0, 50.0}


def test_cells_say_how_far_margin_reaches() -> None:
    desk = shop()
    costs = Acquisition.parsed("month,spend\n2011-01,36\n", "x")
    rows_ = desk.cohort_table(cac=costs, margin_rate="0.5").rows().to_pylist()
    january = [row for row in rows_ if row["cohort"] == JAN]
    assert [row["ltv_cac"] for row in january] == pytest.approx([15 / 18, *[20 / 18] * 3])
    assert all(row["ltv_cac"] is None for row in rows_ if row["cohort"] != JAN)


def test_the_template_is_a_file_of_costs_once_filled_in() -> None:
    found = shop().new_by_month().to_pylist()
    assert {(row["month"], row["channel"]): row["customers"] for row in found} == {
        ("2010-12", "Ads"): 1, ("2011-01", "Ads"): 1, ("2011-01", "Shop"): 1, ("2011-02", "Ads"): 1,
    }  # fmt: skip
    assert list(found[0]) == ["month", "channel", "spend", "overhead", "customers"]


def test_one_number_is_everybody_s_cost() -> None:
    table = shop().cohort_table(cac=16, margin_rate="0.5")
    assert set(table.profiles["cac"].to_pylist()) == {16.0}
    assert "cac_loaded" not in table.profiles.column_names
    assert table.payback["all"].cac == 16.0
    with pytest.raises(RequestError):
        shop().cohort_table(cac=0)
