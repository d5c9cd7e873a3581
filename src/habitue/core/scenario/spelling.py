"""Levers in words, as a command line, a file and an address write them: `+5%`, `+2pt`, `12.5`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

from habitue.core.scenario.levers import NEVER, Discount, Levers
from habitue.errors import RequestError

_NUMBER: Final = re.compile(
    r"([+\-\u2212]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*(%|pts?|)", re.IGNORECASE
)
_SHARES: Final = ("frequency", "basket", "annual_rate", "reach")
_POINTS: Final = ("return_rate", "margin")
_COUNTS: Final = ("retention_from_age", "retention_months")
_PLAIN: Final = ("elasticity", "cac", "cost_per_customer", "fixed_cost")
NAMES: Final = (
    "retention", "retention_from_age", "retention_months", "frequency", "discount",
    "discount_share", "discount_by_segment", "elasticity", "basket", "return_rate", "margin",
    "annual_rate", "cac", "reach", "cost_per_customer", "fixed_cost",
)  # fmt: skip
"""Levers as they are spelt; `retention` is relative in % and absolute in points."""


def levers_of(told: Mapping[str, Any]) -> Levers:
    """Read levers from words; what is not said is at rest.

    Args:
        told: Name to word or number, of `NAMES`. A bare number, of one at most, is a share of one
            for shares and points (0.05 is 5 %), itself for the others. `retention` takes several
            words, such as `+5% +2pt`; `discount_by_segment` maps names to depths, or to depth and
            share.

    Raises:
        RequestError: A name is unknown, a word is no number, or a value cannot be.

    Examples:
        >>> levers_of({"retention": "+5%", "margin": "+3pt"}).moved()
        ('retention_relative', 'margin')
    """
    given: dict[str, Any] = {}
    for name, word in told.items():
        if name not in NAMES:
            raise RequestError("unknown_word", name="lever", value=name, allowed=list(NAMES))
        if word is None:
            continue
        if name == "retention":
            given |= _retention(word)
        else:
            given[name] = _value(name, word)
    depth, share = given.pop("discount", 0.0), given.pop("discount_share", 1.0)
    if depth or share != 1.0:
        given["discount"] = Discount(depth=depth, share=share)
    return Levers(**given)


def spelt(levers: Levers) -> dict[str, Any]:
    """Spell levers so that `levers_of` gives them back; what is at rest is left out.

    Examples:
        >>> spelt(Levers(retention_relative=0.05, margin=0.03))
        {'retention': '+5%', 'margin': '+3pt'}
    """
    rest, told = Levers(), dict[str, Any]()
    retention = [
        _signed(value, unit)
        for value, unit in ((levers.retention_relative, "%"), (levers.retention_points, "pt"))
        if value
    ]
    if retention:
        told["retention"] = " ".join(retention)
    for one in fields(Levers):
        name, value = one.name, getattr(levers, one.name)
        if name in ("retention_relative", "retention_points"):
            continue
        if value == getattr(rest, name):
            continue
        if name == "discount":
            told["discount"] = _percent(value.depth)
            if value.share != 1.0:
                told["discount_share"] = _percent(value.share)
        elif name == "discount_by_segment":
            told[name] = {
                segment: {"depth": _percent(found.depth), "share": _percent(found.share)}
                if found.share != 1.0
                else _percent(found.depth)
                for segment, found in value.items()
            }
        elif name in _POINTS:
            told[name] = _signed(value, "pt")
        elif name in ("frequency", "basket"):
            told[name] = _signed(value, "%")
        else:
            told[name] = _percent(value) if name in _SHARES else value
    return told


def _retention(word: object) -> dict[str, float]:
    words = word if isinstance(word, (list, tuple)) else str(word).split()
    found = {"retention_relative": 0.0, "retention_points": 0.0}
    for one in words:
        value, unit = _part("retention", one)
        points = unit.startswith("pt")
        found["retention_points" if points else "retention_relative"] += value
    return {name: value for name, value in found.items() if value}


def _value(name: str, word: object) -> Any:
    if name == "discount_by_segment":
        return _by_segment(word)
    if name in _COUNTS:
        return _whole(name, word)
    if name in _PLAIN:
        return _plain(name, word)
    return _points(name, word) if name in _POINTS else _share(name, word)


def _by_segment(word: object) -> dict[str, Discount]:
    if isinstance(word, Mapping):
        pairs: Iterable[tuple[str, Any]] = word.items()
    else:
        several = [word] if isinstance(word, str) else word
        if not isinstance(several, Iterable):
            raise RequestError("not_a_segment_discount", value=word)
        pairs = [_pair(str(one)) for one in several]
    found = {}
    for segment, depth in pairs:
        if isinstance(depth, Mapping):
            found[str(segment)] = Discount(
                depth=_share("discount", depth.get("depth", 0)),
                share=_share("discount_share", depth.get("share", 1.0)),
            )
        else:
            found[str(segment)] = Discount(depth=_share("discount", depth))
    return found


def _pair(word: str) -> tuple[str, str]:
    segment, equals, depth = word.rpartition("=")
    if not equals or not segment.strip():
        raise RequestError("not_a_segment_discount", value=word)
    return segment.strip(), depth


def _share(name: str, word: object) -> float:
    value, unit = _part(name, word)
    if unit.startswith("pt"):
        raise RequestError("lever_unit", name=name, value=word)
    return value


def _points(name: str, word: object) -> float:
    value, unit = _part(name, word)
    if unit == "%":
        # 5 % of a margin, or five points of it? Whoever writes it must say.
        raise RequestError("lever_points", name=name, value=word)
    return value


def _plain(name: str, word: object) -> float:
    value, unit = _read(name, word)
    if unit:
        raise RequestError("lever_unit", name=name, value=word)
    return value


def _whole(name: str, word: object) -> int:
    value = _plain(name, word)
    if value != int(value):
        raise RequestError("not_whole", name=name, value=word)
    return min(int(value), NEVER)


def _part(name: str, word: object) -> tuple[float, str]:
    value, unit = _read(name, word)
    if not unit and abs(value) > 1:
        # Nobody means 500 % by 5.
        raise RequestError("lever_without_unit", name=name, value=word)
    return value, unit


def _read(name: str, word: object) -> tuple[float, str]:
    met = None if isinstance(word, bool) else _NUMBER.fullmatch(str(word).strip())
    if not met:
        raise RequestError("lever_not_a_number", name=name, value=word)
    number, unit = met.groups()
    plain = Decimal(number.replace(",", ".").replace("\u2212", "-"))
    # Through decimals, so that 4.85 % is 0.0485 to the last bit.
    value = float(plain / 100 if unit else plain)
    if not math.isfinite(value):
        raise RequestError("lever_not_a_number", name=name, value=word)
    return value, unit.lower()


def _percent(value: float) -> str:
    return f"{_hundred(value)}%"


def _signed(value: float, unit: str) -> str:
    return f"{'+' if value > 0 else ''}{_hundred(value)}{unit}"


def _hundred(value: float) -> str:
    return f"{(Decimal(repr(float(value))) * 100).normalize():f}"
