"""Options of the commands `scenario` and `forecast`."""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclasses' fields.
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from habitue.cli.options import View
from habitue.schema import Filters

if TYPE_CHECKING:
    from habitue.core.scenario.plan import Plan

_lever = partial(typer.Option, rich_help_panel="levers")
_target = partial(typer.Option, rich_help_panel="target")
_view = partial(typer.Option, rich_help_panel="view")


@dataclass(frozen=True, kw_only=True)
class ScenarioView(View):
    """What is seen; here `--margin` is a lever, and the rate has a name of its own."""

    margin: Annotated[str | None, _lever("--margin", metavar="points")] = None
    margin_rate: Annotated[str | None, _view("--margin-rate", metavar="rate")] = None

    def filters(self) -> Filters:
        """Read the words of the view, the lever aside."""
        seen = {one.name: getattr(self, one.name) for one in fields(View)}
        return View(**seen | {"margin": self.margin_rate}).filters()


@dataclass(frozen=True, kw_only=True)
class Target:
    """Who, and how far."""

    plan: Annotated[Path | None, _target("--plan", metavar="file")] = None
    cohort: Annotated[list[str] | None, _target("--cohort", metavar="month")] = None
    segment: Annotated[list[str] | None, _target("--segment", metavar="name")] = None
    months: Annotated[int | None, _target("--months", metavar="number")] = None
    acquisitions: Annotated[str | None, _target("--acquisitions", metavar="number")] = None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The levers, as they are spelt in a file."""

    retention: Annotated[list[str] | None, _lever("--retention", metavar="change")] = None
    retention_from_age: Annotated[str | None, _lever("--retention-from", metavar="age")] = None
    retention_months: Annotated[str | None, _lever("--retention-months", metavar="number")] = None
    frequency: Annotated[str | None, _lever("--frequency", metavar="change")] = None
    discount: Annotated[list[str] | None, _lever("--discount", metavar="discount")] = None
    discount_share: Annotated[str | None, _lever("--discount-share", metavar="share")] = None
    elasticity: Annotated[str | None, _lever("--elasticity", metavar="number")] = None
    basket: Annotated[str | None, _lever("--basket", metavar="change")] = None
    return_rate: Annotated[str | None, _lever("--return-rate", metavar="points")] = None
    annual_rate: Annotated[str | None, _lever("--annual-rate", metavar="rate")] = None
    cac: Annotated[str | None, _lever("--cac", metavar="amount")] = None
    reach: Annotated[str | None, _lever("--reach", metavar="share")] = None
    cost_per_customer: Annotated[str | None, _lever("--cost-per-customer", metavar="amount")] = None
    fixed_cost: Annotated[str | None, _lever("--fixed-cost", metavar="amount")] = None


def plan_of(target: Target, moved: Moved, margin: str | None) -> "Plan":
    """Make one plan of a file and of what the command line says over it.

    Args:
        target: Who, how far, and the file.
        moved: Levers of the command line.
        margin: The lever that stands among the options of the view.
    """
    from habitue.core.scenario.plan import Plan  # noqa: PLC0415 - not needed for help

    told: dict[str, Any] = Plan.read(target.plan).told() if target.plan else {}
    said = {one.name: getattr(moved, one.name) for one in fields(Moved)} | {"margin": margin}
    levers = {name: word for name, word in said.items() if word is not None}
    discounts = levers.pop("discount", [])
    named = [word for word in discounts if "=" in word]
    if named:
        levers["discount_by_segment"] = named
    if plain := [word for word in discounts if "=" not in word]:
        levers["discount"] = plain[-1]
    if levers:
        told["levers"] = told.get("levers", {}) | levers
    if target.cohort:
        told["cohorts"] = target.cohort
    asked = {
        "segments": target.segment,
        "horizon_months": target.months,
        "acquisitions": target.acquisitions,
    }
    told |= {name: word for name, word in asked.items() if word is not None}
    return Plan.of(told, str(target.plan or "--plan"))
