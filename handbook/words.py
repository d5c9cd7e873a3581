"""What generated pages say in their own words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from habitue.texts import Lang

_FILE = Path(__file__).parent / "words.toml"


@cache
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def say(key: str, lang: Lang) -> str:
    """Give one wording.

    Args:
        key: Of words.toml.
        lang: Language of the page.
    """
    return _all()[key][lang]


def keys() -> dict[str, set[str]]:
    """Give the languages of each wording, for the tests."""
    return {key: set(said) for key, said in _all().items()}
