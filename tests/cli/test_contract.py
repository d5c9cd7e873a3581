"""Names, columns and JSON keys that scripts rely on."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.data.exports import STRIPE

from habitue.cli.app import tree
from habitue.texts import LANGS, Lang
from habitue.workspace import open_store

KPIS = (
    "as_of", "currency", "preset", "returns", "filters", "active_customers", "orders", "revenue",
    "aov", "north_star", "baseline_clv", "revenue_per_cohort_age", "rfm_customers",
)  # fmt: skip
COMMON = {
    "--store", "--engine", "--table", "--as-of", "--from", "--to", "--country", "--returns",
    "--min-order", "--customer-type", "--kinds", "--grain", "--anonymous", "--margin",
    "--wholesale-factor", "--keep-truncated", "--snapshot", "--format", "--output", "--lang",
}  # fmt: skip


def flags(command: str) -> set[str]:
    return {flag for param in tree().commands[command].params for flag in param.opts}


def test_commands_of_the_contract_are_there() -> None:
    expected = ["demo", "fetch", "ingest", "check", "serve", "kpis", "snapshots", "doctor"]

    assert [name for name in tree().commands if name in expected] == expected


def test_options_of_the_contract_are_there() -> None:
    assert flags("kpis") >= COMMON
    assert flags("demo") >= {"--lines", "--seed", "--no-serve", "--store"}
    assert flags("ingest") >= {"--mapping", "--preset", "--store", "--table"}
    assert flags("check") >= {"--mapping", "--preset", "--format", "--output"}
    assert flags("serve") >= {"--host", "--port", "--no-browser", "--store"}
    assert flags("snapshots") >= {"--use", "--store", "--format"}


@pytest.mark.parametrize("lang", LANGS)
def test_tables_are_headed_in_the_reader_s_words(run: Run, store: Path, lang: Lang) -> None:
    day = open_store(store).shop().last_day - dt.timedelta(days=120)
    for words in (["rfm"], ["clv"], ["movement", "--before", day], ["forecast", "--months", 1]):
        given = [*words, "--store", store, "--lang", lang]
        names = run(*given, "--format", "csv").out.splitlines()[0].split(",")
        page = run(*given).out.splitlines()
        head = next(line for line in page if line.strip() and not line.endswith((".", ":")))
        assert "_" not in head
        assert len(re.split(r" {3,}", head.strip())) == len(names)


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet", "xlsx"])
def test_every_answer_is_written_in_every_format(
    run: Run, store: Path, form: str, tmp_path: Path
) -> None:
    day = open_store(store).shop().last_day - dt.timedelta(days=120)
    list_ = ["export", "csv", "--store", store, "--output", tmp_path, "--as-of", day,
             "--holdout", "50%"]  # fmt: skip
    assert run(*list_).code == 0
    (audience,) = tmp_path.glob("*.audience.csv")
    asked = [[name, "--store", store] for name, found in tree().commands.items()
             if {"--format", "--store"} <= {flag for param in found.params for flag in param.opts}
             and name not in {"report", "movement", "readback"}]  # fmt: skip
    asked.append(["movement", "--store", store, "--before", day])
    asked.append(["readback", audience, "--store", store, "--days", 30])
    assert len(asked) > 10
    for words in asked:
        ended = run(*words, "--format", form)
        assert (ended.code, bool(ended.raw)) == (0, True), (words, ended.err)
        assert "Traceback" not in ended.err


def test_kpis_keys(run: Run, store: Path) -> None:
    found = run("kpis", "--store", store, "--format", "json").json

    assert tuple(found) == KPIS
    assert tuple(found["north_star"]) == ("value", "median", "n")
    assert tuple(found["baseline_clv"]) == ("mean", "median", "trimmed_mean", "n")
    assert tuple(found["revenue_per_cohort_age"]) == ("mean", "by_age")


def test_kpis_are_those_of_the_library(run: Run, store: Path) -> None:
    found = run("kpis", "--store", store, "--returns", "exclude", "--format", "json").json

    assert found == open_store(store).kpis(returns="exclude").to_dict()


def test_kpis_row_holds_the_same_figures(run: Run, store: Path) -> None:
    told = run("kpis", "--store", store, "--format", "json").json
    (row,) = csv.DictReader(io.StringIO(run("kpis", "--store", store, "--format", "csv").out))

    assert [name for name in KPIS if name in row] == [
        "as_of", "currency", "preset", "returns", "filters", "active_customers", "orders",
        "revenue", "aov", "rfm_customers",
    ]  # fmt: skip
    assert float(row["revenue"]) == pytest.approx(told["revenue"], abs=0.005)
    assert float(row["north_star_value"]) == told["north_star"]["value"]
    assert int(row["baseline_clv_n"]) == told["baseline_clv"]["n"]
    assert json.loads(row["filters"]) == {}


def test_check_keys(run: Run, sources: list[Path]) -> None:
    found = run("check", *sources, "--format", "json").json

    assert {"rows", "made", "raw", "kept", "excluded", "no_customer", "warnings"} <= set(found)
    assert found["rows"] == {name: found["raw"][name] for name in ("lines", "amount")}
    assert found["made"] == []
    assert {"lines", "amount"} <= set(found["raw"])
    assert {"lines", "amount", "gross", "returns", "orders"} <= set(found["kept"])
    assert all(tuple(one) == ("reason", "lines", "amount") for one in found["excluded"])
    lines = found["kept"]["lines"] + sum(one["lines"] for one in found["excluded"])
    assert lines == found["raw"]["lines"] == 3_000


def test_check_rows_close(run: Run, sources: list[Path]) -> None:
    rows = list(csv.DictReader(io.StringIO(run("check", *sources, "--format", "csv").out)))
    lines = {row["reason"] or row["step"]: int(row["lines"]) for row in rows}

    assert tuple(rows[0]) == (
        "step", "reason", "lines", "amount", "gross", "returns", "orders", "customers",
    )  # fmt: skip
    excluded = sum(int(row["lines"]) for row in rows if row["step"] == "excluded")
    assert lines["raw"] == lines["kept"] + excluded
    assert lines["kept"] == lines["with_customer"] + lines["no_customer"]


def test_lines_made_stand_apart_on_the_terminal_and_in_files(run: Run, tmp_path: Path) -> None:
    path = STRIPE.write(tmp_path)
    rows = list(csv.DictReader(io.StringIO(run("check", path, "--format", "csv").out)))
    assert [(row["step"], row["reason"], row["lines"]) for row in rows[:3]] == [
        ("rows", "", "4"), ("made", "refund", "2"), ("raw", "", "6"),
    ]  # fmt: skip
    page = [line.split() for line in run("check", path, "--lang", "en").out.splitlines()[1:4]]
    assert page == [
        ["Read", "from", "the", "source", "4", "€561.00"],
        ["+", "Made", "for", "refunds", "2", "-€47.60"],
        ["Lines", "before", "any", "rule", "6", "€513.40", "4", "2"],
    ]
    told = run("ingest", path, "--store", tmp_path / "store", "--lang", "en").err
    assert "5 lines kept of 4 lines read and 2 made out of them" in told


@pytest.mark.parametrize(
    ("words", "filters"),
    [
        (["--as-of", "2025-06-30"], {}),
        (["--from", "2024-01-01", "--to", "2024-12-31"],
         {"start": "2024-01-01", "end": "2024-12-31"}),
        (["--country", "France", "--country", "Germany"], {"countries": ["France", "Germany"]}),
        (["--min-order", "49.90"], {"min_order": "49.90"}),
        (["--kinds", "product,shipping", "--kinds", "voucher"],
         {"kinds": ["product", "shipping", "voucher"]}),
        (["--anonymous", "exclude"], {"anonymous": False}),
        (["--grain", "quarter"], {"grain": "quarter"}),
        (["--customer-type", "wholesale", "--wholesale-factor", "2"],
         {"customer_type": "wholesale", "wholesale_factor": 2.0}),
        (["--keep-truncated"], {"keep_truncated": True}),
        (["--margin", "0.3"], {"margin_rate": "0.3"}),
    ],
)  # fmt: skip
def test_every_filter_arrives(
    run: Run, store: Path, words: list[str], filters: dict[str, object]
) -> None:
    found = run("kpis", "--store", store, "--format", "json", *words).json

    assert found["filters"] == filters
    if "--as-of" in words:
        assert found["as_of"] == "2025-06-30"


def test_nothing_but_data_on_stdout(run: Run, sources: list[Path], tmp_path: Path) -> None:
    first = run("ingest", *sources, "--store", tmp_path / "s")
    again = run("ingest", *sources, "--store", tmp_path / "s")
    report = run("check", *sources, "--format", "json")

    assert len(first.out.split()) == 1
    assert again.out == first.out
    assert "already" in again.err
    assert "already" not in first.err
    assert "online-retail" in first.err
    assert report.json["raw"]["lines"] == 3_000
    assert "online-retail" in report.err


@pytest.mark.data
@pytest.mark.parametrize("preset", ["standard", "plain"])
def test_golden(run: Run, shared: Path, online_retail: Path, tmp_path: Path, preset: str) -> None:
    golden = json.loads((shared / "golden" / "online_retail_II.json").read_text())
    expected = golden[preset]

    report = run("check", online_retail, "--preset", preset, "--format", "json").json
    assert report["raw"]["lines"] == golden["raw"]["lines"]
    assert report["raw"]["amount"] == golden["raw"]["amount"]
    kept = report["kept"] | {"net": report["kept"]["amount"]}
    figures = {name for name in expected["kept"] if not name.startswith("no_customer")}
    assert {name: kept[name] for name in figures} == {
        name: expected["kept"][name] for name in figures
    }
    if preset == "standard":
        excluded = {one["reason"]: [one["lines"], one["amount"]] for one in report["excluded"]}
        assert excluded == expected["excluded"]
        nobody = [report["no_customer"]["lines"], report["no_customer"]["amount"]]
        assert nobody == [
            expected["kept"]["no_customer_lines"],
            expected["kept"]["no_customer_net"],
        ]

    assert run("ingest", online_retail, "--preset", preset, "--store", tmp_path).code == 0
    kpis = run("kpis", "--store", tmp_path, "--returns", "exclude", "--format", "json").json
    assert kpis["north_star"] == expected["north_star_returns_excluded"]
    assert kpis["revenue"] == expected["kept"]["gross"]
    assert kpis["orders"] == expected["kept"]["orders"]
    assert kpis["preset"] == preset
