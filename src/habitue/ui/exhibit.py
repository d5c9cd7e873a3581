"""A chart on a screen, with its data beside it: read, or taken away as a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.charts.look import toolbar
from habitue.ui.language import t

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.charts.look import Chart

_IMAGE: Final = "image"
_IMAGES: Final = ("png", "svg")


def show(chart: Chart) -> None:
    """Draw a chart; its table is built only once it is opened, its file only once it is asked for.

    Args:
        chart: What to draw.
    """
    with st.container(border=True, height="stretch", key=f"exhibit.{chart.name}"):
        st.plotly_chart(
            chart.figure,
            key=f"chart.{chart.name}",
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
    st.download_button(
        t("ui.download_csv"),
        lambda: _csv(chart.table),
        file_name=f"habitue-{chart.name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"csv.{chart.name}",
    )


def _csv(table: pa.Table) -> bytes:
    from pyarrow import csv  # noqa: PLC0415 - only when a file is asked for

    written = io.BytesIO()
    csv.write_csv(table, written)
    return written.getvalue()
