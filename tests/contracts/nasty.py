"""Small and nasty lines: whatever engines are known, or feared, to see differently."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from habitue.data.cleaning import PRESETS, Rules
from habitue.schema import Preset

MONEY: Final = pa.decimal128(18, 4)
SCHEMA: Final = pa.schema(
    [
        ("part", pa.string()),
        ("position", pa.int64()),
        *((name, pa.string()) for name in ("order_id", "customer_id")),
        ("moment", pa.timestamp("us")),
        *((name, pa.string()) for name in ("product", "description")),
        *((name, MONEY) for name in ("quantity", "price", "amount")),
        ("country", pa.string()),
        *((name, MONEY) for name in ("cost", "discount")),
        *((name, pa.string()) for name in
          ("channel", "currency", "category", "status", "unreadable")),
    ]
)  # fmt: skip


def rules(preset: Preset) -> Rules:
    """Name every code list, so that every branch of the rules runs."""
    return Rules(
        reasons=PRESETS[preset],
        cancellation_prefix="C",
        test_prefixes=("TEST", "%_"),
        not_a_sale=("B", "O'Fee"),
        drop_statuses=("Cancelled", "ANNULE"),
        shipping=("POST", "DOT"),
        discount=("D",),
        manual=("M", "m"),
        voucher_prefixes=("gift_",),
    )


def lines(*, seed: int = 20111209) -> pa.Table:
    """Give the lines, in the order in which a file would hold them."""
    written = (_by_hand(), _brought_back(), _left_out(), _calendar(), _again())
    rows = [*chain(*written), *_drawn(random.Random(seed))]
    # An order of the first sheet stands again, whole, in the second.
    copied = [row for row in rows if row["order_id"] in ("A1", "000123")]
    rows += [row | {"part": "Year 2"} for row in copied]
    return pa.Table.from_pylist(
        [row | {"position": number} for number, row in enumerate(rows, 1)], schema=SCHEMA
    )


def _line(  # noqa: PLR0917 - a table of lines reads best as one
    order: str | None,
    customer: str | None,
    moment: str | None,
    product: str | None,
    quantity: str | None,
    price: str | None,
    /,
    **more: Any,
) -> dict[str, Any]:
    count, each = (None if one is None else Decimal(one) for one in (quantity, price))
    amount = None if count is None or each is None else round(count * each, 4)
    return {
        "part": "Year 1",
        "order_id": order,
        "customer_id": customer,
        "moment": None if moment is None else dt.datetime.fromisoformat(moment),
        "product": product,
        "description": product and f'the «{product}» ☕ it\'s "good"',
        "quantity": count,
        "price": each,
        "amount": amount,
        "country": "France",
        **more,
    }


def _by_hand() -> Iterator[dict[str, Any]]:
    # Two orders at one moment, whose ids sort differently by bytes and by a dictionary.
    yield _line("a2", "c1", "2010-01-31T23:59:59.999999", "P1", "3", "0.3333", channel="web")
    yield _line("A1", "c1", "2010-01-31T23:59:59.999999", "P2", "1.5", "10", channel="Web")
    # Two lines of one price: the dearest is the first by name, and no name comes last.
    yield _line("A1", "c1", "2010-01-31T23:59:59.999999", None, "1", "15", category="b")
    yield _line("A1", "c1", "2010-01-31T23:59:59.999999", "Z", "1", "15", category=None)
    yield _line("A1", "c1", "2010-01-31T23:59:59.999999", "Z", "1", "15", category="B")
    yield _line("A1", "c1", "2010-01-31T23:59:59.999999", "é", "1", "15", category="a")
    # Ids that look like numbers stay text.
    yield _line(
        "000123", "0007", "2012-02-29T00:00:00", "00042", "0.0001", "0.0001", cost=Decimal(0)
    )
    yield _line("000123", "0007", "2012-02-29T00:00:00", "00042", "2", "4.9999")
    yield _line("123", "7", "2012-02-29T00:00:00", "42", "2", "0.0005")
    # One customer, two countries, and an order that names both.
    yield _line("X1", "nomad", "2010-12-31T23:59:59", "P1", "1", "5", country="Ελλάδα")
    yield _line("X1", "nomad", "2010-12-31T23:59:58", "P2", "1", "5", country="EIRE")
    yield _line("X2", "nomad", "2011-01-01T00:00:00", "P1", "1", "5", country="eire")
    yield _line("X3", "Nomad", "2011-01-01T00:00:00", "P1", "1", "5", country=None)
    # Nobody.
    yield _line("N1", None, "2011-01-03T12:00:00", "P1", "7", "1.1")
    yield _line("N2", None, "2011-01-02T12:00:00", "P1", "1", "1.1", country=None)
    yield _line("CN1", None, "2011-01-04T12:00:00", "P1", "-1", "1.1")
    # Every kind, in one order, and the kinds' own returns.
    for product, quantity, price in (
        ("POST", "1", "18"), ("DOT", "1", "0.95"), ("D", "1", "12.50"), ("M", "1", "3"),
        ("m", "2", "1.25"), ("gift_0001_20", "1", "20"), ("Gift_1", "1", "20"), ("P9", "4", "2.5"),
    ):  # fmt: skip
        yield _line("K1", "kinds", "2011-03-31T10:00:00", product, quantity, price)
        yield _line("CK1", "kinds", "2011-04-01T10:00:00", product, f"-{quantity}", price)


def _brought_back() -> Iterator[dict[str, Any]]:
    # A return before any purchase, a return of more than was bought, a purchase after.
    yield _line("CR0", "r", "2010-05-01T09:00:00", "P1", "-2", "4")
    yield _line("R1", "r", "2010-05-02T09:00:00", "P1", "3", "4")
    yield _line("R2", "r", "2010-05-03T09:00:00", "P1", "2", "3.9999")
    yield _line("CR1", "r", "2010-05-03T09:00:00", "P1", "-4", "4")
    yield _line("CR2", "r", "2010-05-04T09:00:00", "P1", "-4", "4")
    yield _line("R3", "r", "2010-05-05T09:00:00", "P1", "5", "4")
    yield _line("CR3", "r", "2010-05-05T09:00:00.000001", "P1", "-5", "4")
    # Amounts of the source's own: shares of them that no decimal holds, and halves to round.
    yield _line("F1", "f", "2010-06-01T00:00:00", "P1", "3", None, amount=Decimal(10))
    yield _line("F2", "f", "2010-06-02T00:00:00", "P1", "7", None, amount=Decimal("0.0001"))
    yield _line("F3", "f", "2010-06-03T00:00:00", "P2", "2", None, amount=Decimal("10.0001"))
    yield _line("F4", "f", "2010-06-03T00:00:00", "P3", "8", None, amount=Decimal("1.0004"))
    yield _line("CF1", "f", "2010-06-04T00:00:00", "P1", "-2", None, amount=Decimal("-6.6667"))
    yield _line("CF1", "f", "2010-06-04T00:00:00", "P1", "-0.5", None, amount=Decimal("-1.0001"))
    yield _line("CF3", "f", "2010-06-05T00:00:00", "P2", "-1", None, amount=Decimal("-5.0001"))
    yield _line("CF4", "f", "2010-06-05T00:00:00", "P3", "-1", None, amount=Decimal("-0.1251"))
    # Halves of the smallest unit, and quotients just beside them, by twos, eights and dozens.
    for number in range(1, 40):
        for whole in (2, 8, 12):
            product, amount = f"half {number}/{whole}", Decimal(number * 93) / 10_000
            yield _line("HALF", "f", "2010-06-10T00:00:00", product, str(whole), None,
                        amount=amount)  # fmt: skip
            yield _line("CHALF", "f", "2010-06-11T00:00:00", product, "-1", None,
                        amount=-round(amount, 3))  # fmt: skip
    # Equal in all that orders events but the amount: the result must not depend on which is first.
    yield _line("F5", "f", "2010-07-01T00:00:00", "P4", "1", None, amount=Decimal(9))
    yield _line("F5", "f", "2010-07-01T00:00:00", "P4", "1", None, amount=Decimal(5))
    yield _line("CF5", "f", "2010-07-02T00:00:00", "P4", "-1", None, amount=Decimal(-5))
    # An ending that is a thousandth of a hundredth.
    yield _line("H1", "h", "2010-08-01T00:00:00", "P1", "0.5", "0.0001")
    yield _line("H2", "h", "2010-08-02T00:00:00", "P1", "0.1235", "0.1235")
    yield _line("CH1", "h", "2010-08-03T00:00:00", "P1", "-0.3333", "0.0001")


def _left_out() -> Iterator[dict[str, Any]]:
    # Lines that are left out, one for each reason.
    yield _line("T1", "t", "2011-05-01T00:00:00", "TEST001", "1", "4.5")
    yield _line("T1", "t", "2011-05-01T00:00:00", "%_odd", "1", "4.5")
    yield _line("T2", "t", "2011-05-02T00:00:00", "B", "1", "-11062.06")
    yield _line("T2", "t", "2011-05-02T00:00:00", "O'Fee", "1", "3")
    yield _line("T3", "t", "2011-05-03T00:00:00", "P1", "1", "4", status="CANCELLED")
    yield _line("T4", "t", "2011-05-03T00:00:00", "P1", "1", "4", status="Paid")
    yield _line("T5", "t", "2011-05-04T00:00:00", "P1", "1", "0")
    yield _line("T5", "t", "2011-05-04T00:00:00", "P1", "0", "4")
    yield _line("T6", "t", None, "P1", "1", "4")
    yield _line(None, "t", "2011-05-05T00:00:00", "P1", "1", "4")
    yield _line("T7", "t", "2011-05-05T00:00:00", "P1", None, None, unreadable="quantity")
    yield _line("T8", "t", "2011-05-05T00:00:00", "P1", None, None, amount=Decimal(0))
    yield _line("T9", "t", "2011-05-05T00:00:00", "P1", None, None, amount=Decimal(3))
    # A cancellation by its mark alone, and ids that only look like one.
    yield _line("C9", "t", "2011-05-06T00:00:00", "P1", "1", "4")
    yield _line("c9", "t", "2011-05-06T00:00:00", "P1", "1", "4")


def _calendar() -> Iterator[dict[str, Any]]:
    # Every boundary of a calendar: week 53, leap days, the ends of weeks, quarters and years.
    for number, day in enumerate(
        ("2009-12-28", "2009-12-31", "2010-01-01", "2010-01-03", "2010-01-04", "2010-03-31",
         "2010-04-01", "2011-02-28", "2011-03-01", "2011-03-27", "2011-10-30", "2012-02-29",
         "2012-12-30", "2012-12-31", "2013-01-01")
    ):  # fmt: skip
        for hour, customer in (("00:00:00", "calendar"), ("23:59:59", f"born {day}")):
            yield _line(f"D{number}-{customer[0]}", customer, f"{day}T{hour}", "P1", "2",
                        f"{number}.25")  # fmt: skip


def _drawn(dice: random.Random) -> Iterator[dict[str, Any]]:
    """Draw the ordinary life of a few customers: few moments, few prices, many ties."""
    names = [
        "12346",
        "ñandú",
        "😀",
        "a b",
        "A B",
        "c'est",
        'q"uote',
        "back\\slash",
        "-5",
        "10",
        "9",
    ]
    first = dt.datetime(2010, 1, 1)  # noqa: DTZ001 - moments of the data have no zone
    for number in range(90):
        customer = dice.choice(names)
        moment = first + dt.timedelta(days=dice.randrange(800), hours=dice.choice((0, 9, 23)))
        for _ in range(dice.randint(1, 3)):
            quantity = Decimal(dice.choice(("1", "2", "12", "0.5", "48")))
            price = dice.choice(("0.85", "2.55", "4.9999", "1234.5678"))
            product = dice.choice(("P1", "P2", "P3", "POST"))
            back = dice.random() < 0.25
            yield _line(
                f"{'C' if back else ''}{number + 500000}", customer, moment.isoformat(), product,
                str(-quantity if back else quantity), price,
                country=dice.choice(("United Kingdom", "Réunion", "eire")),
                channel=dice.choice(("web", "Shop", None)),
                cost=dice.choice((None, Decimal("0.1234"))),
            )  # fmt: skip


def _again() -> Iterator[dict[str, Any]]:
    """Export one order twice, the second time scattered; another holds the same line twice."""
    ordered = [
        _line("S1", "s", "2011-06-01T08:00:00", product, "1", price)
        for product, price in (("P1", "1"), ("P2", "2"), ("P3", None), ("P1", "1"))
    ]
    other = _line("S2", "s", "2011-06-02T08:00:00", "P1", "1", "1")
    yield from ordered
    for row in ordered:
        yield other
        yield row
    yield other
    yield other
