"""What came back, by kind of product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, column_names
from habitue.texts import percent, text

if TYPE_CHECKING:
    from habitue.results import Overview

_SMALLEST_SHARE: Final = 0.0005
"""Below this a percentage with one decimal would read as zero."""


def returns_by_kind(seen: Overview, look: Look) -> Chart:
    """Rank the kinds of product by the money given back.

    Args:
        seen: The Overview's figures, with at least one kind that has returns.
        look: The reader's language and colours.
    """
    rows = sorted(seen.returns.to_pylist(), key=lambda row: row["amount"])
    back = [-float(row["amount"]) for row in rows]
    names = [text(f"filters.kind_{row['kind']}", look.lang) for row in rows]
    figure = go.Figure(
        go.Bar(
            orientation="h",
            y=list(range(len(rows))),
            x=back,
            width=0.5,
            marker={"color": look.palette.brick},
            text=[_label(row, look) for row in rows],
            customdata=[look.number(row["lines"]) for row in rows],
            textposition="outside",
            outsidetextfont={"size": WORD_SIZE, "color": look.palette.ink},
            cliponaxis=False,
            constraintext="none",
            hovertemplate=text("charts.returns_hover", look.lang, lines="%{customdata}")
            + "<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, range=[min(0.0, *back), max(0.0, *back) * 2.3])
    figure.update_yaxes(
        autorange="reversed",
        tickvals=list(range(len(rows))),
        ticktext=names,
        showgrid=False,
        zeroline=False,
    )
    title = text("charts.returns_title", look.lang)
    subtitle = text(
        f"charts.returns_subtitle_{seen.kpis.filters.returns}",
        look.lang,
        lines=sum(row["lines"] for row in rows),
        returned=look.money(sum(row["amount"] for row in rows)),
        gross=look.money(seen.kpis.gross),
    )
    dress(
        figure,
        look,
        title=title,
        subtitle=subtitle,
        left=112,
        below=6,
        plot_height=max(46 * len(rows), 340),
    )
    return Chart(
        name="returns",
        title=title,
        figure=figure,
        alt=text(
            "charts.returns_alt",
            look.lang,
            kinds="; ".join(
                f"{name} {look.money(row['amount'])}" for name, row in zip(names, rows, strict=True)
            ),
        ),
        table=seen.returns,
        columns=column_names(seen.returns, look.lang),
    )


def _label(row: dict[str, Any], look: Look) -> str:
    share = abs(row["share_of_gross"] or 0)
    if share < _SMALLEST_SHARE:
        return look.money(row["amount"])
    return f"{look.money(row['amount'])} ({percent(share, look.lang)})"
