"""The log of exports: what left, when, for whom; one line each, only ever added to."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from habitue.errors import StoreError

LOG: Final = "exports.jsonl"
_SHAPE: Final = pa.schema(
    [
        ("at", pa.timestamp("s", "UTC")),
        ("who", pa.string()),
        ("what", pa.string()),
        ("profile", pa.string()),
        ("lists", pa.string()),
        ("rows", pa.int64()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("filters", pa.string()),
        ("as_of", pa.date32()),
        ("snapshot", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One export. It names no customer.

    Attributes:
        at: When.
        who: Whoever was logged in, else the account that the program runs under.
        what: `list`, or which table of customers.
        profile: The destination of lists; empty for a table.
        lists: Names of the lists.
        rows: Customers that left, over all files.
        files: Fingerprint by file name.
        filters: What the reader asked to see, as plain words.
        as_of: The day of the picture.
        snapshot: Id of the data.
    """

    at: dt.datetime
    who: str
    what: str
    rows: int
    profile: str = ""
    lists: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, Any] = field(default_factory=dict)
    as_of: dt.date | None = None
    snapshot: str = ""

    def line(self) -> str:
        """Give the entry as the log holds it."""
        told = asdict(self) | {
            "at": self.at.isoformat(timespec="seconds"),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
        }
        return json.dumps(told, ensure_ascii=False, default=str) + "\n"


class ExportLog:
    """The log of a store. Making the object touches nothing.

    Args:
        home: Folder of the store.

    Examples:
        >>> ExportLog("nowhere").table().num_rows
        0
    """

    def __init__(self, home: str | Path) -> None:
        self._path = Path(home) / LOG

    def add(self, entry: Entry) -> None:
        """Add a line, in one write and at the end: nothing that stands there can change.

        Raises:
            StoreError: The disk refuses.
        """
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(file, entry.line().encode())
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as refusal:
            raise StoreError(
                "store_unwritable", path=str(self._path.parent),
                reason=refusal.strerror or str(refusal),
            ) from None  # fmt: skip

    def table(self) -> pa.Table:
        """Give one row per file that left, the latest first; a line cut short is passed over."""
        rows = [row for line in reversed(self._lines()) for row in _rows(line)]
        return pa.Table.from_pylist(rows, schema=_SHAPE)

    def _lines(self) -> list[dict[str, Any]]:
        try:
            words = self._path.read_text("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        found = []
        for one in words:
            try:
                told = json.loads(one)
            except ValueError:
                continue
            if isinstance(told, dict) and "at" in told:
                found.append(told)
        return found


def now() -> dt.datetime:
    """Give the moment of an export: the one place where the clock is what is asked for."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def account() -> str:
    """Name the account that the program runs under; nothing where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    day = told.get("as_of")
    filters = told.get("filters") or {}
    shared = {
        "at": dt.datetime.fromisoformat(told["at"]),
        "who": told.get("who", ""),
        "what": told.get("what", "list"),
        "profile": told.get("profile", ""),
        "lists": ", ".join(told.get("lists", ())),
        "rows": told.get("rows"),
        "filters": json.dumps(filters, ensure_ascii=False) if filters else "",
        "as_of": None if day is None else dt.date.fromisoformat(day),
        "snapshot": told.get("snapshot", ""),
    }
    files = told.get("files") or {"": ""}
    return [shared | {"file": name, "sha256": digest} for name, digest in files.items()]
