"""How the purchase model fits the past: tracking and repeat occasions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.clv_words import Words, named, number_axis
from habitue.charts.drawing import dress
from habitue.charts.look import Chart, key
from habitue.charts.periods import tick_names
from habitue.schema import Grain, period_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from habitue.charts.look import Look
    from habitue.core.clv.looks import Tracking


def tracked(found: Tracking, look: Look, *, title: str) -> Chart:
    """Draw cumulated repeat orders, what happened over what the model expects.

    Args:
        found: Out of `Workspace.tracking`.
        look: The reader's language and colours.
        title: Name of the model.
    """
    words = Words(look)
    days = found.day.astype("datetime64[D]").astype(object).tolist()
    actual, expected = found.actual.tolist(), found.expected.tolist()
    figure = go.Figure()
    for name, values, colour, dash in (
        ("expected", expected, look.palette.amber, "dash"),
        ("actual", actual, look.palette.ink, "solid"),
    ):
        figure.add_trace(
            go.Scatter(
                x=days, y=values, mode="lines", line={"color": colour, "width": 2.2, "dash": dash},
                hovertemplate=words.say(f"hover_{name}", day="%{x|%d/%m/%Y}", n="%{y:,.0f}")
                + "<extra></extra>",
            )
        )  # fmt: skip
    number_axis(figure.update_yaxes, [*actual, *expected], look)
    months = sorted({period_start(day, Grain.MONTH) for day in days})
    marks = tick_names(months, Grain.MONTH, look.lang)
    figure.update_xaxes(
        tickvals=[months[place] for place in marks], ticktext=list(marks.values()), showgrid=False
    )
    heading = words.say("title_tracking")
    dress(
        figure, look, title=heading,
        subtitle=words.say("tracking_subtitle", model=title, actual=actual[-1],
                           expected=round(expected[-1])),
        series=key(
            ("█", words.say("key_actual"), look.palette.ink),
            ("┅", words.say("key_expected"), look.palette.amber),
        ),
    )  # fmt: skip
    table = pa.table({"day": pa.array(days, pa.date32()), "actual": actual, "expected": expected})
    return Chart(
        name="clv-tracking", title=heading, figure=figure,
        alt=words.say("tracking_alt", actual=round(actual[-1]), expected=round(expected[-1])),
        table=table, columns=words.columns(table),
    )  # fmt: skip


def repeats(
    actual: NDArray[np.float64], expected: NDArray[np.float64], look: Look, *, title: str
) -> Chart:
    """Draw customers by repeat occasions, actual beside expected.

    Args:
        actual: Customers with 0, 1… repeats, the last with that many and more.
        expected: What the model expects.
        look: The reader's language and colours.
        title: Name of the model.
    """
    words, last = Words(look), actual.size - 1
    names = [*(look.number(one) for one in range(last)), f"{look.number(last)}+"]
    figure = go.Figure()
    for name, values, colour in (
        ("actual", actual, look.palette.ink),
        ("expected", expected, look.palette.amber),
    ):
        figure.add_trace(
            go.Bar(
                x=names, y=values.tolist(), marker={
                    "color": colour, "line": {"color": colour, "width": 1},
                    "pattern": {"shape": "/" if name == "expected" else "", "size": 5,
                                "fillmode": "replace", "fgcolor": colour},
                },
                hovertemplate=words.say(f"hover_repeats_{name}", x="%{x}", n="%{y:,.0f}")
                + "<extra></extra>",
            )
        )  # fmt: skip
    number_axis(figure.update_yaxes, [*actual.tolist(), *expected.tolist()], look)
    figure.update_xaxes(type="category", showgrid=False)
    named(figure, words.say("axis_repeats"), look)
    heading = words.say("title_repeats")
    dress(
        figure, look, title=heading,
        subtitle=words.say("repeats_subtitle", model=title, customers=round(actual.sum())),
        series=key(
            ("█", words.say("key_actual"), look.palette.ink),
            ("░", words.say("key_expected"), look.palette.amber),
        ),
        below=58,
    )  # fmt: skip
    table = pa.table({"repeats": names, "actual": actual.tolist(), "expected": expected.tolist()})
    return Chart(
        name="clv-repeats", title=heading, figure=figure,
        alt=words.say("repeats_alt", actual=round(actual[0]), expected=round(expected[0])),
        table=table, columns=words.columns(table),
    )  # fmt: skip
