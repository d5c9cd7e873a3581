"""Examples in pages: read, run on the demo shop, compared with what the page shows.

A fenced block is known by its language:

- `console`: lines that start with `$ habitue` are run, what follows is their output;
- `bash`, `ini`, `dockerfile`: every `habitue …` in it must be a command line that could run;
- `python`: run like a docstring's example when it has prompts, else only compiled;
- `yaml`: read as what its first line names: `# mapping`, `# lists` or `# scenario`.

All run in one folder whose `.habitue` is the shop of `habitue demo`, and in the page's language.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import habitue.workspace
from habitue.cli import main
from habitue.texts import Lang
from handbook.pages import DOCS

_FENCE: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FLAGS: Final = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
_PARSER: Final = doctest.DocTestParser()
LINES: Final = 100_000
"""Lines of the demo shop: what `habitue demo` makes."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        page: Where it stands.
        kind: Its language.
        body: What it holds.
        line: Number of its first line.
    """

    page: Path
    kind: str
    body: str
    line: int

    @property
    def lang(self) -> Lang:
        """Language of the page."""
        return "fr" if "fr" in self.page.relative_to(DOCS).parts else "en"


def written() -> list[Path]:
    """List the pages that people write: those of the two languages, reference aside."""
    return sorted(
        path
        for lang in ("fr", "en")
        for path in (DOCS / lang).rglob("*.md")
        if "reference" not in path.parts or path.name in {"configuration.md", "lifetimes.md"}
    )


def blocks(page: Path, *kinds: str) -> list[Block]:
    """Read the fenced blocks of a page.

    Args:
        page: Markdown.
        kinds: Languages to keep.
    """
    text = page.read_text("utf-8")
    return [
        Block(page, found[1], found[2], text.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(text)
        if found[1] in kinds
    ]


def commands(block: Block) -> list[list[str]]:
    """Give the words of each `habitue` command line of a block, without the program's name.

    Args:
        block: Of a shell, or of a file that holds command lines.
    """
    joined = block.body.replace("\\\n", " ")
    found = re.findall(r"(?:^|[\s/\"])habitue (?!habitue\b)((?:[a-z]|--).*)$", joined, re.MULTILINE)
    return [shlex.split(line.split(" # ")[0].split(" && ")[0].split(" > ")[0]) for line in found]


class Desk:
    """A folder with the demo shop in it, where examples run; the shop is opened once for all.

    Args:
        folder: Where to make it.
    """

    def __init__(self, folder: Path) -> None:
        home = folder / ".habitue"
        habitue.demo(home, lines=LINES)
        # Each store draws its own salt: fixed here, so that who is held out does not change.
        (home / "holdout.salt").write_text("handbook", "utf-8")
        self._folder = folder
        self._opening = cache(habitue.workspace.open_store)

    def replay(self, block: Block) -> str:
        """Run a block, and write it again with what really comes out.

        Args:
            block: Of `console` or `python`.

        Returns:
            The body as it should stand; the same as before where outputs agree.
        """
        with (
            contextlib.chdir(self._folder),
            patch("habitue.workspace.open_store", self._opened),
            patch.dict(os.environ, {"HABITUE_LANG": block.lang}),
        ):
            os.environ.pop("HABITUE_STORE", None)
            return _console(block.body) if block.kind == "console" else _python(block)

    def _opened(self, path: str | Path, *, snapshot: str | None = None) -> Any:
        return self._opening(Path(path).resolve(), snapshot=snapshot)


def write() -> list[Path]:
    """Bring the outputs shown in pages up to date.

    Returns:
        The pages that changed.
    """
    changed = []
    with tempfile.TemporaryDirectory(prefix="habitue-examples-") as folder:
        desk = Desk(Path(folder))
        for page in written():
            text = page.read_text("utf-8")
            for block in blocks(page, "console", "python"):
                fence = f"```{block.kind}\n"
                replayed = f"{fence}{desk.replay(block)}```"
                text = text.replace(f"{fence}{block.body}```", replayed, 1)
            if text != page.read_text("utf-8"):
                page.write_text(text, "utf-8")
                changed.append(page)
    return changed


def _console(body: str) -> str:
    parts = []
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        if not part:
            continue
        line, _, shown = part.partition("\n")
        words = shlex.split(line.removeprefix("$ "))
        if words[0] != "habitue":
            raise ValueError(line)
        said = _said(lambda words=words: main(words[1:]))  # type: ignore[misc]  # bound early
        said = "\n".join(one.rstrip() for one in said.splitlines()) + "\n" * bool(said)
        # A page may show the beginning alone.
        if shown.endswith("…\n") and said.startswith(shown.removesuffix("…\n")):
            said = shown
        parts.append(f"{line}\n{said}")
    return "".join(parts)


def _python(block: Block) -> str:
    if ">>> " not in block.body:
        compile(block.body, str(block.page), "exec")
        return block.body
    names: dict[str, Any] = {}
    same = doctest.OutputChecker()
    parts = []
    for piece in _PARSER.parse(block.body):
        if isinstance(piece, str):
            parts.append(piece)
            continue
        code = compile(piece.source, f"{block.page}:{block.line + piece.lineno}", "single")
        got = _said(lambda code=code: exec(code, names))  # type: ignore[misc]  # noqa: S102 - our own pages
        agree = same.check_output(piece.want, got, _FLAGS)
        source = "".join(
            f"{'...' if number else '>>>'} {line}\n".replace(" \n", "\n")
            for number, line in enumerate(piece.source.splitlines())
        )
        parts.append(source + (piece.want if agree else got))
    return "".join(parts)


def _said(run: Callable[[], object]) -> str:
    """Run something, and give all that it printed, notes included."""
    held = io.BytesIO()
    screen = io.TextIOWrapper(held, "utf-8", write_through=True)

    def shown(value: object) -> None:
        if value is not None:
            print(repr(value), file=screen)

    with (
        contextlib.redirect_stdout(screen),
        contextlib.redirect_stderr(screen),
        patch.object(sys, "displayhook", shown),
    ):
        run()
    screen.flush()
    return held.getvalue().decode("utf-8")
