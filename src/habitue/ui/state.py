"""What a screen asks for: the workspace, held once for everybody; the rest is each reader's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue.data.store import Store
from habitue.ui.language import t

if TYPE_CHECKING:
    from collections.abc import Callable

    from habitue.charts.look import Chart
    from habitue.results import Check, Overview, Shop
    from habitue.schema import Filters
    from habitue.workspace import Workspace

STORE_VARIABLE: Final = "HABITUE_STORE"
DEFAULT_STORE: Final = ".habitue"


def store_path() -> Path:
    """Give the folder of the store that is served."""
    return Path(os.environ.get(STORE_VARIABLE) or DEFAULT_STORE).expanduser().resolve()


def current_snapshot(path: Path) -> str:
    """Give the id of the snapshot to show: it changes as soon as another one is ingested.

    Raises:
        StoreError: There is no store at the path, or it is damaged.
    """
    return Store(path).current_id()


def is_empty() -> bool:
    """Tell whether nothing was ever ingested: the reader then needs a first step, not an error."""
    return not Store(store_path()).exists()


def workspace() -> Workspace:
    """Give the workspace of the current snapshot, opened once however many read it.

    Raises:
        StoreError: There is no store, or it is damaged.
    """
    path = store_path()
    return _opened(str(path), current_snapshot(path))


def shop() -> Shop:
    """Give what the current snapshot holds."""
    return _shop(workspace(), current_snapshot(store_path()))


def overview(asked: Filters) -> Overview:
    """Give the Overview under the filters asked for.

    Args:
        asked: The reader's filters.
    """
    with st.spinner(t("ui.computing")):
        return _overview(workspace(), shop().snapshot, repr(asked), asked)


def check() -> Check:
    """Give the quality report of the current snapshot."""
    with st.spinner(t("ui.computing")):
        return _check(workspace(), shop().snapshot)


def drawn(name: str, about: tuple[object, ...], draw: Callable[[], Chart]) -> Chart:
    """Give a chart, drawn once for everybody who sees the same figures the same way.

    Args:
        name: Which chart.
        about: What it depends on besides the snapshot: filters, language.
        draw: Draws it.
    """
    return _drawn(shop().snapshot, name, repr(about), draw)


@st.cache_resource(max_entries=256, show_spinner=False)
def _drawn(snapshot: str, name: str, about: str, _draw: Callable[[], Chart]) -> Chart:  # noqa: ARG001 - cache key
    return _draw()


@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(path: str, snapshot: str) -> Workspace:  # noqa: ARG001 - the snapshot is the cache's key
    from habitue.workspace import open_store  # noqa: PLC0415 - engines load when first asked

    return open_store(path)


@st.cache_resource(max_entries=2, show_spinner=False)
def _shop(_workspace: Workspace, snapshot: str) -> Shop:  # noqa: ARG001 - cache key
    return _workspace.shop()


@st.cache_resource(max_entries=64, show_spinner=False)
def _overview(_workspace: Workspace, snapshot: str, asked: str, _filters: Filters) -> Overview:  # noqa: ARG001 - cache key
    return _workspace.overview(_filters)


@st.cache_resource(max_entries=2, show_spinner=False)
def _check(_workspace: Workspace, snapshot: str) -> Check:  # noqa: ARG001 - cache key
    return _workspace.check()
