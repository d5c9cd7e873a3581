"""Figures that stand in the prose of the handbook, found again in the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handbook.pages import DOCS

from habitue.texts import LANGS, Lang
from habitue.workspace import open_store

PAIRS = (("table", "grid"), ("table", "ranges"), ("grid", "ranges"))


@pytest.mark.data
@pytest.mark.parametrize("lang", LANGS)
def test_rule_sets_overlap_as_printed(real_store: Path, lang: Lang) -> None:
    page = (DOCS / lang / "concepts" / "segments.md").read_text("utf-8")
    [told] = re.findall(r"On Online Retail II.*?\(\[|Sur Online Retail II.*?\(\[", page)
    printed = [float(one.replace(",", ".")) for one in re.findall(r"\d+[.,]\d", told)]

    shop = open_store(real_store)
    both = [shop.disagreement(first=first, second=second) for first, second in PAIRS]
    everyone = shop.kpis().customers_ever
    assert printed == [round(100 * one.customers / everyone, 1) for one in both]
    # The guide says "a quarter to a third of the codes".
    assert all(0.25 < one.codes / one.every_code < 0.36 for one in both)


@pytest.mark.data
def test_four_names_of_the_ranges_never_come_up(real_store: Path) -> None:
    found = open_store(real_store).segments(rules="ranges").table.to_pylist()
    assert len(found) == 11
    assert sum(row["customers"] == 0 for row in found) == 4
