"""The cohort table on screen: what it says, the heatmap, the customers behind a cell, its files."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import streamlit as st

from habitue import glossary
from habitue.charts.cohort_heatmap import SMALL, cell_of, heatmap, of_group
from habitue.charts.cohort_side import side
from habitue.charts.cohort_words import Words
from habitue.export.formats import csv_bytes
from habitue.schema import Measure
from habitue.texts import number, percent
from habitue.ui import access, exhibit, says, state
from habitue.ui.language import lang, t, told

if TYPE_CHECKING:
    from habitue.charts.look import Look
    from habitue.results import CohortTable
    from habitue.ui.cohort_controls import Choice


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen is about.

    Attributes:
        choice: What the reader chose.
        table: The answer.
        group: Which group of the breakdown.
        look: The reader's language, currency and basis.
    """

    choice: Choice
    table: CohortTable
    group: str | None
    look: Look

    @property
    def words(self) -> Words:
        """Names of what is shown."""
        return Words(self.table.reading, self.table.filters.grain, self.look)

    @property
    def about(self) -> tuple[object, ...]:
        """What a drawing depends on."""
        return (self.choice, self.group, self.look)


def sizes(table: CohortTable) -> dict[str | None, int]:
    """Count the customers of each group; nothing where no cohort is left.

    Args:
        table: The answer.
    """
    counts: dict[str | None, int] = {}
    for row in table.profiles.to_pylist():
        counts[row["group"]] = counts.get(row["group"], 0) + row["customers"]
    return counts


def nothing() -> None:
    """Say that no cohort is left, and what would bring some back.

    Raises:
        EnoughSaidError: Always; there is nothing else to show.
    """
    with st.container(border=True, key="cohorts.nothing"):
        st.subheader(t("cohorts.nothing_title"), anchor=False)
        st.markdown(t("cohorts.nothing_words"))
    raise says.EnoughSaidError


def reading(shown: Shown) -> None:
    """Say in a sentence what the table shows, from its own figures.

    Args:
        shown: What the screen is about.
    """
    table, words = shown.table, shown.words
    facts = table.facts[shown.group]
    if facts is None:
        begun = of_group(table.cells, shown.group)
        alone = pc.any(begun["observed"]).as_py()
        st.markdown(t("cohorts.reading_first_alone" if alone else "cohorts.reading_none"))
        return
    if facts.age == 0 and table.reading.measure is Measure.RETENTION and words.towers():
        st.markdown(told("cohorts.reading_opening", age=words.age(0), title=_title(shown)))
        return
    interval = ""
    if facts.low is not None:
        low, high = words.value(facts.low), words.value(facts.high)
        interval = t("cohorts.reading_interval", low=low, high=high)
    said = [
        told(
            "cohorts.reading", title=_title(shown), age=words.age(facts.age),
            value=words.value(facts.value), interval=interval,
            over=t("cohorts.reading_over", count=facts.cohorts), customers=facts.customers,
        )
    ]  # fmt: skip
    if facts.best is not None and facts.worst is not None:
        ends: dict[str, Any] = {"small": SMALL}
        for name, row in (("best", facts.best), ("worst", facts.worst)):
            ends[name] = words.cohort(row["cohort"])
            ends[f"{name}_value"] = words.value(row["value"])
            ends[f"{name}_n"] = row["customers"]
        said.append(told("cohorts.reading_ends", **ends))
    said += _paid_back(shown)
    st.markdown(" ".join(said))


def show(shown: Shown) -> None:
    """Draw the table, the columns on its left, its files, and the customers of the cell clicked.

    Args:
        shown: What the screen is about.
    """
    table, look, group = shown.table, shown.look, shown.group
    chart = state.drawn("cohorts", shown.about, lambda: heatmap(table, look, group=group))
    filters, how = table.filters, table.reading
    clicked = f"{filters.grain}.{how.ages}.{how.breakdown}.{group}"
    if shown.choice.side:
        beside = state.drawn("side", shown.about, lambda: side(table, look, chart, group=group))
        left, right = st.columns([38 if shown.choice.costs is None else 48, 62], gap="xsmall")
        with left:
            exhibit.show(beside)
        with right:
            points = exhibit.show(chart, clicked=clicked)
    else:
        points = exhibit.show(chart, clicked=clicked)
    with st.container(horizontal=True, vertical_alignment="center", key="cohorts.files"):
        access.download(
            t("cohorts.download_excel"),
            lambda: _workbook(shown, _title(shown)),
            file_name="habitue-cohorts.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            key="cohorts.xlsx",
        )
        says.aside(t("cohorts.cell_hint"))
    cells = [cell for point in points if (cell := cell_of(point["customdata"]))]
    if cells:
        _customers(shown, *cells[0])


def meaning(shown: Shown) -> None:
    """Explain the measure, with an example taken from the table itself.

    Args:
        shown: What the screen is about.
    """
    measure = shown.table.reading.measure
    slugs = {
        Measure.RETENTION: ("retention", "pooled_retention"),
        Measure.CUSTOMERS: ("cohort", "retention"),
        Measure.MARGIN: ("cohort_value", "margin"),
        Measure.CONTRIBUTION: ("contribution", "margin"),
        Measure.AOV: ("aov", "cohort_value"),
    }.get(measure, ("cohort_value", "cohort"))
    with st.expander(t("cohorts.meaning"), icon=":material/menu_book:", key="cohorts.meaning"):
        for slug in slugs:
            found = glossary.entry(slug, lang())
            st.markdown(f"**{found.term}** · {glossary.help_text(slug, lang())}")
        facts = shown.table.facts[shown.group]
        if shown.table.reading.rebased:
            st.markdown(t("cohorts.rebased_help"))
        elif facts is not None and facts.best is not None:
            st.markdown(t("cohorts.example_title"))
            st.markdown(_example(shown, facts.best))
        st.markdown(t("cohorts.outside"))


def _title(shown: Shown) -> str:
    """Say what is measured, and of which group."""
    words = shown.words
    if shown.table.reading.breakdown is None:
        return words.title()
    return words.say("title_group", title=words.title(), group=words.group(shown.group))


def _example(shown: Shown, row: dict[str, Any]) -> str:
    words = shown.words
    facts: dict[str, Any] = {
        "cohort": words.cohort(row["cohort"]),
        "age": words.age(row["age"]),
        "customers": row["customers"],
        "value": words.value(row["value"]),
    }
    if shown.table.reading.counts_people:
        low, high = (percent(row[name], lang()) for name in ("rate_low", "rate_high"))
        value = percent(row["rate"], lang())
        return told(
            "cohorts.example_retention",
            **facts | {"active": row["active"], "low": low, "high": high, "value": value},
        )
    return told(
        "cohorts.example_value",
        orders=row["orders"], buyers=row["buyers"], revenue=shown.look.money(row["revenue"]),
        **facts,
    )  # fmt: skip


def _paid_back(shown: Shown) -> list[str]:
    paid = shown.table.payback.get(shown.group)
    if paid is None:
        return []
    if paid.cac is None:
        return [told("cohorts.reading_payback_unknown")]
    cost = shown.look.money(paid.cac, decimals=2)
    facts: dict[str, Any] = {"cac": cost}
    if paid.ltv_cac is not None:
        facts["ratio"] = number(paid.ltv_cac, lang(), decimals=1)
    if paid.age is None or paid.day is None:
        key = "reading_payback_none" if paid.ltv_cac is not None else "reading_payback_unknown"
        return [told(f"cohorts.{key}", **facts)]
    day = math.ceil(paid.day)
    return [told("cohorts.reading_payback", age=shown.words.age(paid.age), day=day, **facts)]


def _customers(shown: Shown, cohort: dt.date, age: int) -> None:
    """Count the customers behind a cell; list them only when asked."""
    table, words = shown.table, shown.words
    mine = (pc.field("cohort") == cohort) & (pc.field("age") == age)
    here = of_group(table.cells.filter(mine), shown.group).to_pylist()
    if not here:  # the filters changed since the click
        return
    (cell,) = here
    with st.container(border=True, key="cohorts.cell"):
        st.subheader(
            t("cohorts.cell_title", cohort=words.cohort(cohort), age=words.age(age)), anchor=False
        )
        st.markdown(t("cohorts.cell_count", count=cell["active"], customers=cell["customers"]))
        if not cell["observed"]:
            says.aside(t("cohorts.cell_running"))
        listing = st.expander(
            t("cohorts.cell_list"), icon=":material/group:", key="cohorts.list", on_change="rerun"
        )
        if listing.open:
            with listing:
                _list(shown, cohort, age)


def _list(shown: Shown, cohort: dt.date, age: int) -> None:
    how = shown.table.reading
    found = state.workspace().cell_customers(
        shown.table.filters, cohort=cohort, age=age, group=shown.group, retention=how.retention,
        ages=how.ages, breakdown=how.breakdown, refunds=how.refunds,
    )  # fmt: skip
    st.dataframe(
        access.masked(found),
        hide_index=True,
        column_config={name: t(f"cohorts.column_{name}") for name in found.column_names},
        key="cohorts.customers",
        alt=t("cohorts.cell_list"),
    )
    says.aside(t("cohorts.cell_note"))
    access.customers(
        t("cohorts.download_customers"),
        "cohort",
        shown.table.filters,
        lambda: (found.num_rows, csv_bytes(found)),
        file_name=f"habitue-cohort-{cohort.isoformat()}-{age}.csv",
        mime="text/csv",
        icon=":material/download:",
        key="cohorts.customers_csv",
    )


def _workbook(shown: Shown, title: str) -> bytes:
    from habitue.export.cohort_workbook import Wording, cohort_workbook  # noqa: PLC0415 - on click

    words, cells = shown.words, shown.table.cells
    return cohort_workbook(
        shown.table,
        Wording(
            lang=shown.look.lang,
            title=title,
            basis=shown.look.basis.split(" · "),
            cohorts={day: words.cohort(day) for day in cells["cohort"].unique().to_pylist()},
            ages=words.ages(),
        ),
        group=shown.group,
    )
