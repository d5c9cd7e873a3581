"""Revenue over time: who brought it, and how it compares with the year before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, column_names, key, round_ticks
from habitue.charts.periods import period_name, tick_names
from habitue.texts import text

if TYPE_CHECKING:
    import datetime as dt

    from habitue.results import Kpis, Overview

_STACK = ("revenue_returning", "revenue_new", "revenue_anonymous")
"""From the bottom up: the steady part first, so that its movement can be read off the axis."""
_HATCH = "/"


def revenue_by_period(seen: Overview, look: Look) -> Chart:
    """Stack each period's revenue by kind of customer, with the year before as a line.

    A period that is not whole, still running at `as_of` or cut by the dates asked for, is hatched
    and says so.

    Args:
        seen: The Overview's figures, with at least one period.
        look: The reader's language and colours.
    """
    rows: list[dict[str, Any]] = seen.by_period.to_pylist()
    kpis, grain = seen.kpis, seen.kpis.filters.grain
    starts = [row["period"] for row in rows]
    names = [period_name(start, grain, look.lang) for start in starts]
    parts = [part for part in _STACK if any(row[part] for row in rows)]
    has_before = any(row["revenue_previous_year"] is not None for row in rows)
    figure = go.Figure([_bars(rows, part, names, look) for part in parts])
    if has_before:
        figure.add_trace(_year_before(rows, names, look))
    tallest = _scale(figure, rows, look)
    ticks = tick_names(starts, grain, look.lang)
    figure.update_xaxes(
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
        range=[-0.6, len(rows) - 0.4],
        showgrid=False,
    )
    _name_partial(figure, rows, tallest, kpis.as_of, look)
    title = text(f"charts.revenue_title_{grain}", look.lang)
    series = _key(parts, has_before, look)
    dress(figure, look, title=title, subtitle=_subtitle(kpis, starts, look), series=series)
    figure.update_layout(barmode="relative", hovermode="x unified")
    table = seen.by_period.select(
        ["period", "whole", "revenue", *_STACK, "revenue_previous_year", "gross", "returned"]
    )
    return Chart(
        name="revenue",
        title=title,
        figure=figure,
        alt=_alt(rows, names, look),
        table=table,
        columns=column_names(table, look.lang),
    )


def _subtitle(kpis: Kpis, starts: list[dt.date], look: Look) -> str:
    said = text("charts.revenue_subtitle", look.lang, orders=kpis.orders, periods=len(starts))
    if kpis.truncated_cohort not in starts:
        return said
    first = period_name(kpis.truncated_cohort, kpis.filters.grain, look.lang)
    return f"{said} {text('charts.revenue_truncated', look.lang, period=first)}"


def _fill(part: str, look: Look) -> str:
    colours = look.palette
    return {
        "revenue_returning": colours.ink,
        "revenue_new": colours.amber,
        "revenue_anonymous": colours.haze,
    }[part]


def _bars(rows: list[dict[str, Any]], part: str, names: list[str], look: Look) -> go.Bar:
    fill, name = _fill(part, look), text(f"charts.{part}", look.lang)
    edge = look.palette.grey if part == "revenue_anonymous" else fill
    return go.Bar(
        name=name,
        x=list(range(len(rows))),
        y=[float(row[part]) for row in rows],
        customdata=[
            [period, look.money(row[part])] for period, row in zip(names, rows, strict=True)
        ],
        hovertemplate=text("charts.revenue_hover", look.lang, name=name) + "<extra></extra>",
        marker={
            "color": fill,
            "line": {"width": 0.5, "color": edge},
            "pattern": {
                "shape": ["" if row["whole"] else _HATCH for row in rows],
                "fillmode": "replace",
                "fgcolor": edge,
                "size": 5,
                "solidity": 0.35,
            },
        },
    )


def _year_before(rows: list[dict[str, Any]], names: list[str], look: Look) -> go.Scatter:
    before = [row["revenue_previous_year"] for row in rows]
    name = text("charts.revenue_previous_year", look.lang)
    return go.Scatter(
        name=name,
        x=list(range(len(rows))),
        y=[None if value is None else float(value) for value in before],
        customdata=[
            [period, "" if value is None else look.money(value)]
            for period, value in zip(names, before, strict=True)
        ],
        hovertemplate=text("charts.revenue_hover", look.lang, name=name) + "<extra></extra>",
        mode="lines+markers",
        connectgaps=False,
        line={"color": look.palette.teal, "width": 2, "dash": "dot"},
        marker={"size": 6, "symbol": "diamond", "color": look.palette.teal},
    )


def _scale(figure: go.Figure, rows: list[dict[str, Any]], look: Look) -> float:
    """Lay the vertical axis; give the height of its tallest bar."""
    tops = [sum(max(float(row[part]), 0) for part in _STACK) for row in rows]
    lows = [sum(min(float(row[part]), 0) for part in _STACK) for row in rows]
    before = [float(row["revenue_previous_year"] or 0) for row in rows]
    low, high = min(0.0, *lows, *before), max(0.0, *tops, *before)
    ticks = round_ticks(low, high)
    figure.update_yaxes(
        tickvals=ticks,
        ticktext=[look.money(tick, compact=True) for tick in ticks],
        # A partial period is named above the bars.
        range=[low * 1.05, high * (1.2 if any(not row["whole"] for row in rows) else 1.05)],
    )
    return high


def _name_partial(
    figure: go.Figure,
    rows: list[dict[str, Any]],
    tallest: float,
    as_of: dt.date,
    look: Look,
) -> None:
    """Say over each hatched bar why it is short, with a thread down to it."""
    for position, row in enumerate(rows):
        if row["whole"]:
            continue
        is_left = position < len(rows) / 2
        figure.add_annotation(
            text=text("charts.partial", look.lang)
            if row["over"]
            else text("charts.running_until", look.lang, day=as_of),
            x=position,
            y=max(float(row["revenue"]), float(row["revenue_previous_year"] or 0), 0),
            ax=position,
            ay=tallest * 1.06,
            axref="x",
            ayref="y",
            xanchor="left" if is_left else "right",
            align="left" if is_left else "right",
            yanchor="bottom",
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=look.palette.grey,
            standoff=8,
            font={"size": WORD_SIZE, "color": look.palette.grey},
        )


def _key(parts: list[str], has_before: bool, look: Look) -> tuple[str, ...]:
    entries = [
        ("■", text(f"charts.{part}", look.lang), look.palette.grey)
        if part == "revenue_anonymous"
        else ("■", text(f"charts.{part}", look.lang), _fill(part, look))
        for part in parts
    ]
    if has_before:
        entries.append(("◆", text("charts.revenue_previous_year", look.lang), look.palette.teal))
    return key(*entries)


def _alt(rows: list[dict[str, Any]], names: list[str], look: Look) -> str:
    over = [(row["revenue"], name) for row, name in zip(rows, names, strict=True) if row["whole"]]
    if not over:
        return text("charts.revenue_alt_running", look.lang, period=names[-1])
    (low, low_name), (high, high_name) = min(over), max(over)
    return text(
        "charts.revenue_alt",
        look.lang,
        first=names[0],
        last=names[-1],
        low=look.money(low),
        low_name=low_name,
        high=look.money(high),
        high_name=high_name,
    )
