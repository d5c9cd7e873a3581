# ruff: noqa: DTZ001 - order lines bear the time of the wall, without a zone
"""What rows say of whole orders: shared out exactly, counted once, never lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
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
from habitue.data.sources.inplace import typed_expression
from habitue.errors import ContentError, EngineError
from habitue.texts import LANGS
from habitue.workspace import check

BASE = {"order": "order", "customer": "who", "moment": "day", "amount": "paid"}


def rows(read: Read, path: Path, **keys: Any) -> list[dict[str, Any]]:
    return read(path, mapping=Mapping.of(BASE | keys))[1]


def test_what_stands_on_the_first_row_is_carried_down(write: Write, read: Read) -> None:
    path = write(
        "a.csv",
        "order,who,day,paid,state\n1,ann,2026-01-02,5,paid\n1,,,6,\n2,,2026-01-03,7,void\n"
        "1,,,8,\n1,eve,2026-02-01,9,void\n",
    )
    found = rows(read, path, status="state", fill_down=True)
    assert [row["customer_id"] for row in found] == ["ann", "ann", None, "ann", "eve"]
    assert [row["status"] for row in found] == ["paid", "paid", "void", "paid", "void"]
    assert found[3]["moment"] == dt.datetime(2026, 1, 2)


def test_a_customer_is_known_by_a_second_column(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,tel,day,paid\n1,0,'+336,2026-01-02,5\n"
                          "2,Ann@X.fr,,2026-01-03,6\n3,guest,,2026-01-03,6\n"
                          "4,ann@x.fr ,'+337,2026-01-03,6\n")  # fmt: skip
    found = rows(read, path, customer_else="tel", no_customer=["0", "Guest"], identity="email",
                 drop_apostrophe=True)  # fmt: skip
    assert [row["customer_id"] for row in found] == ["+336", "ann@x.fr", None, "ann@x.fr"]


def test_a_product_is_known_by_its_name_where_it_has_no_code(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,day,paid,sku,name\n1,ann,2026-01-02,5,,Pot\n"
                          "2,ann,2026-01-02,5,P2,Vase\n")  # fmt: skip
    found = rows(read, path, product="sku", product_else="name", description="name")
    assert [(row["product"], row["description"]) for row in found] == [
        ("Pot", "Pot"),
        ("P2", "Vase"),
    ]


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("25/12/2026", "14:30", dt.datetime(2026, 12, 25, 14, 30)),
        ("12/25/2026", "2:30 PM", dt.datetime(2026, 12, 25, 14, 30)),
        ("2026-12-25 00:00:00", "14:30:05", dt.datetime(2026, 12, 25, 14, 30, 5)),
        ("2026-12-25", "1899-12-31 14:30:05", dt.datetime(2026, 12, 25, 14, 30, 5)),
        ("25 déc. 2026", "14h30", dt.datetime(2026, 12, 25, 14, 30)),
        ("2026-12-25", "", dt.datetime(2026, 12, 25)),
    ],
)
def test_a_time_apart_is_put_after_its_day(
    write: Write, read: Read, day: str, time: str, moment: dt.datetime
) -> None:
    path = write("a.csv", f"order;who;day;clock;paid\n1;ann;{day};{time};5\n")
    assert [row["moment"] for row in rows(read, path, time="clock")] == [moment]


def test_a_time_apart_in_typed_columns(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({
        "order": ["1"], "who": ["ann"], "paid": [5.0], "day": [dt.date(2026, 12, 25)],
        "clock": [dt.time(14, 30)],
    }), path)  # fmt: skip
    found = rows(read, path, time="clock")
    assert [row["moment"] for row in found] == [dt.datetime(2026, 12, 25, 14, 30)]


def test_cents(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,day,qty,unit,port\n1,ann,2026-01-02,3,1999,450\n")
    keys = BASE | {"amount": None, "quantity": "qty", "price": "unit", "shipping": "port",
                   "minor_units": True}  # fmt: skip
    loaded, found = read(path, mapping=Mapping.of({k: v for k, v in keys.items() if v}))
    assert [(row["quantity"], row["price"], row["amount"]) for row in found] == [
        (Decimal(3), Decimal("19.99"), Decimal("59.97")),
        (Decimal(1), Decimal("4.50"), Decimal("4.50")),
    ]  # fmt: skip
    assert ("minor_units", {}) in loaded.warnings


def test_rates(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,day,paid,cur\n1,ann,2026-01-02,10.01,USD\n"
                          "2,bob,2026-01-02,5,eur\n3,bob,2026-01-02,-3,$\n")  # fmt: skip
    keys = {"currency_column": "cur", "currency": "EUR"}
    loaded, found = read(path, mapping=Mapping.of(BASE | keys | {"rates": {"USD": "0.92345"}}))
    # 10.01 x 0.92345 = 9.2437345 and 3 x 0.92345 = 2.77035
    assert [row["amount"] for row in found] == [
        Decimal("9.2437"), Decimal(5), Decimal("-2.7704"),
    ]  # fmt: skip
    assert {row["currency"] for row in found} == {"EUR"}
    assert loaded.currency == "EUR"
    assert ("converted", {"rates": ["1 USD = 0.92345 EUR"]}) in loaded.warnings
    with pytest.raises(ContentError) as refusal:
        read(path, mapping=Mapping.of(BASE | keys | {"rates": {"GBP": 1}}))
    assert refusal.value.key == "rate_lacking"
    assert all("USD" in refusal.value.what(lang) for lang in LANGS)


@pytest.mark.parametrize(
    ("paid", "amount"),
    [("10000000", Decimal(9_000_000)), ("999999999999", Decimal("899999999999.1"))],
)
def test_great_amounts_are_converted_too(
    write: Write, read: Read, paid: str, amount: Decimal
) -> None:
    path = write("a.csv", f"order,who,day,paid,cur\n1,ann,2026-01-02,{paid},USD\n")
    keys = {"currency_column": "cur", "currency": "EUR", "rates": {"USD": "0.9"}}
    assert [row["amount"] for row in rows(read, path, **keys)] == [amount]


def test_a_row_of_no_product_sums_up_its_order(write: Write, read: Read) -> None:
    """Its amount is that of the rows beside it; the shipping and the refund it tells count."""
    path = write("a.csv", "order,who,day,paid,sku,port,back,off\n1,ann,2026-01-02,30,,4,5,\n"
                          "1,,,20,A,,,\n1,,,10,B,,,\n2,bob,2026-01-03,7,A,1,,\n"
                          "3,bob,2026-01-04,,,9,,yes\n3,,,8,A,,,\n")  # fmt: skip
    keys = {"product": "sku", "shipping": "port", "refund": "back", "cancelled": "off",
            "fill_down": True}  # fmt: skip
    _, found = read(path, mapping=Mapping.of(BASE | keys | {"order_rows": True}))
    assert [(row["order_id"], row["amount"], row["mark"]) for row in found] == [
        ("1", Decimal(30), "not_a_sale"), ("1", Decimal(20), None), ("1", Decimal(10), None),
        ("2", Decimal(7), None),
        ("3", Decimal(0), "cancelled"), ("3", Decimal(8), "cancelled"),
        ("1", Decimal(4), None), ("1", Decimal(-5), None), ("2", Decimal(1), None),
        ("3", Decimal(9), "cancelled"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "much", ["9999999999.9999", "10000000000", "10000000000.0001", "999999999999.9999"]
)
def test_great_money_of_orders_is_exact(write: Write, read: Read, much: str) -> None:
    path = write("a.csv", "order,who,day,paid,off,port,back\n"
                          f"1,ann,2026-01-02,{much},1.0001,{much},2\n")  # fmt: skip
    found = rows(read, path, order_discount="off", shipping="port", refund="back")
    assert [row["amount"] for row in found] == [
        Decimal(much) - Decimal("1.0001"), Decimal(much), Decimal(-2),
    ]  # fmt: skip


def test_amounts_of_the_row_or_of_the_order(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,day,paid,port,back\n1,ann,2026-01-02,5,2,1\n"
                          "1,ann,2026-01-02,6,2,0\n")  # fmt: skip
    once = rows(read, path, shipping="port", refund="back")
    assert sum(row["amount"] for row in once) == Decimal(12)
    each = rows(read, path, shipping="port", refund="back", per_line=["shipping", "refund"])
    assert sum(row["amount"] for row in each) == Decimal(14)
    inside = rows(read, path, shipping="port", shipping_inside=True)
    assert sum(row["amount"] for row in inside) == Decimal(11)
    assert [row["product"] for row in inside] == [None, None, "@shipping"]


def test_without_an_order_id_each_row_speaks_for_itself(write: Write, read: Read) -> None:
    path = write("a.csv", "who,day,paid,back\nann,2026-01-02,5,1\nann,2026-01-02,6,2\n")
    keys = {key: value for key, value in BASE.items() if key != "order"}
    _, found = read(path, mapping=Mapping.of(keys | {"refund": "back"}))
    assert sum(row["amount"] for row in found) == Decimal(8)


def test_pieces_given_back_take_their_share_of_the_line(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,day,qty,paid,back,on\n1,ann,2026-01-02,3,10,2,2026-03-01\n"
                          "2,ann,2026-01-02,3,10,9,\n3,ann,2026-01-02,3,10,0,\n")  # fmt: skip
    found = rows(read, path, quantity="qty", refunded_quantity="back", refund_moment="on")[3:]
    assert [(row["quantity"], row["amount"], row["moment"]) for row in found] == [
        (Decimal(-2), Decimal("-6.6667"), dt.datetime(2026, 3, 1)),
        (Decimal(-3), Decimal(-10), dt.datetime(2026, 1, 2)),
    ]  # fmt: skip


def test_the_currency_of_totals_is_not_that_of_amounts(write: Write, read: Read) -> None:
    """Paid 92 euros and counted 100 dollars: 23 euros back are 25 dollars."""
    path = write("a.csv", "order,who,day,paid,all,back\n1,ann,2026-01-02,$100.00,€92.00,€23.00\n")
    loaded, found = read(path, mapping=Mapping.of(BASE | {"refund": "back", "order_total": "all"}))
    assert (loaded.currency, [row["amount"] for row in found]) == (
        "USD", [Decimal(100), Decimal(-25)],
    )  # fmt: skip
    with pytest.raises(ContentError) as refusal:
        read(path, mapping=Mapping.of(BASE | {"refund": "back"}))
    assert refusal.value.key == "currencies_mixed_at"


def test_a_sum_given_back_stands_beside_pieces(write: Write, read: Read) -> None:
    """Pieces where they are told, the sum where not, everything where the sum is all of it."""
    path = write("a.csv", "order,who,day,qty,paid,left,port,all,back\n"
                          "1,ann,2026-01-02,2,20,1,4,24,13\n1,ann,2026-01-02,1,5,1,,,\n"
                          "2,bob,2026-01-02,2,20,2,,24,6\n"
                          "3,cid,2026-01-02,2,20,1,4,28.8,28.8\n"
                          "4,dan,2026-01-02,2,20,0,,24,0\n"
                          "5,eve,2026-01-02,2,20,3,,24,0\n")  # fmt: skip
    found = rows(read, path, quantity="qty", net_quantity="left", shipping="port",
                 order_total="all", refund="back")  # fmt: skip
    back = [(row["order_id"], row["quantity"], row["amount"]) for row in found if row["amount"] < 0]
    assert sorted(back, key=lambda one: (one[0], one[2])) == [
        ("1", Decimal(-1), Decimal(-10)),
        ("2", None, Decimal(-5)),  # 6 of 24 paid: a quarter of the 20 counted
        ("3", Decimal(-2), Decimal(-20)), ("3", Decimal(-1), Decimal(-4)),
        ("4", Decimal(-2), Decimal(-20)),
    ]  # fmt: skip


def test_a_refund_takes_its_share_of_what_is_counted(write: Write, read: Read) -> None:
    """Paid 120 with tax, counted 100 without: 30 back are 25, and 120 back undo every line."""
    path = write("a.csv", "order,who,day,paid,all,back\n1,ann,2026-01-02,100,120,30\n"
                          "2,bob,2026-01-02,60,120,120\n2,bob,2026-01-02,40,120,120\n")  # fmt: skip
    found = rows(read, path, refund="back", order_total="all")[3:]
    assert [(row["order_id"], row["amount"]) for row in found] == [
        ("1", Decimal(-25)), ("2", Decimal(-60)), ("2", Decimal(-40)),
    ]  # fmt: skip


_MONEY = st.decimals(Decimal("0.01"), Decimal(10_000), places=2)


@settings(max_examples=25, deadline=None)
@given(
    orders=st.lists(
        st.tuples(st.lists(_MONEY, min_size=1, max_size=6), st.fractions(0, 1)),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_an_order_discount_is_shared_out_to_the_digit(
    orders: list[tuple[list[Decimal], Fraction]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines, off = [], {}
    for number, (amounts, share) in enumerate(orders):
        total = sum(amounts)
        off[str(number)] = Decimal(int(Fraction(total) * share * 100)) / 100
        lines += [f"{number},ann,2026-01-02,{amount},{off[str(number)]}" for amount in amounts]
    path = tmp_path_factory.mktemp("orders") / "a.csv"
    path.write_text("order,who,day,paid,off\n" + "\n".join(lines) + "\n")
    with duckdb.connect() as con:
        load(con, [path], mapping=Mapping.of(BASE | {"order_discount": "off"}))
        found = con.execute(
            "SELECT order_id, sum(amount), min(amount), sum(discount) FROM typed_lines GROUP BY 1"
        ).fetchall()
        each = con.execute("SELECT order_id, amount FROM typed_lines ORDER BY position").fetchall()
    for order, net, least, discount in found:
        amounts = orders[int(order)][0]
        assert net == sum(amounts) - off[order]
        assert least >= 0
        assert (discount or 0) == off[order]
        fair = [
            Fraction(one) * (1 - Fraction(off[order]) / Fraction(sum(amounts))) for one in amounts
        ]
        got = [Fraction(amount) for of, amount in each if of == order]
        assert all(abs(a - b) <= Fraction(1, 10_000) for a, b in zip(got, fair, strict=True))


_ORDER = st.fixed_dictionaries({
    "paid": st.lists(st.integers(1, 100_000), min_size=1, max_size=4),
    "off": st.integers(0, 150_000), "port": st.integers(0, 2_000), "fees": st.integers(0, 500),
    "tax": st.integers(0, 30_000), "back": st.integers(0, 300_000),
})  # fmt: skip


def expected(order: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """What is sold and what comes back, in plain arithmetic: cents in, money out."""
    goods = sum(order["paid"])
    counted = goods - min(order["off"], goods) + order["port"] + order["fees"]
    total = counted + order["tax"]
    back = (
        Fraction(min(order["back"], total) * counted, total) if total else Fraction(order["back"])
    )
    rounded = Decimal(int(back * 100 + Fraction(1, 2)))
    return Decimal(counted) / 100, rounded / 10_000


@settings(max_examples=20, deadline=None)
@given(orders=st.lists(_ORDER, min_size=1, max_size=4), down=st.booleans())
def test_orders_add_up_as_in_plain_arithmetic(
    orders: list[dict[str, Any]], down: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = ["order,who,day,paid,off,port,fees,all,back"]
    for number, order in enumerate(orders):
        total = sum(order["paid"]) - min(order["off"], sum(order["paid"]))
        total += order["port"] + order["fees"] + order["tax"]
        said = [order["off"], order["port"], order["fees"], total, order["back"]]
        for at, paid in enumerate(order["paid"]):
            cells = said if at == 0 or not down else [""] * len(said)
            day = "2026-01-02" if at == 0 or not down else ""
            lines.append(",".join(map(str, (number, "ann", day, paid, *cells))))
    path = tmp_path_factory.mktemp("orders") / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    keys = {"order_discount": "off", "shipping": "port", "fee": "fees", "order_total": "all",
            "refund": "back", "minor_units": True, "fill_down": down}  # fmt: skip
    with duckdb.connect() as con:
        load(con, [path], mapping=Mapping.of(BASE | keys))
        found = dict(con.execute(
            "SELECT order_id, {'sold': coalesce(sum(amount) FILTER (amount > 0), 0), "
            "'back': coalesce(-sum(amount) FILTER (amount < 0), 0)} FROM typed_lines GROUP BY 1"
        ).fetchall())  # fmt: skip
    for number, order in enumerate(orders):
        sold, back = expected(order)
        assert (found[str(number)]["sold"], found[str(number)]["back"]) == (sold, back)


def test_a_discount_beyond_the_lines_is_limited_and_said(write: Write, read: Read) -> None:
    path = write("a.csv", "order,who,day,paid,off\n1,ann,2026-01-02,5,9\n")
    loaded, found = read(path, mapping=Mapping.of(BASE | {"order_discount": "off"}))
    assert [row["amount"] for row in found] == [Decimal(0)]
    assert ("orders_not_adding_up", {"count": 1}) in loaded.warnings


def test_in_place_lines_cannot_be_made() -> None:
    with duckdb.connect() as con:
        import ibis

        table = ibis.duckdb.from_connection(con).create_table(
            "sales", pa.table({"order": ["1"], "who": ["a"], "paid": [1], "back": [1],
                               "day": [dt.date(2026, 1, 2)]}),
        )  # fmt: skip
        with pytest.raises(EngineError) as refusal:
            typed_expression(table, Mapping.of(BASE | {"refund": "back"}))
    assert refusal.value.key == "engine_shaping"
    assert all("refund" in refusal.value.what(lang) for lang in LANGS)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Jul-25-26", dt.datetime(2026, 7, 25)),
        ("25-Jul-26", dt.datetime(2026, 7, 25)),
        ("July 4th, 2026 3:05 PM", dt.datetime(2026, 7, 4, 15, 5)),
        ("Jan 25, 2026, 10:11:12 AM", dt.datetime(2026, 1, 25, 10, 11, 12)),
        ("Sat, 25 Jul 2026 10:11:12", dt.datetime(2026, 7, 25, 10, 11, 12)),
        ("25 juil. 2026 14h30", dt.datetime(2026, 7, 25, 14, 30)),
        ("1er août 2026", dt.datetime(2026, 8, 1)),
        ("25 décembre 2026 à 10:00", dt.datetime(2026, 12, 25, 10)),
    ],
)
def test_months_by_name(write: Write, read: Read, text: str, day: dt.datetime) -> None:
    path = write("a.csv", f'order;who;day;paid\n1;ann;"{text}";5\n')
    assert [row["moment"] for row in rows(read, path)] == [day]


def test_a_french_file_as_a_spreadsheet_writes_it(write: Write, read: Read) -> None:
    text = (
        "N° commande;Date de commande;Heure;Identifiant client;Réf. produit;Quantité;"
        "Prix unitaire;Pays\n"
        "C001;25/12/2025;14:30;0042;P1;2;1\u202f234,50 €;France\n"
        "C002;26/12/2025;9:05;0043;P1;1;0,99 €;France\n"
    )
    loaded, found = read(write("ventes.csv", text.encode("utf-8")))
    assert loaded.mapping.decimal == ","
    assert loaded.currency == "EUR"
    assert [(row["customer_id"], row["amount"]) for row in found] == [
        ("0042", Decimal("2469.00")), ("0043", Decimal("0.99")),
    ]  # fmt: skip
    assert found[0]["moment"] == dt.datetime(2025, 12, 25, 14, 30)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("order_id,customer_id,date,product,order_total", True),
        ("order_id,customer_id,date,product,line_total", False),
        ("order_id,customer_id,date,country,order_total", False),
    ],
)
def test_the_amount_of_an_order_on_rows_of_items_is_said(
    write: Write, header: str, said: bool
) -> None:
    path = write("own.csv", f"{header}\n1,a,2024-01-20,x,10.00\n1,a,2024-01-20,y,10.00\n")
    _fall, loaded = check([path])
    assert ("order_amount" in [key for key, _ in loaded.warnings]) is said


def test_refunds_that_nobody_reads_are_said_and_called_off_orders_left_out(
    write: Write, read: Read
) -> None:
    path = write(
        "own.csv",
        "order_id,customer_id,date,amount,refund_amount,status\n"
        "1,a,2024-01-20,10.00,2.50,completed\n2,b,2024-02-20,20.00,0.00,Cancelled\n",
    )
    fall, loaded = check([path])
    assert ("refunds_unread", {"columns": ["refund_amount"]}) in loaded.warnings
    assert (fall.raw.amount, fall.kept.amount, fall.kept.lines) == (Decimal(30), Decimal(10), 1)
    told, read_rows = read(path, mapping=loaded.mapping.but(refund="refund_amount"))
    assert "refunds_unread" not in [key for key, _ in told.warnings]
    assert sum(row["amount"] for row in read_rows if row["amount"] < 20) == Decimal("7.5")
