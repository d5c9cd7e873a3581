"""What a scenario is about, in words that agree with how many there are."""

from __future__ import annotations

import datetime as dt

import pytest

from habitue.charts.scenario_words import target
from habitue.core.scenario.plan import Plan
from habitue.texts import Lang

MARCH, APRIL = dt.date(2010, 3, 1), dt.date(2010, 4, 1)


@pytest.mark.parametrize(
    ("lang", "one", "two", "both"),
    [
        ("fr", "cohorte mars 2010", "cohortes mars 2010, avr. 2010",
         "segment Champions · cohorte mars 2010"),
        ("en", "cohort Mar 2010", "cohorts Mar 2010, Apr 2010",
         "segment Champions · cohort Mar 2010"),
    ],
)  # fmt: skip
def test_one_is_named_as_one(lang: Lang, one: str, two: str, both: str) -> None:
    assert target(Plan(cohorts=(MARCH,)), lang) == one
    assert target(Plan(cohorts=(MARCH, APRIL)), lang) == two
    assert target(Plan(cohorts=(MARCH,), segments=("champions",)), lang) == both
