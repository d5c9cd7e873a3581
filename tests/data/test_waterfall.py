"""From raw lines to kept ones: nothing lost on the way, in lines or in money."""

from __future__ import annotations

from decimal import Decimal

from tests.lines import line, opened

from habitue.data.waterfall import waterfall

ROWS = [
    line("1", "a", "2011-01-10", quantity=2, price="0.0001"),
    line("2", None, "2011-01-11", price=30, country="EIRE"),
    line("3", "b", "2011-01-12", product="TEST1", price=7),
    line("4", "b", "2011-01-12", product="S", price=-400),
    line("5", "b", "2011-01-12", product="Q", price=0),
    line("C6", "c", "2011-01-13", quantity=-1, price=5),
    line("7", "d", "2011-01-14", amount=None, price=None),
]


def test_every_line_and_every_cent_is_somewhere() -> None:
    quality = opened(ROWS).check()
    assert quality.excluded == (
        ("unreadable", 1, Decimal(0)),
        ("test", 1, Decimal(7)),
        ("not_a_sale", 1, Decimal(-400)),
        ("price_not_positive", 1, Decimal(0)),
    )
    assert quality.raw == {
        "lines": 7, "amount": Decimal("-367.9998"), "orders": 7, "products": 4, "countries": 2,
        "customers": 4,
    }  # fmt: skip
    assert quality.kept == {
        "lines": 3, "amount": Decimal("25.0002"), "gross": Decimal("30.0002"),
        "returns": Decimal(-5), "orders": 2, "customers": 1,
    }  # fmt: skip
    assert quality.with_customer["amount"] == Decimal("-4.9998")
    assert quality.no_customer == {"lines": 1, "amount": Decimal(30)}


def test_json_says_cents_and_keeps_reasons_in_order() -> None:
    plain = opened(ROWS).check().to_dict()
    assert [one["reason"] for one in plain["excluded"]] == [
        "unreadable", "test", "not_a_sale", "price_not_positive",
    ]  # fmt: skip
    assert plain["kept"]["amount"] == 25.0
    assert plain["raw"]["amount"] == -368.0


def test_nothing_at_all_counts_nothing() -> None:
    figures = ("lines", "amount", "gross", "returns", "orders", "products", "countries",
               "customers")  # fmt: skip
    empty = waterfall({f"{name}_{one}": None for name in ("raw", "kept", "known")
                       for one in figures}, [])  # fmt: skip
    assert empty.excluded == ()
    assert empty.raw.lines == empty.kept.amount == empty.no_customer.lines == 0
