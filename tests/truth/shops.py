"""Small shops full of trouble: ties, nulls, copies, returns before purchases, odd money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from tests.lines import Line
from tests.truth.arithmetic import UNIT, Raw

FIRST: Final = dt.date(2011, 1, 28)
CUSTOMERS: Final = ("a", "b", "c", "d")
PRODUCTS: Final = ("P", "Q", "POST", "D", "M", "gift_1")
JUNK: Final = ("TESTER", "BANK CHARGES", "S", None)
COUNTRIES: Final = ("France", "EIRE", None)

# Steps that meet the ends of weeks, months, quarters, years and the 90 days.
_DAYS: Final = st.sampled_from((0, 0, 1, 2, 3, 4, 30, 61, 89, 90, 91, 180, 337, 338, 365, 372))
_HOURS: Final = st.sampled_from((0, 9, 9, 12, 23))
_PRICES: Final = st.sampled_from(("10", "10", "2.50", "0.01", "3.3333", "99.9"))
_QUANTITIES: Final = st.sampled_from(("1", "2", "3", "12", "0.5"))


@st.composite
def _document(draw: st.DrawFn, number: int, *, trouble: bool) -> list[Line]:
    """Lines of one order or cancellation, on one day."""
    back = draw(st.integers(0, 3)) == 0
    day = FIRST + dt.timedelta(days=draw(_DAYS))
    customer = draw(st.sampled_from((*CUSTOMERS, None)))
    country = draw(st.sampled_from(COUNTRIES))
    cancels = back and draw(st.booleans())
    found = []
    for _ in range(draw(st.integers(1, 4))):
        odd = trouble and draw(st.integers(0, 4)) == 0
        quantity = Decimal(draw(_QUANTITIES))
        price = Decimal(draw(_PRICES))
        facts: dict[str, Any] = {
            "order_id": f"C{number}" if cancels else f"{number}",
            "customer_id": customer,
            "moment": dt.datetime.combine(day, dt.time(draw(_HOURS))),
            "product": draw(st.sampled_from(PRODUCTS)),
            "country": country,
            "quantity": -quantity if back else quantity,
            "price": price,
        }
        if odd:
            facts |= draw(
                st.sampled_from(
                    (
                        {"order_id": None}, {"order_id": f"C{number}"}, {"moment": None},
                        {"customer_id": None},
                        {"unreadable": "quantity"}, {"price": Decimal(0)}, {"price": Decimal(-1)},
                        {"quantity": None, "amount": Decimal("7.5")}, {"status": "Cancelled"},
                        {"status": "Voided"},
                        {"price": None, "amount": Decimal(5 * (-1) ** back)},
                        {"price": None, "amount": Decimal(0)}, {"quantity": Decimal(0)},
                        {"description": "a|b", "product": "x"},
                        {"description": "b", "product": "x|a"},
                        *({"product": one} for one in JUNK),
                    )
                )
            )  # fmt: skip
        found.append(Line(**facts))
    return found


@st.composite
def documents(draw: st.DrawFn, *, most: int = 8) -> list[list[Line]]:
    """Orders and cancellations, each with an id of its own, the first a sale."""
    opening = Line(order_id="0", customer_id="a", country="France",
                   moment=dt.datetime.combine(FIRST, dt.time(9)))  # fmt: skip
    count = draw(st.integers(1, most))
    return [[opening], *(draw(_document(n, trouble=False)) for n in range(1, count + 1))]


@st.composite
def lines(draw: st.DrawFn, *, most: int = 12, trouble: bool = True) -> list[Line]:
    """Lines of a shop with at least one sale to a known customer."""
    count = draw(st.integers(1, most))
    rows = [Line(order_id="0", customer_id="a", country="France",
                 moment=dt.datetime.combine(FIRST, dt.time(9)))]  # fmt: skip
    for number in range(1, count + 1):
        document = draw(_document(number, trouble=trouble))
        rows += document
        if trouble and draw(st.integers(0, 5)) == 0:
            rows += draw(st.permutations(document))
    if trouble and draw(st.booleans()):
        rows += rows[: draw(st.integers(0, len(rows)))]
    return rows


@st.composite
def filters(draw: st.DrawFn, rows: Sequence[Line], *, whole: bool = False) -> dict[str, Any]:
    """Something a reader may ask of that shop; `whole` leaves out what hides lines or orders."""
    asked: dict[str, Any] = {
        "returns": draw(st.sampled_from(("include", "exclude", "neutralise"))),
        "grain": draw(st.sampled_from(("week", "month", "quarter", "year"))),
        "keep_truncated": draw(st.booleans()),
    }
    if whole:
        return asked
    if draw(st.booleans()):
        asked["kinds"] = tuple(
            kind
            for kind in ("product", "shipping", "discount", "manual", "voucher")
            if draw(st.booleans())
        ) or ("product",)
    if draw(st.booleans()):
        asked["countries"] = ("France",)
    if draw(st.booleans()):
        asked["min_order"] = draw(st.sampled_from((Decimal(0), Decimal(10), Decimal("25.01"))))
    if draw(st.booleans()):
        asked["customer_type"] = draw(st.sampled_from(("new", "returning", "retail", "wholesale")))
        asked["wholesale_factor"] = draw(st.sampled_from((1.0, 1.5, 3.0)))
    asked["anonymous"] = draw(st.booleans())
    if draw(st.booleans()):
        asked["as_of"] = FIRST + dt.timedelta(days=draw(st.sampled_from((0, 1, 61, 90, 338))))
    if draw(st.booleans()):
        asked["start"] = FIRST + dt.timedelta(days=draw(st.sampled_from((0, 1, 30, 61))))
    if draw(st.booleans()):
        asked["end"] = FIRST + dt.timedelta(days=draw(st.sampled_from((61, 89, 200))))
    return asked


def raw(rows: Sequence[Line]) -> list[Raw]:
    """The same lines for plain arithmetic."""

    def whole(value: Decimal | None) -> int | None:
        return None if value is None else int(value * UNIT)

    return [
        Raw(one.part, place, one.order_id, one.customer_id, one.moment, one.product,
            whole(one.quantity), whole(one.price), whole(one.amount), one.country, one.status,
            one.unreadable, (one.description, one.cost, one.discount, one.channel, one.currency,
                             one.category))
        for place, one in enumerate(rows, start=1)
    ]  # fmt: skip
