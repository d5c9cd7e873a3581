"""What can be shown elsewhere: the report in three formats, the charts as images."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.ui import access, scenario_address, scenario_shelf, state
from habitue.ui.language import lang, t
from habitue.workspace.screen_charts import SCREENS

if TYPE_CHECKING:
    from habitue.schema import Filters

_REPORTS: Final = {
    "html": ("text/html", ":material/web:"),
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ":material/slideshow:",
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ":material/table:",
    ),
}


def show(asked: Filters) -> None:
    """Draw the buttons; nothing is built before it is asked for.

    Args:
        asked: The reader's filters.
    """
    from habitue.export.images import can_draw  # noqa: PLC0415 - plotly, when the screen is open

    st.markdown(t("plan.visuals_words"))
    if access.view_only():
        return
    desk, reader = state.workspace(), lang()
    with st.container(horizontal=True, key="plan.reports"):
        for form, (mime, icon) in _REPORTS.items():
            st.download_button(
                t(f"plan.report_{form}"),
                lambda form=form: desk.report(form, asked, lang=reader),  # type: ignore[misc]  # mypy cannot infer a lambda's default
                file_name=f"habitue-report.{form}",
                mime=mime,
                icon=icon,
                on_click="ignore",
                key=f"plan.report.{form}",
            )
    if not can_draw():
        st.info(t("plan.no_images"), icon=":material/photo_camera:")
        return
    picture = st.session_state.get("image", "png")
    plan = scenario_address.current()
    st.markdown(t("plan.images_words", picture=picture.upper()))
    with st.container(horizontal=True, key="plan.images"):
        for screen in SCREENS:
            st.download_button(
                t(f"plan.images_{screen}"),
                partial(
                    desk.image_archive, screen, picture, asked, lang=reader,
                    plan=plan if screen == "scenarios" else None,
                    beside=scenario_shelf.shelf().plans() if screen == "scenarios" else (),
                ),
                file_name=f"habitue-{screen}-{picture}.zip",
                mime="application/zip",
                icon=":material/photo_library:",
                on_click="ignore",
                key=f"plan.images.{screen}",
            )  # fmt: skip
