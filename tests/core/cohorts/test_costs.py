"""Costs of acquisition: read from a file, shared out over customers, repaid on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.core.cohorts.costs import Acquisition, costed, payback, payback_day
from habitue.errors import RequestError

JAN, FEB = dt.date(2011, 1, 1), dt.date(2011, 2, 1)
SIZES = {(JAN, "Ads"): 10, (JAN, ""): 30, (FEB, "Ads"): 20, (FEB, ""): 5}
WHOLE = ["", "Ads"]


def parsed(words: str) -> Acquisition:
    return Acquisition.parsed(words, "costs.csv")


def test_a_month_s_spend_falls_on_its_customers_alike() -> None:
    costs = parsed("month,spend,overhead\n2011-01,400,100\n2011-02,50,\n")
    assert costs.has_overhead
    january = costed(costs, SIZES, [JAN], WHOLE)
    assert (january.customers, january.blended, january.loaded) == (40, 10.0, 12.5)
    ads = costed(costs, SIZES, [JAN], ["Ads"])
    assert (ads.customers, ads.blended, ads.loaded) == (10, 10.0, 12.5)
    # By hand: (400 + 50) / (40 + 25), and 100 more.
    both = costed(costs, SIZES, [JAN, FEB], WHOLE)
    assert both.blended == pytest.approx(450 / 65)
    assert both.loaded == pytest.approx(550 / 65)


def test_a_channel_bears_its_own_cost_and_its_part_of_nobody_s() -> None:
    costs = parsed("cohort;channel;spend\n2011-01;Ads;200\n2011-01;;80,5\n")
    assert costed(costs, SIZES, [JAN], ["Ads"]).blended == pytest.approx(20 + 80.5 / 40)
    assert costed(costs, SIZES, [JAN], [""]).blended == pytest.approx(80.5 / 40)
    assert costed(costs, SIZES, [JAN], WHOLE).blended == pytest.approx(280.5 / 40)


def test_a_cost_per_customer_counts_customers() -> None:
    costs = parsed("month\tchannel\tcac\n2011-01\tAds\t12\n2011-02\t\t3\n")
    assert costed(costs, SIZES, [JAN], ["Ads"]).blended == 12
    assert costed(costs, SIZES, [JAN], WHOLE).blended == pytest.approx(120 / 40)
    assert costed(costs, SIZES, [JAN, FEB], WHOLE).blended == pytest.approx((120 + 75) / 65)


def test_a_month_nobody_told_is_unknown_and_not_free() -> None:
    costs = parsed("month,spend\n2011-01,400\n")
    assert costed(costs, SIZES, [FEB], WHOLE).blended is None
    assert costed(costs, SIZES, [JAN, FEB], WHOLE).blended is None
    assert costed(parsed("month,spend\n2011-01,0\n"), SIZES, [JAN], WHOLE).blended == 0


@given(
    st.lists(st.decimals(0, 10**6, places=2), min_size=2, max_size=2),
    st.lists(st.integers(1, 50), min_size=4, max_size=4),
)
def test_what_channels_bear_adds_up_to_what_was_paid(
    paid: list[Decimal], counts: list[int]
) -> None:
    sizes = dict(zip(SIZES, counts, strict=True))
    costs = parsed(f"month,channel,spend\n2011-01,Ads,{paid[0]}\n2011-01,,{paid[1]}\n")
    borne = [costed(costs, sizes, [JAN], [channel]) for channel in WHOLE]
    total = sum(one.customers * (one.blended or 0) for one in borne)
    assert total == pytest.approx(float(sum(paid)), rel=1e-9, abs=1e-9)


def test_repaid_on_a_day_within_an_age() -> None:
    ends = [31.0, 59.0, 90.0]
    assert payback_day(ends, [5.0, 9.0, 12.0], 10.0) == pytest.approx(59 + 31 / 3)
    assert payback_day(ends, [5.0, 9.0, 12.0], 2.5) == pytest.approx(15.5)
    assert payback_day(ends, [5.0, 9.0, 12.0], 12.01) is None
    assert payback_day([], [], 1.0) is None
    assert payback([0, 1, 2], [5.0, None, 12.0], 10.0) == 2


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8), st.floats(0.01, 300),
)  # fmt: skip
def test_the_day_lies_in_the_age_that_repays(steps: list[float], cac: float) -> None:
    earned = [sum(steps[: place + 1]) for place in range(len(steps))]
    ends = [30.0 * (place + 1) for place in range(len(steps))]
    age, day = payback(range(len(steps)), earned, cac), payback_day(ends, earned, cac)
    assert (age is None) == (day is None)
    if age is not None and day is not None:
        assert 30.0 * age - 1e-9 <= day <= 30.0 * (age + 1) + 1e-9


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "cac_columns"),
        ("month,spend\n", "cac_columns"),
        ("when,spend\n2011-01,3\n", "cac_columns"),
        ("month,clicks\n2011-01,3\n", "cac_columns"),
        ("month,spend\nMarch,3\n", "cac_cell"),
        ("month,spend\n2011-13,3\n", "cac_cell"),
        ("month,spend\n0000-01,3\n", "cac_cell"),
        ("month,spend\n2011-01,many\n", "cac_cell"),
        ("month,spend\n2011-01,-3\n", "cac_cell"),
        ("month,spend\n2011-01,nan\n", "cac_cell"),
        ("month,spend,cac\n2011-01,3,4\n", "cac_spend_or_cac"),
        ("month,spend,overhead\n2011-01,,4\n", "cac_spend_or_cac"),
        ("month,spend\n2011-01,3\n\n2011-01-15,4\n", "cac_month_twice"),
    ],
)
def test_what_is_no_file_of_costs_is_refused(words: str, key: str) -> None:
    with pytest.raises(RequestError) as refused:
        parsed(words)
    assert refused.value.key == key
    for lang in ("fr", "en"):
        assert "costs.csv" in refused.value.what(lang)


def test_a_number_or_a_file(tmp_path: Path) -> None:
    place = tmp_path / "costs.csv"
    place.write_bytes('\ufeffmonth,spend\n2011-01,"1\u00a0200,50"\n'.encode())
    for given_as in (place, str(place)):
        assert Acquisition.of(given_as).months[0].spend == Decimal("1200.50")
    assert Acquisition.of("30,5").flat == Decimal("30.5")
    assert Acquisition.of(Acquisition(flat=Decimal(3))).flat == 3
    for wrong in (0, -3, float("inf")):
        with pytest.raises(RequestError) as refused:
            Acquisition.of(wrong)
        assert refused.value.key == "cac_not_positive"
    with pytest.raises(RequestError, match=r"nowhere\.csv"):
        Acquisition.of("nowhere.csv")
    place.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RequestError, match=r"costs\.csv"):
        Acquisition.of(place)
    place.write_bytes(b"month,spend\n" + b" " * 1_000_000)
    with pytest.raises(RequestError) as large:
        Acquisition.of(place)
    assert large.value.key == "cac_file_large"
