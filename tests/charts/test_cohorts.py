"""The drawings of cohorts say what the table holds, and nothing more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from tests.lines import Line, line, opened

from habitue.charts import cohort_lines, cohort_spread, cohort_waiting
from habitue.charts.cohort_heatmap import cell_of, heatmap
from habitue.charts.cohort_side import side
from habitue.charts.cohort_words import Words
from habitue.charts.look import TITLE_WIDTH, Look
from habitue.core.cohorts.costs import Acquisition
from habitue.core.cohorts.empirical import empirical_clv
from habitue.schema import CohortReading, Measure, Per, Retention
from habitue.texts import Lang
from habitue.workspace import Workspace


def bought() -> list[Line]:
    lines = [line("0", "first", "2010-12-05"), line("end", "last", "2011-12-09")]
    for number in range(60):
        born = dt.date(2011, 1, 3) + dt.timedelta(days=5 * number)
        lines += [
            line(f"{number}.{visit}", f"c{number}",
                 (born + dt.timedelta(days=34 * visit)).isoformat(), price=20 + number)
            for visit in range(1 + number % 3)
        ]  # fmt: skip
    return lines


@pytest.fixture
def desk() -> Workspace:
    return opened(bought())


READINGS = [
    *(CohortReading(measure=Measure.RETENTION, retention=how) for how in Retention),
    *(CohortReading(measure=Measure.CUSTOMERS, retention=how) for how in Retention),
    *(CohortReading(measure=one, per=per, cumulative=so_far)
      for one in (Measure.REVENUE, Measure.MARGIN, Measure.ORDERS, Measure.AOV)
      for per in Per for so_far in (False, True)),
]  # fmt: skip


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_only_what_is_observed_is_coloured(desk: Workspace, look: Look, reading: Any) -> None:
    table = desk.cohort_table(None, reading)
    chart = heatmap(table, look)
    halves = [trace for trace in chart.figure.data if trace.type == "heatmap"]
    seen = [~np.isnan(np.asarray(trace.z, float)) for trace in halves]
    assert not np.logical_and.reduce(seen).any() or len(seen) == 1
    rows = table.cells.to_pylist()
    cohorts = sorted({row["cohort"] for row in rows})
    coloured = {
        (cohorts[place - 2], age)
        for place, age in np.argwhere(np.logical_or.reduce(seen)).tolist()
        if place >= 2
    }
    assert coloured == {
        (row["cohort"], row["age"]) for row in rows if row["observed"] and row["value"] is not None
    }
    assert len(chart.title) <= TITLE_WIDTH
    carried = [
        cell_of(point)
        for trace in chart.figure.data
        if trace.name in {"observed", "running"}
        for point in trace.customdata
    ]
    assert sorted(carried) == sorted((row["cohort"], row["age"]) for row in rows)  # type: ignore[type-var]  # no point without a cell


def test_a_cell_s_point_carries_its_numbers(desk: Workspace, english: Look) -> None:
    table = desk.cohort_table()
    chart = heatmap(table, english)
    found = {
        cell_of(point): point
        for trace in chart.figure.data
        if trace.name == "observed"
        for point in trace.customdata
    }
    for row in table.cells.to_pylist():
        if row["observed"]:
            point = found[row["cohort"], row["age"]]
            wanted = [100 * row[name] for name in ("rate", "rate_low", "rate_high")]
            wanted += [float(row[name]) for name in ("active", "customers", "revenue", "orders")]
            assert list(point[:7]) == pytest.approx(wanted)


def test_small_rows_and_the_old_stock_are_marked(desk: Workspace, english: Look) -> None:
    chart = heatmap(desk.cohort_table(), english)
    names = chart.figure.layout.yaxis.ticktext
    assert names[0] == "<b>Average</b>"
    assert names[1] == "Dec 2010*†"
    assert "fewer than 30" in chart.figure.layout.title.subtitle.text.replace("\xa0", " ")


def test_the_left_columns_stand_at_the_heights_of_the_rows(desk: Workspace, look: Look) -> None:
    table = desk.cohort_table(cac=12.0)
    beside = heatmap(table, look)
    left, right = side(table, look, beside).figure, beside.figure
    for name in ("height", "margin.t", "margin.b"):
        assert left.layout[name] == right.layout[name]
    assert tuple(left.layout.yaxis.range) == tuple(right.layout.yaxis.range)
    # One cost for everybody is said once, above; costs that differ have a column.
    assert len(left.data) == 5
    months = "month,spend\n2010-12,30\n2011-01,60\n"
    costs = Acquisition.parsed(months, "costs.csv")
    assert len(side(desk.cohort_table(cac=costs), look, beside).figure.data) == 6


def test_every_other_drawing_says_its_words(desk: Workspace, look: Look) -> None:
    table = desk.cohort_table()
    words = Words(table.reading, table.filters.grain, look)
    cohort = dt.date(2011, 3, 1)
    quantiles, counts = desk.spread_by_age()
    waits = desk.second_order()
    split = desk.cohort_table(breakdown="basket_band", measure="revenue")
    charts = [
        cohort_lines.every_cohort(table, look, front=cohort),
        cohort_lines.against_pool(desk.cohorts(), desk.pooled(), look, words, cohort=cohort),
        cohort_lines.value_against_pool(
            desk.empirical_clv(cohort=cohort), desk.empirical_clv(), look, words, cohort=cohort
        ),
        cohort_lines.groups(split, look),
        *(cohort_spread.quartiles(quantiles, look, words, log=log) for log in (False, True)),
        cohort_spread.density(counts, look, words),
        cohort_spread.early_revenue(table, look, north_star=40.0),
        cohort_waiting.second_order(waits.curves, look, words),
        cohort_waiting.order_numbers(waits.steps, look, words, within_days=90),
    ]
    for chart in charts:
        assert chart.alt
        assert len(chart.title) <= TITLE_WIDTH
        assert set(chart.columns) == set(chart.table.column_names)
        assert chart.figure.to_json()
    assert len({chart.name for chart in charts}) == len(charts) - 1


def test_one_customer_is_drawn_without_an_interval(english: Look) -> None:
    one, age = np.array([0]), np.zeros(1, np.int64)
    alone = empirical_clv(one, age, np.array([20.0]), age + 2, age)
    words = Words(CohortReading(), desk_grain(), english)
    chart = cohort_lines.value_against_pool(
        alone, alone, english, words, cohort=dt.date(2011, 3, 1)
    )
    assert chart.table["low"].null_count == chart.table.num_rows == 4
    assert "NaN" not in chart.figure.to_json()
    assert all("interval" not in told for told in chart.figure.data[1].hovertemplate)


def test_cells_are_written_in_one_unit(english: Look) -> None:
    revenue = CohortReading(measure=Measure.REVENUE, per=Per.COHORT)
    words = Words(revenue, desk_grain(), english)
    assert words.cells(np.array([[2_300.0, 41_000.0, np.nan]])) == [["2.3", "41", ""]]
    assert words.cells(np.array([[0.27, 3.0]])) == [["0.27", "3.00"]]
    assert words.unit(np.array([2e6, 3e6])) == 1_000_000


def test_many_ages_leave_room_for_three_signs_and_very_many_for_none(english: Look) -> None:
    words = Words(CohortReading(measure=Measure.REVENUE), desk_grain(), english)
    few, many, crowd = (np.full((1, ages), 117.0) for ages in (18, 25, 46))
    for row in (few, many, crowd):
        row[0, :2] = 2_130.0, 999.7
    assert words.cells(few)[0][:3] == ["2130", "1000", "117"]
    assert words.cells(many)[0][:3] == ["2k", "1k", "117"]
    assert set(words.cells(crowd)[0]) == {""}
    assert set(words.cells(np.full((1, 25), 0.27))[0]) == {"0.3"}
    thousands = np.full((1, 25), 21_300.0)
    thousands[0, 0] = 1_400_000.0
    assert words.cells(thousands)[0][:2] == ["1M", "21"]


def test_a_week_is_named_by_its_day_alone_beside_its_row(english: Look) -> None:
    from habitue.schema import Grain

    monday = dt.date(2009, 11, 30)
    weeks = Words(CohortReading(), Grain.WEEK, english)
    assert weeks.cohort(monday) == "week of " + weeks.row(monday)
    months = Words(CohortReading(), Grain.MONTH, english)
    assert months.row(monday) == months.cohort(monday)


def desk_grain() -> Any:
    from habitue.schema import Grain

    return Grain.MONTH


@pytest.mark.parametrize(
    ("lang", "said", "seen"),
    [("fr", "n = 1\u202fclient acquis, 1\u202fcohorte.", "tableau de 1\u202fcohorte,"),
     ("en", "n = 1 customer acquired, 1 cohort.", "table of 1 cohort,")],
)  # fmt: skip
def test_one_customer_is_one_cohort(lang: Lang, said: str, seen: str) -> None:
    desk = opened([line("1", "a", "2011-01-05"), line("2", "a", "2011-03-31")])
    chart = heatmap(desk.cohort_table(), Look(lang=lang, currency="GBP"))

    def plain(words: str) -> str:
        return words.replace("<br>", " ").replace("\u202f", " ").replace("\xa0", " ")

    assert plain(said) in plain(chart.figure.layout.title.subtitle.text)
    assert plain(seen) in plain(chart.alt)
