"""The questions of the Value screen (D29-D33)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from habitue.core import periods
from habitue.core.clv.answers import FormulaClv, Span, Value
from habitue.core.clv.apart import Buying
from habitue.core.clv.closed_form import ClosedForm, geometric_retention
from habitue.core.clv.fitted import FittedModel
from habitue.core.clv.fitting import Array
from habitue.core.clv.forecast import Level
from habitue.core.clv.table import Prospects, earned_by_month, newcomer, prospects
from habitue.core.cohorts.costs import payback
from habitue.errors import ContentError, RequestError
from habitue.schema import Filters, Outlook, values
from habitue.workspace.clv_desk import (
    EPOCH,
    Purchases,
    ValueAsk,
)
from habitue.workspace.clv_looks import ClvLooks

MOST_MONTHS: Final = 36
BY: Final = ("cohort", "segment")
_TENTHS: Final = 10


class ClvQuestions(ClvLooks):
    """What customers are worth, measured, by formula and predicted."""

    def value(
        self,
        filters: Filters | None = None,
        outlook: Outlook | None = None,
        **asked: Any,
    ) -> Value:
        """Predict what every customer will bring, with intervals (D31-D33).

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.

        Raises:
            RequestError: The filters, the horizon, the model or the rate cannot be.
            ContentError: There is nobody, or no time, to learn from.
        """
        ask = self._value_ask(filters, outlook, asked)
        return self._remembered(("value", *ask), lambda: self._appraised(ask))

    def clv(
        self,
        filters: Filters | None = None,
        outlook: Outlook | None = None,
        **asked: Any,
    ) -> pa.Table:
        """List every customer with historic, predicted and total value.

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.

        Returns:
            One row per customer, in the order of ids: `customer_id`, `clv_historic`,
            `clv_predicted`, `clv_low`, `clv_high`, `clv_total`, `p_alive`, `p_order_90d`,
            `expected_orders`, `expected_spend`, `expected_next_order`, `model`. Money is margin,
            but for `expected_spend`: a basket before returns. What lies between `clv_predicted`
            and `expected_orders * expected_spend` is the margin left of this customer's baskets
            once returns are counted (own, drawn towards the shop's), the season of baskets, and
            the discount: little is left for one who sends most of it back.
        """
        found = self.value(filters, outlook, **asked)
        return found.table.sort_by("customer_id")

    def value_by(
        self,
        filters: Filters | None = None,
        outlook: Outlook | None = None,
        *,
        by: str = "cohort",
        cac: float | None = None,
        months: int = 12,
        **asked: Any,
    ) -> pa.Table:
        """Add values up by cohort or segment, beside what acquiring a customer may cost.

        Args:
            filters: What to look at.
            outlook: How far ahead, with which model, at which rate.
            by: `cohort` or `segment` (the default RFM rules).
            cac: What acquiring a customer cost; None leaves out the ratio and the payback.
            months: Months within which a customer should have paid back, 1 to 36.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.

        Returns:
            One row per group: `group`, `customers`, `clv_historic` and `clv_predicted` (per
            customer), `clv_total` (their sum), `predicted`, `low`, `high` (of the whole group),
            `target_cpa` (margin of a customer by the end of those months; null where nobody
            has lived them), `n` customers behind it, `ltv_cac`, `payback_months`.

        Raises:
            RequestError: The cost is not above zero, or the question cannot be otherwise.
        """
        ask = self._value_ask(filters, outlook, asked)
        if by not in BY:
            raise RequestError("unknown_word", name="by", value=by, allowed=list(BY))
        cac = None if cac is None else float(values.number("cac", cac))
        if cac is not None and cac <= 0:
            raise RequestError("cac_not_positive", value=cac)
        if not 1 <= values.number("months", months) <= MOST_MONTHS:
            raise RequestError("value_months", value=months, most=MOST_MONTHS)
        return self._remembered(
            ("value_by", *ask, by, cac, months), lambda: self._value_by(ask, by, cac, months)
        )

    def formula_clv(
        self,
        filters: Filters | None = None,
        *,
        cohort: dt.date | str | None = None,
        annual_rate: float | str = Outlook().annual_rate,
        margin: float | None = None,
        retention: float | str | None = None,
        **asked: Any,
    ) -> FormulaClv:
        """Apply the closed form, its numbers measured on a cohort or on all (D30).

        Args:
            filters: What to look at, `grain` the period; or its attributes as words.
            cohort: First day of one cohort, as a date or as 2011-01-01; None pools them.
            annual_rate: Discount rate per year.
            margin: m, in place of the one measured.
            retention: r, in place of the one measured.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The numbers have no finite value, or a word stands for none.
            ContentError: No age above zero is observed.
        """
        settled = self.settle(Filters.given(filters, asked))
        born = None if cohort is None else values.day("cohort", cohort)
        rate = float(values.share("annual_rate", annual_rate))
        m = None if margin is None else float(values.number("margin", margin))
        r = None if retention is None else float(values.share("retention", retention))
        return self._remembered(
            ("formula", settled, born, rate, m, r),
            lambda: self._formula(settled, born, rate, m, r),
        )

    def _appraised(self, ask: ValueAsk) -> Value:
        bought, forecaster = self._purchases(ask.filters), self._forecaster(ask)
        margins, _, kept = self._margins(ask.filters, bought)
        names, codes = self._value_groups(ask, bought, "cohort")
        found = self._prospects(ask, "cohort", codes)
        model, choice = self._chosen(ask)
        buying = forecaster.fitted(ask.cut)
        table = self._listing(ask, bought, margins, found, _key(buying, found.level))
        value, bands = found.value, found.bands
        assert bands.total_value is not None
        ranked = np.sort(value)[::-1]
        total = float(value.sum())
        top = int(np.ceil(value.size / _TENTHS))
        return Value(
            filters=ask.filters,
            currency=self._shop.currency,
            horizon_days=ask.outlook.horizon_days,
            annual_rate=ask.outlook.annual_rate,
            margin_rate=self.margin_rate(ask.filters),
            kept=kept,
            model=model,
            title=buying.title,
            choice=choice,
            level=found.level,
            dependence=found.money.dependence,
            findings=(*buying.findings, *found.money.findings),
            customers=value.size,
            historic=float(margins.sum()),
            predicted=_span(total, bands.total_value.low, bands.total_value.high),
            orders=_span(
                float(found.orders.sum()), bands.total_orders.low, bands.total_orders.high
            ),
            alive=float(found.p_alive.sum()),
            mean=total / value.size,
            median=float(np.median(value)),
            top_share=float(ranked[:top].sum()) / total if total else 0.0,
            newcomer=newcomer(
                forecaster, ask.cut, horizon=ask.outlook.horizon_days,
                annual_rate=ask.outlook.annual_rate, margin=kept,
            ),
            table=table,
            deciles=_tenths(ranked, total),
            cohorts=self._value_rows(names, codes, margins, found),
        )  # fmt: skip

    def _prospects(self, ask: ValueAsk, by: str, codes: Any) -> Prospects:
        bought = self._purchases(ask.filters)
        _, kept, _ = self._margins(ask.filters, bought)
        return self._remembered(
            ("prospects", *ask, by),
            lambda: prospects(
                self._forecaster(ask), ask.cut, horizon=ask.outlook.horizon_days,
                annual_rate=ask.outlook.annual_rate, margin=kept, groups=codes,
            ),
        )  # fmt: skip

    def _listing(
        self, ask: ValueAsk, bought: Purchases, margins: Array, found: Prospects, model: str
    ) -> pa.Table:
        waits = np.where(np.isnan(found.wait), 0, np.ceil(found.wait)).astype(np.int32)
        dates = pa.array(
            ask.cut + waits, pa.int32(), mask=np.isnan(found.wait)
        ).cast(pa.date32())  # fmt: skip
        return pa.table(
            {
                "customer_id": bought.ids,
                "clv_historic": margins.round(2),
                "clv_predicted": found.value.round(2),
                "clv_low": found.low.round(2),
                "clv_high": found.high.round(2),
                "clv_total": (margins + found.value).round(2),
                "p_alive": found.p_alive.round(6),
                "p_order_90d": found.p_soon.round(6),
                "expected_orders": found.orders.round(6),
                "expected_spend": found.spend.round(2),
                "expected_next_order": dates,
                "model": pa.array([model] * len(bought.ids), pa.string()),
            }
        ).sort_by([("clv_predicted", "descending"), ("customer_id", "ascending")])

    def _value_groups(self, ask: ValueAsk, bought: Purchases, by: str) -> tuple[list[str], Any]:
        """Names of the groups, in order, and the group of each customer."""
        if by == "segment":
            return self._segment_groups(ask.filters, bought.ids)
        grain = ask.filters.grain
        days, which = np.unique(bought.shop.first, return_inverse=True)
        numbers = np.array(
            [periods.index_of(EPOCH + dt.timedelta(days=int(day)), grain) for day in days]
        )[which]
        born, codes = np.unique(numbers, return_inverse=True)
        return [periods.start_of(int(one), grain).isoformat() for one in born], codes

    def _segment_groups(self, filters: Filters, ids: pa.Array) -> tuple[list[str], Any]:
        # Segments are another family of questions, which a workspace has beside this one.
        rfm = getattr(self, "rfm", None)
        if rfm is None:
            raise RequestError("unknown_word", name="by", value="segment", allowed=["cohort"])
        listed = rfm(filters)
        if not listed.num_rows:
            raise ContentError("clv_no_customers")
        names = listed["rfm_segment"].take(pc.index_in(ids, listed["customer_id"]))
        known = sorted(pc.unique(names.drop_null()).to_pylist())
        return known, pc.index_in(names, pa.array(known)).fill_null(0).to_numpy().astype(np.int64)

    def _value_rows(
        self, names: list[str], codes: Any, margins: Array, found: Prospects
    ) -> pa.Table:
        count, bands = len(names), found.bands.group_value
        assert bands is not None
        people = np.bincount(codes, minlength=count)
        historic, predicted = (
            np.bincount(codes, column, minlength=count) for column in (margins, found.value)
        )
        return pa.table(
            {
                "group": names,
                "customers": people,
                "clv_historic": historic / people,
                "clv_predicted": predicted / people,
                "clv_total": (historic + predicted) / people,
                "predicted": predicted,
                "low": np.minimum(bands.low[:count], predicted),
                "high": np.maximum(bands.high[:count], predicted),
            }
        )

    def _value_by(self, ask: ValueAsk, by: str, cac: float | None, months: int) -> pa.Table:
        bought = self._purchases(ask.filters)
        margins, _, kept = self._margins(ask.filters, bought)
        names, codes = self._value_groups(ask, bought, by)
        rows = self._value_rows(names, codes, margins, self._prospects(ask, by, codes))
        earned, people = earned_by_month(
            bought.shop, ask.cut, codes, margin=kept, months=max(months, MOST_MONTHS)
        )
        reached = [None if np.isnan(one[months - 1]) else float(one[months - 1]) for one in earned]
        worth = rows["clv_total"].to_numpy()
        return (
            rows.append_column("target_cpa", pa.array(reached, pa.float64()))
            .append_column("n", pa.array(people[:, months - 1], pa.int64()))
            .append_column(
                "ltv_cac",
                pa.array([None] * len(names) if cac is None else worth / cac, pa.float64()),
            )
            .append_column(
                "payback_months",
                pa.array([None if cac is None else _paid(one, cac) for one in earned], pa.int64()),
            )
        )

    def _formula(
        self,
        filters: Filters,
        cohort: dt.date | None,
        annual_rate: float,
        margin: float | None,
        retention: float | None,
    ) -> FormulaClv:
        rows = self.cohorts(filters)
        chosen = pc.and_(rows["observed"], pc.greater_equal(rows["age"], 0))
        if cohort is not None:
            chosen = pc.and_(chosen, pc.equal(rows["cohort"], pa.scalar(cohort, pa.date32())))
        elif not filters.keep_truncated:
            chosen = pc.and_(chosen, pc.invert(rows["truncated"]))
        cells = rows.filter(chosen)
        ages, customers, active, earned = (
            cells[name].cast(pa.float64()).to_numpy()
            for name in ("age", "customers", "active", "margin")
        )
        later = ages >= 1
        fit = geometric_retention(ages[later], customers[later], active[later])
        # Per active customer, as the formula wants it: r carries who is still active. Where nobody
        # came back, those of the first period are all there is.
        there = later if active[later].any() else ~later
        m = float(earned[there].sum()) / max(float(active[there].sum()), 1.0)
        return FormulaClv(
            cohort=cohort,
            annual_rate=annual_rate,
            clv=ClosedForm.annual(
                margin=m if margin is None else margin,
                retention=fit.rate if retention is None else retention,
                annual_rate=annual_rate,
                grain=filters.grain,
            ),
            margin=m,
            retention=fit,
            customers=int(customers[ages == 0].sum()),
        )


def _key(buying: Buying, level: Level) -> str:
    """Name the method in a cell: the model or models, and the clock where a season is known."""
    keys = (buying.key,) if isinstance(buying, FittedModel) else (buying.new.key, buying.old.key)
    return "+".join(dict.fromkeys((*keys, *(() if level.season is None else ("calendar",)))))


def _span(value: float, low: Any, high: Any) -> Span:
    return Span(value=value, low=min(float(low), value), high=max(float(high), value))


def _paid(earned: Array, cac: float) -> int | None:
    observed = [None if np.isnan(one) else float(one) for one in earned]
    age = payback(range(len(observed)), observed, cac)
    return None if age is None else age + 1


def _tenths(ranked: Array, total: float) -> pa.Table:
    parts = np.array_split(ranked, _TENTHS)
    return pa.Table.from_pylist(
        [
            {
                "decile": place,
                "customers": part.size,
                "clv_predicted": float(part.mean()) if part.size else None,
                "share": float(part.sum()) / total if total else 0.0,
                "least": float(part[-1]) if part.size else None,
            }
            for place, part in enumerate(parts, start=1)
        ]
    )
