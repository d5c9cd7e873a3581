"""Bringing data in: files or a table, a look, the mapping, and the ingest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.data.mapping.model import Mapping
from habitue.data.sources.engine import public_name
from habitue.schema import Preset
from habitue.ui import access, ingesting, received, says, wizard
from habitue.ui.language import lang, t
from habitue.ui.received import Sent
from habitue.ui.roles import Role
from habitue.workspace import intake

if TYPE_CHECKING:
    from habitue.data.sources.looking import Look

_WAYS: Final = ("files", "database")
_PRESETS: Final = tuple(Preset)
_LOOK: Final = "bring.look"


def first() -> None:
    """Meet a reader whose store holds nothing: bring their own data, or try a made-up shop."""
    if not access.may(Role.ADMIN):
        says.empty("intake.first_not_admin")
        return
    ingesting.news()
    st.markdown(t("intake.first_words"))
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="bring.demo"):
        st.markdown(t("intake.demo_words"))
        demo()
    show()


def demo() -> None:
    """Draw the button that makes a sample shop."""
    st.button(
        t("intake.demo"), icon=":material/storefront:", key="bring.demo_button",
        disabled=ingesting.busy(), on_click=ingesting.start_demo,
    )  # fmt: skip


def show() -> None:
    """Draw what to bring, and once something is there, the wizard."""
    st.markdown(t("intake.words"))
    sent = _sent()
    if sent is None:
        return
    with says.plainly(lang()):
        seen = _seen(sent)
        mapping = wizard.show(seen, sent.token, sent.given)
        _actions(sent, mapping)


def _sent() -> Sent | None:
    """Ask for files or a table; None while there is none."""
    engines = received.engines()
    way = _WAYS[0]
    if engines:
        way = st.segmented_control(
            t("intake.way"), _WAYS,
            format_func={one: t(f"intake.way_{one}") for one in _WAYS}.__getitem__,
            default=_WAYS[0], required=True, key="bring.way",
        )  # fmt: skip
    url, table, files = None, None, ()
    if way == _WAYS[1]:
        name = st.selectbox(
            t("intake.engine"), list(engines), key="bring.engine",
            format_func={one: f"{one} · {public_name(url, None)}"
                         for one, url in engines.items()}.__getitem__,
        )  # fmt: skip
        url = engines[name]
        table = _table(url)
    else:
        files = _files()
    given = _given()
    if not files and table is None:
        return None
    with st.popover(t("intake.reading"), icon=":material/text_fields:"):
        reading = wizard.reading(written=way == _WAYS[0])
    return Sent(files=files, url=url, table=table, given=given, reading=reading)


def _table(url: str) -> str | None:
    with says.plainly(lang()):
        return st.selectbox(
            t("intake.table"), received.tables(url), index=None, key="bring.table",
            placeholder=t("intake.table_choose"),
        )  # fmt: skip


def _files() -> tuple[received.File, ...]:
    files: list[received.File] = []
    with says.plainly(lang()):
        limit = received.limit_mb()
        files = st.file_uploader(
            t("intake.files", limit=limit),
            type=list(intake.KINDS),
            accept_multiple_files=True,
            max_upload_size=limit,
            help=t("intake.files_help"),
            key=f"bring.files.{ingesting.round_number()}",
        )
    return tuple(files)


def _given() -> Mapping | None:
    """Take a mapping saved before, where the reader has one."""
    with st.expander(t("intake.saved"), icon=":material/upload_file:"):
        file = st.file_uploader(
            t("intake.saved_file"), type=["yaml", "yml"], max_upload_size=1, key="bring.mapping",
            help=t("intake.saved_help"),
        )  # fmt: skip
    given: Mapping | None = None
    if file is not None:
        with says.plainly(lang()):
            given = Mapping.parse(file.getvalue(), path=file.name)
    return given


def _seen(sent: Sent) -> Look:
    held = st.session_state.get(_LOOK)
    if held is None or held[0] != sent.token:
        with st.spinner(t("intake.looking")):
            held = (sent.token, sent.look())
        st.session_state[_LOOK] = held
    seen: Look = held[1]
    return seen


def _actions(sent: Sent, mapping: Mapping | None) -> None:
    st.header(t("intake.keep"), anchor=False)
    preset = st.radio(
        t("intake.preset"), _PRESETS, key="bring.preset",
        format_func={one: t(f"intake.preset_{one}") for one in _PRESETS}.__getitem__,
    )  # fmt: skip
    says.aside(t(f"intake.preset_{preset}_words"))
    if mapping is None:
        says.aside(t("intake.first_answer"))
        return
    with st.container(horizontal=True, key="bring.actions"):
        st.button(
            says.on_primary(t("intake.ingest"), disabled=ingesting.busy()),
            icon=":material/database_upload:", type="primary",
            key="bring.ingest", disabled=ingesting.busy(), help=t("intake.ingest_help"),
            on_click=ingesting.start, args=(sent, mapping, preset),
        )  # fmt: skip
        st.button(
            t("intake.check"), icon=":material/rule:", key="bring.check",
            disabled=ingesting.busy(), help=t("intake.check_help"),
            on_click=ingesting.start_check, args=(sent, mapping, preset),
        )  # fmt: skip
        st.download_button(
            t("intake.save"), mapping.to_yaml, file_name="habitue-mapping.yaml",
            mime="application/yaml", icon=":material/download:", on_click="ignore",
            key="bring.save", help=t("intake.save_help"),
        )  # fmt: skip
    if ingesting.busy() and not ingesting.under_way("ingesting_here"):
        says.aside(t("intake.busy"))
    ingesting.checked((sent.token, mapping, preset))
