"""Missing values, column by column."""

from __future__ import annotations

import plotly.graph_objects as go

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look
from habitue.charts.quality_words import Words
from habitue.data.quality.report import Quality

_ROW = 30


def missing(report: Quality, look: Look) -> Chart:
    """Draw the share of lines that leave each column empty.

    Args:
        report: What was found.
        look: The reader's language and colours.
    """
    words = Words(lang=look.lang, currency=look.currency)
    rows = report.columns.to_pylist()
    most = max(row["share"] for row in rows)
    figure = go.Figure(
        go.Bar(
            y=[words.column(row["column"]) for row in rows],
            x=[row["share"] for row in rows],
            orientation="h",
            marker={"color": look.palette.ink},
            text=[
                words.say(
                    "missing_label", n=row["missing"], share=words.part_of(row["share"])
                )
                if row["missing"]
                else look.number(0)
                for row in rows
            ],
            textposition="outside",
            textfont={"size": WORD_SIZE},
            cliponaxis=False,
            hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, max(most, 0.01) * 1.9])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    title = words.say("missing_title")
    dress(
        figure, look, title=title, subtitle=words.say("missing_subtitle", lines=report.lines),
        left=112, below=6, plot_height=_ROW * len(rows) + 10,
    )  # fmt: skip
    emptiest = max(rows, key=lambda row: row["share"])
    return words.chart(
        "quality-missing", figure, report.columns, title,
        words.say("missing_alt", column=words.column(emptiest["column"]),
                  share=words.part_of(emptiest["share"])),
    )  # fmt: skip
