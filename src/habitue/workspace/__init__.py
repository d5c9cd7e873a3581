"""Use cases: the only layer that executes. Opens a store or an engine and answers questions."""

from habitue.results import Check, Kpis, Overview, Shop
from habitue.workspace.demo import demo
from habitue.workspace.in_place import open_engine
from habitue.workspace.ingest import Ingested, check, ingest
from habitue.workspace.opening import open_store
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
