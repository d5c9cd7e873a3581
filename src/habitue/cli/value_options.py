"""Options of the commands that predict: how far, with which model, at which rate."""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclasses' fields.
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from habitue.schema import Model, Outlook

_value = partial(typer.Option, rich_help_panel="value")


_PLAIN = Outlook()


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """How far to look, and with what."""

    horizon_days: Annotated[int, _value("--horizon-days", metavar="days")] = _PLAIN.horizon_days
    model: Annotated[Model, _value("--model")] = _PLAIN.model


@dataclass(frozen=True, kw_only=True)
class Discounted(Ahead):
    """The same, with the price of waiting."""

    annual_rate: Annotated[str, _value("--annual-rate", metavar="rate")] = str(_PLAIN.annual_rate)
