"""Every sentence a person reads, from gettext catalogues, in their language.

A key reads `subject.name` (`overview.title`, `errors.source_missing`). The subject names the
catalogue, `locale/<lang>/<subject>.po`, loaded the first time one of its keys is asked for.
Numbers and dates given as facts are written the way the language writes them.

This is the lowest layer: errors speak through it, so everything else may.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
import locale
import os
import re
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal

Lang = Literal["fr", "en"]
LANGS: Final[tuple[Lang, ...]] = ("fr", "en")
DEFAULT_LANG: Final[Lang] = "fr"
_WRITTEN: Final = 8192
"""Numbers whose words are kept: a lever that moves changes few of those that a screen writes."""
_FIRST: Final = re.compile(r"^1 ")
_BEFORE_SIGN: Final = re.compile(r" (?=[:;?!»%€])|(?<=«) ")
_LOCALES: Final[dict[Lang, str]] = {"fr": "fr_FR", "en": "en_GB"}


class UnknownTextError(KeyError):
    """A key that no catalogue holds: a programming error, never shown to a user."""


def text(key: str, lang: Lang = "en", /, *, count: float | None = None, **facts: object) -> str:
    """Give the sentence behind a key, with its facts filled in.

    Args:
        key: `subject.name`, as the catalogues spell it.
        lang: Language of the sentence.
        count: Chooses singular or plural, and is available as `{count}`.
        facts: Values for the placeholders. Numbers and dates follow the language.

    Raises:
        UnknownTextError: No catalogue of that language holds the key.

    Examples:
        >>> text("common.customers", "en", count=5272)
        '5,272 customers'
        >>> text("common.customers", "fr", count=1)
        '1 client'
    """
    catalogue = _catalogue(key.partition(".")[0], lang)
    if count is None:
        found = catalogue.gettext(key)
    else:
        facts["count"] = count
        # French counts 1.5 as one, English does not: each catalogue holds its own rule.
        found = catalogue.ngettext(key, key, int(count))
    if found == key:
        raise UnknownTextError(key, lang)
    return found.format(**{name: spoken(value, lang) for name, value in facts.items()})


def has_text(key: str, lang: Lang) -> bool:
    """Tell whether a catalogue holds the key."""
    return _catalogue(key.partition(".")[0], lang).gettext(key) != key


def spoken(value: object, lang: Lang) -> str:
    """Write a number or a date the way the language does; anything else as it is.

    Examples:
        >>> spoken(1234.5, "en"), spoken(dt.date(2011, 12, 9), "en")
        ('1,234.5', '9 Dec 2011')
        >>> spoken(dt.date(2011, 12, 1), "fr")
        '1er déc. 2011'
    """
    from babel.dates import format_date, format_datetime  # noqa: PLC0415 - babel costs 60 ms
    from babel.numbers import format_decimal  # noqa: PLC0415

    match value:
        case bool() | str() | None:
            return str(value)
        case int() | float() | Decimal():
            return str(format_decimal(value, locale=_locale(lang)))
        case dt.datetime():
            return day_first(str(format_datetime(value, "medium", locale=_locale(lang))), lang)
        case dt.date():
            return day_first(str(format_date(value, "medium", locale=_locale(lang))), lang)
        case list() | tuple():
            return ", ".join(spoken(item, lang) for item in value)
        case _:
            return str(value)


def day_first(written: str, lang: Lang) -> str:
    """Make the first of a month an ordinal where the language does: babel writes it `1`.

    Examples:
        >>> day_first("1 oct. 2011", "fr"), day_first("11 oct. 2011", "fr")
        ('1er oct. 2011', '11 oct. 2011')
    """
    return _FIRST.sub("1er ", written) if lang == "fr" else written


def number(value: float | Decimal, lang: Lang, *, decimals: int = 0) -> str:
    """Write a number with a fixed count of decimals.

    Examples:
        >>> number(5272, "en"), number(0.5, "en", decimals=2), number(-0.0, "en")
        ('5,272', '0.50', '0')
    """
    # Zero and minus zero are equal, hence one entry: adding nothing makes them the same.
    return _number(value + 0, lang, decimals)


@lru_cache(maxsize=_WRITTEN)
def _number(value: float | Decimal, lang: Lang, decimals: int) -> str:
    from babel.numbers import format_decimal  # noqa: PLC0415

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, pattern, locale=_locale(lang)))


def percent(value: float, lang: Lang, *, decimals: int = 1) -> str:
    """Write a share of one as a percentage.

    Examples:
        >>> percent(0.2099, "en")
        '21.0%'
    """
    return _percent(value + 0, lang, decimals)


@lru_cache(maxsize=_WRITTEN)
def _percent(value: float, lang: Lang, decimals: int) -> str:
    from babel.numbers import format_percent  # noqa: PLC0415

    pattern = "#,##0." + "0" * decimals + "%" if decimals else "#,##0%"
    spaced = pattern.replace("%", "\N{NO-BREAK SPACE}%") if lang == "fr" else pattern
    return str(format_percent(value, spaced, locale=_locale(lang)))


def money(
    value: float | Decimal,
    currency: str | None,
    lang: Lang,
    *,
    decimals: int = 2,
    compact: bool = False,
) -> str:
    """Write an amount of money; without a known currency, as a plain number.

    Args:
        value: The amount.
        currency: ISO 4217 code, or None when the source does not say.
        lang: Language whose conventions apply.
        decimals: Digits after the decimal mark.
        compact: Shorten thousands and millions (`£19.3M`).

    Examples:
        >>> money(857.8, "GBP", "en"), money(-19320543.44, "GBP", "en", compact=True)
        ('£857.80', '-£19.3M')
    """
    return _money(value + 0, currency, lang, decimals, compact)


@lru_cache(maxsize=_WRITTEN)
def _money(
    value: float | Decimal, currency: str | None, lang: Lang, decimals: int, compact: bool
) -> str:
    from babel.numbers import format_compact_decimal, get_currency_symbol  # noqa: PLC0415

    where = _locale(lang)
    if compact and abs(float(value)) >= 10_000:  # noqa: PLR2004 - below, the plain form is as short
        written = str(format_compact_decimal(value, fraction_digits=1, locale=where))
    else:
        written = number(value, lang, decimals=decimals)
    if currency is None:
        return written
    # A shop has one currency: its short sign is clear, where CLDR's French says "£GB".
    sign = get_currency_symbol(currency, "en")
    if lang == "fr":
        # 857,80 £, but 19,3 M£: the abbreviation and the sign stand together.
        return f"{written}{sign}" if written[-1].isalpha() else f"{written}\N{NO-BREAK SPACE}{sign}"
    return f"-{sign}{written[1:]}" if written.startswith("-") else f"{sign}{written}"


def weekday_name(weekday: int, lang: Lang) -> str:
    """Name a day of the week, Monday is 1.

    Examples:
        >>> weekday_name(6, "fr")
        'samedi'
    """
    from babel.dates import get_day_names  # noqa: PLC0415

    return str(get_day_names("wide", locale=_locale(lang))[weekday - 1])


def preferred_lang(environ: dict[str, str] | None = None) -> Lang:
    """Choose the language of a terminal: `HABITUE_LANG`, then the system's, else French.

    Examples:
        >>> preferred_lang({"HABITUE_LANG": "en"}), preferred_lang({"LANG": "fr_CA.UTF-8"})
        ('en', 'fr')
    """
    env = os.environ if environ is None else environ
    for name in ("HABITUE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        spoken_there = env.get(name, "")[:2].lower()
        if spoken_there in LANGS:
            return spoken_there
    # Not getlocale: it takes C.UTF-8, the locale of a bare machine, for American English.
    if environ is None and (system := locale.setlocale(locale.LC_CTYPE)[:2].lower()) in LANGS:
        return system
    return DEFAULT_LANG


@lru_cache
def _locale(lang: Lang) -> Any:
    # Babel would read the code anew for every number.
    from babel import Locale  # noqa: PLC0415 - only where a number is written

    return Locale.parse(_LOCALES[lang])


@lru_cache(maxsize=64)
def _catalogue(subject: str, lang: Lang) -> gettext.NullTranslations:
    source = resources.files("habitue") / "locale" / lang / f"{subject}.po"
    if not source.is_file():
        raise UnknownTextError(subject, lang)
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where texts are read
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, locale=lang, abort_invalid=True)
    if lang == "fr":
        for message in catalogue:
            message.string = _bound(message.string)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _bound(written: Any) -> Any:
    """Keep French signs on the line of their word: translators cannot see which space is which."""
    if isinstance(written, str):
        return _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", written)
    return tuple(_bound(one) for one in written)
