"""The dashboard's entry: `streamlit run` this file, or `habitue serve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.ui import access, address, exhibit, language, says, settled, uploader
from habitue.ui.language import t

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_ASSETS: Final = Path(__file__).parent / "assets"
# In pixels: two dates must stand side by side, whole.
_SIDEBAR_WIDTH: Final = 336


def main() -> None:
    """Settle the language, draw the navigation, and hand over to the screen chosen."""
    # The icon is a file of ours: a Material one would be fetched from the network.
    st.set_page_config(
        page_title=t("ui.product"),
        page_icon=_ASSETS / "mark.svg",
        layout="wide",
        initial_sidebar_state=_SIDEBAR_WIDTH,
    )
    st.logo(_ASSETS / "wordmark.svg", size="large", icon_image=_ASSETS / "mark.svg")
    language.settle()
    uploader.speak()
    with says.plainly(language.lang()):
        access.gate()
        screen = st.navigation(_screens())
        address.turn_to(screen.url_path)
        screen.run()
    with st.sidebar:
        access.badge()
        language.switch()
        exhibit.image_format()
    settled.settle()


def _screens() -> list[StreamlitPage]:
    return [
        st.Page("screens/overview.py", title=t("overview.title"), icon=":material/monitoring:"),
        st.Page("screens/cohorts.py", title=t("cohorts.title"), icon=":material/grid_on:"),
        st.Page("screens/segments.py", title=t("segments.title"), icon=":material/category:"),
        st.Page("screens/value.py", title=t("value.title"), icon=":material/savings:"),
        st.Page("screens/scenarios.py", title=t("scenarios.title"), icon=":material/tune:"),
        st.Page("screens/action_plan.py", title=t("plan.title"), icon=":material/checklist:"),
        st.Page("screens/data.py", title=t("ui.data_title"), icon=":material/dataset:"),
        st.Page("screens/help.py", title=t("ui.help_title"), icon=":material/menu_book:"),
    ]


if __name__ == "__main__":  # as Streamlit runs it; importing it draws nothing
    main()
