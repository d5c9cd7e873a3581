"""Levers in words, plans in files: what is written is read back, what cannot be is said."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.plan import MAX_BYTES, PRESETS, Plan
from habitue.core.scenario.spelling import levers_of, spelt
from habitue.errors import RequestError

hundredths = st.integers(-9_000, 9_000).map(lambda whole: whole / 10_000)
shares = st.integers(0, 10_000).map(lambda whole: whole / 10_000)
discounts = st.builds(Discount, depth=shares, share=shares)
levers = st.builds(
    Levers,
    retention_relative=hundredths,
    retention_points=hundredths,
    retention_from_age=st.integers(0, 24),
    retention_months=st.integers(0, 36),
    frequency=hundredths,
    discount=discounts,
    discount_by_segment=st.dictionaries(st.sampled_from(["Champions", "At Risk"]), discounts),
    elasticity=st.integers(0, 40).map(lambda whole: whole / 10),
    basket=hundredths,
    return_rate=hundredths,
    margin=hundredths,
    annual_rate=shares,
    cac=st.none() | st.integers(0, 500).map(float),
    reach=shares,
    cost_per_customer=st.integers(0, 50).map(float),
    fixed_cost=st.integers(0, 5000).map(float),
)
plans = st.builds(
    Plan,
    name=st.text(max_size=20).map(str.strip),
    cohorts=st.lists(st.dates().map(lambda day: day.replace(day=1)), max_size=2).map(tuple),
    segments=st.lists(st.sampled_from(["Champions", "Lost"]), max_size=2).map(tuple),
    months=st.integers(1, 36),
    acquisitions=st.integers(0, 900).map(float),
    levers=levers,
)


@given(plan=plans)
def test_yaml_gives_the_plan_back(plan: Plan) -> None:
    assert Plan.read(plan.to_yaml()) == plan


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"retention": "+5%"}, Levers(retention_relative=0.05)),
        ({"retention": "+2pt"}, Levers(retention_points=0.02)),
        ({"retention": ["+5%", "-1pt"]}, Levers(retention_relative=0.05, retention_points=-0.01)),
        ({"retention": "\u22125 %".replace(" ", "")}, Levers(retention_relative=-0.05)),
        ({"margin": "-3,5pts"}, Levers(margin=-0.035)),
        ({"margin": 0.03}, Levers(margin=0.03)),
        ({"discount": "10%", "discount_share": "50%"},
         Levers(discount=Discount(depth=0.1, share=0.5))),
        ({"discount_by_segment": "Champions=10%"},
         Levers(discount_by_segment={"Champions": Discount(depth=0.1)})),
        ({"annual_rate": 0.1}, Levers()),
        ({}, Levers()),
    ],
)  # fmt: skip
def test_words(told: dict[str, Any], expected: Levers) -> None:
    assert levers_of(told) == expected


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"retention": "more"}, "lever_not_a_number"),
        ({"retention": True}, "lever_not_a_number"),
        ({"margin": "3%"}, "lever_points"),
        ({"discount": "10pt"}, "lever_unit"),
        ({"cac": "5%"}, "lever_unit"),
        ({"retention_months": "1.5"}, "not_whole"),
        ({"discount_by_segment": "Champions"}, "not_a_segment_discount"),
        ({"discount_by_segment": 3}, "not_a_segment_discount"),
        ({"magic": 1}, "unknown_word"),
        ({"discount": "120%"}, "lever_share_outside"),
    ],
)
def test_words_that_cannot_be_are_explained(told: dict[str, Any], key: str) -> None:
    with pytest.raises(RequestError) as refusal:
        levers_of(told)
    assert refusal.value.key == key
    assert "{" not in refusal.value.say("fr") + refusal.value.say("en")


@pytest.mark.parametrize("preset", PRESETS.values())
def test_presets_are_spelt_and_read(preset: Levers) -> None:
    assert preset.moved()
    assert levers_of(spelt(preset)) == preset


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("name: [\n", "yaml_unreadable"),
        ("- a\n- b\n", "scenario_not_keys"),
        ("nom: x\n", "scenario_key"),
        ("levers: 3\n", "scenario_not_keys"),
        ("cohorts: [soon]\n", "not_a_month"),
        ("horizon_months: many\n", "not_a_number"),
        ("horizon_months: 99\n", "horizon_outside"),
        ("acquisitions: -1\n", "acquisitions_negative"),
        (f"name: {'x' * 81}\n", "scenario_name_long"),
    ],
)
def test_files_that_are_no_scenario_are_explained(words: str, key: str) -> None:
    with pytest.raises(RequestError) as refusal:
        Plan.read(words)
    assert refusal.value.key == key
    assert "{" not in refusal.value.say("fr") + refusal.value.say("en")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    plan = Plan(name="Été", cohorts=(dt.date(2011, 3, 1),), levers=Levers(margin=0.03))
    path.write_text(plan.to_yaml(), "utf-8")
    assert Plan.read(path) == plan
    path.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(RequestError, match="large"):
        Plan.read(path)
    with pytest.raises(RequestError) as refusal:
        Plan.read(tmp_path / "absent.yaml")
    assert refusal.value.key == "file_unreadable"
