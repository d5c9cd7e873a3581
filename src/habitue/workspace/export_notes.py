"""What leaves is written down beside the data, and can be read again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa

from habitue.export.lists import Order
from habitue.export.parcel import Parcel
from habitue.schema import Filters
from habitue.workspace.desk import Desk
from habitue.workspace.export_log import Entry, ExportLog, account, now


class ExportNotes(Desk):
    """Who took what, and when.

    Attributes:
        home: Folder of the store, which keeps the log and the holdout's salt; None for a table in
            place.
    """

    home: Path | None = None

    def note_lists(
        self, order: Order, sent: Parcel, filters: Filters, *, who: str | None = None
    ) -> None:
        """Write down that lists left; `export` does by itself.

        Args:
            order: The lists.
            sent: What was written.
            filters: What was looked at.
            who: Whoever asked; the account that the program runs under when None.

        Raises:
            StoreError: The log cannot be written.
        """
        self._note(
            "list", {one.name: one.sha256 for one in sent.files}, sent.rows, filters, who,
            profile=order.profile, lists=tuple(plan.name for plan in order.plans),
        )  # fmt: skip

    def note_table(
        self,
        what: str,
        file: tuple[str, bytes],
        rows: int,
        filters: Filters,
        *,
        who: str | None = None,
    ) -> None:
        """Write down that a table of customers left a screen.

        Args:
            what: Which table.
            file: Its name and its bytes.
            rows: Customers in it.
            filters: What was looked at.
            who: Whoever asked; the account that the program runs under when None.

        Raises:
            StoreError: The log cannot be written.
        """
        name, content = file
        self._note(what, {name: hashlib.sha256(content).hexdigest()}, rows, filters, who)

    def exports(self) -> pa.Table:
        """Give the log of exports, one row per file that left, the latest first.

        Returns:
            `at`, `who`, `what`, `profile`, `lists`, `rows` (customers, over all files of one
            export), `file`, `sha256`, `filters`, `as_of`, `snapshot`. Empty for a table in place,
            which keeps no log.
        """
        return ExportLog(self.home or "").table()

    def _note(
        self,
        what: str,
        files: dict[str, str],
        rows: int,
        filters: Filters,
        who: str | None,
        **more: Any,
    ) -> None:
        if self.home is None:
            return
        settled = self.settle(filters)
        asked = settled.asked()
        asked.pop("as_of", None)
        ExportLog(self.home).add(
            Entry(
                at=now(), who=account() if who is None else who, what=what, rows=rows, files=files,
                filters=asked, as_of=settled.as_of, snapshot=self._shop.snapshot, **more,
            )
        )  # fmt: skip
