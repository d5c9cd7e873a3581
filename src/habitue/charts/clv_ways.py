"""The four ways to say what a customer is worth, side by side (D13, D21, D30, D31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from habitue.charts.clv_words import Words, money_axis
from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.charts.look import Look

_WIDE = 40
_LINE = 46


def four_ways(ways: pa.Table, look: Look, *, months: int) -> Chart:
    """Draw one bar per way, its interval where it has one, its amount beside it.

    Args:
        ways: `way`, `value`, `low`, `high` (null without an interval), `n`.
        look: The reader's language and colours.
        months: Horizon of the ways that have one.
    """
    words, rows = Words(look), ways.to_pylist()[::-1]
    values = [row["value"] for row in rows]
    colours = {"historic": look.palette.grey, "empirical": look.palette.teal,
               "newcomer": look.palette.ink, "predicted": look.palette.ink}  # fmt: skip
    figure = go.Figure(
        go.Bar(
            x=values, y=list(range(len(rows))), orientation="h", width=0.5,
            marker={"color": [colours.get(row["way"], look.palette.amber) for row in rows]},
            customdata=[row["n"] for row in rows],
            hovertemplate=words.say(
                "hover_way", value=words.pays(2).format("x"), n="%{customdata:,.0f}"
            ) + "<extra></extra>",
        )
    )  # fmt: skip
    known = [(place, row) for place, row in enumerate(rows) if row["low"] is not None]
    figure.add_trace(
        go.Scatter(
            x=[row["value"] for _, row in known], y=[place for place, _ in known],
            mode="markers", hoverinfo="skip", marker={"size": 1, "color": look.palette.grey},
            error_x={
                "type": "data", "symmetric": False, "thickness": 1.4, "width": 5,
                "color": look.palette.grey,
                "array": [row["high"] - row["value"] for _, row in known],
                "arrayminus": [row["value"] - row["low"] for _, row in known],
            },
        )
    )  # fmt: skip
    for place, row in enumerate(rows):
        figure.add_annotation(
            x=0, y=place, xanchor="left", yanchor="bottom", yshift=13, showarrow=False,
            text=f"{words.say('way_' + row['way'], months=months)} · "
                 f"<b>{look.money(row['value'])}</b>",
            font={"size": WORD_SIZE},
        )  # fmt: skip
    reach = [max(row["value"], row["high"] or 0.0) for row in rows]
    money_axis(figure.update_xaxes, reach, look)
    figure.update_yaxes(visible=False, range=[-0.5, len(rows) - 0.2])
    title = words.say("title_ways")
    dress(
        figure, look, title=title, subtitle=words.say("ways_subtitle", months=months),
        left=12, plot_height=_WIDE + _LINE * len(rows) + 30,
    )  # fmt: skip
    return Chart(
        name="clv-ways", title=title, figure=figure,
        alt=words.say("ways_alt", low=look.money(min(values)), high=look.money(max(values))),
        table=ways, columns=words.columns(ways),
    )  # fmt: skip
