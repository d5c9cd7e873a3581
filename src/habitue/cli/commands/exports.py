"""`habitue exports`: what left the shop, when, and who took it."""

from __future__ import annotations

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Output, Where
from habitue.cli.terminal import Terminal
from habitue.errors import StoreError


@with_families
def exports(terminal: Terminal, where: Where, output: Output) -> None:
    """List what left a store, the latest first."""
    from habitue.data.store import Store  # noqa: PLC0415 - not needed for help
    from habitue.workspace.export_log import ExportLog  # noqa: PLC0415

    if not Store(where.store).exists():
        raise StoreError("store_missing", path=str(where.store))
    write(Answer(rows=ExportLog(where.store).table), output, terminal)
