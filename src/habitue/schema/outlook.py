"""How far ahead value is looked for, and with what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

from habitue.errors import RequestError
from habitue.schema import values
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
        """Read words as numbers, and refuse what cannot be, naming the parameter."""
        for name, read in _READ.items():
            object.__setattr__(self, name, read(name, getattr(self, name)))
        if not 1 <= self.horizon_days <= LONGEST_HORIZON_DAYS:
            raise RequestError("value_horizon", value=self.horizon_days, most=LONGEST_HORIZON_DAYS)
        if not 0 <= self.annual_rate <= 1:
            raise RequestError("value_rate", value=self.annual_rate)

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build an outlook from words; None keeps the default.

        Args:
            asked: Any attribute of the class, as itself or in words.

        Raises:
            RequestError: The horizon, the model or the rate cannot be.

        Examples:
            >>> Outlook.of(horizon_days="90", annual_rate="8%")
            Outlook(horizon_days=90, model=<Model.AUTO: 'auto'>, annual_rate=0.08)
        """
        return cls(**{name: value for name, value in asked.items() if value is not None})

    @classmethod
    def given(cls, outlook: Self | Mapping[str, Any] | None, asked: Mapping[str, Any]) -> Self:
        """Bring together an outlook and words asked beside it; a word prevails.

        Args:
            outlook: An outlook, or words by attribute; None for the defaults.
            asked: As `of` takes them.

        Raises:
            RequestError: As for `of`.

        Examples:
            >>> Outlook.given(Outlook(horizon_days=90), {"annual_rate": 0.05})
            Outlook(horizon_days=90, model=<Model.AUTO: 'auto'>, annual_rate=0.05)
        """
        if outlook is None or isinstance(outlook, Mapping):
            return cls.of(**{**(outlook or {}), **asked})
        words = cls.of(**asked)
        return replace(outlook, **{name: getattr(words, name) for name in asked})


def _days(name: str, value: object) -> int:
    found = values.number(name, value)
    if found != int(found):
        raise RequestError("value_horizon", value=value, most=LONGEST_HORIZON_DAYS)
    return int(found)


_READ: Final[dict[str, Callable[[str, object], object]]] = {
    "horizon_days": _days,
    "model": lambda name, value: word(name, value, Model),
    "annual_rate": lambda name, value: float(values.share(name, value)),
}
