"""What was read, in words: rows, and the lines made out of what they say besides their sale."""

from __future__ import annotations

from habitue.texts import Lang, text


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
