"""Currencies as shops write them: ISO 4217 codes, and the signs that stand beside an amount."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_CODES: Final = (
    "AED", "ALL", "ARS", "AUD", "BAM", "BDT", "BGN", "BHD", "BOB", "BRL", "CAD", "CHF", "CLP",
    "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "DZD", "EGP", "EUR", "GBP", "GEL", "GHS", "GTQ",
    "HKD", "HRK", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "KZT",
    "LBP", "LKR", "MAD", "MDL", "MKD", "MUR", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN",
    "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY",
    "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "VND", "XAF", "XOF", "XPF", "ZAR",
)  # fmt: skip
_DOLLARS: Final = (
    "USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "ARS", "CLP", "COP", "DOP", "UYU",
)  # fmt: skip
_USUAL: Final = {"$": "USD", "¥": "JPY"}
"""What a shared sign is taken for, and said to be, where nobody tells."""
_SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "au$": ("AUD",), "a$": ("AUD",), "ca$": ("CAD",), "c$": ("CAD",), "us$": ("USD",),
    "nz$": ("NZD",), "hk$": ("HKD",), "sg$": ("SGD",), "s$": ("SGD",), "mx$": ("MXN",),
    "nt$": ("TWD",), "r$": ("BRL",), "cn¥": ("CNY",), "jp¥": ("JPY",), "f cfa": ("XOF", "XAF"),
    "fcfa": ("XOF", "XAF"), "euros": ("EUR",), "euro": ("EUR",), "sfr.": ("CHF",),
    "sfr": ("CHF",), "fr.": ("CHF",), "fr": ("CHF",), "dhs": ("MAD",), "dh": ("MAD",),
    "kr.": ("SEK", "NOK", "DKK", "ISK"), "kr": ("SEK", "NOK", "DKK", "ISK"), "zł": ("PLN",),
    "zl": ("PLN",), "kč": ("CZK",), "kc": ("CZK",), "ft": ("HUF",), "lei": ("RON",),
    "лв": ("BGN",), "£": ("GBP",), "€": ("EUR",), "$": _DOLLARS,
    "¥": ("JPY", "CNY"), "元": ("CNY",),
    "円": ("JPY",), "₺": ("TRY",), "₹": ("INR",), "₽": ("RUB",), "₴": ("UAH",), "₪": ("ILS",),
    "₩": ("KRW",), "฿": ("THB",), "₫": ("VND",), "₦": ("NGN",), "₱": ("PHP",),
}  # fmt: skip
"""Longer signs first: `US$` is not a dollar after two letters."""
SIGN: Final = "(?i:{})".format("|".join([*map(re.escape, _SIGNS), *_CODES]))
"""Pattern, in the dialect that Python and RE2 share, of a currency beside a number."""


def sign_currencies(
    signs: Iterable[str], among: Collection[str] = (), *, usual: bool = True
) -> set[str]:
    """Name the currencies of the signs seen.

    A sign that several currencies share is given back as it stands, unless only one of them is in
    question; `$` and `¥` alone are then taken for American dollars and yens.

    Args:
        signs: Signs or codes.
        among: Codes in question.
        usual: Whether `$` and `¥` may be taken for what they usually are.

    Examples:
        >>> sorted(sign_currencies(["£", "eur", "R$"])), sign_currencies(["Kr"])
        (['BRL', 'EUR', 'GBP'], {'kr'})
        >>> sign_currencies(["kr"], among=["EUR", "SEK"])
        {'SEK'}
        >>> sign_currencies(["$"]), sign_currencies(["$"], ["EUR", "CAD"])
        ({'USD'}, {'CAD'})
        >>> sign_currencies(["$"], usual=False)
        {'$'}
    """
    return {_currency(sign, among, usual=usual) for sign in signs}


def taken(signs: Iterable[str], currency: str | None) -> str | None:
    """Give the shared sign by which alone a currency was known; None where nothing was taken.

    Args:
        signs: Signs beside the amounts.
        currency: What they were taken for.

    Examples:
        >>> taken(["$"], "USD"), taken(["us$", "$"], "USD"), taken(["€"], "EUR")
        ('$', None, None)
    """
    plain = {_plain(sign) for sign in signs}
    return plain.pop() if len(plain) == 1 and _USUAL.get(*plain) == currency is not None else None


def sharing(sign: str) -> tuple[str, ...]:
    """Name the currencies that share a sign; none where the sign is one currency's alone.

    Examples:
        >>> sharing("kr"), sharing("€")
        (('SEK', 'NOK', 'DKK', 'ISK'), ())
    """
    found = _SIGNS.get(_plain(sign), ())
    return found if len(found) > 1 else ()


def sign_of(code: str, among: Collection[str] = ()) -> tuple[str, ...]:
    """Give the signs by which a currency may be written instead of its code, in capitals.

    Args:
        code: Its code.
        among: Codes in question, to which a sign may be common.

    Examples:
        >>> sign_of("EUR"), sign_of("SEK"), sign_of("SEK", among=["EUR", "SEK"])
        (('EUROS', 'EURO', '€'), (), ('KR.', 'KR'))
    """
    return tuple(sign.upper() for sign in _SIGNS if _currency(sign, among) == code)


def _plain(sign: str) -> str:
    return sign.strip().casefold().removesuffix(".")


def _currency(sign: str, among: Collection[str], *, usual: bool = True) -> str:
    codes = _SIGNS.get(_plain(sign), (sign.strip().upper(),))
    likely = [code for code in codes if code in among]
    if len(codes) == 1 or len(likely) == 1:
        return (likely or codes)[0]
    known = _USUAL.get(_plain(sign)) if usual else None
    return known if known is not None and known in (likely or codes) else _plain(sign)
