"""How the fit of a purchase model looks against the past of the shop."""

from __future__ import annotations

from typing import Any

from habitue.core.clv import looks
from habitue.core.clv.fitting import Array
from habitue.schema import Filters, Outlook
from habitue.workspace.clv_desk import ValueDesk


class ClvLooks(ValueDesk):
    """Tracking, frequencies, and what the model thinks of a customer."""

    def tracking(
        self, filters: Filters | None = None, outlook: Outlook | None = None, **asked: Any
    ) -> looks.Tracking:
        """Follow actual and expected repeat occasions week by week, up to `as_of`.

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.
        """
        ask = self._value_ask(filters, outlook, asked)
        return self._remembered(
            ("tracking", *ask), lambda: looks.tracking(self._forecaster(ask), ask.cut)
        )

    def frequency_fit(
        self, filters: Filters | None = None, outlook: Outlook | None = None, **asked: Any
    ) -> tuple[Array, Array]:
        """Count customers by repeat occasions, actual and expected; the last is ten and more.

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.
        """
        ask = self._value_ask(filters, outlook, asked)
        return self._remembered(
            ("frequencies", *ask), lambda: looks.frequencies(self._forecaster(ask), ask.cut)
        )

    def value_grid(
        self, filters: Filters | None = None, outlook: Outlook | None = None, **asked: Any
    ) -> looks.Grid:
        """Ask the model about every silence and frequency.

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.
        """
        ask = self._value_ask(filters, outlook, asked)
        return self._remembered(
            ("grid", *ask),
            lambda: looks.grid(self._forecaster(ask), ask.cut, ask.outlook.horizon_days),
        )
