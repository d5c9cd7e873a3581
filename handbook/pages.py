"""The pages that are made from the code: what stands there is what the code says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from habitue.texts import LANGS, Lang
from habitue.workspace import dictionary
from handbook import definitions, destinations, keys, library, manual

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
_MADE: Final[dict[str, Callable[[Lang], str]]] = {
    "cli": manual.page,
    "data-dictionary": dictionary.markdown,
    "definitions": definitions.page,
    "export": destinations.page,
    "library": library.page,
    "mapping": keys.page,
}
"""Name of a page, and what makes it."""


def path_of(name: str, lang: Lang) -> Path:
    """Say where a page of the reference stands.

    Args:
        name: Its file, without `.md`.
        lang: Its language; the English command line and data dictionary stand in docs/ itself,
            where their own modules say.
    """
    at_root = lang == "en" and name in {"cli", "data-dictionary"}
    return DOCS / f"{name}.md" if at_root else DOCS / lang / "reference" / f"{name}.md"


def made() -> dict[Path, Callable[[], str]]:
    """Give every generated page by its path."""
    return {
        path_of(name, lang): lambda make=make, lang=lang: make(lang)  # type: ignore[misc]  # bound early
        for name, make in _MADE.items()
        for lang in LANGS
    }


def write(word: str = "") -> list[Path]:
    """Write generated pages that are out of date.

    Args:
        word: Keeps the pages whose path holds it; empty keeps all.

    Returns:
        The pages that changed.
    """
    changed = []
    for path, make in made().items():
        if word not in path.as_posix():
            continue
        text = make()
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed
