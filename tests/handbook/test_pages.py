"""Both languages have the same pages, generated ones are current, and what they name exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from handbook.examples import blocks
from handbook.pages import DOCS, ROOT, made

import habitue
from habitue import glossary
from habitue.data.mapping import Mapping
from habitue.texts import LANGS
from handbook import keys, words

LOCALE = Path(habitue.__file__).parent / "locale"
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
FRENCH = sorted((DOCS / "fr").rglob("*.md"))
ON_SCREEN = {"en": "On screen", "fr": "À l\N{RIGHT SINGLE QUOTATION MARK}écran"}
# Languages whose blocks are the same in both tongues, outputs aside.
CODE = ("bash", "python", "ini", "nginx", "toml", "dockerfile", "yaml", "text", "console")


def twin(page: Path) -> Path:
    """The English page of a French one: beside it, or in docs/ itself."""
    beside = DOCS / "en" / page.relative_to(DOCS / "fr")
    return beside if beside.exists() else DOCS / page.name


def headings(page: Path) -> list[int]:
    bare = FENCE.sub("", page.read_text("utf-8"))
    return [len(marks) for marks in re.findall(r"^(#+) ", bare, re.MULTILINE)]


def typed(page: Path) -> list[str]:
    """What a reader types: code, and command lines without their output."""
    return [
        "\n".join(line for line in one.body.splitlines() if line.startswith(("$ ", ">>> ", "... ")))
        if one.kind == "console" or ">>> " in one.body
        else one.body
        for one in blocks(page, *CODE)
    ]


def named(node: Any) -> list[str]:
    """Pages of a navigation, in order."""
    if isinstance(node, str):
        return [node]
    inside = node.values() if isinstance(node, dict) else node
    return [page for one in inside for page in named(one)]


def id_of(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("page", FRENCH, ids=id_of)
def test_each_french_page_has_its_english_one(page: Path) -> None:
    assert twin(page).is_file()
    assert headings(page) == headings(twin(page))
    assert typed(page) == typed(twin(page))


def test_each_english_page_has_its_french_one() -> None:
    english = {path.relative_to(DOCS / "en") for path in (DOCS / "en").rglob("*.md")}

    assert english
    assert english <= {path.relative_to(DOCS / "fr") for path in FRENCH}


@pytest.mark.parametrize("page", made(), ids=id_of)
def test_generated_pages_are_current(page: Path) -> None:
    assert page.read_text("utf-8") == made()[page](), f"python -m handbook --only {page.stem}"


@pytest.mark.parametrize(
    "page",
    [page for page in FRENCH if page.stem not in {"library", "mapping"}],  # docstrings, in English
    ids=id_of,
)
def test_french_is_set_as_french(page: Path) -> None:
    bare = FENCE.sub("", page.read_text("utf-8"))
    prose = re.sub(r"`[^`\n]*`|\]\([^)]*\)|<[^>]*>|^\|[ :|-]+$", "", bare, flags=re.MULTILINE)

    assert re.findall(r"\w'\w", prose) == []
    assert re.findall(r"\S* [;:?!»]|\d %|« ", prose) == []
    assert re.findall(r"\S*[^\W_][;:?!»](?!\w)", prose) == []


@pytest.mark.parametrize("lang", LANGS)
def test_screens_are_called_as_they_call_themselves(lang: str) -> None:
    known = set()
    for file in (LOCALE / lang).glob("*.po"):
        with file.open("rb") as opened:
            for one in read_po(opened, locale=lang):
                forms = [one.string] if isinstance(one.string, str) else list(one.string or ())
                known |= {form.replace("\N{NO-BREAK SPACE}", " ").strip("*") for form in forms}
    checked = 0
    for page in (DOCS / lang / "guides").glob("*.md"):
        section = re.search(
            rf"^## {ON_SCREEN[lang]}\n(.*?)^## ", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
        assert section, page
        for label in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", section[1]):
            assert label.replace("\N{NO-BREAK SPACE}", " ") in known, (page.name, label)
            checked += 1
    assert checked > 20


def test_every_page_is_in_the_navigation() -> None:
    site = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
    pages = named(site["nav"])

    assert len(pages) == len(set(pages))
    assert {id_of(page) for page in (*FRENCH, *(DOCS / "en").rglob("*.md"))} <= set(pages)
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} <= set(pages)


def test_every_setting_is_documented() -> None:
    variables = {
        name
        for file in Path(habitue.__file__).parent.rglob("*.py")
        for name in re.findall(r"\"(HABITUE_[A-Z_]+)\"", file.read_text("utf-8"))
    }
    assert variables
    for lang in LANGS:
        page = (DOCS / lang / "reference" / "configuration.md").read_text("utf-8")
        told = set(re.findall(r"`(\w+)(?:<\w+>)?`", page))
        assert variables <= told


def test_every_key_of_a_mapping_is_documented() -> None:
    assert set(keys.meanings()) == set(Mapping.model_fields)
    for lang in LANGS:
        page = (DOCS / lang / "reference" / "configuration.md").read_text("utf-8")
        shown = page.partition("## Mapping")[2].partition("\n## ")[0]
        named = {
            one
            for row in re.findall(r"^\| (`.+?) \|", shown, re.MULTILINE)
            for one in re.findall(r"`(\w+)`", row)
        }
        assert len(named) > 20
        assert named <= set(Mapping.model_fields)


def test_every_definition_stands_under_its_anchor() -> None:
    for lang in LANGS:
        page = (DOCS / lang / "reference" / "definitions.md").read_text("utf-8")
        anchors = re.findall(r'<a id="(\w+)"></a>', page)
        assert anchors == [one.id.lower() for one in glossary.entries(lang)]


def test_wordings_stand_in_both_languages() -> None:
    assert words.keys()
    assert all(languages == set(LANGS) for languages in words.keys().values())


def test_links_of_the_readme_lead_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text("utf-8")
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if "://" not in link:
                assert (ROOT / link).exists(), (name, link)
