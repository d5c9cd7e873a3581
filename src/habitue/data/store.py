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
        return self.manifest(self.current_id())

    def current_id(self) -> str:
        """Give the id of the current snapshot, its manifest unread: what a screen asks at each run.

        Raises:
            StoreError: There is no store, or its pointer leads nowhere.
        """
        name = self._pointed()
        if not self._is_id(name) or not self.folder(name).is_dir():
            raise self._damaged("current")
        return name

    def manifest(self, snapshot: str) -> Manifest:
        """Read the manifest of one snapshot.

        Args:
            snapshot: Its id, or the beginning of its id when that names only one.

        Raises:
            StoreError: There is no such snapshot, or it is damaged or of another format.
        """
        name = self._full_id(snapshot)
        path = self.folder(name) / "manifest.json"
        try:
            found = Manifest.format_of(path)
            if found != FORMAT:
                raise StoreError("store_format", path=str(self.path), found=found)
            manifest = Manifest.read(path)
        except (OSError, ValueError):
            raise self._damaged(f"{name}/manifest.json") from None
        if manifest.id != name or set(manifest.files) != set(TABLES):
            raise self._damaged(f"{name}/manifest.json")
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
            self.files(self.manifest(snapshot))
        except StoreError:
            return False
        return True

    def files(self, manifest: Manifest) -> dict[str, Path]:
        """Give the Parquet file of each table.

        Raises:
            StoreError: A file is missing, or has not the size it was written with.
        """
        paths = {name: self.table(manifest.id, name) for name in TABLES}
        for name, path in paths.items():
            try:
                size = path.stat().st_size
            except OSError:
                size = -1
            if size != manifest.files[name].bytes:
                raise self._damaged(f"{manifest.id}/{path.name}")
        return paths

    def point_to(self, snapshot: str) -> Manifest:
        """Make a snapshot current, atomically: also the way back to an earlier one.

        Raises:
            StoreError: There is no such snapshot, or the store is being written or cannot be.
        """
        manifest = self.manifest(snapshot)
        if self.exists() and self._pointed() == manifest.id:
            return manifest
        with self._alone():
            self._point_to(manifest.id)
        return manifest

    @contextmanager
    def writing(self, snapshot: str) -> Iterator[Path]:
        """Lend a staging folder, alone; what is in it at the end is kept only if `keep` is called.

        Raises:
            StoreError: Another living process is writing, or the folder cannot be written.
        """
        staging = self.path / "staging" / f"{snapshot}-{os.getpid()}"
        with self._refusals():
            staging.parent.mkdir(parents=True, exist_ok=True)
            self._snapshots.mkdir(exist_ok=True)
        with self._alone():
            with self._refusals():
                _sweep(staging.parent)
                staging.mkdir()
            try:
                yield staging
            finally:
                _sweep(staging.parent)

    def keep(self, staging: Path, manifest: Manifest) -> None:
        """Turn a staging folder into a snapshot and make it current.

        Args:
            staging: Folder lent by `writing`, with every file of the manifest in it.
            manifest: Written as `manifest.json`.

        Raises:
            StoreError: The disk refuses.
        """
        self.adopt(staging, manifest)
        with self._refusals():
            self._point_to(manifest.id)

    def adopt(self, staging: Path, manifest: Manifest) -> None:
        """Turn a staging folder, or one inside it, into a snapshot; another stays current.

        Args:
            staging: Folder with every file of the manifest in it.
            manifest: Written as `manifest.json`.

        Raises:
            StoreError: The disk refuses.
        """
        with self._refusals():
            manifest.write(staging / "manifest.json")
            for file in staging.iterdir():
                _sync_file(file)
            _sync_folder(staging)
            target = self.folder(manifest.id)
            if target.exists():
                # A damaged snapshot of the same content: the fresh one takes its place.
                target.replace(staging.with_name(f"{manifest.id}-damaged"))
            staging.rename(target)
            _sync_folder(self._snapshots)

    @property
    def _pointer(self) -> Path:
        return self.path / "current"

    @property
    def _snapshots(self) -> Path:
        return self.path / "snapshots"

    def _pointed(self) -> str:
        try:
            return self._pointer.read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise StoreError("store_missing", path=str(self.path)) from None
        except (OSError, UnicodeDecodeError):
            raise self._damaged("current") from None

    def _point_to(self, snapshot: str) -> None:
        # Made in the staging folder, so that what a crash leaves is swept with the rest.
        with self._refusals():
            fresh = self.path / "staging" / f"current-{os.getpid()}"
            fresh.parent.mkdir(exist_ok=True)
            with fresh.open("w", encoding="ascii") as file:
                file.write(snapshot + "\n")
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._pointer)
            _sync_folder(self.path)

    def _damaged(self, part: str) -> StoreError:
        return StoreError("store_damaged", path=str(self.path), part=part)

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """Say in words what the disk refuses: no right, no room, no such folder."""
        try:
            yield
        except OSError as refusal:
            raise StoreError(
                "store_unwritable", path=str(self.path), reason=refusal.strerror or str(refusal)
            ) from None

    @staticmethod
    def _is_id(name: str) -> bool:
        return bool(name) and set(name) <= _ID_LETTERS

    def _full_id(self, snapshot: str) -> str:
        if not self._is_id(snapshot):
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
        with self._refusals():
            lock = (self.path / "writing.lock").open("a+b")
        with lock:
            with self._refusals():
                alone = _lock(lock.fileno())
            if not alone:
                raise StoreError("store_busy", path=str(self.path))
            yield


def described(path: Path, rows: int) -> TableFile:
    """Describe a Parquet file just written."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return TableFile(rows=rows, bytes=path.stat().st_size, sha256=digest)


def _sweep(folder: Path) -> None:
    for leftover in folder.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


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
    # Windows forces to disk only what is open for writing.
    _sync(path, os.O_RDWR)


def _sync_folder(path: Path) -> None:
    """Make renames inside a folder last; Windows has no such call."""
    if os.name != "nt":
        _sync(path, os.O_RDONLY)


def _sync(path: Path, mode: int) -> None:
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
