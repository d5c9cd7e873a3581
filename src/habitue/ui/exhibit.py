"""A chart on a screen, with its data beside it: read, or taken away as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.charts.look import toolbar
from habitue.export.formats import csv_bytes
from habitue.ui import access
from habitue.ui.language import t

if TYPE_CHECKING:
    from habitue.charts.look import Chart

_IMAGE: Final = "image"
_IMAGES: Final = ("png", "svg")


def show(chart: Chart, *, clicked: str = "") -> list[Any]:
    """Draw a chart; its table is built only once it is opened, its file only once it is asked for.

    Args:
        chart: What to draw.
        clicked: What a click is about: the screen runs again with the points clicked, until this
            changes. Empty where clicking means nothing.

    Returns:
        The points clicked, as Streamlit tells them.
    """
    if chart.least_width:
        _scrolled(chart)
    with st.container(border=True, height="stretch", key=f"exhibit.{chart.name}"):
        event: Any = st.plotly_chart(
            chart.figure,
            key=f"chart.{chart.name}{clicked and '.'}{clicked}",
            on_select="rerun" if clicked else "ignore",
            selection_mode="points",
            alt=chart.alt,
            config=toolbar(chart.name, st.session_state.get(_IMAGE, _IMAGES[0])),
        )
        data = st.expander(
            t("ui.see_data"),
            icon=":material/table_chart:",
            type="compact",
            key=f"data.{chart.name}",
            on_change="rerun",
        )
        if data.open:
            with data:
                _data(chart)
    return list(event.selection.points) if clicked else []


def image_format() -> None:
    """Let the reader choose what the charts' image button gives: for a screen, or for print."""
    st.segmented_control(
        t("ui.image_format"),
        _IMAGES,
        default=_IMAGES[0],
        format_func=str.upper,
        key=_IMAGE,
        required=True,
        persist_state="session",
        help=t("ui.image_format_help"),
    )


def _scrolled(chart: Chart) -> None:
    """Let a chart scroll sideways where it has no room, the names of its rows staying in sight.

    They do where the browser can move them with the scroll; elsewhere they go with the cells.
    """
    drawing = f".st-key-exhibit-{chart.name} .stElementContainer:has(> * > .stPlotlyChart)"
    name, past = f"scrolled-{chart.name}", f"max(0px, {chart.least_width}px - 100cqi)"
    moves = f"animation: linear both; animation-timeline: --{name}; animation-name: {name}"
    st.html(
        f"<style>{drawing} {{ overflow-x: auto; scroll-timeline: --{name} inline; }}"
        f" {drawing} > * {{ min-width: {chart.least_width}px; }}"
        f" .st-key-exhibit-{chart.name} {{ container-type: inline-size; }}"
        f" @keyframes {name} {{ to {{ transform: translateX({past}); }} }}"
        f" @keyframes {name}-under {{ from {{ clip-path: inset(-9px -9px -9px 0); }}"
        f" to {{ clip-path: inset(-9px -9px -9px {past}); }} }}"
        f" @supports (animation-timeline: --{name}) {{"
        f" {drawing} :is(.yaxislayer-above, .g-gtitle, .annotation) {{ {moves}; }}"
        f" {drawing} :is(.overplot, .xaxislayer-above) {{ {moves}-under; }} }}</style>"
    )


def _data(chart: Chart) -> None:
    st.dataframe(
        chart.table,
        hide_index=True,
        column_config=chart.columns,
        key=f"table.{chart.name}",
        alt=chart.title,
    )
    access.download(
        t("ui.download_csv"),
        lambda: csv_bytes(chart.table),
        file_name=f"habitue-{chart.name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv.{chart.name}",
    )
