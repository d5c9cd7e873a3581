"""Cells that a reader is told in words: segments, periods, groups, and what else files key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from habitue.cli.pages import NOTHING, Spelled
from habitue.schema import Grain
from habitue.texts import Lang, money, percent, text

if TYPE_CHECKING:
    from habitue.schema import CohortReading, Filters


def periods(**grains: Grain) -> Spelled:
    """Name the periods of columns that hold their first days.

    Args:
        grains: Length of the periods of each column.
    """

    def named(grain: Grain) -> Callable[[dt.date, Lang], str]:
        from habitue.charts.periods import period_name  # noqa: PLC0415 - not needed for help

        return _where_there(lambda start, lang: period_name(start, grain, lang))

    return {column: named(grain) for column, grain in grains.items()}


def segments(rules: str, *columns: str) -> Spelled:
    """Name segments as the screens do.

    Args:
        rules: Name of the rule set.
        columns: Those that hold segments.
    """
    from habitue.core.segments.rules import rule_set  # noqa: PLC0415 - not needed for help

    known = rule_set(rules)
    title = _where_there(lambda name, lang: known.named(name).title(lang))
    return dict.fromkeys(columns, title)


def cohorts(reading: CohortReading, filters: Filters) -> Spelled:
    """Name the periods and groups of a cohort table, and write its measure.

    Args:
        reading: How the table is read.
        filters: What was asked for.
    """
    from habitue.charts.cohort_words import Words  # noqa: PLC0415 - not needed for help
    from habitue.charts.look import Look  # noqa: PLC0415

    def group(name: str | None, lang: Lang) -> str:
        return Words(reading, filters.grain, Look(lang=lang, currency=None)).group(name)

    def side(name: str, lang: Lang) -> str:
        return text(f"cohorts.event_{name}", lang, day=reading.event)

    measured = ("value", "low", "high", "median") if reading.is_share else ()
    shares = dict.fromkeys(measured, _where_there(percent))
    return {**periods(cohort=filters.grain), "group": group, "side": side, **shares}


def scores() -> Spelled:
    """Name the methods of the trust card, and what they predicted."""
    return {
        "method": _where_there(lambda name, lang: text(f"cli.method_{name}", lang)),
        "unit": _where_there(lambda name, lang: text(f"cli.unit_{name}", lang)),
    }


def weighed(levers: Sequence[str], figure: str, currency: str | None) -> Spelled:
    """Write values of levers, and of the figure they move.

    Args:
        levers: Those swept.
        figure: What was looked at.
        currency: ISO code, or None.
    """
    from habitue.charts.look import Look  # noqa: PLC0415 - not needed for help
    from habitue.charts.scenario_lines import lever_value, speller  # noqa: PLC0415

    def valued(name: str) -> Callable[[float, Lang], str]:
        return lambda value, lang: lever_value(
            name, value, Look(lang=lang, currency=currency), decimals=1
        )

    def measured(value: float, lang: Lang) -> str:
        if figure in ("retention", "orders"):
            return speller(figure, Look(lang=lang, currency=currency))(value)
        return money(value, currency, lang, decimals=2 if figure == "clv" else 0)

    return {
        **{column: valued(name) for column, name in zip(("value", "other"), levers, strict=False)},
        **dict.fromkeys(("result", "change", "down", "up"), measured),
    }


def _where_there(said: Callable[[Any, Lang], str]) -> Callable[[Any, Lang], str]:
    return lambda value, lang: NOTHING if value is None else said(value, lang)
