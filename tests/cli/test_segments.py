"""`rfm`, `segments`, `movement`: the contract's columns, the library's rows, refusals in words."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Run

from habitue.core.segments.scoring import Scoring
from habitue.workspace import open_store

RFM = [
    "customer_id", "recency_days", "frequency", "monetary", "r_score", "f_score", "m_score",
    "rfm_score", "rfm_segment",
]  # fmt: skip


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_rfm_columns_and_rows_are_those_of_the_library(
    run: Run, store: Path, tmp_path: Path
) -> None:
    found = _rows(run("rfm", "--store", store, "--format", "csv").out)
    assert list(found[0]) == RFM
    expected = open_store(store).rfm()
    assert [row["customer_id"] for row in found] == expected["customer_id"].to_pylist()
    assert [row["rfm_score"] for row in found] == expected["rfm_score"].to_pylist()
    file = tmp_path / "rfm.parquet"
    assert run("rfm", "--store", store, "--output", file).code == 0
    assert pq.read_table(file) == expected


def test_rfm_keeps_the_segments_asked_for(run: Run, store: Path) -> None:
    found = _rows(
        run("rfm", "--store", store, "--segment", "champions", "--segment", "En sommeil",
            "--format", "csv").out
    )  # fmt: skip
    whole = open_store(store).rfm()["rfm_segment"].to_pylist()
    assert {row["rfm_segment"] for row in found} == {"Champions", "Hibernating"}
    assert len(found) == whole.count("Champions") + whole.count("Hibernating")


def test_options_reach_the_scores(run: Run, store: Path) -> None:
    plain = run("rfm", "--store", store, "--format", "csv").out
    for words in (
        ["--classes", 3], ["--basis", "gross"], ["--window", 90], ["--rules", "six"],
        ["--as-of", "2025-03-01"], ["--returns", "exclude"],
    ):  # fmt: skip
        changed = run("rfm", "--store", store, "--format", "csv", *words)
        assert changed.code == 0, changed.err
        assert changed.out != plain, words


def test_segments_rows_are_those_of_the_library(run: Run, store: Path) -> None:
    found = run("segments", "--store", store, "--format", "json").json
    expected = open_store(store).segments().table
    assert list(found[0]) == expected.column_names
    assert [row["customers"] for row in found] == expected["customers"].to_pylist()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_segments_page_speaks_the_readers_language(run: Run, store: Path, lang: str) -> None:
    page = run("segments", "--store", store, "--lang", lang).out
    assert ("À ne pas perdre" in page) == (lang == "fr")
    assert ("About to Sleep" in page) == (lang == "en")


def test_thresholds_saved_on_a_day_score_another(run: Run, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "june.yaml"
    saved = run("segments", "--store", store, "--as-of", "2025-03-01", "--save-scoring", file)
    assert saved.code == 0
    assert str(file) in saved.err
    found = _rows(run("rfm", "--store", store, "--scoring", file, "--format", "csv").out)
    expected = open_store(store).rfm(scoring=Scoring.read(file))
    assert [row["rfm_score"] for row in found] == expected["rfm_score"].to_pylist()
    twice = run("rfm", "--store", store, "--scoring", file, "--classes", 3)
    assert twice.code == 1
    assert "--classes" in twice.err


def test_movement_adds_up(run: Run, store: Path) -> None:
    shop = open_store(store)
    words = ["movement", "--store", store, "--before", "2025-03-01", "--format", "csv"]
    found = _rows(run(*words).out)
    assert list(found[0])[:4] == ["from_segment", "to_segment", "customers", "share"]
    before = shop.segments(as_of="2025-03-01").base.customers
    assert sum(int(row["customers"]) for row in found if row["from_segment"]) == before
    now = shop.segments().base.customers
    assert sum(int(row["customers"]) for row in found if row["to_segment"]) == now
    assert run(*words, "--thresholds", "recomputed").out != run(*words).out


@pytest.mark.parametrize(
    "words",
    [
        ["rfm", "--segment", "nobody"],
        ["rfm", "--rules", "tabel"],
        ["rfm", "--classes", 7],
        ["segments", "--window", 0],
        ["segments", "--scoring", "absent.yaml"],
        ["movement", "--before", "2999-01-01"],
    ],
)
def test_what_cannot_be_is_one_sentence_and_a_hint(
    run: Run, store: Path, words: list[object]
) -> None:
    ended = run(*words, "--store", store)
    assert ended.code == 1
    assert "Hint:" in ended.err
    assert "Traceback" not in ended.err
    assert not ended.out


def test_movement_needs_a_first_day(run: Run, store: Path) -> None:
    assert run("movement", "--store", store).code == 2
