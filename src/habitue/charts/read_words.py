"""What was read, in words: rows, the lines made out of them, and what deserves a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from habitue.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from habitue.texts import Lang


def read_in_words(rows: int, lines: int, lang: Lang) -> str:
    """Say how many rows were read, and how many lines were made out of them, if any.

    Args:
        rows: Rows read from the source.
        lines: Lines before any rule, those made included.
        lang: Language of the words.

    Examples:
        >>> read_in_words(2000, 2000, "en"), read_in_words(4, 6, "en")
        ('2,000 lines read', '4 lines read and 2 made out of them')
    """
    made = lines - rows
    return text("check.read_made" if made else "check.read", lang, count=rows, made=made)


def remark_in_words(key: str, facts: Mapping[str, Any], lang: Lang) -> str:
    """Say one of the warnings of a check, roles by the names that readers know.

    Args:
        key: Of the `check` catalogue.
        facts: What its sentence is filled with.
        lang: Language of the words.

    Examples:
        >>> remark_in_words("unreadable_lines", {"role": "moment", "count": 1}, "en")
        'One line was left out: its date cannot be read.'
    """
    role = {"role": text(f"check.role_{facts['role']}", lang)} if "role" in facts else {}
    return text(f"check.{key}", lang, **{**facts, **role})
