"""Options of the commands about scores: which rules, which recipe."""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclass's fields.
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from habitue.errors import RequestError
from habitue.schema import Basis

if TYPE_CHECKING:
    from habitue.cli.terminal import Terminal
    from habitue.core.segments.answers import Note
    from habitue.core.segments.scoring import Scoring

_scores = partial(typer.Option, rich_help_panel="scores")


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How customers are scored and named."""

    rules: Annotated[str, _scores("--rules", metavar="rules")] = "table"
    classes: Annotated[int | None, _scores("--classes", metavar="number")] = None
    basis: Annotated[Basis, _scores("--basis")] = Basis.NET
    window: Annotated[int | None, _scores("--window", metavar="days")] = None
    scoring: Annotated[Path | None, _scores("--scoring", metavar="file")] = None

    def recipe(self) -> "Scoring":
        """Read the recipe, out of the options or out of a file.

        Raises:
            RequestError: The file cannot be read, or options say what the file says too.
        """
        from habitue.core.segments.scoring import Scoring  # noqa: PLC0415 - not needed for help

        asked = Scoring(classes=self.classes, basis=self.basis, window_days=self.window)
        if self.scoring is None:
            return asked
        if asked != Scoring():
            raise RequestError("scoring_twice", path=str(self.scoring))
        return Scoring.read(self.scoring)


def tell(notes: "tuple[Note, ...]", terminal: "Terminal") -> None:
    """Say what the reader should know about the scores."""
    for key, facts in notes:
        terminal.write(terminal.text(f"segments.{key}", **facts))
