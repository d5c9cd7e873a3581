"""From files to a snapshot: all of it or nothing, and nothing twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.shop_files import RETURN, SALE, many, write

from habitue.data.store import TABLES, Store
from habitue.errors import ContentError, HabitueError, RequestError, StoreError
from habitue.texts import LANGS
from habitue.workspace import check, ingest, open_store, tables

posix = pytest.mark.skipif(os.name == "nt", reason="needs signals and limits")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a source and the store made from it."""
    folder = tmp_path_factory.mktemp("made")
    ingest([write(folder / "shop.csv", SALE, RETURN)], store=folder / "store")
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Store:
    return Store(shutil.copytree(made / "store", tmp_path / "store"))


@pytest.fixture
def source(made: Path) -> Path:
    return made / "shop.csv"


def in_words(refusal: pytest.ExceptionInfo[HabitueError]) -> str:
    assert all(refusal.value.say(lang) for lang in LANGS)
    return refusal.value.key


def test_the_same_input_is_recognised(store: Store, source: Path, tmp_path: Path) -> None:
    first = store.current()
    again = ingest([source], store=store.path)
    assert again.recognised
    assert again.manifest == first
    elsewhere = write(tmp_path / "same content, other name.csv", SALE, RETURN)
    assert ingest([elsewhere], store=store.path).recognised
    assert len(store.snapshots()) == 1


def test_another_input_or_preset_is_another_snapshot(
    store: Store, source: Path, tmp_path: Path
) -> None:
    first = store.current().id
    more = write(tmp_path / "more.csv", SALE, RETURN, SALE.replace("1,P", "3,Q"))
    assert not ingest([more], store=store.path).recognised
    assert store.current().id != first
    assert not ingest([source], store=store.path, preset="plain").recognised
    back = ingest([source], store=store.path)
    assert back.recognised
    assert store.current().id == first
    assert len(store.snapshots()) == 3


def test_sources_in_any_order_are_the_same_input(tmp_path: Path) -> None:
    parts = [write(tmp_path / "a.csv", SALE), write(tmp_path / "b.csv", RETURN)]
    one = ingest(parts, store=tmp_path / "store")
    other = ingest(parts[::-1], store=tmp_path / "store")
    assert other.recognised
    assert one.manifest.id == other.manifest.id
    assert sorted(origin.name for origin in one.manifest.origins) == ["a.csv", "b.csv"]


def test_a_damaged_snapshot_is_made_again(store: Store, source: Path) -> None:
    store.table(store.current().id, "orders").unlink()
    again = ingest([source], store=store.path)
    assert not again.recognised
    assert store.holds(again.manifest.id)
    assert open_store(store.path).kpis().orders == 1


def test_check_stores_nothing_and_counts_the_same(
    store: Store, source: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    fall, loaded = check([source])
    assert fall == store.current().waterfall
    assert loaded.rows == 2
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ((RETURN,), "nothing_sold"),
        ((SALE.replace("10.00", "0.00"),), "nothing_kept"),
        ((SALE.replace(",P,", ",TEST1,"),), "nothing_kept"),
        (("7,P,Pot,99999,2011-01-10,9999999.0,1,France",) * 120,
         "money_too_big"),
    ],
)  # fmt: skip
def test_nothing_to_sell_is_refused_and_nothing_is_stored(
    rows: tuple[str, ...], key: str, store: Store, tmp_path: Path
) -> None:
    before = store.current()
    with pytest.raises(ContentError) as refusal:
        ingest([write(tmp_path / "bad.csv", *rows)], store=store.path)
    assert in_words(refusal) == key
    assert store.current() == before
    assert list((store.path / "staging").iterdir()) == []


def test_unknown_preset_and_busy_store(store: Store, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as unknown:
        ingest([tmp_path / "shop.csv"], store=store.path, preset="fancy")
    assert in_words(unknown) == "unknown_word"
    assert "standard, plain" in unknown.value.hint()
    other = write(tmp_path / "other.csv", SALE)
    with store.writing("a" * 12), pytest.raises(StoreError) as busy:
        ingest([other], store=store.path)
    assert in_words(busy) == "store_busy"
    assert not ingest([other], store=store.path).recognised


def test_a_reader_goes_on_while_the_shop_is_written_anew(store: Store, tmp_path: Path) -> None:
    reader = open_store(store.path)
    ingest([write(tmp_path / "other.csv", *many(9))], store=store.path)
    assert reader.kpis().orders == 1
    assert open_store(store.path).kpis().orders == 9
    assert open_store(store.path, snapshot=reader.shop().snapshot[:6]).kpis().orders == 1


@pytest.mark.parametrize("name", ["it's", 'quo"te', "été 100 %", "a;b--c", "{brace}", "*?[a]"])
def test_any_path_will_do(name: str, tmp_path: Path) -> None:
    source = write(tmp_path / f"{name}.csv", SALE)
    folder = tmp_path / "new" / name / "store"
    ingest([source], store=folder)
    shop = open_store(str(folder))
    assert shop.kpis().orders == 1
    assert shop.shop().sources == (f"{name}.csv",)


@pytest.mark.parametrize(
    "step", ["write_lines", "counted_in", "write_gathered", "facts_in", "progress"]
)
def test_a_failure_at_any_step_leaves_the_shop_as_it_was(
    step: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Struck(BaseException):
        pass

    def strike(*_: Any, **__: Any) -> Any:
        raise Struck

    before = store.current()
    other = write(tmp_path / "other.csv", *many(9))
    with monkeypatch.context() as patched:
        if step != "progress":
            patched.setattr(tables, step, strike)
        with pytest.raises(Struck):
            ingest([other], store=store.path, progress=strike if step == "progress" else None)
    assert store.current() == before
    assert open_store(store.path).kpis().orders == 1
    assert list((store.path / "staging").iterdir()) == []
    assert not ingest([other], store=store.path).recognised


_CHILD = """
import sys
from habitue.workspace import ingest
print("ready", flush=True)
ingest([sys.argv[1]], store=sys.argv[2])
"""


@posix
@pytest.mark.parametrize("delay", [0.1, 1.2])
def test_killed_at_any_moment_the_shop_is_as_it_was(
    delay: float, store: Store, tmp_path: Path
) -> None:
    before = store.current()
    other = write(tmp_path / "other.csv", *many(20_000))
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(other), str(store.path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(delay)
        child.kill()
        assert child.wait() in {-signal.SIGKILL, 0}
    now = store.current()
    assert store.holds(now.id)
    assert now.id == before.id or child.returncode == 0 or now.waterfall.kept.orders == 20_000
    assert open_store(store.path).kpis().orders == now.waterfall.kept.orders
    ingest([other], store=store.path)
    assert open_store(store.path).kpis().orders == 20_000
    assert list((store.path / "staging").iterdir()) == []


_LIMITED = """
import resource, sys
from habitue.errors import StoreError
from habitue.workspace import ingest
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    ingest([sys.argv[1]], store=sys.argv[2])
except StoreError as refusal:
    print(refusal.key, refusal.facts["path"] == sys.argv[2])
"""


@posix
@pytest.mark.parametrize("most", [10, 30_000])
def test_a_full_disk_is_said_so(most: int, store: Store, tmp_path: Path) -> None:
    before = store.current()
    other = write(tmp_path / "other.csv", *many(20_000))
    ran = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(other), str(store.path), str(most)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout == "store_unwritable True\n", ran.stderr
    assert store.current() == before


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("spoiled", ["truncated", "missing", "garbled"])
def test_a_damaged_table_is_one_sentence(name: str, spoiled: str, store: Store) -> None:
    path = store.table(store.current().id, name)
    content = path.read_bytes()
    if spoiled == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-9] if spoiled == "truncated" else b"\0" * len(content))
    with pytest.raises(StoreError) as refusal:
        open_store(store.path)
    assert in_words(refusal) == "store_damaged"
    assert store.current().id in refusal.value.what()


def test_waterfall_of_a_snapshot_is_exact(store: Store) -> None:
    quality = open_store(store.path).check()
    assert quality.kept == {
        "lines": 2, "amount": Decimal(10), "gross": Decimal(20), "returns": Decimal(-10),
        "orders": 1, "customers": 1,
    }  # fmt: skip
    assert quality.to_dict()["raw"]["amount"] == 10.0
