"""The recipe of a score: basis, window, classes, and thresholds once they are frozen (D24, D25)."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Self

import yaml

from habitue.errors import RequestError
from habitue.schema import Basis, word

CLASSES: Final = (3, 4, 5)
_KEYS: Final = ("classes", "basis", "window_days", "taken_on", "recency", "frequency", "monetary")


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPoints:
    """Where one class ends and the next begins, one fewer than there are classes.

    Equal neighbours leave a class empty: so many customers share a value that they fill it.

    Attributes:
        recency: Days, rising: at most the first earns the best score, at most the second the
            next; beyond the last, 1.
        frequency: Orders, rising: from the first on the score is 2, from the second on 3.
        monetary: Money, rising, read the same way.
        taken_on: The day whose customers gave them; None when somebody typed them.
    """

    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[Decimal, ...]
    taken_on: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse thresholds that do not rise, naming them."""
        for name in ("recency", "frequency", "monetary"):
            values = getattr(self, name)
            pairs = list(itertools.pairwise(values))
            typed = self.taken_on is None
            if any(low > high or (typed and low == high) for low, high in pairs):
                raise RequestError("thresholds_not_rising", name=name, values=list(values))
        if not len(self.recency) == len(self.frequency) == len(self.monetary):
            raise RequestError(
                "thresholds_uneven",
                recency=len(self.recency),
                frequency=len(self.frequency),
                monetary=len(self.monetary),
            )
        if self.classes not in CLASSES:
            raise RequestError("classes_outside", value=self.classes, allowed=list(CLASSES))

    @property
    def classes(self) -> int:
        """How many classes they make."""
        return len(self.recency) + 1

    def reach(self, score: str, value: int) -> tuple[Any, Any]:
        """Give the least and the greatest value of a score; None where it is open.

        Args:
            score: `recency`, `frequency` or `monetary`.
            value: The score, 1 to the number of classes.

        Examples:
            >>> cuts = CutPoints(recency=(20, 60), frequency=(2, 5), monetary=(100, 400))
            >>> cuts.reach("recency", 3), cuts.reach("frequency", 2), cuts.reach("monetary", 3)
            ((None, 20), (2, 5), (400, None))
        """
        cuts = getattr(self, score)
        if score == "recency":
            place = self.classes - value
            return (
                cuts[place - 1] + 1 if place else None,
                cuts[place] if place < len(cuts) else None,
            )
        return (
            cuts[value - 2] if value > 1 else None,
            cuts[value - 1] if value <= len(cuts) else None,
        )

    def scores(self, recency: int, frequency: int, monetary: Decimal) -> tuple[int, int, int]:
        """Score one customer.

        Args:
            recency: Days from the last order to the day after the picture.
            frequency: Orders.
            monetary: Money.

        Examples:
            >>> cuts = CutPoints(recency=(20, 60), frequency=(2, 5), monetary=(100, 400))
            >>> cuts.scores(8, 2, Decimal(95))
            (3, 2, 1)
        """
        return (
            self.classes - sum(recency > cut for cut in self.recency),
            1 + sum(frequency >= cut for cut in self.frequency),
            1 + sum(monetary >= cut for cut in self.monetary),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How customers are scored.

    Attributes:
        classes: How many classes each score has; None follows the rule set.
        basis: What M adds up.
        window_days: Days up to the as-of day that count; None is all history.
        cuts: Frozen or typed thresholds; None takes quantiles of the customers scored.
    """

    classes: int | None = None
    basis: Basis = Basis.NET
    window_days: int | None = None
    cuts: CutPoints | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the parameter."""
        if self.classes is not None and self.classes not in CLASSES:
            raise RequestError("classes_outside", value=self.classes, allowed=list(CLASSES))
        if self.window_days is not None and self.window_days < 1:
            raise RequestError("window_too_short", value=self.window_days)
        if self.cuts is not None and self.classes not in {None, self.cuts.classes}:
            raise RequestError(
                "thresholds_other_classes", found=self.cuts.classes, wanted=self.classes
            )

    @classmethod
    def of(cls, **asked: Any) -> Self:
        """Build the recipe from words, as a command line, a URL or a YAML file gives them.

        Args:
            asked: `classes`, `basis`, `window_days`, and either none or all of `recency`,
                `frequency`, `monetary` (rising lists of thresholds), with `taken_on`.

        Raises:
            RequestError: A word is unknown, a number is not one, or thresholds do not rise.

        Examples:
            >>> Scoring.of(classes="4", basis="margin").basis
            <Basis.MARGIN: 'margin'>
        """
        if unknown := sorted(asked.keys() - set(_KEYS)):
            raise RequestError("scoring_key", name=unknown[0], allowed=list(_KEYS))
        given = {name: value for name, value in asked.items() if value is not None}
        typed = [name for name in ("recency", "frequency", "monetary") if name in given]
        cuts = None
        if typed:
            if len(typed) < 3:  # noqa: PLR2004 - R, F and M
                raise RequestError("thresholds_partial", given=typed)
            cuts = CutPoints(
                recency=_whole("recency", given["recency"]),
                frequency=_whole("frequency", given["frequency"]),
                monetary=_numbers("monetary", given["monetary"]),
                taken_on=_day(given.get("taken_on")),
            )
        return cls(
            classes=_count("classes", given.get("classes")),
            basis=word("basis", given.get("basis", Basis.NET), Basis),
            window_days=_count("window_days", given.get("window_days")),
            cuts=cuts,
        )

    @classmethod
    def read(cls, source: str | Path) -> Self:
        """Read a recipe that `to_yaml` wrote, or that somebody typed.

        Args:
            source: Path of the YAML file, or its text.

        Raises:
            RequestError: The file is not there or is not YAML, or says what cannot be.
        """
        told = read_yaml(source)
        if not isinstance(told, dict):
            raise RequestError("yaml_not_keys", source=shortened(source))
        return cls.of(**{str(name): value for name, value in told.items()})

    def frozen(self, cuts: CutPoints) -> Self:
        """Give the same recipe with thresholds fixed."""
        return replace(self, classes=cuts.classes, cuts=cuts)

    def to_yaml(self) -> str:
        """Write the recipe so that `read` gives it back."""
        told: dict[str, Any] = {"classes": self.classes, "basis": self.basis.value}
        if self.window_days is not None:
            told["window_days"] = self.window_days
        if self.cuts is not None:
            if self.cuts.taken_on is not None:
                told["taken_on"] = self.cuts.taken_on
            told["recency"] = list(self.cuts.recency)
            told["frequency"] = list(self.cuts.frequency)
            told["monetary"] = [f"{value:f}" for value in self.cuts.monetary]
        return yaml.safe_dump(told, sort_keys=False, default_flow_style=None)


def read_yaml(source: str | Path) -> Any:
    """Read YAML from a file, or from the text itself when it holds more than one line.

    Raises:
        RequestError: There is no such file, it is not text, or it is not YAML.
    """
    try:
        told = source if _is_text(source) else Path(source).read_text("utf-8")
        return yaml.safe_load(str(told))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise RequestError("yaml_unreadable", source=shortened(source), line=line) from None
    except (OSError, UnicodeDecodeError):
        raise RequestError("file_unreadable", path=str(source)) from None


def shortened(source: str | Path) -> str:
    """Name a YAML source: its path, or the first line of its text."""
    return str(source).strip().partition("\n")[0]


def _is_text(source: str | Path) -> bool:
    return isinstance(source, str) and "\n" in source


def _count(name: str, value: object) -> int | None:
    return None if value is None else _whole(name, [value])[0]


def _whole(name: str, values: Any) -> tuple[int, ...]:
    numbers = _numbers(name, values)
    for number in numbers:
        if number != number.to_integral_value():
            raise RequestError("not_whole", name=name, value=number)
    return tuple(int(number) for number in numbers)


def _numbers(name: str, values: Any) -> tuple[Decimal, ...]:
    if isinstance(values, str):
        values = values.split(",")
    try:
        numbers = tuple(Decimal(str(value).strip()) for value in values)
    except (InvalidOperation, TypeError):
        raise RequestError("not_a_number", name=name, value=values) from None
    for number in numbers:
        if not number.is_finite():
            raise RequestError("not_a_number", name=name, value=number)
    return numbers


def _day(value: object) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise RequestError("not_a_date", name="taken_on", value=value) from None
