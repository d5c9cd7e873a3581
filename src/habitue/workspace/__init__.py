"""Use cases: the only layer that executes. Opens a store or an engine and answers questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.later import exported

if TYPE_CHECKING:
    from habitue.results import Check, Kpis, Overview, Shop
    from habitue.workspace.checking import check
    from habitue.workspace.in_place import open_engine
    from habitue.workspace.ingesting import Ingested, ingest
    from habitue.workspace.opening import open_store
    from habitue.workspace.sample_shop import demo
    from habitue.workspace.screening import Screened, screen
    from habitue.workspace.workspace import Workspace

__all__ = [
    "Check",
    "Ingested",
    "Kpis",
    "Overview",
    "Screened",
    "Shop",
    "Workspace",
    "check",
    "demo",
    "ingest",
    "open_engine",
    "open_store",
    "screen",
]

_HOMES: Final = {
    "Check": "habitue.results",
    "Ingested": "habitue.workspace.ingesting",
    "Kpis": "habitue.results",
    "Overview": "habitue.results",
    "Screened": "habitue.workspace.screening",
    "Shop": "habitue.results",
    "Workspace": "habitue.workspace.workspace",
    "check": "habitue.workspace.checking",
    "demo": "habitue.workspace.sample_shop",
    "ingest": "habitue.workspace.ingesting",
    "open_engine": "habitue.workspace.in_place",
    "open_store": "habitue.workspace.opening",
    "screen": "habitue.workspace.screening",
}

# Reading a file need not wait for ibis: each name is fetched when first asked for.
__getattr__ = exported(__name__, _HOMES)
