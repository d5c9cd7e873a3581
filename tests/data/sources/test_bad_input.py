"""Every bad input gets one clear sentence that names the place, and a remedy."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import openpyxl
import pytest
from tests.data.sources.conftest import HEADER, LINES, SHOP, Read, Write

from habitue.data.mapping import Mapping
from habitue.data.sources import load
from habitue.errors import ContentError, HabitueError, MappingError, SourceError

PLAIN = "client,date,montant"


def refusal(path: Path | str, kind: type[HabitueError], key: str) -> HabitueError:
    with duckdb.connect() as con, pytest.raises(kind) as caught:
        load(con, [path])
    error = caught.value
    assert error.key == key
    for lang in ("en", "fr"):
        assert error.what(lang).count("\n") == 0
        assert error.hint(lang)
    return error


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_missing_file(tmp_path: Path) -> None:
    refusal(tmp_path / "none.csv", SourceError, "source_missing")


def test_missing_column_suggests_a_mapping(write: Write) -> None:
    error = refusal(write("a.csv", "Client,Ville\n1,Lyon\n"), MappingError, "mapping_missing")
    assert error.what() == "No column for moment, amount in a.csv; found Client, Ville."
    assert '{customer: "Client", moment: "?", amount: "?"}' in error.hint()


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_empty_file(write: Write, content: str) -> None:
    refusal(write("a.csv", content), SourceError, "source_empty")


def test_header_only(write: Write) -> None:
    refusal(write("a.csv", HEADER + "\n"), SourceError, "source_header_only")


def test_header_only_workbook(write: Write) -> None:
    path = write("a.xlsx", workbook(("S", [list(HEADER.split(","))])))
    refusal(path, SourceError, "source_header_only")


def test_one_line_is_fine(write: Write, read: Read) -> None:
    loaded, rows = read(write("a.csv", f"{HEADER}\n{LINES[0]}\n"))
    assert loaded.rows == 1
    assert str(rows[0]["amount"]) == "83.4000"


def test_text_in_quantity(write: Write) -> None:
    path = write("a.csv", SHOP.replace(",12,", ",a dozen,"))
    error = refusal(path, ContentError, "too_many_unreadable")
    assert error.what().startswith('a.csv, row 2, column Quantity: "a dozen" cannot be read')
    assert "33.33%" in error.what()


def test_few_unreadable_lines_are_counted_and_shown(write: Write, read: Read) -> None:
    good = LINES[0] + "\n"
    bad = LINES[1].replace("-3", "three") + "\n"
    loaded, rows = read(write("a.csv", HEADER + "\n" + good * 60 + bad + good * 60))
    assert loaded.unreadable == {"quantity": 1}
    sample = loaded.samples[0]
    assert (sample.file, sample.row, sample.column, sample.value) == (
        "a.csv", 62, "Quantity", "three")  # fmt: skip
    assert ("unreadable_lines", {"role": "quantity", "count": 1}) in loaded.warnings
    assert [row["position"] for row in rows if row["unreadable"]] == [61]


@pytest.mark.parametrize(
    "date",
    ["2009-02-30 07:45:00", "31/31/2009", "soon", "0001-01-01", "", "infinity", "12345-01-01"],
)
def test_impossible_dates(write: Write, date: str) -> None:
    path = write("a.csv", f"{PLAIN}\n7,{date},12.50\n")
    error = refusal(path, ContentError, "too_many_unreadable")
    assert (error.facts["column"], error.facts["value"]) == ("date", date)


def test_mixed_date_orders_name_one_of_each(write: Write) -> None:
    error = refusal(write("a.csv", f"{PLAIN}\n7,25/12/2010,1.5\n8,12/31/2010,2.5\n"),
                    ContentError, "dates_mixed")  # fmt: skip
    assert "25/12/2010 (a.csv, row 2" in error.what()
    assert "12/31/2010 (a.csv, row 3" in error.what()


def test_ambiguous_dates_ask(write: Write, read: Read) -> None:
    path = write("a.csv", f"{PLAIN}\n7,03/04/2010,1.5\n")
    assert "day_first" in refusal(path, ContentError, "dates_unknown").hint()
    _, rows = read(path, mapping=Mapping(day_first=True))
    assert rows[0]["moment"].strftime("%d %B") == "03 April"
    _, rows = read(path, mapping=Mapping(day_first=False))
    assert rows[0]["moment"].strftime("%d %B") == "04 March"


def test_mixed_currencies(write: Write, read: Read) -> None:
    path = write("a.csv", f"{PLAIN},devise\n7,2010-12-25,1.5,EUR\n8,2010-12-26,2.5,GBP\n")
    error = refusal(path, ContentError, "currencies_mixed_at")
    assert error.what() == (
        "The amounts are in several currencies (EUR, GBP): EUR (a.csv, row 2, column devise) "
        "and GBP (a.csv, row 3, column devise)."
    )
    assert read(path, mapping=Mapping(currency="EUR"))[0].currency == "EUR"


def test_mixed_signs(write: Write) -> None:
    path = write("a.csv", f"{PLAIN}\n7,2010-12-25,£1.50\n8,2010-12-26,€2.50\n")
    error = refusal(path, ContentError, "currencies_mixed_at")
    assert "£1.50 (a.csv, row 2, column montant) and €2.50 (a.csv, row 3" in error.what()


def test_currencies_of_a_column_and_of_signs_in_two_files(write: Write) -> None:
    write("in/a.csv", f"{PLAIN},devise\n7,2010-12-25,1.50,eur\n8,2010-12-26,1.50, EUR\n")
    write("in/b.csv", f"{PLAIN},devise\n7,2010-12-25,$1.50,\n")
    error = refusal(write("in/c.csv", f"{PLAIN},devise\n7,2010-12-25,1.50,€\n").parent,
                    ContentError, "currencies_mixed_at")  # fmt: skip
    assert "eur (a.csv, row 2, column devise) and $1.50 (b.csv, row 2, column montant)" in (
        error.what()
    )


def test_a_folder_of_two_shapes_names_the_file_that_differs(write: Write) -> None:
    write("in/a.csv", SHOP)
    error = refusal(
        write("in/b.csv", "Client,Ville\n1,Lyon\n").parent, MappingError, "mapping_unlike"
    )
    assert error.what() == (
        "b.csv has not the columns of a.csv: Customer ID, InvoiceDate not found among "
        "Client, Ville."
    )


def test_rows_of_nothing_are_no_lines(write: Write) -> None:
    refusal(write("a.csv", SHOP.splitlines()[0] + "\n" + ",,,,,,,\n" * 5), SourceError,
            "source_header_only")  # fmt: skip


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_first_row_without_end_is_not_a_lacking_one(write: Write, quote: str) -> None:
    note = quote + "x" * 3_000_000 + quote
    error = refusal(write("a.csv", f"{PLAIN},note\n7,2010-12-25,1.5,{note}\n"), SourceError,
                    "source_row_broken")  # fmt: skip
    assert error.what() == "a.csv cannot be read beyond row 2."


def test_what_files_bring_along_drives_no_terminal(write: Write) -> None:
    error = refusal(write("a\n\x1b[31m.csv", f"{PLAIN}\n7,2010-12-25,1\x1b[2J.5\n"), ContentError,
                    "too_many_unreadable")  # fmt: skip
    assert error.what().startswith("a\N{REPLACEMENT CHARACTER}[31m.csv, row 2, column montant: "
                                   '"1\N{REPLACEMENT CHARACTER}[2J.5" cannot be read')  # fmt: skip


def test_mixed_decimal_marks(write: Write) -> None:
    path = write("a.csv", "client;date;montant\n7;2010-12-25;1,50\n8;2010-12-26;2.50\n")
    error = refusal(path, ContentError, "decimal_mixed")
    assert (error.facts["value"], error.facts["other_value"]) == ("1,50", "2.50")


def test_unclear_decimal_mark(write: Write, read: Read) -> None:
    path = write("a.csv", "client;date;montant\n7;2010-12-25;1,234\n")
    refusal(path, ContentError, "decimal_unknown")
    _, rows = read(path, mapping=Mapping(decimal=","))
    assert str(rows[0]["amount"]) == "1.2340"
    _, rows = read(path, mapping=Mapping(decimal="."))
    assert str(rows[0]["amount"]) == "1234.0000"


def test_duplicate_headers_are_named(write: Write) -> None:
    path = write("a.csv", SHOP.replace("Description", "Price"))
    assert "Price" in refusal(path, SourceError, "header_twins").what()


def test_duplicate_headers_that_nobody_needs_are_fine(write: Write, read: Read) -> None:
    path = write("a.csv", f"{PLAIN},note,note\n7,2010-12-25,1.5,a,b\n")
    assert read(path)[0].rows == 1


def test_nul_bytes(write: Write) -> None:
    error = refusal(write("a.csv", SHOP.replace("CHERRY", "CHE\0RY")), SourceError, "source_nul")
    assert error.facts["row"] == 3


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_truncated_workbook(write: Write, keep: float) -> None:
    whole = workbook(("S", [HEADER.split(","), *([line.split(",") for line in LINES] * 50)]))
    path = write("a.xlsx", whole[: int(len(whole) * keep)])
    refusal(path, SourceError, "source_truncated")


def test_truncated_parquet(write: Write, tmp_path: Path) -> None:
    with duckdb.connect() as con:
        line = "SELECT 1 AS client, DATE '2010-01-01' AS date, 2.5 AS montant"
        con.execute(f"COPY ({line}) TO '{tmp_path}/a.parquet'")
    whole = (tmp_path / "a.parquet").read_bytes()
    refusal(write("b.parquet", whole[:-20]), SourceError, "source_truncated")
    refusal(write("c.parquet", b""), SourceError, "source_empty")
    refusal(
        write("d.parquet", whole[:4] + b"\0" * 50 + whole[-8:]), SourceError, "source_truncated"
    )


def test_truncated_gzip(write: Write) -> None:
    refusal(write("a.csv.gz", gzip.compress(SHOP.encode())[:-30]), SourceError, "source_truncated")


def test_locked_workbook(write: Write) -> None:
    body = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    refusal(write("a.xlsx", body), SourceError, "source_locked")


def test_damaged_old_workbook(write: Write) -> None:
    refusal(
        write("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        SourceError,
        "source_truncated",
    )


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("a.csv", b"%PDF-1.7 ...", "PDF"), ("a.xls", b"\n<html><table>", "HTML"),
    ("a.csv", b'{"orders": []}', "JSON"),
])  # fmt: skip
def test_foreign_files(write: Write, name: str, content: bytes, kind: str) -> None:
    assert refusal(write(name, content), SourceError, "source_foreign").facts["kind"] == kind


def test_folder_without_data(write: Write) -> None:
    folder = write("shop/readme.md", "hello").parent
    refusal(folder, SourceError, "folder_without_data")


@pytest.mark.parametrize(
    "number", ["1e308", "nan", "inf", "-inf", "1e13", "9" * 40, "1,2,3", "12abc", "0x10"]
)
def test_absurd_numbers(write: Write, number: str) -> None:
    path = write("a.csv", f"client;date;montant\n7;2010-12-25;{number}\n8;2010-12-25;1.50\n")
    error = refusal(path, ContentError, "too_many_unreadable")
    assert error.facts["value"] == number


def test_absurd_product(write: Write) -> None:
    path = write("a.csv", f"{HEADER}\n{LINES[0].replace(',12,', ',900000000000,')}\n")
    error = refusal(path, ContentError, "too_many_unreadable")
    assert error.facts["value"] == "900000000000 \N{MULTIPLICATION SIGN} 6.95"


def test_absurd_floats_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for number in ("'nan'", "'inf'", "1e308", "1e13"):
        with duckdb.connect() as con:
            line = f"SELECT 7 AS client, DATE '2010-01-01' AS date, {number}::DOUBLE AS montant"
            con.execute(f"COPY ({line}) TO '{path}'")
        refusal(path, ContentError, "too_many_unreadable")


def test_two_hundred_columns(write: Write, read: Read) -> None:
    extra = ",".join(f"extra {at}" for at in range(200))
    path = write("a.csv", f"{PLAIN},{extra}\n7,2010-12-25,1.5,{','.join('x' * 200)}\n")
    assert read(path)[0].rows == 1
    path = write("b.csv", f"{extra}\n{','.join('x' * 200)}\n")
    assert "…" in refusal(path, MappingError, "mapping_missing").what()


def test_rows_of_another_width_are_counted(write: Write, read: Read) -> None:
    good = f"{LINES[0]}\n"
    path = write("a.csv", f"{HEADER}\n{good * 150}489434,85048\n{good * 150}")
    loaded, rows = read(path)
    assert loaded.rows == len(rows) == 301
    assert loaded.unreadable == {"line": 1}
    assert (loaded.samples[0].row, loaded.samples[0].value) == (152, "489434,85048")
    refusal(write("b.csv", f"{HEADER}\n{good}1,2\n"), ContentError, "too_many_broken_rows")


def test_open_quotation_mark(write: Write) -> None:
    lines = "\n".join([HEADER, *LINES, '1,"2,3', *LINES * 100])
    assert refusal(write("a.csv", lines), SourceError, "source_row_broken").facts["row"] == 5


def test_zip_bomb(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habitue.data.sources.files.FREE_BYTES", 1 << 20)
    refusal(write("a.csv.gz", gzip.compress(b"0" * (64 << 20))), SourceError, "archive_too_large")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (64 << 20))
    refusal(write("a.xlsx", out.getvalue()), SourceError, "archive_too_large")


def test_archives_that_hold_no_data(write: Write) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.md", "hello")
        archive.writestr("__MACOSX/a.csv", "hello")
    refusal(write("a.zip", out.getvalue()), SourceError, "archive_without_data")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inner.csv.gz", gzip.compress(SHOP.encode()))
    refusal(write("b.zip", out.getvalue()), SourceError, "archive_in_archive")


def test_database_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    duckdb.connect(str(path)).close()
    refusal(path, SourceError, "source_database")


def test_wrong_encoding_in_the_mapping(write: Write, con: duckdb.DuckDBPyConnection) -> None:
    path = write("a.csv", f"{PLAIN}\nZoé,2010-12-25,1.5\n")
    with pytest.raises(SourceError, match="cannot be read as ascii"):
        load(con, [path], mapping=Mapping(encoding="ascii"))


def test_mapping_that_names_no_column(write: Write, con: duckdb.DuckDBPyConnection) -> None:
    mapping = Mapping(customer="Customer ID", moment="InvoiceDate", amount="Prize")
    path = write("a.csv", SHOP)
    with pytest.raises(MappingError, match="did you mean Price") as caught:
        load(con, [path], mapping=mapping)
    assert caught.value.key == "mapping_no_such_column"
