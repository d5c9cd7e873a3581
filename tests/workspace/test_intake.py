"""A look before an ingest, and what is sent: received in private, and gone afterwards."""

from __future__ import annotations

import datetime as dt
import io
import stat
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ui import shapes

from habitue.data.mapping import Mapping
from habitue.data.store import Store
from habitue.errors import ContentError, MappingError, RequestError, SourceError, StoreError
from habitue.schema import Role
from habitue.workspace import background, check, ingest, intake, snapshots
from habitue.workspace.intake import received, safe_name


@pytest.fixture
def french(tmp_path: Path) -> Path:
    path = tmp_path / "ventes.csv"
    path.write_bytes(shapes.french())
    return path


def test_a_look_tells_each_column(french: Path) -> None:
    seen = intake.look([french])
    part = seen.main
    assert (part.encoding, part.delimiter, part.rows.num_rows) == ("cp1252", ";", 30)
    told = {one.name: one for one in part.columns}
    price, day, state = told["Prix unitaire"], told["Date de commande"], told["Statut"]
    assert (price.kind, price.readable, price.least, price.most) == (
        "number", 1.0, Decimal("12.5"), Decimal("12.5"),
    )  # fmt: skip
    assert (day.kind, day.missing, day.readable) == ("moment", 0.0, 1.0)
    assert (state.kind, state.distinct) == ("text", 2)
    assert seen.values("Statut") == (("payée", 27), ("annulée", 3))
    assert part.preview.num_rows == 20
    assert part.preview["Désignation"][0].as_py() == "Thé vert"


def test_blanks_are_counted_and_short_rows_stay_in_place(tmp_path: Path) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("Client,Date,Montant\nA,2024-01-31,1\n,2024-01-31,\nB\n")
    told = {one.name: one for one in intake.look([path]).main.columns}
    assert told["Client"].missing == pytest.approx(1 / 3)
    assert told["Montant"].missing == pytest.approx(2 / 3)
    assert told["Montant"].distinct == 1


def test_ambiguous_dates_are_asked_and_the_answer_is_kept(french: Path) -> None:
    seen = intake.look([french])
    mapping = seen.guess.mapping
    [doubt] = intake.doubts(seen, mapping)
    assert (doubt.key, doubt.facts["column"]) == ("day_first", "Date de commande")
    with pytest.raises(ContentError):
        check([french], mapping=mapping)
    written = [(1 + at % 9, 1 + at % 11) for at in range(30)]
    for day_first in (True, False):
        done = ingest(
            [french], store=french.parent / "store", mapping=mapping.but(day_first=day_first)
        )
        last = max((two, one) if day_first else (one, two) for one, two in written)
        assert done.manifest.last_day == dt.date(2023, *last)
    assert intake.currencies(seen, mapping) == ("EUR",)


def test_one_number_that_can_be_read_two_ways_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "thousand.csv"
    path.write_text('Client,Date,Montant\nA,2024-01-31,"1,234"\n')
    seen = intake.look([path])
    assert [one.key for one in intake.doubts(seen, seen.guess.mapping)] == ["decimal"]
    assert intake.doubts(seen, seen.guess.mapping.but(decimal=",")) == ()


def test_the_saved_mapping_reads_the_same_lines_again(french: Path, tmp_path: Path) -> None:
    seen = intake.look([french])
    chosen = seen.guess.mapping.but(day_first=True, drop_statuses=("annulée",))
    (tmp_path / "mapping.yaml").write_text(chosen.to_yaml(), "utf-8")
    again = Mapping.read(tmp_path / "mapping.yaml")
    assert again == chosen
    # By hand: 30 lines, 3 cancelled; quantities 1, 2, 3 in turn.
    fall, _ = check([french], mapping=again)
    sold = sum(Decimal("12.5") * (1 + at % 3) for at in range(30) if at % 10 != 9)
    assert (fall.kept.lines, fall.kept.amount) == (27, sold)


def test_headers_nobody_knows_are_mapped_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "unknown.csv"
    path.write_bytes(shapes.unknown())
    seen = intake.look([path])
    assert seen.guess.mapping.missing()
    mapping = Mapping(customer="alpha", moment="beta", quantity="gamma", price="delta")
    done = ingest([path], store=tmp_path / "store", mapping=mapping)
    amounts = [(at % 4 + 1) * (at % 3 + 2) for at in range(20)]
    assert done.manifest.waterfall.kept.amount == sum(amounts)


def test_a_look_at_a_large_file_takes_its_head_only(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as out:
        out.write("Client,Date,Montant\n")
        out.writelines(f"C{at},2024-01-{1 + at % 28:02d},{at}\n" for at in range(60_000))
    seen = intake.look([path])
    assert seen.main.rows.num_rows == 20_000
    assert not seen.whole


def test_a_table_of_a_database_is_looked_at(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("CREATE TABLE lines AS SELECT 'A' AS client, DATE '2024-05-01' AS day, 3 AS ca")
        con.execute("CREATE SCHEMA old; CREATE TABLE old.lines AS SELECT 1 AS x")
    url = f"duckdb:///{tmp_path / 'shop.duckdb'}"
    assert intake.tables(url) == ("lines", "old.lines")
    seen = intake.look([url], table="lines")
    assert seen.guess.mapping.columns[Role.CUSTOMER] == "client"
    assert seen.main.columns[1].most == dt.datetime.fromisoformat("2024-05-01")


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe not in ("", ".", "..")
    assert not {"/", "\\", "\0", "\n"} & set(safe)
    assert len(safe) <= 140


def test_what_is_sent_lies_apart_in_private_and_is_gone_afterwards() -> None:
    content = b"Client,Date,Montant\nA,2024-01-31,1\n"
    files = [("../../shop.csv", io.BytesIO(content)), ("shop.csv", io.BytesIO(content * 2))]
    with received(files, limit_mb=1) as paths:
        home = paths[0].parents[1]
        assert [one.name for one in paths] == ["shop.csv", "shop.csv"]
        assert [one.read_bytes() for one in paths] == [content, content * 2]
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert all(one.resolve().is_relative_to(home.resolve()) for one in paths)
    assert not home.exists()


def test_what_is_sent_is_gone_after_a_failure_too() -> None:
    homes: list[Path] = []

    def fails() -> None:
        with received([("shop.csv", io.BytesIO(b"A,B\n1,2\n"))], limit_mb=1) as paths:
            homes.append(paths[0].parents[1])
            check(paths)

    with pytest.raises(MappingError):
        fails()
    assert not homes[0].exists()


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("big.csv", b"x" * (2 << 20), "upload_too_large"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + b"x", "upload_kind"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + b"x", "upload_kind"),
        ("page.csv", b"<html><body>", "source_foreign"),
        ("empty.csv", b"", "source_empty"),
        ("run.exe", b"Client,Date\nA,1\n", "upload_kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused(name: str, content: bytes, key: str) -> None:
    with pytest.raises(SourceError) as refusal, received([(name, io.BytesIO(content))], limit_mb=1):
        pass
    assert refusal.value.key == key


@pytest.mark.parametrize("told", ["0", "-1", "1e9", "5000", "dix"])
def test_a_limit_that_is_no_size_is_refused(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(intake.LIMIT_VARIABLE, told)
    with pytest.raises(RequestError):
        intake.upload_limit()


def test_one_ingest_at_a_time_and_the_snapshot_stays_until_the_next_is_whole(
    french: Path, tmp_path: Path
) -> None:
    store = str(tmp_path / "store")
    mapping = intake.look([french]).guess.mapping.but(day_first=True)
    first = ingest([french], store=store, mapping=mapping).manifest.id
    gate, begun = threading.Event(), threading.Event()

    def slow(progress: background.Progress) -> object:
        def told(done: int, total: int, label: str) -> None:
            progress(done, total, label)
            begun.set()
            gate.wait(20)

        return ingest([french], store=store, mapping=mapping, preset="plain", progress=told)

    task = background.start_writing(store, slow)
    assert begun.wait(20)
    assert background.writing(store) is task
    with pytest.raises(StoreError) as refusal:
        background.start_writing(store, slow)
    assert refusal.value.key == "store_busy"
    with pytest.raises(StoreError):
        ingest([french], store=store, mapping=mapping.but(currency="EUR"))
    assert Store(store).current().id == first
    gate.set()
    task.wait(20)
    second = task.result().manifest.id
    assert Store(store).current().id == second != first
    assert background.writing(store) is None
    held = snapshots.snapshots(store).to_pylist()
    assert [(one["snapshot"], one["current"]) for one in held] == [(second, True), (first, False)]
    snapshots.go_back(store, first[:8])
    assert Store(store).current().id == first


def test_an_ingest_that_fails_says_so_to_whoever_waits(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("Client,Date,Montant\nA,hier,x\n")
    task = background.start_writing(
        str(tmp_path / "store"),
        lambda tell: ingest([path], store=tmp_path / "store", progress=tell),
    )
    task.wait(20)
    with pytest.raises(ContentError):
        task.result()
    assert not Store(tmp_path / "store").exists()
