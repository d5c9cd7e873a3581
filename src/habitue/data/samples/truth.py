"""What is true of a sample shop, told by who made it, not by who reads it.

Cleaning, matching, and models are held against these figures in tests. Lines are counted by the
label they were drawn with; money is added in whole cents.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa

from habitue.data.samples.documents import Plan
from habitue.data.samples.goods import Ints, goods
from habitue.data.samples.lines import Label, Lines
from habitue.data.samples.purchases import MODELS, NOBODY, ORDER
from habitue.data.samples.rhythm import MINUTES, MONTHS, WEEKDAYS
from habitue.schema import Reason

RETURNS: Final = frozenset(
    {Label.RETURN_MATCHED, Label.RETURN_UNMATCHED, Label.DISCOUNT, Label.MANUAL_RETURN}
)
EXCLUDED: Final = {
    Reason.TEST: Label.TEST,
    Reason.NOT_A_SALE: Label.NOT_A_SALE,
    Reason.PRICE_NOT_POSITIVE: Label.ZERO_PRICE,
}
KEPT: Final = frozenset(Label) - frozenset(EXCLUDED.values())


@dataclass(frozen=True, slots=True)
class Count:
    """Some lines and what they amount to, in the shop's currency.

    Examples:
        >>> Count(2, Decimal("3.50")) + Count(1, Decimal("-1.00"))
        Count(lines=3, amount=Decimal('2.50'))
    """

    lines: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: Count) -> Count:
        """Count both."""
        return Count(self.lines + other.lines, self.amount + other.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The true figures of a shop, as the standard cleaning should find them.

    Attributes:
        raw: Every line of both parts.
        excluded: What each rule takes, first matching rule wins, in order.
        repeated_orders: Documents of the block that both parts hold.
        kept: What is left.
        kept_known: The part with a customer.
        gross: Kept lines that are no return.
        returns: Kept return lines.
        labels: Kept lines by what they truly are.
        matched: Returns whose purchase is in the file.
        unmatched: Returns without one: bought before the file starts, discounts, manual ones.
        duplicates: Lines equal in every column to an earlier line of their document, with a
            customer or without; the repeated block counted once.
        duplicates_known: Those with a customer.
        nameless: Lines without a description, the repeated block counted once.
        orders: Orders with a kept line, anonymous ones included.
        orders_known: Orders of known customers.
        customers: One row per customer with an order: `customer_id`, `type`, `country`,
            `acquired_at` (before the file starts for old customers), `rate_per_day` (orders per
            average day while active), `dropped_at` (null when after the file ends), `mean_basket`
            (what the customer's baskets are drawn around), `orders`, `first_order_at`,
            `last_order_at`, `gross`, `returned`.
        settings: What the shop was drawn with.
    """

    raw: Count
    excluded: dict[Reason, Count]
    repeated_orders: int
    kept: Count
    kept_known: Count
    gross: Count
    returns: Count
    labels: dict[str, Count]
    matched: Count
    unmatched: Count
    duplicates: int
    duplicates_known: int
    nameless: int
    orders: int
    orders_known: int
    customers: pa.Table
    settings: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the customers, as plain words and numbers; money as text."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__ if name != "customers"}


class Tally:
    """Adds lines up while they are drawn. The second copy of the repeated block is told apart."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        shape = (2, 2, len(Label))  # repeated, known, label
        self._lines = np.zeros(shape, np.int64)
        self._cents = np.zeros(shape, np.int64)
        self._customers = np.zeros((2, len(plan.people)), np.int64)  # gross, returned
        self._duplicates = np.zeros(2, np.int64)
        self._nameless = 0

    def add(self, lines: Lines, *, repeated: bool) -> None:
        """Count some lines in; `repeated` when they are the second copy of the block."""
        amount = lines.quantity * lines.cents
        customer = lines.documents["customer"][lines.owner].astype(np.int64)
        known = (customer != NOBODY).astype(np.int64)
        cell = known * len(Label) + lines.label
        size = 2 * len(Label)
        self._lines[int(repeated)] += np.bincount(cell, minlength=size).reshape(2, -1)
        np.add.at(self._cents[int(repeated)].reshape(-1), cell, amount)
        if repeated:
            return
        kept = np.isin(lines.label, list(KEPT)) & (known > 0)
        back = np.isin(lines.label, list(RETURNS)).astype(np.int64)
        np.add.at(self._customers, (back[kept], customer[kept]), amount[kept])
        self._nameless += int((lines.name < 0).sum())
        self._duplicates += _duplicates(lines, known)

    def truth(self, settings: dict[str, Any]) -> Truth:
        """Close the count."""
        once = {label: (self._count(0, 0, label), self._count(0, 1, label)) for label in Label}
        both = {label: anonymous + known for label, (anonymous, known) in once.items()}
        again = sum((self._count(1, who, label) for who in (0, 1) for label in Label), Count())
        first = sum(both.values(), Count())
        documents, (start, end) = self._plan.documents, self._plan.repeated
        is_order = documents["kind"] == ORDER
        returns = sum((both[label] for label in RETURNS), Count())
        kept = sum((both[label] for label in KEPT), Count())
        return Truth(
            raw=first + again,
            excluded={Reason.REPEATED_ORDER: again}
            | {reason: both[label] for reason, label in EXCLUDED.items()},
            repeated_orders=end - start,
            kept=kept,
            kept_known=sum((once[label][1] for label in KEPT), Count()),
            gross=Count(kept.lines - returns.lines, kept.amount - returns.amount),
            returns=returns,
            labels={label.name.lower(): both[label] for label in sorted(KEPT)},
            matched=both[Label.RETURN_MATCHED],
            unmatched=sum((both[one] for one in RETURNS - {Label.RETURN_MATCHED}), Count()),
            duplicates=int(self._duplicates.sum()),
            duplicates_known=int(self._duplicates[1]),
            nameless=self._nameless,
            orders=int(is_order.sum()),
            orders_known=int((is_order & (documents["customer"] != NOBODY)).sum()),
            customers=_customers(self._plan, self._customers),
            settings=settings
            | {
                "models": [asdict(model) for model in MODELS],
                "months": list(MONTHS),
                "weekdays": list(WEEKDAYS),
            },
        )

    def _count(self, repeated: int, known: int, label: Label) -> Count:
        cell = repeated, known, label
        return Count(int(self._lines[cell]), Decimal(int(self._cents[cell])).scaleb(-2))


def _duplicates(lines: Lines, known: Ints) -> Ints:
    # One number tells a line apart within its batch: 1 + 30 + 13 + 1 + 1 + 17 bits.
    key = (known << 30) | lines.owner
    key = (key << 13) | lines.product
    key = (key << 2) | ((lines.cents == 0) * 2 + (lines.name < 0))
    key = np.sort((key << 17) | (lines.quantity & 0x1FFFF))
    twice = key[1:][key[1:] == key[:-1]]
    return np.bincount(twice >> 62, minlength=2)


def _customers(plan: Plan, cents: Ints) -> pa.Table:
    people, rhythm, documents = plan.people, plan.rhythm, plan.documents
    bought = documents[(documents["kind"] == ORDER) & (documents["customer"] > NOBODY)]
    first = np.full(len(people), np.iinfo(np.int32).max)
    last = np.zeros_like(first)
    np.minimum.at(first, bought["customer"], bought["minute"])
    np.maximum.at(last, bought["customer"], bought["minute"])
    old, gone = people["acquired"] < 0, people["acquired"] + people["life"]
    acquired = np.where(old, np.floor(people["acquired"] * MINUTES), first)
    moment = {"acquired_at": acquired, "first_order_at": first, "last_order_at": last}
    opened = np.datetime64(rhythm.start, "s")
    columns = {
        "customer_id": pa.array(plan.ids[: len(people)]).cast(pa.string()),
        "type": pa.array([model.name for model in MODELS]).take(pa.array(people["model"])),
        "country": goods().countries.take(pa.array(people["country"])),
        "rate_per_day": pa.array(people["rate"]),
        "dropped_at": pa.array(
            opened + rhythm.minutes(rhythm.busy(gone)).astype("timedelta64[m]"),
            mask=gone >= rhythm.days,
        ),
        "mean_basket": pa.array(people["spend"]),
        "orders": pa.array(people["orders"]),
        "gross": _money(cents[0]),
        "returned": _money(cents[1]),
    }
    columns |= {
        name: pa.array(opened + minutes.astype("timedelta64[m]"))
        for name, minutes in moment.items()
    }
    return pa.table(columns)


def _money(cents: Ints) -> pa.Array:
    return pa.array([Decimal(one).scaleb(-2) for one in cents.tolist()], pa.decimal128(18, 2))


def _plain(value: Any) -> Any:
    match value:
        case Count():
            return {"lines": value.lines, "amount": str(value.amount)}
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
        case _:
            return value
