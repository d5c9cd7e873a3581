"""Value per customer by cohort or segment: what was, and what should come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from habitue.charts.clv_words import Words, money_axis
from habitue.charts.drawing import dress
from habitue.charts.look import Chart, key
from habitue.charts.periods import period_name

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.charts.look import Look
    from habitue.schema import Grain

_ROW = 22


def group_name(group: str, by: str, grain: Grain, look: Look) -> str:
    """Name a cohort by its period; a segment has its name.

    Args:
        group: As `Workspace.value_by` gives it.
        by: `cohort` or `segment`.
        grain: Length of a cohort.
        look: The reader's language and colours.
    """
    if by == "segment":
        return group
    return period_name(dt.date.fromisoformat(group), grain, look.lang)


def by_group(rows: pa.Table, look: Look, *, by: str, grain: Grain, months: int) -> Chart:
    """Draw historic and predicted value per customer, and the interval of the latter.

    Args:
        rows: Out of `Workspace.value_by`.
        look: The reader's language and colours.
        by: `cohort` or `segment`.
        grain: Length of a cohort.
        months: Horizon of the prediction.
    """
    words, listed = Words(look), rows.to_pylist()
    if by == "segment":
        listed.sort(key=lambda row: row["clv_predicted"], reverse=True)
    listed.reverse()
    names = [group_name(row["group"], by, grain, look) for row in listed]
    figure = go.Figure()
    past = [row["clv_historic"] for row in listed]
    coming = [row["clv_predicted"] for row in listed]
    places, said = list(range(len(listed))), [[row["customers"]] for row in listed]
    hover = words.say(
        "hover_group", name="%{text}", value=words.pays().format("x"), n="%{customdata[0]:,.0f}"
    ) + "<extra></extra>"  # fmt: skip
    figure.add_trace(
        go.Bar(
            x=past, y=places, orientation="h", text=names, textposition="none",
            customdata=said, hovertemplate=hover,
            marker={"color": look.palette.haze,
                    "line": {"color": look.palette.grey, "width": 0.6}},
        )
    )  # fmt: skip
    spread = [
        ((row["high"] - row["predicted"]) / row["customers"],
         (row["predicted"] - row["low"]) / row["customers"])
        for row in listed
    ]  # fmt: skip
    figure.add_trace(
        go.Bar(
            x=coming, y=places, base=past, orientation="h", text=names, textposition="none",
            customdata=said, hovertemplate=hover,
            marker={"color": look.palette.ink},
            error_x={
                "type": "data", "symmetric": False, "thickness": 1.2, "width": 3,
                "array": [up for up, _ in spread], "arrayminus": [down for _, down in spread],
                "color": look.palette.amber,
            },
        )
    )  # fmt: skip
    figure.update_layout(barmode="overlay")
    reach = [
        row["clv_total"] + up for row, (up, _) in zip(listed, spread, strict=True)
    ]  # fmt: skip
    money_axis(figure.update_xaxes, reach, look)
    figure.update_yaxes(tickvals=places, ticktext=names, showgrid=False, zeroline=False,
                        range=[-0.6, len(places) - 0.4])  # fmt: skip
    title = words.say(f"title_by_{by}")
    dress(
        figure, look, title=title,
        subtitle=words.say("by_subtitle", months=months,
                           customers=sum(row["customers"] for row in listed)),
        series=key(
            ("■", words.say("key_historic"), look.palette.grey),
            ("■", words.say("key_predicted"), look.palette.ink),
            ("├", words.say("key_interval"), look.palette.amber),
        ),
        left=max(74, 8 * max(map(len, names), default=0)),
        plot_height=max(160, _ROW * len(listed)),
    )  # fmt: skip
    return Chart(
        name=f"clv-by-{by}", title=title, figure=figure,
        alt=words.say("by_alt", n=len(listed)), table=rows, columns=words.columns(rows),
    )  # fmt: skip
