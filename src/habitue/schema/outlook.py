"""How far ahead value is looked for, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from habitue.errors import RequestError
from habitue.schema.words import word

LONGEST_HORIZON_DAYS: Final = 3652


class Model(StrEnum):
    """Purchase models, or the one that did best on days held out."""

    AUTO = "auto"
    BGNBD = "bgnbd"
    MBGNBD = "mbgnbd"
    PARETONBD = "paretonbd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How far ahead value is looked for, with which model, at which rate.

    Attributes:
        horizon_days: How many days ahead to look, 1 to 3,652.
        model: `auto`, `bgnbd`, `mbgnbd` or `paretonbd`.
        annual_rate: Discount rate per year, 0 to 1; 0.1 means 10 %.
    """

    horizon_days: int = 365
    model: Model = Model.AUTO
    annual_rate: float = 0.10

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the parameter."""
        if not 1 <= self.horizon_days <= LONGEST_HORIZON_DAYS:
            raise RequestError("value_horizon", value=self.horizon_days, most=LONGEST_HORIZON_DAYS)
        if not 0 <= self.annual_rate <= 1:
            raise RequestError("value_rate", value=self.annual_rate)

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build an outlook from words; None keeps the default.

        Args:
            asked: Any attribute of the class; a model may be its name.

        Raises:
            RequestError: The horizon, the model or the rate cannot be.

        Examples:
            >>> Outlook.of(horizon_days=90).model
            <Model.AUTO: 'auto'>
        """
        given = {name: value for name, value in asked.items() if value is not None}
        if "model" in given:
            given["model"] = word("model", given["model"], Model)
        if "horizon_days" in given:
            given["horizon_days"] = int(given["horizon_days"])
        return cls(**given)
