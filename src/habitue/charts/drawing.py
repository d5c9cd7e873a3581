"""Figures as every chart dresses them: titles, notes, margins and type."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from habitue.charts.look import WORD_SIZE, WORDS_WIDTH, Look
from habitue.texts import Lang

Trace = dict[str, Any]
"""What is drawn, in Plotly's words, with its `type`."""
TITLE_SIZE: Final = 17
CHECKED = False
"""Whether Plotly checks every word of a figure: half the time of a drawing, so the tests do it."""
_SEPARATORS: Final[dict[Lang, str]] = {"en": ".,", "fr": ",\N{NARROW NO-BREAK SPACE}"}


def drawn(
    traces: Sequence[Trace],
    look: Look,
    *,
    title: str,
    subtitle: str,
    series: tuple[str, ...] = (),
    xaxis: Mapping[str, Any] | None = None,
    yaxis: Mapping[str, Any] | None = None,
    left: int = 64,
    below: int = 44,
    above: int = 0,
    plot_height: int = 300,
    width: int = WORDS_WIDTH,
    annotations: Sequence[Mapping[str, Any]] = (),
    **layout: Any,
) -> go.Figure:
    """Make a figure with its titles, notes, margins and type.

    Plotly reads the whole at once: attribute by attribute takes it three times as long.

    Args:
        traces: What is drawn, in Plotly's words, each with its `type`.
        look: The reader's language and colours.
        title: What is measured.
        subtitle: On what basis, with n and period.
        series: Names of the series, from `key`.
        xaxis: Attributes of the horizontal axis.
        yaxis: Of the vertical one.
        left: Pixels kept for the labels of the vertical axis.
        below: Pixels kept for those of the horizontal one.
        above: Pixels kept over the drawing, under the titles.
        plot_height: Pixels of the drawing itself, titles and notes aside.
        width: Characters that a line of words may take.
        annotations: Words within the drawing.
        layout: Other attributes of the layout, which prevail.
    """
    dressed = _clothes(
        look, title=title, subtitle=subtitle, series=series, left=left, below=below, above=above,
        plot_height=plot_height, width=width,
    )  # fmt: skip
    rules = _rules(look)
    dressed["xaxis"] = {**rules, **(xaxis or {})}
    dressed["yaxis"] = {**rules, **(yaxis or {})}
    notes = [*annotations, *dressed.pop("annotations")]
    if notes:
        dressed["annotations"] = notes
    return go.Figure(data=list(traces), layout={**dressed, **layout}, _validate=CHECKED)


def dress(
    figure: go.Figure,
    look: Look,
    *,
    title: str,
    subtitle: str,
    series: tuple[str, ...] = (),
    left: int = 64,
    below: int = 44,
    plot_height: int = 300,
) -> go.Figure:
    """Give a figure its titles, notes, margins and type.

    Args:
        figure: Changed in place, and given back.
        look: The reader's language and colours.
        title: What is measured.
        subtitle: On what basis, with n and period.
        series: Names of the series, from `key`.
        left: Pixels kept for the labels of the vertical axis.
        below: Pixels kept for those of the horizontal one.
        plot_height: Pixels of the drawing itself, titles and notes aside.
    """
    dressed = _clothes(
        look, title=title, subtitle=subtitle, series=series, left=left, below=below,
        plot_height=plot_height,
    )  # fmt: skip
    if notes := dressed.pop("annotations"):
        dressed["annotations"] = (*figure.layout.annotations, *notes)
    put(figure.layout, **dressed)
    for axis in (*figure.select_xaxes(), *figure.select_yaxes()):
        put(axis, **_rules(look))
    return figure


def _clothes(
    look: Look,
    *,
    title: str,
    subtitle: str,
    series: tuple[str, ...],
    left: int,
    below: int,
    plot_height: int,
    above: int = 0,
    width: int = WORDS_WIDTH,
) -> dict[str, Any]:
    """Give the attributes of a layout that every chart has; its annotations may be none."""
    under = textwrap.wrap(subtitle, width) + list(series)
    notes = textwrap.wrap(look.basis, width)
    top = 40 + 19 * len(under) + 14 + above
    bottom = below + 18 * len(notes) + 8
    ink = {"color": look.palette.text} if look.palette.text else {}
    words = _type(look)
    note = {
        "text": "<br>".join(notes),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": -left,
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -below,
        "align": "left",
        "showarrow": False,
        "font": words,
    }
    dressed = {
        "title": {
            "text": title,
            "font": {"size": TITLE_SIZE, **ink},
            "subtitle": {"text": "<br>".join(under), "font": words},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10, "l": 0},
        },
        "font": words,
        "separators": _SEPARATORS[look.lang],
        "height": top + plot_height + bottom,
        "margin": {"l": left, "r": 12, "t": top, "b": bottom, "pad": 4},
        "showlegend": False,
        "hoverlabel": {"font": {"size": WORD_SIZE}, "align": "left"},
        "bargap": 0.22,
        "dragmode": False,
        "modebar": {"orientation": "v", "bgcolor": "rgba(0,0,0,0)"},
        "annotations": [note] if notes else [],
    }
    if look.palette.paper:
        dressed |= {
            "paper_bgcolor": look.palette.paper,
            "plot_bgcolor": look.palette.paper,
            "colorway": look.palette.series,
        }
    return dressed


def _rules(look: Look) -> dict[str, Any]:
    return {
        "tickfont": _type(look),
        "automargin": False,
        "fixedrange": True,
        "gridcolor": look.palette.mist,
        "zerolinecolor": look.palette.grey,
    }


def _type(look: Look) -> dict[str, Any]:
    return {"size": WORD_SIZE, "color": look.palette.grey}


def put(part: Any, **words: Any) -> None:
    """Set attributes of a figure's part, each in one go.

    Plotly's own `update` looks for what to keep inside each, at eight times the cost.

    Args:
        part: The layout, an axis, a trace.
        words: Its attributes; one that is set already is replaced as a whole.
    """
    for name, value in words.items():
        part[name] = value
