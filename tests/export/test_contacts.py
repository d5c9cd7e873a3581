"""Contact files as shops have them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from habitue.errors import SourceError
from habitue.export.contacts import answer, of, read

LINES = (
    "Identifiant client;E-mail;Téléphone;Prénom;Opt-in;Notes\n00012;a@b.fr;0612345678;Zoé;oui;x\n"
)


@pytest.mark.parametrize(
    "content",
    [LINES.encode(), b"\xef\xbb\xbf" + LINES.encode(), LINES.encode("cp1252"),
     LINES.replace(";", ",").encode(), LINES.replace(";", "\t").encode()],
    ids=["utf-8", "bom", "cp1252", "comma", "tab"],
)  # fmt: skip
def test_csv_whatever_its_dress(content: bytes) -> None:
    found = read("c.csv", content)
    assert found.rows.to_pylist() == [
        {"customer_id": "00012", "email": "a@b.fr", "phone": "0612345678", "first_name": "Zoé",
         "consent": "oui"}
    ]  # fmt: skip
    assert found.unread == ("Notes",)


def test_a_workbook_keeps_its_zeros(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["customer_id", "email"])
    sheet.append(["00012", "a@b.fr"])
    sheet.append([12346, "c@d.fr"])
    held = io.BytesIO()
    book.save(held)
    (tmp_path / "c.xlsx").write_bytes(held.getvalue())
    assert read(tmp_path / "c.xlsx").rows["customer_id"].to_pylist() == ["00012", "12346"]


def test_the_nearest_consent_speaks() -> None:
    rows = pa.table({"id": ["a", "b"], "consent": ["yes", "no"], "consent_ads": ["no", ""]})
    found, ids = of(rows), pa.array(["b", "a", "z"])
    assert found.consents(ids, "consent_ad_user_data") == ["unknown", "no", "unknown"]
    assert found.consents(ids, "consent_email") == ["no", "yes", "unknown"]
    assert of(pa.table({"id": ["a"]})).consents(ids, "consent_ads") is None


@pytest.mark.parametrize(
    ("value", "read_as"),
    [("Subscribed", "yes"), ("opt-out", "no"), ("TRUE", "yes"), ("0", "no"), (None, "unknown")],
)
def test_answers(value: str | None, read_as: str) -> None:
    assert answer(value) == read_as


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx"])
@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01"])
def test_what_is_no_contact_file_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(SourceError):
        read(name, content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        read(tmp_path / "none.csv")
