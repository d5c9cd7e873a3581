"""What the customers of each segment are expected to bring (D27, D32)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from habitue.core.segments.rules import RULE_SETS, RuleSet
from habitue.core.segments.scoring import Scoring
from habitue.schema import Filters
from habitue.workspace.clv import ClvQuestions
from habitue.workspace.segments import SegmentQuestions

_VALUES: Final = ("clv_predicted", "clv_total", "p_order_90d")


class SegmentValueQuestions(ClvQuestions, SegmentQuestions):
    """Where scores and predictions meet."""

    def segment_clv(
        self,
        filters: Filters | None = None,
        *,
        rules: str | Path | RuleSet = RULE_SETS[0],
        scoring: Scoring | None = None,
        **asked: Any,
    ) -> pa.Table:
        """Average what the model expects of the customers of each segment, in margin.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            rules: A rule set, its name, or a YAML file.
            scoring: Basis, window, number of classes, frozen thresholds.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per segment, in the order of the rule set: `rfm_segment`, and the means of
            `clv_predicted` (next 12 months), `clv_total` and `p_order_90d`; null for a segment
            without customers.

        Raises:
            RequestError: The question asks for what cannot be.
            ContentError: There is nobody, or no time, to learn from.
        """
        ask = self._segment_ask(filters, rules, scoring, asked)
        return self._remembered(("segment_clv", *ask), lambda: self._segment_clv(ask.filters, ask))

    def _segment_clv(self, filters: Filters, ask: Any) -> pa.Table:
        named = self.rfm(filters, rules=ask.rules, scoring=ask.scoring)
        valued = self.clv(filters).select(["customer_id", *_VALUES])
        both = named.select(["customer_id", "rfm_segment"]).join(valued, "customer_id")
        means = both.group_by("rfm_segment").aggregate([(name, "mean") for name in _VALUES])
        names = pa.array([one.name for one in ask.rules.segments], pa.string())
        place = pc.index_in(names, means["rfm_segment"].combine_chunks())
        return pa.table(
            {"rfm_segment": names}
            | {name: means[f"{name}_mean"].combine_chunks().take(place) for name in _VALUES}
        )
