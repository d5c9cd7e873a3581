"""The plan of a sample shop: every order, return and fee of the file, in the order of time.

A document takes 25 bytes, whatever its lines hold: a hundred million lines are planned in memory
(five million documents) and drawn a few at a time. Blocks of customers are drawn until their
lines fill their share; then fees, write-offs and old returns; anonymous orders fill the rest, so
that the file has exactly as many lines as were asked for, the repeated block included.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from habitue.data.samples.goods import Ints, goods
from habitue.data.samples.purchases import (
    DOCUMENT,
    MAX_LINES,
    NOBODY,
    OLD_RETURN,
    ORDER,
    SERVICE,
    TESTER,
    WRITE_OFF,
    Acquisition,
    Documents,
    People,
    draw_people,
)
from habitue.data.samples.rhythm import MINUTES, Rhythm

CUSTOMER_SHARE: Final = 0.765
"""Share of the lines that belong to known customers' orders and their returns."""
WRITE_OFFS: Final = 5_900
"""Zero-price documents in a million lines."""
OLD_RETURNS: Final = 900
"""Returns of what was bought before the file starts, in a million lines."""
NAMED_OLD_RETURNS: Final = 0.85
"""Share of these that say whose they are."""
REPEATED_SHARE: Final = 9 / 739
"""Share of the days that the second part exports again."""
_WEB_BLOCK: Final = 512
_SEASONS, _PEOPLE, _WEB, _REST = range(4)


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of a shop and the people behind them.

    Attributes:
        rhythm: The clock of the shop.
        documents: All of them, by time.
        people: Customers with an order in the file.
        ids: Customer id of each; the last two are nobody's and the tester's.
        ends: Line after the last one of each document, counted over `documents`.
        repeated: First and last document (excluded) of the block that both parts hold.
    """

    rhythm: Rhythm
    documents: Documents
    people: People
    ids: Ints
    ends: Ints
    repeated: tuple[int, int]

    @property
    def parts(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """First and last document (excluded) of each part of the file."""
        again, fresh = self.repeated
        return (0, fresh), (again, len(self.documents))


def draw_plan(lines: int, seed: int, start: dt.date, end: dt.date) -> Plan:
    """Plan a shop of so many lines, the repeated block counted twice."""
    days = (end - start).days + 1
    rhythm = Rhythm(start, days)
    fresh = round(days / 2) * MINUTES
    window = (fresh - max(1, round(days * REPEATED_SHARE)) * MINUTES, fresh)

    people, bought = _known(round(lines * CUSTOMER_SHARE), seed, rhythm, window)
    rest = _rest(lines, seed, rhythm, bought)
    left = lines - int(_weights(bought, window).sum() + _weights(rest, window).sum())
    everything = np.concatenate([bought, rest, _web(left, seed, rhythm, window)])
    # Baskets of orders already have their number; the others get theirs after.
    own = np.arange(len(bought), len(everything))
    everything["basket"][len(bought) :] = own
    everything = everything[np.argsort(everything["minute"], kind="stable")]

    repeated = np.searchsorted(everything["minute"], window)
    ids = np.random.default_rng([seed, _REST, 1]).permutation(len(people)) + 12_347
    return Plan(
        rhythm=rhythm,
        documents=everything,
        people=people,
        ids=np.concatenate([ids, [12_346, 0]]),
        ends=np.cumsum(_length(everything)),
        repeated=(int(repeated[0]), int(repeated[1])),
    )


def _length(documents: Documents) -> Ints:
    lines: Ints = documents["lines"].astype(np.int64) + (documents["extra"] >= 0)
    return lines


def _weights(documents: Documents, window: tuple[int, int]) -> Ints:
    """Lines of each document in the file: those of the repeated block stand there twice."""
    twice = (documents["minute"] >= window[0]) & (documents["minute"] < window[1])
    return _length(documents) * (1 + twice)


def _known(
    budget: int, seed: int, rhythm: Rhythm, window: tuple[int, int]
) -> tuple[People, Documents]:
    acquisition = Acquisition(rhythm, np.random.default_rng([seed, _SEASONS]))
    people, documents = [], []
    count = baskets = block = 0
    while budget >= 0:
        rng = np.random.default_rng([seed, _PEOPLE, block])
        crowd, bought = draw_people(rng, rhythm, acquisition)
        weights = np.bincount(bought["customer"], _weights(bought, window), len(crowd))
        within = int(np.searchsorted(np.cumsum(weights), budget, side="right"))
        budget = budget - int(weights.sum()) if within == len(crowd) else -1
        crowd, bought = crowd[:within], bought[bought["customer"] < within]
        bought["customer"] += count
        bought["basket"] += baskets
        count, baskets, block = count + len(crowd), baskets + len(bought), block + 1
        people.append(crowd)
        documents.append(bought)
    return np.concatenate(people), np.concatenate(documents)


def _rest(lines: int, seed: int, rhythm: Rhythm, bought: Documents) -> Documents:
    """Draw fees, adjustments, tests, write-offs, and returns of purchases the file never saw."""
    rng = np.random.default_rng([seed, _REST, 0])
    services = goods().services
    counts = [
        max(2, round(one.per_million * lines / 1e6)) if one.per_million else 0 for one in services
    ]
    which = np.repeat(np.arange(len(services)), counts)
    offs, old = round(WRITE_OFFS * lines / 1e6), max(2, round(OLD_RETURNS * lines / 1e6))
    rest = np.zeros(len(which) + offs + old, DOCUMENT)
    rest["minute"] = rhythm.minutes(rng.random(len(rest)) * rhythm.length)
    rest["customer"], rest["extra"], rest["size"] = NOBODY, -1, 1
    fees, written, back = np.split(rest, [len(which), len(which) + offs])

    fees["kind"], fees["extra"] = SERVICE, which
    buyer = np.array([one.buyer for one in services])[which]
    fees["customer"] = np.where(buyer == "test", TESTER, NOBODY)
    written["kind"], written["lines"] = WRITE_OFF, 1
    back["kind"], back["lines"], back["spend"] = OLD_RETURN, rng.integers(1, 3, old), 60
    back["size"] = back["lines"]
    signed = rng.random(old) < NAMED_OLD_RETURNS
    named = np.concatenate([buyer == "customer", np.zeros(offs, bool), signed])
    if len(bought):
        donors = bought[rng.integers(len(bought), size=int(named.sum()))]
        for field in ("customer", "country", "tier"):
            rest[field][named] = donors[field]
    return rest


def _web(left: int, seed: int, rhythm: Rhythm, window: tuple[int, int]) -> Documents:
    """Draw anonymous web orders until they fill what is left, to the line."""
    orders, block = [], 0
    while left > 0:
        rng = np.random.default_rng([seed, _WEB, block])
        web = np.zeros(_WEB_BLOCK, DOCUMENT)
        web["minute"] = rhythm.minutes(rng.random(_WEB_BLOCK) * rhythm.length)
        web["customer"], web["kind"], web["tier"] = NOBODY, ORDER, 2
        size = np.ceil(rng.lognormal(2.5, 1.25, _WEB_BLOCK))
        web["size"] = web["lines"] = np.clip(size, 1, MAX_LINES)
        web["spend"] = web["size"] * rng.gamma(4, 1.6, _WEB_BLOCK)
        web["country"] = rng.choice([0, 1, 3, 5], _WEB_BLOCK, p=[0.94, 0.03, 0.02, 0.01])
        web["extra"] = _delivery(rng)
        within = int(np.searchsorted(np.cumsum(_weights(web, window)), left, side="right"))
        kept = web[:within]
        left -= int(_weights(kept, window).sum())
        if within < len(web):
            # The order that does not fit gives as many lines as fit, outside the repeated block.
            odd = web[within : within + 1].copy()
            odd["minute"], odd["extra"], odd["size"] = window[1] + MINUTES // 2, -1, left
            odd["lines"] = left
            kept, left = np.concatenate([kept, odd[: left > 0]]), 0
        orders.append(kept)
        block += 1
    return np.concatenate([*orders, np.zeros(0, DOCUMENT)])


def _delivery(rng: np.random.Generator) -> Ints:
    shelf = goods()
    codes = [shelf.service(one) for one in ("DOT", "gift_0001_10", "gift_0001_20", "gift_0001_50")]
    return rng.choice([-1, *codes], _WEB_BLOCK, p=[0.71, 0.25, 0.015, 0.015, 0.01])
