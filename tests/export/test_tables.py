"""Files read back equal, explain themselves, and run nothing in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from habitue.errors import RequestError
from habitue.export import tables
from habitue.export.tables import About, file_of
from habitue.export.writing import Form

ABOUT = About(
    name="habitue-customers",
    title="Clients et scores",
    lang="fr",
    as_of=dt.date(2011, 12, 9),
    facts={"rule_set": "table", "filters": {"countries": ["France"]}},
    told=(("Filtres", "France · retours inclus"),),
    columns={"customer_id": "Client"},
    terms=("rfm_scores",),
)
ROWS = pa.table(
    {
        "customer_id": ["007", "=1+1", "@cmd", "-2+3", "+33612345678", None],
        "recency_days": pa.array([1, 2, 3, None, 5, 6], pa.int64()),
        "monetary": pa.array([Decimal(one) for one in ("1.5", "-2.25", "0", "3", "4", "5.1234")],
                             pa.decimal128(18, 4)),
        "revenue_share": [0.5, 0.25, None, 0.1, 0.1, 0.05],
        "as_of": pa.array([dt.date(2011, 12, 9)] * 6),
    }
)  # fmt: skip


def test_workbook_holds_the_same_values_as_text_numbers_and_dates() -> None:
    name, content = file_of(ROWS, "xlsx", ABOUT)
    assert name == "habitue-customers.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet, about = book.worksheets
    assert [cell.value for cell in sheet[1]] == ROWS.column_names
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E7"
    for row, expected in enumerate(ROWS.to_pylist(), start=2):
        found = [cell.value for cell in sheet[row]]
        day = found.pop()
        assert day.date() == expected.pop("as_of")
        money = expected.pop("monetary")
        assert found.pop(2) == pytest.approx(float(money))
        assert found == list(expected.values())
        assert all(cell.data_type != "f" for cell in sheet[row])
    assert sheet["C2"].number_format == "#,##0.00"
    assert sheet["D2"].number_format == "0.0%"
    told = {
        about.cell(row, 1).value: about.cell(row, 2).value for row in range(1, about.max_row + 1)
    }
    assert told["Filtres"] == "France · retours inclus"
    assert told["customer_id"] == "Client"
    assert "D25 Scores RFM" in told


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_archive_holds_the_file_and_its_manifest(form: Form) -> None:
    name, content = file_of(ROWS, form, ABOUT)
    assert name == f"habitue-customers.{form}.zip"
    archive = zipfile.ZipFile(io.BytesIO(content))
    rows = archive.read(f"habitue-customers.{form}")
    told = json.loads(archive.read("habitue-customers.manifest.json"))
    assert told["files"] == [
        {"name": f"habitue-customers.{form}", "rows": 6, "bytes": len(rows),
         "sha256": hashlib.sha256(rows).hexdigest()}
    ]  # fmt: skip
    assert told["columns"] == ROWS.column_names
    assert told["as_of"] == "2011-12-09"
    assert told["basis"]["rule_set"] == "table"
    assert told["terms"] == {"rfm_scores": "D25"}
    if form == "parquet":
        assert pq.read_table(io.BytesIO(rows)) == ROWS
        return
    found = list(csv.reader(io.StringIO(rows.decode())))
    assert found[0] == ROWS.column_names
    assert [row[0] for row in found[1:]] == ["007", "'=1+1", "'@cmd", "'-2+3", "+33612345678", ""]
    assert [row[2] for row in found[1:]] == ["1.50", "-2.25", "0.00", "3.00", "4.00", "5.1234"]


def test_the_same_table_gives_the_same_bytes() -> None:
    forms: tuple[Form, ...] = ("csv", "parquet")
    for form in forms:
        assert file_of(ROWS, form, ABOUT) == file_of(ROWS, form, ABOUT)
    one, other = (file_of(ROWS, "xlsx", ABOUT)[1] for _ in range(2))
    assert one == other


def test_empty_tables_are_files_too() -> None:
    forms: tuple[Form, ...] = ("csv", "parquet", "xlsx")
    for form in forms:
        assert file_of(ROWS.slice(0, 0), form, ABOUT)[1]


def test_more_rows_than_a_sheet_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_SHEET_ROWS", 5)
    with pytest.raises(RequestError) as caught:
        file_of(ROWS, "xlsx", ABOUT)
    assert caught.value.key == "too_many_rows_for_xlsx"
