"""Order lines in, marketing decisions out: cohorts, RFM segments, CLV and scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "Filters",
    "HabitueError",
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
    from habitue.schema import Filters
    from habitue.workspace.demo import demo
    from habitue.workspace.in_place import open_engine
    from habitue.workspace.ingest import check, ingest
    from habitue.workspace.opening import open_store
    from habitue.workspace.workspace import Workspace

_HOMES = {
    "Filters": "habitue.schema",
    "HabitueError": "habitue.errors",
    "Scoring": "habitue.core.segments.scoring",
    "Workspace": "habitue.workspace",
    "check": "habitue.workspace",
    "demo": "habitue.workspace",
    "ingest": "habitue.workspace",
    "open_engine": "habitue.workspace",
    "open_store": "habitue.workspace",
}


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    # `habitue --help` must not wait for DuckDB: each name is fetched when first asked for.
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 - only when a name is asked for

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
