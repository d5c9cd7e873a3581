"""Every failure has its sentence and its remedy, in both languages, and none stands idle."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import habitue
from habitue import errors
from habitue.errors import HabitueError, SourceError
from habitue.texts import LANGS, Lang

SOURCE = Path(habitue.__file__).parent
KINDS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, HabitueError)
}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in KINDS:
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node


def _keys(argument: ast.expr) -> list[str]:
    """Keys that a first argument may be: a text, or one of two."""
    match argument:
        case ast.Constant(value=str(key)):
            return [key]
        case ast.IfExp(body=one, orelse=other):
            return _keys(one) + _keys(other)
    return []


RAISED = [
    pytest.param(key, call, id=f"{where} {key}")
    for where, call in _calls()
    for key in (_keys(call.args[0]) if call.args else [])
]


def _catalogue(lang: Lang) -> dict[str, str]:
    with (SOURCE / "locale" / lang / "errors.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


CATALOGUES = {lang: _catalogue(lang) for lang in LANGS}


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("key", "call"), RAISED)
def test_what_is_raised_can_be_said(key: str, call: ast.Call) -> None:
    given = {word.arg for word in call.keywords if word.arg is not None}
    open_ended = any(word.arg is None for word in call.keywords)
    for lang in LANGS:
        for entry in (f"errors.{key}", f"errors.{key}_hint"):
            assert entry in CATALOGUES[lang]
            assert _placeholders(CATALOGUES[lang][entry]) <= given or open_ended, entry


def test_most_keys_are_seen() -> None:
    seen = {param.values[0] for param in RAISED}
    assert len(seen) > 40
    assert {"store_busy", "unknown_country", "nothing_sold", "money_too_big"} <= seen


def test_no_sentence_stands_idle() -> None:
    # A key may also be chosen from a table, or be put together: `export_stopped_{finding}`.
    nodes = [
        node
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    ]
    spelled = {node.value for node in nodes if isinstance(node, ast.Constant)}
    begun = {
        node.values[0].value
        for node in nodes
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    }
    begun = {beginning for beginning in begun if str(beginning).endswith("_")}
    for entry in CATALOGUES["en"]:
        key = entry.removeprefix("errors.").removesuffix("_hint")
        said = key in spelled or entry in spelled or any(key.startswith(str(one)) for one in begun)
        assert said, f"{entry} is never said"


def test_both_languages_say_the_same() -> None:
    french, english = CATALOGUES["fr"], CATALOGUES["en"]
    assert french.keys() == english.keys()
    for entry, sentence in english.items():
        assert _placeholders(french[entry]) == _placeholders(sentence), entry
        assert "count" not in _placeholders(sentence), f"{entry}: `count` chooses a plural"
        plain = entry.removesuffix("_hint")
        assert plain in english, entry
        assert plain == "errors.hint_label" or f"{plain}_hint" in english, entry


@pytest.mark.parametrize("lang", LANGS)
def test_an_error_says_what_and_what_to_do(lang: Lang) -> None:
    refusal = SourceError("source_missing", path="{shop}.csv")
    said = refusal.say(lang)
    assert "{shop}.csv" in said
    assert said.splitlines()[0] == refusal.what(lang)
    assert said.splitlines()[1].endswith(refusal.hint(lang))


def test_an_error_speaks_english_and_keeps_its_facts() -> None:
    refusal = SourceError("source_missing", path="shop.csv")
    assert str(refusal) == refusal.say("en")
    assert refusal.facts == {"path": "shop.csv"}
    assert isinstance(refusal, errors.DataError)
