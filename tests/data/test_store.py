"""A store survives crashes at every step, refuses damage in words, and lets one writer in."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from habitue.data.manifest import Exclusion, Manifest, Tally, Waterfall
from habitue.data.store import TABLES, Store, described
from habitue.errors import StoreError
from habitue.texts import LANGS

ONE, TWO, OTHER = "a" * 12, "ab" * 6, "0123456789ab"
NOBODY = 65534
posix = pytest.mark.skipif(os.name == "nt", reason="needs fork and file rights")


def manifest(snapshot: str, staging: Path) -> Manifest:
    tally = Tally(lines=1, amount=Decimal(1), gross=Decimal(1), returns=Decimal(0), orders=1,
                  products=1, countries=1, customers=1)  # fmt: skip
    return Manifest(
        id=snapshot, created_at=dt.datetime(2011, 1, int(snapshot[0], 16) + 1, tzinfo=dt.UTC),
        versions={}, origins=(), mapping={}, preset="standard", currency=None,
        first_day=dt.date(2011, 1, 1), last_day=dt.date(2011, 1, 1), countries=(), kinds=(),
        has_cost=False,
        waterfall=Waterfall(raw=tally, excluded=(), kept=tally, with_customer=tally),
        files={name: described(staging / f"{name}.parquet", 1) for name in TABLES},
    )  # fmt: skip


def write(store: Store, snapshot: str) -> None:
    with store.writing(snapshot) as staging:
        for name in TABLES:
            (staging / f"{name}.parquet").write_text(f"{snapshot} {name}")
        store.keep(staging, manifest(snapshot, staging))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    kept = Store(tmp_path / 'L\N{RIGHT SINGLE QUOTATION MARK}été d\'une "boutique" % 100')
    write(kept, ONE)
    return kept


def refused(store: Store, ask: Callable[[], object], key: str) -> StoreError:
    with pytest.raises(StoreError) as refusal:
        ask()
    assert refusal.value.key == key
    assert refusal.value.facts["path"] == str(store.path)
    assert all(str(store.path) in refusal.value.say(lang) for lang in LANGS)
    return refusal.value


def test_what_is_kept_is_current_and_whole(store: Store) -> None:
    assert store.exists()
    assert store.current().id == ONE
    assert store.holds(ONE)
    assert list((store.path / "staging").iterdir()) == []
    for path in store.files(store.current()).values():
        assert path.read_text() == f"{ONE} {path.stem}"


def test_earlier_snapshots_stay_and_can_come_back(store: Store) -> None:
    write(store, TWO)
    assert store.current().id == TWO
    assert store.point_to(ONE).id == ONE == store.current().id
    assert [one.id for one in store.snapshots()] == [TWO, ONE]
    assert [one.id for one in Store(store.path / "none").snapshots()] == []


def test_snapshots_answer_to_the_beginning_of_their_id(store: Store) -> None:
    write(store, TWO)
    write(store, OTHER)
    assert store.manifest("0").id == store.manifest("0123").id == store.manifest(OTHER).id == OTHER
    assert store.manifest("ab").id == TWO
    for unclear in ("a", "f", "", "..", "../" + ONE, "ab*", "AB", "0123456789abc", "é"):
        refused(store, lambda asked=unclear: store.manifest(asked), "snapshot_missing")  # type: ignore[misc]


def test_nothing_there_is_said_so(tmp_path: Path) -> None:
    refused(Store(tmp_path), Store(tmp_path).current, "store_missing")
    file = tmp_path / "file"
    file.write_text("not a folder")
    for below in (Store(file), Store(file / "below")):
        refused(below, below.current, "store_missing")
        refused(below, lambda store=below: write(store, ONE), "store_unwritable")  # type: ignore[misc]
    assert file.read_text() == "not a folder"


@pytest.mark.parametrize(
    "pointer", [b"", b"\n", b"aa", b"zz", b"f" * 12, b"\xff\xfe", b"../snapshots", b"x" * 10_000]
)
def test_damaged_pointer(store: Store, pointer: bytes) -> None:
    (store.path / "current").write_bytes(pointer)
    assert "current" in refused(store, store.current, "store_damaged").what()
    assert store.manifest(ONE).id == ONE
    write(store, TWO)
    assert store.current().id == TWO


def _without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain.pop(name)


@pytest.mark.parametrize(
    "spoil",
    [
        _without("format"),
        _without("waterfall"),
        _without("files"),
        lambda plain: plain["files"].pop("orders"),
        lambda plain: plain["files"].update(more=plain["files"]["orders"]),
        lambda plain: plain.update(id="../../elsewhere"),
        lambda plain: plain.update(id=TWO),
        lambda plain: plain.update(last_day="yesterday"),
        lambda plain: plain.update(surprise=1),
    ],
)
def test_damaged_manifest(store: Store, spoil: Callable[[dict[str, Any]], object]) -> None:
    path = store.folder(ONE) / "manifest.json"
    plain = json.loads(path.read_text())
    spoil(plain)
    path.write_text(json.dumps(plain))
    refused(store, store.current, "store_damaged")
    assert not store.holds(ONE)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"format"', "\udcff"])
def test_manifest_that_is_none(store: Store, text: str) -> None:
    (store.folder(ONE) / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    refused(store, store.current, "store_damaged")
    assert store.snapshots() == []
    write(store, ONE)
    assert store.current().id == ONE
    assert store.holds(ONE)


def test_another_format_is_told_from_damage(store: Store) -> None:
    path = store.folder(ONE) / "manifest.json"
    path.write_text('{"format": 1, "nothing": "as now"}')
    assert refused(store, store.current, "store_format").facts["found"] == 1


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("short")])
def test_damaged_table(store: Store, name: str, spoil: Callable[[Path], object]) -> None:
    spoil(store.table(ONE, name))
    damage = refused(store, lambda: store.files(store.current()), "store_damaged")
    assert f"{name}.parquet" in damage.what()
    assert not store.holds(ONE)
    write(store, ONE)
    assert store.holds(ONE)


def test_second_writer_is_turned_away_and_readers_read_on(store: Store) -> None:
    with store.writing(TWO) as staging:
        refused(store, lambda: write(Store(store.path), OTHER), "store_busy")
        assert store.point_to(ONE).id == ONE, "nothing to write, nothing to wait for"
        assert staging.is_dir(), "the second sweeps nothing of the first"
        assert Store(store.path).current().id == ONE
        code = (
            f"from habitue.data.store import Store; print(Store({str(store.path)!r}).current().id)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == ONE
    write(store, OTHER)
    with store.writing(TWO):
        refused(store, lambda: store.point_to(ONE), "store_busy")


def test_nothing_is_kept_without_being_asked(store: Store) -> None:
    with store.writing(TWO) as staging:
        (staging / "lines.parquet").write_text("half")
    with pytest.raises(ZeroDivisionError), store.writing(TWO):
        raise ZeroDivisionError
    assert store.current().id == ONE
    assert not store.folder(TWO).exists()
    assert list((store.path / "staging").iterdir()) == []


_STEPS = ("fsync", "replace", "rename", "open", "mkdir", "unlink", "rmdir", "close")


@posix
def test_killed_before_any_step_the_store_is_whole(store: Store) -> None:
    outcomes = []
    for step in range(1000):
        was = store.current().id
        then = TWO if was == ONE else ONE
        # The snapshot to be made stands there, damaged, every other time.
        if step % 2 and store.folder(then).exists():
            store.table(then, "lines").write_text("damaged")
        if not _killed_at(step, store, then):
            break
        found = Store(store.path).current()
        assert found.id in (was, then)
        assert store.holds(found.id)
        outcomes.append(found.id == then)
        if not outcomes[-1]:
            assert not store.holds(then) or _is_whole(store, then)
        write(store, then)
        assert store.current().id == then
        assert list((store.path / "staging").iterdir()) == []
    assert len(outcomes) > 20, "every step of the way was tried"
    assert set(outcomes) == {False, True}


def _is_whole(store: Store, snapshot: str) -> bool:
    paths = store.files(store.manifest(snapshot))
    return all(path.read_text() == f"{snapshot} {name}" for name, path in paths.items())


def _killed_at(step: int, store: Store, snapshot: str) -> bool:
    """Write in a child that dies, as if killed, before its system call number `step`."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = step

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if not left:
                os._exit(9)
            left -= 1
            return call(*args, **kwargs)

        return counted

    for name in _STEPS:
        setattr(os, name, dying(getattr(os, name)))
    write(store, snapshot)
    os._exit(0)


@pytest.mark.parametrize("name", ["fsync", "rename", "replace"])
def test_a_disk_that_refuses_is_said_so(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, name, full)
        refusal = refused(store, lambda: write(store, TWO), "store_unwritable")
    assert "No space left on device" in refusal.what()
    assert store.current().id == ONE
    write(store, TWO)
    assert store.current().id == TWO


@pytest.fixture
def sealed(store: Store) -> Iterator[Store]:
    """The store, of which this process may only read."""
    write(store, TWO)
    folders = [store.path, *(path for path in store.path.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    (store.path / "writing.lock").chmod(0o444)
    opened = [folder for folder in store.path.parents if not folder.stat().st_mode & 0o001]
    modes = {folder: folder.stat().st_mode for folder in opened}
    root = os.geteuid() == 0
    try:
        if root:
            for folder in opened:
                folder.chmod(modes[folder] | 0o111)
            os.seteuid(NOBODY)
        yield store
    finally:
        if root:
            os.seteuid(0)
            for folder, mode in modes.items():
                folder.chmod(mode)
        for folder in folders:
            folder.chmod(0o755)


@posix
def test_a_store_one_may_only_read(sealed: Store) -> None:
    assert sealed.current().id == TWO
    assert sealed.point_to(TWO).id == TWO
    refused(sealed, lambda: write(sealed, OTHER), "store_unwritable")
    refused(sealed, lambda: sealed.point_to(ONE), "store_unwritable")
    inside = Store(sealed.path / "new")
    refused(inside, lambda: write(inside, ONE), "store_unwritable")


def test_manifest_reads_back_as_written(store: Store, tmp_path: Path) -> None:
    plain = store.current()
    exact = plain.model_copy(
        update={
            "waterfall": plain.waterfall.model_copy(
                update={"excluded": (Exclusion(reason="test", lines=17, amount=Decimal("203.5")),)}
            ),
            "warnings": (("key", {"fact": "é"}),),
        }
    )
    exact.write(tmp_path / "manifest.json")
    assert Manifest.read(tmp_path / "manifest.json") == exact
    assert "é" in (tmp_path / "manifest.json").read_text("utf-8")
    nobody = exact.waterfall.no_customer
    assert (nobody.lines, nobody.amount) == (0, Decimal(0))
