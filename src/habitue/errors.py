"""What went wrong, and what to do about it.

    HabitueError
    ├── DataError            the source, its mapping or its content is wrong
    │   ├── SourceError      a file or table cannot be read
    │   ├── MappingError     a role has no column, or a mapping contradicts itself
    │   └── ContentError     the lines were read and make no sense
    ├── RequestError         a filter, a date, a lever that cannot be
    ├── StoreError           no store, a damaged one, one that is being written
    ├── EngineError          the user's database refuses or lacks something
    └── MissingExtraError    an optional package is not installed

Every error carries a key into the `errors` catalogue and the facts of the case, so that each
reader gets it in their language: `str(error)` speaks English, `error.say(lang)` either.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any, Final

from habitue.texts import Lang, text

_DRIVING: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


class HabitueError(Exception):
    """A failure with its remedy.

    Args:
        key: Name in the `errors` catalogue. `errors.<key>` says what happened,
            `errors.<key>_hint` what to do.
        facts: Values for the placeholders of both sentences.

    Examples:
        >>> error = SourceError("source_missing", path="shop.csv")
        >>> print(error.what())
        There is no file or folder at shop.csv.
    """

    def __init__(self, key: str, /, **facts: object) -> None:
        self.key = key
        self.facts: dict[str, Any] = facts
        super().__init__(key, facts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with the facts of the case."""
        return _again, (type(self), self.key, self.facts)

    def what(self, lang: Lang = "en") -> str:
        """Say what happened, in one sentence."""
        return text(f"errors.{self.key}", lang, **_on_one_line(self.facts))

    def hint(self, lang: Lang = "en") -> str:
        """Say what to do about it."""
        return text(f"errors.{self.key}_hint", lang, **_on_one_line(self.facts))

    def say(self, lang: Lang = "en") -> str:
        """Say both, the remedy on its own line."""
        label = text("errors.hint_label", lang)
        return f"{self.what(lang)}\n{label} {self.hint(lang)}"

    def __str__(self) -> str:
        """Speak English, as library users expect of an exception."""
        return self.say("en")


def _on_one_line(facts: dict[str, Any]) -> dict[str, Any]:
    """Show signs that break or turn a line, or drive a terminal, which files may bring along."""
    return {name: _shown(fact) for name, fact in facts.items()}


def _shown(fact: Any) -> Any:
    if isinstance(fact, list | tuple):
        return [_shown(one) for one in fact]
    if isinstance(fact, str | PurePath):
        return _DRIVING.sub("\N{REPLACEMENT CHARACTER}", str(fact))
    return fact


def _again(kind: type[HabitueError], key: str, facts: dict[str, Any]) -> HabitueError:
    return kind(key, **facts)


class DataError(HabitueError):
    """The source, its mapping or its content is wrong."""


class SourceError(DataError):
    """A file or a table cannot be read."""


class MappingError(DataError):
    """A role has no column, or a mapping contradicts itself."""


class ContentError(DataError):
    """The lines were read and make no sense."""


class RequestError(HabitueError):
    """A filter, a date or a lever that cannot be."""


class StoreError(HabitueError):
    """No store, a damaged one, or one that is being written."""


class EngineError(HabitueError):
    """The user's database refuses, or lacks something we need."""


class MissingExtraError(HabitueError):
    """An optional package is not installed."""
