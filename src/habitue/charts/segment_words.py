"""Names, amounts and sentences that the charts of segments share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from habitue.charts.look import Chart, Look
from habitue.core.segments.explain import meaning
from habitue.core.segments.rules import RULE_SETS, RuleSet
from habitue.core.segments.scoring import CutPoints
from habitue.texts import percent, text

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Words:
    """How a reader calls what segments are about.

    Attributes:
        look: The reader's language and currency.
        rules: Whose names are shown.
    """

    look: Look
    rules: RuleSet

    def say(self, key: str, /, *, count: float | None = None, **facts: object) -> str:
        """Give a sentence of the catalogue."""
        return text(f"segments.{key}", self.look.lang, count=count, **facts)

    def name(self, segment: str | None, nobody: str = "nobody") -> str:
        """Give a segment's name in the reader's language."""
        if segment is None:
            return self.say(nobody)
        return self.rules.named(segment).title(self.look.lang)

    def rule_name(self) -> str:
        """Give the rule set's name."""
        if self.rules.id in RULE_SETS:
            return self.say(f"rules_{self.rules.id}")
        return self.rules.id

    def share(self, value: float) -> str:
        """Write a share of one."""
        return percent(value, self.look.lang)

    def meaning(self, measure: str, score: int, cuts: CutPoints) -> str:
        """Say what a score means."""
        return meaning(measure, score, cuts, self.look.currency, self.look.lang)

    def translated(self, table: pa.Table, *columns: str) -> pa.Table:
        """Put the reader's names in place of the canonical ones."""
        for column in columns:
            names = [
                None if name is None else self.name(name) for name in table[column].to_pylist()
            ]
            place = table.column_names.index(column)
            table = table.set_column(place, column, pa.array(names, pa.string()))
        return table

    def columns(self, table: pa.Table) -> dict[str, str]:
        """Name the columns."""
        return {name: self.say(f"column_{name}") for name in table.column_names}

    def chart(self, name: str, figure: go.Figure, table: pa.Table, **said: Any) -> Chart:
        """Put a chart together."""
        return Chart(name=name, figure=figure, table=table, columns=self.columns(table), **said)
