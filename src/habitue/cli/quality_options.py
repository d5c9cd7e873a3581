"""Options of the commands that look at quality: what is out of range, which rows are written."""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclasses' fields.
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from habitue.data.quality.asked import Screening

_quality = partial(typer.Option, rich_help_panel="quality")


class Rows(StrEnum):
    """Which table a file of several holds."""

    WATERFALL = "waterfall"
    FINDINGS = "findings"
    COLUMNS = "columns"
    DAYS = "days"
    WEEKDAYS = "weekdays"
    GAPS = "gaps"
    PRICES = "prices"
    QUANTITIES = "quantities"
    WINSORISED = "winsorised"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What counts as out of range."""

    quantity_bound: Annotated[str | None, _quality("--quantity-bound", metavar="number")] = None
    price_bound: Annotated[str | None, _quality("--price-bound", metavar="amount")] = None
    winsorise: Annotated[str, _quality("--winsorise", metavar="share")] = "0.99"

    def screening(self) -> "Screening":
        """Read the words.

        Raises:
            RequestError: One of them is no number, or outside what is allowed.
        """
        from habitue.data.quality.asked import Screening  # noqa: PLC0415 - not needed for help

        return Screening.of(
            quantity_bound=self.quantity_bound,
            price_bound=self.price_bound,
            winsorise_at=self.winsorise,
        )
