"""A sample shop: as many order lines as asked for, and the truth about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final

import numpy as np
import pyarrow as pa

from habitue.data.samples.documents import Plan, draw_plan
from habitue.data.samples.lines import SCHEMA, Dice, Lines, draw_lines, to_arrow
from habitue.data.samples.truth import Tally, Truth
from habitue.errors import RequestError

START: Final = dt.date(2023, 12, 1)
END: Final = dt.date(2025, 12, 9)
MIN_LINES: Final = 1_000
MIN_DAYS: Final = 60
BATCH_LINES: Final = 131_072


@dataclass(frozen=True)
class SampleShop:
    """A shop whose lines are drawn when they are asked for, always the same ones.

    Attributes:
        lines: Lines of both parts together.
        seed: Everything follows from it.
        start: First day.
        end: Last day.
    """

    lines: int
    seed: int
    start: dt.date
    end: dt.date

    PARTS: ClassVar = (0, 1)

    def batches(
        self, part: int | None = None, *, lines: int = BATCH_LINES
    ) -> Iterator[pa.RecordBatch]:
        """Draw the file in order, a batch at a time.

        Documents stand in the order of time, and their numbers grow with it. The second part
        starts with the last days of the first one, exported again.

        Args:
            part: 0 or 1; None for one after the other.
            lines: About how many lines a batch holds; documents are never cut.

        Yields:
            Batches in the columns of Online Retail II.
        """
        for one in self.PARTS if part is None else (part,):
            for drawn, _ in self.drawn(one, lines=lines):
                yield to_arrow(drawn, self.plan)

    def table(self, part: int | None = None) -> pa.Table:
        """Draw a part, or both, at once."""
        return pa.Table.from_batches(self.batches(part), SCHEMA)

    @cached_property
    def truth(self) -> Truth:
        """What is true of the shop; found by drawing every line once more."""
        tally = Tally(self.plan)
        for part in self.PARTS:
            for drawn, repeated in self.drawn(part):
                tally.add(drawn, repeated=repeated)
        return self.close(tally)

    @cached_property
    def plan(self) -> Plan:
        """The documents, without their lines."""
        return draw_plan(self.lines, self.seed, self.start, self.end)

    def part_lines(self, part: int) -> int:
        """Count the lines of a part."""
        first, last = self.plan.parts[part]
        ends = self.plan.ends
        return int(ends[last - 1] - (ends[first - 1] if first else 0)) if last > first else 0

    def days(self, part: int) -> tuple[dt.date, dt.date]:
        """Give the first and the last day that a part covers."""
        first, last = self.plan.parts[part]
        minutes = self.plan.documents["minute"][[first, last - 1]]
        one, other = (self.start + dt.timedelta(minutes=int(minute)) for minute in minutes)
        return one, other

    def drawn(self, part: int, *, lines: int = BATCH_LINES) -> Iterator[tuple[Lines, bool]]:
        """Draw a part as numbers, telling which lines the part before it already holds."""
        plan, dice = self.plan, Dice(self.seed)
        first, last = plan.parts[part]
        fresh = plan.repeated[1] if part else first
        for low, high, repeated in ((first, fresh, True), (fresh, last, False)):
            at = low
            while at < high:
                done = plan.ends[at - 1] if at else 0
                until = int(np.searchsorted(plan.ends, done + lines, side="right"))
                until = min(max(until, at + 1), high)
                yield draw_lines(plan, dice, at, until), repeated
                at = until

    def close(self, tally: Tally) -> Truth:
        """Give the truth that a tally over every line has found."""
        return tally.truth(
            {
                "lines": self.lines,
                "seed": self.seed,
                "start": self.start.isoformat(),
                "end": self.end.isoformat(),
            }
        )


def make_shop(
    lines: int = 100_000, *, seed: int = 1, start: dt.date = START, end: dt.date = END
) -> SampleShop:
    """Make a gift shop with known truth, in the columns and with the dirt of Online Retail II.

    Customers buy by a Pareto/NBD process with Gamma-Gamma baskets, in retail and wholesale,
    through seasons, weekdays and hours; some return what they bought. Around them stand
    anonymous orders, postage, fees, tests, write-offs at price zero, and a block of orders
    that both parts of the file hold.

    Args:
        lines: Lines of the file, the repeated block counted twice. Exactly so many are made.
        seed: The same seed makes the same shop.
        start: First day.
        end: Last day.

    Raises:
        RequestError: Fewer than 1,000 lines, fewer than 60 days, or a negative seed.

    Examples:
        >>> shop = make_shop(2_000, seed=7)
        >>> shop.table().num_rows
        2000
        >>> from habitue.data.samples import Count
        >>> shop.truth.kept + sum(shop.truth.excluded.values(), Count()) == shop.truth.raw
        True
    """
    days = (end - start).days + 1
    for name, value, least in (
        ("lines", lines, MIN_LINES),
        ("seed", seed, 0),
        ("days", days, MIN_DAYS),
    ):
        if value < least:
            raise RequestError("sample_too_small", name=name, value=value, least=least)
    return SampleShop(lines, seed, start, end)
