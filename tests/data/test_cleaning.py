"""Each rule, its order, and the copies of an order told from an order for several."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.lines import ALL_REASONS, PLAIN, RETAIL, Line, classified, line

from habitue.data.cleaning import MAX_COPIES, PRESETS, Rules
from habitue.schema import Preset, Reason

ONE = line("1", "a", "2011-01-10")


def reasons(lines: list[Line], rules: Rules = RETAIL) -> list[str | None]:
    return [row["reason"] for row in classified(lines, rules)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"order_id": None}, "unreadable"),
        ({"moment": None}, "unreadable"),
        ({"amount": None, "price": None}, "unreadable"),
        ({"unreadable": "quantity"}, "unreadable"),
        ({"product": "TEST001"}, "test"),
        ({"product": "test001"}, None),
        ({"product": "ATEST"}, None),
        ({"product": None}, None),
        ({"product": "BANK CHARGES"}, "not_a_sale"),
        ({"product": "B"}, "not_a_sale"),
        ({"product": "BB"}, None),
        ({"status": "CANCELLED"}, "status"),
        ({"status": "Voided"}, "cancelled"),
        ({"status": "paid"}, None),
        ({"customer_id": None}, None),
        ({"price": Decimal(0), "amount": Decimal(0)}, "price_not_positive"),
        ({"price": Decimal(-1), "amount": Decimal(-1)}, "price_not_positive"),
        ({"price": Decimal("0.0001"), "amount": Decimal("0.0001")}, None),
        ({"price": None, "amount": Decimal(0)}, "price_not_positive"),
        ({"price": None, "amount": Decimal(5)}, None),
        ({"price": None, "amount": Decimal(-5)}, None),
        # The first rule that matches gives the reason.
        ({"product": "TEST001", "price": Decimal(0)}, "test"),
        ({"product": "S", "status": "cancelled", "price": Decimal(0)}, "not_a_sale"),
        ({"product": "TEST001", "unreadable": "price"}, "unreadable"),
    ],
)
def test_one_line_has_at_most_one_reason(change: dict[str, Any], reason: str | None) -> None:
    assert reasons([replace(ONE, **change)]) == [reason]


def test_plain_preset_wants_a_customer_and_no_line_twice() -> None:
    lines = [ONE, replace(ONE, customer_id=None), ONE, replace(ONE, cost=Decimal(1)),
             replace(ONE, product="TEST1"), ONE]  # fmt: skip
    assert reasons(lines, PLAIN) == [
        None, "no_customer", "duplicate_line", None, None, "duplicate_line",
    ]  # fmt: skip


def test_plain_preset_believes_the_source_and_no_product_code() -> None:
    lines = [
        replace(ONE, product="TEST1"), replace(ONE, product="BANK CHARGES"),
        replace(ONE, status="Voided"), replace(ONE, status="cancelled"),
    ]  # fmt: skip
    assert reasons(lines, PLAIN) == [None, None, "cancelled", "status"]
    assert reasons(lines, RETAIL) == ["test", "not_a_sale", "cancelled", "status"]


def test_presets_try_rules_in_the_order_of_reasons() -> None:
    order = list(Reason)
    for rules in PRESETS.values():
        assert list(rules) == sorted(rules, key=order.index)
    assert set(PRESETS) == set(Preset)


@pytest.mark.parametrize(
    ("change", "is_return"),
    [
        ({}, False),
        ({"quantity": Decimal(-1), "amount": Decimal(-10)}, True),
        ({"quantity": None, "amount": Decimal(-10)}, True),
        ({"order_id": "C1"}, True),
        ({"order_id": "c1"}, False),
        ({"order_id": "1C"}, False),
        ({"order_id": None}, False),
    ],
)
def test_returns(change: dict[str, Any], is_return: bool) -> None:
    (row,) = classified([replace(ONE, **change)])
    assert row["is_return"] is is_return
    (row,) = classified([replace(ONE, **change)], replace(RETAIL, cancellation_prefix=None))
    assert row["is_return"] is (is_return and change.get("order_id") != "C1")


@pytest.mark.parametrize(
    ("product", "kind"),
    [("P", "product"), ("POST", "shipping"), ("POSTE", "product"), ("D", "discount"),
     ("M", "manual"), ("m", "manual"), ("gift_0001", "voucher"), ("GIFT_1", "product"),
     (None, "product")],
)  # fmt: skip
def test_kinds(product: str | None, kind: str) -> None:
    (row,) = classified([replace(ONE, product=product)])
    assert row["kind"] == kind


def test_without_codes_nothing_is_odd() -> None:
    bare = Rules()
    lines = [replace(ONE, order_id=f"{n}", product=product)
             for n, product in enumerate(("TEST1", "POST", "S", "D", "gift_1"))]  # fmt: skip
    rows = classified(lines, bare)
    assert {(row["kind"], row["reason"]) for row in rows} == {("product", None)}


A, B = ONE, replace(ONE, product="Q", price=Decimal(3), amount=Decimal(3))
X = replace(ONE, order_id="2")
AGAIN = "repeated_order"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([A, B, X, A, B], [None, None, None, AGAIN, AGAIN], id="a copy"),
        pytest.param([A, B, X, B, A], [None, None, None, AGAIN, AGAIN], id="in another order"),
        pytest.param([A, A, B, B], [None] * 4, id="two of everything in one block"),
        pytest.param([A, A, X, A, A], [None, None, None, AGAIN, AGAIN], id="a copy of two"),
        pytest.param([A, B, X, A], [None] * 4, id="part of it is no copy"),
        pytest.param([A, B, X, A, B, B], [None] * 6, id="more than it is no copy"),
        pytest.param([A, X, A, X, A], [None, None, AGAIN, AGAIN, AGAIN], id="three copies"),
        pytest.param([A, A, X, A, X, A], [None, None, None, AGAIN, AGAIN, AGAIN],
                     id="one copy whole, one scattered"),
        pytest.param([A, X, replace(A, status="paid")], [None] * 3, id="another status"),
        pytest.param([A, X, replace(A, cost=Decimal(1))], [None] * 3, id="another cost"),
        pytest.param([A, X, replace(A, description="")], [None, None, AGAIN], id="blank is null"),
        pytest.param(
            [replace(A, product="x|a", description="b"), X,
             replace(A, product="x", description="a|b")],
            [None] * 3, id="marks inside texts",
        ),
        pytest.param([replace(A, order_id=None), X, replace(A, order_id=None)],
                     ["unreadable", None, "unreadable"], id="no id"),
        pytest.param([A, replace(A, part="two")], [None, AGAIN], id="neighbours in two parts"),
        pytest.param([A, A, replace(A, part="two")], [None] * 3, id="two, and one elsewhere"),
    ],
)  # fmt: skip
def test_copies_of_an_order(lines: list[Line], expected: list[str | None]) -> None:
    assert reasons(lines) == expected


def test_copies_beyond_counting_leave_a_few() -> None:
    other = replace(X, order_id="9")
    many = [one for n in range(2 * MAX_COPIES) for one in (A, replace(other, product=f"{n}"))]
    kept = [row for row in classified(many) if row["order_id"] == "1" and row["reason"] is None]
    assert len(kept) == 2


def test_every_rule_at_once_still_gives_one_reason_each() -> None:
    lines = [ONE, replace(ONE, customer_id=None, product="TEST1"), X, ONE]
    assert reasons(lines, ALL_REASONS) == [
        None, "test", None, "duplicate_line",
    ]  # fmt: skip
