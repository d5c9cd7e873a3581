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
