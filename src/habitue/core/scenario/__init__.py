"""Scenarios: what a target is expected to bring, and what changes if a lever moves (D35-D37)."""

from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.outcome import Figure, Outcome, simulate
from habitue.core.scenario.panel import Panel

__all__ = ["Discount", "Figure", "Levers", "Outcome", "Panel", "simulate"]
