"""On what basis a figure stands: the filters in force, in words.

The same words are the chips above a screen and the note under a chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitue.schema import CustomerType, Kind, ReturnsMode
from habitue.texts import Lang, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from habitue.results import Kpis
    from habitue.schema import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One filter in force.

    Attributes:
        name: Attribute of `Filters`.
        words: What it says to the reader.
        narrows: Whether it takes something away, and so must not be overlooked.
    """

    name: str
    words: str
    narrows: bool


def chips(asked: Filters, kpis: Kpis, lang: Lang) -> tuple[Chip, ...]:
    """List the filters behind the figures, the period and the day of the picture always first.

    Args:
        asked: What the reader asked for, open dates left open.
        kpis: The figures, which say how those dates were understood.
        lang: The reader's language.
    """
    return tuple(_chips(asked, kpis, lang))


def basis(asked: Filters, kpis: Kpis, lang: Lang) -> str:
    """Say the same in one line, for the note under a chart.

    Args:
        asked: What the reader asked for.
        kpis: The figures.
        lang: The reader's language.
    """
    return " · ".join(chip.words for chip in chips(asked, kpis, lang))


def _chips(asked: Filters, kpis: Kpis, lang: Lang) -> Iterator[Chip]:

    def chip(name: str, key: str, *, narrows: bool = True, **facts: Any) -> Chip:
        return Chip(name=name, words=text(f"filters.{key}", lang, **facts), narrows=narrows)

    yield chip(
        "start",
        "chip_period",
        narrows=asked.start is not None or asked.end is not None,
        start=kpis.start,
        end=kpis.end,
    )
    yield chip("as_of", "chip_as_of", narrows=asked.as_of is not None, day=kpis.as_of)
    narrows = asked.returns is not ReturnsMode.INCLUDE
    yield chip("returns", f"chip_returns_{asked.returns}", narrows=narrows)
    if asked.countries:
        yield chip("countries", "chip_countries", countries=list(asked.countries))
    if asked.customer_type is not None:
        yield chip("customer_type", f"customer_type_{asked.customer_type}")
    if asked.customer_type in {CustomerType.RETAIL, CustomerType.WHOLESALE}:
        factor = asked.wholesale_factor
        yield chip("wholesale_factor", "chip_wholesale_factor", narrows=False, factor=factor)
    if asked.min_order is not None:
        yield chip("min_order", "chip_min_order", amount=asked.min_order)
    if len(asked.kinds) < len(Kind):
        kept = [text(f"filters.kind_{kind}", lang).lower() for kind in asked.kinds]
        yield chip("kinds", "chip_kinds", kinds=kept)
    if not asked.anonymous:
        yield chip("anonymous", "chip_anonymous")
