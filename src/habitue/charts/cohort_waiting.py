"""How long customers wait for the next order, the ones still waiting counted in (D23)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.cohort_heatmap import names_of
from habitue.charts.cohort_words import Words
from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, key, round_ticks
from habitue.core.cohorts.waiting import Survival
from habitue.texts import percent, text

_MOST_POINTS: Final = 400
_FEWEST: Final = 10
"""A curve stops where fewer customers than this are still watched: one more would move it a lot."""


def second_order(curves: Mapping[str, Survival], look: Look, words: Words) -> Chart:
    """Draw the share of customers with a second order by each day, one curve per group.

    Args:
        curves: Kaplan-Meier curves, by group; at least one, with at least one customer.
        look: The reader's language and colours.
        words: How groups are named.
    """
    palette = look.palette
    colours = (palette.ink, palette.amber, palette.teal, palette.brick, palette.sky,
               palette.plum, palette.olive, palette.grey)  # fmt: skip
    figure = go.Figure()
    entries = []
    rows: list[dict[str, Any]] = []
    order = sorted(curves, key=lambda group: -curves[group].n)
    last, top = 1, 0.0
    for place, group in enumerate(order):
        curve, colour = curves[group], colours[place % len(colours)]
        kept = curve.at_risk >= min(_FEWEST, curve.n)
        days, came = curve.days[kept], curve.came[kept] * 100
        low, high = curve.low[kept] * 100, curve.high[kept] * 100
        step = max(1, days.size // _MOST_POINTS)
        picked = sorted({*range(0, days.size, step), days.size - 1})
        if len(order) == 1:
            figure.add_trace(
                go.Scatter(
                    x=[*days[picked], *days[picked][::-1]], y=[*high[picked], *low[picked][::-1]],
                    fill="toself", mode="lines", opacity=0.22, hoverinfo="skip",
                    line={"color": colour, "width": 0.6}, fillcolor=colour,
                )
            )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=days[picked], y=came[picked], mode="lines",
                line={"color": colour, "width": 2.4, "shape": "hv"},
                text=[words.group(group)] * len(picked),
                customdata=list(
                    zip(low[picked], high[picked], curve.at_risk[kept][picked], strict=True)
                ),
                hovertemplate=words.say(
                    "hover_waiting", share=words.shares().format("y"),
                    low=words.shares().format("customdata[0]"),
                    high=words.shares().format("customdata[1]"),
                    waiting="%{customdata[2]:,.0f}",
                ) + "<extra></extra>",
            )
        )  # fmt: skip
        entries.append(("━", f"{words.group(group)} ({look.number(curve.n)})", colour))
        rows += [
            {"group": group, "days": int(day), "rate": share / 100, "rate_low": below / 100,
             "rate_high": above / 100, "waiting": int(waiting)}
            for day, share, below, above, waiting in zip(
                days, came, low, high, curve.at_risk[kept], strict=True
            )
        ]  # fmt: skip
        last, top = max(last, int(days[-1])), max(top, float(high.max(initial=0.0)))
    ticks = round_ticks(0, max(top, 1.0))
    figure.update_yaxes(
        tickvals=ticks, ticktext=[text("cohorts.percent", look.lang, value=one) for one in ticks],
        range=[0, max(top, 1.0) * 1.05],
    )  # fmt: skip
    step = next(days for days in (7, 14, 30, 60, 90, 180, 365, 3650) if last / days <= 8)  # noqa: PLR2004 - what a telephone has room for
    figure.update_xaxes(
        tickvals=list(range(0, last + 1, step)),
        ticktext=[look.number(day) for day in range(0, last + 1, step)],
        title={"text": words.say("days_since_first"), "standoff": 8,
               "font": {"size": WORD_SIZE, "color": palette.grey}},
        range=[0, last], showgrid=False,
    )  # fmt: skip
    title = words.say("title_second")
    dress(
        figure, look, title=title,
        subtitle=words.say("second_subtitle", n=sum(curve.n for curve in curves.values())),
        series=key(*entries) if len(order) > 1 else (), left=62, below=58,
    )  # fmt: skip
    shown = pa.Table.from_pylist(rows)
    widest = curves[order[0]]
    return Chart(
        name="cohort-second-order", title=title, figure=figure,
        alt=words.say(
            "second_alt", share=percent(float(widest.came[-1]), look.lang),
            days=int(widest.days[-1]),
        ),
        table=shown, columns=names_of(shown, look),
    )  # fmt: skip


def order_numbers(steps: pa.Table, look: Look, words: Words, *, within_days: int) -> Chart:
    """Draw the share that goes on from each order to the next within a window, with intervals.

    Args:
        steps: Rows of `SecondOrder.steps`, with at least one.
        look: The reader's language and colours.
        words: The catalogue.
        within_days: Length of the window.
    """
    rows = [row for row in steps.to_pylist() if row["rate"] is not None]
    names = [words.say("step", order=row["order"], next=row["order"] + 1) for row in rows]
    rates = [row["rate"] * 100 for row in rows]
    figure = go.Figure(
        go.Bar(
            orientation="h", y=list(range(len(rows))), x=rates, width=0.55,
            marker={"color": look.palette.ink},
            error_x={
                "type": "data", "symmetric": False, "color": look.palette.amber, "thickness": 2,
                "width": 5,
                "array": [100 * row["high"] - rate for row, rate in zip(rows, rates, strict=True)],
                "arrayminus": [
                    rate - 100 * row["low"] for row, rate in zip(rows, rates, strict=True)
                ],
            },
            hoverinfo="skip",
        )
    )  # fmt: skip
    for place, row in enumerate(rows):
        median = row["median_days"]
        figure.add_annotation(
            text=words.say(
                "step_label" if median is not None else "step_label_none",
                rate=percent(row["rate"], look.lang), customers=row["customers"],
                **({} if median is None else {"days": median}),
            ),
            x=100 * row["high"], y=place, xanchor="left", xshift=8, showarrow=False,
            align="left", font={"size": WORD_SIZE - 1, "color": look.palette.grey},
        )  # fmt: skip
    figure.update_xaxes(
        visible=False, range=[0, max((100 * row["high"] for row in rows), default=1) * 1.9]
    )
    figure.update_yaxes(
        autorange="reversed", tickvals=list(range(len(rows))), ticktext=names, showgrid=False,
        zeroline=False,
    )  # fmt: skip
    title = words.say("title_steps", days=within_days)
    dress(
        figure, look, title=title, subtitle=words.say("steps_subtitle"), left=76, below=6,
        plot_height=max(48 * len(rows), 120),
    )  # fmt: skip
    return Chart(
        name="cohort-order-numbers", title=title, figure=figure,
        alt=words.say(
            "steps_alt", title=title,
            steps="; ".join(
                f"{name} {percent(row['rate'], look.lang)}"
                for name, row in zip(names, rows, strict=True)
            ),
        ),
        table=steps, columns=names_of(steps, look),
    )  # fmt: skip
