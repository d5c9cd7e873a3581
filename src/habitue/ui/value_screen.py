"""The parts of the Value screen, one tab each; a tab that is not open costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from habitue import glossary
from habitue.charts import clv_fit, clv_grid, clv_groups, clv_spread
from habitue.charts.clv_words import Words
from habitue.export.formats import csv_bytes
from habitue.ui import access, exhibit, says, state, value_trust, value_ways
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    from habitue.ui.value_shown import Shown

_TABS: Final = ("ways", "groups", "spread", "customers", "fit", "trust")
_LISTED: Final = 200
_SHARES: Final = ("p_alive", "p_order_90d", "kept")
_MONEY: Final = (
    "clv_historic", "clv_predicted", "clv_low", "clv_high", "clv_total", "expected_spend",
    "predicted", "low", "high", "target_cpa",
)  # fmt: skip


def tabs(shown: Shown) -> None:
    """Draw the tabs, and fill the open one.

    Args:
        shown: What the screen is about.
    """
    drawn = st.tabs([t(f"value.tab_{name}") for name in _TABS], key="value.tabs",
                    on_change="rerun")  # fmt: skip
    fills = (value_ways.show, _groups, _spread, _customers, _fit, value_trust.show)
    for tab, fill in zip(drawn, fills, strict=True):
        if tab.open:
            with tab, st.spinner(t("ui.computing")):
                fill(shown)


def _groups(shown: Shown) -> None:
    choice, look = shown.choice, shown.look
    by = st.segmented_control(
        t("value.by"), ["cohort", "segment"], default="cohort", key="value.by", required=True,
        format_func={one: t(f"value.by_{one}") for one in ("cohort", "segment")}.__getitem__,
        persist_state="session",
    )  # fmt: skip
    rows = state.workspace().value_by(
        choice.filters, choice.outlook, by=str(by), cac=choice.cac, months=choice.months
    )
    exhibit.show(
        state.drawn(
            "groups",
            (shown.about, by, choice.cac, choice.months),
            lambda: clv_groups.by_group(
                rows, look, by=str(by), grain=choice.filters.grain, months=choice.horizon_months
            ),
        )
    )
    st.subheader(t("value.economics"), anchor=False)
    words = t("value.economics_words", count=choice.months)
    st.markdown(words if choice.cac is not None else f"{words} {t('value.economics_cac')}")
    if by == "segment":
        says.aside(t("value.economics_segment"))
        rows = rows.sort_by([("clv_predicted", "descending")])  # as the chart has them
    names = ["group", "customers", "clv_total", "target_cpa", "n"]
    if choice.cac is not None:
        names += ["ltv_cac", "payback_months"]
    _table(_named(rows.select(names), str(by), shown), "economics", shown)


def _spread(shown: Shown) -> None:
    found, look = shown.found, shown.look
    exhibit.show(
        state.drawn(
            "shares",
            shown.about,
            lambda: clv_spread.shares(
                found.deciles, look, customers=found.customers, mean=found.mean,
                median=found.median,
            ),
        )
    )  # fmt: skip


def _customers(shown: Shown) -> None:
    table = shown.found.table
    wanted = access.id_search(t("value.search"), key="value.search", icon=":material/search:")
    listed = _holding(table, wanted.strip()) if wanted else table
    says.aside(t("value.listed", count=min(listed.num_rows, _LISTED), customers=listed.num_rows))
    _table(_with_kept(listed.slice(0, _LISTED)), "customers", shown, whole=table)
    says.aside(t("value.kept_note"))
    says.aside(t("value.next_order_note", model=shown.found.title))


def _fit(shown: Shown) -> None:
    desk, choice, look, title = (
        state.workspace(), shown.choice, shown.look, shown.found.title
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        exhibit.show(
            state.drawn(
                "tracking",
                shown.about,
                lambda: clv_fit.tracked(
                    desk.tracking(choice.filters, choice.outlook), look, title=title
                ),
            )
        )
    with right:
        exhibit.show(
            state.drawn(
                "repeats",
                shown.about,
                lambda: clv_fit.repeats(
                    *desk.frequency_fit(choice.filters, choice.outlook), look, title=title
                ),
            )
        )
    for what, place in zip(("p_alive", "orders"), st.columns(2), strict=True):
        with place:
            exhibit.show(_grid(shown, what))
    says.aside(glossary.entry("p_alive", lang()).definition)


def _grid(shown: Shown, what: str) -> Any:
    choice = shown.choice
    return state.drawn(
        f"grid.{what}",
        shown.about,
        lambda: clv_grid.seen_by_model(
            state.workspace().value_grid(choice.filters, choice.outlook), shown.look, what=what,
            title=shown.found.title, horizon_days=choice.outlook.horizon_days,
        ),
    )  # fmt: skip


def _named(rows: pa.Table, by: str, shown: Shown) -> pa.Table:
    grain = shown.choice.filters.grain
    names = [clv_groups.group_name(one, by, grain, shown.look) for one in rows["group"].to_pylist()]
    return rows.set_column(0, "group", [names])


def _with_kept(rows: pa.Table) -> pa.Table:
    """Put beside orders and basket what closes the arithmetic from them to the value."""
    gross = pc.multiply(rows["expected_orders"], rows["expected_spend"])
    kept = pc.divide(rows["clv_predicted"], pc.if_else(pc.greater(gross, 0), gross, None))
    return rows.add_column(rows.column_names.index("expected_spend") + 1, "kept", kept)


def _holding(table: pa.Table, wanted: str) -> pa.Table:
    return table.filter(pc.match_substring(table["customer_id"], wanted, ignore_case=True))


def _table(rows: pa.Table, name: str, shown: Shown, *, whole: pa.Table | None = None) -> None:
    sign = shown.look.money(1).replace("1", "").strip()
    said = Words(shown.look).columns(rows)
    config: dict[str, Any] = {}
    for column, title in said.items():
        if column in _MONEY:
            label = f"{title} ({sign})" if sign else title
            config[column] = st.column_config.NumberColumn(label, format="localized")
        elif column in _SHARES:
            config[column] = st.column_config.NumberColumn(title, format="percent")
        elif pa.types.is_floating(kind := rows.schema.field(column).type) or (
            pa.types.is_integer(kind)
        ):
            config[column] = st.column_config.NumberColumn(title, format="localized")
        else:
            config[column] = title
    st.dataframe(
        _rounded(rows if whole is None else access.masked(rows)), hide_index=True,
        column_config=config, key=f"value.table.{name}",
        alt=t(f"value.alt_{name}"),
    )  # fmt: skip
    look: dict[str, Any] = {
        "file_name": f"habitue-clv-{name}.csv", "mime": "text/csv",
        "icon": ":material/download:", "key": f"value.csv.{name}",
    }  # fmt: skip
    if whole is None:
        access.download(t("ui.download_csv"), lambda: csv_bytes(rows), **look)
    else:
        access.customers(
            t("ui.download_csv"), "clv", shown.choice.filters,
            # The screen ranks them; the file is the command line's, byte for byte.
            lambda: (whole.num_rows, csv_bytes(whole.sort_by("customer_id"))), **look,
        )  # fmt: skip


def _rounded(rows: pa.Table) -> pa.Table:
    for place, field in enumerate(rows.schema):
        if pa.types.is_floating(field.type):
            digits = 3 if field.name in _SHARES else 2
            rows = rows.set_column(place, field.name, pc.round(rows.column(place), digits))
    return rows
