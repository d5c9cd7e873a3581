"""Two purchase models side by side: old customers, whose beginning nobody saw, and the others.

The first cohort of a data set is the stock of customers a shop already had (D19). Their first
occasion on file is not their first, and those who had left before are missing: one model for all
takes their loyalty for everybody's. A customer is old by their age alone, so that the pair answers
the same questions as one model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.bg_nbd import BGNBD
from habitue.core.clv.fitted import Finding
from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import checked
from habitue.core.clv.mbg_nbd import MBGNBD
from habitue.core.clv.occasions import Histories
from habitue.core.clv.pareto_nbd import ParetoNBD
from habitue.core.clv.purchase import PurchaseModel

MODELS: Final[dict[str, type[BGNBD | MBGNBD | ParetoNBD]]] = {
    model.key: model for model in (BGNBD, MBGNBD, ParetoNBD)
}
FEWEST_APART: Final = 100
"""Repeat customers that either side needs for a model of its own."""
YOUNGEST_APART: Final = 150
"""Days for which customers acquired in sight must have been seen to be fitted apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A model for customers at least as old as a limit, another for the rest.

    Attributes:
        old: Model of the left-truncated cohort.
        new: Model of the customers acquired in sight.
        limit: Days since the first occasion from which a customer is old.
    """

    old: PurchaseModel
    new: PurchaseModel
    limit: float

    @property
    def title(self) -> str:
        """Name of the models."""
        return " + ".join(dict.fromkeys((self.new.title, self.old.title)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the reader of either fit must know."""
        found = {one.say("en"): one for one in (*self.new.findings, *self.old.findings)}
        return tuple(found.values())

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Array:
        """Chance that a customer has not left at the end of observation."""
        return self._each(lambda model, *row: model.p_alive(*row), frequency, recency, T)

    def expected_purchases(
        self, t: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Array:
        """Purchases expected in the next `t` days."""
        return self._each(
            lambda model, *row: model.expected_purchases(t, *row), frequency, recency, T
        )

    def weighted_purchases(
        self,
        ends: Array,
        factors: Array,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Array:
        """Purchases expected over successive spans, each span's weighed by a factor."""
        return self._each(
            lambda model, *row: model.weighted_purchases(ends, factors, *row),
            frequency, recency, T,
        )  # fmt: skip

    def p_purchase_within(
        self, days: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Array:
        """Chance of at least one purchase in the next `days`."""
        return self._each(
            lambda model, *row: model.p_purchase_within(days, *row), frequency, recency, T
        )

    def median_wait(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Array:
        """Days until half of such customers, if still there, will have bought again."""
        return self._each(lambda model, *row: model.median_wait(*row), frequency, recency, T)

    def expected_purchases_new(self, t: ArrayLike) -> Array:
        """Repeat purchases expected from a customer to be acquired."""
        return self.new.expected_purchases_new(t)

    def pmf(self, orders: ArrayLike, t: ArrayLike, *, old: bool = False) -> Array:
        """Chance that a new customer makes exactly so many repeat purchases in `t` days."""
        return (self.old if old else self.new).pmf(orders, t)

    def draw_purchases(
        self,
        t: float,
        frequency: Array,
        recency: Array,
        T: Array,
        random: np.random.Generator,
        *,
        outcomes: int = 1,
    ) -> Array:
        """Draw what each customer will buy in the next `t`, for each draw of the parameters."""
        return self._each(
            lambda model, *row: model.draw_purchases(t, *row, random, outcomes=outcomes),
            frequency, recency, T,
        )  # fmt: skip

    def _each(
        self,
        answer: Callable[..., Array],
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Array:
        columns = [np.atleast_1d(column) for column in checked(frequency, recency, T)]
        old = columns[2] >= self.limit
        parts = [
            (side, np.asarray(answer(model, *(column[side] for column in columns))))
            for model, side in ((self.old, old), (self.new, ~old))
            if side.any()
        ]
        if not parts:
            return np.zeros(0)
        found = np.empty((*parts[0][1].shape[:-1], old.size))
        for side, part in parts:
            found[..., side] = part
        return found


Buying: TypeAlias = PurchaseModel | Apart
"""What answers how often customers will buy."""


def fit_apart(model: str, seen: Histories) -> Buying:
    """Fit a model to old customers and the others apart, where both are enough; else to all.

    Args:
        model: One of `MODELS`.
        seen: The customers.

    Raises:
        ContentError: There is no customer, or no time has passed.
    """
    kind, repeats = MODELS[model], seen.frequency > 0
    sides = [np.count_nonzero(repeats & side) for side in (seen.old, ~seen.old)]
    if min(sides) < FEWEST_APART or seen.T[~seen.old].max() < YOUNGEST_APART:
        return kind.fit(seen.frequency, seen.recency, seen.T)
    old, new = (
        kind.fit(part.frequency, part.recency, part.T)
        for part in (seen.of(seen.old), seen.of(~seen.old))
    )
    return Apart(old=old, new=new, limit=float(seen.T[seen.old].min()))
