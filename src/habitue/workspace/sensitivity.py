"""How much each lever matters: the questions behind the tabs Sensitivity and Two levers (D36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from habitue.core.scenario import sensitivity
from habitue.core.scenario.course import Course
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.outcome import FIGURES
from habitue.core.scenario.plan import Plan
from habitue.errors import RequestError
from habitue.schema import Filters
from habitue.workspace.scenarios import ScenarioQuestions

_RANKED = pa.schema(
    [("lever", pa.string()), *((name, pa.float64()) for name in ("step", "down", "up"))]
)

_POINTS = 21
"""Values of a swept lever: steps that are round in the usual ranges."""


class SensitivityQuestions(ScenarioQuestions):
    """Which lever to pull, and how far."""

    def sensitivity(
        self,
        plan: Plan | Mapping[str, Any] | None = None,
        filters: Filters | None = None,
        *,
        figure: str = "margin",
        **asked: Any,
    ) -> pa.Table:
        """Rank the levers by what a small step of each changes, most first (tornado).

        Args:
            plan: Target, horizon, and where the levers are; or its words by key.
            filters: What to look at; or give the attributes of `Filters` as words.
            figure: `clv`, `revenue`, `margin`, `retention` (a share of one) or `orders`.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per lever: `lever`, `step` (a share of one, or points of it), and by how much
            the figure changes, all customers of the target together over the horizon (per
            customer for `clv`), when the lever goes `down` by the step, and `up`.

        Raises:
            RequestError: The filters, the plan or the figure ask for what cannot be.
        """
        course, levers = self._weighed(plan, filters, figure, asked)
        ranking = sensitivity.ranked(course, levers, figure=figure)
        return pa.Table.from_pylist([asdict(one) for one in ranking], schema=_RANKED)

    def sweep(
        self,
        lever: str,
        plan: Plan | Mapping[str, Any] | None = None,
        filters: Filters | None = None,
        *,
        other: str | None = None,
        figure: str = "margin",
        **asked: Any,
    ) -> pa.Table:
        """Move one lever through its range, or two at once, the rest of the plan as it is.

        Args:
            lever: `retention_relative`, `retention_points`, `frequency`, `discount` (its depth),
                `elasticity`, `basket`, `return_rate`, `margin`, `annual_rate` or `reach`.
            plan: Target, horizon, and where the levers are; or its words by key.
            filters: What to look at; or give the attributes of `Filters` as words.
            other: A second lever.
            figure: As `sensitivity` takes it.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per value of the lever, 21 of them, or per pair of values, nine of each:
            `value`, `other` (with two levers only), `result` (the figure there) and `change`
            from the baseline, in which every lever is at rest.

        Raises:
            RequestError: The filters, the plan, a lever or the figure ask for what cannot be.
        """
        for name in (lever, other or lever):
            if name not in sensitivity.SWEEPS:
                known = list(sensitivity.SWEEPS)
                raise RequestError("unknown_word", name="lever", value=name, allowed=known)
        course, levers = self._weighed(plan, filters, figure, asked)
        rest = sensitivity.figure_at(course, Levers(), figure)
        if other is None:
            values, results = sensitivity.swept(
                course, levers, lever, figure=figure, points=_POINTS
            )
            return pa.table({"value": values, "result": results, "change": results - rest})
        if other == lever:
            raise RequestError("same_lever_twice", lever=lever)
        across, up, changes = sensitivity.crossed(course, levers, (lever, other), figure=figure)
        return pa.table(
            {
                "value": [value for _ in up for value in across],
                "other": [value for value in up for _ in across],
                "result": (changes + rest).ravel(),
                "change": changes.ravel(),
            }
        )

    def _weighed(
        self,
        plan: Plan | Mapping[str, Any] | None,
        filters: Filters | None,
        figure: str,
        asked: dict[str, Any],
    ) -> tuple[Course, Levers]:
        if figure not in FIGURES:
            raise RequestError("unknown_word", name="figure", value=figure, allowed=list(FIGURES))
        wanted = Plan.of(dict(plan), "plan") if isinstance(plan, Mapping) else plan or Plan()
        return self.course(wanted, filters, **asked), wanted.levers
