"""Gamma-Gamma: what an occasion brings, its mean differing between customers.

Money of an occasion is gamma (p, nu), and nu is gamma (q, v) over customers; a customer's mean is
drawn towards that of the base, the less the more we saw of them. It assumes that spend does not
depend on how often a customer buys: `dependence` measures that.

Sources: Colombo and Jiang 1999, Journal of Interactive Marketing 13(3) 2-12; Fader and Hardie
2013, "The Gamma-Gamma Model of Monetary Value" (note 025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.counts import dot
from habitue.core.clv.fitted import Evidence, Finding, Number
from habitue.core.clv.fitting import Array, Maximum, Objective, maximise
from habitue.core.clv.nbd import FEWEST_REPEATERS
from habitue.core.clv.spend import ConstantSpend, Spending, SpendModel
from habitue.later import Later

special = Later("scipy.special")

_HEAVY: Final = 0.02
"""q - 1 below which the mean of the base stops being one."""
_BOUNDS: Final = ((-9.0, 11.0), (-7.0, 11.0), (-14.0, 14.0))
_STARTS: Final = ((1.0, 2.0), (6.0, 3.0), (0.5, 5.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma(SpendModel):
    """Customers whose occasions bring money around a mean of their own.

    Attributes:
        p: Shape of the money of an occasion.
        q: Shape of the gamma of its rate over customers; above 1, or no mean would exist.
        v: Rate of that gamma, an amount of money.

    Examples:
        >>> model = GammaGamma(p=6.25, q=3.74, v=15.44)  # CDNOW, in dollars
        >>> model.expected_spend([0, 1, 2], [0, 11.77, 22.35]).round(2)
        array([35.22, 18.92, 24.66])
    """

    key: ClassVar[str] = "gammagamma"
    title: ClassVar[str] = "Gamma-Gamma"
    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    lowest: ClassVar[Mapping[str, float]] = {"q": 1.0}
    p: Number
    q: Number
    v: Number

    @classmethod
    def fit(
        cls, frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None = None
    ) -> SpendModel:
        """Fit by maximum likelihood on customers with repeat occasions.

        Args:
            frequency: Repeat occasions; customers without any are left out.
            monetary_value: Mean money of a repeat occasion, above zero.
            weights: Customers per row; one each when absent.

        Returns:
            The fitted model, or `ConstantSpend` with findings that say why.

        Raises:
            ContentError: A mean is not above zero, or nobody came back.
        """
        spending = Spending.of(frequency, monetary_value, weights)
        constant = ConstantSpend.of_spending(spending)
        if spending.customers < FEWEST_REPEATERS:
            facts = {"count": int(spending.customers), "needed": FEWEST_REPEATERS}
            return constant.noting(Finding("too_few_spenders", facts))
        loss = _objective(spending)
        starts = [(np.log(p), np.log(q - 1), np.log((q - 1) / p)) for p, q in _STARTS]
        sample = spending.sample()
        peak = maximise(
            loss, starts, _BOUNDS, total=spending.customers,
            rough=None if sample is None else _objective(sample, spending.average),
        )  # fmt: skip
        findings = []
        if peak.theta[1] < np.log(_HEAVY):
            peak = _with_mean_of_base(loss, spending.customers)
            findings = [Finding("spend_tail_heavy")]
        # Where p alone has no end, baskets of a customer are all alike: their own mean tells.
        if peak.theta[1] > _BOUNDS[1][1] - 1:
            return constant.noting(Finding("spend_uniform"))
        if not peak.converged:
            return constant.noting(Finding("not_converged", {"model": cls.title}))
        return cls._at(peak, spending).noting(*findings)

    @property
    def expected_spend_new(self) -> Number:  # noqa: D102 - as in the base
        return self.p * self.v / (self.q - 1)

    def draw_spend(  # noqa: D102 - as in the base
        self, orders: Array, frequency: Array, monetary_value: Array, random: np.random.Generator
    ) -> Array:
        bought = orders > 0
        p, shape, rate = (
            np.broadcast_to(column, orders.shape)[bought]
            for column in (
                self.p,
                self.q + self.p * frequency,
                self.v + frequency * monetary_value,
            )
        )
        money = np.zeros(orders.shape)
        own = random.standard_gamma(shape) / rate
        money[bought] = random.standard_gamma(p * orders[bought]) / own
        return money

    def _expected_spend(self, x: Array, z: Array) -> Array:
        return np.asarray(self.p * (self.v + x * z) / (self.p * x + self.q - 1))

    @classmethod
    def _at(cls, peak: Maximum, spending: Spending) -> GammaGamma:
        p, above, v = np.exp(peak.theta)
        money = float(spending.average)
        evidence = Evidence(
            log_likelihood=float(peak.log_likelihood - spending.customers * np.log(money)),
            covariance=peak.covariance,
            customers=spending.customers,
        )
        return cls(p=float(p), q=float(1 + above), v=float(v * money), evidence=evidence)


def _with_mean_of_base(loss: Objective, total: float) -> Maximum:
    """Fit again with the mean of the base held at the one observed: v = (q - 1) / p."""
    onto = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]])

    def held(theta: Array) -> tuple[float, Array]:
        value, gradient = loss(onto @ theta)
        return value, gradient @ onto

    starts = [(np.log(p), np.log(q - 1)) for p, q in _STARTS]
    peak = maximise(held, starts, _BOUNDS[:2], total=total)
    return Maximum(
        theta=onto @ peak.theta,
        log_likelihood=peak.log_likelihood,
        covariance=onto @ peak.covariance @ onto.T,
        flat=peak.flat @ onto.T,
        converged=peak.converged,
    )


def _objective(spending: Spending, unit: float | None = None) -> Objective:
    """Mean loss with money in units of the mean occasion, or of another's."""
    counts, which = np.unique(spending.frequency, return_inverse=True)
    x, z = spending.frequency, spending.mean / (unit or spending.average)
    bought, weight, total = x * z, spending.weight, spending.customers
    customers = np.bincount(which, weight)
    log_mean = dot(weight, np.log(z))

    def mean_loss(theta: Array) -> tuple[float, Array]:
        p, above, v = np.exp(theta)
        q, seen = 1 + above, p * counts
        # u = xz / (xz + v): the likelihood is that of a Beta(px, q) at u.
        log_u, log_rest = -np.log1p(v / bought), -np.log1p(bought / v)
        share = v / (bought + v)
        bought_u, rest = dot(weight, x * log_u), dot(weight, log_rest)
        value = p * bought_u + q * rest
        value -= customers @ special.betaln(seen, q) + log_mean
        both = special.digamma(seen + q)
        slope = np.array(
            [
                p * (bought_u + customers @ (counts * (both - special.digamma(seen)))),
                above * (rest + customers @ (both - special.digamma(q))),
                dot(weight, q * (1 - share) - p * x * share),
            ]
        )
        return -value / total, -slope / total

    return mean_loss
