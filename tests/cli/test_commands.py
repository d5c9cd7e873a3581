"""What each command does."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.cli.conftest import Run

from habitue.cli.commands import doctor
from habitue.cli.terminal import Terminal
from habitue.data.store import Store
from habitue.texts import LANGS

GUESSED = "Client;Jour;Montant\n" + "".join(
    f"c{number};2024-0{1 + number % 9}-1{number % 9};{number},50\n" for number in range(1, 40)
)
TYPED = (
    "CREATE TABLE sold AS FROM read_csv(?, types = "
    "{'Invoice': 'VARCHAR', 'StockCode': 'VARCHAR', 'Customer ID': 'VARCHAR'})"
)


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dict[str, Any]]]:
    calls: list[tuple[Path, dict[str, Any]]] = []
    monkeypatch.setattr(
        "habitue.ui.launch.launch", lambda store, **options: calls.append((store, options))
    )
    # The port of these tests may be somebody's.
    monkeypatch.setattr("habitue.ui.launch.refuse_taken", lambda _host, _port: None)
    return calls


@pytest.mark.parametrize("lang", LANGS)
def test_kpis_read_well(run: Run, store: Path, lang: str) -> None:
    page = run("kpis", "--store", store, "--returns", "exclude", "--lang", lang).out
    figures = run("kpis", "--store", store, "--returns", "exclude", "--format", "json").json

    lines = page.splitlines()
    assert len(lines) == 9
    excluded, customers = {
        "fr": ("Retours exclus", "Clients actifs"),
        "en": ("Returns excluded", "Active customers"),
    }[lang]
    assert excluded in lines[0]
    assert lines[1].startswith(customers)
    assert str(figures["active_customers"]) in lines[1]


def test_neutralised_returns_without_purchase_are_told(run: Run, store: Path) -> None:
    page = run("kpis", "--store", store, "--returns", "neutralise").out

    assert "cancel" in page.splitlines()[-1]


def test_a_guessed_mapping_is_told_with_reasons(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "ventes.csv"
    source.write_text(GUESSED, "utf-8")
    ended = run("check", source, "--lang", "fr")

    assert ended.code == 0
    assert "Colonnes devinées" in ended.err
    assert "client" in ended.err
    assert "Montant  (le nom de la colonne)" in ended.err
    assert "--mapping" in ended.err
    assert "pas de numéro de commande" in ended.err
    assert "Montant" in run("ingest", source, "--store", tmp_path / "s").err


def test_a_given_mapping_is_obeyed_in_silence(run: Run, tmp_path: Path) -> None:
    source, mapping = tmp_path / "v.csv", tmp_path / "m.yaml"
    source.write_text(GUESSED, "utf-8")
    mapping.write_text("customer: Client\nmoment: Jour\namount: Montant\ncurrency: EUR\n", "utf-8")
    ended = run("ingest", source, "--mapping", mapping, "--store", tmp_path / "s")
    kpis = run("kpis", "--store", tmp_path / "s", "--format", "json").json

    assert ended.code == 0
    assert "guessed" not in ended.err
    assert kpis["currency"] == "EUR"
    assert kpis["orders"] == 39


def test_unreadable_values_are_shown(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "v.csv"
    rows = "".join(f"{number},c{number % 50},2024-01-05,10.00\n" for number in range(300))
    source.write_text(f"order,customer,date,amount\n{rows}301,c1,2024-01-06,ten\n", "utf-8")
    ended = run("check", source)

    assert ended.code == 0
    assert "row 302" in ended.err
    assert "“ten”" in ended.err
    assert "amount" in ended.err


def test_snapshots_and_the_way_back(run: Run, sources: list[Path], tmp_path: Path) -> None:
    home = tmp_path / "s"
    first = run("ingest", *sources, "--store", home).out.strip()
    second = run("ingest", *sources, "--store", home, "--preset", "plain").out.strip()
    listed = run("snapshots", "--store", home, "--format", "json").json

    assert [row["snapshot"] for row in listed] == [second, first]
    assert [row["current"] for row in listed] == [True, False]
    back = run("snapshots", "--store", home, "--use", first[:6], "--format", "json")
    assert [row["current"] for row in back.json] == [False, True]
    assert first in back.err
    assert Store(home).current().id == first
    kpis = ["kpis", "--store", home, "--format", "json"]
    assert run(*kpis).json["preset"] == "standard"
    assert run(*kpis, "--snapshot", second[:6]).json["preset"] == "plain"


def test_the_way_back_from_a_damaged_snapshot(
    run: Run, sources: list[Path], tmp_path: Path
) -> None:
    home = tmp_path / "s"
    first = run("ingest", *sources, "--store", home).out.strip()
    second = run("ingest", *sources, "--store", home, "--preset", "plain").out.strip()
    (Store(home).folder(second) / "manifest.json").write_text("{}")
    assert run("kpis", "--store", home).code == 1
    listed = run("snapshots", "--store", home, "--format", "json")

    assert [(row["snapshot"], row["current"]) for row in listed.json] == [(first, False)]
    assert second in listed.err
    assert run("snapshots", "--store", home, "--use", first).code == 0
    assert run("kpis", "--store", home).code == 0


def test_the_store_may_come_from_the_environment(
    run: Run, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABITUE_STORE", str(store))

    assert run("kpis", "--format", "json").json["orders"] > 0


def test_demo(run: Run, tmp_path: Path, launched: list[Any]) -> None:
    home = tmp_path / "s"
    first = run("demo", "--lines", "2000", "--no-serve", "--store", home)
    assert (first.code, first.out, launched) == (0, "", [])
    before = Store(home).current().id

    ended = run("demo", "--lines", "2000", "--seed", "2", "--store", home, "--port", "8600")
    assert launched == [(home, {"host": "localhost", "port": 8600, "headless": False})]
    assert f"--use {before}" in ended.err
    assert Store(home).current().id != before
    assert Store(home).current().waterfall.raw.lines == 2_000


def test_serve(run: Run, sources: list[Path], tmp_path: Path, launched: list[Any]) -> None:
    home = tmp_path / "s"
    empty = run("serve", "--store", home)
    assert "no shop" in empty.err
    ended = run("serve", *sources, "--store", home, "--host", "0.0.0.0", "--no-browser")

    assert (ended.code, ended.out) == (0, "")
    assert "no login" in ended.err
    assert "no login" not in empty.err
    assert launched[1] == (home, {"host": "0.0.0.0", "port": 8501, "headless": True})
    assert Store(home).current().waterfall.raw.lines == 3_000


def test_serve_stops_before_the_dashboard_when_a_source_is_wrong(
    run: Run, tmp_path: Path, launched: list[Any]
) -> None:
    assert run("serve", tmp_path / "none.csv", "--store", tmp_path / "s").code == 1
    assert launched == []


def test_fetch(
    run: Run, sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def fetched(*, url: str | None, progress: object) -> Path:
        asked.append(url)
        return sources[0]

    monkeypatch.setattr("habitue.data.fetch.fetch_online_retail", fetched)
    ended = run("fetch", "online-retail-ii", "--store", tmp_path, "--url", "http://localhost/x")

    assert (ended.code, asked) == (0, ["http://localhost/x"])
    assert ended.out.strip() == Store(tmp_path).current().id


def test_fetch_without_a_network(run: Run, tmp_path: Path) -> None:
    ended = run("fetch", "online-retail-ii", "--store", tmp_path, "--url", "http://127.0.0.1:9/x")

    assert ended.code == 1
    assert ended.err.splitlines()[1].startswith("Hint: ")


def test_doctor_finds_this_installation_well(run: Run, store: Path) -> None:
    ended = run("doctor", "--store", store, "--format", "json")
    found = {row["check"]: row for row in ended.json}

    assert ended.code == 0
    assert {"python", "duckdb", "streamlit", "[images]", "chromium", "store", "folder:store",
            "language"} <= set(found)  # fmt: skip
    assert found["store"]["verdict"] == "ok"
    assert all(row["remedy"] for row in found.values() if row["verdict"] != "ok")
    assert "broken" not in {row["verdict"] for row in found.values()}


@pytest.mark.parametrize("lang", LANGS)
def test_doctor_tells_a_damaged_store(run: Run, store: Path, tmp_path: Path, lang: str) -> None:
    home = tmp_path / "s"
    shutil.copytree(store, home)
    current = Store(home).current().id
    Store(home).table(current, "orders").write_bytes(b"")
    ended = run("doctor", "--store", home, "--lang", lang)

    assert ended.code == 1
    assert current in ended.out
    assert "→" in ended.out
    assert {"fr": "cassé", "en": "broken"}[lang] in ended.out


def test_doctor_on_an_empty_folder(run: Run, tmp_path: Path) -> None:
    found = {
        row["check"]: row
        for row in run("doctor", "--store", tmp_path / "s", "--format", "json").json
    }

    assert found["store"]["verdict"] == "optional"
    assert "habitue demo" in found["store"]["remedy"]


def test_doctor_tells_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    known = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "duckdb" else known(name))
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("os.access", lambda *_: False)
    found = {one.check: one for one in doctor.packages(Terminal("en"))}
    browser = doctor.images(Terminal("en"))
    folders = list(doctor.folders(Path("s"), Terminal("en")))

    assert found["duckdb"].verdict is doctor.Verdict.BROKEN
    assert found["numpy"].verdict is doctor.Verdict.OK
    assert (browser.verdict, folders[0].verdict) == (doctor.Verdict.OPTIONAL, doctor.Verdict.BROKEN)
    assert run("doctor").code == 1


def test_a_table_is_asked_where_it_lives(
    run: Run, store: Path, sources: list[Path], tmp_path: Path
) -> None:
    base = tmp_path / "shop.db"
    with duckdb.connect(str(base)) as connection:
        files = [str(path) for path in sources]
        connection.execute(TYPED, [files])
    words = ["kpis", "--engine", f"duckdb://{base}", "--table", "sold", "--format", "json"]
    there = run(*words)
    here = run("kpis", "--store", store, "--format", "json").json

    assert there.code == 0, there.err
    assert there.json["active_customers"] == here["active_customers"]
    assert there.json["orders"] == here["orders"]
    assert run(*words[:3]).code == 2
    assert "--table" in run(*words[:3]).err
    assert run(*words[:4], "nothing").code == 1


def test_a_file_of_which_nothing_is_kept_is_not_called_usable(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "gifts.csv"
    source.write_text(
        "order_id,customer_id,date,product,quantity,price\n"
        + "".join(f"{at},c{at},2024-01-{at:02d},mug,1,0\n" for at in range(1, 29)),
        "utf-8",
    )
    page = run("check", source).out

    assert "Nothing is kept" in page
    assert "Not usable" in page
