"""The figures at the head of the Value screen, each with its interval and its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.charts.periods import month_name
from habitue.core.clv.apart import MODELS
from habitue.core.clv.nbd import FEWEST_REPEATERS
from habitue.core.clv.season import FEWEST_ORDERS
from habitue.texts import money, number, percent
from habitue.ui import says
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.core.clv.answers import Span, Value
    from habitue.core.clv.choice import Choice as EvidenceOfChoice
    from habitue.core.clv.forecast import Level
    from habitue.ui.value_controls import Choice


_FEW: Final = 10
"""Orders below which a tenth is worth a word."""


def show(found: Value, choice: Choice) -> None:
    """Draw the cards, then say which model speaks and what to know of it.

    Args:
        found: What the customers are worth.
        choice: What the reader asked for.
    """
    with st.grid(4, min_column_width=205, gap="small", key="value.cards"):
        _card("predicted", _pay(found, found.predicted.value, compact=True),
              told("value.beside_interval", **_ends(found, found.predicted)),
              _predicted_meaning(found, choice))  # fmt: skip
        _card("mean", _pay(found, found.mean),
              told("value.beside_mean", median=_pay(found, found.median),
                   share=percent(found.top_share, lang(), decimals=0)),
              glossary.help_text("predicted_clv", lang()))  # fmt: skip
        _card("orders", number(found.orders.value, lang(), decimals=found.orders.value < _FEW),
              told("value.beside_orders", low=round(found.orders.low),
                   high=round(found.orders.high)),
              glossary.help_text("interval", lang()))  # fmt: skip
        _card("newcomer", _pay(found, found.newcomer.value),
              told("value.beside_newcomer", first=_pay(found, found.newcomer.first),
                   orders=number(found.newcomer.orders, lang(), decimals=2)),
              t("value.newcomer_help"))  # fmt: skip
    _model(found)


def _card(name: str, figure: str, beside: str, meaning: str) -> None:
    with st.container(border=True, height="stretch", key=f"value.card.{name}"):
        st.metric(t(f"value.card_{name}"), verbatim(figure), help=meaning)
        st.markdown(f":small[:gray[{beside}]]")


def _predicted_meaning(found: Value, choice: Choice) -> str:
    ends = _ends(found, found.predicted)
    return glossary.help_text(
        "predicted_clv", lang(), horizon=choice.horizon_months, n=found.customers,
        value=_pay(found, found.predicted.value), **ends,
    )  # fmt: skip


def _ends(found: Value, span: Span) -> dict[str, Any]:
    return {
        "low": _pay(found, span.low, compact=True), "high": _pay(found, span.high, compact=True)
    }  # fmt: skip


def _model(found: Value) -> None:
    reader, said = lang(), []
    if found.choice is None:
        said.append(told("value.model_asked", model=found.title))
    elif MODELS[found.model].title not in found.title:
        said.append(told("value.model_fallback", model=found.title))
    elif found.choice.trials:
        said.append(
            told("value.model_chosen", model=found.title, days=found.choice.days,
                 mae=number(_mae(found.choice), reader, decimals=2))
        )  # fmt: skip
    else:
        said.append(told("value.model_default", model=found.title))
    said.append(
        told("value.alive", alive=round(found.alive), customers=found.customers, model=found.title)
    )
    st.markdown(" ".join(said))
    st.markdown(" ".join(_level(found.level)))
    for one in found.findings:
        st.info(verbatim(one.say(reader)), icon=":material/info:")
    if found.dependence is not None and found.dependence.customers >= FEWEST_REPEATERS:
        says.aside(
            t("value.dependence", spearman=number(found.dependence.spearman, reader, decimals=2),
              eta=percent(found.dependence.eta_squared, reader, decimals=0),
              n=found.dependence.customers)
        )  # fmt: skip


def _level(level: Level) -> list[str]:
    """Say what the shop's calendar tells, and what remains unknown."""
    reader, months = lang(), level.months
    if level.published:
        said = [t("value.level_published")]
    elif months is None:
        said = [t("value.season_unknown", needed=FEWEST_ORDERS)]
    else:
        low, high = min(months), max(months)
        said = [
            told("value.season", low=number(low, reader, decimals=2),
                 high=number(high, reader, decimals=2),
                 low_month=month_name(months.index(low) + 1, reader),
                 high_month=month_name(months.index(high) + 1, reader))
        ]  # fmt: skip
        sign = "+" if level.drift >= 0 else ""
        change = sign + percent(level.drift, reader, decimals=0)
        known = "value.drift" if level.drift_known else "value.drift_unknown"
        said.append(told(known, change=change))
    error = percent(level.error, reader, decimals=0)
    said.append(
        told("value.level_error", error=error, n=level.looks) if level.looks
        else told("value.level_believed", error=error)
    )  # fmt: skip
    return said


def _mae(choice: EvidenceOfChoice) -> float:
    return next(one.mae for one in choice.trials if one.model == choice.model)


def _pay(found: Value, value: float, **how: Any) -> str:
    return money(value, found.currency, lang(), **how)
