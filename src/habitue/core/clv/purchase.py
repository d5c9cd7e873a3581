"""What every purchase model can say, whatever it believes about how customers leave.

A customer buys at a rate of their own, gamma distributed over customers, until they leave.
Given what we saw, the model says how likely they are still there, and what one who is still
there will do; everything else follows. Time is in days, unless a fit was made in another unit:
then only the functions of a rate per year lose their meaning.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.fitted import Evidence, FittedModel
from habitue.core.clv.fitting import Array, Maximum
from habitue.core.clv.histories import Patterns, checked, checked_time, distinct_key
from habitue.core.money import daily_force, day_factors, month_ends
from habitue.errors import RequestError


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseModel(FittedModel):
    """A model of when customers buy, with known or fitted parameters.

    Attributes:
        evidence: What the fit says about itself; None when the parameters were given.
        findings: What the reader of the fit must know, most important first.
    """

    times: ClassVar[tuple[str, ...]] = ()

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Array:
        """Chance that a customer has not left at the end of observation."""
        return self._p_alive(*checked(frequency, recency, T))

    def expected_purchases(
        self, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Array:
        """Purchases expected in the next `t`, P(alive) counted in.

        Args:
            t: How far ahead to look, one value or one per customer.
            frequency: Repeat occasions.
            recency: Time of the last one since the first occasion; 0 without repeats.
            T: Time observed since the first occasion.
        """
        x, t_x, age = checked(frequency, recency, T)
        ahead = checked_time("t", t)
        return self._p_alive(x, t_x, age) * self._by_habit(self._orders_if_alive, ahead, x, age)

    def expected_purchases_new(self, t: ArrayLike) -> Array:
        """Repeat purchases expected from a new customer in the first `t` of their life."""
        ahead = checked_time("t", t)
        start = np.zeros_like(ahead)
        return self._p_alive(start, start, start) * self._orders_if_alive(ahead, start, start)

    def p_purchase_within(
        self, days: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Array:
        """Chance of at least one purchase in the next `days`."""
        x, t_x, age = checked(frequency, recency, T)
        ahead = checked_time("days", days)
        return self._p_alive(x, t_x, age) * self._by_habit(self._some_if_alive, ahead, x, age)

    def discounted_purchases(
        self,
        horizon_days: float,
        annual_rate: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Array:
        """Purchases expected over a horizon, each month's discounted to today (D31).

        Args:
            horizon_days: How far ahead to look.
            annual_rate: Discount rate per year; a month counts at its end.
            frequency: Repeat occasions.
            recency: Days to the last one since the first occasion.
            T: Days observed since the first occasion.
        """
        ends = month_ends(horizon_days)
        factors = day_factors(annual_rate=annual_rate, days=ends)
        return self.weighted_purchases(ends, factors, frequency, recency, T)

    def weighted_purchases(
        self,
        ends: Array,
        factors: Array,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Array:
        """Purchases expected over successive spans, each span's weighed by a factor.

        Args:
            ends: End of each span from today, rising.
            factors: Weight of each span.
            frequency: Repeat occasions.
            recency: Time of the last one since the first occasion.
            T: Time observed since the first occasion.
        """
        x, t_x, age = checked(frequency, recency, T)
        # Σ d_m (E(t_m) - E(t_{m-1})) with E(0) = 0, gathered by E(t_m).
        gains = factors - np.append(factors[1:], 0.0)

        def weighted(_: Array, x: Array, age: Array) -> Array:
            spans = (
                gain * self._orders_if_alive(np.asarray(end), x, age)
                for end, gain in zip(ends, gains, strict=True)
                if gain
            )
            return np.asarray(np.sum(list(spans), axis=0))

        return self._p_alive(x, t_x, age) * self._by_habit(weighted, ends[-1:], x, age)

    def residual_value(
        self, annual_rate: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Array:
        """Purchases still to come over a whole life, discounted continuously to today (DERT).

        Args:
            annual_rate: Discount rate per year, above zero.
            frequency: Repeat occasions.
            recency: Days to the last one since the first occasion.
            T: Days observed since the first occasion.

        Raises:
            RequestError: The rate is zero or less: an endless future has no finite sum.
        """
        x, t_x, age = checked(frequency, recency, T)
        if not annual_rate > 0:
            raise RequestError("residual_needs_rate", value=annual_rate)
        force = np.asarray(daily_force(annual_rate))
        return self._p_alive(x, t_x, age) * self._by_habit(self._residual_if_alive, force, x, age)

    def median_wait(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Array:
        """Time until half of such customers, if still there, will have bought again.

        The median of their purchase rate alone; the mean wait may be infinite.
        """
        x, _, age = checked(frequency, recency, T)
        shape, rate = self._habit(x, age)
        return np.asarray(rate * np.expm1(np.log(2) / shape))

    @abstractmethod
    def pmf(self, orders: ArrayLike, t: ArrayLike) -> Array:
        """Chance that a new customer makes exactly so many repeat purchases in `t`."""

    @abstractmethod
    def simulate(self, T: ArrayLike, *, seed: int) -> tuple[Array, Array]:
        """Draw the life of new customers observed for `T`.

        Returns:
            Frequency and recency, one per customer.
        """

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
        """Draw what each customer will buy in the next `t`, for each draw of the parameters.

        Args:
            t: How far ahead to look.
            frequency: Repeat occasions.
            recency: Time of the last one since the first occasion.
            T: Time observed since the first occasion.
            random: Where chance comes from.
            outcomes: Draws per draw of the parameters, one below the other.
        """
        # The chance to be there costs most, and is the same for every outcome.
        alive = self._p_alive(frequency, recency, T)
        if outcomes == 1:
            return self._draw(t, alive, frequency, T, random)
        return np.concatenate([self._draw(t, alive, frequency, T, random) for _ in range(outcomes)])

    @abstractmethod
    def _draw(
        self, t: float, alive: Array, x: Array, age: Array, random: np.random.Generator
    ) -> Array:
        """Draw one outcome, given the chance of each to be there."""

    @abstractmethod
    def _habit(self, x: Array, age: Array) -> tuple[Array, Array]:
        """Shape and rate of the gamma that the purchase rate of such a customer follows."""

    @abstractmethod
    def _p_alive(self, x: Array, t_x: Array, age: Array) -> Array: ...

    @abstractmethod
    def _orders_if_alive(self, t: Array, x: Array, age: Array) -> Array: ...

    @abstractmethod
    def _some_if_alive(self, t: Array, x: Array, age: Array) -> Array: ...

    @abstractmethod
    def _residual_if_alive(self, force: Array, x: Array, age: Array) -> Array: ...

    @staticmethod
    def _by_habit(
        answer: Callable[[Array, Array, Array], Array], t: Array, x: Array, age: Array
    ) -> Array:
        """Compute once per distinct (x, T): customers still there differ in nothing else."""
        if t.size != 1 or x.ndim != 1 or x.size < 2:  # noqa: PLR2004 - nothing to share
            return answer(t, x, age)
        _, first, which = np.unique(distinct_key(x, age), return_index=True, return_inverse=True)
        found = answer(t.reshape(()), x[first], age[first])
        return np.asarray(found[..., which])

    @classmethod
    def _peak(cls, peak: Maximum, patterns: Patterns) -> Self:
        """Bring the optimum on scaled time back to the caller's unit."""
        values = {
            name: float(np.exp(theta)) * (patterns.unit if name in cls.times else 1.0)
            for name, theta in zip(cls.names, peak.theta, strict=True)
        }
        evidence = Evidence(
            log_likelihood=float(peak.log_likelihood + patterns.log_unit),
            covariance=peak.covariance,
            customers=patterns.customers,
        )
        return cls.with_params(values, evidence)
