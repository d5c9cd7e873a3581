# ruff: noqa: DTZ001 - order lines bear the time of the wall, without a zone
"""Values: read as people write them, exact, and never guessed line by line."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.sources.conftest import Read, Write

from habitue.data.mapping import Mapping
from habitue.data.sources import load
from habitue.errors import ContentError

AT = dt.datetime(2010, 12, 25)


def moments(read: Read, path: Path, **options: Any) -> list[dt.datetime | None]:
    return [row["moment"] for row in read(path, **options)[1]]


def amounts(read: Read, path: Path, **options: Any) -> list[Decimal | None]:
    return [row["amount"] for row in read(path, **options)[1]]


def column(write: Write, header: str, values: list[str]) -> Path:
    fixed = {"client": "7", "date": "2010-12-25", "montant": "1.5"}
    lines = []
    for value in values:
        cells = fixed | {header: value}
        lines.append(";".join(f'"{cell}"' for cell in cells.values()))
    return write("a.csv", "client;date;montant\n" + "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2010-12-25", AT),
        ("2010/12/25", AT),
        ("2010.12.25", AT),
        ("20101225", AT),
        ("25/12/2010", AT),
        ("25.12.2010", AT),
        ("25-12-10", AT),
        ("12/25/2010", AT),
        ("12/25/99", dt.datetime(1999, 12, 25)),
        ("2010-12-25T14:30:05", AT.replace(hour=14, minute=30, second=5)),
        ("2010-12-25 14:30:05.25", AT.replace(hour=14, minute=30, second=5, microsecond=250000)),
        ("2010-12-25T14:30:05Z", AT.replace(hour=14, minute=30, second=5)),
        ("2010-12-25T14:30:05+02:00", AT.replace(hour=14, minute=30, second=5)),
        ("2010-12-25 14:30:05 -0500", AT.replace(hour=14, minute=30, second=5)),
        ("25/12/2010 14:30", AT.replace(hour=14, minute=30)),
        ("25/12/2010 14h30", AT.replace(hour=14, minute=30)),
        ("12/25/2010 2:30 PM", AT.replace(hour=14, minute=30)),
        ("12/25/2010, 2:30:05 p.m.", AT.replace(hour=14, minute=30, second=5)),
        ("2010-12-25 2:30 PM", AT.replace(hour=14, minute=30)),
        (" 2010-12-25 ", AT),
        ("40537", AT),
        ("40537.604224537", AT.replace(hour=14, minute=30, second=5)),
    ],
)
def test_dates(write: Write, read: Read, text: str, moment: dt.datetime) -> None:
    assert moments(read, column(write, "date", [text])) == [moment]


def test_one_clear_date_speaks_for_the_column(write: Write, read: Read) -> None:
    loaded, rows = read(column(write, "date", ["03/04/2010", "25/12/2010"]))
    assert rows[0]["moment"] == dt.datetime(2010, 4, 3)
    assert loaded.mapping.day_first is True
    loaded, rows = read(column(write, "date", ["03/04/2010", "12/25/2010"]))
    assert rows[0]["moment"] == dt.datetime(2010, 3, 4)
    assert loaded.mapping.day_first is False


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["12,50", "1.234,5", "1.234"], ["12.5", "1234.5", "1234"]),
        (["12.50", "1,234.5", "1,234"], ["12.5", "1234.5", "1234"]),
        (
            ["12,50", "1 234,50", "1\u202f234,50", "1\u00a0234"],
            ["12.5", "1234.5", "1234.5", "1234"],
        ),
        (["1'234.50"], ["1234.5"]),
        (["£12.50", "GBP 3.10"], ["12.5", "3.1"]),
        (["12,50 €", "-3,10 €"], ["12.5", "-3.1"]),
        (["(12.50)", "12.50-", "\N{MINUS SIGN}2.5"], ["-12.5", "-12.5", "-2.5"]),
        (["0,125", "7"], ["0.125", "7"]),
        (["1e2", "5"], ["100", "5"]),
        (["1,234,567", "1,234"], ["1234567", "1234"]),
        (["2.00005", "2.00015", "-2.00005"], ["2.0000", "2.0002", "-2.0000"]),
        (["0.30000000000000004"], ["0.3"]),
    ],
)
def test_numbers(write: Write, read: Read, texts: list[str], numbers: list[str]) -> None:
    assert amounts(read, column(write, "montant", texts)) == [Decimal(one) for one in numbers]


def test_signs_name_the_currency(write: Write, read: Read) -> None:
    assert read(column(write, "montant", ["12,50 €", "3,10 €"]))[0].currency == "EUR"


@pytest.mark.parametrize(
    ("texts", "numbers", "currency"),
    [
        (["A$12.50", "AU$ 1,212.50"], ["12.5", "1212.5"], "AUD"),
        (["CA$ 5,25", "7,10 CA$"], ["5.25", "7.1"], "CAD"),
        (["US$5.25", "-US$0.50"], ["5.25", "-0.5"], "USD"),
        (["12,50 zł", "1\u00a0250,00 ZŁ"], ["12.5", "1250"], "PLN"),
        (["99,00 Kč"], ["99"], "CZK"),
        (["R$ 1.234,50", "R$2,00"], ["1234.5", "2"], "BRL"),
        (["CHF 12.50", "1'250.00 chf", "Fr. 3.00"], ["12.5", "1250", "3"], "CHF"),
        (["¥1200", "JP¥ 35"], ["1200", "35"], "JPY"),
        (["12.50 USD", "USD12.50", "12.50USD"], ["12.5"] * 3, "USD"),
        (["1 250,50 DH", "3,00 MAD"], ["1250.5", "3"], "MAD"),
        (["€-5.00", "-€5.00", "(€5.00)", "€5.00-"], ["-5"] * 4, "EUR"),
    ],
)
def test_signs_and_codes_before_and_after(
    write: Write, read: Read, texts: list[str], numbers: list[str], currency: str
) -> None:
    loaded, rows = read(column(write, "montant", texts))
    assert [row["amount"] for row in rows] == [Decimal(one) for one in numbers]
    assert loaded.currency == currency


def test_a_sign_that_currencies_share_is_asked(write: Write, read: Read) -> None:
    path = column(write, "montant", ["99,00 kr", "kr. 12,50"])
    with pytest.raises(ContentError) as caught:
        read(path)
    assert (caught.value.key, caught.value.facts["sign"]) == ("currency_unclear", "kr")
    loaded, rows = read(path, mapping=Mapping(currency="SEK"))
    assert loaded.currency == "SEK"
    assert [row["amount"] for row in rows] == [Decimal(99), Decimal("12.5")]


def test_a_dollar_is_american_unless_said_and_said_to_be_so(write: Write, read: Read) -> None:
    path = column(write, "montant", ["$99.00", "12.50 $"])
    loaded, _ = read(path)
    assert loaded.currency == "USD"
    assert ("currency_taken", {"sign": "$", "currency": "USD"}) in loaded.warnings
    loaded, _ = read(path, mapping=Mapping(currency="CAD"))
    assert loaded.currency == "CAD"
    assert "currency_taken" not in [key for key, _ in loaded.warnings]
    path = column(write, "montant", ["10,00 €", "10,00 $"])
    _, rows = read(path, mapping=Mapping.of({"currency": "EUR", "rates": {"CAD": "0.7"}}))
    assert [row["amount"] for row in rows] == [Decimal(10), Decimal(7)]


def test_rates_convert_by_the_sign_beside_each_amount(write: Write, read: Read) -> None:
    path = column(write, "montant", ["10,00 €", "10,00 $", "100,00 kr", "7,00"])
    with pytest.raises(ContentError) as caught:
        read(path)
    assert caught.value.key == "currencies_mixed_at"
    rates = {"USD": "0.9", "NOK": "0.085"}
    loaded, rows = read(path, mapping=Mapping.of({"currency": "EUR", "rates": rates}))
    assert [row["amount"] for row in rows] == [Decimal(one) for one in ("10", "9", "8.5", "7")]
    assert loaded.currency == "EUR"
    with pytest.raises(ContentError) as caught:
        read(path, mapping=Mapping.of({"currency": "EUR", "rates": {"USD": "0.9"}}))
    assert (caught.value.key, caught.value.facts["currencies"]) == ("rate_lacking", ["kr"])


def test_rounded_numbers_are_counted(write: Write, read: Read) -> None:
    loaded, _ = read(column(write, "montant", ["2.00005", "2.5", "2.00000"]))
    assert loaded.warnings[0] == ("numbers_rounded", {"column": "montant", "count": 1})


def test_thousands_settle_the_decimal_mark(write: Write, read: Read) -> None:
    path = column(write, "montant", ["1,234"])
    assert amounts(read, path, mapping=Mapping(thousands=",")) == [Decimal(1234)]
    assert amounts(read, path, mapping=Mapping(thousands=".")) == [Decimal("1.234")]


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        (["12346.0", "12347.0"], ["12346", "12347"]),
        (["12346.0", "12347"], ["12346.0", "12347"]),
        (["00123", "123"], ["00123", "123"]),
        (["", "  ", "\u00a0", "nan", "NULL", "A 1"], [None, None, None, None, None, "A 1"]),
        (["12346.0", ""], ["12346", None]),
        ([" x"], [" x"]),
    ],
)
def test_ids_stay_as_spelled(write: Write, read: Read, texts: list[str], ids: list[str]) -> None:
    loaded, rows = read(column(write, "client", texts))
    assert [row["customer_id"] for row in rows] == ids
    cut = any(text.endswith(".0") and text[:-2] in ids for text in texts)
    assert any(key == "ids_cut" for key, _ in loaded.warnings) is cut


def test_float_ids_of_parquet_lose_their_point(tmp_path: Path, read: Read) -> None:
    table = pa.table({
        "client": pa.array([12346.0, None, float("nan"), 1.5, 1e15]),
        "date": pa.array([AT] * 5),
        "montant": pa.array([2.1, 0.1 + 0.2, 1.00005, 3.0, 2.675]),
        "pays": pa.array(["FR", " ", None, "DE", "x"]).dictionary_encode(),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    loaded, rows = read(tmp_path / "a.parquet")
    assert [row["customer_id"] for row in rows] == ["12346", None, None, "1.5", "1000000000000000"]
    expected = ["2.1", "0.3", "1.0000", "3", "2.675"]
    assert [row["amount"] for row in rows] == [Decimal(one) for one in expected]
    assert [row["country"] for row in rows] == ["FR", None, None, "DE", "x"]
    assert ("numbers_rounded", {"column": "montant", "count": 2}) in loaded.warnings


def test_instants_keep_the_clock_on_their_wall(tmp_path: Path, read: Read) -> None:
    noon = dt.datetime(2010, 7, 1, 12, tzinfo=dt.UTC)
    table = pa.table({
        "client": ["7"], "date": pa.array([noon], pa.timestamp("us", "Europe/Paris")),
        "montant": [1.5],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    assert moments(read, tmp_path / "a.parquet") == [dt.datetime(2010, 7, 1, 14)]


def test_without_order_ids_a_day_is_an_order(write: Write, read: Read) -> None:
    loaded, rows = read(column(write, "client", ["7", "8", ""]))
    assert [row["order_id"] for row in rows] == ["7/2010-12-25", "8/2010-12-25", None]
    assert ("order_generated", {}) in loaded.warnings


def test_blank_lines_are_no_lines(write: Write, read: Read) -> None:
    path = write("a.csv", "client,date,montant\n7,2010-12-25,1.5\n,,\n\n8,2010-12-25,2.5\n")
    _, rows = read(path)
    assert [row["customer_id"] for row in rows] == ["7", "8"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals(-(10**6), 10**6, places=3, allow_nan=False),
            st.decimals(0, 10**6, places=6, allow_nan=False),
        ),
        min_size=1,
    )
)
def test_money_is_exact(tmp_path_factory: pytest.TempPathFactory, pairs: list[Any]) -> None:
    """Quantity and price keep four digits half to even, and the amount is their exact product."""
    path = tmp_path_factory.mktemp("money") / "a.csv"
    lines = "".join(f"7,2010-12-25,{quantity:f},{price:f}\n" for quantity, price in pairs)
    path.write_text(f"client,date,quantité,prix unitaire\n{lines}")
    with duckdb.connect() as con:
        load(con, [path], mapping=Mapping(decimal="."))
        rows = con.execute(
            "SELECT quantity, price, amount FROM typed_lines ORDER BY position"
        ).fetchall()
    for (quantity, price), row in zip(pairs, rows, strict=True):
        kept = price.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
        assert row[:2] == (quantity, kept)
        assert abs(row[2] - quantity * kept) <= Decimal("0.00005")
