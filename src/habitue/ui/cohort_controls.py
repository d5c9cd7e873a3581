"""What a reader chooses on the Cohorts screen; a choice that would change nothing is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.schema import Ages, Breakdown, CohortReading, Measure, Per, Retention
from habitue.texts import percent, text
from habitue.ui import state
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    from collections.abc import Callable

    from habitue.schema import Filters

_HELP: Final = {
    "measure": "cohort_value", "per": "cohort_value", "retention": "retention", "ages": "cohort",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader asked for.

    Attributes:
        filters: Those of the sidebar, with the screen's own.
        reading: How the table is read.
        cac: What acquiring a customer cost, if typed.
        side: Whether the columns on the left are wanted.
    """

    filters: Filters
    reading: CohortReading
    cac: float | None
    side: bool


def show(asked: Filters) -> Choice:
    """Draw the controls above the table.

    Args:
        asked: The filters of the sidebar.
    """
    measure = Measure(_pick("measure", list(Measure), Measure.RETENTION))
    plain = CohortReading(measure=measure)
    with st.container(horizontal=True, vertical_alignment="bottom", key="cohorts.reading"):
        per, cumulative, retention = plain.per, False, plain.retention
        if plain.counts_people:
            retention = Retention(_pick("retention", list(Retention), retention))
        if plain.divides:
            per = Per(_pick("per", list(Per), per))
        if plain.adds_up:
            cumulative = st.toggle(
                t("cohorts.cumulative"),
                help=t("cohorts.cumulative_help"),
                **_kept("cumulative"),
            )
        if per is Per.BUYER and cumulative:
            # Buyers change from age to age: what they bring adds up per acquired customer.
            per = Per.CUSTOMER
    with st.container(horizontal=True, vertical_alignment="bottom", key="cohorts.cut"):
        ages = Ages(_pick("ages", list(Ages), Ages.CALENDAR))
        breakdown = _breakdown()
        filters, cac, side = _settings(asked)
    reading = CohortReading(
        measure=measure, per=per, cumulative=cumulative, retention=retention, ages=ages,
        breakdown=breakdown,
    )  # fmt: skip
    return Choice(filters, reading, cac, side)


def notes(choice: Choice) -> list[str]:
    """Say what the screen's own choices add to the basis of its figures.

    Args:
        choice: What the reader asked for.
    """
    said = []
    if choice.reading.measure is Measure.MARGIN or choice.cac is not None:
        rate = state.workspace().margin_rate(choice.filters)
        told = t("cohorts.note_cost")
        if rate is not None:
            told = t("cohorts.note_margin", rate=percent(rate, lang()))
        said.append(told)
    if choice.filters.keep_truncated:
        said.append(t("cohorts.note_truncated"))
    return said


def group_of(sizes: dict[str | None, int], named: Callable[[str | None], str]) -> str | None:
    """Let the reader choose which group of the breakdown the table shows; the largest first.

    Args:
        sizes: Customers of each group.
        named: Names a group.
    """
    options = sorted(sizes, key=lambda one: (one is None, -sizes[one]))
    places = range(len(options))
    # Places rather than names: a group may have none.
    chosen = st.selectbox(
        t("cohorts.group"),
        places,
        format_func=lambda place: named(options[place]),
        key="cohorts.group",
        required=True,
    )
    return options[chosen or 0]


def _pick(name: str, options: list[Any], default: Any) -> Any:
    reader = lang()
    return st.segmented_control(
        t(f"cohorts.{name}"),
        options,
        default=default,
        format_func=lambda one: text(f"cohorts.{name}_{one}", reader),
        help=glossary.help_text(_HELP[name], reader),
        required=True,
        **_kept(name),
    )


def _kept(name: str) -> dict[str, Any]:
    return {"key": f"cohorts.{name}", "persist_state": "session"}


def _breakdown() -> Breakdown | None:
    reader = lang()
    chosen = st.selectbox(
        t("cohorts.breakdown"),
        list(state.workspace().breakdowns()),
        index=None,
        format_func=lambda one: text(f"cohorts.breakdown_{one}", reader),
        placeholder=t("cohorts.breakdown_none"),
        help=t("cohorts.breakdown_help"),
        width=230,
        **_kept("breakdown"),
    )
    return None if chosen is None else Breakdown(chosen)


def _settings(asked: Filters) -> tuple[Filters, float | None, bool]:
    has_cost = state.shop().has_cost
    with st.popover(t("cohorts.options"), icon=":material/tune:"):
        side = st.toggle(t("cohorts.side"), value=True, **_kept("side"))
        kept = st.toggle(
            t("cohorts.keep_truncated"),
            help=glossary.help_text("left_truncated_cohort", lang()),
            **_kept("keep_truncated"),
        )
        rate = st.number_input(
            t("cohorts.margin_rate"),
            min_value=0.0,
            max_value=100.0,
            value=None,
            step=1.0,
            format="%.1f",
            placeholder=t("cohorts.margin_rate_cost") if has_cost else "30",
            help=t("cohorts.margin_rate_help_cost" if has_cost else "cohorts.margin_rate_help"),
            icon=":material/percent:",
            **_kept("margin_rate"),
        )
        cac = st.number_input(
            t("cohorts.cac"),
            min_value=0.01,
            value=None,
            step=5.0,
            format="%.2f",
            placeholder=t("cohorts.cac_none"),
            help=t("cohorts.cac_help"),
            **_kept("cac"),
        )
    margin = None if rate is None else Decimal(str(rate)) / 100
    return asked.but(keep_truncated=kept, margin_rate=margin), cac, side
