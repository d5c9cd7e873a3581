"""Baskets that swell and shrink with the season: what an occasion brings, by month of the year.

The logarithm of a basket is that of its customer, plus a season, plus noise. Customers are averaged
out, so that who buys in a month does not pass for what they spend in it. The season is a Gaussian
regression, averaged over how wide it may spread, each width weighed by how likely it makes the past
(as in `season`): a shop whose baskets know no season keeps factors of one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from habitue.core.clv.clock import Clock
from habitue.core.clv.fitting import Array
from habitue.core.clv.histories import Codes
from habitue.core.clv.occasions import Occasions

MONTHS: Final = 12
_ALIKE: Final = 1e-12
"""Variance below which every basket of a customer is the same: there is nothing to explain."""
_SPREADS: Final = (0.0, 0.03, 0.06, 0.12, 0.25)
"""Standard deviations of the logarithm of a month's factor, before looking."""


def basket_season(shop: Occasions, cut: int) -> Array:
    """Learn how much more or less a basket brings in each month of the year.

    Args:
        shop: The whole history.
        cut: Last day seen.

    Returns:
        Logarithms, January first; their mean over the occasions seen is zero, so that what an
        occasion brings on average stays what it was.

    Examples:
        >>> steady = Occasions.of([0, 0, 1, 1], [0, 40, 10, 90], [5.0, 5.0, 9.0, 9.0])
        >>> float(np.abs(basket_season(steady, 100)).max())
        0.0
    """
    seen = shop.day <= cut
    who, day, log = shop.customer[seen], shop.day[seen], np.log(shop.money[seen])
    several = np.bincount(who, minlength=shop.customers)[who] > 1
    _, who = np.unique(who[several], return_inverse=True)
    month, log = month_of(day[several]), log[several]
    times = np.bincount(who).astype(np.float64)
    mean = np.bincount(who, log) / times
    left = log - mean[who]
    freedom = left.size - times.size
    noise = float(left @ left) / freedom if freedom else 0.0
    if noise < _ALIKE:
        return np.zeros(MONTHS)
    cells = np.bincount(who * MONTHS + month, minlength=times.size * MONTHS)
    counts = cells.reshape(-1, MONTHS).astype(np.float64)
    total = counts.sum(axis=0)
    # Normal equations once each customer's own level is averaged out.
    within = (np.diag(total) - (counts / times[:, None]).T @ counts) / noise
    pull = np.bincount(month, left, minlength=MONTHS) / noise
    found = [_under(within, pull, spread) for spread in _SPREADS]
    likely = np.array([one for one, _ in found])
    weight = np.exp(likely - likely.max())
    season = (weight / weight.sum()) @ np.array([one for _, one in found])
    return np.asarray(season - (total @ season) / total.sum())


def span_factors(season: Array, clock: Clock, ends: ArrayLike) -> Array:
    """Give the factor of a basket over successive spans from the cut, busy days counting more.

    Args:
        season: Out of `basket_season`.
        clock: How fast the shop's time goes.
        ends: Calendar days from the cut to the end of each span, rising.
    """
    upto = np.append(0.0, np.asarray(ends, np.float64))
    days = np.arange(np.ceil(upto[-1]) + 1)
    reached = clock.ahead(days)
    factor = np.exp(season[month_of(clock.cut + days[1:])])
    worth = np.append(0.0, np.cumsum(np.diff(reached) * factor))
    spans = np.diff(np.interp(upto, days, worth)) / np.diff(np.interp(upto, days, reached))
    return np.asarray(spans)


def month_of(day: Any) -> Codes:
    """Number the month of the year of a day, January being 0.

    Examples:
        >>> month_of([0, 31, 364, 365]).tolist()
        [0, 1, 11, 0]
    """
    on = np.asarray(day, np.int64).astype("datetime64[D]").astype("datetime64[M]")
    return np.asarray(on.astype(np.int64) % MONTHS)


def _under(within: Array, pull: Array, spread: float) -> tuple[float, Array]:
    """Logarithm of the marginal likelihood under a spread, and the season expected."""
    if not spread:
        return 0.0, np.zeros(MONTHS)
    whole = within + np.eye(MONTHS) / spread**2
    season = np.linalg.solve(whole, pull)
    size = np.linalg.slogdet(np.eye(MONTHS) + spread**2 * within)[1]
    return float(0.5 * (pull @ season - size)), np.asarray(season, np.float64)
