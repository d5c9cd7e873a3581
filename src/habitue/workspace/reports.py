"""The whole story in one file: a page, slides or a workbook, with the figures of the screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any, Final

import pyarrow as pa

from habitue import glossary
from habitue.charts.basis import basis
from habitue.charts.read_words import read_in_words
from habitue.errors import RequestError
from habitue.export.document import Column, Document, Figure, Form, Plot, Section
from habitue.results import Kpis, Overview
from habitue.schema import CENT, Filters
from habitue.texts import Lang, money, number, percent, text
from habitue.workspace.cohort_values import CohortValueQuestions
from habitue.workspace.cohorts import CohortQuestions
from habitue.workspace.lists import ListQuestions
from habitue.workspace.overview import OverviewQuestions

FORMATS: Final = ("html", "pptx", "xlsx")
_AGES_SHOWN: Final = 24
_EXPLAINED: Final = (
    "active_customers", "revenue", "aov", "north_star", "baseline_clv", "revenue_by_age", "cohort",
    "observed", "pooled_retention", "left_truncated_cohort", "rfm_scores", "rfm_segment",
    "segment_row", "margin", "returns_mode", "as_of",
)  # fmt: skip


class ReportQuestions(OverviewQuestions, CohortQuestions, CohortValueQuestions, ListQuestions):
    """Everything at once, to be read away from the screen."""

    def report(
        self,
        form: str = "html",
        filters: Filters | None = None,
        *,
        lang: Lang = "en",
        **asked: Any,
    ) -> bytes:
        """Write the report; the same request gives the same bytes.

        Args:
            form: `html` (one file, works offline), `pptx` (charts that can be edited) or `xlsx`
                (a sheet per subject).
            filters: What to look at; or give the attributes of `Filters` as words.
            lang: Language of the reader.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: No such format, or the filters ask for what cannot be.
            MissingExtraError: The format takes a package that is not installed.
        """
        if form not in FORMATS:
            raise RequestError("unknown_word", name="format", value=form, allowed=list(FORMATS))
        return _writer(form)(self.document(filters, lang=lang, **asked))

    def document(
        self, filters: Filters | None = None, *, lang: Lang = "en", **asked: Any
    ) -> Document:
        """Gather the figures of a report, before it is a file.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            lang: Language of the reader.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        wanted = Filters.given(filters, asked)
        seen = self.overview(wanted)
        scribe = _Scribe(lang, seen.kpis)
        found = (
            scribe.glance(seen),
            scribe.trend(seen),
            self._retention(wanted, scribe),
            self._value(wanted, scribe),
            *self._segment_sections(wanted, scribe),
        )
        return Document(
            title=scribe.say("title"),
            basis=basis(wanted, seen.kpis, lang),
            source=scribe.say(
                "source", sources=", ".join(self._shop.sources), snapshot=self._shop.snapshot,
                version=version("habitue"),
            ),
            lang=lang,
            currency=seen.kpis.currency,
            sections=found,
            closing=(
                (scribe.say("assumptions"), tuple(self._assumptions(wanted, scribe))),
                (scribe.say("exclusions"), tuple(self._exclusions(scribe))),
                (scribe.say("definitions"), tuple(_definitions(lang))),
            ),
            labels={"contents": scribe.say("contents"), "closing": scribe.say("closing")},
        )  # fmt: skip

    def _retention(self, filters: Filters, scribe: _Scribe) -> Section:
        pooled = self.pooled(filters)
        table = pooled.slice(0, _AGES_SHOWN).select(
            ["age", "rate", "rate_low", "rate_high", "active", "customers", "cohorts"]
        )
        row = next((one for one in table.to_pylist() if one["age"] == 3), None)  # noqa: PLR2004 - D18's M+3
        words = () if row is None else (
            scribe.say(
                f"retention_words_{filters.grain}", rate=percent(row["rate"], scribe.lang),
                low=percent(row["rate_low"], scribe.lang),
                high=percent(row["rate_high"], scribe.lang), n=row["customers"],
                count=row["cohorts"],
            ),
        )  # fmt: skip
        forms: dict[str, Form] = {
            "age": "count", "rate": "percent", "rate_low": "percent", "rate_high": "percent",
            "active": "count", "customers": "count", "cohorts": "count",
        }  # fmt: skip
        # Age 0, where everybody orders, would flatten all the rest.
        later = table.slice(1)
        return Section(
            name="retention", title=scribe.say("retention"), words=words,
            columns=scribe.columns(forms), table=later,
            plot=Plot(kind="line", category="age", values=("rate",)) if later.num_rows else None,
        )  # fmt: skip

    def _value(self, filters: Filters, scribe: _Scribe) -> Section:
        pooled = self.pooled(filters).slice(0, _AGES_SHOWN)
        forms: dict[str, Form] = {
            "age": "count", "cumulative_revenue_per_customer": "money",
            "cumulative_margin_per_customer": "money", "customers": "count", "cohorts": "count",
        }  # fmt: skip
        rate = self.margin_rate(filters)
        return Section(
            name="value", title=scribe.say("value"),
            words=(
                scribe.say("value_cost")
                if rate is None
                else scribe.say("value_margin", rate=percent(rate, scribe.lang, decimals=0)),
            ),
            columns=scribe.columns(forms), table=pooled.select(list(forms)),
            plot=Plot(
                kind="line", category="age",
                values=("cumulative_revenue_per_customer", "cumulative_margin_per_customer"),
            ) if pooled.num_rows else None,
        )  # fmt: skip

    def _segment_sections(self, filters: Filters, scribe: _Scribe) -> Iterator[Section]:
        seen = self.segments(filters)
        names = seen.table["rfm_segment"].to_pylist()
        titles = pa.array([seen.rules.named(one).title(scribe.lang) for one in names], pa.string())
        table = seen.table.append_column("segment", titles)
        sizes: dict[str, Form] = {
            "segment": "text", "customers": "count", "customer_share": "percent",
            "revenue": "money", "revenue_share": "percent", "margin": "money", "aov": "money",
            "mean_recency_days": "count",
        }  # fmt: skip
        yield Section(
            name="segments", title=scribe.say("segments"),
            words=(scribe.say("segments_words", n=seen.base.customers),),
            columns=scribe.columns(sizes), table=table.select(list(sizes)),
            plot=Plot(kind="bar", category="segment", values=("revenue",)),
        )  # fmt: skip
        plays = [seen.rules.named(one).playbook(scribe.lang) for one in names]
        actions: dict[str, Form] = {
            "priority": "count", "segment": "text", "at_stake": "money", "recoverable": "money",
            "playbook": "text",
        }  # fmt: skip
        ranked = table.append_column("playbook", pa.array(plays, pa.string())).sort_by("priority")
        ranked = ranked.filter(pa.compute.is_valid(ranked["priority"]))
        if ranked.num_rows:
            yield Section(
                name="actions", title=scribe.say("actions"), words=(scribe.say("actions_words"),),
                columns=scribe.columns(actions), table=ranked.select(list(actions)),
                plot=Plot(kind="bar", category="segment", values=("recoverable",)),
            )  # fmt: skip

    def _assumptions(self, filters: Filters, scribe: _Scribe) -> Iterator[str]:
        kpis, rate = scribe.kpis, self.margin_rate(filters)
        yield basis(filters, kpis, scribe.lang)
        yield scribe.say(f"assumed_preset_{self._shop.preset}")
        if rate is not None:
            yield scribe.say("assumed_margin", rate=percent(rate, scribe.lang, decimals=0))
        if not filters.keep_truncated and kpis.truncated_cohort is not None:
            yield scribe.say("assumed_truncated", day=kpis.truncated_cohort)
        yield scribe.say("assumed_observed", day=kpis.as_of)
        yield scribe.say("assumed_segments")
        if kpis.unmatched_lines:
            yield scribe.say(
                "assumed_unmatched",
                lines=kpis.unmatched_lines,
                amount=scribe.pay(kpis.unmatched_returns),
            )

    def _exclusions(self, scribe: _Scribe) -> Iterator[str]:
        found = self._quality
        for reason, lines, amount in found.excluded:
            yield scribe.say(
                "excluded", reason=text(f"check.reason_{reason}", scribe.lang), lines=lines,
                amount=scribe.pay(amount.quantize(CENT), decimals=2),
            )  # fmt: skip
        read = read_in_words(int(found.rows["lines"]), int(found.raw["lines"]), scribe.lang)
        yield scribe.say("kept", read=read, kept=found.kept["lines"])


class _Scribe:
    """Writes for one reader."""

    def __init__(self, lang: Lang, kpis: Kpis) -> None:
        self.lang, self.kpis = lang, kpis

    def say(self, key: str, **facts: Any) -> str:
        return text(f"report.{key}", self.lang, **facts)

    def pay(self, value: Any, *, decimals: int = 2, compact: bool = False) -> str:
        if value is None:
            return text("report.unknown", self.lang)
        return money(value, self.kpis.currency, self.lang, decimals=decimals, compact=compact)

    def columns(self, forms: dict[str, Form]) -> tuple[Column, ...]:
        return tuple(
            Column(name=name, title=self.say(f"column_{name}"), form=form)
            for name, form in forms.items()
        )

    def glance(self, seen: Overview) -> Section:
        kpis, lang = seen.kpis, self.lang
        star, clv = kpis.north_star, kpis.baseline_clv
        told = (
            (
                "active_customers", number(kpis.active_customers, lang),
                {"ever": kpis.customers_ever},
            ),
            ("north_star", self.pay(star.value), {"n": star.n, "median": self.pay(star.median)}),
            (
                "baseline_clv", self.pay(clv.mean),
                {"n": clv.n, "median": self.pay(clv.median), "trimmed": self.pay(clv.trimmed_mean)},
            ),
            ("revenue_by_age", self.pay(kpis.by_age_mean), {"ages": len(kpis.by_age)}),
            ("rfm_customers", number(kpis.rfm_customers, lang), {"day": kpis.as_of}),
            (
                "revenue", self.pay(kpis.revenue, compact=True),
                {"gross": self.pay(kpis.gross), "returned": self.pay(kpis.returned)},
            ),
            ("order", number(kpis.orders, lang), {"n": kpis.active_customers}),
            ("aov", self.pay(kpis.aov), {"n": kpis.orders}),
        )  # fmt: skip
        return Section(
            name="glance",
            title=self.say("glance"),
            figures=tuple(
                Figure(
                    label=glossary.entry(name, lang).term, value=value,
                    beside=self.say(f"beside_{name}", **facts),
                )
                for name, value, facts in told
            ),
        )  # fmt: skip

    def trend(self, seen: Overview) -> Section:
        forms: dict[str, Form] = {
            "period": "month" if seen.kpis.filters.grain == "month" else "day",
            "revenue_new": "money", "revenue_returning": "money", "revenue_anonymous": "money",
            "revenue": "money", "orders": "count", "active_customers": "count",
            "new_customers": "count",
        }  # fmt: skip
        words = tuple(
            self.say("trend_running", day=row["period"])
            for row in seen.by_period.to_pylist() if not row["whole"]
        )  # fmt: skip
        parts = ("revenue_new", "revenue_returning", "revenue_anonymous")
        return Section(
            name="trend", title=self.say("trend"), words=words, columns=self.columns(forms),
            table=seen.by_period.select(list(forms)),
            plot=Plot(kind="column", category="period", values=parts, stacked=True),
        )  # fmt: skip


def _definitions(lang: Lang) -> Iterator[str]:
    for name in _EXPLAINED:
        found = glossary.entry(name, lang)
        yield text("report.definition", lang, id=found.id, term=found.term, short=found.short)


def _writer(form: str) -> Callable[[Document], bytes]:
    """Load the writer of a format when it is first asked for."""
    match form:
        case "html":
            from habitue.export.page import page  # noqa: PLC0415 - 4 MB of plotly.js

            return page
        case "pptx":
            from habitue.export.slides import slides  # noqa: PLC0415 - an extra

            return slides
        case _:
            from habitue.export.workbook import workbook  # noqa: PLC0415 - one format of three

            return workbook
