"""A report as one HTML file: no network, no other file, charts alive."""

from __future__ import annotations

import json
from html import escape
from importlib import resources
from typing import Any, Final

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from habitue.export.document import Document, Section

_COLOURS: Final = ("#1F3A5F", "#B25E09", "#1F7A74", "#646C76", "#7B4B86")
_SEPARATORS: Final = {"en": ".,", "fr": ",\N{NARROW NO-BREAK SPACE}"}
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"
)
"""The page may fetch nothing, from anywhere."""
_CALM: Final = {"displaylogo": False, "responsive": True}


def page(document: Document) -> bytes:
    """Write a report as HTML; the same document gives the same bytes.

    Args:
        document: What to write.
    """
    style = (resources.files("habitue.export") / "page.css").read_text("utf-8")
    title = escape(document.title)
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<link rel="icon" href="data:,"><title>{title}</title><style>{style}</style>'
        f"<script>{get_plotlyjs()}</script>"
    )
    parts = [
        f'<!doctype html><html lang="{document.lang}"><head>{head}</head><body>',
        f'<header><h1>{title}</h1><p class="basis">{escape(document.basis)}</p></header>',
        _contents(document),
        *(_section(document, one) for one in document.sections),
        _closing(document),
        f"<footer><p>{escape(document.source)}</p></footer></body></html>\n",
    ]
    return "".join(parts).encode()


def _contents(document: Document) -> str:
    links = "".join(
        f'<li><a href="#{escape(one.name)}">{escape(one.title)}</a></li>'
        for one in document.sections
    )
    return f'<nav aria-label="{escape(document.labels["contents"])}"><ul>{links}</ul></nav>'


def _section(document: Document, section: Section) -> str:
    parts = [f'<section id="{escape(section.name)}"><h2>{escape(section.title)}</h2>']
    parts += [f"<p>{escape(line)}</p>" for line in section.words]
    if section.figures:
        cards = "".join(
            f'<div class="figure"><div>{escape(one.label)}</div>'
            f'<div class="value">{escape(one.value)}</div>'
            f'<div class="beside">{escape(one.beside)}</div></div>'
            for one in section.figures
        )
        parts.append(f'<div class="figures">{cards}</div>')
    if section.plot is not None:
        parts.append(_plot(document, section))
    if section.table is not None:
        parts.append(_table(document, section))
    return "".join([*parts, "</section>"])


def _plot(document: Document, section: Section) -> str:
    figure = drawn(document, section)
    mark = f"plot-{section.name}"
    drawing = json.dumps(figure.to_plotly_json(), sort_keys=True, default=_plain)
    # A closing tag inside the data would end the script.
    safe = drawing.replace("</", "<\\/")
    return (
        f'<div class="plot" id="{mark}" role="img" aria-label="{escape(section.title)}"></div>'
        f"<script>(function(){{var f={safe};"
        f'Plotly.newPlot("{mark}",f.data,f.layout,{json.dumps(_CALM)})}})()</script>'
    )


def drawn(document: Document, section: Section) -> go.Figure:
    """Draw a section's chart.

    Args:
        document: Whose language and money are used.
        section: With a plot.
    """
    assert section.plot is not None
    names, series = document.points(section)
    plot, form = section.plot, document.form_of(section)
    flat = plot.kind == "bar"
    figure = go.Figure()
    for colour, (title, values) in zip(_COLOURS, series, strict=False):
        written = [document.cell(one, form) for one in values]
        shared: dict[str, Any] = {
            "name": title, "customdata": written,
            "hovertemplate": "%{customdata}<extra>%{fullData.name}</extra>",
            "x": values if flat else names, "y": names if flat else values,
        }  # fmt: skip
        if plot.kind == "line":
            look = {"color": colour, "width": 2.5}
            figure.add_trace(go.Scatter(mode="lines+markers", line=look, **shared))
        else:
            text = written if flat and len(series) == 1 else None
            figure.add_trace(
                go.Bar(
                    orientation="h" if flat else "v", marker={"color": colour}, text=text,
                    textposition="outside", cliponaxis=False, **shared,
                )
            )  # fmt: skip
    ticks = {"percent": ".0%", "money": "~s", "count": "~s"}.get(form, "")
    figure.update_layout(
        barmode="relative" if plot.stacked else "group",
        height=max(360, 34 * len(names)) if flat else 360,
        margin={"l": 150 if flat else 64, "r": 60 if flat else 16, "t": 24, "b": 60},
        showlegend=len(series) > 1, legend={"orientation": "h", "y": 1.08},
        separators=_SEPARATORS[document.lang], paper_bgcolor="#FDFCFA", plot_bgcolor="#FDFCFA",
        font={"color": "#0F1720", "size": 13}, template=None,
    )  # fmt: skip
    rule = {"gridcolor": "#E7E3DA", "zerolinecolor": "#646C76"}
    figure.update_xaxes(tickformat=ticks if flat else "", type="-" if flat else "category", **rule)
    figure.update_yaxes(tickformat="" if flat else ticks, rangemode="tozero", **rule)
    if flat:
        figure.update_yaxes(autorange="reversed")
        figure.update_xaxes(visible=False)
    return figure


def _table(document: Document, section: Section) -> str:
    kinds = [' class="text"' if one.form == "text" else "" for one in section.columns]
    head = "".join(
        f'<th scope="col"{kind}>{escape(one.title)}</th>'
        for one, kind in zip(section.columns, kinds, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(
            f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(row, kinds, strict=True)
        ) + "</tr>"
        for row in document.rows(section)
    )  # fmt: skip
    whole = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" tabindex="0">{whole}</div>'


def _closing(document: Document) -> str:
    parts = [f'<section id="closing"><h2>{escape(document.labels["closing"])}</h2><dl>']
    for heading, lines in document.closing:
        told = "".join(f"<dd>{escape(line)}</dd>" for line in lines)
        parts.append(f"<dt>{escape(heading)}</dt>{told}")
    return "".join([*parts, "</dl></section>"])


def _plain(value: Any) -> Any:
    return value.tolist()
