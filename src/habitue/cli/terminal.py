"""Everything that is not data: notes and progress, on stderr, in the reader's language."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from habitue.texts import LANGS, Lang, preferred_lang, text


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who reads, and in which language.

    Attributes:
        lang: Language of everything the command says.
    """

    lang: Lang

    def text(self, key: str, /, *, count: float | None = None, **facts: object) -> str:
        """Give the sentence behind a key; `count` chooses singular or plural."""
        return text(key, self.lang, count=count, **facts)

    def say(self, key: str, /, *, count: float | None = None, **facts: object) -> None:
        """Print the sentence behind a key."""
        self.write(self.text(key, count=count, **facts))

    def write(self, sentence: str) -> None:
        """Print a sentence already written."""
        typer.echo(sentence, err=True)

    @contextmanager
    def progress(self, key: str) -> Iterator[Callable[..., None] | None]:
        """Lend a bar, told `(done, total, label)`; None where nobody watches.

        Args:
            key: Name of what goes on.
        """
        if not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console  # noqa: PLC0415 - a bar is for people: scripts do not wait
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(console=Console(stderr=True), transient=True) as bars:
            title = self.text(key)
            bar = bars.add_task(title, total=None)

            def told(done: int, total: int, label: str = "") -> None:
                bars.update(bar, completed=done, total=total, description=f"{title} {label}")

            yield told


def language_of(args: Sequence[str]) -> Lang:
    """Find the language before anything else is read, since help and errors speak it too.

    Args:
        args: The words of the command line.

    Examples:
        >>> language_of(["kpis", "--lang", "en"]), language_of(["--lang=fr", "--help"])
        ('en', 'fr')
    """
    asked = preferred_lang()
    for word, after in zip(args, [*args[1:], ""], strict=False):
        value = after if word == "--lang" else word.removeprefix("--lang=")
        asked = next((lang for lang in LANGS if lang == value), asked)
    return asked
