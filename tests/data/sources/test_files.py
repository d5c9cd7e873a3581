"""Files of every kind give the same lines, whatever they are called and wrapped in."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.data.sources.conftest import HEADER, LINES, SHOP, Read, Write

from habitue.data.mapping import Mapping
from habitue.data.sources import fingerprint, load
from habitue.errors import ContentError
from habitue.workspace.intake import look

KEYS = ("order_id", "customer_id", "moment", "product", "description", "quantity", "price",
        "amount", "country")  # fmt: skip
ACCENTS = SHOP.replace("GLASS BALL", '"BOULE DE NOËL, 5 €"')


def content(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in KEYS) for row in rows]


def cells(text: str) -> list[list[object]]:
    def cell(text: str) -> object:
        return float(text) if text.replace(".", "", 1).isdigit() else text or None

    return [[cell(one) for one in line.split(",")] for line in text.splitlines()]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


@pytest.fixture
def plain(write: Write, read: Read) -> list[tuple[Any, ...]]:
    return content(read(write("plain.csv", SHOP))[1])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(
    write: Write, read: Read, plain: list[tuple[Any, ...]], delimiter: str, end: str
) -> None:
    text = SHOP.replace(",", delimiter).replace("\n", end)
    loaded, rows = read(write("a.txt", text))
    assert content(rows) == plain
    assert loaded.mapping.delimiter == delimiter


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"),
     ("cp1252", "cp1252")],
)  # fmt: skip
def test_encodings(write: Write, read: Read, encoding: str, found: str) -> None:
    loaded, rows = read(write("a.csv", ACCENTS.encode(encoding)))
    assert rows[0]["description"] == "BOULE DE NOËL, 5 €"
    assert loaded.mapping.encoding == found


def test_latin_1_is_told_by_what_windows_lacks(write: Write, read: Read) -> None:
    text = SHOP.replace("GLASS BALL", "NO\u00cbL \u0081")
    loaded, rows = read(write("a.csv", text.encode("latin-1")))
    assert loaded.mapping.encoding == "iso8859-1"
    assert rows[0]["description"] == "NOËL \x81"


def test_an_accent_far_below_the_head_still_counts(write: Write, read: Read) -> None:
    lines = (LINES[0] + "\n") * 20_000 + LINES[2].replace("France", "Réunion") + "\n"
    _, rows = read(write("a.csv", f"{HEADER}\n{lines}".encode("cp1252")))
    assert rows[-1]["country"] == "Réunion"


def test_mixed_line_ends(write: Write, read: Read, plain: list[tuple[Any, ...]]) -> None:
    text = SHOP.replace("\n", "\r\n").replace("\r\n", "\n", 1)
    assert content(read(write("a.csv", text))[1]) == plain


def test_quotes_and_breaks_inside_values(write: Write, read: Read) -> None:
    text = SHOP.replace("GLASS BALL", '"A ""big"", round\nball"')
    assert read(write("a.csv", text))[1][0]["description"] == 'A "big", round\nball'


def test_title_above_the_header(write: Write, read: Read, plain: list[tuple[Any, ...]]) -> None:
    assert content(read(write("a.csv", f"Export of May\n{SHOP}"))[1]) == plain


def test_columns_in_another_order(write: Write, read: Read, plain: list[tuple[Any, ...]]) -> None:
    turned = "\n".join(",".join(line.split(",")[::-1]) for line in SHOP.splitlines())
    loaded, rows = read(write("a.csv", SHOP), write("b.csv", turned))
    assert content(rows) == plain * 2
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [source.parts for source in loaded.sources] == [(("a.csv", 3),), (("b.csv", 3),)]


def test_other_spelling_of_the_same_headers(
    write: Write, read: Read, plain: list[tuple[Any, ...]]
) -> None:
    older = SHOP.replace("Invoice,", "InvoiceNo,").replace("Price", "UnitPrice")
    older = older.replace("Customer ID", "CustomerID")
    assert content(read(write("a.csv", SHOP), write("b.csv", older))[1]) == plain * 2


@pytest.mark.parametrize("name", ["a.csv.gz", "a.gz", "a.csv"])
def test_gzip(write: Write, read: Read, plain: list[tuple[Any, ...]], name: str) -> None:
    assert content(read(write(name, gzip.compress(SHOP.encode())))[1]) == plain


def test_zip_members_are_stacked(write: Write, read: Read, plain: list[tuple[Any, ...]]) -> None:
    body = zipped(**{"b.csv": SHOP, "a.csv": SHOP, "readme.md": "hello", "__MACOSX/._a.csv": "x"})
    loaded, rows = read(write("shop.zip", body))
    assert content(rows) == plain * 2
    assert loaded.sources[0].parts == (("shop.zip/a.csv", 3), ("shop.zip/b.csv", 3))


def test_path_traversal_leads_nowhere(write: Write, read: Read, tmp_path: Path) -> None:
    body = zipped(**{"../../evil.csv": SHOP, "/tmp/evil-habitue.csv": SHOP})
    assert read(write("in/shop.zip", body))[0].rows == 6
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "shop.zip"]
    assert not Path("/tmp/evil-habitue.csv").exists()


def test_workbook_sheets_are_stacked(
    write: Write, read: Read, plain: list[tuple[Any, ...]]
) -> None:
    body = workbook(
        One=cells(SHOP), Notes=[["Read", "me"], ["please", 1]], Two=cells(SHOP), Empty=[]
    )
    loaded, rows = read(write("a.xlsx", body))
    assert content(rows) == plain * 2
    assert [row["part"] for row in rows] == ["One"] * 3 + ["Two"] * 3
    assert loaded.warnings == (("sheet_ignored", {"file": "a.xlsx", "sheet": "Notes"}),)


def hiding(body: bytes, **states: str) -> bytes:
    """Hide sheets of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    for name, state in states.items():
        book[name].sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("named", [False, True])
def test_a_hidden_sheet_beside_a_visible_one_is_left_out_and_said(
    write: Write, read: Read, plain: list[tuple[Any, ...]], state: str, named: bool
) -> None:
    body = workbook(Old=cells(SHOP), Sales=cells(SHOP), Codes=[["Code", "Name"], ["A", "Pot"]])
    path = write("a.xlsx", hiding(body, Old=state, Codes=state))
    mapping = Mapping(profile="online-retail") if named else None
    loaded, rows = read(path, mapping=mapping)
    assert content(rows) == plain
    assert loaded.warnings == (
        ("sheet_hidden", {"file": "a.xlsx", "sheet": "Old"}),
        ("sheet_ignored", {"file": "a.xlsx", "sheet": "Codes"}),
    )
    seen = look([path], mapping=mapping)
    assert [part.label for part in seen.parts] == ["Sales", "Codes"]
    assert seen.warnings == loaded.warnings[:1]


def test_hidden_sheets_are_the_data_where_no_visible_one_holds_lines(
    write: Write, read: Read, plain: list[tuple[Any, ...]]
) -> None:
    body = hiding(workbook(Board=[["Sales"], [9]], Lines=cells(SHOP)), Lines="hidden")
    loaded, rows = read(write("a.xlsx", body))
    assert content(rows) == plain
    assert loaded.warnings == (
        ("sheet_hidden_read", {"file": "a.xlsx", "sheet": "Lines"}),
        ("sheet_ignored", {"file": "a.xlsx", "sheet": "Board"}),
    )


def test_a_workbook_hides_nothing_of_another(
    write: Write, read: Read, plain: list[tuple[Any, ...]]
) -> None:
    """What is shown in one workbook does not stand in for what another hides."""
    write("in/one.xlsx", workbook(Sales=cells(SHOP)))
    two = hiding(workbook(Board=[["Sales"], [9]], Lines=cells(SHOP)), Lines="hidden")
    loaded, rows = read(write("in/two.xlsx", two).parent)
    assert content(rows) == plain * 2
    assert [key for key, _ in loaded.warnings] == ["sheet_hidden_read", "sheet_ignored"]


def test_workbook_with_a_title(write: Write, read: Read, plain: list[tuple[Any, ...]]) -> None:
    body = workbook(S=[["Sales of May"], [], *cells(SHOP), [None] * 8])
    assert content(read(write("a.xlsx", body))[1]) == plain


def test_workbook_errors_name_the_row_people_see(write: Write, read: Read) -> None:
    rows: list[list[object]] = [["Sales"], [], *cells(SHOP)]
    rows[3][3] = "dozen"
    loaded, _ = read(write("a.xlsx", workbook(S=rows)), max_unreadable_share=0.5)
    assert (loaded.samples[0].row, loaded.samples[0].value) == (4, "dozen")


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a"])
def test_wrong_extension_is_read_as_what_it_is(
    write: Write, read: Read, plain: list[tuple[Any, ...]], name: str
) -> None:
    loaded, rows = read(write(name, SHOP))
    assert content(rows) == plain
    assert loaded.warnings == (("extension_differs", {"file": name, "kind": "text"}),)


def test_workbook_called_csv(write: Write, read: Read, plain: list[tuple[Any, ...]]) -> None:
    assert content(read(write("a.csv", workbook(S=cells(SHOP))))[1]) == plain


def test_folder_of_parquet_with_partitions(
    tmp_path: Path, write: Write, read: Read, plain: list[tuple[Any, ...]]
) -> None:
    source = write("plain.csv", SHOP)
    with duckdb.connect() as con:
        con.execute(
            f"COPY (FROM read_csv('{source}')) TO '{tmp_path}/shop' (FORMAT parquet, "
            'PARTITION_BY ("Country"))'
        )
    write("shop/_SUCCESS", "")
    loaded, rows = read(tmp_path / "shop")
    assert sorted(map(str, content(rows))) == sorted(map(str, plain))
    assert len(loaded.sources[0].parts) == 2


@pytest.mark.parametrize("name", ["a[1].csv", "b*.csv", "it's.csv", 'q".csv', "é;--.csv"])
def test_odd_names_name_one_file(write: Write, read: Read, name: str) -> None:
    write("a1.csv", SHOP + SHOP.split("\n", 1)[1])
    write("bx.csv", SHOP + SHOP.split("\n", 1)[1])
    loaded, rows = read(write(name, SHOP))
    assert (len(rows), loaded.sources[0].name) == (3, name)


def test_odd_column_names_reach_no_sql(write: Write, read: Read) -> None:
    odd = "x\"'); DROP TABLE typed_lines; --"
    text = SHOP.replace("Description", '"' + odd.replace('"', '""') + '"')
    mapping = Mapping(customer="Customer ID", moment="InvoiceDate", quantity="Quantity",
                      price="Price", description=odd)  # fmt: skip
    _, rows = read(write("a.csv", text), mapping=mapping)
    assert rows[0]["description"] == "GLASS BALL"


def test_fingerprints_recognise_content(write: Write, tmp_path: Path) -> None:
    one, same = write("1.csv", SHOP), write("2.csv", SHOP)
    other = write("3.csv", SHOP + "\n")
    prints = fingerprint([one, same, other, "postgresql://ann:secret@db/shop"], "lines")
    assert prints[0].sha256 == prints[1].sha256 != prints[2].sha256
    assert (prints[0].name, prints[0].bytes) == ("1.csv", len(SHOP))
    assert (prints[3].name, prints[3].sha256) == ("postgresql://db/shop#lines", None)
    whole = fingerprint([tmp_path])[0]
    one.write_text(SHOP.replace("12", "13"))
    assert fingerprint([tmp_path])[0].sha256 != whole.sha256


def test_load_says_what_it_fingerprinted(write: Write, read: Read) -> None:
    path = write("a.csv", SHOP)
    assert read(path)[0].sources[0].sha256 == fingerprint([path])[0].sha256


def test_progress_ends_at_the_total(write: Write, con: duckdb.DuckDBPyConnection) -> None:
    told: list[tuple[int, int, str]] = []
    load(con, [write("a.csv", SHOP), write("b.csv", SHOP)],
         progress=lambda *step: told.append(step))  # fmt: skip
    assert told[-1] == (2 * len(SHOP), 2 * len(SHOP), "b.csv")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_nothing_stays_behind(write: Write, con: duckdb.DuckDBPyConnection) -> None:
    load(con, [write("a.csv", SHOP), write("b.xlsx", workbook(S=cells(SHOP)))])
    tables = con.sql("SELECT table_name FROM duckdb_tables()").fetchall()
    views = con.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    assert (tables, views) == ([("typed_lines",)], [])


def test_the_mapping_used_reads_the_same_again(write: Write, read: Read) -> None:
    text = "client;date;montant\n7;03/04/2010;1,50\n8;25/12/2010;2,50\n"
    loaded, rows = read(write("a.csv", text))
    again, same = read(write("a.csv", text), mapping=loaded.mapping)
    assert same == rows
    assert again.mapping == loaded.mapping


@pytest.mark.parametrize("above", ["\n", "\n\n", "Sales of 2010\n\n", "\nSales of 2010\n"])
def test_blank_lines_above_the_header_are_no_lines(write: Write, read: Read, above: str) -> None:
    loaded, rows = read(write("a.csv", above + SHOP))
    assert [row["order_id"] for row in rows] == ["489434", "489434", "C489449"]
    assert loaded.unreadable == {}


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        (pa.list_(pa.int64()), [[1, 2], None], ["[1, 2]", None]),
        (pa.struct([("a", pa.int64())]), [{"a": 1}, None], ["{'a': 1}", None]),
        (pa.time64("us"), [dt.time(7, 45), None], ["07:45:00", None]),
    ],
)
def test_parquet_columns_of_other_types_are_read_as_written(
    tmp_path: Path, read: Read, kind: pa.DataType, values: list[object], told: list[str | None]
) -> None:
    path = tmp_path / "shop.parquet"
    columns = {
        "order": ["1", "2"], "customer": ["a", "b"], "date": ["2024-01-05", "2024-01-06"],
        "amount": [1.5, 2.5], "status": pa.array(values, kind),
    }  # fmt: skip
    parquet.write_table(pa.table(columns), path)
    assert [row["status"] for row in read(path)[1]] == told


def test_a_quantity_that_is_a_list_is_unreadable(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "shop.parquet"
    columns = {
        "order": ["1"], "customer": ["a"], "date": ["2024-01-05"], "price": ["1"],
        "quantity": pa.array([[3]], pa.list_(pa.int64())),
    }  # fmt: skip
    parquet.write_table(pa.table(columns), path)
    with pytest.raises(ContentError) as caught:
        read(path)
    assert caught.value.key == "too_many_unreadable"


@pytest.mark.parametrize("above", ["Export caisse 2024\n", "Export caisse 2024;;;\n", "\n;;;\n"])
def test_a_title_above_the_header_is_passed_over(write: Write, read: Read, above: str) -> None:
    path = write("a.csv", above + "N° ticket;Client;Date vente;Montant\nT1;A1;2024-01-25;5,50\n")
    loaded, rows = read(path)
    assert loaded.mapping.customer == "Client"
    assert [row["order_id"] for row in rows] == ["T1"]
