"""What BG/NBD and MBG/NBD share: a customer may leave after an occasion, with a chance p.

p follows a Beta(a, b) over customers. The two models differ only in how many times a customer
with x repeat occasions has shown that they stay, written k here: x in BG/NBD, where nobody
leaves after the first occasion, and x + 1 in MBG/NBD, where one may.

Sources: Fader, Hardie, Lee 2005, Marketing Science 24(2) 275-284, and their note 027 on
numerical stability; Batislam, Denizel, Filiztekin 2007, IJRM 24(3) 201-209. The expectation uses
Euler's transformation of the Gaussian hypergeometric function, so that it does not overflow.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from habitue.core.clv.beta_mean import Rows, beta_mean
from habitue.core.clv.counts import at_least, dot, log_negative_binomial, rising, softplus, staying
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

NEVER: Final = 1e-4
"""Chance to leave below which the data shows no departures."""
_BOUNDS_A: Final = (-14.0, 10.0)
_BOUNDS_B: Final = (-9.0, 13.0)
_LOST: Final = 1e5
"""Digits that the closed form may lose to cancellation, as a factor on some 1e-14."""
_CLEAN_SHAPE: Final = 10.0
"""Above it, scipy's hypergeometric function errs by the square of the shape: 3e-14 at 10, 2e-12 at
100, 1e-9 at 3,000, as measured against mpmath."""
_STEEP: Final = 12.0
_INTEGER: Final = 1e-4
"""Nearer than this to an integer, c - a - b is one of the degenerate cases."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometricDropout(PurchaseModel):
    """A customer may leave after an occasion, with a chance of their own.

    Attributes:
        r: Shape of the gamma of purchase rates.
        alpha: Its rate, a time.
        a: First parameter of the Beta of the chance to leave.
        b: Second parameter.
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    times: ClassVar[tuple[str, ...]] = ("alpha",)
    r: Number
    alpha: Number
    a: Number
    b: Number

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
            cls._objective(scaled),
            [(*begin, np.log(a), np.log(b)) for a, b in ((0.5, 2.0), (0.1, 5.0), (2.0, 20.0))],
            (BOUNDS_SHAPE, BOUNDS_SCALE, _BOUNDS_A, _BOUNDS_B),
            total=patterns.customers,
            rough=None if sample is None else cls._objective(sample),
        )
        model = cls._peak(peak, scaled)
        gain = model.log_likelihood - simple.log_likelihood
        if float(model.dropout) < NEVER or gain < WORTH_A_PARAMETER:
            return simple.noting(Finding("no_dropout", {"model": cls.title}))
        if not peak.converged:
            return simple.noting(Finding("not_converged", {"model": cls.title}))
        flat = flat_findings(peak, ("r", "alpha"), ("a", "b"))
        return model.noting(*flat, *weakness(model, ("a", "b")))

    @property
    def dropout(self) -> Number:
        """Mean chance to leave after an occasion, a / (a + b)."""
        return self.a / (self.a + self.b)

    def pmf(self, orders: ArrayLike, t: ArrayLike) -> Array:  # noqa: D102 - as in the base
        x, ahead = checked_time("orders", orders), checked_time("t", t)
        k = self._stays(x)
        there = np.exp(log_negative_binomial(self.r, self.alpha, x, ahead)) * self._stay(k)
        left = self._stay(np.maximum(k - 1, 0)) * self.a / (self.a + self.b + np.maximum(k - 1, 0))
        gone = left * at_least(self.r, self.alpha, x, ahead)
        return np.asarray(there + np.where(k > 0, gone, 0.0))

    def simulate(self, T: ArrayLike, *, seed: int) -> tuple[Array, Array]:  # noqa: D102
        age, random = checked_time("T", T), np.random.default_rng(seed)
        rate = random.gamma(self.r, 1 / np.asarray(self.alpha), age.shape)
        possible = random.poisson(rate * age).astype(np.float64)
        # Occasion number `leaves` is the last; the first occasion of all has number 1 - k(0).
        leaves = _geometric(random, random.beta(self.a, self.b, age.shape))
        leaves -= float(self._stays(np.zeros(())))
        x = np.minimum(possible, leaves)
        return x, last_of(x, possible, age, random)

    def _draw(
        self, t: float, alive: Array, x: Array, age: Array, random: np.random.Generator
    ) -> Array:
        there = random.random(alive.shape) < alive
        shape, rate, a, b = (
            np.broadcast_to(column, alive.shape)[there]
            for column in (*self._habit(x, age), self.a, self._b_alive(x))
        )
        wanted = random.poisson(random.standard_gamma(shape) / rate * t).astype(np.float64)
        # Leaving cuts short only those who would have bought again.
        several = wanted > 1
        last = _geometric(random, random.beta(a[several], b[several]))
        wanted[several] = np.minimum(wanted[several], last)
        made = np.zeros(alive.shape)
        made[there] = wanted
        return made

    @staticmethod
    @abstractmethod
    def _stays(x: Array) -> Array:
        """Times that a customer with x repeats has shown that they stay, if they are there."""

    @classmethod
    def _objective(cls, patterns: Patterns) -> Objective:
        return _objective(patterns, cls._stays(patterns.frequency))

    def _habit(self, x: Array, age: Array) -> tuple[Array, Array]:
        return np.asarray(self.r + x), np.asarray(self.alpha + age)

    def _b_alive(self, x: Array) -> Array:
        return np.asarray(self.b + self._stays(x))

    def _stay(self, k: Array) -> Array:
        return np.asarray(
            np.exp(special.betaln(self.a, self.b + k) - special.betaln(self.a, self.b))
        )

    def _p_alive(self, x: Array, t_x: Array, age: Array) -> Array:
        k = self._stays(x)
        silence = np.log1p((age - t_x) / (self.alpha + t_x))
        last = np.log(self.a / (self.b + np.maximum(k - 1, 0)))
        return np.where(k > 0, special.expit(-(last + (self.r + x) * silence)), 1.0)

    def _some_if_alive(self, t: Array, x: Array, age: Array) -> Array:
        shape, rate = self._habit(x, age)
        return -np.expm1(-shape * np.log1p(t / rate))

    def _orders_if_alive(self, t: Array, x: Array, age: Array) -> Array:
        a, b, shape, rate, t = np.broadcast_arrays(
            np.asarray(self.a), self._b_alive(x), *self._habit(x, age), t
        )
        c, wait = a + b - 1, np.log1p(t / rate)
        with np.errstate(all="ignore"):
            missed = np.exp(-(a - 1) * wait) * special.hyp2f1(c - shape, a - 1, c, t / (rate + t))
            orders = c / (a - 1) * (1 - missed)
            lost = np.abs(c) * np.maximum(1, np.abs(missed)) / np.abs((a - 1) * orders)
            lost = lost * np.maximum(1, (shape / _CLEAN_SHAPE) ** 2)
            sound = (lost < _LOST) & _trusted(a, shape)
        if not np.all(sound):
            orders, rest = np.array(orders), ~sound
            orders[rest] = _orders_by_mean(a[rest], b[rest], shape[rest], (t / rate)[rest])
        return np.asarray(orders)

    def _residual_if_alive(self, force: Array, x: Array, age: Array) -> Array:
        a, b, shape, rate = np.broadcast_arrays(
            np.asarray(self.a), self._b_alive(x), *self._habit(x, age)
        )
        # Rate of purchase after a time u, discounted, over v = log(1 + u / rate).
        far = np.log1p(40 / (force * rate))
        total = np.zeros_like(rate)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            v = (node + 1) / 2 * far
            u = np.expm1(v)
            still = _buying_rate(a, b, shape, v)
            total += weight * np.exp(v - force * rate * u) * still
        return np.asarray(total * far / 2 * shape)


def _orders_by_mean(a: Array, b: Array, shape: Array, ahead: Array) -> Array:
    """Average (1 - (1 + p t/rate)^-shape) / p over the chance p to leave."""

    def made(p: Array, rows: Rows) -> Array:
        return -np.expm1(-shape[rows, None] * np.log1p(p * ahead[rows, None])) / p

    return beta_mean(made, shape * ahead, 1 / (1 + shape * ahead), a, b)


def _trusted(a: Array, shape: Array) -> NDArray[np.bool_]:
    """Tell where scipy's hypergeometric function can be wrong without a sign of it."""
    apart = np.abs(shape - a - np.round(shape - a))
    return (a < _STEEP) & (apart > _INTEGER)


def _buying_rate(a: Array, b: Array, shape: Array, v: Array) -> Array:
    """Average (1 + p u/rate)^-(shape + 1) over p, with v = log(1 + u/rate)."""
    with np.errstate(all="ignore"):
        share = -np.expm1(-v)
        found = np.exp(-a * v) * special.hyp2f1(a + b - shape - 1, a, a + b, share)
        broken = ~(np.isfinite(found) & _trusted(a, shape))
    if np.any(broken):
        u, power = np.expm1(v[broken]), shape[broken] + 1

        def kept(p: Array, rows: Rows) -> Array:
            return np.asarray(np.exp(-power[rows, None] * np.log1p(p * u[rows, None])))

        found = np.array(found)
        found[broken] = beta_mean(kept, np.ones_like(u), 1 / (1 + power * u), a[broken], b[broken])
    return np.asarray(found)


def _geometric(random: np.random.Generator, chance: Array) -> Array:
    """Number of the first success, for chances that may be too small for an integer."""
    exponential = random.standard_exponential(chance.shape)
    return np.floor(exponential / np.maximum(-np.log1p(-np.minimum(chance, 1 - 1e-16)), 1e-300)) + 1


def _objective(patterns: Patterns, k: Array) -> Objective:
    x, weight = patterns.frequency, patterns.weight
    total, orders, tail = patterns.customers, patterns.orders, patterns.tail()
    stays_tail = np.bincount(k.astype(np.int64), weight)[::-1].cumsum()[::-1][1:]
    waits, counts, bought = patterns.by_age()
    may_leave = k > 0
    x, t, age, before = (column[may_leave] for column in (x, patterns.recency, patterns.age, k - 1))
    weight = weight[may_leave]

    def mean_loss(theta: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(theta)
        base, in_r = rising(r, tail)
        stayed, in_a, in_b = staying(a, b, stays_tail)
        waited, lived = np.log1p(waits / alpha), waits / (alpha + waits)
        silence = np.log((alpha + age) / (alpha + t))
        may_be_gone, gone = softplus(theta[2] - np.log(b + before) + (r + x) * silence)
        left = weight * gone
        value = base - orders * theta[1] + stayed
        value += dot(weight, may_be_gone) - dot(r * counts + bought, waited)
        lost = dot(left, (r + x) * (age / (alpha + age) - t / (alpha + t)))
        slope = np.array(
            [
                in_r - r * (dot(counts, waited) - dot(left, silence)),
                dot(r * counts + bought, lived) - lost - orders,
                in_a + left.sum(),
                in_b - b * dot(left, 1 / (b + before)),
            ]
        )
        return -value / total, -slope / total

    return mean_loss
