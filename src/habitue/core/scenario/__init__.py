"""Scenarios: what a target is expected to bring, and what changes if a lever moves (D35-D37)."""

from habitue.core.scenario.course import MAX_MONTHS, Course, lay_out
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.outcome import Figure, Outcome, simulate
from habitue.core.scenario.panel import Panel

__all__ = [
    "MAX_MONTHS",
    "Course",
    "Discount",
    "Figure",
    "Levers",
    "Outcome",
    "Panel",
    "lay_out",
    "simulate",
]
