"""Segments in time: the flow between two days, sizes over many, and one customer's life."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, key
from habitue.charts.segment_words import Words
from habitue.core.segments.answers import CustomerHistory, Movement
from habitue.core.segments.rules import RuleSet
from habitue.texts import spoken

_GAPS: Final = 0.28
"""Part of the height between the nodes."""
_EDGE: Final = 0.001
"""Plotly takes a place of exactly 0 or 1 for none."""
_STAYED: Final = "rgba(100,108,118,0.28)"
_MOVED: Final = "rgba(178,94,9,0.38)"
"""Links lie over one another, hence half transparent; legible on light and dark paper."""


def sankey(found: Movement, look: Look) -> Chart:
    """Draw the flow of customers between the segments of two days.

    Args:
        found: The movement, with at least one pair.
        look: The reader's language and colours.
    """
    words = Words(look, found.rules)
    rows = found.table.to_pylist()
    order: list[str | None] = [one.name for one in found.rules.segments if one.codes] + [None]
    left = [name for name in order if any(row["from_segment"] == name for row in rows)]
    right = [name for name in order if any(row["to_segment"] == name for row in rows)]
    counts = [
        sum(row["customers"] for row in rows if row["from_segment"] == name) for name in left
    ] + [sum(row["customers"] for row in rows if row["to_segment"] == name) for name in right]
    labels = [words.name(name, "newcomer") for name in left]
    labels += [words.name(name, "gone") for name in right]
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",
            node={
                "x": [_EDGE] * len(left) + [1 - _EDGE] * len(right),
                "y": _places(counts[: len(left)]) + _places(counts[len(left) :]),
                "label": [
                    f"{label} {look.number(count)}"
                    for label, count in zip(labels, counts, strict=True)
                ],
                "color": look.palette.ink,
                "pad": 12,
                "thickness": 12,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [left.index(row["from_segment"]) for row in rows],
                "target": [len(left) + right.index(row["to_segment"]) for row in rows],
                "value": [row["customers"] for row in rows],
                "color": [
                    _STAYED if row["from_segment"] == row["to_segment"] else _MOVED for row in rows
                ],
                "customdata": [
                    words.say(
                        "movement_hover",
                        old=words.name(row["from_segment"], "newcomer"),
                        new=words.name(row["to_segment"], "gone"),
                        count=row["customers"],
                        share=words.share(row["share"])
                        if row["share"] is not None
                        else "\N{EN DASH}",
                        money=look.money(row["year_before"]),
                    )
                    for row in rows
                ],
                "hovertemplate": "%{customdata}<extra></extra>",
            },
            textfont={"size": WORD_SIZE},
        )
    )
    dress(
        figure, look,
        title=words.say("flow_title"),
        subtitle=words.say("flow_subtitle", before=found.before, day=found.as_of),
        series=key(("■", words.say("flow_stayed"), look.palette.grey),
                   ("■", words.say("flow_moved"), look.palette.amber)),
        left=12, below=8, plot_height=460,
    )  # fmt: skip
    table = words.translated(found.table, "from_segment", "to_segment")
    return words.chart(
        "flow", figure, table,
        title=words.say("flow_title"),
        alt=words.say("flow_alt", before=found.before, day=found.as_of, flows=len(rows)),
    )  # fmt: skip


def _places(counts: list[int]) -> list[float]:
    """Stack the nodes of one side in their order, the height of each in proportion."""
    gap = _GAPS / max(len(counts) - 1, 1)
    share = (1 - _GAPS) / (sum(counts) or 1)
    places, top = [], 0.0
    for count in counts:
        places.append(min(max(top + count * share / 2, _EDGE), 1 - _EDGE))
        top += count * share + gap
    return places


def sizes(table: pa.Table, rules: RuleSet, look: Look, *, front: str) -> Chart:
    """Draw the size of every segment over time, one of them in front.

    Args:
        table: Out of `Workspace.segment_sizes`.
        rules: The rule set.
        look: The reader's language and colours.
        front: The segment in front.
    """
    words = Words(look, rules)
    rows = table.to_pylist()
    names = list(dict.fromkeys(row["rfm_segment"] for row in rows))
    figure = go.Figure()
    last = 0
    for name in sorted(names, key=lambda one: one == front):
        mine = [row for row in rows if row["rfm_segment"] == name]
        ahead = name == front
        figure.add_trace(
            go.Scatter(
                x=[row["day"] for row in mine],
                y=[row["customers"] for row in mine],
                mode="lines+markers" if ahead else "lines",
                line={"color": look.palette.ink if ahead else look.palette.haze,
                      "width": 2.5 if ahead else 1.2},
                customdata=[
                    words.say("sizes_hover", name=words.name(name), day=row["day"],
                              count=row["customers"], revenue=look.money(row["revenue"]))
                    for row in mine
                ],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
        last = mine[-1]["customers"]
    days = sorted({row["day"] for row in rows})
    places = days[:: max(1, -(-len(days) // 5))]
    figure.update_xaxes(
        tickvals=places, ticktext=[spoken(day, look.lang) for day in places], showgrid=False
    )
    figure.update_yaxes(rangemode="tozero", nticks=6, tickformat=",d")
    dress(
        figure, look,
        title=words.say("sizes_title"),
        subtitle=words.say("sizes_subtitle", day=days[-1]),
        series=key(("━", words.name(front), look.palette.ink),
                   ("━", words.say("sizes_others"), look.palette.grey)),
        left=52, below=34,
    )  # fmt: skip
    first = next(row["customers"] for row in rows if row["rfm_segment"] == front)
    return words.chart(
        "sizes", figure, words.translated(table, "rfm_segment"),
        title=words.say("sizes_title"),
        alt=words.say(
            "sizes_alt", name=words.name(front), first_day=days[0], first=first,
            last_day=days[-1], last=last,
        ),
    )  # fmt: skip


def life(found: CustomerHistory, rules: RuleSet, look: Look) -> Chart:
    """Draw one customer's orders and returns, and the segment each month ended in.

    Args:
        found: The customer's history.
        rules: The rule set.
        look: The reader's language and colours.
    """
    words = Words(look, rules)
    rows = found.orders.to_pylist()
    figure = go.Figure(
        go.Bar(
            x=[row["on"] for row in rows],
            y=[float(row["amount"]) for row in rows],
            width=86_400_000 * 6,
            marker={"color": [look.palette.ink if row["amount"] >= 0 else look.palette.brick
                              for row in rows]},
            customdata=[
                words.say("life_hover", day=row["on"], order=row["order_id"],
                          amount=look.money(row["amount"], decimals=2))
                for row in rows
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    before = ""
    changes = []
    for row in found.scores.to_pylist():
        if row["rfm_segment"] != before:
            changes.append(f"{spoken(row['on'], look.lang)}: {words.name(row['rfm_segment'])}")
        before = row["rfm_segment"]
    first, last = min(row["on"] for row in rows), found.as_of
    places = [first + (last - first) * part / 3 for part in range(4)] if last > first else [first]
    figure.update_xaxes(
        tickvals=places, ticktext=[spoken(day, look.lang) for day in places], showgrid=False
    )
    figure.update_yaxes(nticks=5, tickformat=",.0f")
    dress(
        figure, look,
        title=words.say("life_title", customer=found.customer_id),
        subtitle=" · ".join([words.say("life_subtitle"), *changes[-4:]]),
        left=64, below=34, plot_height=220,
    )  # fmt: skip
    return words.chart(
        "customer", figure, found.orders,
        title=words.say("life_title", customer=found.customer_id),
        alt=words.say(
            "life_alt", customer=found.customer_id, count=len(rows), name=words.name(before)
        ),
    )  # fmt: skip
