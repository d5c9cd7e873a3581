"""What a scenario says besides its figures: its target, its levers, what it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from habitue.charts.periods import period_name
from habitue.core.scenario.levers import NEVER
from habitue.core.scenario.plan import MAX_NAME
from habitue.core.scenario.spelling import spelt
from habitue.core.segments.rules import RULE_SETS, rule_set
from habitue.errors import RequestError
from habitue.schema import Grain, period_shift
from habitue.texts import Lang, money, number, percent, text

if TYPE_CHECKING:
    from habitue.core.scenario.answer import Basis, Forecast, Simulated
    from habitue.core.scenario.levers import Levers
    from habitue.core.scenario.plan import Plan

_FEW = 3


def target(plan: Plan, lang: Lang) -> str:
    """Name the target in words.

    Args:
        plan: What was asked.
        lang: The reader's language.
    """
    parts = []
    if plan.segments:
        titles = [segment_title(one, lang) for one in plan.segments]
        parts.append(
            text("scenarios.said_segments", lang, count=len(titles), names=_some(titles, lang))
        )
    if plan.cohorts:
        names = [period_name(day, Grain.MONTH, lang) for day in plan.cohorts]
        parts.append(
            text("scenarios.said_cohorts", lang, count=len(names), names=_some(names, lang))
        )
    return " · ".join(parts) or text("scenarios.said_everyone", lang)


def title(plan: Plan, lang: Lang) -> str:
    """Call a scenario that its author has not named: by its levers, else by its target.

    Args:
        plan: The scenario.
        lang: The reader's language.
    """
    told = levers(plan.levers, None, lang)
    return (plan.name or ", ".join(told) or target(plan, lang))[:MAX_NAME]


def reading(found: Simulated, lang: Lang) -> list[str]:
    """Say what the figures are about and what they assume, sentence by sentence.

    Args:
        found: The answer.
        lang: The reader's language.
    """
    outcome, basis = found.outcome, found.basis
    last = period_shift(basis.first_month, Grain.MONTH, outcome.horizon_months - 1)
    said = [
        text(
            "scenarios.reading_target", lang, count=round(outcome.customers),
            target=target(found.plan, lang), months=outcome.horizon_months,
            first=period_name(basis.first_month, Grain.MONTH, lang),
            last=period_name(last, Grain.MONTH, lang),
        )
    ]  # fmt: skip
    if outcome.acquired:
        each = outcome.acquired / outcome.horizon_months
        said.append(text("scenarios.reading_acquired", lang, number=number(each, lang)))
    told = levers(found.plan.levers, basis.currency, lang)
    said.append(
        text("scenarios.reading_levers", lang, levers=" · ".join(told))
        if told
        else text("scenarios.reading_rest", lang)
    )
    said += stands_on(basis, lang)
    if found.plan.levers.return_rate:
        said.append(text("scenarios.reading_return_rate", lang))
    if found.plan.segments or found.plan.levers.discount_by_segment:
        said.append(text("scenarios.reading_segments", lang))
    said.append(
        text(
            "scenarios.reading_money", lang, margin=percent(outcome.margin_rate, lang),
            annual=percent(outcome.levers.annual_rate, lang),
            returns=text(f"scenarios.returns_{basis.returns}", lang),
        )
    )  # fmt: skip
    return said


def stands_on(basis: Basis, lang: Lang) -> list[str]:
    """Say what a projection stands on.

    Args:
        basis: Out of the answer.
        lang: The reader's language.
    """
    return [
        text(
            "scenarios.reading_history", lang, first=basis.first_day, last=basis.as_of,
            count=basis.cohorts, ages=basis.observed_ages,
        ),
        text("scenarios.reading_interval", lang, error=percent(basis.error, lang, decimals=0)),
    ]  # fmt: skip


def forecast_reading(found: Forecast, lang: Lang) -> list[str]:
    """Say what a forecast is about and what it assumes.

    Args:
        found: The answer.
        lang: The reader's language.
    """
    return [
        text(
            "scenarios.reading_forecast", lang, count=round(found.customers),
            number=number(found.acquisitions, lang), months=found.months,
        ),
        *stands_on(found.basis, lang),
    ]  # fmt: skip


def levers(moved: Levers, currency: str | None, lang: Lang) -> list[str]:
    """Say each lever that is not at rest.

    Args:
        moved: The levers.
        currency: ISO code, or None.
        lang: The reader's language.
    """
    told: dict[str, Any] = spelt(moved)
    if moved.retention_from_age == 1:
        told.pop("retention_from_age", None)
    if moved.retention_months >= NEVER:
        told.pop("retention_months", None)
    return [
        text(f"scenarios.said_{name}", lang, value=_lever(name, word, currency, lang))
        for name, word in told.items()
    ]


def cautions(found: Simulated, lang: Lang) -> list[str]:
    """Warn of what a reader may overlook: a cap, a discount that loses money, a cohort too young.

    Args:
        found: The answer.
        lang: The reader's language.
    """
    said = []
    moved, outcome = found.plan.levers, found.outcome
    depths = [moved.discount.depth, *(one.depth for one in moved.discount_by_segment.values())]
    left = min(1.0, outcome.margin_rate + moved.margin)
    if (deepest := max(depths)) > left:
        said.append(
            text(
                "scenarios.caution_loss", lang, depth=percent(deepest, lang),
                margin=percent(left, lang),
            )
        )  # fmt: skip
    lifted = found.newcomer_baseline.retention[1:] * (1 + moved.retention_relative)
    lifted = lifted + moved.retention_points
    if lifted.size and (lifted > 1).any():
        said.append(text("scenarios.caution_capped", lang, ages=int((lifted > 1).sum())))
    if lifted.size and (lifted < 0).any():
        said.append(text("scenarios.caution_floored", lang, ages=int((lifted < 0).sum())))
    young = [
        period_name(day, Grain.MONTH, lang)
        for day in found.plan.cohorts
        if period_shift(day, Grain.MONTH, 1) >= found.basis.first_month
    ]
    if young:
        said.append(text("scenarios.caution_young", lang, names=_some(young, lang)))
    if found.basis.observed_ages < outcome.horizon_months:
        said.append(text("scenarios.caution_beyond", lang, ages=found.basis.observed_ages))
    return said


def segment_title(name: str, lang: Lang) -> str:
    """Give a segment's name in the reader's language; one of another rule set keeps its own.

    Args:
        name: As a plan says it.
        lang: The reader's language.

    Examples:
        >>> segment_title("Loyal", "fr"), segment_title("Mine", "fr")
        ('Fidèles', 'Mine')
    """
    try:
        return rule_set(RULE_SETS[0]).named(name).title(lang)
    except RequestError:
        return name


def _lever(name: str, word: Any, currency: str | None, lang: Lang) -> str:
    if name == "discount_by_segment":
        return ", ".join(
            f"{segment_title(segment, lang)} {_depth(depth, lang)}"
            for segment, depth in word.items()
        )
    if name in {"cac", "cost_per_customer", "fixed_cost"}:
        return money(word, currency, lang)
    return _local(word, lang)


def _local(word: object, lang: Lang) -> str:
    told = str(word)
    if lang == "fr":
        told = told.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%")
    unit = text("scenarios.unit_points", lang)
    return told.replace("pt", f"\N{NO-BREAK SPACE}{unit}").replace("-", "\N{MINUS SIGN}")


def _depth(word: Any, lang: Lang) -> str:
    return _local(word if isinstance(word, str) else word["depth"], lang)


def _some(names: list[str], lang: Lang) -> str:
    if len(names) <= _FEW:
        return ", ".join(names)
    return text("scenarios.said_some", lang, names=", ".join(names[:_FEW]), more=len(names) - _FEW)
