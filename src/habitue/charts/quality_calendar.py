"""The days on which a shop sold: one square a day, and what each weekday brings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import plotly.graph_objects as go

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look
from habitue.charts.quality_words import Words
from habitue.data.quality.report import Quality

_SQUARE = 20


def calendar(report: Quality, look: Look) -> Chart:
    """Draw a square per day, as dark as it has orders; days without any stay empty.

    Args:
        report: What was found, with at least one day.
        look: The reader's language and colours.
    """
    words = Words(lang=look.lang, currency=look.currency)
    days = report.days.to_pylist()
    monday = days[0]["day"] - dt.timedelta(days=days[0]["day"].weekday())
    weeks = (days[-1]["day"] - monday).days // 7 + 1
    squares: list[list[int | None]] = [[None] * weeks for _ in range(7)]
    told = [[""] * weeks for _ in range(7)]
    for row in days:
        week, weekday = divmod((row["day"] - monday).days, 7)
        squares[weekday][week] = row["orders"] or None
        told[weekday][week] = words.say(
            "calendar_hover", day=row["day"], n=row["orders"], amount=look.money(row["amount"])
        )
    figure = go.Figure(
        go.Heatmap(
            z=squares,
            x=[monday + dt.timedelta(weeks=week) for week in range(weeks)],
            y=_names(words),
            customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            xgap=1,
            ygap=1,
            colorscale=[[0, look.palette.haze], [1, look.palette.ink]],
            zmin=0,
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False, nticks=7, tickformat="%m/%Y")
    title = words.say("calendar_title")
    empty = sum(not row["orders"] for row in days)
    most = max(row["orders"] for row in days)
    facts: dict[str, Any] = {"first": days[0]["day"], "last": days[-1]["day"], "empty": empty}
    dress(
        figure, look, title=title, subtitle=words.say("calendar_subtitle", most=most, **facts),
        left=84, below=30, plot_height=_SQUARE * 7 + 16,
    )  # fmt: skip
    return words.chart(
        "quality-days", figure, report.days, title, words.say("calendar_alt", **facts)
    )


def weekdays(report: Quality, look: Look) -> Chart:
    """Draw the orders of each weekday.

    Args:
        report: What was found, with at least one day.
        look: The reader's language and colours.
    """
    words = Words(lang=look.lang, currency=look.currency)
    rows = report.weekdays.to_pylist()
    most = max(row["orders"] for row in rows)
    figure = go.Figure(
        go.Bar(
            y=_names(words),
            x=[row["orders"] for row in rows],
            orientation="h",
            marker={"color": look.palette.ink},
            text=[
                words.say("weekday_label", n=row["orders"], days=row["days_with_orders"],
                          all=row["days"])
                for row in rows
            ],
            textposition="outside",
            textfont={"size": WORD_SIZE},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, most * 2.1])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    title = words.say("weekdays_title")
    orders = sum(row["orders"] for row in rows)
    dress(
        figure, look, title=title, subtitle=words.say("weekdays_subtitle", n=orders),
        left=84, below=6, plot_height=_SQUARE * 7 + 46,
    )  # fmt: skip
    least = min(rows, key=lambda row: row["orders"])
    return words.chart(
        "quality-weekdays", figure, report.weekdays, title,
        words.say("weekdays_alt", weekday=words.weekday(least["weekday"]), n=least["orders"]),
    )  # fmt: skip


def _names(words: Words) -> list[str]:
    return [words.weekday(one) for one in range(1, 8)]
