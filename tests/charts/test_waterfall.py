"""From raw to kept: each bar starts where the one before ended."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.ui.fake import check

from habitue.charts.look import Look
from habitue.charts.waterfall import Measure, waterfall

MEASURES: tuple[Measure, ...] = ("lines", "amount")


@pytest.mark.parametrize("measure", MEASURES)
def test_changes_link_the_raw_level_to_the_kept_one(look: Look, measure: Measure) -> None:
    bars = waterfall(check(), measure, look).figure.data[0]
    changes = list(zip(bars.base[1:5], bars.x[1:5], strict=True))
    level = bars.x[0]
    for start, change in changes:
        assert start == pytest.approx(level)
        level += change
    assert level == pytest.approx(bars.x[5])


@pytest.mark.parametrize("measure", MEASURES)
def test_lines_made_stand_between_rows_and_reasons(english: Look, measure: Measure) -> None:
    made = (("shipping", 7_371, Decimal("87250.57")), ("refund", 60_000, Decimal(-800_000)))
    rows = {"lines": 1_000_000, "amount": Decimal("20000000.00")}
    chart = waterfall(check(rows=rows, made=made), measure, english)
    names, column = chart.table["step"].to_pylist(), chart.table[measure].to_pylist()
    assert names[:4] == ["Read from source", "Made for shipping", "Made for refunds",
                         "Repeated order"]  # fmt: skip
    assert sum(column[:7], Decimal(0)) == column[7] == check().kept[measure]
    bars = chart.figure.data[0]
    tops = [base + change for base, change in zip(bars.base, bars.x, strict=True)]
    assert chart.figure.layout.xaxis.range[1] >= max(tops)
    if measure == "lines":
        below = chart.figure.layout.title.subtitle.text.replace("<br>", " ")
        assert "1,000,000 lines read and 67,371 made out of them" in below


@pytest.mark.parametrize("measure", MEASURES)
def test_the_table_closes_to_the_cent(look: Look, measure: Measure) -> None:
    column = waterfall(check(), measure, look).table[measure].to_pylist()
    assert sum(column[:5], Decimal(0)) == column[5] == column[6] + column[7]


def test_each_change_is_written_with_its_share(english: Look) -> None:
    lines = [one.text for one in waterfall(check(), "lines", english).figure.layout.annotations]
    assert lines[:4] == ["-22,523 (-2.1%)", "-17", "-330", "-6,021 (-0.6%)"]
    money = [one.text for one in waterfall(check(), "amount", english).figure.layout.annotations]
    assert money[:4] == ["-£377,488 (-2.0%)", "-£204", "+£410,985 (2.1%)", "£0"]


def test_without_anonymous_lines_it_ends_on_what_is_kept(english: Look) -> None:
    chart = waterfall(check(no_customer={"lines": 0, "amount": Decimal(0)}), "lines", english)
    assert chart.table["step"].to_pylist()[-1] == "Counted"


def test_alt_tells_every_step(english: Look) -> None:
    alt = waterfall(check(), "lines", english).alt
    assert "Read from source 1,067,371" in alt
    assert "Not a sale -330" in alt
    assert "Counted 1,038,480" in alt
