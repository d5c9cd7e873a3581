"""NBD: customers buy at their own rate and never leave.

The model the others become when the data shows no departures. With a rate per customer drawn
from a gamma (r, alpha), counts are negative binomial (Ehrenberg 1959). When even the rates do
not differ it becomes `Poisson`: one rate for all, the last resort of a base too small to fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.counts import log_negative_binomial, rising
from habitue.core.clv.fitted import Evidence, Finding, Number
from habitue.core.clv.fitting import Array, Maximum, Objective, maximise
from habitue.core.clv.histories import Patterns, checked_time
from habitue.core.clv.purchase import PurchaseModel
from habitue.later import Later

special = Later("scipy.special")

FEWEST_REPEATERS: Final = 10
"""Below this, one rate for all is the most that the data supports."""
WORTH_A_PARAMETER: Final = 0.01
"""Gain in log-likelihood below which a parameter says nothing."""
_MOSTLY: Final = 0.5
_NARROW: Final = 1e10
BOUNDS_SHAPE: Final = (-9.0, 9.0)
BOUNDS_SCALE: Final = (-12.0, 14.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staying(PurchaseModel):
    """What models in which nobody leaves share."""

    def _draw(
        self,
        t: float,
        alive: Array,  # noqa: ARG002 - the base's signature; here it tells nothing
        x: Array,
        age: Array,
        random: np.random.Generator,
    ) -> Array:
        shape, rate = np.broadcast_arrays(*self._habit(x, age))
        made = random.poisson(random.standard_gamma(shape) / rate * t)
        return np.asarray(made, dtype=np.float64)

    def simulate(self, T: ArrayLike, *, seed: int) -> tuple[Array, Array]:
        age, random = checked_time("T", T), np.random.default_rng(seed)
        nothing = np.zeros_like(age)
        shape, rate = np.broadcast_arrays(*self._habit(nothing, nothing))
        x = random.poisson(random.standard_gamma(shape) / rate * age).astype(np.float64)
        return x, last_of(x, x, age, random)

    def _p_alive(self, x: Array, t_x: Array, age: Array) -> Array:
        shape, _ = self._habit(x, age)
        return np.ones(np.broadcast_shapes(shape.shape, t_x.shape))

    def _orders_if_alive(self, t: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        return shape / rate * t

    def _some_if_alive(self, t: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        return -np.expm1(-shape * np.log1p(t / rate))

    def _residual_if_alive(self, force: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        return shape / rate / force


@dataclass(frozen=True, slots=True, kw_only=True)
class NBD(_Staying):
    """Customers who buy at their own rate and never leave.

    Attributes:
        r: Shape of the gamma of purchase rates.
        alpha: Its rate, a time.

    Examples:
        >>> model = NBD(r=0.385, alpha=12.072)
        >>> round(float(model.expected_purchases(39, 2, 30.43, 38.86)), 3)
        1.826
    """

    key: ClassVar[str] = "nbd"
    title: ClassVar[str] = "NBD"
    names: ClassVar[tuple[str, ...]] = ("r", "alpha")
    times: ClassVar[tuple[str, ...]] = ("alpha",)
    r: Number
    alpha: Number

    @classmethod
    def fit(
        cls,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> PurchaseModel:
        """Fit by maximum likelihood; give `Poisson`, saying why, when rates do not differ.

        Args:
            frequency: Repeat occasions.
            recency: Time of the last one since the first occasion; 0 without repeats.
            T: Time observed since the first occasion.
            weights: Customers per row; one each when absent.

        Raises:
            ContentError: A row cannot be a customer's history.

        Examples:
            >>> NBD.fit([0, 0, 1], [0, 0, 20], [50, 60, 70]).key
            'poisson'
        """
        return cls.of_patterns(Patterns.of(frequency, recency, T, weights))

    @classmethod
    def of_patterns(cls, patterns: Patterns) -> PurchaseModel:
        """Fit on distinct patterns."""
        common = Poisson.of_patterns(patterns)
        if patterns.repeaters < FEWEST_REPEATERS:
            if not patterns.repeaters:
                seen = {"days": round(patterns.exposure)}
                return common.noting(Finding("no_repeaters", seen))
            facts = {"count": int(patterns.repeaters), "needed": FEWEST_REPEATERS}
            return common.noting(Finding("too_few_repeaters", facts))
        scaled = patterns.scaled()
        rate = scaled.orders / scaled.exposure
        starts = [(np.log(r), np.log(r / rate)) for r in (0.3, 1.0, 5.0)]
        peak = maximise(
            _objective(scaled), starts, (BOUNDS_SHAPE, BOUNDS_SCALE), total=patterns.customers
        )
        model = cls._peak(peak, scaled)
        gain = model.log_likelihood - common.log_likelihood
        if gain < WORTH_A_PARAMETER or not peak.converged:
            return common.noting(Finding("same_rate"))
        return model

    def pmf(self, orders: ArrayLike, t: ArrayLike) -> Array:  # noqa: D102 - as in the base
        x, ahead = checked_time("orders", orders), checked_time("t", t)
        return np.exp(log_negative_binomial(self.r, self.alpha, x, ahead))

    def _habit(self, x: Array, age: Array) -> tuple[Array, Array]:
        return np.asarray(self.r + x), np.asarray(self.alpha + age)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson(_Staying):
    """One purchase rate for everyone, and nobody leaves.

    A base in which nobody came back still gets a small rate, not a false zero: half an order is
    added to those seen, which is what Jeffreys' prior believes.

    Attributes:
        rate: Purchases per unit of time.

    Examples:
        >>> round(float(Poisson(rate=0.002).expected_purchases(365, 0, 0, 40)), 4)
        0.73
    """

    key: ClassVar[str] = "poisson"
    title: ClassVar[str] = "Poisson"
    names: ClassVar[tuple[str, ...]] = ("rate",)
    rate: Number

    @classmethod
    def of_patterns(cls, patterns: Patterns) -> Self:
        """Count purchases and time."""
        orders, exposure = patterns.orders, patterns.exposure
        evidence = Evidence(
            log_likelihood=float(special.xlogy(orders, orders / exposure)) - orders,
            covariance=np.array([[1 / (orders + 0.5)]]),
            customers=patterns.customers,
        )
        return cls(rate=(orders + 0.5) / exposure, evidence=evidence)

    def pmf(self, orders: ArrayLike, t: ArrayLike) -> Array:  # noqa: D102 - as in the base
        x, ahead = checked_time("orders", orders), checked_time("t", t)
        mean = np.asarray(self.rate) * ahead
        return np.asarray(np.exp(special.xlogy(x, mean) - mean - special.gammaln(x + 1)))

    def _habit(
        self,
        x: Array,
        age: Array,  # noqa: ARG002 - the base's signature; one rate for all learns nothing
    ) -> tuple[Array, Array]:
        # A gamma so narrow that it is the rate itself, to nine digits.
        return np.full(x.shape, _NARROW), _NARROW / np.broadcast_to(
            np.asarray(self.rate), np.broadcast_shapes(np.shape(self.rate), x.shape)
        )


def last_of(seen: Array, possible: Array, span: Array, random: np.random.Generator) -> Array:
    """Draw when the last seen of the possible purchases, uniform over a span, took place.

    The j-th of n uniform moments is Beta(j, n - j + 1); without any, the moment is 0.
    """
    share = random.beta(np.maximum(seen, 1), np.maximum(possible - seen, 0) + 1)
    return np.asarray(np.where(seen > 0, span * share, 0.0))


def start_of(simple: PurchaseModel, scaled: Patterns) -> tuple[float, float]:
    """Give log r and log alpha, on scaled time, for a richer model to start from."""
    if isinstance(simple, NBD):
        return float(np.log(simple.r)), float(np.log(simple.alpha / scaled.unit))
    return 0.0, float(np.log(scaled.exposure / scaled.orders))


def flat_findings(
    peak: Maximum, buying: tuple[str, str], leaving: tuple[str, str]
) -> list[Finding]:
    """Name the pairs of parameters of which the data tells the ratio alone."""
    flat = np.abs(peak.flat).reshape(-1, 4).max(axis=0, initial=0.0) > _MOSTLY
    return [
        Finding(key, {"parameters": pair})
        for key, pair, found in (
            ("rate_uniform", buying, flat[:2].any()),
            ("dropout_uniform", leaving, flat[2:].any()),
        )
        if found
    ]


def _objective(patterns: Patterns) -> Objective:
    ages, customers, bought = patterns.by_age()
    tail, total, orders = patterns.tail(), patterns.customers, patterns.orders

    def mean_loss(theta: Array) -> tuple[float, Array]:
        r, alpha = np.exp(theta)
        base, in_r = rising(r, tail)
        waited, made = np.log1p(ages / alpha), r * customers + bought
        value = base - orders * theta[1] - made @ waited
        in_alpha = made @ (ages / (alpha + ages)) - orders
        return -value / total, -np.array([in_r - r * (customers @ waited), in_alpha]) / total

    return mean_loss
