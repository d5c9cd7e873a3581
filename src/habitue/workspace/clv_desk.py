"""What every question about value shares: the occasions of a view, a fitted method."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.core.clv.choice import Choice, choose
from habitue.core.clv.fitting import Array
from habitue.core.clv.forecast import Calendar, Forecaster
from habitue.core.clv.occasions import Occasions
from habitue.core.clv.summary import occasions, takings
from habitue.core.clv.table import own_margin
from habitue.errors import ContentError
from habitue.schema import Filters, Grain, Model, Outlook
from habitue.workspace.cohorts import CohortQuestions

EPOCH = dt.date(1970, 1, 1)


class Purchases(NamedTuple):
    """Customers of a view who bought, their occasions, and what they brought so far.

    Attributes:
        ids: Their ids, in order.
        shop: The occasions, customers numbered by `ids`.
        net: Revenue of each.
        cost: Cost of each.
    """

    ids: pa.Array
    shop: Occasions
    net: Array
    cost: Array


class ValueAsk(NamedTuple):
    """A question about value."""

    filters: Filters
    outlook: Outlook

    @property
    def cut(self) -> int:
        """Last day seen, in days since 1 January 1970."""
        assert self.filters.as_of is not None
        return (self.filters.as_of - EPOCH).days


class ValueDesk(CohortQuestions):
    """A desk that reads occasions and fits purchase models on them, each once."""

    @staticmethod
    def _wanted(
        filters: Filters | None, outlook: Outlook | None, asked: dict[str, Any]
    ) -> tuple[Filters, Outlook]:
        """Read what was given as words."""
        ahead = {name: asked[name] for name in Outlook.__slots__ if name in asked}
        view = {name: value for name, value in asked.items() if name not in ahead}
        return Filters.given(filters, view), Outlook.given(outlook, ahead)

    def _value_ask(
        self, filters: Filters | None, outlook: Outlook | None, asked: dict[str, Any]
    ) -> ValueAsk:
        wanted, ahead = self._wanted(filters, outlook, asked)
        return ValueAsk(self.settle(wanted).but(keep_truncated=False), ahead)

    def _purchases(self, filters: Filters) -> Purchases:
        key = filters.but(margin_rate=None, grain=Grain.MONTH)
        return self._remembered(("purchases", key), lambda: self._read_purchases(key))

    def _read_purchases(self, filters: Filters) -> Purchases:
        held = self._look(filters)
        days = self._engine.ask(held.prefix, "occasions", lambda: occasions(held.view.orders))
        if not days.num_rows:
            raise ContentError("clv_no_customers")
        sums = self._engine.ask(held.prefix, "takings", lambda: takings(held.view.movements))
        days = days.sort_by([("customer_id", "ascending"), ("on", "ascending")])
        ids = days["customer_id"].unique()
        place = pc.index_in(ids, sums["customer_id"])
        born = filters.start or self._shop.first_day
        shop = Occasions.read(days, born=(born - EPOCH).days)
        net, cost = (_floats(sums[name].take(place)) for name in ("net", "cost"))
        return Purchases(ids, shop, net, cost)

    def _margins(self, filters: Filters, bought: Purchases) -> tuple[Array, Array, float]:
        """Margin so far of each customer, and per unit of basket: theirs and the shop's."""
        rate = self.margin_rate(filters)
        margins = bought.net - bought.cost if rate is None else bought.net * rate
        shop = bought.shop
        baskets = np.asarray(np.bincount(shop.customer, shop.money, shop.customers), np.float64)
        return margins, *own_margin(margins, baskets)

    def _chosen(self, ask: ValueAsk) -> tuple[str, Choice | None]:
        """Key of the model, and the evidence for it where the reader left it to us."""
        model, ahead = ask.outlook.model, ask.outlook.horizon_days
        if model is not Model.AUTO:
            return model.value, None
        key = ask.filters.but(margin_rate=None, grain=Grain.MONTH), min(ahead, 365)
        choice = self._remembered(
            ("choice", *key), lambda: choose(self._calendar(ask), ask.cut, ahead)
        )
        return choice.model, choice

    def _forecaster(self, ask: ValueAsk) -> Forecaster:
        """Give the method: the shop's clock comes with a model left to choose."""
        key = ask.filters.but(margin_rate=None, grain=Grain.MONTH)
        model, choice = self._chosen(ask)
        calendar = None if choice is None else self._calendar(ask)
        return self._remembered(
            ("forecaster", key, model, choice is None),
            lambda: Forecaster(self._purchases(ask.filters).shop, model, calendar=calendar),
        )

    def _calendar(self, ask: ValueAsk) -> Calendar:
        key = ask.filters.but(margin_rate=None, grain=Grain.MONTH)
        return self._remembered(
            ("calendar", key), lambda: Calendar(self._purchases(ask.filters).shop)
        )


def _floats(column: Any) -> Array:
    return np.asarray(column.cast(pa.float64()).fill_null(0.0).to_numpy(), dtype=np.float64)
