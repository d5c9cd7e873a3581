"""Files as people save them: titles above, totals below, months without orders, percentages."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from tests.data.sources.conftest import Read, Write

from habitue.errors import ContentError, SourceError
from habitue.schema import Role
from habitue.workspace import check

HEADER = "N° commande;Date;Client;Quantité;Prix unitaire"
ROWS = (
    "1001;12/01/2024;Dupré;2;4,50",
    "1002;25/01/2024;Léa;1;1 234,50",
    "1003;28/02/2024;Zoé;1;3,00",
)
SUM = Decimal("1246.50")


def lines(*rows: str) -> str:
    return "\r\n".join(rows) + "\r\n"


@pytest.mark.parametrize(
    "above",
    [
        ("Ventes 2024;;;;", ";;;;", "Exporté le 01/03/2024;;;;"),
        ("Ventes 2024", "", "Exporté le 01/03/2024"),
        ("sep=;", ),
        (";;;;", "Ventes;;;;"),
    ],
)  # fmt: skip
def test_titles_above_the_header(write: Write, read: Read, above: tuple[str, ...]) -> None:
    loaded, found = read(write("a.csv", lines(*above, HEADER, *ROWS).encode("cp1252")))
    assert loaded.mapping.customer == "Client"
    assert sum(row["amount"] for row in found) == SUM


@pytest.mark.parametrize("total", ["Total;;;4;", "TOTAL GÉNÉRAL;;;4;1 242,00"])
def test_a_row_of_totals_at_the_end_is_left_out_and_said(write: Write, total: str) -> None:
    fall, loaded = check([write("a.csv", lines(HEADER, *ROWS, total))])
    assert (fall.kept.lines, fall.kept.amount, loaded.rows) == (3, SUM, 4)
    assert [(one.reason, one.lines) for one in fall.excluded] == [("unreadable", 1)]
    assert ("unreadable_lines", {"role": "moment", "count": 1}) in loaded.warnings


def test_each_sheet_may_end_in_its_totals(write: Write) -> None:
    book = openpyxl.Workbook()
    for title, month in (("Janvier", 1), ("Février", 2)):
        sheet = book.create_sheet(title)
        sheet.append([f"Ventes de {title}"])
        sheet.append(["Commande", "Date", "Client", "Montant"])
        for day in range(1, 4):
            sheet.append([100 * month + day, dt.date(2024, month, day), f"c{day}", 10 * day])
        sheet.append(["Total", None, None, 60])
    body = io.BytesIO()
    book.save(body)
    fall, loaded = check([write("a.xlsx", body.getvalue())])
    assert (fall.kept.lines, fall.kept.amount) == (6, Decimal(120))
    assert loaded.unreadable == {"moment": 2}


@pytest.mark.parametrize(
    "rows",
    [
        ("Total;;;4;", *ROWS),  # in the middle of the table, it is no total
        (*ROWS, "1004;;Zoé;1;3,00"),  # of somebody
        (*ROWS, "1004;bientôt;;1;3,00", "Total;;;4;"),
    ],
)
def test_other_rows_without_a_day_are_not_passed_over(write: Write, rows: tuple[str, ...]) -> None:
    with pytest.raises(ContentError) as refusal:
        check([write("a.csv", lines(HEADER, *rows))])
    assert refusal.value.key == "too_many_unreadable"


def test_a_month_without_orders_is_left_out_and_said(write: Write, read: Read) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("01.csv", lines(HEADER, *ROWS))
        archive.writestr("02.csv", lines(HEADER))
        archive.writestr("lisez-moi.txt", "Bonjour")
    loaded, found = read(write("year.zip", body.getvalue()))
    assert sum(row["amount"] for row in found) == SUM
    left = [facts["file"] for key, facts in loaded.warnings if key == "file_without_lines"]
    assert left == ["year.zip/02.csv", "year.zip/lisez-moi.txt"]


def test_months_without_orders_alone_are_refused(write: Write, read: Read) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("01.csv", lines(HEADER))
        archive.writestr("02.csv", lines(HEADER))
    with pytest.raises(SourceError) as refusal:
        read(write("year.zip", body.getvalue()))
    assert refusal.value.key == "source_header_only"


@pytest.mark.parametrize(
    ("name", "value", "role"),
    [("Remise %", "10", None), ("Remise", "10 %", None), ("discount rate", "0.1", None),
     ("Remise", "1,50", "Remise")],
)  # fmt: skip
def test_a_share_of_a_price_is_no_discount_in_money_and_both_are_said(
    write: Write, read: Read, name: str, value: str, role: str | None
) -> None:
    rows = [f"{row};{value}" for row in ROWS]
    loaded, found = read(write("a.csv", lines(f"{HEADER};{name}", *rows)))
    assert loaded.mapping.columns.get(Role.DISCOUNT) == role
    assert ("discount_left", {"columns": [name]}) in loaded.warnings
    assert sum(row["amount"] for row in found) == SUM
