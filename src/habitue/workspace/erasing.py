"""Take one customer out of a store, out of every snapshot: the right to be forgotten."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from habitue.data.manifest import Manifest
from habitue.data.store import TABLES, Store, described
from habitue.errors import RequestError, StoreError
from habitue.workspace.tables import COPY, counted_in, facts_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure changed.

    Attributes:
        lines: Lines taken out, over all snapshots.
        snapshots: Old id to new id of each snapshot that held the customer.
    """

    lines: int
    snapshots: dict[str, str]


def erase(store: str | Path, customer_id: str) -> Erased:
    """Rewrite every snapshot that holds a customer without them.

    New snapshots are written whole and forced into place before the pointer moves and the old ones
    go: whatever happens, the store opens. Run it again if it was cut short. The sources, and files
    exported before, are not ours to change; ingesting the same source again brings the customer
    back.

    Args:
        store: Folder of the store.
        customer_id: As the source spelled it.

    Raises:
        RequestError: Nobody of that id is in any snapshot.
        StoreError: There is no store, it is being written, or cannot be.
    """
    home = Store(store)
    current = home.current().id
    held = [(one, _lines_of(home, one, customer_id)) for one in home.snapshots()]
    found = [(one, lines) for one, lines in held if lines]
    if not found:
        raise RequestError("unknown_customer", customer_id=customer_id)
    renamed: dict[str, str] = {}
    with home.writing("erasing") as staging:
        try:
            for manifest, _ in found:
                fresh = _without(home, manifest, customer_id, staging)
                renamed[manifest.id] = fresh.id
        except duckdb.Error as refusal:
            reason = str(refusal).strip().splitlines()[0]
            raise StoreError("store_unwritable", path=str(home.path), reason=reason) from refusal
        except OSError as refusal:
            raise StoreError(
                "store_unwritable", path=str(home.path), reason=refusal.strerror or str(refusal)
            ) from None
    if current in renamed:
        home.point_to(renamed[current])
    for old in renamed:
        _drop(home.folder(old))
    return Erased(lines=sum(lines for _, lines in found), snapshots=renamed)


def _lines_of(home: Store, manifest: Manifest, customer_id: str) -> int:
    with duckdb.connect() as connection:
        (found,) = connection.execute(
            "SELECT count(*) FROM read_parquet(?) WHERE customer_id = ?",
            [str(home.table(manifest.id, "lines")), customer_id],
        ).fetchall()
    return int(found[0])


def _without(home: Store, old: Manifest, customer_id: str, staging: Path) -> Manifest:
    """Write a snapshot without the customer, and put it beside the others."""
    # Not derived from the customer's id, which must not be guessed from what stays.
    seed = "".join(file.sha256 for file in old.files.values())
    name = hashlib.sha256(f"erased{seed}".encode()).hexdigest()[: len(old.id)]
    folder = staging / name
    folder.mkdir()
    rows: dict[str, int] = {}
    with duckdb.connect() as connection:
        for table in TABLES:
            source, target = home.table(old.id, table), folder / f"{table}.parquet"
            connection.execute(
                "COPY (SELECT * FROM read_parquet("  # noqa: S608 - both texts are quoted
                f"{_quoted(source)}) "
                f"WHERE customer_id IS DISTINCT FROM {_quoted(customer_id)}) "
                f"TO {_quoted(target)} {COPY}"
            )
            # The first layout did not say which lines were made; people leave it all the same.
            more = ", NULL::VARCHAR AS made" if table == "lines" and old.format == 1 else ""
            connection.execute(
                f"CREATE VIEW {table} AS SELECT *{more} FROM read_parquet({_quoted(target)})"  # noqa: S608 - quoted
            )
            rows[table] = int(connection.table(table).count("*").fetchall()[0][0])
        counted, facts = counted_in(connection), facts_in(connection)
    files = {table: described(folder / f"{table}.parquet", rows[table]) for table in TABLES}
    if facts["first_day"] is None:
        facts |= {"first_day": old.first_day, "last_day": old.last_day}
    fresh = old.model_copy(update={"id": name, "waterfall": counted, "files": files, **facts})
    home.adopt(folder, fresh)
    return fresh


def _drop(folder: Path) -> None:
    """Remove a snapshot, its manifest last: until then a second run finds it and goes on."""
    for file in folder.iterdir():
        if file.name != "manifest.json":
            file.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
