"""What a reader chooses on the Cohorts screen; a choice that would change nothing is not shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.core.cohorts.costs import Acquisition
from habitue.errors import HabitueError
from habitue.export.formats import csv_bytes
from habitue.schema import (
    Ages,
    Breakdown,
    CohortReading,
    Measure,
    Per,
    Refunds,
    Retention,
    ReturnsMode,
)
from habitue.texts import money, percent, text
from habitue.ui import access, cohort_address, says, state, typed
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from habitue.schema import Filters

_HELP: Final = {
    "measure": "cohort_value", "per": "cohort_value", "retention": "retention", "ages": "cohort",
    "refunds": "refunds_at_order",
}  # fmt: skip
_LOWER: Final = 8
"""Pixels by which a row of buttons is lower than a list."""
_HELD: Final = "cohorts.costs"
_ON_MARGIN: Final = frozenset({Measure.MARGIN, Measure.CONTRIBUTION})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader asked for.

    Attributes:
        filters: Those of the sidebar, with the screen's own.
        reading: How the table is read.
        cac: What acquiring a customer cost, if typed.
        costs: The same, or what an uploaded file says of each month and channel.
        side: Whether the columns on the left are wanted.
    """

    filters: Filters
    reading: CohortReading
    cac: float | None
    costs: Acquisition | None
    side: bool


def show(asked: Filters) -> Choice:
    """Draw the controls above the table.

    Args:
        asked: The filters of the sidebar.
    """
    for refusal in cohort_address.arrive(state.workspace().breakdowns()):
        st.warning(
            told("cohorts.ignored", what=refusal.what(lang()), hint=refusal.hint(lang())),
            icon=":material/link_off:",
        )
    measure = Measure(_pick("measure", Measure))
    plain = CohortReading(measure=measure)
    with st.container(horizontal=True, vertical_alignment="bottom", key="cohorts.reading"):
        per, cumulative, retention = plain.per, False, plain.retention
        if plain.counts_people:
            retention = Retention(_pick("retention", Retention))
        if plain.divides:
            per = Per(_pick("per", Per))
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
        with st.container(width="content", gap=None):
            ages = Ages(_pick("ages", Ages))
            # A list is higher, and its name would stand above that of the buttons.
            st.space(_LOWER)
        breakdown = _breakdown()
        with st.popover(t("cohorts.options"), icon=":material/tune:"):
            side = st.toggle(t("cohorts.side"), **_kept("side"))
            rebased, from_one, refunds, event = _further(asked, plain)
            filters = _margin(asked)
            order_cost, fee_rate = _order_costs(plain)
            cac, costs = _acquisition(asked)
    event = _in_sight(event, asked)
    reading = CohortReading(
        measure=measure, per=per, cumulative=cumulative, retention=retention, ages=ages,
        breakdown=breakdown, rebased=rebased, from_one=from_one, refunds=refunds, event=event,
        order_cost=order_cost, fee_rate=fee_rate,
    )  # fmt: skip
    choice = Choice(filters, reading, cac, costs, side)
    cohort_address.keep(choice)
    return choice


def notes(choice: Choice) -> list[str]:
    """Say what the screen's own choices add to the basis of its figures.

    Args:
        choice: What the reader asked for.
    """
    said = []
    if choice.reading.measure in _ON_MARGIN or choice.costs is not None:
        rate = state.workspace().margin_rate(choice.filters)
        told = t("cohorts.note_cost")
        if rate is not None:
            told = t("cohorts.note_margin", rate=percent(rate, lang()))
        said.append(told)
    if choice.reading.measure is Measure.CONTRIBUTION:
        said.append(_contribution(choice))
    said.append(t(f"cohorts.note_value_{choice.filters.returns}"))
    if choice.reading.measure is Measure.AOV:
        said.append(t("cohorts.note_basket"))
    if choice.reading.refunds is Refunds.AT_ORDER:
        said.append(t("cohorts.note_refunds"))
    if choice.filters.keep_truncated:
        said.append(t("cohorts.note_truncated"))
    return said


def _contribution(choice: Choice) -> str:
    """Say what the contribution takes out of the margin: nothing that the reader did not give."""
    cost, rate = choice.reading.order_cost, choice.reading.fee_rate
    told = []
    if cost is not None:
        written = money(cost, state.shop().currency, lang())
        told.append(t("cohorts.note_order_cost", cost=written))
    if rate is not None:
        told.append(t("cohorts.note_fees", rate=percent(float(rate), lang())))
    if choice.costs is not None:
        told.append(t("cohorts.note_acquisition"))
    if not told:
        return t("cohorts.note_contribution_none")
    return t("cohorts.note_contribution", costs=", ".join(told))


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
    )
    return options[chosen or 0]


def _pick(name: str, options: type[StrEnum]) -> Any:
    reader = lang()
    return st.segmented_control(
        t(f"cohorts.{name}"),
        list(options),
        format_func=lambda one: text(f"cohorts.{name}_{one}", reader),
        help=glossary.help_text(_HELP[name], reader),
        required=True,
        **_kept(name),
    )


def _kept(name: str) -> dict[str, Any]:
    return {"key": cohort_address.key(name), "persist_state": "session"}


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


def _costs(asked: Filters) -> Acquisition | None:
    """Let the reader bring what each month, and each channel, cost; a file wins over a number."""
    file = st.file_uploader(
        t("cohorts.cac_file"),
        type=["csv", "txt", "tsv"],
        max_upload_size=1,
        help=t("cohorts.cac_file_help"),
        key="cohorts.cac_file",
    )
    access.download(
        t("cohorts.cac_template"),
        lambda: csv_bytes(state.workspace().new_by_month(asked)),
        file_name="habitue-acquisition-costs.csv",
        mime="text/csv",
        icon=":material/download:",
        key="cohorts.cac_template",
    )
    held: tuple[str, Acquisition] | None = st.session_state.get(_HELD)
    # The uploader forgets its file when another screen is turned to; the costs stay.
    if file is not None and (held is None or held[0] != file.file_id):
        try:
            held = (file.file_id, Acquisition.decoded(file.getvalue(), file.name))
            st.session_state[_HELD] = held
        except HabitueError as refusal:
            st.error(verbatim(refusal.what(lang())), icon=":material/error:")
            st.info(verbatim(refusal.hint(lang())), icon=":material/lightbulb:")
    if held is None:
        return None
    says.aside(t("cohorts.cac_held", count=len(held[1].months)))
    if file is None and st.button(t("cohorts.cac_forget"), key="cohorts.cac_forget"):
        del st.session_state[_HELD]
        return None
    return held[1]


def _further(asked: Filters, plain: CohortReading) -> tuple[bool, bool, Refunds, dt.date | None]:
    """Let the reader compare otherwise: with month 1, from 1 on, refunds at orders, an event."""
    rebased = st.toggle(t("cohorts.rebased"), help=t("cohorts.rebased_help"), **_kept("rebased"))
    from_one = st.toggle(
        t("cohorts.from_one"), help=t("cohorts.from_one_help"), **_kept("from_one")
    )
    refunds = Refunds.WHEN_MADE
    if plain.has_money and asked.returns is ReturnsMode.INCLUDE:
        refunds = Refunds(_pick("refunds", Refunds))
    first, last = state.shop().first_day, state.shop().last_day
    held = st.session_state.get(cohort_address.key("event"))
    if held is not None and not first <= held <= last:
        # Of another shop, or of a link: no day of these data.
        st.session_state[cohort_address.key("event")] = None
    event = st.date_input(
        t("cohorts.event"),
        value=None,
        min_value=first,
        max_value=last,
        format="DD/MM/YYYY",
        help=t("cohorts.event_help"),
        **_kept("event"),
    )
    return rebased, from_one, refunds, event


def _order_costs(plain: CohortReading) -> tuple[Decimal | None, Decimal | None]:
    """Let the reader say what orders cost, where that changes what is shown."""
    if plain.measure is not Measure.CONTRIBUTION:
        return None, None
    cost = st.number_input(
        t("cohorts.order_cost"),
        min_value=0.0,
        value=None,
        step=0.5,
        format="%.2f",
        placeholder=t("cohorts.cac_none"),
        help=t("cohorts.order_cost_help"),
        **_kept("order_cost"),
    )
    rate = st.number_input(
        t("cohorts.fee_rate"),
        min_value=0.0,
        max_value=100.0,
        value=None,
        step=0.1,
        format="%.1f",
        placeholder=t("cohorts.cac_none"),
        help=t("cohorts.fee_rate_help"),
        icon=":material/percent:",
        **_kept("fee_rate"),
    )
    return typed.amount(cost), typed.share(rate)


def _in_sight(event: dt.date | None, asked: Filters) -> dt.date | None:
    """Leave out, with a word, an event that is before the first customer or not seen yet."""
    if event is None:
        return None
    opening, as_of = state.workspace().event_span(asked)
    if opening <= event <= as_of:
        return event
    st.warning(
        told("cohorts.event_unseen", day=event, first=opening, last=as_of),
        icon=":material/event_busy:",
    )
    return None


def _margin(asked: Filters) -> Filters:
    has_cost = state.shop().has_cost
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
    return asked.but(keep_truncated=kept, margin_rate=typed.share(rate))


def _acquisition(asked: Filters) -> tuple[float | None, Acquisition | None]:
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
    return cac, _costs(asked) or (None if cac is None else Acquisition.of(cac))
