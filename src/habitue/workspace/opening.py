"""Open a store's snapshot, or a table where it lives."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from habitue.core.view import Facts
from habitue.data.store import Store
from habitue.errors import StoreError
from habitue.results import Check, Shop
from habitue.schema import WHOLESALE_FACTOR
from habitue.workspace.engine import Local
from habitue.workspace.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from habitue.data.manifest import Manifest, Tally, Waterfall


def open_store(path: str | Path, *, snapshot: str | None = None) -> Workspace:
    """Open a snapshot of a store.

    Args:
        path: Folder of the store.
        snapshot: Id, or the beginning of one; the current snapshot when None.

    Raises:
        StoreError: There is no store or snapshot there, or it is damaged.
    """
    store = Store(path)
    manifest = store.manifest(snapshot) if snapshot else store.current()
    files = store.files(manifest)
    try:
        engine = Local(files)
    except duckdb.Error:
        raise StoreError("store_damaged", path=str(path), part=manifest.id) from None
    facts = Facts(*(engine.table(name) for name in Facts._fields))
    opened = Workspace(
        engine, facts, shop_of(manifest), check_of(manifest.waterfall, manifest.warnings)
    )
    opened.home = store.path
    opened.lines = engine.table("lines")
    opened.cancellation_prefix = manifest.mapping.get("cancellation_prefix")
    return opened


def shop_of(manifest: Manifest) -> Shop:
    """Take from a manifest what readers may want to know before asking."""
    known = manifest.profile
    return Shop(
        snapshot=manifest.id,
        sources=tuple(origin.name for origin in manifest.origins),
        preset=manifest.preset,
        profile=None if known is None else (known.title, known.name, known.version),
        tax=manifest.mapping.get("tax"),
        currency=manifest.currency,
        first_day=manifest.first_day,
        last_day=manifest.last_day,
        lines=manifest.waterfall.kept.lines,
        countries=manifest.countries,
        kinds=manifest.kinds,
        has_cost=manifest.has_cost,
        has_anonymous=manifest.waterfall.no_customer.lines > 0,
        wholesale_factor=WHOLESALE_FACTOR,
    )


def check_of(fall: Waterfall, warnings: Iterable[tuple[str, dict[str, Any]]]) -> Check:
    """Give the waterfall the shape that `habitue check` prints."""
    kept, known, nobody = fall.kept, fall.with_customer, fall.no_customer
    made = tuple((one.purpose, one.lines, one.amount) for one in fall.made)
    return Check(
        rows={
            "lines": fall.rows,
            "amount": fall.raw.amount - sum((amount for _, _, amount in made), Decimal(0)),
        },
        made=made,
        raw={
            "lines": fall.raw.lines, "amount": fall.raw.amount, "orders": fall.raw.orders,
            "products": fall.raw.products, "countries": fall.raw.countries,
            "customers": fall.raw.customers,
        },
        excluded=tuple((one.reason, one.lines, one.amount) for one in fall.excluded),
        kept=_sold(kept),
        with_customer=_sold(known),
        no_customer={"lines": nobody.lines, "amount": nobody.amount},
        warnings=tuple(warnings),
    )  # fmt: skip


def _sold(tally: Tally) -> dict[str, Any]:
    return {
        "lines": tally.lines,
        "amount": tally.amount,
        "gross": tally.gross,
        "returns": tally.returns,
        "orders": tally.orders,
        "customers": tally.customers,
    }
