"""A code in words, on the reader's own data: what 554 means in this shop."""

from __future__ import annotations

from decimal import Decimal

from habitue.core.segments.scoring import CutPoints
from habitue.texts import Lang, money, text


def explained(code: str, cuts: CutPoints, currency: str | None, lang: Lang = "en") -> str:
    """Say what the three scores of a code mean.

    Args:
        code: Three digits.
        cuts: The thresholds in force.
        currency: ISO code of M, or None.
        lang: Language of the reader.

    Examples:
        >>> cuts = CutPoints(recency=(22, 60), frequency=(4, 10), monetary=(300, 980))
        >>> explained("332", cuts, "GBP")
        '332 = last order within 22 days, at least 10 orders, from £300.00 to under £980.00'
    """
    measures = ("recency", "frequency", "monetary")
    said = [
        meaning(measure, int(score), cuts, currency, lang)
        for measure, score in zip(measures, code, strict=True)
    ]
    return text("segments.explained", lang, code=code, said=said)


def meaning(
    measure: str, score: int, cuts: CutPoints, currency: str | None, lang: Lang = "en"
) -> str:
    """Say what one score means.

    Args:
        measure: `recency`, `frequency` or `monetary`.
        score: From 1 to the number of classes.
        cuts: The thresholds in force.
        currency: ISO code of M, or None.
        lang: Language of the reader.

    Examples:
        >>> cuts = CutPoints(recency=(22, 60), frequency=(2, 3), monetary=(300, 980))
        >>> meaning("frequency", 2, cuts, "GBP"), meaning("recency", 1, cuts, "GBP")
        ('2 orders', 'last order more than 60 days ago')
    """
    low, high = cuts.reach(measure, score)
    if low is not None and high is not None and _is_empty(measure, low, high):
        return text(f"segments.{measure}_none", lang)
    if measure == "monetary":
        said = {"low": _pay(low, currency, lang), "high": _pay(high, currency, lang)}
        return text(f"segments.monetary_{_shape(low, high)}", lang, count=None, **said)
    if measure == "frequency":
        high = None if high is None else high - 1
        # Nobody scored has fewer than one order.
        if high is not None and high == (low or 1):
            return text("segments.frequency_exactly", lang, count=high)
    elif high is None:  # "more than 60 days" reads better than "61 days or more"
        low -= 1
    count = low if high is None else high
    return text(f"segments.{measure}_{_shape(low, high)}", lang, count=count, low=low)


def _shape(low: object, high: object) -> str:
    if low is None:
        return "below"
    return "above" if high is None else "between"


def _is_empty(measure: str, low: Decimal, high: Decimal) -> bool:
    return low > high if measure == "recency" else low >= high


def _pay(amount: Decimal | None, currency: str | None, lang: Lang) -> str:
    return "" if amount is None else money(amount, currency, lang)
