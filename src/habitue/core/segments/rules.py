"""Rule sets: which name a code bears (D26). A rule set is a data file, the user's own included."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from habitue.core.segments.scoring import CLASSES, read_yaml, shortened
from habitue.errors import RequestError
from habitue.packaged import folder
from habitue.packaged import told as read_packaged
from habitue.texts import LANGS, Lang, has_text, text

RULE_SETS: Final = ("table", "grid", "ranges", "six")
"""The sets that come with the product; the first is the default."""
_SPAN: Final = re.compile(r"(\d)(?:-(\d))?")
_MEASURES: Final = ("r", "f", "m", "fm")
_FIELDS: Final = {"id", "name", "codes", "playbook", *_MEASURES}
_SAID: Final = ("name", "playbook")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A name, and the codes that bear it.

    Attributes:
        id: One word, stable, for catalogues and links.
        name: What files and the command line call it, whatever the reader's language.
        codes: Its codes on the scale of its rule set.
        said: Language and field to the file's own wording, where it has one.
    """

    id: str
    name: str
    codes: frozenset[str]
    said: tuple[tuple[Lang, str, str], ...] = ()

    def title(self, lang: Lang) -> str:
        """Give the name in the reader's language."""
        return self._wording("name", lang) or self.name

    def playbook(self, lang: Lang) -> str:
        """Say in one sentence what to do; empty when nobody wrote it."""
        return self._wording("playbook", lang)

    def _wording(self, field: str, lang: Lang) -> str:
        for language, name, words in self.said:
            if (language, name) == (lang, field):
                return words
        key = f"segments.{field}_{self.id}"
        return text(key, lang) if has_text(key, lang) else ""


@dataclass(frozen=True)
class RuleSet:
    """Sorts every code into exactly one segment.

    Attributes:
        id: One of `RULE_SETS`, or the name of the file it came from.
        classes: How many classes its codes have.
        segments: In the order of the file.
    """

    id: str
    classes: int
    segments: tuple[Segment, ...]

    @cached_property
    def _by_code(self) -> dict[str, Segment]:
        return {code: segment for segment in self.segments for code in segment.codes}

    def of(self, code: str, classes: int) -> Segment:
        """Give the segment of a code, whatever number of classes it was scored in.

        Args:
            code: Three digits.
            classes: How many classes each of them has.

        Examples:
            >>> rule_set("table").of("554", 5).name, rule_set("six").of("554", 5).name
            ('Champions', 'Champions')
        """
        return self._by_code[rescaled(code, classes, self.classes)]

    def codes(self, names: tuple[str, ...], classes: int) -> tuple[str, ...]:
        """List the codes, in a number of classes, that bear one of the names or ids.

        Raises:
            RequestError: No segment of the set is called so.

        Examples:
            >>> rule_set("grid").codes(("new",), 3)
            ('311', '312', '313')
        """
        wanted = {self.named(name).id for name in names}
        return tuple(code for code in every_code(classes) if self.of(code, classes).id in wanted)

    def named(self, name: str) -> Segment:
        """Give the segment of that name, in either language, or id.

        Raises:
            RequestError: None of the set is called so; the message lists them.
        """
        plain = _plain(name)
        for segment in self.segments:
            titles = {segment.id, segment.name, *(segment.title(lang) for lang in LANGS)}
            if plain in {_plain(title) for title in titles}:
                return segment
        known = [segment.name for segment in self.segments]
        raise RequestError("unknown_segment", name=name, known=known)

    def to_yaml(self) -> str:
        """Write the set with its wording in both languages: a start for one's own file."""
        told = [
            {
                "id": one.id,
                "name": {lang: one.title(lang) for lang in LANGS} | {"file": one.name},
                "playbook": {lang: one.playbook(lang) for lang in LANGS},
                "codes": " ".join(sorted(one.codes, reverse=True)),
            }
            for one in self.segments
            if one.codes
        ]
        return yaml.safe_dump(
            {"classes": self.classes, "segments": told},
            sort_keys=False,
            allow_unicode=True,
            width=100,
        )


def rule_set(wanted: str | Path) -> RuleSet:
    """Give a rule set that comes with the product, or read one from a YAML file.

    Args:
        wanted: One of `RULE_SETS`; else the path of a YAML file, or its text.

    Raises:
        RequestError: There is no such set or file, or the file does not sort every code into
            exactly one segment.
    """
    if wanted in RULE_SETS:
        return _own(str(wanted))
    if isinstance(wanted, str) and not re.search(r"[\n./\\]", wanted):
        raise RequestError("unknown_word", name="rules", value=wanted, allowed=list(RULE_SETS))
    return read(read_yaml(wanted), Path(shortened(wanted)).stem, str(shortened(wanted)))


@lru_cache
def _own(name: str) -> RuleSet:
    file = folder("habitue.core.segments", "rule_sets") / f"{name}.yaml"
    return read(read_packaged(file), name, f"{name}.yaml")


def read(told: Any, name: str, source: str) -> RuleSet:
    """Check what a rule file says, and make a rule set of it.

    Args:
        told: The file's content: `classes`, `segments` and perhaps `first_match`. A segment has
            a `name`, and either `codes` or ranges of `r`, `f`, `m` or `fm` (the mean of F and M
            rounded, a half going down), such as `2-4`.
        name: Id of the set.
        source: What messages call the file.

    Raises:
        RequestError: A key, a code or a range is not one; codes have no name, or two.
    """
    if not isinstance(told, dict) or not isinstance(told.get("segments"), list):
        raise RequestError("rules_no_segments", source=source)
    for key in told.keys() - {"classes", "first_match", "segments"}:
        raise RequestError("rules_key", source=source, name=key)
    classes = told.get("classes", 5)
    if classes not in CLASSES:
        raise RequestError("classes_outside", value=classes, allowed=list(CLASSES))
    first_match = told.get("first_match", False) is True
    segments: list[Segment] = []
    named: dict[str, str] = {}
    doubled: list[str] = []
    for place, one in enumerate(told["segments"], start=1):
        segment = _segment(one, place, classes, source)
        taken = segment.codes & named.keys()
        if not first_match:
            doubled += [f"{code} ({named[code]}, {segment.name})" for code in sorted(taken)]
        mine = segment.codes - taken
        named |= dict.fromkeys(mine, segment.name)
        segments.append(Segment(id=segment.id, name=segment.name, codes=mine, said=segment.said))
    for field in ("id", "name"):
        every = [getattr(segment, field) for segment in segments]
        for twice in {one for one in every if every.count(one) > 1}:
            raise RequestError("rules_name_twice", source=source, name=twice)
    if doubled:
        raise RequestError(
            "rules_doubled", source=source, count_of=len(doubled), codes=_few(doubled)
        )
    if missing := [code for code in every_code(classes) if code not in named]:
        raise RequestError(
            "rules_missing", source=source, count_of=len(missing), codes=_few(missing)
        )
    return RuleSet(id=name, classes=classes, segments=tuple(segments))


def every_code(classes: int) -> tuple[str, ...]:
    """List every code of three scores.

    Examples:
        >>> len(every_code(5)), every_code(3)[0]
        (125, '111')
    """
    digits = [str(score) for score in range(1, classes + 1)]
    return tuple("".join(code) for code in itertools.product(digits, repeat=3))


def rescaled(code: str, classes: int, wanted: int) -> str:
    """Bring a code from one number of classes to another.

    Both ends stay the ends and what lies between goes to the nearest class; what is as near to
    two goes to the one further from the middle, so that best and worst are treated alike. The very
    middle, where the new scale has none, goes down.

    Examples:
        >>> rescaled("135", 5, 3), rescaled("24", 5, 3), rescaled("123", 3, 5)
        ('123', '13', '135')
    """
    if classes == wanted:
        return code
    return "".join(str(_rescaled(int(digit), classes, wanted)) for digit in code)


def _rescaled(score: int, classes: int, wanted: int) -> int:
    steps, span = (score - 1) * (wanted - 1), classes - 1
    low, rest = divmod(steps, span)
    if 2 * rest == span:
        return 1 + low + (2 * steps > span * (wanted - 1))
    return 1 + low + (2 * rest > span)


def _segment(told: Any, place: int, classes: int, source: str) -> Segment:
    if not isinstance(told, dict) or "name" not in told:
        raise RequestError("rules_no_name", source=source, place=place)
    for key in told.keys() - _FIELDS:
        raise RequestError("rules_key", source=source, name=key)
    name = told["name"]
    words = {field: told[field] for field in _SAID if isinstance(told.get(field), dict)}
    if isinstance(name, dict):
        name = name.get("file") or name.get("en") or next(iter(name.values()), place)
    said = tuple(
        (lang, field, str(by_lang[lang]))
        for field, by_lang in words.items()
        for lang in LANGS
        if lang in by_lang
    )
    if isinstance(told.get("playbook"), str):
        said += tuple((lang, "playbook", told["playbook"]) for lang in LANGS)
    if isinstance(told["name"], str) and "id" not in told:
        said += tuple((lang, "name", told["name"]) for lang in LANGS)
    return Segment(
        id=str(told.get("id") or re.sub(r"\W+", "_", str(name).casefold()).strip("_")),
        name=str(name),
        codes=_codes(told, str(name), classes, source),
        said=said,
    )


def _codes(told: dict[str, Any], name: str, classes: int, source: str) -> frozenset[str]:
    ranges = {key: _range(told[key], name, source) for key in _MEASURES if key in told}
    if "codes" in told:
        if ranges:
            raise RequestError("rules_codes_and_ranges", source=source, name=name)
        listed = told["codes"]
        words = listed if isinstance(listed, list) else str(listed).replace(",", " ").split()
        codes = [str(code) for code in words]
        known = set(every_code(classes))
        for code in codes:
            if code not in known:
                raise RequestError(
                    "rules_not_a_code", source=source, name=name, code=code, classes=classes
                )
        return frozenset(codes)
    if not ranges:
        raise RequestError("rules_no_codes", source=source, name=name)
    return frozenset(
        code
        for code in every_code(classes)
        if all(low <= _measure(code, key) <= high for key, (low, high) in ranges.items())
    )


def _measure(code: str, key: str) -> int:
    recency, frequency, monetary = (int(digit) for digit in code)
    # Of the two whole numbers around a half, the lower: spending alone does not make a fan.
    return {"r": recency, "f": frequency, "m": monetary, "fm": (frequency + monetary) // 2}[key]


def _range(told: object, name: str, source: str) -> tuple[int, int]:
    met = _SPAN.fullmatch(str(told).replace(" ", ""))
    if not met:
        raise RequestError("rules_not_a_range", source=source, name=name, value=told)
    low = int(met[1])
    return low, int(met[2] or low)


def _plain(name: str) -> str:
    return name.strip().casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _few(codes: list[str], most: int = 12) -> str:
    return ", ".join(codes[:most]) + (" …" if len(codes) > most else "")
