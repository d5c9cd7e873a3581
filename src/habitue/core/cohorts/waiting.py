"""How long customers wait for the next order, the ones still waiting counted in (D23)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from habitue.core.cohorts.placing import Placed
from habitue.core.intervals import Z_95


def waits(
    placed: Placed, *, as_of: dt.date, steps: int = 1, leave_out: int | None = None
) -> ir.Table:
    """Count customers by days waited between one order and the next.

    Two orders on one day are zero days apart. A customer without the next order has been
    waiting until `as_of`, and is censored there.

    Args:
        placed: A view laid out by cohort and age.
        as_of: The day the picture is taken.
        steps: How many waits to follow; 1 for the one from the first order to the second.
        leave_out: Number of a cohort to leave out, the left-truncated one.

    Returns:
        One row per group, order waited from (`number`) and `days`: `came`, `censored`.
    """
    orders = placed.orders
    if leave_out is not None:
        orders = orders.filter(_.cohort != leave_out)
    following = orders.on.lead().over(group_by="customer_id", order_by=orders.number)
    starts = orders.mutate(following=following).filter(_.number <= steps)
    waited = starts.select(
        "group",
        "number",
        came=ibis.ifelse(starts.following.notnull(), 1, 0).cast("int64"),
        days=ibis.coalesce(starts.following, ibis.literal(as_of)).delta(starts.on, unit="day"),
    )
    return waited.group_by("group", "number", "days").agg(
        came=_.came.sum(), censored=(1 - _.came).sum()
    )


@dataclass(frozen=True, slots=True)
class Survival:
    """A Kaplan-Meier curve of the share that has come back by each day.

    Attributes:
        days: Days since the order, increasing, from 0.
        came: Share that had the next order by that day.
        low: Lower bound of the share, 95 %.
        high: Upper bound, 95 %.
        at_risk: Customers still waiting, and seen, just before that day.
        n: Customers at the start.
    """

    days: NDArray[np.int64]
    came: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    n: int

    def at(self, day: int) -> tuple[float, float, float] | None:
        """Share come back by a day, with its bounds; None beyond the last day anyone was seen.

        Once everybody is back, they are back on every later day.
        """
        if not self.n or (day > self.days[-1] and self.came[-1] < 1):
            return None
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if place < 0:
            return 0.0, 0.0, 0.0
        return float(self.came[place]), float(self.low[place]), float(self.high[place])

    def quantile(self, share: float) -> int | None:
        """First day by which a share of the customers has come back; None if never reached."""
        reached = np.flatnonzero(self.came >= share)
        return int(self.days[reached[0]]) if reached.size else None


def kaplan_meier(
    days: NDArray[np.int64], came: NDArray[np.int64], censored: NDArray[np.int64]
) -> Survival:
    """Estimate the share come back by each day from counted waits.

    Censored customers leave after the day they were last seen. Bounds are log-log, with
    Greenwood's variance. Sources: Kaplan and Meier, JASA 53 (1958) 457-481; Kalbfleisch and
    Prentice, "The statistical analysis of failure time data" (1980), for the log-log bounds.

    Args:
        days: Days waited, increasing, each once.
        came: Customers whose next order came after that many days.
        censored: Customers last seen waiting for that many days.

    Examples:
        >>> curve = kaplan_meier(np.array([0, 10, 20]), np.array([1, 1, 0]), np.array([0, 1, 1]))
        >>> curve.came.round(3)
        array([0.25, 0.5 , 0.5 ])
    """
    leaving = came + censored
    n = int(leaving.sum())
    at_risk = n - np.concatenate([[0], np.cumsum(leaving)[:-1]]).astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(at_risk > 0, 1 - came / at_risk, 1.0)
        waiting = np.cumprod(steps)
        greenwood = np.cumsum(
            np.where((came > 0) & (at_risk > came), came / (at_risk * (at_risk - came)), 0.0)
        )
        spread = Z_95 * np.sqrt(greenwood) / np.log(waiting)
        low = 1 - waiting ** np.exp(spread)
        high = 1 - waiting ** np.exp(-spread)
    nobody, everybody = waiting == 1, waiting == 0
    bounds = np.sort([low, high], axis=0)
    low, high = np.where(nobody, 0.0, bounds)
    # The variance says nothing once everybody is back: the last bound that it gave still holds.
    low = np.where(everybody, np.max(low, where=~everybody, initial=0.0), low)
    back = np.asarray(1.0 - waiting, np.float64)
    return Survival(days, back, low, np.where(everybody, 1.0, high), at_risk, n)
