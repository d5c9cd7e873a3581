"""What the lines are worth: the quality report of a shop, or of sources before they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from habitue.core.orders import amount_of
from habitue.core.view import Facts
from habitue.data.cleaning import PRESETS
from habitue.data.quality import calendar, conflicts, flags, judging, people, repeats, spread
from habitue.data.quality import report as shapes
from habitue.data.quality.asked import Screening
from habitue.data.quality.report import Quality
from habitue.data.quality.samples import MOST, sample
from habitue.errors import RequestError
from habitue.results import Check
from habitue.schema import Kind, Preset, Reason
from habitue.workspace.desk import Desk

Run = Callable[[ir.Table], pa.Table]
_ZERO: Final = Decimal(0)
_LEVELS: Final = ("line", "order", "customer")
_TEN_ROWS: Final = 10


class Ground(NamedTuple):
    """What the report stands on.

    Attributes:
        lines: Classified lines.
        facts: What was gathered from them.
        check: Their waterfall.
        preset: Which rules judged them.
        currency: ISO code, or None.
        prefix: What the order id of a return starts with, where the source marks it.
    """

    lines: ir.Table
    facts: Facts
    check: Check
    preset: str
    currency: str | None
    prefix: str | None

    @property
    def judged(self) -> bool:
        """Whether the rules looked for repeated orders."""
        return Reason.REPEATED_ORDER in PRESETS[Preset(self.preset)]

    @property
    def baskets(self) -> ir.Table:
        """Orders with their basket, all kinds."""
        return self.facts.orders.select(
            "order_id", "customer_id", "ordered_on", amount=_whole(self.facts.orders)
        )


class QualityQuestions(Desk):
    """Questions about the lines behind the figures; no filter narrows them.

    Attributes:
        lines: The classified lines, set by whoever opens the shop.
        cancellation_prefix: What the order id of a return starts with, where the source marks it.
    """

    lines: ir.Table
    cancellation_prefix: str | None = None

    def quality(self, screening: Screening | None = None, **asked: Any) -> Quality:
        """Look for what is missing, repeated, out of range or odd, and judge it.

        Args:
            screening: Bounds and the quantile to winsorise at; or give its attributes as words.
            asked: Attributes of `Screening`, as `Screening.of` reads them.

        Raises:
            RequestError: A bound or a share is outside what is allowed.
        """
        wanted = screening or Screening.of(**asked)
        return self._remembered(
            ("quality", wanted), lambda: examined(self._engine.run, self._ground(), wanted)
        )

    def quality_sample(
        self,
        finding: str,
        screening: Screening | None = None,
        *,
        most: int = _TEN_ROWS,
        **asked: Any,
    ) -> pa.Table:
        """Give some of the rows a finding is about, those with the most money first.

        Args:
            finding: Its name.
            screening: What the report was asked with.
            most: Rows wanted, 50 at most.
            asked: Attributes of `Screening`, as `Screening.of` reads them.

        Returns:
            Rows of lines, orders or customers, ids as text; none where the finding is about a
            period.

        Raises:
            RequestError: Nothing of that name was found, or a bound is outside what is allowed.
        """
        wanted = screening or Screening.of(**asked)
        found = self.quality(wanted)
        count = max(0, min(most, MOST))
        return self._remembered(
            ("quality_sample", finding, wanted, count),
            lambda: sampled(self._engine.run, self._ground(), found, finding, most=count),
        )

    def _ground(self) -> Ground:
        shop = self._shop
        return Ground(
            lines=self.lines, facts=self._facts, check=self._quality, preset=shop.preset,
            currency=shop.currency, prefix=self.cancellation_prefix,
        )  # fmt: skip


def examined(run: Run, ground: Ground, asked: Screening) -> Quality:
    """Execute every expression of the report, and judge what comes out.

    Args:
        run: Executes an expression.
        ground: What to look at.
        asked: Bounds and the quantile to winsorise at.
    """

    def one(expression: ir.Table) -> dict[str, Any]:
        (row,) = run(expression).to_pylist()
        found: dict[str, Any] = row
        return found

    def rows(expression: ir.Table) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = run(expression).to_pylist()
        return listed

    lines, facts, check = ground.lines, ground.facts, ground.check
    priced = spread.priced(lines)
    quarters = {row["of"]: row for row in rows(spread.quartiles(priced))}
    fences = flags.Fences(
        quantity=asked.quantity_bound or spread.fence(quarters.get("quantity")),
        price=asked.price_bound or spread.fence(quarters.get("price")),
    )
    tests = flags.flags(lines, fences, ground.prefix)
    on_lines = flags.read(rows(flags.line_counts(lines, tests)), tests)
    matched = one(
        facts.matches.agg(
            lines=_.return_lines.sum().cast("int64"), amount=_.returned.sum().cast(flags.SUM)
        )
    )
    baskets = ground.baskets
    seen = calendar.read(rows(people.days(baskets)))
    counted = judging.Counted(
        lines=on_lines,
        kept=check.kept,
        duplicates=one(repeats.duplicate_counts(repeats.duplicate_groups(lines))),
        repeated=one(repeats.repeated_counts(repeats.repeated_lines(lines, judged=ground.judged))),
        orders=one(conflicts.conflict_counts(conflicts.spreads(lines))),
        travellers=one(conflicts.traveller_counts(conflicts.travellers(lines))),
        currencies=rows(conflicts.currencies(lines)) if on_lines["currency_filled"] else [],
        matched=matched | {"all_lines": on_lines["returns_lines"] - on_lines["returns_left_out"]},
        concentration=one(people.concentration(baskets)),
        cohorts=rows(people.cohorts(facts.customers)),
        calendar=seen,
        fences=fences,
        customers=int(check.raw["customers"]),
        prefix=ground.prefix,
    )
    bins = rows(spread.histogram(priced))
    found, clean = judging.findings(counted)
    return Quality(
        verdict=judging.verdict(found),
        findings=found,
        clean=clean,
        currency=ground.currency,
        lines=int(on_lines["lines"]),
        first_day=seen.days[0]["day"] if seen.days else None,
        last_day=seen.days[-1]["day"] if seen.days else None,
        granularity=_granularity(on_lines),
        quantity_fence=fences.quantity,
        price_fence=fences.price,
        columns=pa.Table.from_pylist(list(_columns(on_lines)), schema=shapes.COLUMNS),
        days=pa.Table.from_pylist(seen.days, schema=shapes.DAYS),
        weekdays=pa.Table.from_pylist(seen.weekdays, schema=shapes.WEEKDAYS),
        gaps=pa.Table.from_pylist(seen.gaps[:_TEN_ROWS], schema=shapes.GAPS),
        prices=_binned(bins, "price", fences.price),
        quantities=_binned(bins, "quantity", fences.quantity),
        winsorised=_winsorised(run, ground, asked),
    )


def sampled(run: Run, ground: Ground, found: Quality, finding: str, *, most: int) -> pa.Table:
    """Execute the sample of a finding.

    Args:
        run: Executes an expression.
        ground: What the report looked at.
        found: The report.
        finding: Name of one of its findings.
        most: How many rows at most.

    Raises:
        RequestError: Nothing of that name was found.
    """
    if found.finding(finding) is None:
        names = [one.name for one in found.findings]
        raise RequestError("unknown_word", name="finding", value=finding, allowed=names)
    if finding == "days_without_orders":
        return found.gaps.slice(0, most)
    if finding == "weekdays_without_orders":
        return found.weekdays
    fences = flags.Fences(quantity=found.quantity_fence, price=found.price_fence)
    expression = sample(
        finding,
        ground.lines,
        ground.baskets,
        flags.flags(ground.lines, fences, ground.prefix)
        | {"unmatched_returns": ground.lines.reason.isnull() & ground.lines.is_return},
        judged=ground.judged,
        most=most,
    )
    return pa.table({}) if expression is None else run(expression)


def _whole(table: ir.Table) -> ir.DecimalValue:
    amounts = [table[amount_of(kind)] for kind in Kind]
    return sum(amounts[1:], amounts[0]).cast(flags.SUM).cast(spread.MONEY)


def _granularity(rows: dict[str, Any]) -> str:
    if rows["with_seconds"]:
        return "second"
    return "minute" if rows["with_clock"] else "day"


def _columns(rows: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Columns that the source has not at all are left out: nothing is missing from them."""
    lines = int(rows["lines"])
    for name in flags.COLUMNS:
        if filled := int(rows[f"{name}_filled"]):
            missing = lines - filled
            yield {"column": name, "lines": lines, "missing": missing, "share": missing / lines}


def _binned(bins: list[dict[str, Any]], of: str, limit: Decimal | None) -> pa.Table:
    rows = []
    for row in sorted((one for one in bins if one["of"] == of), key=lambda one: int(one["bin"])):
        low, high = spread.edges(row["bin"])
        beyond = limit is not None and low >= float(limit)
        rows.append({"low": low, "high": high, "lines": row["lines"], "amount": row["amount"],
                     "beyond": beyond})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=shapes.SPREAD)


def _winsorised(run: Run, ground: Ground, asked: Screening) -> pa.Table:
    """Bring the largest lines, baskets and customers down, each by itself, and say what it takes.

    Returns stay as they are. The mean CLV is that of D13: acquired customers, their returns.
    """
    kept, known = ground.check.kept, ground.check.with_customer
    acquired = ground.facts.returns.semi_join(ground.facts.customers, "customer_id")
    summed = acquired.agg(amount=_whole(acquired).sum().cast(flags.SUM))
    value = known["gross"] + (run(summed)["amount"][0].as_py() or _ZERO)
    customers, orders = int(known["customers"]), int(kept["orders"])
    found = run(spread.capped(spread.paid(ground.lines, ground.baskets), asked.winsorise_at))
    rows = []
    for row in sorted(found.to_pylist(), key=lambda one: _LEVELS.index(one["of"])):
        taken = row["capped_total"] - row["total"]
        of_known = row["capped_known"] - row["known"]
        # Capping a customer's total says nothing of any one basket.
        has_aov = orders > 0 and row["of"] != "customer"
        rows.append(
            {
                "level": row["of"], "share": float(asked.winsorise_at), "values": row["n"],
                "cap": row["cap"], "above": row["above"] or 0, "revenue": kept["amount"],
                "revenue_after": kept["amount"] + taken, "difference": taken,
                "aov": _money(kept["gross"], orders) if has_aov else None,
                "aov_after": _money(kept["gross"] + taken, orders) if has_aov else None,
                "clv": _money(value, customers),
                "clv_after": _money(value + of_known, customers),
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=shapes.WINSORISED)


def _money(amount: Decimal | int, among: int) -> Decimal | None:
    return round(Decimal(amount) / among, 4) if among else None
