"""What the quality report is asked with: bounds, and where to winsorise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

from habitue.errors import RequestError

_LEAST, _MOST = Decimal("0.5"), Decimal("0.9999")
_WORDS: Final = {"quantity_bound", "price_bound", "winsorise_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What counts as out of range.

    Attributes:
        quantity_bound: Quantities beyond this, bought or returned, are flagged; None takes the
            fence that the shop's own quantities give.
        price_bound: Unit prices above this are flagged; None takes the shop's own fence.
        winsorise_at: Share of values, from 0.5 to 0.9999, that winsorising leaves as they are;
            those above are brought down to it.
    """

    quantity_bound: Decimal | None = None
    price_bound: Decimal | None = None
    winsorise_at: Decimal = Decimal("0.99")

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the parameter."""
        for name in ("quantity_bound", "price_bound"):
            value = getattr(self, name)
            if value is not None and not (value.is_finite() and value > 0):
                raise RequestError("bound_not_positive", name=name, value=value)
        if not (self.winsorise_at.is_finite() and _LEAST <= self.winsorise_at <= _MOST):
            raise RequestError(
                "winsorise_outside", value=self.winsorise_at, least=_LEAST, most=_MOST
            )

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build it from words, as a command line gives them; None keeps the default.

        A percentage may be written as one.

        Raises:
            RequestError: A value is no number, or outside what is allowed.

        Examples:
            >>> Screening.of(winsorise_at="95%").winsorise_at
            Decimal('0.95')
        """
        assert asked.keys() <= _WORDS
        return cls(**{name: _number(name, value) for name, value in asked.items()
                      if value is not None})  # fmt: skip


def _number(name: str, value: object) -> Decimal:
    spelled = str(value).strip()
    bare = spelled.removesuffix("%").strip()
    try:
        number = Decimal(bare)
    except ArithmeticError:
        raise RequestError("not_a_number", name=name, value=value) from None
    return number / 100 if bare != spelled else number
