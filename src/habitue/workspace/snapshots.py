"""The snapshots of a store, and the way back to an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from habitue.data.store import Store
from habitue.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from habitue.data.manifest import Manifest

SNAPSHOTS: Final = pa.schema(
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


def snapshots(store: str | Path) -> pa.Table:
    """List the whole snapshots of a store, newest first; damaged ones are passed over.

    Args:
        store: Folder of the store.

    Returns:
        One row per snapshot, as `SNAPSHOTS` says; none is current where the pointer is damaged.

    Raises:
        StoreError: There is no store.
    """
    home = Store(store)
    held = home.snapshots()
    try:
        current: str | None = home.current().id
    except StoreError:
        if not held:
            raise
        # The way back from a damaged snapshot is to see the others.
        current = None
    return pa.Table.from_pylist([_row(one, current) for one in held], schema=SNAPSHOTS)


def go_back(store: str | Path, snapshot: str) -> str:
    """Make another snapshot current, for everybody; give its full id.

    Args:
        store: Folder of the store.
        snapshot: Its id, or the beginning of it.

    Raises:
        StoreError: There is no such snapshot, or the store is being written.
    """
    return Store(store).point_to(snapshot).id


def _row(one: Manifest, current: str | None) -> dict[str, object]:
    return {
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
