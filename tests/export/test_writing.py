"""Files read back by other programs hold the same values, and nothing that runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.export.formats import Dialect, csv_bytes
from habitue.export.parcel import Memory
from habitue.export.writing import Form, Shape, write

CORPUS = [
    "=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "+1+2", "-1+2", "-2+3+cmd|' /C calc'!A0",
    "\t=1", "\r=1", "+", "-", "=cmd|' /C calc'!A0", "+cmd|x", " =1+1", "-a", "\n=1", "@",
]  # fmt: skip
PHONES = ["+33612345678", "+16577770000"]
ROWS = pa.table(
    {
        "customer_id": pa.array(["00012", "7", None, "9"], pa.string()),
        "name": pa.array(["a,b", 'say "hi"', "l1\nl2", "é; è"], pa.string()),
        "orders": pa.array([1, None, 3, -4], pa.int64()),
        "money": pa.array([Decimal("1234.5"), Decimal("-0.1250"), None, Decimal(0)],
                          pa.decimal128(18, 4)),
        "rate": pa.array([0.25, None, float("nan"), -1.5]),
        "day": pa.array([dt.date(2011, 12, 9), None, dt.date(2010, 1, 1), None], pa.date32()),
        "yes": pa.array([True, False, None, True]),
    }
)  # fmt: skip


def _written(rows: pa.Table, form: Form, **shape: Any) -> dict[str, bytes]:
    memory = Memory()
    write(rows, Shape(form=form, **shape), "x", memory)
    return memory.files


def _csv(content: bytes, **how: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), **how))


def test_csv_is_read_back() -> None:
    (header, *lines) = _csv(_written(ROWS, "csv")["x.csv"])
    assert header == ROWS.column_names
    assert lines[0] == ["00012", "a,b", "1", "1234.50", "0.25", "2011-12-09", "true"]
    assert lines[1] == ["7", 'say "hi"', "", "-0.125", "", "", "false"]
    assert lines[2][1] == "l1\nl2"
    assert lines[3][3:5] == ["0.00", "-1.5"]


def test_french_excel_gets_a_mark_semicolons_and_commas() -> None:
    content = _written(ROWS, "csv", delimiter=";", bom=True, decimal_comma=True)["x.csv"]
    assert content.startswith(b"\xef\xbb\xbfcustomer_id;name;orders")
    lines = _csv(content, delimiter=";")
    assert lines[1][3] == "1234,50"
    assert lines[4][1] == "é; è"


def test_excel_keeps_ids_as_text_and_numbers_as_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_written(ROWS, "xlsx")["x.xlsx"])).active
    assert sheet is not None
    (header, first, *_rest) = sheet.iter_rows(values_only=True)
    assert list(header) == ROWS.column_names
    assert first == ("00012", "a,b", 1, 1234.5, 0.25, dt.datetime(2011, 12, 9), True)  # noqa: DTZ001 - workbooks know no zones


def test_parquet_and_json_are_exact() -> None:
    whole = pq.read_table(io.BytesIO(_written(ROWS, "parquet")["x.parquet"]))
    assert whole.schema == ROWS.schema
    told = json.loads(_written(ROWS, "json")["x.json"], parse_float=Decimal)
    assert told[1]["money"] == Decimal("-0.125")
    assert told[2]["rate"] is None
    assert json.loads(_written(ROWS.slice(0, 0), "json")["x.json"]) == []


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_runs_in_a_spreadsheet(text: str) -> None:
    rows = pa.table({"a": [text], "b": ["x"]})
    cell = _csv(_written(rows, "csv")["x.csv"])[1][0]
    assert cell == "'" + text
    sheet = openpyxl.load_workbook(io.BytesIO(_written(rows, "xlsx")["x.xlsx"])).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).replace("_x000D_", "\r").strip() == text.strip()


@pytest.mark.parametrize("text", [*PHONES, "-12.5", "+3", "a=b", "x@y.fr", "1-2"])
def test_phones_and_plain_values_stay_as_they_are(text: str) -> None:
    assert _csv(_written(pa.table({"a": [text]}), "csv")["x.csv"])[1] == [text]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_text_comes_back_or_is_made_safe(texts: list[str], delimiter: str) -> None:
    rows = pa.table({"a": pa.array(texts, pa.string()), "b": pa.array(["z"] * len(texts))})
    blocks = csv_bytes(rows, Dialect(delimiter=delimiter))
    found = list(csv.reader(io.StringIO(blocks.decode(), newline=""), delimiter=delimiter))[1:]
    assert [cell.removeprefix("'") for cell, _ in found] == [one.removeprefix("'") for one in texts]
    assert not any(cell[:1] in {"=", "@", "\t", "\r"} for cell, _ in found)


@given(
    st.integers(0, 50), st.integers(1, 20), st.one_of(st.none(), st.integers(20, 200)),
)  # fmt: skip
def test_parts_hold_every_row_once_within_their_limits(
    count: int, most: int, size: int | None
) -> None:
    rows = pa.table({"id": [f"{one:03d}" for one in range(count)]})
    memory = Memory()
    parts = write(rows, Shape(max_rows=most, max_bytes=size), "x", memory)
    assert [one.name for one in parts] == list(memory.files)
    held = [line[0] for content in memory.files.values() for line in _csv(content)[1:]]
    assert held == rows["id"].to_pylist()
    assert all(one.rows <= most for one in parts)
    assert all(size is None or one.bytes <= size for one in parts)
    assert sum(one.rows for one in parts) == count


def test_a_workbook_beyond_a_sheet_is_split() -> None:
    rows = pa.table({"id": [str(one) for one in range(25)]})
    files = _written(rows, "xlsx", max_rows=10)
    assert list(files) == ["x.xlsx", "x-2.xlsx", "x-3.xlsx"]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "json"])
def test_the_same_rows_give_the_same_bytes(form: Form) -> None:
    assert _written(ROWS, form) == _written(ROWS, form)


def test_an_archive_gives_the_same_bytes() -> None:
    memory = Memory()
    write(ROWS, Shape(max_rows=2), "x", memory)
    assert memory.zipped() == memory.zipped()
