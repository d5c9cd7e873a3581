"""Every format reads back as what was written."""

from __future__ import annotations

import csv as csv_reader
import datetime as dt
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.cli.answer import Answer, write
from habitue.cli.options import Format, Output
from habitue.cli.pages import laid_out
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError
from habitue.export import formats

NOON = dt.datetime(2011, 12, 9, 12, 50)  # noqa: DTZ001 - sources know no zones
SHAPE = pa.schema(
    [
        ("customer_id", pa.string()),
        ("amount", pa.decimal128(38, 4)),
        ("orders", pa.int64()),
        ("rate", pa.float64()),
        ("observed", pa.bool_()),
        ("day", pa.date32()),
        ("moment", pa.timestamp("us")),
    ]
)
ROWS = pa.table(
    {
        "customer_id": ["00123", "=1+1", None, 'a "b", c', "line\nbreak", "-5", "+33612345678", ""],
        "amount": [
            Decimal("1.5"),
            Decimal("-0.1250"),
            None,
            Decimal("12345678901234.5600"),
            *[Decimal(0)] * 4,
        ],
        "orders": [1, -2, None, 2**53, 5, 6, 7, 8],
        "rate": [0.1, 1e-9, None, float("nan"), float("inf"), 1e12, -0.5, 2.0],
        "observed": [True, False, None, *[True] * 5],
        "day": [dt.date(2011, 12, 9), None, None, *[dt.date(1999, 1, 1)] * 5],
        "moment": [NOON, None, None, *[NOON] * 5],
    },
    schema=SHAPE,
)
EN = Terminal("en")

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["=SUM(A1)", "@x", "+1+1", "-x", "\tx", 'a"b', "a,b", "a\nb", "-12.5", "+33 6 12"]
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.none() | texts,
            "paid": st.none() | st.decimals(-(10**12), 10**12, places=4),
            "count": st.none() | st.integers(-(2**63), 2**63 - 1),
            "day": st.none() | st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
        }
    ),
    max_size=8,
)
GENERATED = pa.schema(
    [
        ("id", pa.string()),
        ("paid", pa.decimal128(38, 4)),
        ("count", pa.int64()),
        ("day", pa.date32()),
    ]
)


def written(how: Any, table: pa.Table) -> bytes:
    sink = io.BytesIO()
    how(table, sink)
    return sink.getvalue()


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and re.search(formats._FORMULA, cell[1:]) else cell


@given(rows)
def test_csv_reads_back(generated: list[dict[str, Any]]) -> None:
    told = written(formats.csv, pa.Table.from_pylist(generated, schema=GENERATED)).decode()
    found = list(csv_reader.DictReader(io.StringIO(told, newline="")))

    assert told.startswith("id,paid,count,day\n")
    assert [unguarded(row["id"]) for row in found] == [row["id"] or "" for row in generated]
    for name in ("paid", "count", "day"):
        assert [row[name] for row in found if name != "paid"] == [
            "" if row[name] is None else str(row[name]) for row in generated if name != "paid"
        ]
    assert [Decimal(row["paid"]) if row["paid"] else None for row in found] == [
        row["paid"] for row in generated
    ]


@given(rows)
def test_json_reads_back_exactly(generated: list[dict[str, Any]]) -> None:
    told = written(formats.json_rows, pa.Table.from_pylist(generated, schema=GENERATED))
    found = json.loads(told, parse_float=Decimal)

    assert found == [row | {"day": row["day"] and row["day"].isoformat()} for row in generated]


@given(rows)
def test_parquet_reads_back(generated: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(generated, schema=GENERATED)

    assert pa.parquet.read_table(io.BytesIO(written(formats.parquet, table))).equals(table)


def test_csv_to_the_letter() -> None:
    told = written(formats.csv, ROWS).decode()

    assert told.splitlines()[:3] == [
        "customer_id,amount,orders,rate,observed,day,moment",
        "00123,1.50,1,0.1,true,2011-12-09,2011-12-09 12:50:00.000000",
        "'=1+1,-0.125,-2,1e-9,false,,",
    ]
    assert '\n"a ""b"", c",12345678901234.56,' in told
    assert "\r" not in told
    assert "nan" not in told
    assert "inf" not in told


@pytest.mark.parametrize("cell", ["=1", "@a", "+a", "-a", "-", "+1+1", "\tx", "\rx", "-2+3+cmd|x"])
def test_what_a_spreadsheet_would_run_is_guarded(cell: str) -> None:
    told = written(formats.csv, pa.table({"a": [cell]})).decode()

    assert told.removeprefix("a\n").lstrip('"').startswith("'" + cell[0])


@pytest.mark.parametrize("cell", ["-12.5", "+33 6 12 34", "a=b", "00012", "12346.0", " x"])
def test_ids_and_numbers_stay_what_they_are(cell: str) -> None:
    assert written(formats.csv, pa.table({"a": [cell]})).decode() == f"a\n{cell}\n"


def test_workbook_types() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(formats.xlsx, ROWS)))
    header, first, second, third, *_ = book.active.iter_rows()

    assert [cell.value for cell in header] == ROWS.column_names
    assert [cell.value for cell in first] == [
        "00123", 1.5, 1, 0.1, True, dt.datetime.combine(NOON, dt.time()), NOON,
    ]  # fmt: skip
    assert [cell.data_type for cell in first] == ["s", "n", "n", "n", "b", "d", "d"]
    assert (second[0].value, second[0].data_type) == ("=1+1", "s")
    assert [cell.value for cell in third] == [None] * 7


def test_a_moment_with_a_zone_stands_in_a_workbook_as_that_of_utc() -> None:
    noon = NOON.replace(tzinfo=dt.UTC)
    rows = pa.table({"at": pa.array([None, noon], pa.timestamp("s", "UTC"))})
    sheet = openpyxl.load_workbook(io.BytesIO(written(formats.xlsx, rows))).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["at", None, NOON]


def test_workbooks_and_parquet_are_the_same_bytes_again() -> None:
    for how in (formats.xlsx, formats.parquet, formats.csv, formats.json_rows):
        assert written(how, ROWS) == written(how, ROWS)


def test_a_workbook_refuses_what_it_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RequestError) as long:
        written(formats.xlsx, pa.table({"a": ["x" * 32_768]}))
    monkeypatch.setattr(formats, "MAX_SHEET_ROWS", 7)
    with pytest.raises(RequestError) as many:
        written(formats.xlsx, ROWS)

    assert (long.value.key, many.value.key) == ("too_long_for_xlsx", "too_many_rows_for_xlsx")


def test_an_empty_answer_has_its_columns() -> None:
    empty = ROWS.slice(0, 0)

    assert written(formats.csv, empty).decode() == ",".join(ROWS.column_names) + "\n"
    assert json.loads(written(formats.json_rows, empty)) == []
    assert pa.parquet.read_table(io.BytesIO(written(formats.parquet, empty))).schema == SHAPE
    assert laid_out(empty, EN).count("\n") == 1


def test_a_page_says_nothing_where_nothing_was_observed() -> None:
    lines = laid_out(ROWS, EN).splitlines()

    assert "Orders" in lines[0]
    assert "12,345,678,901,234.56" in laid_out(ROWS, EN)
    assert lines[3].split() == ["\N{EN DASH}"] * 7
    assert "10.0%" in lines[1]
    assert "9 Dec 2011" in lines[1]
    assert "1,50" in laid_out(ROWS, Terminal("fr"))


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "xlsx"])
def test_the_name_of_the_file_says_the_format(tmp_path: Path, suffix: str) -> None:
    named, asked = tmp_path / f"a.{suffix}", tmp_path / "a.bin"
    write(Answer(rows=lambda: ROWS), Output(output=named), EN)
    write(Answer(rows=lambda: ROWS), Output(output=asked, format=Format(suffix)), EN)

    assert named.read_bytes() == asked.read_bytes()
    assert Output(output=asked).chosen() is Format.TABLE
    assert {file.name for file in tmp_path.iterdir()} == {named.name, asked.name}


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "a.xlsx"
    place.write_text("before")
    with pytest.raises(RequestError):
        write(Answer(rows=lambda: pa.table({"a": ["x" * 32_768]})), Output(output=place), EN)

    assert place.read_text() == "before"
    assert list(tmp_path.iterdir()) == [place]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        write(Answer(rows=lambda: ROWS), Output(output=tmp_path / "no" / "a.csv"), EN)

    assert refused.value.key == "output_unwritable"
    assert "No such file" in str(refused.value)


def test_a_device_is_written_to_and_stays() -> None:
    write(Answer(rows=lambda: ROWS), Output(output=Path("/dev/null"), format=Format.CSV), EN)

    assert Path("/dev/null").is_char_device()


def test_binary_is_not_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(RequestError) as refused:
        write(Answer(rows=lambda: ROWS), Output(format=Format.PARQUET), EN)

    assert refused.value.key == "binary_to_terminal"
