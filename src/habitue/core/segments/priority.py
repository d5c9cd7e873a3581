"""Where effort pays most: money about to lapse, times how often such money came back (D27).

Nothing here is a matter of taste. Customers are scored as they were `SILENCE_DAYS` x 2 days ago,
and what they did since is counted:

- **lapse rate** of a segment: share of them who placed no order in the 180 days since;
- **at stake**: revenue of the segment over the last 365 days x its lapse rate;
- **come-back rate**: of those who were silent for the first 90 days, the share who ordered in the
  next 90, nobody knowing why;
- **recoverable**: at stake x come-back rate. The priority is the rank of it.

A small segment leans on the whole base, as if `LEAN` more customers with the base's rates were
in it. See `docs/decisions/005-priority.md`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import ibis.expr.types as ir
from ibis import _

SILENCE_DAYS: Final = 90
LOOK_BACK_DAYS: Final = 2 * SILENCE_DAYS
LEAN: Final = 30


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the customers of a code or a segment.

    Attributes:
        customers: In it 180 days ago.
        silent: Of them, without an order in the 90 days after.
        returned: Of those, with an order in the next 90.
    """

    customers: int = 0
    silent: int = 0
    returned: int = 0

    def __add__(self, other: Fate) -> Fate:
        """Put two groups together."""
        return Fate(
            self.customers + other.customers,
            self.silent + other.silent,
            self.returned + other.returned,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """The priority of a segment, with all that it rests on.

    Attributes:
        lapse_rate: Share that orders nothing for 180 days.
        comeback_rate: Of those silent for 90 days, share that orders in the next 90.
        at_stake: Yearly revenue expected to lapse.
        recoverable: The part of it that comes back, if it is as it was.
    """

    lapse_rate: float
    comeback_rate: float
    at_stake: float
    recoverable: float


def fates(then: ir.Table, orders: ir.Table, *, day: dt.date) -> ir.Table:
    """Follow customers scored on a day through the 180 days after it.

    Args:
        then: `customer_id` and `rfm_score` on that day.
        orders: Orders of a later view: `customer_id`, `on`.
        day: The day of the scores.

    Returns:
        One row per code: `rfm_score`, `customers`, `silent`, `returned`.
    """
    middle = day + dt.timedelta(days=SILENCE_DAYS)
    end = day + dt.timedelta(days=LOOK_BACK_DAYS)
    since = orders.filter(_.on > day, _.on <= end).group_by("customer_id").agg(first=_.on.min())
    followed = then.left_join(since, "customer_id")
    silent = followed.first.isnull() | (followed.first > middle)
    return followed.group_by("rfm_score").agg(
        customers=followed.count(),
        silent=followed.count(where=silent),
        returned=followed.count(where=(followed.first > middle).fill_null(False)),
    )


def stake(fate: Fate, whole: Fate, year_revenue: Decimal) -> Stake | None:
    """Weigh a segment.

    Args:
        fate: What became of its customers.
        whole: What became of all.
        year_revenue: Its revenue over the last 365 days.

    Returns:
        None when nobody was there to follow.

    Examples:
        >>> whole = Fate(1000, 600, 150)
        >>> found = stake(Fate(170, 120, 30), whole, Decimal(10_000))
        >>> round(found.lapse_rate, 4), round(found.comeback_rate, 2), round(found.recoverable)
        (0.5175, 0.25, 1294)
    """
    if not whole.customers:
        return None
    lapsed, lost = fate.silent - fate.returned, whole.silent - whole.returned
    lapse = (lapsed + LEAN * lost / whole.customers) / (fate.customers + LEAN)
    comeback = whole.returned / whole.silent if whole.silent else 0.0
    comeback = (fate.returned + LEAN * comeback) / (fate.silent + LEAN)
    # A segment that gave back more than it bought has nothing to lose.
    at_stake = max(float(year_revenue), 0.0) * lapse
    return Stake(
        lapse_rate=lapse,
        comeback_rate=comeback,
        at_stake=at_stake,
        recoverable=at_stake * comeback,
    )
