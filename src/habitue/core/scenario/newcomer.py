"""What a customer acquired next month is worth, and when they have paid for themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from habitue.core.money import discount_factors
from habitue.core.scenario.course import Course, lay_out
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.outcome import paid_back
from habitue.core.scenario.panel import ACQUIRED, DRAWN, Floats, Panel


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A customer acquired next month, first order included.

    Attributes:
        retention: Share who order in each month after the acquisition, from age 0.
        cumulative: Discounted margin brought by the end of each month.
        ltv: The last of them: lifetime value, bounded by the horizon.
        ltv_cac: The same over the cost of acquisition; None where that is not given.
        payback: Months until the cost of acquisition is earned back; None where it is not given,
            or not earned back within the horizon.
    """

    retention: Floats
    cumulative: Floats
    ltv: float
    ltv_cac: float | None
    payback: float | None


def newcomer_course(panel: Panel, *, months: int) -> Course:
    """Lay one customer to come out over the months, behaving as the pooled cohorts do.

    Args:
        panel: The observed past, redraws aside.
        months: How far to look.
    """
    data = panel.first_draw()
    grown: dict[str, Any] = {
        name: np.concatenate([getattr(data, name), np.zeros_like(getattr(data, name)[:, :1])], 1)
        for name in DRAWN
    }
    one = replace(
        data,
        labels=(*data.labels, ""),
        groups=(*data.groups, ""),
        curve=np.append(data.curve, ACQUIRED),
        month=np.append(data.month, data.coming),
        customers=np.append(np.zeros_like(data.customers), 1.0),
        whole=np.append(data.whole, 0.0),
        lived=np.append(data.lived, 0),
        pooling=np.append(data.pooling, False),
        **grown,
    )
    return lay_out(one, months=months)


def newcomer(course: Course, levers: Levers) -> Newcomer:
    """Say what a customer to come is worth under the levers.

    Args:
        course: Out of `newcomer_course`.
        levers: What changes.
    """
    flow = course.flow(levers)
    factors = discount_factors(annual_rate=levers.annual_rate, horizon_months=course.months)
    cumulative = np.cumsum(flow.margin[0].sum(axis=0) * factors)
    ltv, cac = float(cumulative[-1]), levers.cac
    return Newcomer(
        retention=flow.active[0].sum(axis=0),
        cumulative=cumulative,
        ltv=ltv,
        ltv_cac=ltv / cac if cac else None,
        payback=None if cac is None else paid_back(cumulative, cac),
    )
