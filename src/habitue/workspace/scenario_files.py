"""Saved scenarios: one YAML file each, in the store's folder, readable by hand and by the CLI."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final
from uuid import uuid4

from habitue.core.scenario.plan import Plan
from habitue.errors import HabitueError, RequestError, StoreError

FOLDER: Final = "scenarios"
_MARK: Final = 6


class Shelf:
    """The scenarios saved beside a store. Making the object touches nothing.

    Args:
        store: The store's folder.

    Examples:
        >>> Shelf("nowhere").names()
        []
    """

    def __init__(self, store: str | Path) -> None:
        self._folder = Path(store) / FOLDER

    def plans(self) -> list[Plan]:
        """Read every saved scenario, in the order of names; files that are none are passed over."""
        found = []
        for path in self._folder.glob("*.yaml"):
            try:
                found.append(Plan.read(path))
            except HabitueError:
                continue
        return sorted((plan for plan in found if plan.name), key=lambda one: one.name.casefold())

    def names(self) -> list[str]:
        """List the names of the saved scenarios."""
        return [plan.name for plan in self.plans()]

    def read(self, name: str) -> Plan:
        """Read one scenario.

        Raises:
            RequestError: None is called so, or its file is damaged.
        """
        path = self._path(name)
        if not path.is_file():
            raise RequestError("scenario_missing", name=name, known=self.names())
        return Plan.read(path)

    def save(self, plan: Plan) -> Path:
        """Write a scenario, in place of one of the same name; whole or not at all.

        Raises:
            RequestError: It has no name.
            StoreError: The disk refuses.
        """
        if not plan.name.strip():
            raise RequestError("scenario_name_empty")
        path = self._path(plan.name)
        fresh = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                with fresh.open("w", encoding="utf-8") as file:
                    file.write(plan.to_yaml())
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)
        except OSError as refusal:
            raise StoreError(
                "store_unwritable", path=str(self._folder), reason=refusal.strerror or str(refusal)
            ) from None
        return path

    def delete(self, name: str) -> None:
        """Forget a scenario; nothing happens where none is called so."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        # The name is only ever read from inside the file: no path can be made of it.
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "scenario"
        mark = hashlib.sha256(name.encode()).hexdigest()[:_MARK]
        return self._folder / f"{slug}-{mark}.yaml"
