"""Every key of a mapping file, as a page, from the docstring of `Mapping`."""

from __future__ import annotations

import inspect
import re

from habitue.data.mapping import Mapping
from habitue.texts import Lang
from handbook.words import say


def page(lang: Lang) -> str:
    """Lay the keys out in one table.

    Args:
        lang: Language of the frame; the meanings are those of the code.
    """
    rows = [f"| {say('key', lang)} | {say('meaning', lang)} |", "| --- | --- |"]
    rows += [f"| `{name}` | {meaning} |" for name, meaning in meanings().items()]
    return f"# {say('keys_title', lang)}\n\n{say('keys_lead', lang)}\n\n" + "\n".join(rows) + "\n"


def meanings() -> dict[str, str]:
    """Give the meaning of each key, in the order of the code."""
    told = (inspect.getdoc(Mapping) or "").partition("Attributes:\n")[2].partition("\n\n")[0]
    flat = re.sub(r"\n {8,}", " ", told)
    return dict(re.findall(r"^ {4}(\w+): (.+)$", flat, re.MULTILINE))
