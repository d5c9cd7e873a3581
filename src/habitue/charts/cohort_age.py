"""Revenue per customer along the life of a cohort (D14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, column_names, key, round_ticks
from habitue.charts.periods import period_name
from habitue.texts import text

if TYPE_CHECKING:
    from habitue.results import Kpis


def revenue_by_age(kpis: Kpis, look: Look) -> Chart:
    """Draw what a customer brings at each age, with the mean over the observed ages.

    Args:
        kpis: Figures of the Overview, with at least one observed age.
        look: The reader's language and colours.
    """
    points = kpis.by_age
    figure = go.Figure()
    figure.add_trace(_curve(kpis, look))
    values = [point.revenue_per_customer for point in points]
    ticks = round_ticks(min(0.0, *values), max(0.0, *values))
    figure.update_yaxes(
        tickvals=ticks,
        ticktext=[look.money(tick) for tick in ticks],
        range=[min(0.0, *values) * 1.1, max(0.0, *values) * 1.1],
    )
    step = next(step for step in (1, 2, 3, 6, 12, 26, 52, 1000) if len(points) / step <= 9)  # noqa: PLR2004 - what a telephone has room for
    ages = [point.age for point in points][::step]
    unit = text(f"charts.age_{kpis.filters.grain}", look.lang)
    figure.update_xaxes(
        tickvals=ages,
        ticktext=[look.number(age) for age in ages],
        title={
            "text": unit,
            "font": {"size": WORD_SIZE, "color": look.palette.grey},
            "standoff": 8,
        },
        range=[-0.5, points[-1].age + 0.5],
        showgrid=False,
    )
    _name_first(figure, kpis, look)
    title = text("charts.age_title", look.lang)
    dress(
        figure,
        look,
        title=title,
        subtitle=_subtitle(kpis, look),
        series=_mean_line(figure, kpis, look),
        left=60,
        below=58,
    )
    table = pa.Table.from_pylist(
        [
            {
                "age": point.age,
                "cohorts": point.cohorts,
                "customers": point.customers,
                "revenue_per_customer": point.revenue_per_customer,
            }
            for point in points
        ]
    )
    return Chart(
        name="cohort-age",
        title=title,
        figure=figure,
        alt=text(
            "charts.age_alt",
            look.lang,
            first=look.money(points[0].revenue_per_customer, decimals=2),
            last=look.money(points[-1].revenue_per_customer, decimals=2),
            last_age=points[-1].age,
            unit=unit,
        ),
        table=table,
        columns=column_names(table, look.lang),
    )


def _curve(kpis: Kpis, look: Look) -> go.Scatter:
    points = kpis.by_age
    return go.Scatter(
        x=[point.age for point in points],
        y=[point.revenue_per_customer for point in points],
        mode="lines+markers",
        line={"color": look.palette.ink, "width": 2.5},
        marker={"size": 6, "color": look.palette.ink},
        text=[
            text(
                "charts.age_hover",
                look.lang,
                age=point.age,
                amount=look.money(point.revenue_per_customer, decimals=2),
                customers=point.customers,
                count=point.cohorts,
            )
            for point in points
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _mean_line(figure: go.Figure, kpis: Kpis, look: Look) -> tuple[str, ...]:
    """Rule the mean across; its name goes to the key, since the curve runs along it."""
    if kpis.by_age_mean is None:
        return ()
    amber = look.palette.amber
    figure.add_hline(y=kpis.by_age_mean, line={"color": amber, "width": 1.5, "dash": "dash"})
    mean = look.money(kpis.by_age_mean, decimals=2)
    return key(("┅", text("charts.age_mean", look.lang, mean=mean), amber))


def _name_first(figure: go.Figure, kpis: Kpis, look: Look) -> None:
    first = kpis.by_age[0]
    figure.add_annotation(
        text=look.money(first.revenue_per_customer),
        x=first.age,
        y=first.revenue_per_customer,
        xanchor="left",
        xshift=9,
        yshift=9,
        showarrow=False,
        font={"size": WORD_SIZE, "color": look.palette.ink},
    )


def _subtitle(kpis: Kpis, look: Look) -> str:
    basis = text(
        "charts.age_subtitle",
        look.lang,
        customers=kpis.by_age[0].customers,
        count=kpis.by_age[0].cohorts,
    )
    if kpis.truncated_cohort is None or kpis.filters.keep_truncated:
        return basis
    left_out = period_name(kpis.truncated_cohort, kpis.filters.grain, look.lang)
    return f"{basis} {text('charts.age_left_out', look.lang, cohort=left_out)}"
