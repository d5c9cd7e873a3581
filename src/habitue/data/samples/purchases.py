"""Who buys, how often, for how much, and until when: the process behind a sample shop.

Each customer has a purchase rate, Gamma(r, alpha), and a life that ends at a constant hazard,
itself Gamma(s, beta): the Pareto/NBD of Schmittlein, Morrison & Colombo (1987). Baskets follow
the Gamma-Gamma of Fader & Hardie (2013): Gamma(p, nu) with nu itself Gamma(q, gamma). Purchases
fall in busy time (see `rhythm`), lives in calendar time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from habitue.data.samples.goods import Floats, Ints, goods
from habitue.data.samples.rhythm import MINUTES, Rhythm, busyness


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerModel:
    """How one type of customer behaves; times in days, money in the shop's currency.

    Attributes:
        name: `retail` or `wholesale`.
        share: Share of the people the shop acquires.
        home: Share that lives where the shop is.
        r: Shape of the purchase rate.
        alpha: Scale of it: the mean rate is r / alpha orders a day.
        s: Shape of the dropout rate.
        beta: Scale of it.
        p: Shape of a customer's baskets.
        q: Shape of their spread between customers.
        gamma: Scale of it: the mean basket is p * gamma / (q - 1).
    """

    name: str
    share: float
    home: float
    r: float
    alpha: float
    s: float
    beta: float
    p: float
    q: float
    gamma: float


MODELS: Final = (
    CustomerModel(
        name="retail", share=0.96, home=0.78, r=0.9, alpha=82, s=0.7, beta=380, p=3, q=6, gamma=500
    ),
    CustomerModel(
        name="wholesale", share=0.04, home=0.6, r=2, alpha=80, s=0.4, beta=600, p=3, q=10,
        gamma=4_400,
    ),
)  # fmt: skip
"""Index of a model is the price tier of its customers."""

HISTORY_DAYS: Final = 730
"""The shop was open for so long before the file starts: its old customers fill the first month."""
BLOCK: Final = 1_024
POSTED_ABROAD: Final = (0.55, 0.05, 0.4)
"""Orders from abroad that pay postage, carriage, or neither."""
MANUAL_AT_HOME: Final = (0.015, 0.985)
"""Orders from home that end with a line typed by hand."""
RETURNED_ORDERS: Final = 0.17
RETURN_BUSY_DAYS: Final = 14.0
MAX_LINES: Final = 400

DOCUMENT: Final = np.dtype(
    [
        ("minute", "i4"),  # since the start of the first day
        ("customer", "i4"),  # index into the people; NOBODY or TESTER
        ("basket", "i4"),  # whose lines these are: a return repeats those of its order
        ("size", "i2"),  # product lines of that basket
        ("lines", "i2"),  # product lines of this document
        ("extra", "i1"),  # service code that ends it, or -1
        ("kind", "i1"),
        ("tier", "i1"),  # price list
        ("country", "i1"),
        ("spend", "f4"),  # what the basket is meant to cost
    ]
)
Documents = npt.NDArray[np.void]
ORDER, RETURN, OLD_RETURN, WRITE_OFF, SERVICE = range(5)
NOBODY, TESTER = -1, -2

PERSON: Final = np.dtype(
    [
        ("model", "i1"),
        ("country", "i1"),
        ("acquired", "f8"),  # days since the start; negative for old customers
        ("rate", "f8"),  # orders per busy day
        ("life", "f8"),  # days from acquisition to dropout
        ("spend", "f8"),  # mean basket
        ("orders", "i4"),
    ]
)
People = npt.NDArray[np.void]


class Acquisition:
    """When people come for the first time: with the seasons, and as each month's campaigns went.

    Args:
        rhythm: The clock of the shop.
        rng: Draws how well each month went.
    """

    def __init__(self, rhythm: Rhythm, rng: np.random.Generator) -> None:
        days = HISTORY_DAYS + rhythm.days
        opened = np.datetime64(rhythm.start, "D") - HISTORY_DAYS
        month: Ints = (opened + np.arange(days)).astype("datetime64[M]").astype(np.int64)
        luck = rng.lognormal(0, 0.18, int(np.ptp(month)) + 1)
        weights = busyness(opened.astype(object), days) * luck[month - month[0]]
        self._until = np.cumsum(weights) / weights.sum()

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Moments of acquisition, in days since the start of the file."""
        day = np.searchsorted(self._until, rng.random(count)) - HISTORY_DAYS
        return day + rng.random(count)


def draw_people(
    rng: np.random.Generator, rhythm: Rhythm, acquisition: Acquisition
) -> tuple[People, Documents]:
    """Draw a block of people, and the orders and returns that the file will show of them.

    People who come before the file starts are known by what they still buy in it. Whoever
    buys nothing in it is left out.
    """
    people = _draw_lives(rng, acquisition.draw(rng, BLOCK))
    acquired, gone = people["acquired"], people["acquired"] + people["life"]
    first, last = rhythm.busy(acquired), rhythm.busy(np.maximum(gone, 0))
    repeats = rng.poisson(people["rate"] * (last - first))
    people["orders"] = repeats + (acquired >= 0)
    seen = people["orders"] > 0
    people, first, last = people[seen], first[seen], last[seen]

    owner = np.repeat(np.arange(len(people)), people["orders"])
    into = rng.random(len(owner))
    opening = np.concatenate([[0], np.cumsum(people["orders"])[:-1]])
    into[opening[people["acquired"] >= 0]] = 0.0  # the acquiring order itself
    busy = first[owner] + into * (last - first)[owner]

    orders = np.zeros(len(owner), DOCUMENT)
    orders["minute"], orders["customer"] = rhythm.minutes(busy), owner
    orders["kind"], orders["tier"] = ORDER, people["model"][owner]
    orders["country"] = people["country"][owner]
    shape = np.array([model.p for model in MODELS])[people["model"]]
    orders["spend"] = rng.gamma(shape[owner]) * (people["spend"] / shape)[owner]
    orders["size"] = orders["lines"] = _basket_size(rng, orders["spend"])
    orders["basket"] = np.arange(len(owner))
    orders["extra"] = _shipping(rng, orders["country"])
    return people, np.concatenate([orders, _returns(rng, rhythm, orders, busy)])


def _draw_lives(rng: np.random.Generator, acquired: Floats) -> People:
    people = np.zeros(len(acquired), PERSON)
    model = (rng.random(len(acquired)) < MODELS[1].share).astype(np.int8)
    people["model"], people["acquired"] = model, acquired
    r, alpha, s, beta, p, q, gamma, home = (
        np.array([getattr(one, name) for one in MODELS])[model]
        for name in ("r", "alpha", "s", "beta", "p", "q", "gamma", "home")
    )
    people["rate"] = rng.gamma(r) / alpha
    # A hazard near zero is a life longer than any file.
    people["life"] = rng.exponential(size=len(model)) / np.maximum(rng.gamma(s) / beta, 1e-9)
    people["spend"] = p / (rng.gamma(q) / gamma)
    weights = goods().country_weights
    abroad = rng.choice(len(weights) - 1, len(model), p=weights[1:] / weights[1:].sum()) + 1
    people["country"] = np.where(rng.random(len(model)) < home, 0, abroad)
    return people


def _basket_size(rng: np.random.Generator, spend: npt.NDArray[np.float32]) -> Ints:
    # Who spends four times more buys more lines, but not four times as many.
    lines = 0.62 * spend**0.6 * rng.lognormal(-0.18, 0.6, len(spend))
    return np.clip(np.ceil(lines), 1, MAX_LINES).astype(np.int64)


def _shipping(rng: np.random.Generator, country: npt.NDArray[np.int8]) -> Ints:
    shelf = goods()
    post, carriage, manual = (shelf.service(code) for code in ("POST", "C2", "M"))
    abroad = rng.choice([post, carriage, -1], len(country), p=POSTED_ABROAD)
    home = rng.choice([manual, -1], len(country), p=MANUAL_AT_HOME)
    return np.where(country > 0, abroad, home)


def _returns(
    rng: np.random.Generator, rhythm: Rhythm, orders: Documents, busy: Floats
) -> Documents:
    later = busy + 0.1 + rng.exponential(RETURN_BUSY_DAYS, len(orders))
    chosen = (rng.random(len(orders)) < RETURNED_ORDERS) & (later < rhythm.length)
    returns = orders[chosen].copy()
    returns["kind"], returns["extra"] = RETURN, -1
    returns["minute"] = np.maximum(rhythm.minutes(later[chosen]), returns["minute"] + 30)
    returns["lines"] = np.minimum(rng.geometric(0.42, len(returns)), returns["size"])
    last = rhythm.days * MINUTES
    return returns[returns["minute"] < last]
