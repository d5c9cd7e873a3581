"""What customers did, as the purchase models see it: checked, and compressed to patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from habitue.core.clv.fitting import Array
from habitue.errors import ContentError, RequestError

Codes: TypeAlias = NDArray[np.int64]
SAMPLE_PATTERNS: Final = 10_000
"""Starts are compared on this many sampled customers when there are more patterns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Distinct (x, t_x, T) with the weight of the customers who share them.

    Two customers with the same pattern have the same likelihood, so a base of a million is
    fitted on its patterns alone, and a database can count them.

    Attributes:
        frequency: Repeat occasions x.
        recency: Time of the last one since the first occasion, t_x.
        age: Time observed since the first occasion, T.
        weight: Customers with that pattern.
        unit: Length of one unit of time of these columns in the caller's unit.
    """

    frequency: Array
    recency: Array
    age: Array
    weight: Array
    unit: float = 1.0

    @classmethod
    def of(
        cls, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None
    ) -> Self:
        """Check the columns and group equal rows.

        Raises:
            ContentError: A row cannot be a customer's history; the message counts such rows.
        """
        x, t, age = checked(frequency, recency, T)
        weight = checked_weights(weights, x.size)
        if not x.size or not weight.sum() > 0:
            raise ContentError("clv_no_customers")
        if not np.any(age[weight > 0] > 0):
            raise ContentError("clv_no_time")
        first, which = grouped(x, t, age)
        counts = np.bincount(which, weight, minlength=first.size)
        kept = counts > 0
        first = first[kept]
        return cls(
            frequency=x[first],
            recency=t[first],
            age=age[first],
            weight=np.asarray(counts[kept], dtype=np.float64),
        )

    @property
    def customers(self) -> float:
        """Customers, weights counted."""
        return float(self.weight.sum())

    @property
    def repeaters(self) -> float:
        """Customers with at least one repeat occasion."""
        return float(self.weight[self.frequency > 0].sum())

    @property
    def orders(self) -> float:
        """Repeat occasions of the whole base."""
        return float(np.einsum("i,i", self.weight, self.frequency))

    @property
    def exposure(self) -> float:
        """Time observed, summed over customers."""
        return float(np.einsum("i,i", self.weight, self.age))

    @property
    def log_unit(self) -> float:
        """What to add to a log-likelihood in these units to have it in the caller's."""
        return -self.orders * float(np.log(self.unit))

    def scaled(self) -> Self:
        """Measure time so that the longest history lasts one unit."""
        longest = float(self.age.max())
        return type(self)(
            frequency=self.frequency,
            recency=self.recency / longest,
            age=self.age / longest,
            weight=self.weight,
            unit=self.unit * longest,
        )

    def sample(self) -> Self | None:
        """Draw customers with replacement, always the same; None when there is no need."""
        drawn = sampled(self.weight)
        if drawn is None:
            return None
        which, weight = drawn
        return type(self)(
            frequency=self.frequency[which],
            recency=self.recency[which],
            age=self.age[which],
            weight=weight,
            unit=self.unit,
        )

    def by_age(self) -> tuple[Array, Array, Array]:
        """Give the distinct ages, the customers of each and their repeat occasions."""
        ages, which = np.unique(self.age, return_inverse=True)
        return (
            ages,
            np.asarray(np.bincount(which, self.weight), dtype=np.float64),
            np.asarray(np.bincount(which, self.weight * self.frequency), dtype=np.float64),
        )

    def tail(self) -> Array:
        """Count, for i = 0, 1, 2…, the customers with more than i repeat occasions."""
        exact = np.bincount(self.frequency.astype(np.int64), self.weight)
        return np.asarray(exact[::-1].cumsum()[::-1][1:], dtype=np.float64)


def checked(frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> tuple[Array, Array, Array]:
    """Read three columns as floats of one shape, and refuse what cannot be a history.

    Raises:
        ContentError: Different lengths, missing or negative values, fractional counts, a last
            occasion after the end of observation, or one without repeat occasions.
    """
    columns = {"frequency": frequency, "recency": recency, "T": T}
    read = {name: checked_column(name, values) for name, values in columns.items()}
    try:
        x, t, age = np.broadcast_arrays(*read.values())
    except ValueError:
        sizes = [values.size for values in read.values()]
        raise ContentError("clv_lengths", sizes=sizes) from None
    for key, wrong in (
        ("clv_frequency_fractional", x != np.floor(x)),
        ("clv_recency_beyond_age", t > age),
        ("clv_recency_without_repeat", (x == 0) != (t == 0)),
    ):
        if np.any(wrong):
            at = int(np.flatnonzero(wrong)[0])
            row = {"frequency": x.flat[at], "recency": t.flat[at], "age": age.flat[at]}
            facts = {name: float(value) for name, value in row.items()}
            raise ContentError(key, rows=int(np.count_nonzero(wrong)), row=at + 1, **facts)
    return x, t, age


def checked_time(name: str, value: ArrayLike) -> Array:
    """Read a length of time to look ahead.

    Raises:
        RequestError: It is negative or not a number.
    """
    t = np.asarray(value, dtype=np.float64)
    if not np.all((t >= 0) & np.isfinite(t)):
        raise RequestError("clv_time_negative", name=name, value=float(t.min()))
    return t


def checked_column(name: str, values: ArrayLike) -> Array:
    """Read a column of finite numbers, none below zero.

    Raises:
        ContentError: A value is missing, infinite or negative.
    """
    column = np.asarray(values, dtype=np.float64)
    if not np.all(np.isfinite(column)):
        rows = int(np.count_nonzero(~np.isfinite(column)))
        raise ContentError("clv_missing_values", name=name, rows=rows)
    if np.any(column < 0):
        rows = int(np.count_nonzero(column < 0))
        raise ContentError("clv_negative_values", name=name, rows=rows, value=float(column.min()))
    return column


def checked_weights(weights: ArrayLike | None, size: int) -> Array:
    """Read one weight per row, all ones when absent.

    Raises:
        ContentError: Their number is not that of the rows, or one is negative.
    """
    if weights is None:
        return np.ones(size)
    weight = checked_column("weights", weights)
    if weight.size != size:
        raise ContentError("clv_lengths", sizes=[size, weight.size])
    return weight


def sampled(weight: Array) -> tuple[Codes, Array] | None:
    """Draw rows with replacement, always the same: each drawn row with its count.

    None when there are too few rows for it to be worth while.
    """
    if weight.size <= SAMPLE_PATTERNS:
        return None
    drawn = np.random.default_rng(0).choice(weight.size, SAMPLE_PATTERNS, p=weight / weight.sum())
    which, counts = np.unique(drawn, return_counts=True)
    return which, counts.astype(np.float64)


def grouped(*columns: Array) -> tuple[Codes, Codes]:
    """Give one row of each group of equal rows, and the group of each row."""
    key = distinct_key(*columns)
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first, which


def distinct_key(*columns: Array) -> Codes:
    """Number rows so that equal rows, and only they, have equal numbers."""
    key, span = np.zeros(columns[0].size, dtype=np.int64), 1
    for column in columns:
        codes, size = _codes(column)
        if span * size >= 2**62:
            key = np.unique(key, return_inverse=True)[1]
            span = int(key.max()) + 1
        key, span = key * size + codes, span * size
    return key


def _codes(column: Array) -> tuple[Codes, int]:
    if not column.size:
        return np.zeros(0, dtype=np.int64), 1
    whole = column.astype(np.int64)
    if np.array_equal(whole, column) and column.max() < 2**21:
        return whole, int(whole.max()) + 1
    values, codes = np.unique(column, return_inverse=True)
    return codes, values.size
