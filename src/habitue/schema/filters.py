"""What a reader asked to see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Self

from habitue.errors import RequestError
from habitue.schema import values
from habitue.schema.constants import WHOLESALE_FACTOR
from habitue.schema.words import CustomerType, Grain, Kind, ReturnsMode, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a reader asked to see. A filter narrows what is counted, never who is in a cohort.

    Dates may be given as ISO text, enums as their value, one country or kind alone.

    Attributes:
        as_of: The day the picture is taken (D7); None means the last day in the data.
        start: First day shown; None means the first in the data.
        end: Last day shown; None means `as_of`.
        countries: Keep these only; empty keeps all.
        returns: How returns enter (D9).
        min_order: Keep orders whose basket is at least this; None keeps all.
        customer_type: Keep these customers only; None keeps all.
        kinds: Product kinds that count as revenue.
        anonymous: Whether lines without a customer count in revenue views.
        grain: Length of the periods shown.
        wholesale_factor: Wholesalers' mean basket, in multiples of the shop's median basket.
        keep_truncated: Whether the left-truncated first cohort enters pooled figures (D19).
        margin_rate: Margin as a share of revenue (D29); None takes the cost in the data, or
            `DEFAULT_MARGIN_RATE` where there is none.
    """

    as_of: dt.date | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    countries: tuple[str, ...] = ()
    returns: ReturnsMode = ReturnsMode.INCLUDE
    min_order: Decimal | None = None
    customer_type: CustomerType | None = None
    kinds: tuple[Kind, ...] = field(default=tuple(Kind))
    anonymous: bool = True
    grain: Grain = Grain.MONTH
    wholesale_factor: float = WHOLESALE_FACTOR
    keep_truncated: bool = False
    margin_rate: Decimal | None = None

    def __post_init__(self) -> None:
        """Read what is given as words, and refuse what cannot be, naming the parameter."""
        for name, read in _READ.items():
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, read(name, value))
        if self.start and self.end and self.start > self.end:
            raise RequestError("period_backwards", start=self.start, end=self.end)
        if self.start and self.as_of and self.start > self.as_of:
            raise RequestError("period_in_future", start=self.start, as_of=self.as_of)
        if not self.kinds:
            raise RequestError("no_kinds", kinds=[str(kind) for kind in Kind])
        if self.min_order is not None and self.min_order < 0:
            raise RequestError("min_order_negative", value=self.min_order)
        if self.wholesale_factor < 1:
            raise RequestError("wholesale_factor_low", value=self.wholesale_factor)
        if self.margin_rate is not None and not 0 <= self.margin_rate <= 1:
            raise RequestError("margin_rate_outside", value=self.margin_rate)

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build filters from words, as a command line or a URL gives them.

        Names the value and what would have been allowed when a word is not known.

        Args:
            asked: Any attribute of the class. Dates may be ISO text, enums their value,
                several values a list. None keeps the default.

        Raises:
            RequestError: A word is not one of those allowed, a number or date is not one, or
                there is no such filter.

        Examples:
            >>> Filters.of(returns="exclude", as_of="2011-12-09").as_of
            datetime.date(2011, 12, 9)
        """
        given = {name: value for name, value in asked.items() if value is not None}
        for name in given.keys() - set(cls.__slots__):
            raise RequestError("unknown_filter", name=name, allowed=list(cls.__slots__))
        return cls(**given)

    @classmethod
    def given(cls, filters: Self | Mapping[str, Any] | None, asked: Mapping[str, Any]) -> Self:
        """Bring together filters and words asked beside them; a word prevails.

        Args:
            filters: Filters, or words by attribute; None for the defaults.
            asked: As `of` takes them.

        Raises:
            RequestError: As for `of`.

        Examples:
            >>> Filters.given(Filters(keep_truncated=True), {"returns": "exclude"}).asked()
            {'returns': 'exclude', 'keep_truncated': True}
        """
        if filters is None or isinstance(filters, Mapping):
            return cls.of(**{**(filters or {}), **asked})
        words = cls.of(**asked)
        return replace(filters, **{name: getattr(words, name) for name in asked})

    def but(self, **changes: Any) -> Self:
        """Give the same filters with some attributes changed."""
        return replace(self, **changes)

    def asked(self) -> dict[str, object]:
        """Give only what differs from the defaults, as plain words: for files, chips and URLs."""
        plain = type(self)()
        return {
            name: _plain(getattr(self, name))
            for name in self.__slots__
            if getattr(self, name) != getattr(plain, name)
        }


_READ: Final[dict[str, Callable[[str, object], object]]] = {
    "as_of": values.day,
    "start": values.day,
    "end": values.day,
    "countries": lambda _, value: tuple(sorted(set(values.several(value)))),
    "returns": lambda name, value: word(name, value, ReturnsMode),
    "min_order": values.number,
    "customer_type": lambda name, value: word(name, value, CustomerType),
    "kinds": values.kinds,
    "anonymous": values.flag,
    "grain": lambda name, value: word(name, value, Grain),
    "wholesale_factor": lambda name, value: float(values.number(name, value)),
    "keep_truncated": values.flag,
    "margin_rate": values.share,
}
"""How each attribute of `Filters` is read from words."""


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [_plain(one) for one in value]
        case Decimal() | dt.date():
            return str(value)
        case StrEnum():
            return value.value
        case _:
            return value
