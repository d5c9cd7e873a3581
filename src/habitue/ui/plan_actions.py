"""Recommended actions: each segment, the money that can be won back, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from habitue.texts import money
from habitue.ui import plan_builder, says
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.core.segments.answers import Segments

_FIRST = 3


def show(segments: Segments) -> None:
    """Draw the three segments to act on first, and the table of all of them.

    Args:
        segments: With their priorities.
    """
    rows = [row for row in segments.table.to_pylist() if row["customers"]]
    ranked = sorted(
        (row for row in rows if row["priority"] is not None), key=lambda row: row["priority"]
    )
    if not ranked:
        says.empty("plan.no_priority")
    with st.grid(_FIRST, min_column_width=240, gap="small", key="plan.first"):
        for row in ranked[:_FIRST]:
            _card(segments, row)
    with st.expander(t("plan.every_segment"), icon=":material/table_chart:", key="plan.every"):
        _table(segments, ranked or rows)


def _card(segments: Segments, row: dict[str, object]) -> None:
    name = segments.rules.named(str(row["rfm_segment"]))
    with st.container(border=True, height="stretch", key=f"plan.card.{name.id}"):
        st.metric(
            t("plan.card", rank=row["priority"], segment=name.title(lang())),
            verbatim(_pay(segments, row["recoverable"])),
            help=t("plan.recoverable_help"),
        )
        customers, stake = row["customers"], _pay(segments, row["at_stake"])
        st.markdown(f":small[:gray[{told('plan.card_beside', customers=customers, stake=stake)}]]")
        st.markdown(verbatim(name.playbook(lang())))
        st.button(
            t("plan.build"), icon=":material/playlist_add:", key=f"plan.build.{name.id}",
            on_click=plan_builder.from_segment, args=(name.name, name.title(lang())),
        )  # fmt: skip


def _table(segments: Segments, rows: list[dict[str, object]]) -> None:
    st.table(
        {
            t("plan.column_segment"): [
                verbatim(segments.rules.named(str(row["rfm_segment"])).title(lang()))
                for row in rows
            ],
            t("plan.column_customers"): [row["customers"] for row in rows],
            **{
                t(f"plan.column_{name}"): [verbatim(_pay(segments, row[name])) for row in rows]
                for name in ("year_revenue", "at_stake", "recoverable")
            },
            t("plan.column_playbook"): [
                verbatim(segments.rules.named(str(row["rfm_segment"])).playbook(lang()))
                for row in rows
            ],
        },
        border="horizontal",
    )


def _pay(segments: Segments, value: object) -> str:
    if value is None:
        return t("plan.unknown")
    return money(value, segments.currency, lang(), decimals=0)  # type: ignore[arg-type]  # a number
