"""`habitue snapshots`: what the store holds, and the way back to an earlier state."""

from __future__ import annotations

from typing import Annotated

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Output, Where
from habitue.cli.terminal import Terminal
from habitue.errors import StoreError


@with_families
def snapshots(
    terminal: Terminal,
    where: Where,
    output: Output,
    use: Annotated[str | None, typer.Option("--use", metavar="id")] = None,
) -> None:
    """List the snapshots of a store, newest first; `--use` makes one of them current."""
    import pyarrow as pa  # noqa: PLC0415 - not needed for help

    from habitue.data.store import Store  # noqa: PLC0415

    store = Store(where.store)
    if use is not None:
        terminal.say("cli.now_current", snapshot=store.point_to(use).id)
    held = store.snapshots()
    try:
        current = store.current().id
    except StoreError as error:
        if not held:
            raise
        # The way back from a damaged snapshot is to see the others.
        terminal.write(error.what(terminal.lang))
        current = None
    rows = [
        {
            "snapshot": one.id,
            "current": one.id == current,
            "created_at": one.created_at,
            "sources": ", ".join(origin.name for origin in one.origins),
            "preset": one.preset,
            "currency": one.currency,
            "lines": one.waterfall.kept.lines,
            "orders": one.waterfall.kept.orders,
            "customers": one.waterfall.with_customer.customers,
            "first_day": one.first_day,
            "last_day": one.last_day,
        }
        for one in held
    ]
    shape = pa.schema(
        [
            ("snapshot", pa.string()),
            ("current", pa.bool_()),
            ("created_at", pa.timestamp("s", "UTC")),
            ("sources", pa.string()),
            ("preset", pa.string()),
            ("currency", pa.string()),
            ("lines", pa.int64()),
            ("orders", pa.int64()),
            ("customers", pa.int64()),
            ("first_day", pa.date32()),
            ("last_day", pa.date32()),
        ]
    )
    write(Answer(rows=lambda: pa.Table.from_pylist(rows, schema=shape)), output, terminal)
