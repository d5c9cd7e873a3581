"""How the fit of a purchase model looks against the past of the shop."""

from __future__ import annotations

from typing import Any

from habitue.core.clv import looks
from habitue.core.clv.choice import AUTO
from habitue.core.clv.fitting import Array
from habitue.schema import Filters
from habitue.workspace.clv_desk import ANNUAL_RATE, HORIZON_DAYS, ValueAsk, ValueDesk


class ClvLooks(ValueDesk):
    """Tracking, frequencies, and what the model thinks of a customer."""

    def tracking(self, filters: Filters | None = None, **how: Any) -> looks.Tracking:
        """Follow actual and expected repeat occasions week by week, up to `as_of`.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            how: The options of `value`.
        """
        ask = self._look_ask(filters, how)
        return self._remembered(
            ("tracking", *ask), lambda: looks.tracking(self._forecaster(ask), ask.cut)
        )

    def frequency_fit(self, filters: Filters | None = None, **how: Any) -> tuple[Array, Array]:
        """Count customers by repeat occasions, actual and expected; the last is ten and more.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            how: The options of `value`.
        """
        ask = self._look_ask(filters, how)
        return self._remembered(
            ("frequencies", *ask), lambda: looks.frequencies(self._forecaster(ask), ask.cut)
        )

    def value_grid(self, filters: Filters | None = None, **how: Any) -> looks.Grid:
        """Ask the model about every silence and frequency.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            how: The options of `value`.
        """
        ask = self._look_ask(filters, how)
        return self._remembered(
            ("grid", *ask),
            lambda: looks.grid(self._forecaster(ask), ask.cut, ask.horizon_days),
        )

    def _look_ask(self, filters: Filters | None, how: dict[str, Any]) -> ValueAsk:
        horizon, model, rate = (
            how.pop(name, plain)
            for name, plain in (
                ("horizon_days", HORIZON_DAYS), ("model", AUTO), ("annual_rate", ANNUAL_RATE),
            )
        )  # fmt: skip
        return self._value_ask(filters, horizon, model, rate, how)
