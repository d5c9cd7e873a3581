"""How prices and quantities spread over decades, and where they count as out of range."""

from __future__ import annotations

import math
from typing import Literal

import plotly.graph_objects as go

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look
from habitue.charts.quality_words import Words
from habitue.data.quality.report import Quality

Spread = Literal["prices", "quantities"]


def spread(report: Quality, of: Spread, look: Look) -> Chart:
    """Draw how many lines lie in each bin of a log scale, the fence among them.

    Args:
        report: What was found, with at least one such value.
        of: Unit prices, or quantities.
        look: The reader's language and colours.
    """
    words = Words(lang=look.lang, currency=look.currency)
    table = report.prices if of == "prices" else report.quantities
    fence = report.price_fence if of == "prices" else report.quantity_fence
    rows = table.to_pylist()
    places = [(math.log10(row["low"]) + math.log10(row["high"])) / 2 for row in rows]
    figure = go.Figure(
        go.Bar(
            x=places,
            y=[row["lines"] for row in rows],
            width=0.19,
            marker={
                "color": [
                    look.palette.brick if row["beyond"] else look.palette.ink for row in rows
                ]
            },
            customdata=[
                words.say(
                    "spread_hover", low=words.amount(row["low"]), high=words.amount(row["high"]),
                    n=row["lines"], amount=look.money(row["amount"]),
                )
                for row in rows
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    low, high = math.floor(places[0]), math.ceil(places[-1])
    decades = range(low, high + 1)
    figure.update_xaxes(
        tickvals=list(decades),
        ticktext=[words.amount(10.0**one) for one in decades],
        range=[places[0] - 0.3, places[-1] + 0.3],
        showgrid=False,
    )
    counts = range(math.ceil(math.log10(max(row["lines"] for row in rows))) + 1)
    figure.update_yaxes(
        type="log",
        tickvals=[10**one for one in counts],
        ticktext=[look.number(10**one) for one in counts],
        range=[-0.3, counts[-1] + 0.35],
    )
    beyond = sum(row["lines"] for row in rows if row["beyond"])
    if fence is not None:
        figure.add_vline(x=math.log10(fence), line={"color": look.palette.brick, "dash": "dash"})
        figure.add_annotation(
            x=math.log10(fence), y=1, yref="paper", yanchor="top", xshift=-6, xanchor="right",
            text=words.say("spread_fence", fence=words.amount(float(fence))), showarrow=False,
            font={"size": WORD_SIZE, "color": look.palette.brick},
        )  # fmt: skip
    title = words.say(f"spread_title_{of}")
    lines = sum(row["lines"] for row in rows)
    dress(
        figure, look, title=title, subtitle=words.say("spread_subtitle", n=lines),
        left=72, below=36, plot_height=230,
    )  # fmt: skip
    return words.chart(
        f"quality-{of}", figure, table, title,
        words.say("spread_alt", n=lines, beyond=beyond,
                  low=words.amount(rows[0]["low"]), high=words.amount(rows[-1]["high"])),
    )  # fmt: skip
