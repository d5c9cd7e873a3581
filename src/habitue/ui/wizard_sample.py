"""The rows seen, as they stand, and what they tell of each column."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import streamlit as st

from habitue.charts.read_words import remark_in_words
from habitue.texts import spoken
from habitue.ui import says
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.data.mapping import Mapping
    from habitue.data.sources.looking import ColumnLook, Look, PartLook


DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""Signs between columns, by which a catalogue names them."""


def show(seen: Look, mapping: Mapping) -> None:
    """Draw the sample of a part.

    Args:
        seen: The sources.
        mapping: What each column stands for, to say it beside the column.
    """
    parts = list(seen.parts)
    for one in parts:
        written = t("intake.text", encoding=one.encoding or "", delimiter=_mark(one.delimiter))
        st.markdown(
            told("intake.part", name=_name(one), columns=len(one.columns), rows=one.rows.num_rows)
            + (f" {written}" if one.delimiter else "")
        )  # fmt: skip
        if one is not seen.main and one.lacks(mapping):
            says.aside(told("intake.part_aside", label=one.label))
    for key, found in seen.warnings:
        st.warning(verbatim(remark_in_words(key, found, lang())), icon=":material/report:")
    part = seen.main
    if len(parts) > 1:
        at = st.selectbox(
            t("intake.which_part"), range(len(parts)), index=parts.index(part),
            format_func=lambda place: _name(parts[place]),
            key="wizard.part",
        )  # fmt: skip
        part = parts[at]
    with st.expander(t("intake.preview"), icon=":material/table_rows:", expanded=True):
        st.dataframe(
            part.preview,
            hide_index=True,
            alt=t("intake.preview"),
            height=260 if part.preview.num_rows > _ROWS_IN_SIGHT else "content",
        )
    with st.expander(t("intake.columns"), icon=":material/view_column:"):
        st.markdown(t("intake.columns_words", rows=part.rows.num_rows))
        st.dataframe(
            _columns(part, mapping), hide_index=True, alt=t("intake.columns"),
            column_config={
                name: st.column_config.NumberColumn(t(f"intake.column_{name}"), format="percent")
                if name in ("missing", "readable") else t(f"intake.column_{name}")
                for name in _NAMES
            },
        )  # fmt: skip


_ROWS_IN_SIGHT: Final = 6
_NAMES = ("column", "role", "kind", "missing", "readable", "distinct", "least", "most")


def _columns(part: PartLook, mapping: Mapping) -> pa.Table:
    roles = {name: role for role, name in mapping.columns.items()}

    def row(one: ColumnLook) -> dict[str, Any]:
        role = roles.get(one.name)
        return {
            "column": one.name,
            "role": t(f"check.role_{role}") if role else "",
            "kind": t(f"intake.kind_{one.kind}"),
            "missing": one.missing,
            "readable": one.readable,
            "distinct": one.distinct,
            "least": _shown(one.least),
            "most": _shown(one.most),
        }

    return pa.Table.from_pylist([row(one) for one in part.columns])


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return spoken(value.normalize() + 0, lang())
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return spoken(value.date(), lang())
    return "" if value is None else spoken(value, lang())


def _name(part: PartLook) -> str:
    return part.file if part.label == part.file else f"{part.file} · {part.label}"


def _mark(delimiter: str | None) -> str:
    if delimiter in DELIMITERS:
        return t(f"intake.delimiter_{DELIMITERS[delimiter]}")
    return delimiter or ""
