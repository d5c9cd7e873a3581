"""What a sample shop sells: some four thousand products, their prices, and its service codes.

The same goods for every seed: the shop changes, its shelves do not.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FRENCH: Final = 2_600
ENGLISH: Final = 1_600
RETIRED: Final = 160
"""Products sold only before the file starts: they come back, with no purchase to match."""
LEADING_ZERO: Final = 0.03
ZIPF: Final = (15, 0.85)
"""Popularity of the k-th product is (k + 15)**-0.85, a Zipf-Mandelbrot law, up to a factor."""
TIERS: Final = (1.0, 0.85, 1.6)
"""List price for retail, for wholesale, and for web orders that leave no customer."""
_SHELF_SEED: Final = 502


@dataclass(frozen=True, slots=True)
class Service:
    """A code that is not a product.

    Attributes:
        code: Product code in the file.
        name: Its description.
        prices: Lowest and highest unit price.
        label: What becomes of the line.
        sign: Quantity, 1 or -1.
        prefix: What its invoice number starts with.
        buyer: `customer`, `test` or `nobody`.
        per_million: Documents in a million lines; 0 when the line ends an order instead.
    """

    code: str
    name: str
    prices: tuple[float, float]
    label: str
    sign: int = 1
    prefix: str = ""
    buyer: str = "nobody"
    per_million: int = 0


@dataclass(frozen=True, slots=True)
class Goods:
    """Everything a line can name. Products first, then retired ones, services, and stock notes.

    Attributes:
        codes: Product code of each.
        names: Description of each.
        cents: Unit price in cents by tier and product; services draw theirs.
        ladder: Product reached by each of 65,536 equal steps of probability.
        sold: How many products are sold; retired ones follow.
        services: Service codes, in order after the retired products.
        notes: How many stock notes end the list of names.
        countries: Names, home first.
        country_weights: Their shares, summing to one.
    """

    codes: pa.Array
    names: pa.Array
    cents: Ints
    ladder: Ints
    sold: int
    services: tuple[Service, ...]
    notes: int
    countries: pa.Array
    country_weights: Floats

    @property
    def first_service(self) -> int:
        """Index of the first service code."""
        return self.sold + RETIRED

    @property
    def first_note(self) -> int:
        """Index of the first stock note, among the names."""
        return self.first_service + len(self.services)

    def service(self, code: str) -> int:
        """Give the place of a service code, counted from the first service."""
        return [one.code for one in self.services].index(code)


@lru_cache(maxsize=1)
def goods() -> Goods:
    """Stock the shelves."""
    words = tomllib.loads((resources.files(__package__) / "shop.toml").read_text(encoding="utf-8"))
    services = tuple(
        Service(**{**one, "prices": tuple(one["prices"])}) for one in words["services"]
    )
    rng = np.random.default_rng(_SHELF_SEED)
    named = _named(words["french"], FRENCH + RETIRED, rng) + _named(words["english"], ENGLISH, rng)
    # Shuffled, so that neither language nor object decides what is popular or retired.
    named = [named[i] for i in rng.permutation(len(named))]
    sold, notes = FRENCH + ENGLISH, words["stock"]["notes"]
    base = np.array([price for _, price in named]) * rng.lognormal(0, 0.25, len(named))
    cents = np.maximum(np.round(np.outer(TIERS, base) * 20) * 5, 10).astype(np.int64)
    weights = (np.arange(1, sold + 1) + ZIPF[0]) ** -ZIPF[1]
    steps = (np.arange(1 << 16) + 0.5) / (1 << 16)
    shares = np.array([float(share) for share in words["countries"].values()])
    return Goods(
        codes=pa.array([*_codes(len(named), rng), *(one.code for one in services)]),
        names=pa.array([*(name for name, _ in named), *(one.name for one in services), *notes]),
        cents=cents,
        ladder=np.searchsorted(np.cumsum(weights) / weights.sum(), steps),
        sold=sold,
        services=services,
        notes=len(notes),
        countries=pa.array(list(words["countries"])),
        country_weights=shares / shares.sum(),
    )


def _named(words: dict[str, Any], count: int, rng: np.random.Generator) -> list[tuple[str, float]]:
    parts = [words["objects"], words["motifs"], words["colours"], words["sizes"]]
    chosen: dict[str, float] = {}
    while len(chosen) < count:
        (thing, price), motif, colour, size = (part[rng.integers(len(part))] for part in parts)
        french = words["sizes"][-1].startswith("X")
        order = (thing, motif, colour, size) if french else (size, colour, motif, thing)
        chosen[" ".join(word for word in order if word)] = price
    return list(chosen.items())


def _codes(count: int, rng: np.random.Generator) -> list[str]:
    low = 10_000
    zeros = round(count * LEADING_ZERO)
    numbers = np.concatenate(
        [rng.choice(low, zeros, replace=False), low + rng.choice(low * 8, count - zeros, False)]
    )
    letters = rng.choice(["", "", "", "", "A", "B", "C", "L"], count)
    shuffled = rng.permutation(numbers)
    return [f"{number:05d}{letter}" for number, letter in zip(shuffled, letters, strict=True)]
