"""The glossary is whole in both languages, and its worked examples come out right."""

from __future__ import annotations

import datetime as dt
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binomtest, trim_mean

from habitue import glossary
from habitue.glossary import Entry, entries, entry, help_text
from habitue.schema import NORTH_STAR_DAYS, WHOLESALE_FACTOR
from habitue.texts import LANGS, Lang, UnknownTextError, money

if TYPE_CHECKING:
    from pathlib import Path

EVERY = [pytest.param(lang, one, id=f"{lang}-{one.id}") for lang in LANGS for one in entries(lang)]
PAIRS = [
    pytest.param(fr, en, id=en.id) for fr, en in zip(entries("fr"), entries("en"), strict=True)
]
PROSE = ("short", "definition", "example", "not_this", "yours")
SHOWN = ("term", *PROSE, "formula", "unit", "source")


def _figures(sentence: str, lang: Lang) -> Counter[Decimal]:
    """Read the numbers of a sentence written the way the language writes them."""
    if lang == "fr":
        plain = sentence.replace("\N{NARROW NO-BREAK SPACE}", "")
        plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    else:
        plain = re.sub(r"(?<=\d),(?=\d{3})", "", sentence)
    found = re.findall(r"(\N{MINUS SIGN}?)[€£]?(\d+(?:\.\d+)?)", plain)
    return Counter(Decimal(("-" if sign else "") + digits) for sign, digits in found)


def _rounded(*values: float, to: int = 2) -> list[Decimal]:
    return [Decimal(f"{value:.{to}f}") for value in values]


def _wilson(successes: int, trials: int) -> list[Decimal]:
    test = binomtest(successes, trials)
    interval = test.proportion_ci(0.95, "wilson")
    return _rounded(100 * test.statistic, 100 * interval.low, 100 * interval.high, to=1)


def _returned_by(day: int, waits: list[tuple[int, bool]]) -> float:
    """Kaplan-Meier over (days, came back)."""
    waiting = 1.0
    for then in sorted(days for days, back in waits if back and days <= day):
        waiting *= 1 - 1 / sum(days >= then for days, _ in waits)
    return 1 - waiting


def _computed() -> dict[str, list[Decimal]]:
    first, later = dt.date(2011, 3, 1), dt.timedelta(days=NORTH_STAR_DAYS)
    baskets, spends = [20, 30, 100], [10, 12, 15, 20, 30, 60, 400]
    customers = [20, *[100] * 18, 5000]
    jan, mar = dt.date(2011, 1, 20), dt.date(2011, 3, 2)
    m, r, d, a_month = 10, 0.8, 0.1, 1.1 ** (1 / 12)
    a_month_of_margin = 1.8 * 45 * 0.40 / 12
    ordered_on = ["monday", "monday", "thursday"]
    occasions = len(set(ordered_on))
    return {
        "D1": _rounded(6 * 2.55),
        "D2": _rounded(-12 * 2.10),
        "D3": _rounded(15.30 + 20.34 + 22.00),
        "D4": _rounded(len(ordered_on), occasions, occasions - 1),
        "D5c": _rounded(WHOLESALE_FACTOR * 300, (800 + 1200) / 2),
        "D6": _rounded(1_038_480 + 22_523 + 17 + 330 + 6_021),
        "D9": _rounded(10 * 5, -4 * 5, (10 - 4) * 5),
        "D11": _rounded(20_491_700.99 - 1_171_157.55),
        "D11b": _rounded(sum(baskets), statistics.mean(baskets), statistics.median(baskets)),
        "D12": _rounded((first + later).day, (first + later).day),
        "D13": _rounded(
            statistics.mean(customers), statistics.median(customers), trim_mean(customers, 0.05)
        ),
        "D14": _rounded((1000 + 200) / (100 + 50)),
        "D15": _rounded(1000 - 12),
        "D16": _rounded(mar.month - jan.month, (mar - jan).days, (mar - jan).days // 30),
        "D16b": _rounded(4 - 1, 4 - 1 + 1),
        "D17": _wilson(20, 100),
        "D18": _rounded(100 * (40 + 30) / (100 + 300), 100 * (40 / 100 + 30 / 300) / 2, to=1),
        "D18b": _wilson(900, 4286),
        "D18c": _rounded(30 + 10, 120 + 80, to=0)
        + _rounded(100 * (30 + 10) / (120 + 80), 100 * 45 / 150, to=1),
        "D19": _rounded(100 * 1324 / 5650, 100 * 990 / 4696, to=1),
        "D20": _rounded(2000 / 200, 2000 / 40, 2000 / 50),
        "D20b": _rounded(100 * 40 / 50, 100 * 18 / 30, 100 * (40 + 18) / (50 + 30), to=1),
        "D20c": _rounded(100, -30, 100 - 30),
        "D20d": _rounded(
            220 * 5,
            10_000 * 0.02,
            4000 - 220 * 5 - 10_000 * 0.02,
            4000 - 220 * 5 - 10_000 * 0.02 - 200 * 9,
            (4000 - 220 * 5 - 10_000 * 0.02) / 200 - 9,
        ),
        "D21": _rounded(30 + 8 + 6),
        "D22": _rounded(*np.quantile(spends, [0.25, 0.5, 0.75]), statistics.mean(spends)),
        "D23": _rounded(
            100 * _returned_by(40, [(10, True), (40, True), (20, False), (60, False)]), 100 * 2 / 4
        ),
        "D24": _rounded((dt.date(2011, 12, 10) - dt.date(2011, 12, 2)).days, 2, 50 + 80 - 10),
        "D25": _rounded(10 / 5),
        "D26": _rounded(5**3),
        "D27": _rounded(100 * 120 / 1000, 100 * 36_000 / 90_000, 36_000 / 300),
        "D28": _rounded(100 * 30 / 200),
        "D29": _rounded(200 * 0.40),
        "D30": _rounded(m * r / (1 + d - r), m * (1 + d) / (1 + d - r), 100 * (a_month - 1)),
        "D31": _rounded(
            12 * a_month_of_margin, sum(a_month_of_margin / a_month**k for k in range(1, 13))
        ),
        "D32": _rounded(120 + 32.40),
        "D32b": _rounded(100 / 10, 100 / 100),
        "D32c": _rounded(200 * 0.26),
        "D33": _rounded(100 * 0.95, 100 * (1 - 0.95)),
        "D34": _rounded(100 * (870 / 1000 - 1), to=1),
        "D35": _rounded(100 * (6 + 5)),
        "D36": _rounded(
            100 * (1 - 0.10),
            100 * (1 - 0.30),
            100 * (1 - 0.10) - 100 * (1 - 0.30),
            100 * 0.30 * (1 - 0.10),
            20 + 2,
            20 * 1.05,
        ),
        "D37": _rounded(100 * (0.40 / (0.40 - 0.10) - 1), 90 / 30, to=1),
        "D38": _rounded(120 - 12 - 3),
        "D39": _rounded(1000 * 0.10, 1000 * (1 - 0.10), 8 - 6),
    }


COMPUTED = _computed()


def test_all_forty_definitions_are_there_in_order() -> None:
    ids = [one.id for one in entries("en")]
    assert [name for name in ids if name[-1].isdigit()] == [f"D{n}" for n in range(1, 41)]
    mothers = [name.rstrip("bcdefgh") for name in ids]
    assert mothers == sorted(mothers, key=lambda name: int(name[1:]))


@pytest.mark.parametrize(("fr", "en"), PAIRS)
def test_both_languages_hold_the_same_fields(fr: Entry, en: Entry) -> None:
    for same in ("id", "slug", "see", "facts"):
        assert getattr(fr, same) == getattr(en, same)
    assert [getattr(fr, name) is None for name in SHOWN] == [
        getattr(en, name) is None for name in SHOWN
    ]


@pytest.mark.parametrize(("fr", "en"), PAIRS)
def test_examples_hold_the_same_figures_in_both_languages(fr: Entry, en: Entry) -> None:
    assert _figures(fr.example, "fr") == _figures(en.example, "en")


@pytest.mark.parametrize("name", COMPUTED)
def test_examples_come_out_as_computed(name: str) -> None:
    for lang in LANGS:
        shown = _figures(entry(name, lang).example, lang)
        assert Counter(COMPUTED[name]) <= shown, lang


def test_every_example_with_arithmetic_is_computed() -> None:
    signs = re.compile("[=÷\N{MULTIPLICATION SIGN}+]")
    with_arithmetic = {one.id for one in entries("en") if signs.search(one.example)}
    assert with_arithmetic - COMPUTED.keys() <= {"D40"}, "D40 shows a formula that must not run"


@pytest.mark.data
def test_figures_of_online_retail_are_those_of_the_golden_file(shared: Path) -> None:
    golden = json.loads((shared / "golden" / "online_retail_II.json").read_text())
    standard = golden["standard"]
    star, kept = standard["north_star_returns_excluded"], standard["kept"]
    whole, without = (
        standard[f"pooled_retention_{which}"] for which in ("all_cohorts", "without_first_cohort")
    )
    lines = [count for count, _ in standard["excluded"].values()]
    expected = {
        "D6": [golden["raw"]["lines"], kept["lines"], *lines],
        "D11": [kept["gross"], kept["returns"], kept["net"]],
        "D12": [star["value"], star["median"], star["n"]],
        "D18b": without["3"],
        "D19": [*whole["1"], *without["1"]],
    }
    for name, figures in expected.items():
        assert Counter(_rounded(*figures)) <= _figures(entry(name).example, "en"), name


@pytest.mark.parametrize(("lang", "one"), EVERY)
def test_related_entries_exist(lang: Lang, one: Entry) -> None:
    assert one.see
    assert one.id not in one.see
    assert len({entry(other, lang) for other in one.see}) == len(one.see)


@pytest.mark.parametrize(("lang", "one"), EVERY)
def test_texts_are_whole_and_clean(lang: Lang, one: Entry) -> None:
    for name in SHOWN:
        value = getattr(one, name)
        if value is None:
            assert name in {"yours", "source"}
            continue
        assert value.strip() == value != ""
        assert not re.search(r"""['"]|  |\n""", value), name
        assert name not in PROSE or value.endswith("."), name
        if name not in {"formula", "unit"}:  # the first is shown as code
            assert not re.search(r"[$*`~<>]|:[a-z]+[\[:]|\bTODO\b", value), "markdown would eat it"
        assert name == "yours" or not re.search(r"[{}]", value), name
    assert one.short.count(". ") == 0
    assert "`" not in one.formula
    assert all(name.isidentifier() for name in one.facts)


@pytest.mark.parametrize("one", entries("fr"), ids=lambda one: one.id)
def test_french_keeps_its_signs_with_their_word(one: Entry) -> None:
    for name in SHOWN:
        value = getattr(one, name) or ""
        assert not re.search(r" [:;?!»%€£]|« |\d \d{3}\b", value), name
        assert not re.search(r"[^\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}][:;?!%€£]", value)


@pytest.mark.parametrize("one", entries("fr"), ids=lambda one: one.id)
def test_french_is_not_english(one: Entry) -> None:
    english = entry(one.id, "en")
    assert all(getattr(one, name) != getattr(english, name) for name in PROSE if getattr(one, name))


def test_ids_and_slugs_name_one_entry_each() -> None:
    names = [name for one in entries() for name in (one.id, one.slug)]
    assert len(set(names)) == len(names)
    assert all(entry(one.slug, "fr").id == one.id for one in entries())
    with pytest.raises(UnknownTextError):
        entry("D41")


def test_help_shows_the_readers_own_figures() -> None:
    shown = help_text(
        "north_star",
        "fr",
        value=money(857.8, "GBP", "fr"),
        median=money(415.4, "GBP", "fr"),
        n=5272,
        waiting=600,
    )
    *explanation, own = shown.split("\n\n")
    assert own.startswith("Ici")
    assert "857,80" in own
    assert "5\N{NARROW NO-BREAK SPACE}272" in own
    assert explanation == help_text("D12", "fr").split("\n\n")
    assert explanation[0].endswith("](help?definition=D12&lang=fr)")
    one = entry("D12", "fr")
    for part in (one.definition, one.unit, f"`{one.formula}`", one.example):
        assert part in shown


@pytest.mark.parametrize("lang", LANGS)
def test_help_of_every_entry_can_be_filled(lang: Lang) -> None:
    for one in entries(lang):
        shown = help_text(one.slug, lang, **{name: f"%{name[::-1].upper()}" for name in one.facts})
        plain = shown.replace("\\", "")
        assert all(f"%{name[::-1].upper()}" in plain for name in one.facts)
        assert shown.count("\n\n") == 3 + bool(one.facts)


def test_help_without_a_known_figure_leaves_the_line_out() -> None:
    unknown = help_text("north_star", value=None, median=None, n=0, waiting=12)
    assert unknown == help_text("north_star")


def test_help_never_lets_a_figure_become_markup() -> None:
    shown = help_text("aov", value="$1 and $2", orders="*7*")
    assert r"Here: \$1 and \$2, over \*7\* orders." in shown


@pytest.mark.parametrize("facts", [{"value": 1}, {"value": 1, "orders": 2, "n": 3}])
def test_help_refuses_facts_that_the_entry_does_not_name(facts: dict[str, int]) -> None:
    with pytest.raises(TypeError, match=r"aov takes \['orders', 'value'\]"):
        help_text("aov", "en", **facts)


def test_defaults_are_those_of_the_code() -> None:
    for lang in LANGS:
        assert f"{NORTH_STAR_DAYS}" in entry("north_star", lang).term
        assert f"{WHOLESALE_FACTOR:g}" in entry("customer_type", lang).definition


def test_nothing_is_read_before_it_is_asked_for() -> None:
    code = "from habitue import glossary; print(glossary._read.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "0"


def test_reading_takes_less_than_fifty_milliseconds() -> None:
    spent = []
    for _ in range(3):
        glossary._read.cache_clear()
        started = time.process_time()
        glossary._read("fr")
        spent.append(time.process_time() - started)
    assert min(spent) < 0.050
