"""Options of the commands that predict: how far, with which model, at which rate."""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclasses' fields.
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

_value = partial(typer.Option, rich_help_panel="value")


class Model(StrEnum):
    """Purchase models, or the one that did best on days held out."""

    AUTO = "auto"
    BGNBD = "bgnbd"
    MBGNBD = "mbgnbd"
    PARETONBD = "paretonbd"


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """How far to look, and with what."""

    horizon_days: Annotated[int, _value("--horizon-days", metavar="days")] = 365
    model: Annotated[Model, _value("--model")] = Model.AUTO


@dataclass(frozen=True, kw_only=True)
class Discounted(Ahead):
    """The same, with the price of waiting."""

    annual_rate: Annotated[str, _value("--annual-rate", metavar="rate")] = "0.1"
