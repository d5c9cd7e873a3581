"""How a cohort table is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from habitue.errors import RequestError
from habitue.schema.values import day, number, share
from habitue.schema.words import Ages, Breakdown, Measure, Per, Refunds, Retention, word


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortReading:
    """How a cohort table is read.

    Attributes:
        measure: What it shows.
        per: What that is divided by; retention, customers and baskets have no choice.
        cumulative: Whether ages add up; retention and customers have no choice.
        retention: What coming back means.
        ages: How ages are counted.
        breakdown: Attribute of the first order that splits the cohorts; None keeps them whole.
        refunds: At which age refunds count.
        rebased: Whether values are shares of the cohort's own value at age 1.
        from_one: Whether ages are numbered from 1 where they are shown; data number from 0.
        event: A day to compare the cohorts acquired before it with those acquired from it on.
        order_cost: What preparing and sending one order costs, in the shop's money; taken out of
            the margin where the measure is the contribution.
        fee_rate: Share of each basket that payment and marketplace fees take; likewise.

    Raises:
        RequestError: The cost of an order is below zero, or the fees no share.
    """

    measure: Measure = Measure.RETENTION
    per: Per = Per.CUSTOMER
    cumulative: bool = False
    retention: Retention = Retention.ON
    ages: Ages = Ages.CALENDAR
    breakdown: Breakdown | None = None
    refunds: Refunds = Refunds.WHEN_MADE
    rebased: bool = False
    from_one: bool = False
    event: dt.date | None = None
    order_cost: Decimal | None = None
    fee_rate: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse costs that cannot be."""
        if self.order_cost is not None and self.order_cost < 0:
            raise RequestError("order_cost_negative", value=self.order_cost)
        if self.fee_rate is not None and not 0 <= self.fee_rate <= 1:
            raise RequestError("fee_rate_outside", value=self.fee_rate)

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build a reading from words; None keeps the default.

        Raises:
            RequestError: A word is not one of those allowed.

        Examples:
            >>> CohortReading.of(measure="revenue").per
            <Per.CUSTOMER: 'customer'>
        """
        words = (("measure", Measure), ("per", Per), ("retention", Retention), ("ages", Ages),
                 ("breakdown", Breakdown), ("refunds", Refunds))  # fmt: skip
        given = {name: value for name, value in asked.items() if value is not None}
        if "event" in given:
            given["event"] = day("event", given["event"])
        for name, read in (("order_cost", number), ("fee_rate", share)):
            if name in given:
                given[name] = read(name, given[name])
        for name, allowed in words:
            if name in given:
                given[name] = word(name, given[name], allowed)
        return cls(**given)

    @property
    def divides(self) -> bool:
        """Whether `per` changes anything."""
        return self.has_money or self.measure is Measure.ORDERS

    @property
    def adds_up(self) -> bool:
        """Whether `cumulative` changes anything."""
        return self.divides or self.measure is Measure.AOV

    @property
    def is_share(self) -> bool:
        """Whether values are shares, to be written in hundredths."""
        return self.rebased or self.measure is Measure.RETENTION

    @property
    def has_money(self) -> bool:
        """Whether `refunds` changes anything, where returns are included."""
        return self.measure in {Measure.REVENUE, Measure.MARGIN, Measure.CONTRIBUTION}

    @property
    def counts_people(self) -> bool:
        """Whether `retention`, what coming back means, changes anything."""
        return self.measure in {Measure.RETENTION, Measure.CUSTOMERS}
