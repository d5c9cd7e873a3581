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
_SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "au$": ("AUD",), "a$": ("AUD",), "ca$": ("CAD",), "c$": ("CAD",), "us$": ("USD",),
    "nz$": ("NZD",), "hk$": ("HKD",), "sg$": ("SGD",), "s$": ("SGD",), "mx$": ("MXN",),
    "nt$": ("TWD",), "r$": ("BRL",), "cn¥": ("CNY",), "jp¥": ("JPY",), "f cfa": ("XOF", "XAF"),
    "fcfa": ("XOF", "XAF"), "euros": ("EUR",), "euro": ("EUR",), "sfr.": ("CHF",),
    "sfr": ("CHF",), "fr.": ("CHF",), "fr": ("CHF",), "dhs": ("MAD",), "dh": ("MAD",),
    "kr.": ("SEK", "NOK", "DKK", "ISK"), "kr": ("SEK", "NOK", "DKK", "ISK"), "zł": ("PLN",),
    "zl": ("PLN",), "kč": ("CZK",), "kc": ("CZK",), "ft": ("HUF",), "lei": ("RON",),
    "лв": ("BGN",), "£": ("GBP",), "€": ("EUR",), "$": ("USD",), "¥": ("JPY",), "元": ("CNY",),
    "円": ("JPY",), "₺": ("TRY",), "₹": ("INR",), "₽": ("RUB",), "₴": ("UAH",), "₪": ("ILS",),
    "₩": ("KRW",), "฿": ("THB",), "₫": ("VND",), "₦": ("NGN",), "₱": ("PHP",),
}  # fmt: skip
"""Longer signs first: `US$` is not a dollar after two letters."""
SIGN: Final = "(?i:{})".format("|".join([*map(re.escape, _SIGNS), *_CODES]))
"""Pattern, in the dialect that Python and RE2 share, of a currency beside a number."""


def sign_currencies(signs: Iterable[str], among: Collection[str] = ()) -> set[str]:
    """Name the currencies of the signs seen.

    A dollar alone is the American one. A sign that several currencies share is given back as it
    stands, unless only one of them is in question.

    Args:
        signs: Signs or codes.
        among: Codes in question.

    Examples:
        >>> sorted(sign_currencies(["£", "eur", "R$"])), sign_currencies(["Kr"])
        (['BRL', 'EUR', 'GBP'], {'kr'})
        >>> sign_currencies(["kr"], among=["EUR", "SEK"])
        {'SEK'}
    """
    return {_currency(sign, among) for sign in signs}


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
    wanted = {code, *among}
    return tuple(
        sign.upper()
        for sign, codes in _SIGNS.items()
        if code in codes and (len(codes) == 1 or (among and wanted.intersection(codes) == {code}))
    )


def _plain(sign: str) -> str:
    return sign.strip().casefold().removesuffix(".")


def _currency(sign: str, among: Collection[str]) -> str:
    codes = _SIGNS.get(_plain(sign), (sign.strip().upper(),))
    likely = [code for code in codes if code in among]
    if len(codes) == 1 or len(likely) == 1:
        return (likely or codes)[0]
    return _plain(sign)
