"""Words become filters or a refusal that names them; periods follow one another without a gap."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.errors import RequestError
from habitue.schema import (
    CustomerType,
    Filters,
    Grain,
    Kind,
    Preset,
    ReturnsMode,
    period_is_over,
    period_shift,
    period_start,
    word,
)
from habitue.texts import LANGS

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
GRAINS = st.sampled_from(list(Grain))


@pytest.mark.parametrize(
    ("asked", "key", "told"),
    [
        ({"start": "2011-02-01", "end": "2011-01-31"}, "period_backwards", "2011"),
        ({"start": "2011-02-01", "as_of": "2011-01-31"}, "period_in_future", "2011"),
        ({"countrys": ["France"]}, "unknown_filter", "countries"),
        ({"kinds": []}, "no_kinds", "product"),
        ({"min_order": -0.01}, "min_order_negative", "0.01"),
        ({"min_order": "nan"}, "not_a_number", "nan"),
        ({"min_order": "Infinity"}, "not_a_number", "Infinity"),
        ({"min_order": "ten"}, "not_a_number", "ten"),
        ({"min_order": "1,5"}, "not_a_number", "1,5"),
        ({"min_order": ""}, "not_a_number", "min_order"),
        ({"wholesale_factor": 0.99}, "wholesale_factor_low", "0.99"),
        ({"wholesale_factor": "nan"}, "not_a_number", "nan"),
        ({"wholesale_factor": "big"}, "not_a_number", "wholesale_factor"),
        ({"margin_rate": 1.01}, "margin_rate_outside", "1.01"),
        ({"margin_rate": "-0.1"}, "margin_rate_outside", "0.1"),
        ({"margin_rate": "a third"}, "not_a_number", "a third"),
        ({"as_of": "2011-02-30"}, "not_a_date", "2011-02-30"),
        ({"start": "09/12/2011"}, "not_a_date", "09/12/2011"),
        ({"end": ""}, "not_a_date", "end"),
        ({"end": 3.5}, "not_a_date", "3.5"),
        ({"returns": "Include"}, "unknown_word", "include, exclude, neutralise"),
        ({"customer_type": "old"}, "unknown_word", "new, returning, retail, wholesale"),
        ({"grain": "day"}, "unknown_word", "week, month, quarter, year"),
        ({"kinds": ["product", "gift"]}, "unknown_word", "gift"),
        ({"anonymous": "maybe"}, "unknown_word", "maybe"),
        ({"keep_truncated": 2}, "unknown_word", "keep_truncated"),
    ],
)
def test_what_cannot_be_is_refused_by_name(asked: dict[str, Any], key: str, told: str) -> None:
    with pytest.raises(RequestError) as refusal:
        Filters.of(**asked)
    assert refusal.value.key == key
    assert told in str(refusal.value)
    assert len({refusal.value.say(lang) for lang in LANGS}) == len(LANGS)


@pytest.mark.parametrize("factor", [math.nan, math.inf, 0.0, -3.0])
def test_a_factor_must_be_a_number_from_one_on(factor: float) -> None:
    with pytest.raises(RequestError, match=r"wholesale.factor"):
        Filters(wholesale_factor=factor)


@pytest.mark.parametrize("least", ["nan", "inf", "-1"])
def test_a_minimum_must_be_an_amount(least: str) -> None:
    with pytest.raises(RequestError, match=r"minimum order|min_order"):
        Filters(min_order=Decimal(least))


def test_words_become_values() -> None:
    asked = Filters.of(
        as_of="2011-12-09", start=dt.date(2011, 1, 1),
        end=dt.datetime(2011, 6, 30, 12, tzinfo=dt.UTC),
        countries=["France", "EIRE", "France"], returns="neutralise", min_order=12.5,
        customer_type="wholesale", kinds=["voucher", "product", "voucher"], anonymous="exclude",
        grain="week", wholesale_factor="2", keep_truncated=True, margin_rate="0.3",
    )  # fmt: skip
    assert asked == Filters(
        as_of=dt.date(2011, 12, 9), start=dt.date(2011, 1, 1), end=dt.date(2011, 6, 30),
        countries=("EIRE", "France"), returns=ReturnsMode.NEUTRALISE, min_order=Decimal("12.5"),
        customer_type=CustomerType.WHOLESALE, kinds=(Kind.PRODUCT, Kind.VOUCHER), anonymous=False,
        grain=Grain.WEEK, wholesale_factor=2.0, keep_truncated=True, margin_rate=Decimal("0.3"),
    )  # fmt: skip
    assert type(asked.end) is dt.date
    assert type(asked.wholesale_factor) is float


def test_one_word_stands_for_a_list_and_none_for_the_default() -> None:
    assert Filters.of(countries="France").countries == ("France",)
    assert Filters.of(kinds="shipping").kinds == (Kind.SHIPPING,)
    nothing = dict.fromkeys(Filters.__slots__)
    assert Filters.of(**nothing) == Filters()


def test_what_is_asked_reads_back_the_same() -> None:
    asked = Filters.of(
        as_of="2011-12-09", countries=["France"], kinds=["product"], min_order="50",
        anonymous=False, keep_truncated="true", wholesale_factor=4, margin_rate="0.25",
    )  # fmt: skip
    said = asked.asked()
    assert said == {
        "as_of": "2011-12-09", "countries": ["France"], "kinds": ["product"], "min_order": "50",
        "anonymous": False, "keep_truncated": True, "wholesale_factor": 4.0, "margin_rate": "0.25",
    }  # fmt: skip
    assert Filters.of(**said) == asked
    assert Filters().asked() == {}
    assert asked.but(as_of=None).asked().keys() == said.keys() - {"as_of"}


def test_changes_are_checked_too() -> None:
    with pytest.raises(RequestError) as refusal:
        Filters.of(start="2011-02-01").but(end=dt.date(2011, 1, 1))
    assert refusal.value.key == "period_backwards"


def test_word() -> None:
    assert word("preset", "plain", Preset) is Preset.PLAIN
    assert word("preset", Preset.PLAIN, Preset) is Preset.PLAIN
    with pytest.raises(RequestError, match="preset cannot be"):
        word("preset", None, Preset)


@given(DAYS, GRAINS)
def test_a_day_lies_in_its_period(day: dt.date, grain: Grain) -> None:
    start = period_start(day, grain)
    after = period_shift(start, grain, 1)
    assert start <= day < after
    assert period_start(start, grain) == start
    assert period_start(after, grain) == after
    assert period_start(after - dt.timedelta(days=1), grain) == start


@given(DAYS, GRAINS, st.integers(-40, 40), st.integers(-40, 40))
def test_shifts_add_up(day: dt.date, grain: Grain, one: int, other: int) -> None:
    start = period_start(day, grain)
    assert period_shift(start, grain, 0) == start
    there = period_shift(period_shift(start, grain, one), grain, other)
    assert there == period_shift(start, grain, one + other)


@given(DAYS, GRAINS)
def test_a_period_is_over_on_its_last_day(day: dt.date, grain: Grain) -> None:
    start = period_start(day, grain)
    last = period_shift(start, grain, 1) - dt.timedelta(days=1)
    assert period_is_over(start, grain, last)
    assert not period_is_over(start, grain, last - dt.timedelta(days=1))


def test_weeks_start_on_monday() -> None:
    assert period_start(dt.date(2012, 1, 1), Grain.WEEK) == dt.date(2011, 12, 26)
