"""Charts of the quality report hold its tables, and say what they show."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from tests.ui.fake_quality import LINES, quality

from habitue.charts.look import Chart, Look
from habitue.charts.quality_calendar import calendar, weekdays
from habitue.charts.quality_missing import missing
from habitue.charts.quality_spread import spread
from habitue.charts.quality_words import PARTS, Words
from habitue.data.quality.asked import Screening
from habitue.data.quality.report import Quality

REPORT = quality(Screening())
CHARTS: dict[str, Callable[[Quality, Look], Chart]] = {
    "missing": missing,
    "calendar": calendar,
    "weekdays": weekdays,
    "prices": lambda report, look: spread(report, "prices", look),
    "quantities": lambda report, look: spread(report, "quantities", look),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_names_its_columns_and_tells_what_it_shows(look: Look, name: str) -> None:
    chart = CHARTS[name](REPORT, look)
    assert set(chart.columns) == set(chart.table.column_names)
    assert chart.title
    assert chart.alt
    assert chart.figure.layout.height > 0


def test_missing_shares_are_those_of_the_report(english: Look) -> None:
    bars = missing(REPORT, english).figure.data[0]
    by_column = dict(zip(bars.y, bars.x, strict=True))
    assert by_column["customer"] == pytest.approx(2 / len(LINES))


def test_a_square_per_day_of_the_data(english: Look) -> None:
    squares = calendar(REPORT, english).figure.data[0].z
    filled = [one for row in squares for one in row if one is not None]
    assert len(filled) == sum(row["orders"] > 0 for row in REPORT.days.to_pylist())
    assert sum(filled) == sum(REPORT.days["orders"].to_pylist())


@pytest.mark.parametrize("of", ["prices", "quantities"])
def test_bars_and_fence_stand_on_one_log_scale(english: Look, of: str) -> None:
    chart = CHARTS[of](REPORT, english)
    table = REPORT.prices if of == "prices" else REPORT.quantities
    fence = REPORT.price_fence if of == "prices" else REPORT.quantity_fence
    assert list(chart.figure.data[0].y) == table["lines"].to_pylist()
    assert fence is not None
    (line,) = chart.figure.layout.shapes
    assert line.x0 == pytest.approx(math.log10(fence))


def test_every_finding_is_said_whole(look: Look) -> None:
    words = Words(lang=look.lang, currency="GBP")
    for one in REPORT.findings:
        said = [words.title(one), words.count(one), *(words.part(one, part) for part in PARTS)]
        assert all(said)
        assert "{" not in "".join(said)
    assert all(words.name(one) for one in REPORT.clean)
