"""The lines of a document, drawn wherever and whenever they are needed.

Every value is a function of the seed, the basket and the line number (SplitMix64 used as a
counter, Steele, Lea & Flood 2014): nothing depends on how the file is cut into batches, and a
return finds the very lines of the order it cancels without anyone having kept them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from habitue.data.samples.documents import Plan
from habitue.data.samples.goods import Floats, Ints, goods
from habitue.data.samples.purchases import (
    NOBODY,
    OLD_RETURN,
    RETURN,
    SERVICE,
    WRITE_OFF,
    Documents,
)

Bools: TypeAlias = npt.NDArray[np.bool_]
Words: TypeAlias = npt.NDArray[np.uint64]

SCHEMA: Final = pa.schema(
    [
        ("Invoice", pa.string()),
        ("StockCode", pa.string()),
        ("Description", pa.string()),
        ("Quantity", pa.int32()),
        ("InvoiceDate", pa.timestamp("s")),
        ("Price", pa.float64()),
        ("Customer ID", pa.int32()),
        ("Country", pa.string()),
    ]
)
"""The shape of Online Retail II, which is that of every file this package writes."""

FIRST_INVOICE: Final = 500_000
FREE_SAMPLES: Final = 3e-4
NAMELESS: Final = 5e-4
LOST, UNSAID = 0.6, 0.7
"""Shares of the stock corrections that take goods away, and that do not say why."""
PACKS: Final = np.array(
    [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 36, 48, 72, 96, 120, 144, 192, 240, 288, 360, 480,
     600, 720, 960, 1_200, 1_440, 1_920, 2_400, 3_600, 4_800],
    dtype=np.float64,
)  # fmt: skip
"""Quantities that people order in."""


class Label(IntEnum):
    """What a line truly is."""

    PRODUCT = 0
    SHIPPING = 1
    MANUAL = 2
    VOUCHER = 3
    RETURN_MATCHED = 4
    RETURN_UNMATCHED = 5
    DISCOUNT = 6
    MANUAL_RETURN = 7
    TEST = 8
    NOT_A_SALE = 9
    ZERO_PRICE = 10


class _Draw(IntEnum):
    PRODUCT, WEIGHT, PACK, RARE, OFFSET, SHARE, FEE = range(7)


class Dice:
    """Uniform numbers that depend on nothing but what they are for."""

    def __init__(self, seed: int) -> None:
        self._keys = np.random.SeedSequence([seed, len(_Draw)]).generate_state(
            len(_Draw), np.uint64
        )

    def roll(self, draw: _Draw, basket: Ints, line: Ints) -> Floats:
        """Give one number in (0, 1) for each basket and line."""
        word: Words = ((basket << 12) | line).astype(np.uint64)
        word *= np.uint64(0x9E3779B97F4A7C15)
        word += self._keys[draw]
        word ^= word >> np.uint64(30)
        word *= np.uint64(0xBF58476D1CE4E5B9)
        word ^= word >> np.uint64(27)
        word *= np.uint64(0x94D049BB133111EB)
        word ^= word >> np.uint64(31)
        return ((word >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines as numbers, before they become text.

    Attributes:
        documents: The documents they belong to.
        first: Place of the first of these documents in the file, from zero.
        owner: Which of `documents` each line belongs to.
        product: Index into the goods.
        name: Index into the names; -1 for none.
        quantity: Units, negative when they come back.
        cents: Unit price.
        label: What the line truly is.
    """

    documents: Documents
    first: int
    owner: Ints
    product: Ints
    name: Ints
    quantity: Ints
    cents: Ints
    label: Ints


def draw_lines(plan: Plan, dice: Dice, first: int, last: int) -> Lines:
    """Draw the lines of some documents, in order.

    Args:
        plan: The documents of the shop.
        dice: The seed.
        first: The first document.
        last: The document after the last one.
    """
    shelf = goods()
    documents = plan.documents[first:last]
    ends = plan.ends[first:last] - (plan.ends[first - 1] if first else 0)
    length = np.diff(ends, prepend=0)
    owner = np.repeat(np.arange(len(documents)), length)
    line = np.arange(len(owner)) - np.repeat(ends - length, length)
    wide = {name: documents[name].astype(np.int64)[owner] for name in ("kind", "size", "basket")}
    kind, basket = wide["kind"], wide["basket"]
    service = line == documents["lines"][owner]

    # A return starts at a line of its own choice of the order it cancels, and wraps around.
    returned = kind == RETURN
    start = (dice.roll(_Draw.OFFSET, basket, np.zeros_like(basket)) * wide["size"]).astype(np.int64)
    line = np.where(returned, (start + line) % wide["size"], line)

    product = shelf.ladder[(dice.roll(_Draw.PRODUCT, basket, line) * (1 << 16)).astype(np.int64)]
    retired = kind == OLD_RETURN
    gone = shelf.first_service - shelf.sold
    product = np.where(retired, shelf.sold + product % gone, product)
    cents = shelf.cents[documents["tier"][owner], product]
    spend = (100 * documents["spend"] / documents["size"])[owner]
    quantity = _quantities(dice, basket, line, cents, spend)
    part = 2 * dice.roll(_Draw.SHARE, basket, line)
    back = np.ceil(quantity * np.minimum(part, 1)).astype(np.int64)
    quantity = np.where(returned | retired, -back, quantity)
    label = np.select(
        [returned, retired], [Label.RETURN_MATCHED, Label.RETURN_UNMATCHED], Label.PRODUCT
    ).astype(np.int64)

    rare = dice.roll(_Draw.RARE, basket, line)
    # Never the first line, so that an order always sells something.
    cents = np.where((rare < FREE_SAMPLES) & (line > 0), 0, cents)
    name = np.where(rare > 1 - NAMELESS, -1, product)
    drawn = Lines(documents, first, owner, product, name, quantity, cents, label)
    _write_off(drawn, dice, np.flatnonzero(kind == WRITE_OFF))
    label[cents == 0] = Label.ZERO_PRICE
    _charge(drawn, dice, np.flatnonzero(service))
    return drawn


def _quantities(dice: Dice, basket: Ints, line: Ints, cents: Ints, spend: Floats) -> Ints:
    want = spend * (0.2 + 1.6 * dice.roll(_Draw.WEIGHT, basket, line)) / cents
    want = np.clip(want, PACKS[0], PACKS[-1] - 1)
    above = np.searchsorted(PACKS, want, side="right")
    low, high = PACKS[above - 1], PACKS[above]
    # Rounded up as often as it takes for the mean to be what is wanted.
    up = dice.roll(_Draw.PACK, basket, line) * (high - low) < want - low
    return np.where(up, high, low).astype(np.int64)


def _write_off(lines: Lines, dice: Dice, where: Ints) -> None:
    """Turn lines into stock corrections: no price, and most of the time no word of why."""
    shelf, basket = goods(), lines.documents["basket"][lines.owner[where]].astype(np.int64)
    luck = dice.roll(_Draw.SHARE, basket, np.ones_like(basket))
    size = np.exp(5 * dice.roll(_Draw.PACK, basket, np.ones_like(basket)))
    note = shelf.first_note + (dice.roll(_Draw.WEIGHT, basket, np.ones_like(basket)) * shelf.notes)
    lines.cents[where] = 0
    lines.quantity[where] = np.where(luck < LOST, -1, 1) * np.ceil(size)
    lines.name[where] = np.where(luck * 10 % 1 < UNSAID, -1, note.astype(np.int64))


def _charge(lines: Lines, dice: Dice, where: Ints) -> None:
    """Turn the last line of some documents into their service code."""
    services, documents = goods().services, lines.documents[lines.owner[where]]
    code = documents["extra"].astype(np.int64)
    low, high = (100 * np.array([one.prices[end] for one in services]) for end in (0, 1))
    luck = dice.roll(_Draw.FEE, documents["basket"].astype(np.int64), np.zeros_like(code))
    lines.product[where] = lines.name[where] = goods().first_service + code
    lines.quantity[where] = np.array([one.sign for one in services])[code]
    lines.cents[where] = np.round(low[code] + luck * (high - low)[code])
    lines.label[where] = np.array([Label[one.label.upper()] for one in services])[code]


def to_arrow(lines: Lines, plan: Plan) -> pa.RecordBatch:
    """Write lines out in the columns of Online Retail II."""
    shelf, documents, owner = goods(), lines.documents, lines.owner
    numbers = np.arange(lines.first, lines.first + len(documents)) + FIRST_INVOICE
    mark = np.isin(documents["kind"], [RETURN, OLD_RETURN]).astype(np.int64)  # 1 is "C"
    service = documents["kind"] == SERVICE
    marks = ["", "C", "A"]
    own = np.array([marks.index(one.prefix) for one in shelf.services])
    mark[service] = own[documents["extra"][service]]
    invoices = pa.compute.binary_join_element_wise(
        pa.array(marks).take(pa.array(mark)), pa.array(numbers).cast(pa.string()), ""
    )
    opened = np.datetime64(plan.rhythm.start, "s")
    moments = opened + (documents["minute"] * np.int64(60)).astype("timedelta64[s]")
    nobody = documents["customer"] == NOBODY
    # NOBODY and TESTER are negative: they index the last two ids.
    ids = pa.array(plan.ids[documents["customer"]].astype(np.int32), mask=nobody)
    at = pa.array(owner)
    return pa.RecordBatch.from_arrays(
        [
            invoices.take(at),
            shelf.codes.take(pa.array(lines.product)),
            shelf.names.take(pa.array(lines.name, mask=lines.name < 0)),
            pa.array(lines.quantity.astype(np.int32)),
            pa.array(moments).take(at),
            pa.array(lines.cents / 100),
            ids.take(at),
            shelf.countries.take(pa.array(documents["country"])).take(at),
        ],
        schema=SCHEMA,
    )
