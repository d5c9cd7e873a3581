"""A shop opened for questions: holds the engine, the default day, and what was asked before."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import pyarrow as pa

from habitue.core import kpis as figures
from habitue.core import periods
from habitue.core.orders import amount_of, lines_of
from habitue.core.view import Facts, View, look
from habitue.errors import RequestError
from habitue.schema import (
    Filters,
    Grain,
    ReturnsMode,
    period_is_over,
    period_start,
)
from habitue.workspace.results import (
    AgePoint,
    BaselineClv,
    Check,
    Kpis,
    NorthStar,
    Overview,
    Shop,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from habitue.workspace.engine import Engine

_Answer = TypeVar("_Answer")
_VIEWS_HELD: Final = 12
_ANSWERS_HELD: Final = 256
_ZERO: Final = Decimal(0)


class _Held(NamedTuple):
    """A filtered view, kept at hand by the engine under a name."""

    number: int
    view: View
    values: Any


class Workspace:
    """Answers questions about one snapshot or one table in place.

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
        self._views: OrderedDict[Filters, _Held] = OrderedDict()
        self._answers: OrderedDict[tuple[str, Filters], Any] = OrderedDict()
        self._made = 0

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
        settled = filters.but(
            as_of=as_of, end=None if filters.end is None else min(filters.end, as_of)
        )
        start, end = self._span(settled)
        if start > end:
            raise RequestError("period_empty", start=start, end=end, **_days(shop))
        return settled

    def _span(self, filters: Filters) -> tuple[dt.date, dt.date]:
        """First and last day shown, with what the reader left open filled in."""
        assert filters.as_of is not None
        return filters.start or self._shop.first_day, filters.end or filters.as_of

    def kpis(self, filters: Filters | None = None, **asked: Any) -> Kpis:
        """Compute the figures of the Overview (D10-D15).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        settled = self.settle(filters or Filters.of(**asked))
        return self._remembered("kpis", settled, self._kpis)

    def overview(self, filters: Filters | None = None, **asked: Any) -> Overview:
        """Compute everything the Overview draws.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        settled = self.settle(filters or Filters.of(**asked))
        return self._remembered("overview", settled, self._overview)

    def _remembered(
        self, question: str, filters: Filters, answer: Callable[[Filters], _Answer]
    ) -> _Answer:
        key = (question, filters)
        with self._lock:
            if key not in self._answers:
                self._answers[key] = answer(filters)
                while len(self._answers) > _ANSWERS_HELD:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(key)
            found: _Answer = self._answers[key]
            return found

    def _row(self, expression: Any) -> dict[str, Any]:
        return self._engine.run(expression).to_pylist()[0]

    def _look(self, filters: Filters) -> _Held:
        """Narrow the facts once per set of filters; every figure of a page shares the result."""
        if filters in self._views:
            self._views.move_to_end(filters)
            return self._views[filters]
        assert filters.as_of is not None
        view = look(self._facts, filters, as_of=filters.as_of)
        self._made += 1
        kept = View(
            **{
                name: self._engine.hold(f"view_{self._made}_{name}", table)
                for name, table in view._asdict().items()
            }
        )
        values = self._engine.hold(f"view_{self._made}_values", figures.customer_values(kept))
        self._views[filters] = _Held(self._made, kept, values)
        while len(self._views) > _VIEWS_HELD:
            number = self._views.popitem(last=False)[1].number
            for name in (*View._fields, "values"):
                self._engine.drop(f"view_{number}_{name}")
        return self._views[filters]

    def _kpis(self, filters: Filters) -> Kpis:
        shop, as_of = self._shop, filters.as_of
        assert as_of is not None
        start, end = self._span(filters)
        held = self._look(filters)
        head = self._row(figures.headline(held.view, filters))
        star = self._row(figures.north_star(held.values, as_of=as_of))
        clv = self._row(figures.baseline_clv(held.values))
        ages = self._engine.run(
            figures.revenue_by_age(
                held.view, as_of=as_of, grain=filters.grain,
                leave_out=None if filters.keep_truncated else shop.first_day,
            )
        ).to_pylist()  # fmt: skip
        by_age = tuple(
            AgePoint(
                age=row["age"], cohorts=int(row["cohorts"]), customers=int(row["customers"]),
                revenue_per_customer=float(row["revenue"] / row["customers"]),
            )
            for row in ages
        )  # fmt: skip
        gross, returned = head["gross"] or _ZERO, head["returned"] or _ZERO
        unmatched, unmatched_lines = self._unmatched(held, filters)
        return Kpis(
            as_of=as_of,
            start=start,
            end=end,
            currency=shop.currency,
            preset=shop.preset,
            filters=filters,
            active_customers=head["active_customers"],
            customers_ever=head["customers_ever"],
            orders=head["orders"],
            revenue=gross + returned,
            gross=gross,
            returned=returned,
            unmatched_returns=unmatched,
            unmatched_lines=unmatched_lines,
            aov=head["basket"] / head["orders"] if head["orders"] else None,
            north_star=NorthStar(**star),
            baseline_clv=BaselineClv(**clv),
            by_age=by_age,
            by_age_mean=(
                sum(point.revenue_per_customer for point in by_age) / len(by_age)
                if by_age
                else None
            ),
            truncated_cohort=period_start(shop.first_day, filters.grain),
            rfm_customers=head["customers_ever"],
        )

    def _unmatched(self, held: _Held, filters: Filters) -> tuple[Decimal, int]:
        if filters.returns is not ReturnsMode.NEUTRALISE:
            return _ZERO, 0
        kinds = self._row(figures.returns_by_kind(held.view, filters))
        met = self._row(figures.matched_returns(self._facts, held.view, filters))
        money = sum((kinds[amount_of(kind)] or _ZERO for kind in filters.kinds), _ZERO)
        lines = sum(int(kinds[lines_of(kind)] or 0) for kind in filters.kinds)
        return money + (met["returned"] or _ZERO), lines - int(met["lines"] or 0)

    def _overview(self, filters: Filters) -> Overview:
        kpis = self.kpis(filters)
        held = self._look(filters)
        assert filters.as_of is not None
        by_cohort = self._engine.run(
            figures.north_star_by_cohort(held.values, as_of=filters.as_of, grain=filters.grain)
        )
        cohorts = [
            periods.start_of(number, filters.grain) for number in by_cohort["cohort"].to_pylist()
        ]
        return Overview(
            kpis=kpis,
            by_period=self._by_period(held, filters),
            north_star_by_cohort=by_cohort.set_column(0, "cohort", pa.array(cohorts, pa.date32())),
            returns=self._returns(held, filters, kpis.gross),
        )

    def _by_period(self, held: _Held, filters: Filters) -> pa.Table:
        """Lay out the periods shown, the empty ones too, beside the same days a year before."""
        grain, as_of = filters.grain, filters.as_of
        assert as_of is not None
        start, end = self._span(filters)
        first_day = self._shop.first_day
        now = {
            row["period"]: row
            for row in self._engine.run(
                figures.by_period(held.view, start=start, end=end, grain=grain)
            ).to_pylist()
        }
        back = _a_year(grain)
        before = {
            row["period"] + back.periods: row["revenue"]
            for row in self._engine.run(
                figures.revenue_between(
                    held.view, start=back.of(start), end=back.of(end), grain=grain
                )
            ).to_pylist()
        }
        rows = []
        for number in range(periods.index_of(start, grain), periods.index_of(end, grain) + 1):
            first = periods.start_of(number, grain)
            seen_before = back.of(max(first, start)) >= first_day
            row = now.get(number, {})
            orders, basket = row.get("orders", 0), row.get("basket", _ZERO)
            over = period_is_over(first, grain, as_of)
            rows.append(
                {
                    "period": first,
                    "over": over,
                    "whole": over and first >= start and period_is_over(first, grain, end),
                    "active_customers": row.get("active_customers", 0),
                    "new_customers": row.get("new_customers", 0),
                    "orders": orders,
                    "revenue": row.get("gross", _ZERO) + row.get("returned", _ZERO),
                    **{name: row.get(name, _ZERO) for name in _MONEY_BY_PERIOD},
                    "revenue_previous_year": before.get(number, _ZERO) if seen_before else None,
                    "aov": round(basket / orders, 4) if orders else None,
                }
            )
        return pa.Table.from_pylist(rows, schema=_BY_PERIOD)

    def _returns(self, held: _Held, filters: Filters, gross: Decimal) -> pa.Table:
        sums = self._row(figures.returns_by_kind(held.view, filters))
        rows = [
            {
                "kind": kind.value,
                "lines": int(sums[lines_of(kind)]),
                "amount": sums[amount_of(kind)],
                "share_of_gross": float(sums[amount_of(kind)] / gross) if gross else None,
            }
            for kind in filters.kinds
            if sums[lines_of(kind)]
        ]
        return pa.Table.from_pylist(rows, schema=_RETURNS)


class _Back(NamedTuple):
    """How far back the same days of last year are."""

    grain: Grain
    periods: int

    def of(self, day: dt.date) -> dt.date:
        """The same day last year; for weeks, the same weekday 52 weeks before."""
        if self.grain is Grain.WEEK:
            return day - dt.timedelta(weeks=self.periods)
        leap = day.month == 2 and day.day == 29  # noqa: PLR2004 - the 29th of February
        return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _a_year(grain: Grain) -> _Back:
    return _Back(grain, {Grain.WEEK: 52, Grain.MONTH: 12, Grain.QUARTER: 4, Grain.YEAR: 1}[grain])


def _days(shop: Shop) -> dict[str, dt.date]:
    return {"first_day": shop.first_day, "last_day": shop.last_day}


_MONEY: Final = pa.decimal128(38, 4)
_MONEY_BY_PERIOD: Final = (
    "gross", "returned", "revenue_new", "revenue_returning", "revenue_anonymous",
)  # fmt: skip
_BY_PERIOD: Final = pa.schema(
    [
        ("period", pa.date32()),
        ("over", pa.bool_()),
        ("whole", pa.bool_()),
        ("active_customers", pa.int64()),
        ("new_customers", pa.int64()),
        ("orders", pa.int64()),
        ("revenue", _MONEY),
        *((name, _MONEY) for name in _MONEY_BY_PERIOD),
        ("revenue_previous_year", _MONEY),
        ("aov", _MONEY),
    ]
)
_RETURNS: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("lines", pa.int64()),
        ("amount", _MONEY),
        ("share_of_gross", pa.float64()),
    ]
)
