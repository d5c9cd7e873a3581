"""What every question about value shares: the occasions of a view, a fitted method."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.core.clv.apart import MODELS
from habitue.core.clv.choice import AUTO, Choice, choose
from habitue.core.clv.fitting import Array
from habitue.core.clv.forecast import Calendar, Forecaster
from habitue.core.clv.occasions import Occasions
from habitue.core.clv.summary import occasions, takings
from habitue.core.clv.table import own_margin
from habitue.core.money import DAYS_PER_YEAR
from habitue.errors import ContentError, RequestError
from habitue.schema import Filters, Grain
from habitue.workspace.cohorts import CohortQuestions

ANNUAL_RATE = 0.10
HORIZON_DAYS = 365
LONGEST_HORIZON = int(10 * DAYS_PER_YEAR)
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
    horizon_days: int
    model: str
    annual_rate: float

    @property
    def cut(self) -> int:
        """Last day seen, in days since 1 January 1970."""
        assert self.filters.as_of is not None
        return (self.filters.as_of - EPOCH).days


class ValueDesk(CohortQuestions):
    """A desk that reads occasions and fits purchase models on them, each once."""

    def _value_ask(
        self,
        filters: Filters | None,
        horizon_days: float,
        model: str,
        annual_rate: float,
        asked: dict[str, Any],
    ) -> ValueAsk:
        settled = self.settle(filters or Filters.of(**asked))
        if not 1 <= horizon_days <= LONGEST_HORIZON:
            raise RequestError("value_horizon", value=horizon_days, most=LONGEST_HORIZON)
        if not 0 <= annual_rate <= 1:
            raise RequestError("value_rate", value=annual_rate)
        allowed = [AUTO, *MODELS]
        if model not in allowed:
            raise RequestError("unknown_word", name="model", value=model, allowed=allowed)
        plain = settled.but(keep_truncated=False)
        return ValueAsk(plain, int(horizon_days), model, float(annual_rate))

    def _purchases(self, filters: Filters) -> Purchases:
        key = filters.but(margin_rate=None, grain=Grain.MONTH)
        return self._remembered(("purchases", key), lambda: self._read_purchases(key))

    def _read_purchases(self, filters: Filters) -> Purchases:
        held = self._look(filters)
        days = self._engine.ask(held.prefix, "occasions", lambda: occasions(held.view.orders))
        if not days.num_rows:
            raise ContentError("clv_no_customers")
        sums = self._engine.ask(held.prefix, "takings", lambda: takings(held.view.movements))
        days = days.sort_by([("customer_id", "ascending"), ("on", "ascending")]).combine_chunks()
        ids = pc.unique(days["customer_id"])
        place = pc.index_in(ids, sums["customer_id"])
        number = pc.index_in(days["customer_id"], ids)
        on = days["on"].cast(pa.date32()).cast(pa.int32())
        born = (filters.start or self._shop.first_day) if filters.start else self._shop.first_day
        shop = Occasions.of(
            number.to_numpy(), on.to_numpy(), days["money"].to_numpy(), born=(born - EPOCH).days
        )
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
        if ask.model != AUTO:
            return ask.model, None
        key = ask.filters.but(margin_rate=None, grain=Grain.MONTH), min(ask.horizon_days, 365)
        choice = self._remembered(
            ("choice", *key), lambda: choose(self._calendar(ask), ask.cut, ask.horizon_days)
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
