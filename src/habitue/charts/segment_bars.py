"""Segments side by side: who they are against what they bring, and where effort pays."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, key
from habitue.charts.segment_words import Words
from habitue.core.segments.answers import Segments
from habitue.core.segments.scoring import CutPoints

_ROW: Final = 38
_NAMES_ROOM: Final = 132


def shares(seen: Segments, look: Look) -> Chart:
    """Draw each segment's share of customers against its share of revenue.

    Args:
        seen: The segments of a day, with customers.
        look: The reader's language and colours.
    """
    words = Words(look, seen.rules)
    rows = [row for row in seen.table.to_pylist() if row["customers"]]
    names = [words.name(row["rfm_segment"]) for row in rows]
    figure = go.Figure()
    series = (
        ("customer_share", look.palette.sky, "customers", "customers"),
        ("revenue_share", look.palette.ink, "revenue", "revenue"),
    )
    for column, colour, _, _ in series:
        values = [100 * (row[column] or 0.0) for row in rows]
        figure.add_trace(
            go.Bar(
                y=names,
                x=values,
                orientation="h",
                marker={"color": colour},
                text=[words.share(value / 100) for value in values],
                textposition="outside",
                cliponaxis=False,
                textfont={"size": WORD_SIZE - 1},
                customdata=[
                    words.say(
                        "shares_hover",
                        name=words.name(row["rfm_segment"]),
                        count=row["customers"],
                        share=words.share(row["customer_share"]),
                        revenue=look.money(row["revenue"]),
                        revenue_share=words.share(row["revenue_share"] or 0.0),
                    )
                    for row in rows
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    most = max(100 * max(row["customer_share"], row["revenue_share"] or 0) for row in rows)
    least = min(0.0, *(100 * (row["revenue_share"] or 0) for row in rows))
    figure.update_layout(barmode="group", bargroupgap=0.06)
    figure.update_xaxes(visible=False, range=[least * 1.3, most * 1.28])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    dress(
        figure, look,
        title=words.say("shares_title"),
        subtitle=words.say(
            "shares_subtitle", count=seen.base.customers, revenue=look.money(seen.base.revenue)
        ),
        series=key(
            *(("■", words.say(f"shares_{name}"), colour) for _, colour, name, _ in series)
        ),
        left=_NAMES_ROOM, below=8, plot_height=_ROW * len(rows) + 10,
    )  # fmt: skip
    figure.update_layout(bargap=0.28)
    top = max(rows, key=lambda row: row["revenue"])
    table = words.translated(
        seen.table.select(
            ["rfm_segment", "customers", "customer_share", "revenue", "revenue_share"]
        ),
        "rfm_segment",
    )
    return words.chart(
        "segments", figure, table,
        title=words.say("shares_title"),
        alt=words.say(
            "shares_alt",
            name=words.name(top["rfm_segment"]),
            share=words.share(top["customer_share"]),
            revenue_share=words.share(top["revenue_share"] or 0.0),
        ),
    )  # fmt: skip


def priorities(seen: Segments, look: Look) -> Chart:
    """Draw yearly revenue at stake in each segment, and the part that history says comes back.

    Args:
        seen: The segments of a day, at least one of them with a priority.
        look: The reader's language and colours.
    """
    words = Words(look, seen.rules)
    rows: list[dict[str, Any]] = sorted(
        (row for row in seen.table.to_pylist() if row["priority"]),
        key=lambda row: row["priority"],
    )
    names = [f"{row['priority']}. {words.name(row['rfm_segment'])}" for row in rows]
    figure = go.Figure()
    for column, colour in (("at_stake", look.palette.haze), ("recoverable", look.palette.amber)):
        figure.add_trace(
            go.Bar(
                y=names,
                x=[row[column] for row in rows],
                orientation="h",
                marker={"color": colour, "line": {"color": look.palette.grey, "width": 0.5}},
                width=0.66 if column == "at_stake" else 0.4,
                text=[look.money(row[column], compact=True) for row in rows]
                if column == "at_stake"
                else None,
                textposition="outside",
                cliponaxis=False,
                customdata=[_hover(row, words) for row in rows],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[0, 1.22 * max(row["at_stake"] for row in rows)])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    dress(
        figure, look,
        title=words.say("priorities_title"),
        subtitle=words.say("priorities_subtitle", day=seen.as_of),
        series=key(
            ("□", words.say("column_at_stake"), look.palette.grey),
            ("■", words.say("column_recoverable"), look.palette.amber),
        ),
        left=_NAMES_ROOM + 18, below=8, plot_height=_ROW * len(rows) + 10,
    )  # fmt: skip
    columns = ["rfm_segment", "year_revenue", "lapse_rate", "at_stake", "comeback_rate",
               "recoverable", "recoverable_per_customer", "priority"]  # fmt: skip
    first = rows[0]
    return words.chart(
        "priorities", figure, words.translated(seen.table.select(columns), "rfm_segment"),
        title=words.say("priorities_title"),
        alt=words.say(
            "priorities_alt",
            name=words.name(first["rfm_segment"]),
            recoverable=look.money(first["recoverable"]),
            at_stake=look.money(first["at_stake"]),
        ),
    )  # fmt: skip


def _hover(row: dict[str, Any], words: Words) -> str:
    look = words.look
    return words.say(
        "priorities_hover",
        name=words.name(row["rfm_segment"]),
        year=look.money(row["year_revenue"]),
        lapse=words.share(row["lapse_rate"]),
        stake=look.money(row["at_stake"]),
        comeback=words.share(row["comeback_rate"]),
        recoverable=look.money(row["recoverable"]),
        each=look.money(row["recoverable_per_customer"], decimals=2),
    )


def spread(seen: Segments, measure: str, look: Look) -> Chart:
    """Draw how a measure is spread over the customers, cut where its scores begin.

    Args:
        seen: The segments of a day, with customers.
        measure: `recency`, `frequency` or `monetary`.
        look: The reader's language and colours.
    """
    words, cuts = Words(look, seen.rules), seen.cuts
    assert cuts is not None
    rows = [row for row in seen.spread.to_pylist() if row["measure"] == measure]
    bars = list(dict.fromkeys((row["low"], row["high"]) for row in rows))
    labels = [_bar(measure, low, high, words) for low, high in bars]
    shades = (look.palette.grey, look.palette.sky, look.palette.teal, look.palette.amber,
              look.palette.ink)[-cuts.classes :]  # fmt: skip
    figure = go.Figure()
    found: dict[int, int] = {}
    for score in range(1, cuts.classes + 1):
        here = [row for row in rows if row["score"] == score]
        mine = {(row["low"], row["high"]): row["customers"] for row in here}
        found[score] = sum(mine.values())
        figure.add_trace(
            go.Bar(
                x=list(range(len(bars))),
                y=[mine.get(bar, 0) for bar in bars],
                marker={"color": shades[score - 1]},
                customdata=[
                    words.say(
                        "spread_hover", bar=label, score=score, count=mine.get(bar, 0),
                        meaning=words.meaning(measure, score, cuts),
                    )
                    for bar, label in zip(bars, labels, strict=True)
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    step = max(1, -(-len(bars) // 7))
    places = list(range(0, len(bars), step))
    figure.update_layout(barmode="stack")
    figure.update_xaxes(
        tickvals=places,
        ticktext=[_tick(measure, *bars[place], words) for place in places],
        tickangle=0,
        showgrid=False,
        title={"text": words.say(f"spread_x_{measure}"), "standoff": 8,
               "font": {"size": WORD_SIZE, "color": look.palette.grey}},
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", nticks=5, tickformat=",d")
    dress(
        figure, look,
        title=words.say(f"spread_title_{measure}"),
        subtitle=words.say("spread_subtitle", count=seen.base.customers),
        series=key(
            *(("■", _class(measure, score, found[score], words, cuts), shades[score - 1])
              for score in range(cuts.classes, 0, -1))
        ),
        left=52, below=58, plot_height=240,
    )  # fmt: skip
    figure.update_layout(bargap=0.08)
    table = pa.Table.from_pylist(
        [{name: row[name] for name in ("score", "low", "high", "customers")} for row in rows],
        schema=pa.schema([seen.spread.schema.field(name) for name in
                          ("score", "low", "high", "customers")]),
    )  # fmt: skip
    biggest = max(found, key=lambda score: found[score])
    return words.chart(
        f"spread-{measure}", figure, table,
        title=words.say(f"spread_title_{measure}"),
        alt=words.say(
            "spread_alt", score=biggest, count=found[biggest],
            meaning=words.meaning(measure, biggest, cuts),
        ),
    )  # fmt: skip


def _class(measure: str, score: int, customers: int, words: Words, cuts: CutPoints) -> str:
    return f"{score}: {words.meaning(measure, score, cuts)} ({words.look.number(customers)})"


def _bar(measure: str, low: float | None, high: float, words: Words) -> str:
    write = words.look.money if measure == "monetary" else words.look.number
    if low is None:
        return words.say("bar_nothing", zero=write(0))
    if low == high:
        return write(low)
    return words.say("bar_between", low=write(low), high=write(high))


def _tick(measure: str, low: float | None, high: float, words: Words) -> str:
    if low is None:
        return words.say("bar_nothing", zero="0")
    if measure == "monetary":
        return words.look.money(low, compact=True)
    least = words.look.number(low)
    return least if low == high or measure == "recency" else f"{least}+"
