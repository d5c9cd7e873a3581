"""Purchases as the models read them: the way to any other tool (D4, D31)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from habitue.schema import Filters
from habitue.workspace.clv_desk import ValueDesk


class PurchaseQuestions(ValueDesk):
    """On which days customers bought, and what the models make of it."""

    def occasions(self, filters: Filters | None = None, **asked: Any) -> pa.Table:
        """List purchase occasions: one customer, one day, with what its baskets add up to (D4).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer and day, in their order: `customer_id`, `on`, `money`.

        Raises:
            RequestError: The filters ask for what cannot be.
            ContentError: Nobody bought anything.

        Examples:
            >>> import tempfile
            >>> import habitue
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     found = habitue.demo(folder, lines=2_000).occasions()
            >>> found.column_names
            ['customer_id', 'on', 'money']
        """
        bought = self._purchases(self._value_ask(filters, None, asked).filters)
        shop = bought.shop
        return pa.table(
            {
                "customer_id": bought.ids.take(pa.array(shop.customer)),
                "on": pa.array(shop.day, pa.int32()).cast(pa.date32()),
                "money": shop.money,
            }
        )

    def clv_summary(self, filters: Filters | None = None, **asked: Any) -> pa.Table:
        """Describe each customer's buying as lifetimes and pymc-marketing want it, in days.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer, in the order of ids: `customer_id`, `frequency` (repeat
            occasions), `recency`, `T` (days), `monetary_value` (mean money of a repeat occasion).

        Raises:
            RequestError: The filters ask for what cannot be.
            ContentError: Nobody bought anything.

        Examples:
            >>> import tempfile
            >>> import habitue
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     found = habitue.demo(folder, lines=2_000).clv_summary()
            >>> found.column_names
            ['customer_id', 'frequency', 'recency', 'T', 'monetary_value']
        """
        ask = self._value_ask(filters, None, asked)
        bought = self._purchases(ask.filters)
        seen = bought.shop.at(ask.cut)
        days = {"frequency": seen.frequency, "recency": seen.recency, "T": seen.T}
        return pa.table(
            {"customer_id": bought.ids.take(pa.array(seen.who))}
            | {name: pa.array(column.astype("int64")) for name, column in days.items()}
            | {"monetary_value": seen.money}
        )
