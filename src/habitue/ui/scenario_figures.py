"""The figures of a scenario: what changes, by how much, between which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.charts.palette import DARK, LIGHT
from habitue.charts.scenario_words import cautions, reading
from habitue.texts import money, number, percent
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.core.scenario.answer import Simulated

_CARDS: Final = ("clv", "revenue", "margin", "retention")
_BRIEF: Final = "scenario.brief"
_NARROW: Final = "640px"
"""Below this width Streamlit stacks columns, and the cards come after all the levers."""
_HELD: Final = '[data-testid="stLayoutWrapper"]:has(> .st-key-scenario-brief)'


def show(found: Simulated) -> None:
    """Draw the four outcomes, what the action is worth, and what to be careful of.

    Args:
        found: The answer.
    """
    with st.grid(2, min_column_width=230, gap="small", key="scenario.cards"):
        for name in _CARDS:
            _card(found, name)
    with st.grid(2, min_column_width=230, gap="small", key="scenario.beside"):
        if found.plan.levers.moved():
            _break_even(found)
        if found.outcome.roi is not None:
            _action(found)
        _newcomer(found)
    if found.outcome.roi is None or found.newcomer.ltv_cac is None:
        st.markdown(f":small[:gray[{t('scenarios.more_to_read')}]]")
    for caution in cautions(found, lang()):
        st.warning(verbatim(caution), icon=":material/report:")


def hold_brief() -> None:
    """Keep the short answers at the top of a narrow screen while levers move under them."""
    st.html(
        f"<style>{_HELD} {{ position: sticky; top: 3.75rem; z-index: 50; padding: 0.4rem 0;"
        f" background: light-dark({LIGHT.paper}, {DARK.paper});"
        f" box-shadow: 0 1px light-dark({LIGHT.haze}, {DARK.haze}); }}"
        f" @media (min-width: {_NARROW}) {{ {_HELD} {{ display: none; }} }}</style>"
    )


def brief(found: Simulated) -> None:
    """Draw the four outcomes in two lines, for a screen too narrow for cards beside levers.

    Args:
        found: The answer.
    """
    said = []
    for name in _CARDS:
        figure = found.outcome.figures[name]
        value = verbatim(_spell(found, name, figure.scenario))
        words = f"{t(f'scenarios.measure_{name}')} **{value}**"
        if figure.difference and figure.change is not None:
            sign = "+" if figure.change > 0 else ""
            words += f" ({sign}{percent(figure.change, lang())})"
        said.append(words)
    with st.container(key=_BRIEF):
        st.markdown(f":small[{'  ·  '.join(said[:2])}]  \n:small[{'  ·  '.join(said[2:])}]")


def assumptions(found: Simulated) -> None:
    """Say what the figures are about and what they assume.

    Args:
        found: The answer.
    """
    with st.container(border=True, key="scenario.reading"):
        st.markdown(f"**{t('scenarios.assumptions')}**")
        st.markdown("\n".join(f"- {verbatim(line)}" for line in reading(found, lang())))


def _card(found: Simulated, name: str) -> None:
    figure = found.outcome.figures[name]
    spelt = {
        part: _spell(found, name, getattr(figure, part))
        for part in ("baseline", "scenario", "difference", "low", "high")
    }
    if name == "retention":
        unit = t("scenarios.unit_points")
        points = number(figure.difference * 100, lang(), decimals=2)
        spelt["difference"] = f"{points}\N{NO-BREAK SPACE}{unit}"
    with st.container(border=True, height="stretch", key=f"scenario.card.{name}"):
        st.metric(
            t(f"scenarios.figure_{name}"),
            verbatim(spelt["scenario"]),
            delta=_delta(figure.difference, figure.change, spelt["difference"]),
            delta_color="blue",
            help=glossary.help_text("outcome", lang(), **{
                part: spelt[part] for part in ("baseline", "scenario", "difference")
            }),
        )  # fmt: skip
        beside = told(
            "scenarios.beside", baseline=spelt["baseline"], low=spelt["low"], high=spelt["high"]
        )
        st.markdown(f":small[:gray[{beside}]]")


def _delta(difference: float, change: float | None, spelt: str) -> str | None:
    if not difference:
        return None
    sign = "+" if difference > 0 else ""
    share = "" if change is None else f" ({sign}{percent(change, lang())})"
    return f"{sign}{spelt}{share}"


def _break_even(found: Simulated) -> None:
    value = found.outcome.break_even
    words = t("scenarios.break_even_none")
    if value is not None:
        sign = "+" if value > 0 else ""
        words = sign + percent(value, lang())
    _small("break_even", words, t("scenarios.break_even_beside"))


def _action(found: Simulated) -> None:
    outcome = found.outcome
    assert outcome.roi is not None
    facts: dict[str, Any] = {
        "cost": money(outcome.action_cost, found.basis.currency, lang(), decimals=0)
    }
    key = "roi_beside_never"
    if outcome.payback is not None:
        key, facts["months"] = "roi_beside", number(outcome.payback, lang(), decimals=1)
    _small("roi", percent(outcome.roi, lang(), decimals=0), told(f"scenarios.{key}", **facts))


def _newcomer(found: Simulated) -> None:
    new, rest = found.newcomer, found.newcomer_baseline
    spelt, before = (
        money(one.ltv, found.basis.currency, lang(), decimals=0) for one in (new, rest)
    )
    facts: dict[str, Any] = {"ltv": spelt}
    if new.ltv_cac is None:
        _small("ltv", verbatim(spelt), told("scenarios.ltv_beside", baseline=before))
        return
    key = "ltv_cac_beside_never"
    if new.payback is not None:
        key, facts["months"] = "ltv_cac_beside", number(new.payback, lang(), decimals=1)
    _small("ltv_cac", number(new.ltv_cac, lang(), decimals=1), told(f"scenarios.{key}", **facts))


def _small(name: str, value: str, beside: str) -> None:
    with st.container(border=True, height="stretch", key=f"scenario.card.{name}"):
        st.metric(t(f"scenarios.{name}"), value, help=t(f"scenarios.{name}_help"))
        st.markdown(f":small[:gray[{beside}]]")


def _spell(found: Simulated, name: str, value: float) -> str:
    if name == "retention":
        return percent(value, lang(), decimals=2)
    return money(
        value, found.basis.currency, lang(), decimals=2 if name == "clv" else 0,
        compact=name != "clv",
    )  # fmt: skip
