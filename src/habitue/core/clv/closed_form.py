"""CLV in one line: margin, retention and discount per period (D30).

Worth what its assumption is worth: everyone leaves at the same constant rate. It is the figure
that a meeting knows; the predicted CLV stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.money import period_rate
from habitue.errors import ContentError, RequestError
from habitue.later import Later
from habitue.schema import Grain

optimize = Later("scipy.optimize")

_Z95: Final = 1.959963984540054
_EDGE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedForm:
    """The two usual closed forms, from the same three numbers of the same period.

    Attributes:
        margin: Margin per active customer per period, m.
        retention: Retention per period, r.
        discount: Discount rate per period, d.

    Raises:
        RequestError: r is not in [0, 1), or 1 + d - r is not above zero, or a number is missing.

    Examples:
        >>> clv = ClosedForm(margin=10, retention=0.8, discount=0.1)
        >>> round(clv.first_excluded, 2), round(clv.first_included, 2)
        (26.67, 36.67)
    """

    margin: float
    retention: float
    discount: float

    def __post_init__(self) -> None:
        """Refuse what has no finite value."""
        if not np.isfinite(self.margin):
            raise RequestError("closed_form_margin", value=self.margin)
        if not 0 <= self.retention < 1:
            raise RequestError("closed_form_retention", value=self.retention)
        if not (np.isfinite(self.discount) and 1 + self.discount - self.retention > 0):
            raise RequestError(
                "closed_form_endless", retention=self.retention, discount=self.discount
            )

    @classmethod
    def annual(cls, *, margin: float, retention: float, annual_rate: float, grain: Grain) -> Self:
        """Take the discount rate per year, as people state it.

        Args:
            margin: Margin per active customer per period.
            retention: Retention per period.
            annual_rate: Discount rate per year; 0.10 means 10 %.
            grain: Length of the period of margin and retention.

        Examples:
            >>> monthly = ClosedForm.annual(
            ...     margin=10, retention=0.8, annual_rate=0.10, grain=Grain.MONTH
            ... )
            >>> round(monthly.first_excluded, 2)
            38.47
        """
        discount = period_rate(annual_rate, grain)
        return cls(margin=margin, retention=retention, discount=discount)

    @property
    def first_excluded(self) -> float:
        """Value to come, the first period's margin left out: m r / (1 + d - r)."""
        return self.margin * self.retention / (1 + self.discount - self.retention)

    @property
    def first_included(self) -> float:
        """Value with the first period's margin: m (1 + d) / (1 + d - r)."""
        return self.margin * (1 + self.discount) / (1 + self.discount - self.retention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """A constant retention rate fitted to a pooled curve.

    Attributes:
        rate: Retention per period, r.
        low: Lower end of its 95 % interval.
        high: Upper end.
        ages: Ages the fit saw.
        misfit: Root mean square distance between observed and fitted retention, as a share of
            customers: large when retention is not geometric.
    """

    rate: float
    low: float
    high: float
    ages: int
    misfit: float


def geometric_retention(ages: ArrayLike, customers: ArrayLike, active: ArrayLike) -> Retention:
    """Fit r so that r^k follows the pooled retention at every observed age k >= 1 (D18, D30).

    Binomial maximum likelihood; the interval is widened by how badly the curve fits.

    Args:
        ages: Whole periods since acquisition; age 0 is ignored, rows of one age are pooled.
        customers: Customers of the cohorts observed at each age.
        active: How many of them ordered at that age.

    Raises:
        ContentError: No age above zero is observed, or more are active than there are customers.

    Examples:
        >>> fit = geometric_retention([0, 1, 2, 3], [1000] * 4, [1000, 800, 640, 512])
        >>> round(fit.rate, 6)
        0.8
    """
    k, n, seen = (np.asarray(column, dtype=np.float64) for column in (ages, customers, active))
    kept = (k >= 1) & (n > 0)
    if not kept.any():
        raise ContentError("retention_no_ages")
    if np.any(kept & ((seen > n) | (seen < 0))):
        raise ContentError("retention_more_active")
    k, which = np.unique(k[kept], return_inverse=True)
    n, seen = (np.asarray(np.bincount(which, column[kept]), np.float64) for column in (n, seen))
    if seen.sum() == 0:
        return Retention(rate=0.0, low=0.0, high=0.0, ages=k.size, misfit=0.0)

    def slope(log_rate: float) -> float:
        staying = np.exp(k * log_rate)
        return float(np.sum(k * (seen - n * staying) / -np.expm1(k * log_rate)))

    lowest, highest = -50.0, float(np.log1p(-_EDGE))
    root = highest if slope(highest) >= 0 else optimize.brentq(slope, lowest, highest, xtol=1e-14)
    fitted = np.exp(k * root)
    spread = n * fitted * (1 - fitted)
    scatter = float(np.sum((seen - n * fitted) ** 2 / spread)) / max(k.size - 1, 1)
    error = np.sqrt(max(scatter, 1.0) / np.sum(n * k**2 * fitted / (1 - fitted)))
    distance = np.sqrt(np.average((seen / n - fitted) ** 2, weights=n))
    return Retention(
        rate=float(np.exp(root)),
        low=float(np.exp(root - _Z95 * error)),
        high=float(min(np.exp(root + _Z95 * error), 1 - _EDGE)),
        ages=k.size,
        misfit=float(distance),
    )
