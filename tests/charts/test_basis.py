"""The filters in force, in words: nothing that narrows goes unsaid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from tests.ui.fake import overview

from habitue.charts.basis import basis, chips
from habitue.charts.sparkline import cumulative_value
from habitue.schema import CustomerType, Filters, Kind, ReturnsMode


def _said(asked: Filters) -> list[str]:
    return [chip.words for chip in chips(asked, overview(asked).kpis, "en")]


def test_by_default_period_day_and_returns_are_said_and_nothing_narrows() -> None:
    found = chips(Filters(), overview().kpis, "en")
    assert [chip.words for chip in found] == [
        "1 Dec 2009 to 9 Dec 2011", "Seen on 9 Dec 2011", "Returns included",
    ]  # fmt: skip
    assert not any(chip.narrows for chip in found)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Filters(start=dt.date(2011, 1, 1)), "1 Jan 2011 to 9 Dec 2011"),
        (Filters(as_of=dt.date(2011, 6, 30)), "Seen on 30 Jun 2011"),
        (Filters(returns=ReturnsMode.EXCLUDE), "Returns excluded"),
        (Filters(countries=("EIRE", "France")), "Country: EIRE, France"),
        (Filters(customer_type=CustomerType.NEW), "New in the period"),
        (Filters(min_order=Decimal("49.90")), "Basket of at least 49.9"),
        (Filters(kinds=(Kind.PRODUCT,)), "Only: products"),
        (Filters(anonymous=False), "Known customers only"),
    ],
)
def test_every_filter_is_said_and_marked(asked: Filters, words: str) -> None:
    found = chips(asked, overview(asked).kpis, "en")
    assert [chip.words for chip in found if chip.narrows] == [words]


def test_the_wholesale_rule_is_stated_where_it_counts() -> None:
    said = _said(Filters(customer_type=CustomerType.RETAIL, wholesale_factor=4.0))
    assert said[-2] == "Retail"
    assert said[-1].startswith("Wholesale from 4 ")


def test_the_note_is_the_chips_in_one_line() -> None:
    asked = Filters(returns=ReturnsMode.EXCLUDE)
    assert basis(asked, overview(asked).kpis, "en") == " · ".join(_said(asked))


def test_value_builds_up_from_age_to_age() -> None:
    built = cumulative_value(overview().kpis)
    assert built[1] == pytest.approx(445.2 + 86.1)
    assert len(built) == 8
