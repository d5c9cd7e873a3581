"""How cohorts are read: options that `cohorts` and `pooled` share."""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclasses' fields.
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from habitue.errors import RequestError
from habitue.schema import Ages, Breakdown, CohortReading, Measure, Per, Refunds, Retention
from habitue.schema.values import day

_cohorts = partial(typer.Option, rich_help_panel="cohorts")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What coming back means, how ages are counted, what is shown of it."""

    retention: Annotated[Retention, _cohorts("--retention")] = Retention.ON
    ages: Annotated[Ages, _cohorts("--ages")] = Ages.CALENDAR
    breakdown: Annotated[Breakdown | None, _cohorts("--breakdown")] = None
    measure: Annotated[Measure | None, _cohorts("--measure")] = None
    per: Annotated[Per, _cohorts("--per")] = Per.CUSTOMER
    cumulative: Annotated[bool, _cohorts("--cumulative")] = False
    refunds: Annotated[Refunds, _cohorts("--refunds")] = Refunds.WHEN_MADE
    rebased: Annotated[bool, _cohorts("--rebased")] = False
    event: Annotated[str | None, _cohorts("--event", metavar="day")] = None
    cac: Annotated[str | None, _cohorts("--cac", metavar="amount_or_file")] = None
    order_cost: Annotated[str | None, _cohorts("--order-cost", metavar="number")] = None
    fee_rate: Annotated[str | None, _cohorts("--fee-rate", metavar="share")] = None

    def reading(self) -> CohortReading:
        """Give the reading that a table is asked for with.

        Raises:
            RequestError: The event is no day, or there is no measure for what is asked of one.
        """
        if self.measure is None:
            needy = {"--rebased": self.rebased, "--cumulative": self.cumulative,
                     "--per": self.per is not Per.CUSTOMER}  # fmt: skip
            for option, asked in needy.items():
                if asked:
                    raise RequestError("measure_needed", option=option)
        if self.measure is not Measure.CONTRIBUTION:
            for option, given in (("--order-cost", self.order_cost), ("--fee-rate", self.fee_rate)):
                if given is not None:
                    raise RequestError("contribution_needed", option=option)
        return CohortReading.of(
            measure=self.measure, per=self.per, cumulative=self.cumulative,
            retention=self.retention, ages=self.ages, breakdown=self.breakdown,
            refunds=self.refunds, rebased=self.rebased,
            event=None if self.event is None else day("--event", self.event),
            order_cost=self.order_cost, fee_rate=self.fee_rate,
        )  # fmt: skip
