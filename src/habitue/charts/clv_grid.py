"""What the model thinks of a customer, by silence and by repeat occasions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.clv_words import Words, named
from habitue.charts.drawing import dress
from habitue.charts.look import Chart
from habitue.charts.shades import scale
from habitue.texts import number, percent

if TYPE_CHECKING:
    from habitue.charts.look import Look
    from habitue.core.clv.looks import Grid

_MOST_COLUMNS = 9


def seen_by_model(found: Grid, look: Look, *, what: str, title: str, horizon_days: int) -> Chart:
    """Shade the chance of being active, or the orders expected.

    Args:
        found: Out of `Workspace.value_grid`.
        look: The reader's language and colours.
        what: `p_alive` or `orders`.
        title: Name of the model.
        horizon_days: Horizon of the orders.
    """
    words = Words(look)
    chosen = np.unique(np.linspace(0, found.silence.size - 1, _MOST_COLUMNS).astype(int))
    z = (found.p_alive if what == "p_alive" else found.orders)[:, chosen]

    def told(value: float) -> str:
        if what == "p_alive":
            return percent(value, look.lang, decimals=0)
        return number(value, look.lang, decimals=1)

    silence = [look.number(round(one)) for one in found.silence[chosen]]
    orders = [look.number(one) for one in found.frequency]
    figure = go.Figure(
        go.Heatmap(
            z=z, x=silence, y=orders, colorscale=scale(look), showscale=False, xgap=2, ygap=2,
            zmin=0, text=[[told(one) for one in row] for row in z], texttemplate="%{text}",
            hovertemplate=words.say(
                f"hover_{what}", silence="%{x}", orders="%{y}", value="%{text}"
            ) + "<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    named(figure, words.say("axis_silence"), look)
    heading = words.say(f"title_grid_{what}")
    dress(
        figure, look, title=heading,
        subtitle=words.say("grid_subtitle", model=title, age=round(found.T), days=horizon_days),
        left=40, below=58, plot_height=320,
    )  # fmt: skip
    rows = [
        {"silence": round(float(day)), "repeats": int(x), what: float(value)}
        for x, row in zip(found.frequency, z, strict=True)
        for day, value in zip(found.silence[chosen], row, strict=True)
    ]
    table = pa.Table.from_pylist(rows)
    return Chart(
        name=f"clv-{what.replace('_', '-')}", title=heading, figure=figure,
        alt=words.say("grid_alt"), table=table, columns=words.columns(table),
    )  # fmt: skip
