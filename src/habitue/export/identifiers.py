"""E-mails, phones and names as each platform wants them, plain or as SHA-256.

Platforms disagree: the same phone gives one digest on Google (`+1657…`) and another on Meta
(`1657…`). Each rule has a name, which the profiles' files use.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from habitue.later import Later

phonenumbers = Later("phonenumbers")


_EMAIL: Final = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"'.]+(\.[^@\s,;<>\"'.]+)+")
_GOOGLE_BOXES: Final = frozenset({"gmail.com", "googlemail.com"})
_SPACE: Final = re.compile(r"\s+")
_ABROAD: Final = re.compile(r"^\s*00")
"""How a country code is dialled in most of the world; no national number starts so."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")

Rule = Callable[[str, str | None], str | None]
"""Takes a value and the customer's country (ISO 3166, two letters) or None; None is invalid."""

_KEY_SIGNS: Final = str.maketrans("", "", "+-()")
_PUBLIC_BOXES: Final = frozenset(
    {
        "aol.com", "bbox.fr", "free.fr", "gmail.com", "gmx.de", "gmx.fr", "gmx.net",
        "googlemail.com", "hotmail.co.uk", "hotmail.com", "hotmail.fr", "icloud.com", "laposte.net",
        "live.com", "live.fr", "mac.com", "me.com", "msn.com", "numericable.fr", "orange.fr",
        "outlook.com", "outlook.fr", "proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr",
        "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.fr", "ymail.com",
    }
)  # fmt: skip
"""Domains that say nothing of a company."""


def sha256(value: str) -> str:
    """Give the digest that every ad platform asks for: lower-case hexadecimal of the UTF-8 bytes.

    Examples:
        >>> sha256("janedoe@gmail.com")
        'd6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69'
    """
    return hashlib.sha256(value.encode()).hexdigest()


def email(value: str, _country: str | None = None) -> str | None:
    """Trim and lower an e-mail; None when it is none.

    Examples:
        >>> email(" Mary@Example.COM "), email("mary.example.com")
        ('mary@example.com', None)
    """
    plain = value.strip().lower()
    return plain if _EMAIL.fullmatch(plain) else None


def email_google(value: str, _country: str | None = None) -> str | None:
    """Drop every space, and for Google's own boxes what they do not look at: dots and `+tag`.

    Examples:
        >>> email_google("Jane.Doe+shop@GMail.com"), email_google("jane.doe+x@shop.fr")
        ('janedoe@gmail.com', 'jane.doe+x@shop.fr')
    """
    plain = email(_SPACE.sub("", value))
    if plain is None:
        return None
    box, _, domain = plain.partition("@")
    if domain in _GOOGLE_BOXES:
        box = box.partition("+")[0].replace(".", "")
    return f"{box}@{domain}" if box else None


def email_untagged(value: str, _country: str | None = None) -> str | None:
    """Drop `+tag` before the at sign, whatever the domain.

    Examples:
        >>> email_untagged("jane+shop@example.com")
        'jane@example.com'
    """
    plain = email(value)
    if plain is None:
        return None
    box, _, domain = plain.partition("@")
    box = box.partition("+")[0]
    return f"{box}@{domain}" if box else None


def email_ascii(value: str, _country: str | None = None) -> str | None:
    """Trim and lower an e-mail, and refuse accents before the at sign.

    Examples:
        >>> email_ascii("zoé@example.com") is None
        True
    """
    plain = email(value)
    return plain if plain is not None and plain.partition("@")[0].isascii() else None


def company_domain(value: str, _country: str | None = None) -> str | None:
    """Give the domain of a company's e-mail; none where it is a public mailbox.

    Examples:
        >>> company_domain("Jane@Shop.fr"), company_domain("jane@gmail.com")
        ('shop.fr', None)
    """
    plain = email(value)
    domain = "" if plain is None else plain.partition("@")[2]
    return None if not domain or domain in _PUBLIC_BOXES else domain


def key_plain(value: str, _country: str | None = None) -> str | None:
    """Drop the signs that a contact key may not hold: plus, hyphen, parentheses.

    Examples:
        >>> key_plain("A-17 (old)")
        'A17 old'
    """
    return value.translate(_KEY_SIGNS).strip() or None


def phone_e164(value: str, country: str | None = None) -> str | None:
    """Write a phone as E.164, with its plus.

    A number without its country code takes that of the country given; without one it is invalid.

    Examples:
        >>> phone_e164("06 12 34 56 78", "FR"), phone_e164("06 12 34 56 78")
        ('+33612345678', None)
    """
    try:
        number = phonenumbers.parse(_ABROAD.sub("+", value), country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def phone_digits(value: str, country: str | None = None) -> str | None:
    """Write a phone as E.164 without its plus.

    Examples:
        >>> phone_digits("+1 (657) 777-0000")
        '16577770000'
    """
    found = phone_e164(value, country)
    return None if found is None else found.removeprefix("+")


def name_google(value: str, _country: str | None = None) -> str | None:
    """Lower a name and drop its spaces; accents stay.

    Examples:
        >>> name_google(" Anne Marie ")
        'annemarie'
    """
    return _SPACE.sub("", value.lower()) or None


def name_meta(value: str, _country: str | None = None) -> str | None:
    """Lower a name and drop its punctuation; letters of any alphabet stay.

    Examples:
        >>> name_meta("D'Alès-Smith ")
        'dalèssmith'
    """
    return _SPACE.sub(" ", _letters(value.lower(), keep=" ")).strip() or None


def compact(value: str, _country: str | None = None) -> str | None:
    """Lower a town or a region, without punctuation or space.

    Examples:
        >>> compact("Saint-Étienne du Bois")
        'saintétiennedubois'
    """
    return _letters(value.lower()) or None


def postcode(value: str, _country: str | None = None) -> str | None:
    """Lower a postcode, without blanks, its part before the dash.

    Examples:
        >>> postcode("94016-1234"), postcode("WC2H 8LG")
        ('94016', 'wc2h8lg')
    """
    return _SPACE.sub("", value.lower()).partition("-")[0] or None


def country_upper(value: str, _country: str | None = None) -> str | None:
    """Give a country's two letters, as Google shows them.

    Examples:
        >>> country_upper("France"), country_upper("gb"), country_upper("EIRE")
        ('FR', 'GB', 'IE')
    """
    return iso_country(value)


def country_lower(value: str, _country: str | None = None) -> str | None:
    """Give a country's two letters in lower case, as Meta hashes them.

    Examples:
        >>> country_lower("Royaume-Uni")
        'gb'
    """
    found = iso_country(value)
    return None if found is None else found.lower()


def plain(value: str, _country: str | None = None) -> str | None:
    """Trim a value and leave it as it is.

    Examples:
        >>> plain("  0007 ")
        '0007'
    """
    return value.strip() or None


RULES: Final[dict[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        email, email_google, email_untagged, email_ascii, phone_e164, phone_digits, name_google,
        name_meta, company_domain, compact, country_lower, country_upper, key_plain, plain,
        postcode,
    )
}  # fmt: skip
"""Every rule by the name that profiles use."""
SIEVES: Final = frozenset({"company_domain"})
"""Rules that let only some good values through: what they hold back is not invalid."""


def prepared(value: str | None, *, rule: str, hashed: bool, country: str | None) -> str | None:
    """Put one identifier in a platform's form.

    Args:
        value: As the shop holds it, or None; a value that is already a digest stays as it is.
        rule: Name of the rule.
        hashed: Whether the platform wants its SHA-256.
        country: The customer's country, two letters, or None.

    Returns:
        The identifier, or None where there is none or it is invalid.

    Examples:
        >>> prepared(" Mary@Example.com", rule="email", hashed=True, country=None)
        'f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79'
    """
    if value is None:
        return None
    if hashed and _DIGEST.fullmatch(value.strip().lower()):
        return value.strip().lower()
    found = RULES[rule](value, country)
    return sha256(found) if found is not None and hashed else found


@lru_cache(maxsize=4096)
def iso_country(name: str) -> str | None:
    """Give the two letters of a country named in English or French, or given by its code.

    Examples:
        >>> iso_country("Germany"), iso_country("de"), iso_country("Atlantis") is None
        ('DE', 'DE', True)
    """
    code = name.strip().upper()
    known = _countries()
    return code if code in known.values() else known.get(_bare(name))


@lru_cache
def _countries() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - babel costs 60 ms

    named = {
        _bare(str(name)): code
        for lang in ("en", "fr")
        for code, name in Locale(lang).territories.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}  # noqa: PLR2004 - ISO letters
    }
    return named | {"eire": "IE", "uk": "GB", "usa": "US", "rsa": "ZA", "uae": "AE"}


def _bare(name: str) -> str:
    return _letters(
        "".join(
            letter
            for letter in unicodedata.normalize("NFKD", name.strip().casefold())
            if not unicodedata.combining(letter)
        )
    )


def _letters(value: str, *, keep: str = "") -> str:
    return "".join(one for one in value if one.isalnum() or one in keep)
