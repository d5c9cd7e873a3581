"""The questions of the Overview (D10-D15)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final, NamedTuple

import pyarrow as pa

from habitue.core import kpis as figures
from habitue.core import periods
from habitue.core.orders import amount_of, lines_of
from habitue.results import AgePoint, BaselineClv, Kpis, NorthStar, Overview
from habitue.schema import Filters, Grain, ReturnsMode, period_is_over, period_start
from habitue.workspace.desk import Desk, Held

_ZERO: Final = Decimal(0)


class OverviewQuestions(Desk):
    """Figures at a glance."""

    def kpis(self, filters: Filters | None = None, **asked: Any) -> Kpis:
        """Compute the figures of the Overview (D10-D15).

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        settled = self.settle(Filters.given(filters, asked))
        return self._remembered(("kpis", settled), lambda: self._kpis(settled))

    def overview(self, filters: Filters | None = None, **asked: Any) -> Overview:
        """Compute everything the Overview draws.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        settled = self.settle(Filters.given(filters, asked))
        return self._remembered(("overview", settled), lambda: self._overview(settled))

    def _kpis(self, filters: Filters) -> Kpis:
        shop, as_of = self._shop, filters.as_of
        assert as_of is not None
        start, end = self._span(filters)
        held, grain = self._look(filters), filters.grain
        view, values = held.view, held.values
        leave_out = None if filters.keep_truncated else self._first_acquired()
        (head,) = self._ask(
            held, ("headline", filters.start, filters.end), lambda: figures.headline(view, filters)
        )
        (star,) = self._ask(
            held, ("north_star", as_of), lambda: figures.north_star(values, as_of=as_of)
        )
        (clv,) = self._ask(held, "baseline_clv", lambda: figures.baseline_clv(values))
        ages = self._ask(
            held,
            ("revenue_by_age", as_of, grain, leave_out),
            lambda: figures.revenue_by_age(view, as_of=as_of, grain=grain, leave_out=leave_out),
        )
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
            truncated_cohort=period_start(self._first_acquired(), filters.grain),
            rfm_customers=head["customers_ever"],
        )

    def _unmatched(self, held: Held, filters: Filters) -> tuple[Decimal, int]:
        if filters.returns is not ReturnsMode.NEUTRALISE:
            return _ZERO, 0
        kinds = self._returned(held, filters)
        (met,) = self._ask(
            held,
            ("matched_returns", filters.start, filters.end, filters.kinds),
            lambda: figures.matched_returns(self._facts, held.view, filters),
        )
        money = sum((kinds[amount_of(kind)] or _ZERO for kind in filters.kinds), _ZERO)
        lines = sum(int(kinds[lines_of(kind)] or 0) for kind in filters.kinds)
        return money + (met["returned"] or _ZERO), lines - int(met["lines"] or 0)

    def _overview(self, filters: Filters) -> Overview:
        kpis = self.kpis(filters)
        held = self._look(filters)
        assert filters.as_of is not None
        as_of, grain = filters.as_of, filters.grain
        by_cohort = self._ask(
            held,
            ("north_star_by_cohort", as_of, grain),
            lambda: figures.north_star_by_cohort(held.values, as_of=as_of, grain=grain),
        )
        for row in by_cohort:
            row["cohort"] = periods.start_of(row["cohort"], grain)
        return Overview(
            kpis=kpis,
            by_period=self._by_period(held, filters),
            north_star_by_cohort=pa.Table.from_pylist(by_cohort, schema=_BY_COHORT),
            returns=self._returns(held, filters, kpis.gross),
        )

    def _by_period(self, held: Held, filters: Filters) -> pa.Table:
        """Lay out the periods shown, the empty ones too, beside the same days a year before."""
        grain, as_of = filters.grain, filters.as_of
        assert as_of is not None
        start, end = self._span(filters)
        first_day = self._shop.first_day
        back = _a_year(grain)
        first, last = back.of(start), back.of(end)
        now = self._ask(
            held,
            ("by_period", start, end, grain),
            lambda: figures.by_period(held.view, start=start, end=end, grain=grain),
        )
        before = self._ask(
            held,
            ("revenue_between", first, last, grain),
            lambda: figures.revenue_between(held.view, start=first, end=last, grain=grain),
        )
        by_number = {row["period"]: row for row in now}
        year_before = {row["period"] + back.periods: row["revenue"] for row in before}
        rows = []
        for number in range(periods.index_of(start, grain), periods.index_of(end, grain) + 1):
            opening = periods.start_of(number, grain)
            seen_before = back.of(max(opening, start)) >= first_day
            row = by_number.get(number, {})
            orders, basket = row.get("orders", 0), row.get("basket", _ZERO)
            over = period_is_over(opening, grain, as_of)
            rows.append(
                {
                    "period": opening,
                    "over": over,
                    "whole": over and opening >= start and period_is_over(opening, grain, end),
                    "active_customers": row.get("active_customers", 0),
                    "new_customers": row.get("new_customers", 0),
                    "orders": orders,
                    "revenue": row.get("gross", _ZERO) + row.get("returned", _ZERO),
                    **{name: row.get(name, _ZERO) for name in _MONEY_BY_PERIOD},
                    "revenue_previous_year": year_before.get(number, _ZERO)
                    if seen_before
                    else None,
                    "aov": round(basket / orders, 4) if orders else None,
                }
            )
        return pa.Table.from_pylist(rows, schema=_BY_PERIOD)

    def _returned(self, held: Held, filters: Filters) -> dict[str, Any]:
        """Money and lines of the returns shown, by kind."""
        (sums,) = self._ask(
            held,
            ("returns_by_kind", filters.start, filters.end, filters.kinds),
            lambda: figures.returns_by_kind(held.view, filters),
        )
        return sums

    def _returns(self, held: Held, filters: Filters, gross: Decimal) -> pa.Table:
        sums = self._returned(held, filters)
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
_BY_COHORT: Final = pa.schema([("cohort", pa.date32()), ("n", pa.int64()), ("value", pa.float64())])
_RETURNS: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("lines", pa.int64()),
        ("amount", _MONEY),
        ("share_of_gross", pa.float64()),
    ]
)
