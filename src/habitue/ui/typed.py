"""What a reader typed in a number field, exactly as typed."""

from __future__ import annotations

from decimal import Decimal


def amount(typed: float | None) -> Decimal | None:
    """Give the number that was typed, not its nearest binary fraction; nothing for nothing.

    Args:
        typed: What a number field holds.

    Examples:
        >>> amount(0.1)
        Decimal('0.1')
    """
    return None if typed is None else Decimal(str(typed))


def share(typed: float | None) -> Decimal | None:
    """Give the share behind a percentage that was typed; nothing for nothing.

    Args:
        typed: What a number field holds: 30 for 30 %.

    Examples:
        >>> share(12.5)
        Decimal('0.125')
    """
    exact = amount(typed)
    return None if exact is None else exact / 100
