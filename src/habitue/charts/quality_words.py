"""The words of the quality report: for the screen, for a terminal, for files."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from habitue.texts import has_text, money, number, percent, text, weekday_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import plotly.graph_objects as go
    import pyarrow as pa

    from habitue.charts.look import Chart
    from habitue.data.quality.report import Finding, Quality
    from habitue.texts import Lang

NOTHING: Final = "\N{EN DASH}"
"""Stands where nothing was observed."""
PARTS: Final = ("what", "changes", "done", "where")
"""What there is to say of a finding, in reading order."""
_ROLES: Final = {"customer_id": "customer", "order_id": "order"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Says a report in a language.

    Attributes:
        lang: Whose.
        currency: ISO code of the money, or None.
    """

    lang: Lang
    currency: str | None

    def say(self, key: str, **facts: Any) -> str:
        """Give a sentence of the `quality` catalogue."""
        return text(f"quality.{key}", self.lang, **facts)

    def title(self, finding: Finding) -> str:
        """Name a finding."""
        return self._of(finding, "title")

    def name(self, name: str) -> str:
        """Name something that was looked for and not found."""
        if has_text(f"quality.{name}_title", self.lang):
            return self.say(f"{name}_title").lower()
        column = self.column(name.removeprefix("missing_"))
        return self.say("missing_column_title", column=column).lower()

    def part(self, finding: Finding, part: str) -> str:
        """Say one of `PARTS` of a finding, with its own figures."""
        if part == "done":
            return self._done(finding)
        said = self._of(finding, part)
        if part == "what" and finding.facts.get("marked") is not None:
            said = f"{said} {self.say('returns_marked', marked=finding.facts['marked'])}"
        return said

    def verdict(self, report: Quality) -> tuple[str, str]:
        """Give the verdict and the sentence that opens its reasons."""
        looked = len(report.findings) + len(report.clean)
        word = report.verdict.value
        return (
            self.say(f"verdict_{word}"),
            self.say(f"verdict_{word}_words", reasons=len(report.reasons), looked=looked),
        )

    def reason(self, finding: Finding) -> str:
        """Name a finding and say what was found, in one line."""
        return self.say("reason_line", title=self.title(finding), words=self.part(finding, "what"))

    def winsorised(self, row: Mapping[str, Any]) -> str:
        """Say what one row of the report's `winsorised` takes."""
        share = row["share"]
        written = percent(share, self.lang, decimals=0 if share == round(share, 2) else 2)
        spelled = {
            name: NOTHING if row[name] is None else money(row[name], self.currency, self.lang)
            for name in ("cap", "difference", "aov", "aov_after", "clv", "clv_after")
        }
        level = row["level"]
        return self.say(f"winsorised_{level}", share=written, above=row["above"], **spelled)

    def column(self, name: str) -> str:
        """Name a column of the lines."""
        return text(f"check.role_{_ROLES.get(name, name)}", self.lang)

    def count(self, finding: Finding) -> str:
        """Write a count with its base, and the share where it says something."""
        counted = text(f"quality.unit_{finding.unit}", self.lang, count=finding.count)
        alone = not finding.base or finding.base == finding.count
        return counted if alone else f"{counted} ({self.share(finding)})"

    def share(self, finding: Finding) -> str:
        """Write the share of a count in its base, small ones with the digits they need."""
        return self.part_of(finding.share or 0.0)

    def part_of(self, share: float) -> str:
        """Write a share of one, small ones with the digits they need."""
        return percent(share, self.lang, decimals=1 if share >= 0.001 or not share else 3)  # noqa: PLR2004 - 0.1 %

    def weekday(self, weekday: int) -> str:
        """Name a day of the week, Monday is 1."""
        return weekday_name(weekday, self.lang)

    def amount(self, value: float) -> str:
        """Write an edge of a scale, with no more digits than it has."""
        digits = 0 if value >= 10 or value == int(value) else max(2, -math.floor(math.log10(value)))  # noqa: PLR2004 - two digits
        return number(value, self.lang, decimals=digits)

    def columns(self, table: pa.Table) -> dict[str, str]:
        """Name the columns of one of the report's tables, or of a sample."""
        return {name: self.say(f"column_{name}") for name in table.column_names}

    def read(self, table: pa.Table) -> pa.Table:
        """Put words in place of the names that a table holds: columns, rules, levels, weekdays."""
        import pyarrow as pa  # noqa: PLC0415 - not needed for help

        spoken: dict[str, Callable[[Any], str]] = {
            "column": self.column,
            "reason": lambda one: text(f"check.reason_{one}", self.lang),
            "weekday": self.weekday,
            "level": lambda one: self.say(f"level_{one}"),
        }
        for name, word in spoken.items():
            if name in table.column_names:
                said = [None if one is None else word(one) for one in table[name].to_pylist()]
                place = table.column_names.index(name)
                table = table.set_column(place, name, pa.array(said, pa.string()))
        return table

    def chart(self, name: str, figure: go.Figure, table: pa.Table, title: str, alt: str) -> Chart:
        """Put a chart together."""
        from habitue.charts.look import Chart  # noqa: PLC0415 - a terminal draws none

        columns = self.columns(table)
        return Chart(
            name=name, title=title, figure=figure, alt=alt, table=self.read(table), columns=columns
        )

    def _of(self, finding: Finding, part: str) -> str:
        facts: dict[str, Any] = {
            "n": finding.count,
            "base": finding.base,
            "lines": finding.lines,
            "amount": finding.amount,
        }
        facts |= finding.facts
        name = finding.name
        if not has_text(f"quality.{name}_{part}", self.lang):
            facts["column"] = self.column(name.removeprefix("missing_"))
            name = "missing_column"
        return self.say(
            f"{name}_{part}", **{key: self._spelled(key, value) for key, value in facts.items()}
        )

    def _done(self, finding: Finding) -> str:
        lines, left_out = finding.lines, finding.left_out
        if lines is None or left_out is None:
            return self.say("done_nothing")
        how = "none" if not left_out else "all" if left_out == lines else "some"
        return self.say(f"done_{how}", lines=lines, left_out=left_out, rest=lines - left_out)

    def _spelled(self, name: str, value: object) -> object:
        match value:
            case float() if name.endswith("share"):
                return percent(value, self.lang)
            case Decimal() if name.endswith("amount"):
                return money(value, self.currency, self.lang)
            case Decimal():
                return number(value, self.lang, decimals=0 if value == value.to_integral() else 2)
            case dt.date() if name == "month":
                from babel.dates import format_date  # noqa: PLC0415 - babel costs 60 ms

                return format_date(value, "MMMM y", locale=self.lang)
            case tuple() if name == "weekdays":
                return [weekday_name(one, self.lang) for one in value]
            case _:
                return value
