"""Order lines in, marketing decisions out: cohorts, RFM segments, CLV and scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from habitue.later import exported

__version__ = "0.1.0"
__all__ = [
    "Filters",
    "HabitueError",
    "Outlook",
    "Scoring",
    "Workspace",
    "__version__",
    "check",
    "demo",
    "ingest",
    "open_engine",
    "open_store",
]

if TYPE_CHECKING:
    from habitue.core.segments.scoring import Scoring
    from habitue.errors import HabitueError
    from habitue.schema import Filters, Outlook
    from habitue.workspace.checking import check
    from habitue.workspace.in_place import open_engine
    from habitue.workspace.ingesting import ingest
    from habitue.workspace.opening import open_store
    from habitue.workspace.sample_shop import demo
    from habitue.workspace.workspace import Workspace

_HOMES = {
    "Filters": "habitue.schema",
    "HabitueError": "habitue.errors",
    "Outlook": "habitue.schema",
    "Scoring": "habitue.core.segments.scoring",
    "Workspace": "habitue.workspace.workspace",
    "check": "habitue.workspace.checking",
    "demo": "habitue.workspace.sample_shop",
    "ingest": "habitue.workspace.ingesting",
    "open_engine": "habitue.workspace.in_place",
    "open_store": "habitue.workspace.opening",
}


# `habitue --help` must not wait for DuckDB: each name is fetched when first asked for.
__getattr__ = exported(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
