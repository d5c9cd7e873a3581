"""The meaning of every number, in the reader's language.

One entry per definition, `D1` to `D40`; a letter (`D11b`) marks a number that a definition holds
beside its main one. Cards, column headers and exported files point at an entry by its id or its
slug; both stay when a wording changes. The texts are `locale/<lang>/glossary.toml`.

As low as `texts`, the only module it knows: whatever shows a number may explain it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Final

from habitue.texts import Lang, UnknownTextError, spoken, text

_MARKUP: Final = re.compile(r"([\\`*_$~:<>\[\]])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a number means.

    Attributes:
        id: Definition, `D12`; with a letter when it is not the definition's main number.
        slug: The same as a word, for code to name.
        term: What a reader calls it.
        short: One sentence.
        definition: The whole meaning, with the defaults that apply.
        formula: How it is computed, in words and signs.
        unit: What it is counted in.
        example: A worked example with made-up or reference figures, true in any shop.
        not_this: What it is easily mistaken for.
        see: Ids of related entries.
        yours: The reader's own figures in a sentence, with named placeholders; None when the
            entry has no figure of its own.
        source: The paper or the convention it follows, None when it is our own.
    """

    id: str
    slug: str
    term: str
    short: str
    definition: str
    formula: str
    unit: str
    example: str
    not_this: str
    see: tuple[str, ...]
    yours: str | None = None
    source: str | None = None

    @property
    def facts(self) -> frozenset[str]:
        """Names of the placeholders of `yours`."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.yours or "") if name)


def entries(lang: Lang = "en", /) -> tuple[Entry, ...]:
    """Give the whole glossary, in the order of the definitions.

    Examples:
        >>> [found.term for found in entries("fr")[:3]]
        ['Ligne', 'Ligne de retour', 'Commande']
    """
    return _read(lang)


def entry(id_or_slug: str, lang: Lang = "en", /) -> Entry:
    """Give one entry by its id or its slug.

    Raises:
        UnknownTextError: There is no such entry.

    Examples:
        >>> entry("D11b").slug, entry("aov", "fr").term
        ('aov', 'Panier moyen')
    """
    try:
        return _index(lang)[id_or_slug]
    except KeyError:
        raise UnknownTextError(id_or_slug, lang) from None


def help_text(id_or_slug: str, lang: Lang = "en", /, **facts: object) -> str:
    r"""Explain a number in a few lines of markdown, for a tooltip, with the way to the rest.

    Args:
        id_or_slug: The entry.
        lang: Language of the reader.
        facts: The reader's own figures: all the placeholders of the entry, or none. Numbers and
            dates follow the language; money and shares come already written, by `texts.money`
            and `texts.percent`. When one is None, there is nothing to show and the line is left
            out.

    Raises:
        UnknownTextError: There is no such entry.
        TypeError: The facts are not those that the entry names.

    Examples:
        >>> print(help_text("rfm_customers", n=5869).splitlines()[-1])
        Here: 5,869 customers.
    """
    found = entry(id_or_slug, lang)
    whole = text("glossary.whole", lang, id=found.id, address=address(found.id, lang))
    paragraphs = [
        f"{found.definition} {whole}",
        text("glossary.unit", lang, unit=found.unit),
        text("glossary.formula", lang, formula=found.formula),
        text("glossary.example", lang, example=found.example),
    ]
    if facts and facts.keys() != found.facts:
        raise TypeError(f"{found.slug} takes {sorted(found.facts)}, got {sorted(facts)}")
    if found.yours and facts and None not in facts.values():
        figures = {name: _MARKUP.sub(r"\\\1", spoken(fact, lang)) for name, fact in facts.items()}
        paragraphs.append(found.yours.format(**figures))
    return "\n\n".join(paragraphs)


def address(id_: str, lang: Lang = "en", /) -> str:
    """Give the dashboard's address of an entry, from any of its screens.

    Args:
        id_: Of the entry.
        lang: Language of the reader.

    Examples:
        >>> address("D12", "fr")
        'help?definition=D12&lang=fr'
    """
    return f"help?definition={id_}&lang={lang}"


@lru_cache
def _read(lang: Lang) -> tuple[Entry, ...]:
    source = resources.files("habitue") / "locale" / lang / "glossary.toml"
    tables = tomllib.loads(source.read_text("utf-8"))
    return tuple(
        Entry(id=name, **{**fields, "see": tuple(fields["see"])}) for name, fields in tables.items()
    )


@lru_cache
def _index(lang: Lang) -> dict[str, Entry]:
    return {name: found for found in _read(lang) for name in (found.id, found.slug)}
