"""On a terminal every cell and title is in the reader's words; files keep the keys."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from habitue.charts.periods import period_name
from habitue.core.segments.rules import rule_set
from habitue.data.store import Store
from habitue.schema import Grain
from habitue.schema.values import day
from habitue.texts import LANGS, Lang, text

ASKED = (
    ("cohorts",), ("cohorts", "--breakdown", "basket_band"), ("cohorts", "--measure", "retention"),
    ("cohorts", "--breakdown", "customer_type"), ("cohorts", "--cac", "20"), ("pooled",),
    ("pooled", "--cac", "20"), ("pooled", "--measure", "revenue"), ("rfm",), ("segments",),
    ("clv",), ("trust",), ("forecast",), ("exports",), ("snapshots",), ("quality",), ("kpis",),
    ("sensitivity",), ("sensitivity", "--lever", "basket"),
)  # fmt: skip
_KEYS = {"at", "who", "what", "rows", "low", "high", "side", "cac", "group", "cohort", "active"}
"""Columns that are one plain word, which no reader should meet as it is."""


def _around(store: Path) -> tuple[str, str]:
    """Give a day with cohorts before and after it."""
    current = Store(store).current()
    assert current.first_day is not None
    assert current.last_day is not None
    half = (current.last_day - current.first_day) / 2
    return "--event", (current.first_day + half).isoformat()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_no_key_is_shown(run: Run, store: Path, words: tuple[str, ...], lang: Lang) -> None:
    ended = run(*words, "--store", store, "--lang", lang)
    assert ended.code == 0
    assert re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", ended.out) == []
    titles = next(iter(ended.out.splitlines()), "")
    assert not {*re.split(" {3,}", titles)} & _KEYS


@pytest.mark.parametrize("lang", LANGS)
def test_segments_are_named_as_on_screen(run: Run, store: Path, lang: Lang) -> None:
    told = run("rfm", "--store", store, "--lang", lang).out.splitlines()[1:]
    keyed = [*csv.DictReader(io.StringIO(run("rfm", "--store", store, "--format", "csv").out))]
    rules = rule_set("table")
    assert len(told) == len(keyed) > 10
    for line, row in zip(told, keyed, strict=True):
        assert line.endswith(rules.named(row["rfm_segment"]).title(lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("grain", list(Grain))
def test_periods_are_named_not_dated(run: Run, store: Path, grain: Grain, lang: Lang) -> None:
    asked = ("cohorts", "--store", store, "--grain", grain)
    told = run(*asked, "--lang", lang).out.splitlines()[1:]
    keyed = [*csv.DictReader(io.StringIO(run(*asked, "--format", "csv").out))]
    assert len(told) == len(keyed)
    for line, row in zip(told, keyed, strict=True):
        assert line.startswith(period_name(day("cohort", row["cohort"]), grain, lang))


@pytest.mark.parametrize("lang", LANGS)
def test_sides_of_an_event_are_named_with_its_day(run: Run, store: Path, lang: Lang) -> None:
    event = _around(store)
    sides = {text(f"cohorts.event_{one}", lang, day=day("day", event[1])) for one in
             ("before", "after")}  # fmt: skip
    for command in ("cohorts", "pooled"):
        out = run(command, "--store", store, "--lang", lang, *event).out
        lines = out.splitlines()[1:]
        assert lines
        assert {side for side in sides if any(side in line for line in lines)} == sides
        assert all(any(side in line for side in sides) for line in lines)


def test_shares_are_written_as_shares_and_money_is_not(run: Run, store: Path) -> None:
    share = run("pooled", "--store", store, "--measure", "retention").out.splitlines()[1]
    money = run("pooled", "--store", store, "--measure", "revenue").out.splitlines()[1]
    assert share.count("100.0%") == 4  # rate, its upper bound rounded, the value, its median
    assert money.count("%") == share.count("%") - 2
