"""Both languages hold the same sentences, whole and clean; numbers and dates follow each."""

from __future__ import annotations

import datetime as dt
import re
import string
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from habitue import texts
from habitue.texts import LANGS, Lang, UnknownTextError, has_text, preferred_lang, text

LOCALE = Path(str(resources.files("habitue") / "locale"))
SUBJECTS = sorted(path.stem for path in (LOCALE / "en").glob("*.po"))
NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


def _read(subject: str, lang: Lang) -> Catalog:
    with (LOCALE / lang / f"{subject}.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def _sentences(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    """Each key with its sentence, or its singular and its plural."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in catalogue
        if message.id
    }


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_subjects() -> None:
    assert sorted(path.stem for path in (LOCALE / "fr").glob("*.po")) == SUBJECTS


@pytest.mark.parametrize("subject", SUBJECTS)
def test_both_languages_hold_the_same_keys(subject: str) -> None:
    french, english = _sentences(_read(subject, "fr")), _sentences(_read(subject, "en"))
    assert french.keys() == english.keys()
    for key, sentences in english.items():
        assert key.startswith(f"{subject}.")
        assert len(french[key]) == len(sentences), key
        named = set().union(*map(_placeholders, sentences))
        assert set().union(*map(_placeholders, french[key])) == named, key


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_sentences_are_whole_and_clean(subject: str, lang: Lang) -> None:
    catalogue = _read(subject, lang)
    assert catalogue.num_plurals == 2
    written = (LOCALE / lang / f"{subject}.po").read_text("utf-8")
    spelled = re.findall(r'^msgid "(.+)"$', written, re.MULTILINE)
    assert len(spelled) == len(set(spelled)), "a key stands twice"
    for key, sentences in _sentences(catalogue).items():
        for sentence in sentences:
            assert sentence.rstrip() == sentence != "", key
            assert all(name.isidentifier() for name in _placeholders(sentence)), key
            assert "  " not in sentence.lstrip(), key
            assert not re.search(r"\bTODO\b|\bXXX\b", sentence), key


@pytest.mark.parametrize("subject", SUBJECTS)
def test_french_keeps_its_signs_with_their_word(subject: str) -> None:
    for key in _sentences(_read(subject, "fr")):
        read = texts._catalogue(subject, "fr")
        for sentence in (read.gettext(key), read.ngettext(key, key, 1)):
            assert not re.search(r" [:;?!»%€]|« ", sentence), key
            assert not re.search(r"\b(?:[cdjlmnst]|qu)'\w", sentence, re.IGNORECASE), key


def test_facts_are_written_as_the_language_does() -> None:
    assert text("common.customers", "en", count=5272) == "5,272 customers"
    assert text("common.customers", "fr", count=5272) == f"5{NARROW}272 clients"


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0 client", "0 customers"),
        (1, "1 client", "1 customer"),
        (2, "2 clients", "2 customers"),
    ],
)
def test_plurals_follow_the_language(count: int, french: str, english: str) -> None:
    assert text("common.customers", "fr", count=count) == french
    assert text("common.customers", "en", count=count) == english


@pytest.mark.parametrize("key", ["common.no_such_text", "nowhere.at_all", "customers", ""])
def test_an_unknown_key_is_a_programming_error(key: str) -> None:
    with pytest.raises(UnknownTextError):
        text(key, "en")


def test_has_text() -> None:
    assert has_text("common.customers", "fr")
    assert not has_text("common.no_such_text", "fr")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (1234567, f"1{NARROW}234{NARROW}567", "1,234,567"),
        (-1234.5, f"-1{NARROW}234,5", "-1,234.5"),
        (Decimal("0.1"), "0,1", "0.1"),
        (True, "True", "True"),
        (None, "None", "None"),
        ("1234", "1234", "1234"),
        (dt.date(2011, 12, 9), "9 déc. 2011", "9 Dec 2011"),
        (["a", 1000], f"a, 1{NARROW}000", "a, 1,000"),
        ((), "", ""),
    ],
)
def test_spoken(value: object, french: str, english: str) -> None:
    assert texts.spoken(value, "fr") == french
    assert texts.spoken(value, "en") == english


def test_spoken_moment() -> None:
    moment = dt.datetime.fromisoformat("2011-12-09T12:50:00")
    assert texts.spoken(moment, "fr").startswith("9 déc. 2011")
    assert "12:50" in texts.spoken(moment, "en")


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        ((19320543.44, "GBP"), f"19{NARROW}320{NARROW}543,44{WIDE}£", "£19,320,543.44"),
        ((-0.005, "EUR"), f"-0,00{WIDE}€", "-€0.00"),
        ((Decimal("1.005"), None), "1,00", "1.00"),
        ((12, "JPY"), f"12,00{WIDE}¥", "¥12.00"),
    ],
)
def test_money(arguments: tuple[Any, Any], french: str, english: str) -> None:
    assert texts.money(*arguments, "fr") == french
    assert texts.money(*arguments, "en") == english


def test_compact_money_keeps_small_amounts_whole() -> None:
    assert texts.money(9999.99, "GBP", "en", compact=True) == "£9,999.99"
    assert texts.money(-19320543.44, "GBP", "en", compact=True) == "-£19.3M"
    assert texts.money(10_000, None, "en", compact=True) == "10K"
    assert texts.money(1234.5, "EUR", "fr", decimals=0) == f"1{NARROW}234{WIDE}€"


def test_number_and_percent() -> None:
    assert texts.number(0.5, "fr", decimals=2) == "0,50"
    assert texts.number(1234.5, "en") == "1,234"
    assert texts.percent(0.2099, "fr") == f"21,0{WIDE}%"
    assert texts.percent(-0.2099, "en", decimals=0) == "-21%"


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"HABITUE_LANG": "fr", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"HABITUE_LANG": "EN"}, "en"),
        ({"HABITUE_LANG": "de", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({}, "fr"),
    ],
)
def test_preferred_lang(environ: dict[str, str], lang: Lang) -> None:
    assert preferred_lang(environ) == lang


@pytest.mark.parametrize(
    ("said", "lang"),
    [("C", "fr"), ("C.UTF-8", "fr"), ("French_France.1252", "fr"), ("English_Canada.1252", "en")],
)
def test_preferred_lang_asks_the_system_last(
    monkeypatch: pytest.MonkeyPatch, said: str, lang: Lang
) -> None:
    for name in ("HABITUE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.setlocale", lambda _category: said)
    assert preferred_lang() == lang


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    first, eleventh = dt.date(2011, 10, 1), dt.datetime(2011, 10, 11, 9, 5, tzinfo=dt.UTC)
    assert texts.spoken(first, "fr") == "1er oct. 2011"
    assert texts.spoken(first, "en") == "1 Oct 2011"
    assert texts.spoken(eleventh, "fr").startswith("11 oct. 2011")
