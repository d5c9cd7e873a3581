"""What every spend model can say: how much a customer's next occasions will bring."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.fitted import Evidence, FittedModel, Number
from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import checked_column, checked_weights, grouped, sampled
from habitue.errors import ContentError


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Distinct (x, mean basket) of customers with repeat occasions, with weights.

    Attributes:
        frequency: Repeat occasions.
        mean: Mean money of one of them, above zero.
        weight: Customers who share both.
    """

    frequency: Array
    mean: Array
    weight: Array

    @classmethod
    def of(cls, frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None) -> Self:
        """Check the columns and keep customers with repeat occasions.

        Raises:
            ContentError: A repeat customer's mean is not above zero, or nobody came back.
        """
        x, z = checked_spend(frequency, monetary_value)
        weight = checked_weights(weights, x.size)
        kept = (x > 0) & (weight > 0)
        if not kept.any():
            raise ContentError("clv_no_repeat_spend")
        x, z, weight = x[kept], z[kept], weight[kept]
        first, which = grouped(x, z)
        counts = np.bincount(which, weight, minlength=first.size)
        return cls(frequency=x[first], mean=z[first], weight=np.asarray(counts, dtype=np.float64))

    def sample(self) -> Self | None:
        """Draw customers with replacement, always the same; None when there is no need."""
        drawn = sampled(self.weight)
        if drawn is None:
            return None
        which, weight = drawn
        return type(self)(frequency=self.frequency[which], mean=self.mean[which], weight=weight)

    @property
    def customers(self) -> float:
        """Customers with repeat occasions, weights counted."""
        return float(self.weight.sum())

    @property
    def average(self) -> float:
        """Mean money of a repeat occasion, occasions counted alike."""
        return float(np.average(self.mean, weights=self.weight * self.frequency))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendModel(FittedModel):
    """A model of what one occasion of a customer brings."""

    def expected_spend(self, frequency: ArrayLike, monetary_value: ArrayLike) -> Array:
        """Mean money expected of a customer's coming occasions.

        Args:
            frequency: Repeat occasions.
            monetary_value: Mean money of one of them; ignored without any.
        """
        return self._expected_spend(*checked_spend(frequency, monetary_value))

    @property
    @abstractmethod
    def expected_spend_new(self) -> Number:
        """Mean money expected of an occasion of a new customer."""

    @abstractmethod
    def draw_spend(
        self, orders: Array, frequency: Array, monetary_value: Array, random: np.random.Generator
    ) -> Array:
        """Draw what so many occasions will bring in all, once per draw of the parameters."""

    @abstractmethod
    def _expected_spend(self, x: Array, z: Array) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantSpend(SpendModel):
    """Every occasion brings the same: the last resort of a base too small, or too regular, to fit.

    Attributes:
        mean: Money of an occasion.

    Examples:
        >>> ConstantSpend(mean=20.0).expected_spend([0, 3], [0, 35])
        array([20., 20.])
    """

    key: ClassVar[str] = "constant"
    title: ClassVar[str] = "constant"
    names: ClassVar[tuple[str, ...]] = ("mean",)
    mean: Number

    @classmethod
    def of_spending(cls, spending: Spending) -> Self:
        """Average over occasions."""
        mean = spending.average
        part = spending.weight * spending.frequency
        error = float(part**2 / part.sum() ** 2 @ (spending.mean / mean - 1) ** 2)
        evidence = Evidence(
            log_likelihood=np.nan, covariance=np.array([[error]]), customers=spending.customers
        )
        return cls(mean=mean, evidence=evidence)

    @property
    def expected_spend_new(self) -> Number:  # noqa: D102 - as in the base
        return self.mean

    def draw_spend(  # noqa: D102 - as in the base
        self,
        orders: Array,
        frequency: Array,  # noqa: ARG002 - the base's signature; the rest tells nothing here
        monetary_value: Array,  # noqa: ARG002
        random: np.random.Generator,  # noqa: ARG002
    ) -> Array:
        return orders * self.mean

    def _expected_spend(self, x: Array, z: Array) -> Array:  # noqa: ARG002 - as above
        shape = np.broadcast_shapes(np.shape(self.mean), x.shape)
        return np.array(np.broadcast_to(self.mean, shape), dtype=np.float64)


def checked_spend(frequency: ArrayLike, monetary_value: ArrayLike) -> tuple[Array, Array]:
    """Read two columns of one shape; a customer without repeats has a mean of zero.

    Raises:
        ContentError: Different lengths, or a repeat customer's mean that is not above zero.
    """
    x = checked_column("frequency", frequency)
    z = np.asarray(monetary_value, dtype=np.float64)
    try:
        x, z = np.broadcast_arrays(x, z)
    except ValueError:
        raise ContentError("clv_lengths", sizes=[x.size, z.size]) from None
    wrong = (x > 0) & ~((z > 0) & np.isfinite(z))
    if np.any(wrong):
        at = int(np.flatnonzero(wrong)[0])
        rows, value = int(np.count_nonzero(wrong)), float(z.flat[at])
        raise ContentError("clv_spend_not_positive", rows=rows, row=at + 1, value=value)
    return x, np.where(x > 0, z, 0.0)
