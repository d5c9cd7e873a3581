"""Numbers and codes that every layer shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from habitue.schema.words import Grain

MONEY_DIGITS: Final = 18
"""Precision of a price or an amount, as a decimal."""
MONEY_SCALE: Final = 4
"""Digits kept after the mark: a line is exact to a hundredth of a cent."""
CENT: Final = Decimal("0.01")
SHIPPING_CODE: Final = "@shipping"
"""Product of a line made out of what an order says of its shipping."""
FEE_CODE: Final = "@fee"
"""Product of a line made out of what an order says of its fees."""
WHOLESALE_FACTOR: Final = 3.0
"""A wholesaler's mean basket is at least this many times the shop's median basket."""
NORTH_STAR_DAYS: Final = 90
DEFAULT_MARGIN_RATE: Final = Decimal("0.30")
"""Margin on revenue where the data holds no cost and nobody typed a rate; always displayed."""
ELAPSED_DAYS: Final = {Grain.WEEK: 7, Grain.MONTH: 30, Grain.QUARTER: 91, Grain.YEAR: 365}
"""Length of an elapsed age, in days."""
