"""A sample shop reads back the same from every format, byte for byte from every run."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from habitue.data.samples import make_shop, write_shop, writing
from habitue.data.samples.lines import SCHEMA
from habitue.errors import RequestError

LINES, SEED = 3_000, 9
FORMATS = ["parquet", "csv", "xlsx"]


def _read(path: Path) -> list[pa.Table]:
    match path.suffix:
        case ".parquet":
            # Parquet knows no whole seconds: they come back as milliseconds.
            return [pa.parquet.read_table(path).cast(SCHEMA)]
        case ".csv":
            types = pa.csv.ConvertOptions(
                column_types=SCHEMA, strings_can_be_null=True, quoted_strings_can_be_null=False
            )
            return [pa.csv.read_csv(path, convert_options=types)]
        case _:
            book = openpyxl.load_workbook(path, read_only=True)
            sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book]
            return [
                pa.table([list(column) for column in zip(*rows[1:], strict=True)], schema=SCHEMA)
                for rows in sheets
                if rows[0] == tuple(SCHEMA.names)
            ]


@pytest.mark.parametrize("form", FORMATS)
def test_files_read_back_equal(tmp_path: Path, form: str) -> None:
    written = write_shop(tmp_path, LINES, seed=SEED, format=form)
    shop = make_shop(LINES, seed=SEED)
    parts = [table for path in written.sources for table in _read(path)]
    assert len(parts) == 2
    for part, table in enumerate(parts):
        assert table.equals(shop.table(part))


@pytest.mark.parametrize("form", FORMATS)
def test_a_seed_writes_the_same_bytes(tmp_path: Path, form: str) -> None:
    one, two = (
        write_shop(tmp_path / name, LINES, seed=SEED, format=form) for name in ("one", "two")
    )
    assert [path.read_bytes() for path in one.sources] == [
        path.read_bytes() for path in two.sources
    ]
    assert (tmp_path / "one/truth.json").read_bytes() == (tmp_path / "two/truth.json").read_bytes()


def test_the_truth_stands_beside_the_files(tmp_path: Path) -> None:
    written = write_shop(tmp_path, LINES, seed=SEED)
    truth = make_shop(LINES, seed=SEED).truth
    told = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert told == truth.to_dict() == written.truth.to_dict()
    assert told["raw"]["lines"] == LINES
    assert told["settings"]["models"][0]["name"] == "retail"
    customers = pa.parquet.read_table(tmp_path / "truth.parquet")
    assert customers.cast(truth.customers.schema).equals(truth.customers)
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert found == {
        "orders/part-1.parquet", "orders/part-2.parquet", "truth.json", "truth.parquet",
    }  # fmt: skip


def test_progress_ends_with_every_line(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_shop(tmp_path, LINES, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (LINES, LINES)


def test_a_sheet_that_would_overflow_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SHEET_LINES", 1_000)
    with pytest.raises(RequestError) as refused:
        write_shop(tmp_path, LINES, format="xlsx")
    assert refused.value.key == "sample_too_big_for_xlsx"
    assert "1,000" in refused.value.what("en")
    assert not list(tmp_path.rglob("*.xlsx*"))


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        write_shop(tmp_path, LINES, format="ods")
    assert refused.value.facts["allowed"] == FORMATS
    assert not list(tmp_path.iterdir())
