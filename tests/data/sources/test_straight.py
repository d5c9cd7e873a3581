"""The short way and the thorough way fill the same table, and the short one knows its limits."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.data.sources.conftest import HEADER, SHOP, Write

from habitue.data.mapping import Mapping
from habitue.data.sources import load, loading
from habitue.data.sources.lines import AS_READ, let_go
from habitue.data.sources.straight import straight
from habitue.errors import HabitueError

_COLUMNS = HEADER.split(",")
_VALUES = {
    "Invoice": ["489434", "C489449", "007", "489434.0", "", " ", "nan"],
    "StockCode": ["85048", "POST", "12.0", "", "É1"],
    "Description": ["GLASS BALL", "", " ", '"a,b"', '"two\nlines"', "it''s", "None"],
    "Quantity": ["12", "-3", "1.5", "1e3", "x", "", "0.123456", "1000000000000000"],
    "InvoiceDate": ["2009-12-01 07:45:00", "2009-12-01", "2009-12-01 07:45", "2009/12/01",
                    "2009-12-01T07:45:00Z", "2009-12-01 7 PM", "01/12/2009", "31/12/2009", "",
                    "0009-12-01"],
    "Price": ["6.95", "0", "-1.2345", "2,10", "£3", "1.00005", "", "12345.678"],
    "Customer ID": ["13085", "13085.0", "", "12346.0"],
    "Country": ["United Kingdom", "", "Eire"],
}  # fmt: skip
_MOSTLY = {name: st.sampled_from([values[0]] * 12 + values) for name, values in _VALUES.items()}
_rows = st.lists(st.tuples(*(_MOSTLY[name] for name in _COLUMNS)), min_size=1, max_size=12)
_PLAIN = ("489434", "85048", "GLASS BALL", "12", "2009-12-01 07:45", "6.95", "13085", "France")


def _loaded(path: Path, *, short: bool, **options: Any) -> tuple[Any, ...]:
    """Load a file one way or the other; give what came of it, table included."""
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as con:
        if not short:
            patch.setattr(loading, "straight", lambda *_: None)
        try:
            told = load(con, path, max_unreadable_share=1, **options)
        except HabitueError as error:
            return (error.key, error.facts)
        rows = con.sql("FROM typed_lines ORDER BY position").fetchall()
        kinds = con.sql("DESCRIBE typed_lines").fetchall()
        return (told, rows, kinds)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(_rows)
@example([_PLAIN, ("",) * 8, _PLAIN])
@example([("",) * 8])
@example([_PLAIN, ("489434.0", *_PLAIN[1:])])
def test_both_ways_give_the_same(rows: list[tuple[str, ...]]) -> None:
    text = "\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_text(text, "utf-8")
        assert _loaded(path, short=True) == _loaded(path, short=False)


@pytest.mark.parametrize(
    "late",
    [
        "489434,85048,GLASS,12,31/12/2009,6.95,13085,France",
        '489434,85048,GLASS,"1,200",2009-12-01,6.95,13085,France',
        "489434,85048,GLASS,12,2009-12-01,6.123456,13085,France",
        "489434,85048,GLASS,x,2009-12-01,6.95,13085,France",
        "489434,85048,GLASS,12,2009-12-01 7 PM,6.95,13085,France",
        "489434,85048,GLASS,12",
        ",,,,,,,",
    ],
)
def test_a_late_surprise_sends_the_file_the_thorough_way(write: Write, late: str) -> None:
    lines = [",".join(_PLAIN)] * 6_000
    path = write("orders.csv", "\n".join([HEADER, *lines, late, ",".join(_PLAIN)]) + "\n")
    shown: list[tuple[int, int]] = []
    short = _loaded(path, short=True, progress=lambda done, total, _: shown.append((done, total)))
    assert short == _loaded(path, short=False)
    assert all(0 <= done <= total for done, total in shown)
    with duckdb.connect() as con:
        load(con, path, max_unreadable_share=1)
        assert con.sql("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == [
            ("typed_lines",)
        ]


def test_a_plain_file_goes_the_short_way(
    write: Write, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "thorough", lambda *_: pytest.fail("went the thorough way"))
    load(con, write("orders.csv", SHOP.replace("2.1,,", "2.1,12346,")))
    assert con.sql("SELECT position FROM typed_lines").fetchall() == [(1,), (2,), (3,)]
    let_go(con)
    assert con.sql("SELECT table_name FROM duckdb_tables()").fetchall() == []


def test_another_file_may_follow_in_the_same_connection(
    write: Write, con: duckdb.DuckDBPyConnection
) -> None:
    plain = write("plain.csv", SHOP)
    marked = write("marked.csv", SHOP.replace("07:45:00", "7:45 AM"))
    for path, way in ((plain, AS_READ), (marked, "typed_lines"), (plain, AS_READ)):
        load(con, path)
        assert con.sql("SELECT table_name FROM duckdb_tables()").fetchall() == [(way,)]
        assert con.sql("SELECT count(*) FROM typed_lines").fetchall() == [(3,)]


@pytest.mark.parametrize(
    "mapping",
    [
        Mapping(decimal=","),
        Mapping(thousands=" "),
        Mapping(fill_down=True),
        Mapping(currency="EUR", rates={"GBP": Decimal("1.15")}),
        Mapping(no_customer=("13085",)),
    ],
)
def test_a_mapping_that_says_more_is_read_thoroughly(
    write: Write, mapping: Mapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[object] = []

    def noted(*asked: Any) -> Any:
        went.append(straight(*asked))
        return went[-1]

    monkeypatch.setattr(loading, "straight", noted)
    with duckdb.connect() as con:
        load(con, write("orders.csv", SHOP), mapping=mapping, max_unreadable_share=1)
    assert went == [None]


def test_several_files_are_read_thoroughly(write: Write, con: duckdb.DuckDBPyConnection) -> None:
    load(con, [write("a.csv", SHOP), write("b.csv", SHOP)])
    assert con.sql("SELECT table_name FROM duckdb_tables()").fetchall() == [("typed_lines",)]


def test_who_interrupts_it_is_heard(
    write: Write, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> None:
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    monkeypatch.setattr("habitue.data.sources.meter.Meter.run", stopped)
    monkeypatch.setattr(loading, "thorough", lambda *_: pytest.fail("began anew"))
    with pytest.raises(duckdb.InterruptException):
        load(con, write("orders.csv", SHOP))


@pytest.mark.data
def test_the_reference_shop_goes_the_short_way(
    tmp_path: Path, online_retail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "orders.csv"
    with duckdb.connect() as con:
        con.read_parquet(str(online_retail)).write_csv(str(path))
    monkeypatch.setattr(loading, "thorough", lambda *_: pytest.fail("went the thorough way"))
    with duckdb.connect() as con:
        assert load(con, path).rows == 1_067_371  # what is in them: test_online_retail
