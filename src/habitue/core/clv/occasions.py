"""Who bought on which day, as numbers: all that fits, forecasts and back-tests start from (D4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import Codes

Mask = NDArray[np.bool_]


class Histories(NamedTuple):
    """What the models read of some customers at the end of a day, time in days.

    Attributes:
        who: Their numbers.
        frequency: Repeat occasions, x.
        recency: Days from the first occasion to the last, t_x.
        T: Days from the first occasion to the end of observation.
        money: Mean money of a repeat occasion; 0 without any.
        old: Whether they were acquired in the first month of the data: the left-truncated cohort,
            old customers whose first purchase nobody saw (D19).
    """

    who: Codes
    frequency: Array
    recency: Array
    T: Array
    money: Array
    old: Mask

    def of(self, chosen: Mask) -> Histories:
        """Keep some rows."""
        who, *numbers, old = self
        x, t_x, age, money = (column[chosen] for column in numbers)
        return Histories(who[chosen], x, t_x, age, money, old[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Occasions:
    """Purchase occasions, one row each.

    Attributes:
        customer: Number of the customer, from 0.
        day: Days since 1 January 1970.
        money: What the baskets of that day add up to, above zero.
        customers: How many customers there are.
        first: Day of each one's first occasion.
        born: First day of the data.
    """

    customer: Codes
    day: Codes
    money: Array
    customers: int
    first: Codes
    born: int

    @classmethod
    def of(cls, customer: Any, day: Any, money: Any, *, born: int | None = None) -> Self:
        """Gather occasions, one per customer and day.

        Args:
            customer: Number of the customer of each, from 0, none missing.
            day: Days since 1 January 1970.
            money: Baskets of that day.
            born: First day of the data; the first occasion when None.

        Examples:
            >>> Occasions.of([0, 0, 1], [0, 9, 4], [5, 7, 3]).at(10).T
            array([10.,  6.])
        """
        who, on = np.asarray(customer, np.int64), np.asarray(day, np.int64)
        count = int(who.max(initial=-1)) + 1
        first = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(first, who, on)
        start = (int(on.min()) if on.size else 0) if born is None else born
        return cls(who, on, np.asarray(money, np.float64), count, first, start)

    @classmethod
    def read(cls, days: pa.Table, *, born: int | None = None) -> Self:
        """Gather occasions from a table of them, customers numbered in the order of their ids.

        Args:
            days: One row per customer and day, none missing: `customer_id`, `on` (a date), `money`.
            born: First day of the data, in days since 1 January 1970; the first occasion when
                None.

        Examples:
            >>> import datetime as dt
            >>> days = pa.table({
            ...     "customer_id": ["b", "a", "a"], "money": [3.0, 5.0, 7.0],
            ...     "on": [dt.date(1970, 1, 5), dt.date(1970, 1, 1), dt.date(1970, 1, 10)],
            ... })
            >>> Occasions.read(days).at(10).T
            array([10.,  6.])
        """
        number = pc.index_in(days["customer_id"], days["customer_id"].unique().sort())
        on = days["on"].cast(pa.date32()).cast(pa.int32())
        return cls.of(number.to_numpy(), on.to_numpy(), days["money"].to_numpy(), born=born)

    def at(self, cut: int) -> Histories:
        """Describe the customers known at the end of a day.

        Args:
            cut: That day; later occasions are unseen.
        """
        seen = self.day <= cut
        who, day, money = self.customer[seen], self.day[seen], self.money[seen]
        last = np.zeros(self.customers, np.int64)
        np.maximum.at(last, who, day)
        known = np.flatnonzero(self.first <= cut)
        x = np.asarray(np.bincount(who, minlength=self.customers)[known] - 1.0, np.float64)
        repeats = day > self.first[who]
        spent = np.bincount(who[repeats], money[repeats], minlength=self.customers)[known]
        return Histories(
            known,
            x,
            (last - self.first)[known].astype(np.float64),
            (cut - self.first)[known].astype(np.float64),
            np.asarray(np.where(x > 0, spent / np.maximum(x, 1), 0.0), np.float64),
            _month(self.first[known]) == _month(self.born),
        )

    def between(self, after: int, until: int, *, money: bool = False) -> Array:
        """Count the occasions of each customer after one day, up to and including another.

        Args:
            after: Day before the first counted.
            until: Last day counted.
            money: Whether to add up their money instead.
        """
        inside = (self.day > after) & (self.day <= until)
        weights = self.money[inside] if money else None
        counted = np.bincount(self.customer[inside], weights, minlength=self.customers)
        return np.asarray(counted, np.float64)


def _month(days: Any) -> Any:
    return np.asarray(days, "datetime64[D]").astype("datetime64[M]")
