"""Pareto/NBD: a customer may leave at any moment, at a rate of their own.

The rate to leave follows a gamma (s, beta) over customers, whatever they buy.

Sources: Schmittlein, Morrison, Colombo 1987, Management Science 33(1) 1-24; Fader and Hardie
2005, "A note on deriving the Pareto/NBD model". The likelihood is kept as an integral over the
moment of leaving (see `decay`) rather than as hypergeometric functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.counts import dot, log_negative_binomial, rising, softplus
from habitue.core.clv.decay import decay, log_decay
from habitue.core.clv.fitted import Finding, Number, weakness
from habitue.core.clv.fitting import Array, Objective, maximise
from habitue.core.clv.histories import Patterns, checked_time
from habitue.core.clv.nbd import (
    BOUNDS_SCALE,
    BOUNDS_SHAPE,
    FEWEST_REPEATERS,
    NBD,
    WORTH_A_PARAMETER,
    flat_findings,
    last_of,
    start_of,
)
from habitue.core.clv.purchase import PurchaseModel
from habitue.later import Later

special = Later("scipy.special")

NEVER: Final = 1e-3
"""Shape of the rates to leave below which the data shows no departures."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoNBD(PurchaseModel):
    """Customers who may leave at any moment.

    Attributes:
        r: Shape of the gamma of purchase rates.
        alpha: Its rate, a time.
        s: Shape of the gamma of rates to leave.
        beta: Its rate, a time.

    Examples:
        >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)  # CDNOW, in weeks
        >>> round(float(model.expected_purchases_new(52)), 3)
        1.473
    """

    key: ClassVar[str] = "paretonbd"
    title: ClassVar[str] = "Pareto/NBD"
    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    times: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    r: Number
    alpha: Number
    s: Number
    beta: Number

    @classmethod
    def fit(
        cls,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> PurchaseModel:
        """Fit by maximum likelihood on distinct patterns.

        Args:
            frequency: Repeat occasions, x.
            recency: Time of the last one since the first occasion; 0 without repeats.
            T: Time observed since the first occasion.
            weights: Customers per row; one each when absent.

        Returns:
            The fitted model, or a simpler one whose `findings` say why.

        Raises:
            ContentError: A row cannot be a customer's history.
        """
        return cls.of_patterns(Patterns.of(frequency, recency, T, weights))

    @classmethod
    def of_patterns(cls, patterns: Patterns) -> PurchaseModel:
        """Fit on distinct patterns."""
        simple = NBD.of_patterns(patterns)
        if patterns.repeaters < FEWEST_REPEATERS:
            return simple
        scaled = patterns.scaled()
        sample = scaled.sample()
        begin = start_of(simple, scaled)
        peak = maximise(
            _objective(scaled),
            [(*begin, np.log(s), np.log(beta)) for s, beta in ((0.6, 0.5), (0.2, 1.5), (2.0, 2.0))],
            (BOUNDS_SHAPE, BOUNDS_SCALE, BOUNDS_SHAPE, BOUNDS_SCALE),
            total=patterns.customers,
            rough=None if sample is None else _objective(sample),
        )
        model = cls._peak(peak, scaled)
        gain = model.log_likelihood - simple.log_likelihood
        if float(model.s) < NEVER or gain < WORTH_A_PARAMETER:
            return simple.noting(Finding("no_dropout", {"model": cls.title}))
        if not peak.converged:
            return simple.noting(Finding("not_converged", {"model": cls.title}))
        flat = flat_findings(peak, ("r", "alpha"), ("s", "beta"))
        return model.noting(*flat, *weakness(model, ("s", "beta")))

    @property
    def dropout(self) -> Number:
        """Mean rate to leave per unit of time, s / beta."""
        return self.s / self.beta

    def pmf(self, orders: ArrayLike, t: ArrayLike) -> Array:  # noqa: D102 - as in the base
        x, span = np.broadcast_arrays(checked_time("orders", orders), checked_time("t", t))
        there = np.exp(
            log_negative_binomial(self.r, self.alpha, x, span) - self.s * np.log1p(span / self.beta)
        )
        # Or they left at a moment y before, over v = log(1 + y / scale).
        scale = np.minimum(self.alpha, self.beta)
        far = np.log1p(span / scale)
        gone = np.zeros(np.broadcast_shapes(there.shape, far.shape))
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            v = (node + 1) / 2 * far
            y = scale * np.expm1(v)
            logs = log_negative_binomial(self.r, self.alpha, x, y) + v
            gone += weight * np.exp(logs - (self.s + 1) * np.log1p(y / self.beta))
        return np.asarray(there + gone * far / 2 * scale * self.s / self.beta)

    def simulate(self, T: ArrayLike, *, seed: int) -> tuple[Array, Array]:  # noqa: D102
        age, random = checked_time("T", T), np.random.default_rng(seed)
        rate = random.gamma(self.r, 1 / np.asarray(self.alpha), age.shape)
        leaving = random.gamma(self.s, 1 / np.asarray(self.beta), age.shape)
        stay = np.minimum(age, _lifetime(leaving, random))
        x = random.poisson(rate * stay).astype(np.float64)
        return x, last_of(x, x, stay, random)

    def _draw(
        self, t: float, alive: Array, x: Array, age: Array, random: np.random.Generator
    ) -> Array:
        there = random.random(alive.shape) < alive
        shape, rate, s, left = (
            np.broadcast_to(column, alive.shape)[there]
            for column in (*self._habit(x, age), self.s, self.beta + age)
        )
        stay = np.minimum(t, _lifetime(random.standard_gamma(s) / left, random))
        made = np.zeros(alive.shape)
        made[there] = random.poisson(random.standard_gamma(shape) / rate * stay)
        return made

    def _habit(self, x: Array, age: Array) -> tuple[Array, Array]:
        return np.asarray(self.r + x), np.asarray(self.alpha + age)

    def _p_alive(self, x: Array, t_x: Array, age: Array) -> Array:
        gone = log_decay(
            p=np.asarray(self.r + x),
            a=np.asarray(self.alpha),
            q=np.asarray(self.s + 1),
            b=np.asarray(self.beta),
            start=t_x,
            stop=age,
        )
        there = -(self.r + x) * np.log1p(age / self.alpha) - self.s * np.log1p(age / self.beta)
        return np.asarray(special.expit(there - gone - np.log(self.s / self.beta)))

    def _orders_if_alive(self, t: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        left = self.beta + age
        wait = np.log1p(t / left)
        # (1 - e^{-(s-1) wait}) / (s - 1), which is wait itself at s = 1.
        return np.asarray(shape / rate * left * wait * special.exprel((1 - self.s) * wait))

    def _some_if_alive(self, t: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        left, nothing = np.asarray(self.beta + age), np.zeros_like(age)
        bought = log_decay(p=shape + 1, a=rate, q=np.asarray(self.s), b=left, start=nothing, stop=t)
        return np.asarray(shape / rate * np.exp(bought))

    def _residual_if_alive(self, force: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        left = np.asarray(self.beta + age)
        # ∫ e^{-force u} (1 + u/left)^-s du over v = log(1 + u / left).
        far = np.log1p(40 / (force * left))
        total = np.zeros(np.broadcast_shapes(far.shape, np.shape(self.s)))
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            v = (node + 1) / 2 * far
            total += weight * np.exp((1 - self.s) * v - force * left * np.expm1(v))
        return np.asarray(shape / rate * left * total * far / 2)


def _lifetime(leaving: Array, random: np.random.Generator) -> Array:
    return random.standard_exponential(leaving.shape) / np.maximum(leaving, 1e-300)


def _objective(patterns: Patterns) -> Objective:
    x, t, age, weight = patterns.frequency, patterns.recency, patterns.age, patterns.weight
    total, orders, tail = patterns.customers, patterns.orders, patterns.tail()

    def mean_loss(theta: Array) -> tuple[float, Array]:
        r, alpha, s, beta = np.exp(theta)
        bought, in_r = rising(r, tail)
        shape = r + x
        left = decay(
            p=shape,
            a=np.asarray(alpha),
            q=np.asarray(s + 1),
            b=np.asarray(beta),
            start=t,
            stop=age,
        )
        in_alpha, in_beta = np.log1p(age / alpha), np.log1p(age / beta)
        there = -shape * in_alpha - s * in_beta
        may_be_gone, gone = softplus(left.log + theta[2] - theta[3] - there)
        stay = 1 - gone
        value = bought - orders * theta[1] + dot(weight, there + may_be_gone)
        slope = np.array(
            [
                in_r - r * dot(weight, stay * in_alpha + gone * left.log_a),
                dot(weight, shape * (stay * age / (alpha + age) + gone * left.share_a)) - orders,
                dot(weight, gone - s * (stay * in_beta + gone * left.log_b)),
                dot(weight, stay * s * age / (beta + age) + gone * ((s + 1) * left.share_b - 1)),
            ]
        )
        return -value / total, -slope / total

    return mean_loss
