"""The snapshots of the store, newest first, and the way back to each."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from habitue.ui import ingesting, says, state
from habitue.ui.language import t, told
from habitue.workspace import snapshots

_SHOWN: Final = 20


def show() -> None:
    """List the snapshots."""
    held = snapshots.snapshots(state.store_path())
    st.markdown(t("intake.snapshots_words"))
    for row in held.slice(0, _SHOWN).to_pylist():
        _one(row)
    if held.num_rows > _SHOWN:
        with st.expander(t("intake.snapshots_all", count=held.num_rows)):
            st.dataframe(held, hide_index=True, alt=t("intake.tab_snapshots"))


def _one(row: dict[str, Any]) -> None:
    name = row["snapshot"]
    with st.container(border=True, key=f"snapshot.{name}"):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            badge = f" :green-badge[{t('intake.on_view')}]" if row["current"] else ""
            st.markdown(told("intake.snapshot", sources=row["sources"]) + badge)
            says.aside(
                told("intake.snapshot_facts", moment=row["created_at"].replace(tzinfo=None),
                     lines=row["lines"], orders=row["orders"], first=row["first_day"],
                     last=row["last_day"], preset=t(f"ui.preset_{row['preset']}"), id=name)
            )  # fmt: skip
        with right:
            if not row["current"]:
                st.button(
                    t("intake.use"), icon=":material/history:", key=f"snapshot.use.{name}",
                    on_click=ingesting.back, args=(name,), disabled=ingesting.busy(),
                    help=told("intake.use_help", id=name),
                )  # fmt: skip
