"""What every question needs: the engine, the filters made whole, what was asked before."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple, TypeVar

import ibis.expr.types as ir

from habitue.core import kpis as figures
from habitue.core.view import Facts, View, look
from habitue.errors import RequestError
from habitue.results import Check, Shop
from habitue.schema import Filters, Grain
from habitue.workspace.engine import Engine

_Answer = TypeVar("_Answer")
_VIEWS_HELD: Final = 12
_ANSWERS_HELD: Final = 256


class Held(NamedTuple):
    """A filtered view, kept at hand by the engine under names that start with a prefix."""

    view: View
    values: ir.Table
    prefix: str
    names: tuple[str, ...]


class Desk:
    """Holds one snapshot, or one table in place, open for questions.

    Safe to share between threads: filters are arguments, never state. Answers are remembered,
    so that asking twice costs nothing.

    Args:
        engine: Where expressions run.
        facts: Orders, returns, matches and customers on that engine.
        shop: What the data holds.
        quality: Its waterfall.
    """

    def __init__(self, engine: Engine, facts: Facts, shop: Shop, quality: Check) -> None:
        self._engine, self._facts = engine, facts
        self._shop, self._quality = shop, quality
        self._lock = threading.RLock()
        self._views: OrderedDict[Filters, Held] = OrderedDict()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._laid: dict[str, dict[str, ir.Table]] = {}
        self._made = 0

    def __repr__(self) -> str:
        """Name the shop by its snapshot, its size, its sources and its days."""
        shop = self._shop
        return (
            f"<{type(self).__name__} {shop.snapshot}: {shop.lines:,} lines of "
            f"{', '.join(shop.sources)}, {shop.first_day} to {shop.last_day}>"
        )

    def shop(self) -> Shop:
        """Say what the data holds, before any filter."""
        return self._shop

    def check(self) -> Check:
        """Give the waterfall from raw lines to kept ones (D6)."""
        return self._quality

    def settle(self, filters: Filters) -> Filters:
        """Fix the day of the picture, and refuse what the data cannot answer.

        Raises:
            RequestError: The day of the picture is outside the data, the period shown holds no
                day of it, or a country has no order.
        """
        shop = self._shop
        as_of = filters.as_of or shop.last_day
        if as_of < shop.first_day:
            raise RequestError("as_of_before_data", as_of=as_of, **_days(shop))
        if as_of > shop.last_day:
            raise RequestError("as_of_after_data", as_of=as_of, **_days(shop))
        known = [country for country, _ in shop.countries]
        for country in filters.countries:
            if country not in known:
                raise RequestError("unknown_country", country=country, known=known)
        start, end = filters.start or shop.first_day, filters.end or as_of
        if start > min(end, as_of) or end < shop.first_day:
            raise RequestError("period_empty", start=start, end=end, **_days(shop))
        # Days without data are no part of the period shown.
        return filters.but(
            as_of=as_of,
            start=None if filters.start is None else max(start, shop.first_day),
            end=None if filters.end is None else min(end, as_of),
        )

    def _span(self, filters: Filters) -> tuple[dt.date, dt.date]:
        """First and last day shown, with what the reader left open filled in."""
        assert filters.as_of is not None
        return filters.start or self._shop.first_day, filters.end or filters.as_of

    def _first_acquired(self) -> dt.date:
        """Day of the first acquisition: the cohort it falls in is the stock of old customers (D19).

        A shop's lines may start earlier, with returns or with customers nobody knows.
        """
        customers = self._facts.customers
        found = self._remembered(
            "first_acquired",
            lambda: self._engine.run(customers.agg(day=customers.acquired_on.min())),
        )
        return found["day"][0].as_py() or self._shop.first_day

    def _remembered(self, question: Hashable, answer: Callable[[], _Answer]) -> _Answer:
        """Answer once; later askers of the same question get the same object."""
        with self._lock:
            if question not in self._answers:
                self._answers[question] = answer()
                while len(self._answers) > _ANSWERS_HELD:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(question)
            found: _Answer = self._answers[question]
            return found

    def _ask(
        self, held: Held, question: Hashable, build: Callable[[], ir.Table]
    ) -> list[dict[str, Any]]:
        """Put a question to a held view; equal questions differ by the view alone."""
        rows: list[dict[str, Any]] = self._engine.ask(held.prefix, question, build).to_pylist()
        return rows

    def _look(self, filters: Filters) -> Held:
        """Narrow the facts once per set of filters; every figure of a page shares the result."""
        # These decide how a view is read, not what is in it.
        key = filters.but(grain=Grain.MONTH, keep_truncated=False, margin_rate=None)
        if key not in self._views:
            self._views[key] = self._hold(key)
            while len(self._views) > _VIEWS_HELD:
                gone = self._views.popitem(last=False)[1]
                for name in (*gone.names, *self._laid.pop(gone.prefix, ())):
                    self._engine.drop(name)
        self._views.move_to_end(key)
        return self._views[key]

    def _beside(
        self, held: Held, name: str, question: Hashable, build: Callable[[], ir.Table]
    ) -> ir.Table:
        """Keep a table beside a held view for as long as it is held, made when first asked for.

        Two calls with equal names and questions build equal expressions, but for the view.
        """
        with self._lock:
            laid = self._laid.setdefault(held.prefix, {})
            if held.prefix + name not in laid:
                laid[held.prefix + name] = self._engine.hold_view(
                    held.prefix, name, question, build
                )
            return laid[held.prefix + name]

    def _hold(self, filters: Filters) -> Held:
        assert filters.as_of is not None
        self._made += 1
        prefix = f"view_{self._made}_"
        names: list[str] = []

        def keep(name: str, question: Hashable, build: Callable[[], ir.Table]) -> ir.Table:
            names.append(prefix + name)
            return self._engine.hold_view(prefix, name, question, build)

        view = look(self._facts, filters, as_of=filters.as_of, keep=keep)
        values = keep("values", None, lambda: figures.customer_values(view))
        return Held(view, values, prefix, tuple(names))


def _days(shop: Shop) -> dict[str, dt.date]:
    return {"first_day": shop.first_day, "last_day": shop.last_day}
