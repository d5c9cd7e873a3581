"""The trust card in pictures: total error of each method, and tenths of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from habitue.charts.clv_words import Words, money_axis, named, number_axis
from habitue.charts.drawing import dress
from habitue.charts.look import Chart, key, round_ticks
from habitue.texts import number, percent, spoken

if TYPE_CHECKING:
    from habitue.charts.look import Look
    from habitue.core.clv.answers import Trust

METHODS = ("model", "published", "mean_rate", "recent", "last_year", "cohort_curve")
_MARKS = ("circle", "triangle-down", "square", "cross", "diamond", "triangle-up")
_SIGNS = ("●", "▼", "■", "✚", "◆", "▲")
_ROW = 44


def errors(found: Trust, look: Look, *, unit: str) -> Chart:
    """Place each method's total error on a line per cut, zero in the middle.

    Args:
        found: A back-test that was possible.
        look: The reader's language and colours.
        unit: `orders` or `money`.
    """
    words = Words(look)
    rows = [row for row in found.scores.to_pylist() if row["unit"] == unit]
    cuts = sorted({row["cut"] for row in rows})
    names = [spoken(cut, look.lang) for cut in cuts]
    colours = (
        look.palette.ink, look.palette.sky, look.palette.amber, look.palette.olive,
        look.palette.teal, look.palette.plum,
    )  # fmt: skip
    tested = {row["method"] for row in rows}
    drawn = [one for one in zip(METHODS, colours, _MARKS, _SIGNS, strict=True) if one[0] in tested]
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": look.palette.grey, "width": 1.4})
    seen = []
    for method, colour, mark, _ in drawn:
        mine = {row["cut"]: row for row in rows if row["method"] == method}
        errs = [mine[cut]["error"] for cut in cuts]
        seen += [one for one in errs if one is not None]
        figure.add_trace(
            go.Scatter(
                x=errs, y=names, mode="markers",
                marker={"symbol": mark, "size": 13 if method == "model" else 10, "color": colour},
                customdata=[
                    [words.say(f"method_{method}"), look.number(round(mine[cut]["predicted"])),
                     look.number(round(mine[cut]["actual"])),
                     "" if mine[cut]["error"] is None
                     else percent(mine[cut]["error"], look.lang)]
                    for cut in cuts
                ],
                hovertemplate=words.say(
                    "hover_error", method="%{customdata[0]}", predicted="%{customdata[1]}",
                    actual="%{customdata[2]}", error="%{customdata[3]}",
                ) + "<extra></extra>",
            )
        )  # fmt: skip
    low, high = min(0.0, *seen), max(0.0, *seen)
    ticks = round_ticks(low, high)
    room = 0.06 * (high - low) or 0.1
    figure.update_xaxes(
        tickvals=ticks,
        ticktext=[("+" if tick > 0 else "") + percent(tick, look.lang, decimals=0)
                  for tick in ticks],
        range=[low - room, high + room], zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(type="category", range=[-0.6, len(cuts) - 0.4])
    title = words.say(f"title_errors_{unit}")
    dress(
        figure, look, title=title,
        subtitle=words.say("errors_subtitle", days=found.test.window, count=len(cuts)),
        series=key(
            *((sign, words.say(f"method_{method}"), colour)
              for method, colour, _, sign in drawn)
        ),
        left=98, plot_height=max(120, _ROW * len(cuts)),
    )  # fmt: skip
    table = found.scores
    return Chart(
        name=f"clv-errors-{unit}", title=title, figure=figure, alt=words.say("errors_alt"),
        table=table, columns=words.columns(table),
    )  # fmt: skip


def deciles(found: Trust, look: Look, *, unit: str) -> Chart:
    """Draw, tenth by tenth, what the model expected of its customers and what they did.

    Args:
        found: A back-test that was possible.
        look: The reader's language and colours.
        unit: `orders` or `money`.
    """
    words, rows = Words(look), found.deciles.to_pylist()
    ending = "_money" if unit == "money" else ""
    predicted, actual = ([row[name + ending] for row in rows] for name in ("predicted", "actual"))
    places = [row["decile"] for row in rows]

    def told(value: float) -> str:
        return look.money(value) if unit == "money" else number(value, look.lang, decimals=2)

    figure = go.Figure(
        go.Bar(
            x=places, y=actual, marker={"color": look.palette.haze,
                                        "line": {"color": look.palette.grey, "width": 0.8}},
            customdata=[[told(one), told(other), row["customers"]]
                        for one, other, row in zip(actual, predicted, rows, strict=True)],
            hovertemplate=words.say(
                "hover_decile", actual="%{customdata[0]}", predicted="%{customdata[1]}",
                n="%{customdata[2]:,.0f}",
            ) + "<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=places,
            y=predicted,
            mode="markers",
            hoverinfo="skip",
            marker={"symbol": "diamond", "size": 10, "color": look.palette.ink},
        )
    )
    axis = money_axis if unit == "money" else number_axis
    axis(figure.update_yaxes, [*predicted, *actual], look)
    figure.update_xaxes(tickvals=places, showgrid=False)
    named(figure, words.say("axis_tenths"), look)
    title = words.say(f"title_deciles_{unit}")
    dress(
        figure, look, title=title,
        subtitle=words.say("deciles_subtitle", cut=found.scores["cut"][0].as_py(),
                           days=found.test.window),
        series=key(
            ("■", words.say("key_actual"), look.palette.grey),
            ("◆", words.say("key_expected"), look.palette.ink),
        ),
        below=58,
    )  # fmt: skip
    return Chart(
        name=f"clv-deciles-{unit}", title=title, figure=figure,
        alt=words.say("deciles_alt", predicted=told(predicted[0]), actual=told(actual[0])),
        table=found.deciles, columns=words.columns(found.deciles),
    )  # fmt: skip
