"""How predicted value is spread over customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from habitue.charts.clv_words import Words, named
from habitue.charts.drawing import dress
from habitue.charts.look import Chart, round_ticks
from habitue.texts import percent

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.charts.look import Look


def shares(deciles: pa.Table, look: Look, *, customers: int, mean: float, median: float) -> Chart:
    """Draw the share of predicted value that each tenth of the customers holds.

    Args:
        deciles: Out of `Value.deciles`.
        look: The reader's language and colours.
        customers: How many there are.
        mean: Mean predicted value.
        median: Median of it.
    """
    words, rows = Words(look), deciles.to_pylist()
    held = [row["share"] for row in rows]
    figure = go.Figure(
        go.Bar(
            x=[row["decile"] for row in rows], y=held,
            text=[percent(one, look.lang, decimals=0) for one in held], textposition="outside",
            cliponaxis=False,
            customdata=[[look.money(row["clv_predicted"] or 0.0), row["customers"]]
                        for row in rows],
            hovertemplate=words.say(
                "hover_share", value="%{customdata[0]}", n="%{customdata[1]:,.0f}"
            ) + "<extra></extra>",
            marker={"color": [look.palette.amber, *[look.palette.ink] * (len(rows) - 1)]},
        )
    )  # fmt: skip
    ticks = round_ticks(0.0, max(held))
    figure.update_yaxes(
        tickvals=ticks, ticktext=[percent(tick, look.lang, decimals=0) for tick in ticks],
        range=[0, max(held) * 1.15],
    )  # fmt: skip
    figure.update_xaxes(tickvals=[row["decile"] for row in rows], showgrid=False)
    named(figure, words.say("axis_tenths"), look)
    title = words.say("title_shares")
    dress(
        figure, look, title=title,
        subtitle=words.say(
            "shares_subtitle", mean=look.money(mean, decimals=2),
            median=look.money(median, decimals=2), customers=customers,
        ),
        left=56, below=58,
    )  # fmt: skip
    return Chart(
        name="clv-shares", title=title, figure=figure,
        alt=words.say("shares_alt", share=percent(held[0], look.lang)),
        table=deciles, columns=words.columns(deciles),
    )  # fmt: skip
