"""What a reader chooses on the Value screen: horizon, model, rates, cost of acquisition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.core.money import DAYS_PER_MONTH
from habitue.schema import Model, Outlook
from habitue.texts import percent, text
from habitue.ui import state, typed
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    from habitue.schema import Filters

HORIZONS: Final = (90, 180, 365, 730)
_OTHER: Final = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader asked for.

    Attributes:
        filters: Those of the sidebar, with the margin rate.
        outlook: How far ahead, with which model, at which rate.
        cac: What acquiring a customer cost, if typed.
        months: Months within which it should be earned back.
    """

    filters: Filters
    outlook: Outlook
    cac: float | None
    months: int

    @property
    def horizon_months(self) -> int:
        """The horizon in whole months, at least one."""
        return max(round(self.outlook.horizon_days / DAYS_PER_MONTH), 1)


def show(asked: Filters) -> Choice:
    """Draw the controls.

    Args:
        asked: The filters of the sidebar.
    """
    reader = lang()
    with st.container(horizontal=True, vertical_alignment="bottom", key="value.reading"):
        horizon = st.segmented_control(
            t("value.horizon"),
            [*HORIZONS, _OTHER],
            default=365,
            format_func=lambda one: text(f"value.horizon_{one}", reader),
            help=t("value.horizon_help"),
            required=True,
            **_kept("horizon"),
        )
        if horizon == _OTHER:
            horizon = st.number_input(
                t("value.days"), min_value=1, max_value=3650, value=270, step=30, width=150,
                **_kept("days"),
            )  # fmt: skip
        model = st.selectbox(
            t("value.model"),
            [str(one) for one in Model],
            format_func=lambda one: text(f"value.model_{one}", reader),
            help=glossary.help_text("predicted_clv", reader),
            width=230,
            **_kept("model"),
        )
        return _settings(asked, horizon, model)


def notes(choice: Choice) -> list[str]:
    """Say what the screen's own choices add to the basis of its figures.

    Args:
        choice: What the reader asked for.
    """
    rate = state.workspace().margin_rate(choice.filters)
    return [
        t("value.note_cost") if rate is None
        else t("value.note_margin", rate=percent(rate, lang())),
        t("value.note_rate", rate=percent(choice.outlook.annual_rate, lang())),
    ]  # fmt: skip


def _settings(asked: Filters, horizon: int | None, model: str | None) -> Choice:
    with st.popover(t("value.options"), icon=":material/tune:"):
        margin = _number("margin", None, most=100.0, placeholder=_margin_unsaid())
        rate = _number("rate", 10.0, most=100.0)
        cac = st.number_input(
            t("value.cac"), min_value=0.01, value=None, step=5.0, format="%.2f",
            placeholder=t("value.cac_none"), help=t("value.cac_help"), **_kept("cac"),
        )  # fmt: skip
        months = st.slider(
            t("value.months"), 1, 36, 12, help=t("value.months_help"), **_kept("months")
        )
    filters = asked.but(margin_rate=typed.share(margin))
    ahead = Outlook.of(
        horizon_days=horizon, model=model, annual_rate=None if rate is None else rate / 100
    )
    return Choice(filters, ahead, cac, months)


def _margin_unsaid() -> str:
    return t("value.margin_cost") if state.shop().has_cost else "30"


def _number(name: str, value: float | None, *, most: float, placeholder: str = "") -> float | None:
    found: float | None = st.number_input(
        t(f"value.{name}"), min_value=0.0, max_value=most, value=value, step=1.0, format="%.1f",
        help=t(f"value.{name}_help"), placeholder=placeholder, icon=":material/percent:",
        **_kept(name),
    )  # fmt: skip
    return found


def _kept(name: str) -> dict[str, Any]:
    return {"key": f"value.{name}", "persist_state": "session"}
