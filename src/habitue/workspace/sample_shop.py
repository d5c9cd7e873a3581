"""A shop to try things on: made on the spot, offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from habitue.data.mapping import Mapping
from habitue.data.samples import write_shop
from habitue.workspace.ingesting import Ingested, ingest
from habitue.workspace.opening import open_store
from habitue.workspace.workspace import Workspace

CURRENCY: Final = "EUR"
Progress = Callable[[int, int, str], None]


def ingest_demo(
    store: str | Path,
    *,
    lines: int = 100_000,
    seed: int = 1,
    making: Callable[[int, int], None] | None = None,
    reading: Progress | None = None,
) -> Ingested:
    """Make a sample shop and keep it as a snapshot of a store.

    Args:
        store: Folder of the store; made when absent.
        lines: How many order lines.
        seed: The same seed makes the same shop.
        making: Called with (lines done, lines in all) while the shop is made.
        reading: Called with (done, total, label) while it is read.

    Raises:
        RequestError: Fewer lines than a shop needs.
        StoreError: The store cannot be written.
    """
    with TemporaryDirectory(prefix="habitue-demo-") as folder:
        shop = write_shop(Path(folder), lines, seed=seed, progress=making)
        # The sample is a French shop, in the shape of a British one.
        mapping = Mapping(currency=CURRENCY)
        return ingest(shop.sources, store=store, mapping=mapping, progress=reading)


def demo(store: str | Path, *, lines: int = 100_000, seed: int = 1) -> Workspace:
    """Make a sample shop in a store and open it.

    Args:
        store: Folder of the store; made when absent.
        lines: How many order lines.
        seed: The same seed makes the same shop.

    Raises:
        RequestError: Fewer lines than a shop needs.
        StoreError: The store cannot be written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     shop = demo(folder, lines=5_000).shop()
        >>> shop.currency, shop.last_day
        ('EUR', datetime.date(2025, 12, 7))
    """
    ingest_demo(store, lines=lines, seed=seed)
    return open_store(store)
