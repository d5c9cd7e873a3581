"""`export`, `report`, `readback`, `erase` on the command line."""

from __future__ import annotations

import csv
import getpass
import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from tests.cli.conftest import Run

from habitue.core.scenario.plan import PRESETS
from habitue.core.scenario.plan import Plan as Scenario
from habitue.data.store import TABLES, Store
from habitue.export.lists import Order, Plan
from habitue.export.parcel import Memory
from habitue.export.selection import OneOf, Top
from habitue.schema import Filters
from habitue.texts import text
from habitue.workspace import open_store


@pytest.fixture
def own(store: Path, tmp_path: Path) -> Path:
    """A store that a test may change."""
    return Path(shutil.copytree(store, tmp_path / "own"))


def test_the_command_and_the_library_give_the_same_bytes(
    run: Run, own: Path, tmp_path: Path
) -> None:
    ran = run("export", "csv", "--store", own, "--segment", "Champions", "--top", "50%",
              "--holdout", "0", "--output", tmp_path / "out")  # fmt: skip
    assert ran.code == 0, ran.err
    among = OneOf("rfm_segment", ("Champions",))
    plan = Plan(name="Champions", rule=Top("revenue", share=0.5, within=among))
    memory = Memory()
    open_store(own).export(Order(plans=(plan,), holdout=0.0), memory)
    files = {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()}
    assert files == memory.files
    assert "Champions: " in ran.err


def test_stdout_and_a_file_hold_the_same_list(run: Run, own: Path, tmp_path: Path) -> None:
    words = ("export", "csv", "--store", own, "--holdout", "20%", "--column", "customer_id")
    out = run(*words, "--output", "-")
    assert run(*words, "--output", tmp_path / "mine.csv").code == 0
    assert (tmp_path / "mine.csv").read_bytes() == out.raw
    assert {one.name for one in tmp_path.iterdir()} >= {
        "mine.csv", "mine.manifest.json", "mine.audience.csv",
    }  # fmt: skip
    assert out.raw.startswith(b"customer_id\n")


def test_a_scenario_s_customers_carry_its_name(run: Run, own: Path, tmp_path: Path) -> None:
    target = ("--segment", "Champions", "--retention", "+5%", "--store", own)
    assert run("scenario", *target, "--name", "Keep them", "--save").code == 0
    ran = run("export", "csv", "--store", own, "--scenario", "Keep them", "--holdout", "0",
              "--output", "-")  # fmt: skip
    assert ran.code == 0, ran.err
    rows = list(csv.DictReader(io.StringIO(ran.raw.decode())))
    assert {row["scenario"] for row in rows} == {"Keep them"}
    assert {row["list_name"] for row in rows} == {"Keep them"}
    assert {row["rfm_segment"] for row in rows} == {"Champions"}
    plain = run("export", "csv", "--store", own, "--segment", "Champions", "--holdout", "0",
                "--output", "-")  # fmt: skip
    assert "scenario" not in plain.raw.decode().splitlines()[0].split(",")
    assert len(plain.raw.splitlines()) == len(rows) + 1
    assert run("export", "csv", "--store", own, "--scenario", "Nope", "--output", "-").code == 1


def test_a_list_says_the_segment_of_three_months_before(own: Path) -> None:
    shop = open_store(own)
    as_of = shop.settle(Filters()).as_of
    assert as_of is not None
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - 3, 12)
    before = dict(
        zip(
            *(shop.rfm(as_of=as_of.replace(year=year, month=month + 1))[name].to_pylist()
              for name in ("customer_id", "rfm_segment")), strict=True,
        )
    )  # fmt: skip
    rows = shop.customers().select(["customer_id", "previous_rfm_segment", "first_order"])
    told = {row["customer_id"]: row["previous_rfm_segment"] for row in rows.to_pylist()}
    assert {one for one in told.values() if one}
    assert told == {customer: before.get(customer) for customer in told}
    early = shop.customers(as_of=shop.shop().first_day)
    assert early["previous_rfm_segment"].null_count == early.num_rows


def test_what_leaves_is_written_down_and_can_be_read(run: Run, own: Path, tmp_path: Path) -> None:
    words = ("export", "csv", "--store", own, "--returns", "exclude", "--column", "customer_id")
    out = run(*words, "--output", "-")
    assert run(*words, "--name", "VIP", "--output", tmp_path / "out").code == 0
    rows = run("exports", "--store", own, "--format", "json").json
    mine = [row for row in rows if row["lists"] == "VIP"]
    assert {row["file"] for row in mine} == {"vip.csv", "vip.manifest.json", "vip.audience.csv"}
    assert {row["sha256"] for row in mine if row["file"] == "vip.csv"} == {
        hashlib.sha256((tmp_path / "out" / "vip.csv").read_bytes()).hexdigest()
    }
    piped = next(row for row in rows if row["lists"] == "list")
    assert piped["sha256"] == hashlib.sha256(out.raw).hexdigest()
    assert piped["rows"] == out.raw.count(b"\n") - 1
    assert json.loads(piped["filters"]) == {"returns": "exclude"}
    assert piped["who"] == getpass.getuser()
    held = (own / "exports.jsonl").read_text()
    assert run(*words, "--output", "-").code == 0
    assert (own / "exports.jsonl").read_text().startswith(held)


def test_no_log_without_a_store(run: Run, tmp_path: Path) -> None:
    assert run("exports", "--store", tmp_path / "nowhere").code == 1


def test_lists_from_a_file_and_a_french_spreadsheet(run: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "lists.yaml").write_text(
        "profile: csv-excel-fr\nholdout: 0\nlists:\n"
        "- {name: Meilleurs, rule: {top: revenue, count: 5}, action: VIP}\n"
        "- {name: Reste, rule: {not: {column: rfm_segment, in: [Lost]}}}\n"
    )
    ran = run("export", "csv", "--store", own, "--lists", tmp_path / "lists.yaml",
              "--output", tmp_path / "out")  # fmt: skip
    assert ran.code == 0, ran.err
    content = (tmp_path / "out" / "meilleurs.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 5
    assert {row["action_code"] for row in rows} == {"VIP"}
    assert "," in rows[0]["revenue"]


def test_a_list_that_cannot_leave_ends_with_one(run: Run, own: Path, tmp_path: Path) -> None:
    ran = run("export", "meta", "--store", own, "--output", tmp_path / "out")
    assert ran.code == 1
    assert "Hint" in ran.err
    assert not (tmp_path / "out").exists()
    assert run("export", "nope", "--store", own).code == 1
    assert run("export", "csv", "--store", own, "--holdout", "a lot").code == 1
    dry = run("export", "csv", "--store", own, "--dry-run")
    assert (dry.code, dry.raw) == (0, b"")


def test_contacts_serve_one_export_and_leave_no_trace(run: Run, own: Path, tmp_path: Path) -> None:
    ids = open_store(own).rfm()["customer_id"].to_pylist()
    lines = "".join(f"{one},secret{one}@example.com,yes\n" for one in ids)
    (tmp_path / "c.csv").write_text("customer_id,email,consent\n" + lines)
    ran = run("export", "klaviyo", "--store", own, "--contacts", tmp_path / "c.csv",
              "--holdout", "0", "--output", tmp_path / "out")  # fmt: skip
    assert ran.code == 0, ran.err
    sent = (tmp_path / "out" / "list.csv").read_text()
    assert f"secret{ids[0]}@example.com" in sent
    kept = b"".join(one.read_bytes() for one in own.rglob("*") if one.is_file())
    assert b"secret" not in kept
    log = json.loads((own / "exports.jsonl").read_text().splitlines()[-1])
    assert (log["profile"], log["rows"]) == ("klaviyo", len(ids))


def test_read_back_of_an_export_made_earlier(run: Run, own: Path, tmp_path: Path) -> None:
    last = open_store(own).shop().last_day
    day = last.replace(year=last.year - 1)
    run("export", "csv", "--store", own, "--as-of", day, "--holdout", "40%", "--output",
        tmp_path / "out")  # fmt: skip
    audience = tmp_path / "out" / "list.audience.csv"
    rows = run("readback", audience, "--store", own, "--format", "json").json
    assert [row["measure"] for row in rows] == ["buyers", "orders", "revenue"]
    groups = [line["group"] for line in csv.DictReader(audience.read_text().splitlines())]
    assert rows[0]["treated_customers"] == groups.count("treated")
    assert rows[0]["low"] <= rows[0]["difference"] <= rows[0]["high"]
    assert run("readback", audience, "--store", own, "--as-of", day).code == 1


@pytest.mark.parametrize("suffix", ["html", "pptx", "xlsx"])
def test_report_is_that_of_the_library(run: Run, own: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r.{suffix}"
    ran = run("report", "--store", own, "--output", path, "--returns", "exclude")
    assert ran.code == 0, ran.err
    assert path.read_bytes() == open_store(own).report(suffix, returns="exclude")


def test_a_workbook_goes_to_stdout(run: Run, own: Path) -> None:
    raw = run("report", "--store", own, "--format", "xlsx").raw
    assert openpyxl.load_workbook(io.BytesIO(raw)).sheetnames[0] == "At a glance"


@pytest.mark.browser
def test_images_come_as_a_zip(run: Run, own: Path, tmp_path: Path) -> None:
    ran = run("report", "--store", own, "--format", "svg", "--screen", "overview", "--screen",
              "data", "--output", tmp_path / "v.zip")  # fmt: skip
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(tmp_path / "v.zip") as archive:
        assert "data/habitue-01-waterfall-lines.svg" in archive.namelist()
        drawing = archive.read("overview/habitue-01-revenue.svg").decode()
    assert "Source:" in drawing
    day = open_store(own).shop().last_day
    for word in text("filters.chip_as_of", "en", day=day).split():
        assert word in drawing
    assert "Revenue by month" in drawing
    assert run("report", "--store", own, "--format", "svg", "--screen", "nope").code == 1


@pytest.mark.browser
def test_scenarios_are_drawn_side_by_side(run: Run, own: Path, tmp_path: Path) -> None:
    for name, levers in list(PRESETS.items())[:2]:
        (tmp_path / f"{name}.yaml").write_text(
            Scenario(name=name, levers=levers).to_yaml(), "utf-8"
        )
    first, second = sorted(tmp_path.glob("*.yaml"))
    ran = run("report", "--store", own, "--format", "svg", "--screen", "scenarios", "--plan", first,
              "--plan", second, "--output", tmp_path / "v.zip")  # fmt: skip
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(tmp_path / "v.zip") as archive:
        (name,) = (one for one in archive.namelist() if "scenario-compare" in one)
        drawing = archive.read(name).decode()
    assert first.stem in drawing
    assert second.stem in drawing


def test_a_customer_is_forgotten_everywhere(run: Run, own: Path, sources: list[Path]) -> None:
    assert run("ingest", *sources, "--preset", "plain", "--store", own).code == 0
    home = Store(own)
    before = {one.id for one in home.snapshots()}
    assert len(before) == 2
    shop = open_store(own)
    who = shop.rfm()["customer_id"][0].as_py()
    whole = shop.kpis()
    assert run("erase", who, "--store", own).code == 1
    ran = run("erase", who, "--store", own, "--yes")
    assert ran.code == 0, ran.err
    after = home.snapshots()
    assert len(after) == 2
    assert before.isdisjoint(one.id for one in after)
    for manifest in after:
        assert home.holds(manifest.id)
        for table in TABLES:
            path = home.table(manifest.id, table)
            (left,) = duckdb.execute(
                "SELECT count(*) FROM read_parquet(?) WHERE customer_id = ?", [str(path), who]
            ).fetchall()
            assert left == (0,)
        assert who.encode() not in b"".join(
            one.read_bytes() for one in home.folder(manifest.id).glob("manifest.json")
        )
    shop = open_store(own)
    assert who not in shop.rfm()["customer_id"].to_pylist()
    assert shop.kpis().customers_ever == whole.customers_ever - 1
    assert shop.check().raw["lines"] == sum(
        lines for _, lines, _ in shop.check().excluded
    ) + shop.check().kept["lines"]  # fmt: skip
    assert run("erase", who, "--store", own, "--yes").code == 1
