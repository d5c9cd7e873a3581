"""A folder of immutable snapshots, and one pointer to the current one.

    store/
      current                      id of the current snapshot, replaced atomically
      writing.lock                 held by the one process that writes
      snapshots/<id>/              manifest.json, lines.parquet, orders.parquet, …
      staging/<id>-<pid>/          a snapshot in the making

A snapshot is written in `staging`, forced to disk, renamed into `snapshots`, and only then
pointed to. A crash at any moment leaves the previous snapshot current; what it leaves behind
in `staging` is swept by the next writer. Readers take no lock.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from habitue.data.manifest import FORMAT, Manifest, TableFile
from habitue.errors import StoreError

TABLES: Final = ("lines", "orders", "returns", "matches", "customers", "activity")
_ID_LETTERS: Final = frozenset("0123456789abcdef")


class Store:
    """A store on disk. Making the object touches nothing.

    Args:
        path: The store's folder; it need not exist yet.

    Examples:
        >>> Store("nowhere").snapshots()
        []
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def exists(self) -> bool:
        """Tell whether there is a current snapshot."""
        return self._pointer.is_file()

    def current(self) -> Manifest:
        """Read the manifest of the current snapshot.

        Raises:
            StoreError: There is no store, or its current snapshot is damaged.
        """
        try:
            name = self._pointer.read_text("ascii").strip()
        except FileNotFoundError:
            raise StoreError("store_missing", path=str(self.path)) from None
        except (OSError, UnicodeDecodeError):
            raise StoreError("store_damaged", path=str(self.path), part="current") from None
        return self.manifest(name)

    def manifest(self, snapshot: str) -> Manifest:
        """Read the manifest of one snapshot.

        Args:
            snapshot: Its id, or the beginning of its id when that names only one.

        Raises:
            StoreError: There is no such snapshot, or it is damaged or of another format.
        """
        name = self._full_id(snapshot)
        try:
            manifest = Manifest.read(self.folder(name) / "manifest.json")
        except (OSError, ValueError):
            raise StoreError("store_damaged", path=str(self.path), part=name) from None
        if manifest.format != FORMAT:
            raise StoreError("store_format", path=str(self.path), found=manifest.format)
        return manifest

    def snapshots(self) -> list[Manifest]:
        """List the whole snapshots, newest first; damaged ones are passed over."""
        found = []
        for folder in self._snapshots.glob("*/manifest.json"):
            try:
                found.append(Manifest.read(folder))
            except (OSError, ValueError):
                continue
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)

    def folder(self, snapshot: str) -> Path:
        """Folder that holds a snapshot's files."""
        return self._snapshots / snapshot

    def table(self, snapshot: str, name: str) -> Path:
        """Path of one table of a snapshot."""
        return self.folder(snapshot) / f"{name}.parquet"

    def holds(self, snapshot: str) -> bool:
        """Tell whether a snapshot is there, whole."""
        try:
            manifest = self.manifest(snapshot)
        except StoreError:
            return False
        return all(
            self.table(snapshot, name).is_file()
            and self.table(snapshot, name).stat().st_size == file.bytes
            for name, file in manifest.files.items()
        )

    def point_to(self, snapshot: str) -> Manifest:
        """Make a snapshot current, atomically: also the way back to an earlier one.

        Raises:
            StoreError: There is no such snapshot.
        """
        manifest = self.manifest(snapshot)
        fresh = self._pointer.with_name(f"current.{os.getpid()}")
        with fresh.open("w", encoding="ascii") as file:
            file.write(manifest.id + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        _sync_folder(self.path)
        return manifest

    @contextmanager
    def writing(self, snapshot: str) -> Iterator[Path]:
        """Lend a staging folder, alone; what is in it at the end is kept only if `keep` is called.

        Raises:
            StoreError: Another living process is writing, or the folder cannot be written.
        """
        try:
            (self.path / "staging").mkdir(parents=True, exist_ok=True)
            self._snapshots.mkdir(exist_ok=True)
        except OSError as refusal:
            raise StoreError(
                "store_unwritable", path=str(self.path), reason=refusal.strerror
            ) from None
        with self._alone():
            for leftover in (self.path / "staging").iterdir():
                shutil.rmtree(leftover, ignore_errors=True)
            staging = self.path / "staging" / f"{snapshot}-{os.getpid()}"
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def keep(self, staging: Path, manifest: Manifest) -> None:
        """Turn a staging folder into a snapshot and make it current.

        Args:
            staging: Folder lent by `writing`, with every file of the manifest in it.
            manifest: Written as `manifest.json`.
        """
        manifest.write(staging / "manifest.json")
        for file in staging.iterdir():
            _sync_file(file)
        _sync_folder(staging)
        target = self.folder(manifest.id)
        if target.exists():
            # A damaged snapshot of the same content: the fresh one takes its place.
            target.replace(self.path / "staging" / f"{manifest.id}-damaged")
        staging.rename(target)
        _sync_folder(self._snapshots)
        self.point_to(manifest.id)

    @property
    def _pointer(self) -> Path:
        return self.path / "current"

    @property
    def _snapshots(self) -> Path:
        return self.path / "snapshots"

    def _full_id(self, snapshot: str) -> str:
        if not snapshot or not set(snapshot) <= _ID_LETTERS:
            raise StoreError("snapshot_missing", path=str(self.path), snapshot=snapshot)
        if self.folder(snapshot).is_dir():
            return snapshot
        near = [folder.name for folder in self._snapshots.glob(f"{snapshot}*")]
        if len(near) != 1:
            raise StoreError("snapshot_missing", path=str(self.path), snapshot=snapshot)
        return near[0]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the writer's lock. The system frees it when the process ends, however it ends."""
        with (self.path / "writing.lock").open("a+b") as lock:
            if not _lock(lock.fileno()):
                raise StoreError("store_busy", path=str(self.path))
            yield


def described(path: Path, rows: int) -> TableFile:
    """Describe a Parquet file just written."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return TableFile(rows=rows, bytes=path.stat().st_size, sha256=digest)


def _lock(descriptor: int) -> bool:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415 - exists on Windows only

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - exists on POSIX only

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    """Make renames inside a folder last; Windows has no such call."""
    if os.name != "nt":
        _sync_file(path)
