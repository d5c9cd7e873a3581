"""`habitue quality`, and the quality part of `habitue check`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.cli.conftest import Run


def _rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_check_and_quality_tell_the_same(run: Run, sources: list[Path], tmp_path: Path) -> None:
    run("ingest", *sources, "--store", tmp_path)
    before = run("check", *sources, "--format", "json").json["quality"]
    after = run("quality", "--store", tmp_path, "--format", "json").json

    assert before == after
    assert set(after) >= {
        "verdict", "reasons", "findings", "clean", "currency", "lines", "columns", "weekdays",
        "winsorised", "quantity_fence", "price_fence", "granularity",
    }  # fmt: skip
    assert all(set(one) >= {"finding", "severity", "unit", "count", "base", "share", "lines",
                            "left_out", "amount", "facts", "sample"}
               for one in after["findings"])  # fmt: skip
    assert all(len(one["sample"]) <= 10 for one in after["findings"])
    assert after["lines"] == 3_000


def test_rows_of_findings(run: Run, store: Path) -> None:
    rows = _rows(run("quality", "--store", store, "--format", "csv").out)

    assert tuple(rows[0]) == (
        "finding", "severity", "unit", "count", "base", "share", "lines", "left_out", "amount",
    )  # fmt: skip
    severities = [row["severity"] for row in rows]
    assert severities == sorted(severities, key=("serious", "care", "note").index)


@pytest.mark.parametrize("rows", ["columns", "days", "weekdays", "gaps", "prices", "quantities",
                                  "winsorised", "waterfall"])  # fmt: skip
def test_every_table_can_be_taken_away(
    run: Run, store: Path, sources: list[Path], rows: str
) -> None:
    ended = run("quality", "--store", store, "--rows", rows, "--format", "csv")

    assert ended.code == 0
    assert ended.out.count("\n") >= 1
    if rows == "weekdays":
        assert run("check", *sources, "--rows", rows, "--format", "csv").out == ended.out


def test_a_sample_is_rows_of_the_source(run: Run, store: Path, tmp_path: Path) -> None:
    found = run("quality", "--store", store, "--format", "json").json["findings"]
    name = next(one["finding"] for one in found if one["unit"] == "lines" and one["sample"])
    rows = _rows(run("quality", "--store", store, "--sample", name, "--format", "csv").out)
    target = tmp_path / "sample.xlsx"

    assert {"order_id", "customer_id", "amount"} <= set(rows[0])
    assert run("quality", "--store", store, "--sample", name, "--output", target).code == 0
    assert target.stat().st_size > 1_000


def test_bounds_are_obeyed(run: Run, store: Path) -> None:
    words = ("quality", "--store", store, "--format", "json")
    low = run(*words, "--price-bound", "1", "--winsorise", "90%").json
    by_name = {one["finding"]: one for one in low["findings"]}

    assert by_name["price_high"]["facts"] == {"fence": 1.0}
    assert by_name["price_high"]["count"] > 100
    assert {row["share"] for row in low["winsorised"]} == {0.9}


@pytest.mark.parametrize(
    "words", [["--winsorise", "1.5"], ["--price-bound", "0"], ["--sample", "nothing"]]
)
def test_what_cannot_be_asked_is_one_sentence(run: Run, store: Path, words: list[str]) -> None:
    ended = run("quality", "--store", store, *words)

    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert ended.out == ""


@pytest.mark.parametrize(("lang", "word"), [("fr", "Ce que la winsorisation"), ("en", "winsor")])
def test_the_page_opens_with_the_verdict(
    run: Run, sources: list[Path], lang: str, word: str
) -> None:
    page = run("check", *sources, "--lang", lang).out
    shop = run("check", *sources, "--format", "json").json["quality"]

    assert word in page
    assert len(shop["findings"]) + 1 < len(page.splitlines())
