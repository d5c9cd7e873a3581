"""A shop with two years of simulated customers: enough for a back-test, small enough to read."""

from __future__ import annotations

import datetime as dt

import numpy as np
from tests.lines import Line, line

FIRST, DAYS = dt.date(2010, 1, 4), 730
LAST = FIRST + dt.timedelta(days=DAYS)


def lines(customers: int = 420, *, seed: int = 3, days: int = DAYS) -> list[Line]:
    """Customers who buy at a rate of their own and may leave after each order."""
    random = np.random.default_rng(seed)
    found = [line("open", "c0", FIRST.isoformat(), price=10)]
    for number in range(customers):
        rate, leaving = random.gamma(1.2, 1 / 40), random.beta(1, 8)
        basket = random.gamma(4, 10)
        day, visit = float(random.uniform(0, days * 0.75)), 0
        while day < days:
            on = FIRST + dt.timedelta(days=int(day))
            price = round(float(random.gamma(5, basket / 5)) + 0.01, 2)
            found.append(line(f"{number}.{visit}", f"c{number}", on.isoformat(), price=price))
            if random.random() < leaving:
                break
            day, visit = day + float(random.exponential(1 / rate)), visit + 1
    last = FIRST + dt.timedelta(days=days)
    found.append(line("C1", "c5", last.isoformat(), quantity=-1, price=7))
    return [*found, line("end", "c1", last.isoformat(), price=20)]
