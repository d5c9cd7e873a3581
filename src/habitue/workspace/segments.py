"""The questions of the Segments screen (D24-D28)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from habitue.core.segments import advice, movement, rows, spread, values
from habitue.core.segments.answers import (
    Base,
    CustomerHistory,
    Disagreement,
    Movement,
    Segments,
)
from habitue.core.segments.history import history
from habitue.core.segments.priority import LOOK_BACK_DAYS
from habitue.core.segments.rules import RULE_SETS, RuleSet, rule_set
from habitue.core.segments.scoring import Scoring
from habitue.errors import RequestError
from habitue.schema import (
    Filters,
    Grain,
    ReturnsMode,
    Thresholds,
    period_shift,
    period_start,
    word,
)
from habitue.schema.values import several
from habitue.workspace.scored import Ask, ScoredDesk

LISTED: Final = (
    "customer_id", "recency_days", "frequency", "monetary", "r_score", "f_score", "m_score",
    "rfm_score", "rfm_segment",
)  # fmt: skip
"""Columns of a list of customers, a contract."""


class SegmentQuestions(ScoredDesk):
    """Who to talk to first, and why."""

    def segments(
        self,
        filters: Filters | None = None,
        *,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        **asked: Any,
    ) -> Segments:
        """Score every customer and gather them under names (D24-D27).

        The period shown does not narrow this: scores look back from `as_of`, over all history or
        the window of the recipe.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            rules: A rule set, its name (`table`, `grid`, `ranges`, `six`), or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters, the rules or the recipe ask for what cannot be.
        """
        ask = self._segment_ask(filters, rules, scoring, asked)
        return self._remembered(("segments", *ask), lambda: self._segments(ask))

    def rfm(
        self,
        filters: Filters | None = None,
        *,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        segments: str | Sequence[str] = (),
        **asked: Any,
    ) -> pa.Table:
        """List every customer with raw values, scores, code and segment (D24-D26).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            rules: A rule set, its name, or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            segments: Name or names of the segments to keep; empty keeps all.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer, in the order of ids: `customer_id`, `recency_days`,
            `frequency`, `monetary`, `r_score`, `f_score`, `m_score`, `rfm_score`,
            `rfm_segment`.

        Raises:
            RequestError: The filters, the rules, the recipe or a name ask for what cannot be.
        """
        ask = self._segment_ask(filters, rules, scoring, asked)
        with self._lock:
            return self._page(ask, self._listed(ask, several(segments), "").order_by("customer_id"))

    def rfm_page(
        self,
        filters: Filters | None = None,
        *,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        segments: Sequence[str] = (),
        search: str = "",
        sort: str = "monetary",
        descending: bool = True,
        offset: int = 0,
        limit: int = 50,
        **asked: Any,
    ) -> tuple[pa.Table, int]:
        """Give one page of the list of customers; the engine searches and sorts.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            rules: A rule set, its name, or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            segments: Names of the segments to keep; empty keeps all.
            search: Part of a customer's id, or the beginning of a code; empty keeps all.
            sort: Column to sort by; equal rows follow the order of ids.
            descending: Whether the largest come first.
            offset: Rows to skip.
            limit: Rows to give.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            The rows, with the columns of `rfm`, and how many there are on all pages.

        Raises:
            RequestError: The question asks for what cannot be.
        """
        ask = self._segment_ask(filters, rules, scoring, asked)
        if sort not in LISTED:
            raise RequestError("unknown_sort", name=sort, allowed=list(LISTED))
        column = "rfm_score" if sort == "rfm_segment" else sort
        with self._lock:
            listed = self._listed(ask, segments, search.strip())
            count = self._remembered(
                ("listed", *ask, tuple(segments), search.strip()),
                lambda: int(self._engine.run(listed.agg(n=_.count()))["n"][0].as_py()),
            )
            first = listed[column].desc() if descending else listed[column]
            order = [first] if column == "customer_id" else [first, "customer_id"]
            chosen = listed.order_by(order).limit(limit, offset=offset)
            return self._page(ask, chosen), count

    def movement(
        self,
        filters: Filters | None = None,
        *,
        before: dt.date | str,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        thresholds: str | Thresholds = Thresholds.FROZEN,
        **asked: Any,
    ) -> Movement:
        """Follow customers from their segment on one day to their segment on `as_of` (D28).

        Args:
            filters: What to look at, `as_of` the second day; or its attributes as words.
            before: The first day.
            rules: A rule set, its name, or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            thresholds: `frozen` keeps the first day's, so that only a customer's own behaviour
                moves them; `recomputed` takes new ones on the second day.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The first day is not before the second, or outside the data.
        """
        ask = self._segment_ask(filters, rules, scoring, asked)
        how = word("thresholds", thresholds, Thresholds)
        day = Filters.of(as_of=before).as_of
        assert day is not None
        if day >= ask.as_of:
            raise RequestError("movement_backwards", before=day, as_of=ask.as_of)
        old = ask._replace(filters=self._timeless(self.settle(ask.filters.but(as_of=day))))
        return self._remembered(("movement", old, *ask, how), lambda: self._movement(old, ask, how))

    def segment_sizes(
        self,
        filters: Filters | None = None,
        *,
        periods: int = 12,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        **asked: Any,
    ) -> pa.Table:
        """Follow the size of every segment over time, with the thresholds of `as_of`.

        Args:
            filters: What to look at, `grain` the step; or its attributes as words.
            periods: How many ends of periods to look at before `as_of`, as far as data go.
            rules: A rule set, its name, or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per day and segment, in the order of both: `day`, `rfm_segment`,
            `customers`, `revenue`.
        """
        grain = Filters.given(filters, asked).grain
        ask = self._segment_ask(filters, rules, scoring, asked)
        return self._remembered(
            ("sizes", *ask, grain, periods), lambda: self._sizes(ask, grain, periods)
        )

    def disagreement(
        self,
        filters: Filters | None = None,
        *,
        first: str | Path | RuleSet = RULE_SETS[0],
        second: str | Path | RuleSet = RULE_SETS[1],
        scoring: Scoring | None = None,
        **asked: Any,
    ) -> Disagreement:
        """Count who changes name from one rule set to another, in customers and money.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            first: A rule set, its name, or a YAML file.
            second: Another.
            scoring: Basis, window, number of classes, frozen thresholds.
            asked: Attributes of `Filters`, as `Filters.of` reads them.
        """
        seen = self.segments(filters, rules=first, scoring=scoring, **asked)
        ask = Ask(seen.filters, seen.scoring, seen.rules)
        other = second if isinstance(second, RuleSet) else rule_set(second)
        return rows.disagreement(seen.by_code.to_pylist(), seen.rules, other, classes=ask.classes)

    def customer(
        self,
        customer_id: str,
        filters: Filters | None = None,
        *,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        **asked: Any,
    ) -> CustomerHistory:
        """Tell one customer's orders, returns and scores, month by month.

        Args:
            customer_id: As the source spelled it.
            filters: What to look at; or give the attributes of `Filters` as words.
            rules: A rule set, its name, or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: Nobody of that id has an order.
        """
        ask = self._segment_ask(filters, rules, scoring, asked)
        return self._remembered(
            ("customer", str(customer_id), *ask), lambda: self._customer(str(customer_id), ask)
        )

    def _segments(self, ask: Ask) -> Segments:
        scored, sums, rate = self._scored(ask), self._sums(ask), self._rate(ask.filters)
        named = rows.named_codes(sums.codes, ask.rules, classes=ask.classes)
        codes = named.to_pylist()
        bars = spread.nothing()
        if scored.cuts is not None and codes:
            bars = spread.spread(scored.recency, scored.frequency, sums.money, scored.cuts)
        found = advice.notes(
            codes, ask.rules, classes=ask.classes, frozen=ask.scoring.cuts is not None
        )
        if codes and not sums.fates:
            found = (*found, ("note_no_priority", {"days": LOOK_BACK_DAYS}))
        revenue = sum((row["revenue"] for row in codes), Decimal(0))
        cost = sum((row["cost"] for row in codes), Decimal(0))
        return Segments(
            as_of=ask.as_of,
            currency=self._shop.currency,
            filters=ask.filters,
            rules=ask.rules,
            scoring=ask.scoring,
            cuts=scored.cuts,
            base=Base(
                customers=scored.customers,
                orders=sum(row["orders"] for row in codes),
                revenue=revenue,
                margin=rows.margin(revenue, cost, rate),
                outside=sums.revenue - revenue,
            ),
            table=rows.segment_rows(
                codes, ask.rules, classes=ask.classes, margin_rate=rate, fates=sums.fates
            ),
            by_code=named,
            spread=bars,
            notes=found,
        )

    def _listed(self, ask: Ask, names: Sequence[str], search: str) -> ir.Table:
        scored = self._scored(ask)
        if scored.cuts is None:
            return scored.people.mutate(
                r_score=0, f_score=0, m_score=0, rfm_score=scored.people.customer_id
            ).select(*LISTED[:-1])
        listed = scored.people.select(*LISTED[:-1])
        if names:
            listed = listed.filter(_.rfm_score.isin(ask.rules.codes(tuple(names), ask.classes)))
        if search:
            plain = search.casefold()
            listed = listed.filter(
                _.customer_id.lower().contains(plain) | _.rfm_score.startswith(plain)
            )
        return listed

    def _page(self, ask: Ask, chosen: ir.Table) -> pa.Table:
        found = self._engine.run(chosen)
        for place, name in enumerate(found.column_names):
            if name in values.SCORES or name in {"recency_days", "frequency"}:
                found = found.set_column(place, name, found[name].cast(pa.int64()))
        return rows.with_names(found, ask.rules, classes=ask.classes)

    def _movement(self, old: Ask, ask: Ask, how: Thresholds) -> Movement:
        before = self._scored(old)
        recipe = ask.scoring
        if how is Thresholds.FROZEN and before.cuts is not None:
            recipe = recipe.frozen(before.cuts)
        after = self._scored(ask._replace(scoring=recipe))
        pairs: list[dict[str, Any]] = []
        if before.cuts is not None and after.cuts is not None:
            pairs = self._engine.run(movement.moves(before.people, after.people)).to_pylist()
        return Movement(
            before=old.as_of,
            as_of=ask.as_of,
            currency=self._shop.currency,
            rules=ask.rules,
            thresholds=how,
            table=movement.moved_rows(pairs, ask.rules, classes=ask.classes),
        )

    def _sizes(self, ask: Ask, grain: Grain, periods: int) -> pa.Table:
        scored = self._scored(ask)
        first = period_start(ask.as_of, grain)
        days = [period_shift(first, grain, -back) - dt.timedelta(days=1) for back in range(periods)]
        days = [day for day in reversed(days) if day >= self._shop.first_day] + [ask.as_of]
        if scored.cuts is None:
            return movement.size_rows([], ask.rules, days, classes=ask.classes)
        found = self._engine.run(
            movement.sizes(
                self._look(ask.filters).view,
                ask.scoring,
                scored.cuts,
                days=sorted(set(days)),
                margin_rate=self._rate(ask.filters),
            )
        )
        return movement.size_rows(
            found.to_pylist(), ask.rules, sorted(set(days)), classes=ask.classes
        )

    def _customer(self, customer_id: str, ask: Ask) -> CustomerHistory:
        scored = self._scored(ask)
        view = self._look(ask.filters).view
        mine = view.orders.filter(_.customer_id == customer_id)
        orders = self._engine.run(mine.select("on", "order_id", amount=_.basket)).to_pylist()
        if scored.cuts is None or not orders:
            raise RequestError("unknown_customer", customer_id=customer_id)
        moved = view.movements.filter(_.customer_id == customer_id)
        returned: list[dict[str, Any]] = []
        if ask.filters.returns is ReturnsMode.INCLUDE:
            back = view.returns.filter(_.customer_id == customer_id)
            returned = self._engine.run(
                back.select("on", "order_id", amount=_.returned)
            ).to_pylist()
        return history(
            customer_id,
            orders,
            returned,
            self._engine.run(moved.select("on", "gross", "returned", "cost")).to_pylist(),
            as_of=ask.as_of,
            scoring=ask.scoring,
            cuts=scored.cuts,
            rules=ask.rules,
            margin_rate=self._rate(ask.filters),
        )
