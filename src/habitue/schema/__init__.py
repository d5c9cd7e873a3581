"""The words every layer shares: roles, product kinds, reasons, periods, filters.

Nothing here computes; these are the names and the shapes that data, core, charts and screens
agree on. Definitions D1-D9 of the glossary give their meaning.
"""

from habitue.schema.constants import (
    CENT,
    DEFAULT_MARGIN_RATE,
    ELAPSED_DAYS,
    FEE_CODE,
    MONEY_DIGITS,
    MONEY_SCALE,
    NORTH_STAR_DAYS,
    SHIPPING_CODE,
    WHOLESALE_FACTOR,
)
from habitue.schema.filters import Filters
from habitue.schema.outlook import LONGEST_HORIZON_DAYS, Model, Outlook
from habitue.schema.periods import period_is_over, period_shift, period_start
from habitue.schema.reading import CohortReading
from habitue.schema.words import (
    Ages,
    Basis,
    Breakdown,
    CustomerType,
    Grain,
    Kind,
    Made,
    Measure,
    Per,
    Preset,
    Reason,
    Refunds,
    Retention,
    ReturnsMode,
    Role,
    Thresholds,
    word,
)

__all__ = [
    "CENT",
    "DEFAULT_MARGIN_RATE",
    "ELAPSED_DAYS",
    "FEE_CODE",
    "LONGEST_HORIZON_DAYS",
    "MONEY_DIGITS",
    "MONEY_SCALE",
    "NORTH_STAR_DAYS",
    "SHIPPING_CODE",
    "WHOLESALE_FACTOR",
    "Ages",
    "Basis",
    "Breakdown",
    "CohortReading",
    "CustomerType",
    "Filters",
    "Grain",
    "Kind",
    "Made",
    "Measure",
    "Model",
    "Outlook",
    "Per",
    "Preset",
    "Reason",
    "Refunds",
    "Retention",
    "ReturnsMode",
    "Role",
    "Thresholds",
    "period_is_over",
    "period_shift",
    "period_start",
    "word",
]
