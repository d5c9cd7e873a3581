"""No sentence in code; no key without its words, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import habitue
from habitue.texts import LANGS, Lang, has_text

PACKAGE = Path(habitue.__file__).parent
FILES = [*sorted((PACKAGE / "ui").rglob("*.py")), *sorted((PACKAGE / "charts").glob("*.py"))]
SUBJECTS = ("ui", "filters", "overview", "charts", "intake")
_ASKS = {"t", "told", "text", "empty", "chip", "named"}
_TECHNICAL = re.compile(r"[`@$\\\w.\-:/#<>{}%&;=\"'()\[\],*+~|·█■◆┅ ]*")


def _keys(lang: Lang, subject: str) -> dict[str, str]:
    """Key to sentence, as the catalogue's file has them."""
    from babel.messages.pofile import read_po

    with (PACKAGE / "locale" / lang / f"{subject}.po").open("rb") as file:
        return {
            one.id if isinstance(one.id, str) else one.id[0]: str(one.string)
            for one in read_po(file)
            if one.id
        }


def _asked(tree: ast.AST) -> Iterator[str]:
    """Patterns of the keys a file asks for: each `{…}` of an f-string stands for anything."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in _ASKS:
            for argument in node.args:
                yield from _pattern(argument)


def _pattern(part: ast.AST) -> Iterator[str]:
    if isinstance(part, ast.IfExp):
        yield from _pattern(part.body)
        yield from _pattern(part.orelse)
    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
        yield re.escape(part.value)
    elif isinstance(part, ast.JoinedStr):
        yield "".join(
            re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"\w+"
            for one in part.values
        )


def _all_patterns() -> set[str]:
    return {
        pattern
        for file in FILES
        for pattern in _asked(ast.parse(file.read_text("utf-8")))
        if pattern.split(r"\.")[0] in SUBJECTS and r"\." in pattern
    }


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_asked_for_is_there(lang: Lang) -> None:
    known = {key for subject in SUBJECTS for key in _keys(lang, subject)}
    missing = [one for one in _all_patterns() if not any(re.fullmatch(one, key) for key in known)]
    assert not missing


def test_both_catalogues_hold_the_same_keys_with_the_same_facts() -> None:
    for subject in SUBJECTS:
        french, english = _keys("fr", subject), _keys("en", subject)
        assert french.keys() == english.keys()
        for key, words in french.items():
            facts = set(re.findall(r"(?<!{){(\w+)}", words))
            assert facts == set(re.findall(r"(?<!{){(\w+)}", english[key])), key


def test_no_key_is_left_that_nothing_says() -> None:
    spelt = "\n".join(file.read_text("utf-8") for file in FILES)
    patterns = _all_patterns()
    unused = [
        key
        for subject in SUBJECTS
        for key in _keys("en", subject)
        if not any(re.fullmatch(one, key) for one in patterns)
        and not re.search(rf'"{key.partition(".")[2]}"', spelt)
        and not re.search(r"filters\.\w+", key)
    ]
    assert not unused


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_no_sentence_stands_in_code(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documentation
        and (re.search(r"[A-Za-zÀ-ÿ]{2,} [a-zà-ÿ]{2,} [a-zà-ÿ]{2,}", node.value)
             or not _TECHNICAL.fullmatch(node.value))
    ]  # fmt: skip
    # Signs without a letter are marks, and a language is named in itself.
    spoken = [one for one in said if re.search(r"[^\W\d_]{2}", one) and one != "Français"]
    assert [one for one in spoken if one.isprintable()] == []


def test_a_missing_key_is_noticed() -> None:
    assert not has_text("ui.no_such_key", "fr")
