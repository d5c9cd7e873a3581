"""Whatever a file holds, it is read or refused in words: no stack trace, no half snapshot.

A few examples by default, always the same ones. `HABITUE_FUZZ=2000 pytest tests/data/test_fuzz.py`
runs that many of each, new ones every time.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from habitue.data.manifest import Waterfall
from habitue.data.sources import load
from habitue.data.store import Store
from habitue.errors import HabitueError
from habitue.texts import LANGS
from habitue.workspace import check, ingest, screen

_ASKED: Final = os.environ.get("HABITUE_FUZZ")
MADE: Final = ("shipping_lines", "fee_lines", "refund_lines")
Header = list[str]
Rows = list[list[Any]]


def often(examples: int) -> settings:
    """So many examples, always the same; as many as asked for, new ones, in a long run."""
    return settings(
        max_examples=int(_ASKED or examples),
        derandomize=_ASKED is None,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


_GOOD: Final = {
    "order": ["order", "Invoice", "N° commande", "order_id", "Name"],
    "customer": ["customer", "Customer ID", "client", "Email", "customer_id"],
    "date": ["date", "InvoiceDate", "Date de commande", "created_at", "Created at"],
    "amount": ["amount", "Montant", "total", "Lineitem price"],
    "quantity": ["quantity", "Quantity", "Qté", "qty"],
    "price": ["price", "Unit price", "Prix unitaire", "Price"],
    "country": ["country", "Pays"],
    "product": ["sku", "StockCode", "Produit"],
    "currency": ["currency", "Devise"],
    "status": ["status", "Financial Status"],
}
_odd_names = st.one_of(
    st.sampled_from(["", " ", "order", "Unnamed: 0", '"', "a;b", "a,b", "x\ny", "é", "1", "NULL",
                     "customer ", "CUSTOMER", "<b>", "{0}", "'; DROP TABLE typed_lines; --"]),
    st.text(max_size=12),
)  # fmt: skip
_dates = st.sampled_from(
    ["2024-01-05", "2024-01-05 10:30", "05/01/2024", "25/12/2023", "12/25/2023", "5.1.24",
     "20240105", "2024-01-05T10:30:00Z", "2024-13-45", "45296.5", "1/5/2024 7:05 PM", "0000-00-00",
     "05-01-70", "2024-02-30", "31/02/2024", "9999-12-31"]
)  # fmt: skip
_numbers = st.sampled_from(
    ["1", "-2", "0", "19.90", "19,90", "1 234,50", "1.234,50", "1,234.50", "€12", "12 €", "(5.00)",
     "5-", "1e3", "1e400", "0.000001", "999999999999", "99999999999999999999", "NaN", "-0", "½",
     "١٢", "12.345.678", "--1", "1,2,3", "£-3"]
)  # fmt: skip
_words = st.one_of(
    st.sampled_from(["a", "C1", "ann@x.fr", "0123", "12345.0", "TEST1", "POST", "France", "EUR",
                     "usd", "£", "paid", "=1+1", "'0", "nan", "None", '"', 'a"b', "a,b", "x\ny"]),
    st.text(max_size=8),
)  # fmt: skip
_blank = st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "NULL", "N/A"])
_KINDS: Final = {"date": _dates, "amount": _numbers, "quantity": _numbers, "price": _numbers}


def _cell(kind: str, spoilt: bool) -> st.SearchStrategy[str]:
    usual = _KINDS.get(kind, _words)
    return st.one_of(usual, usual, usual, _blank, _words) if spoilt else usual


@st.composite
def tables(draw: st.DrawFn) -> tuple[Header, Rows]:
    """A header that may be read, and rows that may fit it."""
    wanted = ["order", "customer", "date", draw(st.sampled_from(["amount", "price"]))]
    kinds = wanted + draw(st.lists(st.sampled_from(sorted(_GOOD)), max_size=4))
    if draw(st.integers(0, 9)) == 0:
        kinds = kinds[draw(st.integers(0, 3)) :]
    header = [draw(st.sampled_from(_GOOD[kind])) for kind in kinds]
    for _ in range(draw(st.integers(0, 2))):
        header.append(draw(_odd_names))
        kinds.append("odd")
    order = draw(st.permutations(range(len(header))))
    spoilt = draw(st.booleans())
    # Whole columns of one style are read; rows drawn from few styles make that happen often.
    styles = {
        kind: draw(st.lists(_cell(kind, spoilt), min_size=1, max_size=3))
        for kind in sorted({*kinds})
    }
    rows = [
        [draw(st.sampled_from(styles[kind])) for kind in kinds]
        for _ in range(draw(st.integers(0, 8)))
    ]
    return [header[at] for at in order], [[row[at] for at in order] for row in rows]


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """The bytes of a delimited file, whole or not."""
    header, rows = draw(tables())
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    quoting: Literal[0, 1] = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter, quoting=quoting, lineterminator=ends)
    writer.writerow(header)
    writer.writerows(rows)
    written = held.getvalue()
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        at = draw(st.integers(0, len(written)))
        wound = draw(
            st.sampled_from([delimiter, '"', "\n", "\r", delimiter * 3, "\x00", "\x1a", "#"])
        )
        written = written[:at] + wound + written[at:]
    above = draw(st.sampled_from(["", "", "", "Export\n", "\n\n", f"sep={delimiter}\n"]))
    encoding = draw(
        st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"])
    )
    whole = (above + written).encode(encoding, "replace")
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 9)) == 0 else whole


_moments = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 30))  # noqa: DTZ001 - as files hold them
_plain = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.floats(), _moments,
    st.text(max_size=6), _numbers, _dates,
)  # fmt: skip


@st.composite
def mixed(draw: st.DrawFn) -> tuple[Header, Rows]:
    """A table whose cells may be of any type."""
    header, rows = draw(tables())
    for row in rows:
        for at in range(len(row)):
            if draw(st.integers(0, 3)) == 0:
                row[at] = draw(_plain)
    return header, rows


def as_workbook(path: Path, table: tuple[Header, Rows]) -> None:
    header, rows = table
    book = xlsxwriter.Workbook(
        path, {"nan_inf_to_errors": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for row, cells in enumerate([header, *rows]):
        for column, value in enumerate(cells):
            match value:
                case dt.datetime() if value.year >= 1900:
                    sheet.write_datetime(row, column, value, day)
                case dt.datetime():
                    sheet.write_string(row, column, value.isoformat())
                case bool():
                    sheet.write_boolean(row, column, value)
                case int() | float():
                    sheet.write_number(row, column, value)
                case None:
                    pass
                case _:
                    sheet.write_string(row, column, "".join(filter(str.isprintable, value)))
    book.close()


_TYPES: Final[tuple[tuple[pa.DataType, Callable[[Any], Any]], ...]] = (
    (pa.string(), lambda one: None if one is None else str(one)),
    (pa.binary(), lambda one: None if one is None else str(one).encode("utf-8", "replace")),
    (pa.large_string(), lambda one: None if one is None else str(one)),
    (pa.int64(), lambda one: one if type(one) is int else None),
    (pa.float64(), lambda one: one if type(one) is float else None),
    (pa.timestamp("us"), lambda one: one if isinstance(one, dt.datetime) else None),
    (pa.timestamp("us", "Europe/Paris"), lambda one: one if isinstance(one, dt.datetime) else None),
    (pa.date32(), lambda one: one.date() if isinstance(one, dt.datetime) else None),
    (pa.decimal128(38, 2), lambda one: Decimal(one) if type(one) is int else None),
    (pa.bool_(), lambda one: one if type(one) is bool else None),
    (pa.list_(pa.int64()), lambda one: [one] if type(one) is int else None),
    (pa.null(), lambda _: None),
)


@st.composite
def columns(draw: st.DrawFn) -> pa.Table:
    """A table of typed columns, of any type a file may have."""
    header, rows = draw(mixed())
    arrays = []
    for at in range(len(header)):
        kind, convert = draw(st.sampled_from((_TYPES[0], _TYPES[0], *_TYPES)))
        arrays.append(pa.array([convert(row[at]) for row in rows], kind))
    return pa.Table.from_arrays(arrays, names=header)


def closes(fall: Waterfall) -> None:
    """Every line is kept or has one reason, in lines and in money."""
    assert fall.raw.lines == fall.kept.lines + sum(one.lines for one in fall.excluded)
    assert fall.raw.amount == fall.kept.amount + sum(
        (one.amount for one in fall.excluded), Decimal(0)
    )
    assert fall.kept.amount == fall.kept.gross + fall.kept.returns


def in_words(refusal: HabitueError) -> None:
    """A refusal can be said in both languages."""
    assert all(refusal.say(lang) for lang in LANGS)


def untouched(home: Path) -> None:
    """A store that did not exist before does not exist after."""
    store = Store(home)
    assert not store.exists()
    assert store.snapshots() == []
    assert not [*home.rglob("*.parquet")]


def read_or_refused(name: str, write: Callable[[Path], object]) -> None:
    """Read a file on its own: lines that can be counted, or a refusal in both languages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        try:
            with duckdb.connect() as connection:
                loaded = load(connection, [path])
                (lines, places) = connection.execute(
                    "SELECT count(*), count(DISTINCT position) FROM typed_lines"
                ).fetchall()[0]
        except HabitueError as refusal:
            event("refused: " + refusal.key)
            in_words(refusal)
            return
        event("read")
        made = sum(int(facts["count"]) for key, facts in loaded.warnings if key in MADE)
        assert lines == places == loaded.rows + made
        assert sum(count for _, count in loaded.sources[0].parts) == loaded.rows


def kept_or_untouched(name: str, write: Callable[[Path], object]) -> None:
    """Ingest a file: a whole snapshot whose waterfall closes, or a store as it was before."""
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / name, Path(folder) / "store"
        write(path)
        store = Store(home)
        try:
            done = ingest([path], store=home)
        except HabitueError as refusal:
            event("refused: " + refusal.key)
            in_words(refusal)
            untouched(home)
            return
        event("kept")
        closes(done.manifest.waterfall)
        assert store.current() == done.manifest
        assert store.files(done.manifest)
        assert not [*(home / "staging").glob("*")]
        assert check([path])[0] == done.manifest.waterfall


@often(60)
@given(content=texts())
@example(content=b"")
@example(content=b"\xff\xfe")
@example(content=b'order,customer,date,amount\n"1,ann,2024-01-05,20\n')
def test_a_text_is_read_or_refused(content: bytes) -> None:
    read_or_refused("shop.csv", lambda path: path.write_bytes(content))


@often(40)
@given(table=mixed())
def test_a_workbook_is_read_or_refused(table: tuple[Header, Rows]) -> None:
    read_or_refused("shop.xlsx", lambda path: as_workbook(path, table))


@often(40)
@given(table=columns())
def test_a_parquet_file_is_read_or_refused(table: pa.Table) -> None:
    read_or_refused("shop.parquet", lambda path: parquet.write_table(table, path))


@often(12)
@given(content=texts())
def test_a_text_is_kept_whole_or_not_at_all(content: bytes) -> None:
    kept_or_untouched("shop.csv", lambda path: path.write_bytes(content))


@often(6)
@given(table=mixed())
def test_a_workbook_is_kept_whole_or_not_at_all(table: tuple[Header, Rows]) -> None:
    kept_or_untouched("shop.xlsx", lambda path: as_workbook(path, table))


@often(6)
@given(table=columns())
def test_a_parquet_file_is_kept_whole_or_not_at_all(table: pa.Table) -> None:
    kept_or_untouched("shop.parquet", lambda path: parquet.write_table(table, path))


@often(5)
@given(content=texts())
def test_whatever_is_read_can_be_screened(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        path.write_bytes(content)
        try:
            found = screen([path])
        except HabitueError:
            return
        assert found.quality.lines == found.check.raw["lines"]
        assert set(found.samples) == {one.name for one in found.quality.findings}


@pytest.mark.parametrize("name", ["shop.csv", "shop.xlsx", "shop.parquet", "shop.zip", "shop.gz"])
@often(25)
@given(content=st.one_of(st.binary(max_size=200), texts()))
def test_bytes_under_another_name_are_read_or_refused(name: str, content: bytes) -> None:
    read_or_refused(name, lambda path: path.write_bytes(content))
