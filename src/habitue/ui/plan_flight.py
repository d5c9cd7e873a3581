"""Before a list leaves: what falls out, what to know, three masked rows; then the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.export import contacts as book
from habitue.export.parcel import Memory
from habitue.export.profiles import profile
from habitue.texts import money, number, percent, text
from habitue.ui import access, says, state
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.export.contacts import Contacts
    from habitue.export.lists import Order
    from habitue.export.preflight import Preflight
    from habitue.schema import Filters

_ICONS: Final = {
    "stop": ":material/block:",
    "warn": ":material/warning:",
    "note": ":material/info:",
}
_MOST_MEGABYTES: Final = 100


def show(asked: Filters, order: Order | None) -> None:
    """Check the lists, and lend their files once they are asked for.

    Args:
        asked: The reader's filters.
        order: The lists, or None while there is none.
    """
    if order is None:
        says.empty("plan.no_list")
        return
    found = _contacts(order)
    desk, reader = state.workspace(), lang()
    with st.spinner(t("ui.computing")):
        flights = desk.preflight(order, asked, contacts=found, lang=reader)
    for flight in flights:
        _flight(flight)

    if access.view_only():
        return
    person = access.who()

    def built() -> bytes:
        memory = Memory()
        desk.export(order, memory, asked, contacts=found, lang=reader, who=person)
        return memory.zipped()

    stopped = any(one.stopped for one in flights)
    access.download(
        says.on_primary(t("plan.download"), disabled=stopped),
        built,
        file_name=f"habitue-lists-{order.profile}.zip",
        mime="application/zip",
        icon=":material/download:",
        type="primary",
        disabled=stopped,
        key="plan.download",
        help=t("plan.download_help"),
    )


def _contacts(order: Order) -> Contacts | None:
    """Take e-mails and phones for this export; they live in the reader's session alone."""
    if not profile(order.profile).columns:
        return None
    given = st.file_uploader(
        t("plan.contacts"), type=["csv", "txt", "xlsx"], key="plan.contacts",
        help=t("plan.contacts_help"), max_upload_size=_MOST_MEGABYTES,
    )  # fmt: skip
    return None if given is None else book.read(given.name, given.getvalue())


def _flight(flight: Preflight) -> None:
    drawn, reader = flight.drawn, lang()
    currency = state.shop().currency
    with st.container(border=True, key=f"plan.flight.{drawn.plan.code}"):
        st.subheader(verbatim(drawn.plan.name), anchor=False)
        share = drawn.money.share
        numbers = {
            "rows": (number(flight.rows, reader), told("plan.beside_rows", chosen=drawn.chosen)),
            "held": (number(drawn.held.num_rows, reader), t("plan.beside_held")),
            "money": (
                money(drawn.money.historic, currency, reader, compact=True),
                "" if share is None else t("plan.beside_money", share=percent(share, reader)),
            ),
            "year": (
                money(drawn.money.year, currency, reader, compact=True),
                t("plan.beside_year"),
            ),
        }
        for place, (name, (value, beside)) in zip(
            st.columns(len(numbers)), numbers.items(), strict=True
        ):
            place.metric(t(f"plan.figure_{name}"), verbatim(value))
            place.markdown(f":small[:gray[{beside}]]")
        if flight.left_out or flight.invalid:
            reasons = [
                t("plan.left_one", reason=text(f"export.left_{name}", reader), n=count)
                for name, count in flight.left_out.items()
            ] + [
                t("plan.invalid", column=column, n=count)
                for column, count in flight.invalid.items()
            ]
            st.markdown(told("plan.left_out", reasons=" · ".join(reasons)))
        for one in flight.findings:
            words = verbatim(text(f"export.{one.key}", reader, **one.facts))
            say = {"stop": st.error, "warn": st.warning, "note": st.info}[one.level]
            say(words, icon=_ICONS[one.level])
        _sample(flight)


def _sample(flight: Preflight) -> None:
    if not flight.sample.num_rows:
        return
    st.markdown(t("plan.sample", files=len(flight.ready)))
    # A platform may want the same header three times, and a screen's table each name once.
    names = [
        name if flight.sample.column_names.index(name) == place else f"{name} ({place + 1})"
        for place, name in enumerate(flight.sample.column_names)
    ]
    st.dataframe(
        flight.sample.rename_columns(names), hide_index=True,
        key=f"plan.sample.{flight.drawn.plan.code}", alt=flight.drawn.plan.name,
    )  # fmt: skip
