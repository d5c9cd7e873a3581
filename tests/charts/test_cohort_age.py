"""Revenue per customer by age of the cohort."""

from __future__ import annotations

from tests.ui.fake import kpis, overview

from habitue.charts.cohort_age import revenue_by_age
from habitue.charts.look import Look
from habitue.schema import Filters, Grain


def _under(filters: Filters, look: Look) -> str:
    text = revenue_by_age(overview(filters).kpis, look).figure.layout.title.subtitle.text
    return str(text).replace("<br>", " ")


def test_the_curve_is_the_observed_ages_and_no_more(look: Look) -> None:
    chart = revenue_by_age(overview().kpis, look)
    assert list(chart.figure.data[0].x) == list(range(8))
    assert chart.table.num_rows == 8


def test_n_and_what_is_left_out_are_said(english: Look) -> None:
    under = _under(Filters(), english)
    assert "n = 4,887 customers of 23 cohorts" in under
    assert "The cohort of Dec 2009 is left out" in under
    assert "left out" not in _under(Filters(keep_truncated=True), english)


def test_the_mean_is_ruled_and_named(english: Look) -> None:
    chart = revenue_by_age(overview().kpis, english)
    assert [shape.y0 for shape in chart.figure.layout.shapes] == [139.56]
    assert "mean over observed ages: £139.56" in _under(Filters(), english)


def test_no_mean_no_rule(english: Look) -> None:
    chart = revenue_by_age(kpis(overview().kpis.filters, by_age_mean=None), english)
    assert not chart.figure.layout.shapes


def test_the_axis_names_its_unit(english: Look) -> None:
    chart = revenue_by_age(overview(Filters(grain=Grain.QUARTER)).kpis, english)
    assert chart.figure.layout.xaxis.title.text == "age of the cohort, in quarters"
    assert "£445.20 at age 0" in chart.alt
