"""Requests that cannot be are refused in words; shops that hold almost nothing still answer."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.lines import Line, line, opened

from habitue.errors import RequestError
from habitue.schema import Filters, Kind
from habitue.texts import LANGS

SHOP = [
    line("1", "a", "2011-01-10T09:00"),
    line("2", "b", "2011-02-11T09:00", quantity=3, country="EIRE"),
    line("3", None, "2011-02-12T09:00", product="POST"),
    line("C4", "b", "2011-03-11T09:00", quantity=-1, country="EIRE"),
]
FIRST, LAST = dt.date(2011, 1, 10), dt.date(2011, 3, 11)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"as_of": "2011-01-09"}, "as_of_before_data"),
        ({"as_of": "2011-03-12"}, "as_of_after_data"),
        ({"as_of": "9999-12-31"}, "as_of_after_data"),
        ({"as_of": "0001-01-01"}, "as_of_before_data"),
        ({"start": "2011-04-01"}, "period_empty"),
        ({"start": "2011-02-01", "as_of": "2011-01-31"}, "period_in_future"),
        ({"end": "2011-01-09"}, "period_empty"),
        ({"start": "1999-01-01", "end": "1999-12-31"}, "period_empty"),
        ({"countries": ["France", "Atlantis"]}, "unknown_country"),
        ({"countries": ["france"]}, "unknown_country"),
    ],
)
def test_what_the_data_cannot_answer_is_refused(asked: dict[str, Any], key: str) -> None:
    shop = opened(SHOP)
    for ask in (shop.kpis, shop.overview):
        with pytest.raises(RequestError) as refusal:
            ask(**asked)
        assert refusal.value.key == key
        for lang in LANGS:
            assert refusal.value.what(lang) != refusal.value.hint(lang)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ({}, FIRST, LAST),
        ({"start": "0001-01-01", "end": "9999-12-31"}, FIRST, LAST),
        ({"start": "2011-02-01"}, dt.date(2011, 2, 1), LAST),
        ({"end": "2011-02-28"}, FIRST, dt.date(2011, 2, 28)),
        ({"end": "2011-03-01", "as_of": "2011-02-28"}, FIRST, dt.date(2011, 2, 28)),
        ({"start": "2011-03-11"}, LAST, LAST),
    ],
)
def test_period_shown_holds_no_day_without_data(
    asked: dict[str, Any], start: dt.date, end: dt.date
) -> None:
    shop = opened(SHOP)
    for grain in ("week", "month", "quarter", "year"):
        found = shop.overview(grain=grain, **asked)
        assert (found.kpis.start, found.kpis.end) == (start, end)
        shown = found.by_period["period"].to_pylist()
        assert shown[0] <= start
        assert shown[-1] <= end
        assert shown == sorted(set(shown))


@pytest.mark.parametrize("least", ["0", "10.00001", "1e-9", "1e30", "99999999999999.99999", "20"])
def test_any_minimum_order_is_answered(least: str) -> None:
    found = opened(SHOP).kpis(min_order=least, returns="exclude")
    kept = [basket for basket in (10, 30, 10) if basket >= Decimal(least)]
    assert found.orders == len(kept)
    assert found.gross == sum(kept)


@pytest.mark.parametrize("mode", ["include", "exclude", "neutralise"])
@pytest.mark.parametrize(
    "asked",
    [
        {"min_order": 1000},
        {"kinds": ["voucher"]},
        {"customer_type": "returning"},
        {"customer_type": "wholesale", "wholesale_factor": 50},
        {"countries": ["France"], "start": "2011-03-01"},
        {"start": "2011-01-11", "end": "2011-01-12"},
    ],
)
def test_filters_that_leave_nothing_give_nothing(asked: dict[str, Any], mode: str) -> None:
    found = opened(SHOP).overview(**asked, returns=mode)
    kpis = found.kpis
    assert kpis.active_customers == 0
    assert kpis.orders == 0
    assert kpis.gross == 0
    assert kpis.aov is None
    assert kpis.north_star.value is kpis.north_star.median is None
    assert kpis.north_star.n == kpis.baseline_clv.n == 0
    clv = kpis.baseline_clv
    assert {clv.mean, clv.median, clv.trimmed_mean, clv.top_decile_share} == {None}
    assert (kpis.by_age, kpis.by_age_mean) == ((), None)
    assert found.north_star_by_cohort.num_rows == 0
    assert all(row["aov"] is None for row in found.by_period.to_pylist())
    assert kpis.to_dict()["aov"] is None


@pytest.mark.parametrize("mode", ["include", "exclude", "neutralise"])
@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
def test_one_line_is_a_shop(mode: str, grain: str) -> None:
    found = opened(SHOP[:1]).overview(returns=mode, grain=grain)
    kpis = found.kpis
    assert (kpis.active_customers, kpis.customers_ever, kpis.orders) == (1, 1, 1)
    assert kpis.revenue == kpis.aov == 10
    assert kpis.as_of == kpis.start == kpis.end == FIRST
    assert (kpis.north_star.n, kpis.north_star.waiting) == (0, 1)
    clv = kpis.baseline_clv
    assert (clv.mean, clv.median, clv.trimmed_mean, clv.top_decile_share) == (10, 10, 10, 1)
    assert kpis.by_age == ()
    (row,) = found.by_period.to_pylist()
    assert (row["new_customers"], row["revenue_new"], row["over"]) == (1, 10, False)
    assert row["revenue_previous_year"] is None


def test_two_customers_have_a_trimmed_mean() -> None:
    clv = opened(SHOP).kpis(returns="exclude").baseline_clv
    assert (clv.mean, clv.median, clv.trimmed_mean) == (20, 20, 20)


def test_trimmed_mean_cuts_from_twenty_customers_on() -> None:
    def shop(others: int) -> list[Line]:
        small = [line(f"{n}", f"{n}", "2011-01-10") for n in range(others)]
        return [
            *small,
            line("x", "x", "2011-01-10", price=1),
            line("y", "y", "2011-01-10", price=999),
        ]

    assert opened(shop(17)).kpis().baseline_clv.trimmed_mean == 1170 / 19
    assert opened(shop(18)).kpis().baseline_clv.trimmed_mean == 10


def test_shop_without_known_customers_has_revenue_and_no_customer() -> None:
    rows = [replace(one, customer_id=None) for one in SHOP]
    for mode in ("include", "exclude", "neutralise"):
        found = opened(rows).overview(returns=mode)
        kpis = found.kpis
        assert kpis.orders == 3
        assert kpis.gross == 50
        assert (kpis.active_customers, kpis.customers_ever, kpis.rfm_customers) == (0, 0, 0)
        assert kpis.baseline_clv.n == kpis.north_star.n == kpis.north_star.waiting == 0
        assert kpis.unmatched_lines == (mode == "neutralise")
        periods = found.by_period.to_pylist()
        assert sum(row["revenue_anonymous"] for row in periods) == kpis.revenue
    assert opened(rows).kpis(anonymous=False).revenue == 0


def test_one_day_shop_of_many_orders() -> None:
    rows = [line(f"{n}", "ab"[n % 2], f"2012-02-29T{n:02}:00", price=n + 1) for n in range(10)]
    for grain in ("week", "month", "quarter", "year"):
        found = opened(rows).overview(grain=grain)
        assert found.kpis.orders == 10
        assert found.kpis.revenue == 55
        assert found.by_period.num_rows == 1


def test_returns_before_the_first_order_are_not_its_first_days() -> None:
    rows = [
        line("C0", "a", "2011-01-05T09:00", quantity=-3),
        line("1", "a", "2011-01-10T09:00", quantity=5),
        line("2", "a", "2011-06-30T09:00"),
    ]
    kpis = opened(rows).kpis(keep_truncated=True)
    assert kpis.north_star.value == 50
    assert kpis.baseline_clv.mean == 30


def test_a_return_cancels_at_most_what_was_paid() -> None:
    discounted = line("1", "a", "2011-01-10", quantity=3, price=10, amount=10)
    back = [line(f"C{n}", "a", f"2011-01-1{n}", quantity=-1) for n in (1, 2, 3)]
    partly = opened([discounted, *back[:2]]).kpis(returns="neutralise")
    assert partly.revenue == Decimal("3.3333")
    wholly = opened([discounted, *back]).kpis(returns="neutralise")
    assert wholly.revenue == 0
    assert wholly.orders == 0
    assert wholly.unmatched_lines == 0


def test_neutralise_takes_the_latest_purchase_first_at_its_price() -> None:
    rows = [
        line("1", "a", "2011-01-10", quantity=2, price=10),
        line("2", "a", "2011-02-10", quantity=2, price=20),
        line("C3", "a", "2011-03-10", quantity=-3, price=5),
        line("C4", "a", "2011-04-10", quantity=-9, price=5),
        line("C5", "b", "2011-04-10", quantity=-1, price=7),
    ]
    for as_of, by_month in (
        ("2011-02-10", [20, 40]), ("2011-03-10", [10, 0, 0]), ("2011-04-10", [0, 0, 0, 0]),
    ):  # fmt: skip
        found = opened(rows).overview(returns="neutralise", as_of=as_of)
        assert found.by_period["revenue"].to_pylist() == by_month
    assert found.kpis.unmatched_lines == 1
    assert found.kpis.unmatched_returns == -47


def test_sums_larger_than_any_line() -> None:
    rows = [line(f"{n}", f"{n}", "2011-01-10", price="90000000000000.0001") for n in range(50)]
    kpis = opened(rows).kpis()
    assert kpis.revenue == 50 * Decimal("90000000000000.0001")
    assert kpis.aov == Decimal("90000000000000.0001")


def test_words_and_values_ask_the_same() -> None:
    shop = opened(SHOP)
    words = shop.kpis(as_of="2011-03-01", kinds="shipping", min_order="5", anonymous="include")
    values = shop.kpis(
        Filters(as_of=dt.date(2011, 3, 1), kinds=(Kind.SHIPPING,), min_order=Decimal(5))
    )
    assert words is values
    moment = dt.datetime.fromisoformat("2011-03-01T10:00")
    assert shop.kpis(as_of=moment, kinds=["shipping"], min_order=5) is values


def test_many_readers_at_once_get_the_same_answers() -> None:
    shop = opened(SHOP)
    modes = ("include", "exclude", "neutralise")
    asked = [{"returns": mode, "grain": grain} for mode in modes for grain in ("month", "year")] * 4
    found: list[Any] = [None] * len(asked)

    def ask(place: int) -> None:
        found[place] = shop.overview(**dict[str, Any](asked[place]))

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = opened(SHOP)
    for place, one in enumerate(asked):
        assert found[place].kpis == alone.overview(**dict[str, Any](one)).kpis
        assert found[place].by_period.equals(alone.overview(**dict[str, Any](one)).by_period)
