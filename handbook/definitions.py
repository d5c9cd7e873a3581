"""The glossary as a page: every definition with formula, unit, example, limits and source."""

from __future__ import annotations

from habitue import glossary
from habitue.glossary import Entry
from habitue.texts import Lang
from handbook.words import say


def page(lang: Lang) -> str:
    """Lay the glossary out, each entry under an anchor of its id.

    Args:
        lang: Language of the page.
    """
    parts = [f"# {say('definitions_title', lang)}", say("definitions_lead", lang)]
    parts += [_entry(entry, lang) for entry in glossary.entries(lang)]
    return "\n\n".join(parts) + "\n"


def anchor(id_: str) -> str:
    """Give the anchor of an entry.

    Examples:
        >>> anchor("D11b")
        'd11b'
    """
    return id_.lower()


def _entry(entry: Entry, lang: Lang) -> str:
    see = ", ".join(f"[{glossary.entry(one, lang).term}](#{anchor(one)})" for one in entry.see)
    rows = {
        "formula": entry.formula,
        "unit": entry.unit,
        "example": entry.example,
        "not_this": entry.not_this,
        "source": entry.source,
        "see": see,
    }
    listed = [
        f"- **{say(name, lang)}** {value if name == 'see' else _plain(value)}"
        for name, value in rows.items()
        if value
    ]
    return "\n\n".join([
        f'<a id="{anchor(entry.id)}"></a>',
        f"## {entry.id} {entry.term}",
        f"*{_plain(entry.short)}*",
        _plain(entry.definition),
        "\n".join(listed),
    ])  # fmt: skip


def _plain(words: str) -> str:
    """Keep signs of formulas from being read as Markdown."""
    return "".join(f"\\{sign}" if sign in "*_[]<>`" else sign for sign in words)
