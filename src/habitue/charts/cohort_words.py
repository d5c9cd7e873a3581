"""How the values of a cohort table are named and written, on charts and in sentences."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from habitue.charts.look import Look
from habitue.charts.periods import period_name
from habitue.schema import Ages, Breakdown, CohortReading, Grain, Measure, Per, Retention
from habitue.texts import number, percent, spoken, text

_MONEY: Final = frozenset({Measure.REVENUE, Measure.MARGIN, Measure.CONTRIBUTION, Measure.AOV})
_ROOM: Final = 1000
"""Above this a cell has room for thousands only."""
_ONE_DIGIT: Final = 10
_NARROW: Final = 18
"""With more ages than this, a cell beside the left columns has room for three signs."""
_NO_ROOM: Final = 45
"""With more ages than this, two signs would be under seven pixels high."""
_SHORT: Final = {1: "k", _ROOM: "M"}
"""A thousand times what cells are counted in."""


@dataclass(frozen=True, slots=True)
class Words:
    """Writes what a cohort table shows.

    Attributes:
        reading: How the table is read.
        grain: Length of a cohort.
        look: The reader's language, and the currency.
    """

    reading: CohortReading
    grain: Grain
    look: Look

    def say(self, key: str, /, *, count: float | None = None, **facts: object) -> str:
        """Give a sentence of the `cohorts` catalogue."""
        return text(f"cohorts.{key}", self.look.lang, count=count, **facts)

    def title(self) -> str:
        """Say what is measured."""
        told = self._measured()
        return (
            self.say("title_rebased", name=told, age=self.age(1)) if self.reading.rebased else told
        )

    def _measured(self) -> str:
        reading = self.reading
        if reading.counts_people:
            return self.say(f"title_{reading.measure}_{reading.retention}")
        name = self.say(f"title_{reading.measure}")
        # Buyers change from age to age: what adds up is divided by the customers acquired.
        mixed = reading.per is Per.BUYER and self.is_cumulative
        per = Per.CUSTOMER if mixed else reading.per
        said = self.say(f"title_per_{per}", name=name) if reading.divides else name
        return self.say("title_cumulative", name=said) if self.is_cumulative else said

    @property
    def is_cumulative(self) -> bool:
        """Whether ages add up, where that means something."""
        return self.reading.cumulative and self.reading.adds_up

    def towers(self) -> bool:
        """Whether age 0 stands far above the others by construction."""
        reading = self.reading
        if reading.counts_people:
            return reading.retention is not Retention.BY
        return reading.divides and not self.is_cumulative

    def value(self, value: float | None) -> str:
        """Write a value in full."""
        if value is None:
            return self.say("unknown")
        if self.reading.is_share:
            return percent(value, self.look.lang)
        match self.reading.measure:
            case Measure.CUSTOMERS:
                return number(value, self.look.lang, decimals=0 if value == int(value) else 1)
            case Measure.ORDERS:
                whole = self.reading.per is Per.COHORT and value == int(value)
                return number(value, self.look.lang, decimals=0 if whole else 2)
            case _:
                return self.look.money(value, decimals=0 if abs(value) >= _ROOM else 2)

    def age(self, age: int) -> str:
        """Name an age: M+3, or days 90 to 119 when ages are elapsed."""
        return self.at(self.offset + age)

    def at(self, age: object) -> str:
        """Name what stands at a place of the axis of ages.

        Args:
            age: Number of the age as it is shown.
        """
        return self.say(f"{'nth' if self.reading.from_one else 'age'}_{self.grain}", age=age)

    @property
    def offset(self) -> int:
        """Number of the first age, where it is shown."""
        return 1 if self.reading.from_one else 0

    def ages(self) -> str:
        """Name the axis of ages."""
        told = self.say(f"ages_{self.reading.ages}_{self.grain}")
        return self.say("ages_from_one", ages=told) if self.reading.from_one else told

    def cohort(self, start: dt.date) -> str:
        """Name a cohort."""
        return period_name(start, self.grain, self.look.lang)

    def row(self, start: dt.date) -> str:
        """Name a cohort beside its row, where there is no room for more than a day."""
        return spoken(start, self.look.lang) if self.grain is Grain.WEEK else self.cohort(start)

    def group(self, group: str | None) -> str:
        """Name a group of the breakdown."""
        match self.reading.breakdown, group:
            case None, _:
                return self.say("group_all")
            case _, None:
                return self.say("group_rest")
            case (Breakdown.CUSTOMER_TYPE | Breakdown.BASKET_BAND) as breakdown, _:
                return self.say(f"group_{breakdown}_{group}")
            case _:
                return str(group)

    def scale(self) -> float:
        """Give the factor from a value to what an axis shows of it."""
        return 100.0 if self.reading.is_share else 1.0

    def unit(self, values: NDArray[np.float64]) -> int:
        """Give what cells are counted in, so that they stay short: 1, a thousand or a million.

        Args:
            values: Those of the table, not a number where there is none.
        """
        found = np.abs(values[np.isfinite(values)])
        if not found.size or self.reading.counts_people or self.reading.is_share:
            return 1
        typical = float(np.median(found))
        return 1 if typical < _ROOM else _ROOM if typical < _ROOM**2 else _ROOM**2

    def cells(self, values: NDArray[np.float64]) -> list[list[str]]:
        """Write values as short as a cell is narrow, unit aside; nothing for none.

        Words too small to read are worse than none: beyond 45 ages, colours and what a pointer
        tells stand alone.

        Args:
            values: Those of the table, an age a column.
        """
        unit = self.unit(values)
        finite = np.abs(values[np.isfinite(values)]) / unit
        whole = self.reading.counts_people or self.reading.is_share
        is_small = finite.max(initial=0.0) < _ONE_DIGIT and not whole
        ages = values.shape[1]
        narrow = ages > _NARROW
        mark = "," if self.look.lang == "fr" else "."

        def write(value: float) -> str:
            if math.isnan(value) or ages > _NO_ROOM:
                return ""
            shown = value / unit
            if narrow and unit in _SHORT and round(abs(shown)) >= _ROOM:
                return f"{shown / _ROOM:.0f}{_SHORT[unit]}"
            decimals = 2 if is_small else 1 if unit > 1 and abs(shown) < _ONE_DIGIT else 0
            decimals = min(decimals, 1) if narrow else decimals
            return f"{shown:.{decimals}f}".replace(".", mark)

        return [[write(value) for value in row] for row in values.tolist()]

    def d3(self) -> str:
        """Give the d3 template of `%{z}`-like numbers in full, `{}` standing for the variable."""
        measure = self.reading.measure
        if self.reading.is_share:
            return self.shares()
        if measure in _MONEY:
            return self.pays(2 if self.reading.per is not Per.COHORT else 0)
        if measure is Measure.ORDERS and self.reading.per is not Per.COHORT:
            return "%{{{}:,.2f}}"
        return "%{{{}:,.0f}}"

    def shares(self) -> str:
        """Give the d3 template of a share in hundredths."""
        gap = "\N{NO-BREAK SPACE}" if self.look.lang == "fr" else ""
        return "%{{{}:.1f}}" + gap + "%"

    def pays(self, decimals: int = 0) -> str:
        """Give the d3 template of money, the currency where the language puts it."""
        before, after = self.look.money(1).split("1")
        return f"{before}%{{{{{{}}:,.{decimals}f}}}}{after}"

    def basis(self) -> str:
        """Say how ages are counted where it is not by the calendar."""
        return self.say("basis_elapsed") if self.reading.ages is Ages.ELAPSED else ""
