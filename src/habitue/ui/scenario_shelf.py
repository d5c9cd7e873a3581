"""Save, open, import and share a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.charts import scenario_words
from habitue.core.scenario.plan import MAX_NAME, Plan
from habitue.errors import HabitueError
from habitue.ui import access, plan_builder, scenario_controls, state
from habitue.ui.language import lang, t, told, verbatim
from habitue.ui.roles import Role
from habitue.workspace.scenario_files import Shelf

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_NAME: Final = "scenario.name"
_OPEN: Final = "scenario.open"
_FILE: Final = "scenario.file"
_SAID: Final = "scenario.said"


def shelf() -> Shelf:
    """Give the saved scenarios of the store that is served."""
    return Shelf(state.store_path())


def show(plan: Plan) -> None:
    """Draw what keeps a scenario.

    Args:
        plan: The one on screen.
    """
    keep = st.popover(
        t("scenarios.keep"), icon=":material/bookmark:", key="scenario.keep", on_change="rerun"
    )
    if keep.open:
        with keep:
            _keep(plan)
    if st.button(t("scenarios.to_actions"), icon=":material/checklist:", key="scenario.actions"):
        name = (st.session_state.get(_NAME) or "").strip()
        plan_builder.from_scenario(
            name or scenario_words.title(plan, lang()), plan.segments, plan.cohorts
        )
        st.switch_page("screens/action_plan.py")
    for kind, words in st.session_state.pop(_SAID, []):
        if kind == "done":
            st.success(words, icon=":material/check:")
        else:
            st.error(words, icon=":material/error:")


def _keep(plan: Plan) -> None:
    name = st.text_input(
        t("scenarios.save_name"), key=_NAME, max_chars=MAX_NAME, persist_state="session",
        placeholder=t("scenarios.save_placeholder"),
    )  # fmt: skip
    keeps = access.may(Role.EXPORTER)
    if keeps:
        st.button(
            t("scenarios.save"), icon=":material/save:", on_click=_save, args=(plan,),
            disabled=not (name or "").strip(), key="scenario.save",
        )  # fmt: skip
    names = shelf().names()
    chosen = st.selectbox(
        t("scenarios.open_choose"), names, index=None, key=_OPEN,
        placeholder=t("scenarios.compare_placeholder" if names else "scenarios.open_none"),
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            t("scenarios.open"), icon=":material/folder_open:", on_click=_open,
            disabled=chosen is None, key="scenario.open_it",
        )  # fmt: skip
        if keeps:
            st.button(
                t("scenarios.delete"), icon=":material/delete:", on_click=_delete,
                disabled=chosen is None, key="scenario.delete", type="tertiary",
            )  # fmt: skip
    st.download_button(
        t("scenarios.download"), replace(plan, name=(name or "").strip()).to_yaml(),
        file_name="habitue-scenario.yaml", mime="application/yaml", on_click="ignore",
        icon=":material/download:", key="scenario.download",
    )  # fmt: skip
    st.file_uploader(
        t("scenarios.upload"), type=["yaml", "yml"], key=_FILE, on_change=_import,
        max_upload_size=1,
    )  # fmt: skip
    st.markdown(f":small[:gray[{t('scenarios.share')}]]")


def _save(plan: Plan) -> None:
    named = replace(plan, name=st.session_state[_NAME].strip())
    try:
        shelf().save(named)
    except HabitueError as refusal:
        _refused(refusal)
    else:
        st.session_state[_SAID] = [("done", told("scenarios.saved", name=named.name))]


def _open() -> None:
    try:
        plan = shelf().read(st.session_state[_OPEN])
        scenario_controls.set_to(plan)
    except HabitueError as refusal:
        _refused(refusal)
    else:
        st.session_state[_NAME] = plan.name


def _delete() -> None:
    shelf().delete(st.session_state[_OPEN])
    st.session_state[_OPEN] = None


def _import() -> None:
    file: UploadedFile | None = st.session_state[_FILE]
    if file is None:
        return
    try:
        words = file.getvalue().decode("utf-8", errors="replace")
        plan = Plan.read(f"{words}\n")
        scenario_controls.set_to(plan)
    except HabitueError as refusal:
        _refused(refusal)
    else:
        st.session_state[_NAME] = plan.name


def _refused(refusal: HabitueError) -> None:
    words = f"{verbatim(refusal.what(lang()))} {verbatim(refusal.hint(lang()))}"
    st.session_state[_SAID] = [("refused", words)]
