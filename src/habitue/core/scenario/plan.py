"""A scenario with its name, target and horizon, as it is saved and shared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import yaml

from habitue.core.scenario.course import MAX_MONTHS
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.spelling import levers_of, spelt
from habitue.errors import RequestError
from habitue.schema.values import whole

_KEYS: Final = ("name", "cohorts", "segments", "horizon_months", "acquisitions", "levers")
MAX_BYTES: Final = 100_000
"""A scenario takes a few hundred; what is larger is not one."""
MAX_NAME: Final = 80
_MONTH: Final = len("2011-12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to simulate.

    Attributes:
        name: What its author calls it.
        cohorts: First days of the cohorts that are the target; empty means all of them.
        segments: Segments that are the target; empty means customers are not told apart.
        months: How far to look, 1 to 36.
        acquisitions: New customers per month to come; 0 looks at existing ones only.
        levers: What changes.
    """

    name: str = ""
    cohorts: tuple[dt.date, ...] = ()
    segments: tuple[str, ...] = ()
    months: int = 12
    acquisitions: float = 0.0
    levers: Levers = field(default_factory=Levers)

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 1 <= self.months <= MAX_MONTHS:
            raise RequestError("horizon_outside", months=self.months, longest=MAX_MONTHS)
        if not 0 <= self.acquisitions < float("inf"):
            raise RequestError("acquisitions_negative", value=self.acquisitions)
        if len(self.name) > MAX_NAME:
            raise RequestError("scenario_name_long", longest=MAX_NAME)

    @classmethod
    def of(cls, told: Any, source: str) -> Self:
        """Read a plan from plain words, as a YAML file or an address holds them.

        Args:
            told: A mapping of the keys that `told` gives.
            source: What messages call where it comes from.

        Raises:
            RequestError: A key is unknown, or a value cannot be.
        """
        if not isinstance(told, dict):
            raise RequestError("scenario_not_keys", source=source, allowed=list(_KEYS))
        for key in told:
            if key not in _KEYS:
                raise RequestError("scenario_key", source=source, name=key, allowed=list(_KEYS))
        levers = told.get("levers") or {}
        if not isinstance(levers, dict):
            raise RequestError("scenario_not_keys", source=source, allowed=["levers"])
        return cls(
            name=str(told.get("name") or ""),
            cohorts=tuple(_day(one) for one in _several(told.get("cohorts"))),
            segments=tuple(str(one) for one in _several(told.get("segments"))),
            months=whole("horizon_months", told.get("horizon_months", 12)),
            acquisitions=_number("acquisitions", told.get("acquisitions", 0)),
            levers=levers_of(levers),
        )

    @classmethod
    def read(cls, source: str | Path) -> Self:
        """Read a plan that `to_yaml` wrote, or that somebody typed.

        Args:
            source: Path of the YAML file, or its text.

        Raises:
            RequestError: The file is not there or is not YAML, or says what cannot be.
        """
        is_text = isinstance(source, str) and ("\n" in source or ":" in source[2:])
        where = "YAML" if is_text else str(source)
        try:
            words = str(source) if is_text else _whole(Path(source))
            told = yaml.safe_load(words)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise RequestError("yaml_unreadable", source=where, line=line) from None
        except (OSError, UnicodeDecodeError):
            raise RequestError("file_unreadable", path=where) from None
        return cls.of(told, where)

    def told(self) -> dict[str, Any]:
        """Say the plan in plain words; what is at rest is left out."""
        found: dict[str, Any] = {}
        if self.name:
            found["name"] = self.name
        if self.cohorts:
            found["cohorts"] = [day.isoformat() for day in self.cohorts]
        if self.segments:
            found["segments"] = list(self.segments)
        found["horizon_months"] = self.months
        if self.acquisitions:
            found["acquisitions"] = self.acquisitions
        if levers := spelt(self.levers):
            found["levers"] = levers
        return found

    def to_yaml(self) -> str:
        """Write the plan so that `read` gives it back."""
        return str(yaml.safe_dump(self.told(), sort_keys=False, allow_unicode=True))


PRESETS: Final[dict[str, Levers]] = {
    "retention_up": Levers(retention_relative=0.05),
    "margin_down": Levers(margin=-0.10),
    "discount": Levers(discount=Discount(depth=0.10)),
    "discount_response": Levers(discount=Discount(depth=0.10), elasticity=2.0),
    "basket_up": Levers(basket=0.05),
    "frequency_up": Levers(frequency=0.05),
    "fewer_returns": Levers(return_rate=-0.02),
    "stricter_returns": Levers(return_rate=-0.02, retention_relative=-0.05),
}
"""Scenarios to start from."""


def _whole(path: Path) -> str:
    with path.open("rb") as file:
        read = file.read(MAX_BYTES + 1)
    if len(read) > MAX_BYTES:
        raise RequestError("scenario_too_large", path=str(path), most=MAX_BYTES)
    return read.decode("utf-8")


def _several(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _day(value: object) -> dt.date:
    written = str(value)
    try:
        whole_day = written if len(written) > _MONTH else f"{written}-01"
        return dt.date.fromisoformat(whole_day).replace(day=1)
    except ValueError:
        raise RequestError("not_a_month", name="cohort", value=value) from None


def _number(name: str, value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise RequestError("not_a_number", name=name, value=value) from None
