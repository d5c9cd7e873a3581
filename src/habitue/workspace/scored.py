"""Customers scored on a day, once for every question about them (D24, D25)."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import ibis.expr.types as ir
from ibis import _

from habitue.core.orders import as_money
from habitue.core.segments import values
from habitue.core.segments.priority import LOOK_BACK_DAYS, Fate, fates
from habitue.core.segments.rules import RuleSet, rule_set
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.core.view import Facts
from habitue.results import Check, Shop
from habitue.schema import DEFAULT_MARGIN_RATE, CustomerType, Filters, Grain
from habitue.workspace.desk import Desk
from habitue.workspace.engine import Engine

_SCORED_HELD: Final = 8
_BY_PERIOD: Final = (CustomerType.NEW, CustomerType.RETURNING)


class Ask(NamedTuple):
    """A question about segments: the filters, the recipe, the names."""

    filters: Filters
    scoring: Scoring
    rules: RuleSet

    @property
    def classes(self) -> int:
        """How many classes each score has: the recipe's, else the rule set's."""
        cuts = self.scoring.cuts
        return self.scoring.classes or (cuts.classes if cuts else self.rules.classes)

    @property
    def recipe(self) -> tuple[Filters, Scoring]:
        """All that scores depend on; the names are not part of it."""
        if self.scoring.cuts is not None:
            return self.filters, self.scoring
        return self.filters, replace(self.scoring, classes=self.classes)

    @property
    def as_of(self) -> dt.date:
        """The day of the picture."""
        assert self.filters.as_of is not None
        return self.filters.as_of


class Sums(NamedTuple):
    """What the rows of any rule set are made of."""

    codes: tuple[dict[str, Any], ...]
    money: tuple[dict[str, Any], ...]
    fates: dict[str, Fate]
    revenue: Decimal


class Scored(NamedTuple):
    """Customers scored on one day, kept at hand by the engine."""

    prefix: str
    customers: int
    people: ir.Table
    recency: dict[int, int]
    frequency: dict[int, int]
    cuts: CutPoints | None


class ScoredDesk(Desk):
    """Scores customers, and keeps them at hand."""

    def __init__(self, engine: Engine, facts: Facts, shop: Shop, quality: Check) -> None:
        super().__init__(engine, facts, shop, quality)
        self._scorings: OrderedDict[Any, Scored] = OrderedDict()

    def _segment_ask(
        self,
        filters: Filters | None,
        rules: str | Path | RuleSet,
        scoring: Scoring | None,
        asked: dict[str, Any],
    ) -> Ask:
        settled = self._timeless(self.settle(Filters.given(filters, asked)))
        named = rules if isinstance(rules, RuleSet) else rule_set(rules)
        return Ask(settled, scoring or Scoring(), named)

    def _timeless(self, filters: Filters) -> Filters:
        """Drop the period shown, unless it says which customers are new."""
        plain = filters.but(end=None, grain=Grain.MONTH, keep_truncated=False)
        return plain if filters.customer_type in _BY_PERIOD else plain.but(start=None)

    def _rate(self, filters: Filters) -> Decimal | None:
        """Margin rate that applies, None where the data holds costs."""
        if filters.margin_rate is not None:
            return filters.margin_rate
        return None if self._shop.has_cost else DEFAULT_MARGIN_RATE

    def _scored(self, ask: Ask) -> Scored:
        """Score the customers of a view once; every question about them shares the result."""
        key = ask.recipe
        if key not in self._scorings:
            self._scorings[key] = self._score(ask)
            while len(self._scorings) > _SCORED_HELD:
                gone = self._scorings.popitem(last=False)[1]
                for name in ("values", "scored"):
                    self._engine.drop(gone.prefix + name)
        self._scorings.move_to_end(key)
        return self._scorings[key]

    def _score(self, ask: Ask) -> Scored:
        _, recipe = ask.recipe
        held = self._look(ask.filters)
        self._made += 1
        prefix = f"rfm_{self._made}_"
        measured = values.values(
            held.view, recipe, as_of=ask.as_of, margin_rate=self._rate(ask.filters)
        )
        measured = self._engine.hold(prefix + "values", measured)
        recency = self._counted(prefix, measured, "recency_days")
        frequency = self._counted(prefix, measured, "frequency")
        customers = sum(recency.values())
        cuts = recipe.cuts or self._cuts(ask, prefix, measured, recency, frequency)
        people = measured
        if cuts is not None:
            people = self._engine.hold(prefix + "scored", values.scored(measured, cuts))
        return Scored(prefix, customers, people, recency, frequency, cuts)

    def _counted(self, prefix: str, measured: ir.Table, name: str) -> dict[int, int]:
        found = self._engine.ask(
            prefix, ("counted", name), lambda: values.counted(measured, name)
        ).to_pylist()
        return {int(row["value"]): int(row["customers"]) for row in found}

    def _cuts(
        self,
        ask: Ask,
        prefix: str,
        measured: ir.Table,
        recency: dict[int, int],
        frequency: dict[int, int],
    ) -> CutPoints | None:
        customers = sum(recency.values())
        if not customers:
            return None
        places = values.places(customers, ask.classes)
        (found,) = self._engine.ask(
            prefix,
            ("money_steps", customers, places),
            lambda: values.money_steps(measured, customers=customers, places=places),
        ).to_pylist()
        return values.cuts_from(
            recency,
            frequency,
            tuple(found[f"step_{i}"] for i in range(len(places))),
            most=found["most"],
            as_of=ask.as_of,
        )

    def _sums(self, ask: Ask) -> Sums:
        """Sum up what does not depend on the names: another rule set costs nothing more."""
        return self._remembered(("sums", *ask.recipe), lambda: self._summed(ask))

    def _summed(self, ask: Ask) -> Sums:
        scored = self._scored(ask)
        movements = self._look(ask.filters).view.movements
        (whole,) = self._engine.run(
            movements.agg(net=as_money((_.gross + _.returned).sum()))
        ).to_pylist()
        revenue = whole["net"] or Decimal(0)
        if scored.cuts is None or not scored.customers:
            return Sums((), (), {}, revenue)
        codes, money = (
            self._engine.ask(scored.prefix, name, partial(build, scored.people)).to_pylist()
            for name, build in (("by_code", values.by_code), ("money_counts", values.money_counts))
        )
        return Sums(tuple(codes), tuple(money), self._fates(ask), revenue)

    def _fates(self, ask: Ask) -> dict[str, Fate]:
        """Follow the customers of 180 days ago, where the history goes back that far."""
        day = ask.as_of - dt.timedelta(days=LOOK_BACK_DAYS)
        if day < (ask.filters.start or self._shop.first_day):
            return {}
        then = self._scored(ask._replace(filters=ask.filters.but(as_of=day)))
        if then.cuts is None or not then.customers:
            return {}
        orders = self._look(ask.filters).view.orders
        followed = fates(then.people.select("customer_id", "rfm_score"), orders, day=day)
        return {
            row["rfm_score"]: Fate(int(row["customers"]), int(row["silent"]), int(row["returned"]))
            for row in self._engine.run(followed).to_pylist()
        }
