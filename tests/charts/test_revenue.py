"""Revenue over time: what is partial is hatched and named."""

from __future__ import annotations

import datetime as dt

from tests.ui.fake import overview

from habitue.charts.look import Look
from habitue.charts.revenue import revenue_by_period
from habitue.schema import Filters, Grain


def test_the_running_month_alone_is_hatched_and_named(english: Look) -> None:
    chart = revenue_by_period(overview(), english)
    for bars in chart.figure.data[:3]:
        shapes = list(bars.marker.pattern.shape)
        assert shapes[-1] == "/"
        assert set(shapes[:-1]) == {""}
    said = [one.text for one in chart.figure.layout.annotations]
    assert "running,<br>up to 9 Dec 2011" in said


def test_a_month_cut_by_the_dates_asked_for_is_named_too(english: Look) -> None:
    seen = overview(Filters(start=dt.date(2011, 1, 15), end=dt.date(2011, 6, 30)))
    chart = revenue_by_period(seen, english)
    assert [*chart.figure.data[0].marker.pattern.shape] == ["/", "", "", "", "", ""]
    assert "partial<br>period" in [one.text for one in chart.figure.layout.annotations]


def test_the_stack_adds_up_to_revenue(look: Look) -> None:
    chart = revenue_by_period(overview(), look)
    stacked = [sum(heights) for heights in zip(*(bars.y for bars in chart.figure.data[:3]))]  # noqa: B905 - the traces are of one length by construction
    assert stacked == [float(one) for one in chart.table["revenue"].to_pylist()]


def test_every_series_is_named_in_its_colour(look: Look) -> None:
    chart = revenue_by_period(overview(), look)
    under = chart.figure.layout.title.subtitle.text
    for trace in chart.figure.data:
        assert trace.name in under.replace("\N{NO-BREAK SPACE}", " ")
    assert look.palette.amber in under
    assert chart.figure.layout.showlegend is False


def test_what_no_one_bought_is_not_drawn(look: Look) -> None:
    seen = overview()
    column = seen.by_period.column_names.index("revenue_anonymous")
    zero = seen.by_period["revenue_anonymous"].to_numpy() * 0
    bare = seen.by_period.set_column(column, "revenue_anonymous", [zero])
    chart = revenue_by_period(type(seen)(**{**_fields(seen), "by_period": bare}), look)
    assert len(chart.figure.data) == 3


def test_the_year_before_is_absent_where_it_was_not_observed(look: Look) -> None:
    line = revenue_by_period(overview(), look).figure.data[-1]
    assert list(line.y[:12]) == [None] * 12
    assert line.y[12] is not None
    assert line.connectgaps is False


def test_the_first_month_is_explained(english: Look) -> None:
    def under(filters: Filters) -> str:
        said = revenue_by_period(overview(filters), english).figure.layout.title.subtitle.text
        return str(said).replace("<br>", " ")

    assert "Dec 2009 opens the data" in under(Filters())
    assert "opens the data" not in under(Filters(start=dt.date(2011, 1, 1)))


def test_alt_gives_the_highest_and_the_lowest_whole_period(english: Look) -> None:
    assert revenue_by_period(overview(), english).alt == (
        "Stacked bars of revenue, from Dec 2009 to Dec 2011. "
        "Highest: £830,000 (Nov 2011). Lowest: £600,000 (Dec 2009)."
    )


def test_alt_when_nothing_is_whole(english: Look) -> None:
    seen = overview(Filters(start=dt.date(2011, 12, 5)))
    assert "no period is whole" in revenue_by_period(seen, english).alt


def test_weeks_are_named_by_their_monday(english: Look) -> None:
    chart = revenue_by_period(overview(Filters(grain=Grain.WEEK)), english)
    assert chart.title == "Revenue by week"
    assert "week of 28 Nov 2011" in chart.alt


def _fields(seen: object) -> dict[str, object]:
    return {name: getattr(seen, name) for name in seen.__slots__}  # type: ignore[attr-defined]  # a dataclass with slots
