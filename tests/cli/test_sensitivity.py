"""`sensitivity`: every change it tells is the one that a scenario of its own gives."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run

from habitue.core.scenario.levers import Levers
from habitue.core.scenario.outcome import FIGURES
from habitue.core.scenario.sensitivity import NUDGES, SWEEPS, value_of
from habitue.errors import RequestError
from habitue.texts import LANGS, Lang, text
from habitue.workspace import Workspace, open_store

_SPELT = {"return_rate": "pt", "margin": "pt", "retention_points": "pt"}


@pytest.fixture(scope="module")
def desk(store: Path) -> Workspace:
    return open_store(store)


def _levers(**moved: float) -> dict[str, Any]:
    """Spell levers as a scenario's file does."""
    told: dict[str, Any] = {}
    for name, value in moved.items():
        key = "retention" if name.startswith("retention_") else name
        plain = name == "elasticity"
        unit = "" if plain else _SPELT.get(name, "%")
        told[key] = value if plain else f"{value * 100:+.6f}{unit}"
    return {"levers": told}


def _figure(desk: Workspace, figure: str, **moved: float) -> float:
    return desk.scenario(_levers(**moved)).outcome.figures[figure].scenario


@pytest.mark.parametrize("figure", FIGURES)
def test_each_step_changes_what_its_scenario_does(desk: Workspace, figure: str) -> None:
    rest = _figure(desk, figure)
    rows = desk.sensitivity(figure=figure).to_pylist()
    assert {row["lever"] for row in rows} == set(NUDGES)
    for row in rows:
        ways = {"up": row["step"], "down": -row["step"]}
        if row["lever"] == "discount":  # which cannot go below nothing
            assert row["down"] == 0
            del ways["down"]
        for way, step in ways.items():
            moved = {row["lever"]: value_of(Levers(), row["lever"]) + step}
            there = _figure(desk, figure, **moved)
            assert there - rest == pytest.approx(row[way], abs=1e-9 * abs(rest), rel=1e-9)
    sizes = [max(abs(row["down"]), abs(row["up"])) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0


@pytest.mark.parametrize("lever", [*SWEEPS])
def test_a_swept_value_gives_what_its_scenario_gives(desk: Workspace, lever: str) -> None:
    plan = _levers(discount=0.1, elasticity=2.0) if lever != "reach" else _levers(basket=0.1)
    at_rest = desk.scenario().outcome.figures["margin"].scenario
    rows = desk.sweep(lever, plan).to_pylist()
    low, high = SWEEPS[lever]
    assert [rows[0]["value"], rows[-1]["value"]] == pytest.approx([low, high])
    assert len(rows) == 21
    for row in (rows[3], rows[-1]):
        moved = {"levers": plan["levers"] | _levers(**{lever: row["value"]})["levers"]}
        wanted = desk.scenario(moved).outcome.figures["margin"].scenario
        assert row["result"] == pytest.approx(wanted, rel=1e-9)
        assert row["change"] == pytest.approx(wanted - at_rest, rel=1e-9, abs=1e-6)


def test_two_levers_give_what_their_scenario_gives(desk: Workspace) -> None:
    rows = desk.sweep("discount", other="elasticity", figure="revenue").to_pylist()
    assert len(rows) == 81
    assert len({(row["value"], row["other"]) for row in rows}) == 81
    for row in (rows[0], rows[40], rows[-1]):
        moved = _levers(discount=row["value"], elasticity=row["other"])
        found = desk.scenario(moved).outcome.figures["revenue"]
        assert row["result"] == pytest.approx(found.scenario, rel=1e-9)
        assert row["change"] == pytest.approx(found.difference, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("words", [(), ("--lever", "basket"),
                                   ("--lever", "discount", "--lever", "elasticity")])  # fmt: skip
def test_the_rows_are_the_library_s(
    run: Run, store: Path, desk: Workspace, words: tuple[str, ...]
) -> None:
    asked = ("sensitivity", "--store", store, "--figure", "clv", "--retention", "+5%", *words)
    told = [*csv.DictReader(io.StringIO(run(*asked, "--format", "csv").out))]
    plan, levers = {"levers": {"retention": "+5%"}}, words[1::2]
    if levers:
        other = levers[1] if len(levers) > 1 else None
        wanted = desk.sweep(levers[0], plan, other=other, figure="clv").to_pylist()
    else:
        wanted = desk.sensitivity(plan, figure="clv").to_pylist()
    assert len(told) == len(wanted) > 0
    for row, mine in zip(told, wanted, strict=True):
        assert row.keys() == mine.keys()
        for name, value in mine.items():
            assert row[name] == value if isinstance(value, str) else float(row[name]) == value


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_names_the_levers(run: Run, store: Path, lang: Lang) -> None:
    page = run("sensitivity", "--store", store, "--lang", lang).out
    for lever in NUDGES:
        assert text(f"scenarios.lever_{lever}", lang) in page
    swept = run("sensitivity", "--store", store, "--lang", lang, "--lever", "discount").out
    assert "40.0%" in swept if lang == "en" else "40,0\N{NO-BREAK SPACE}%" in swept


def test_a_segment_is_weighed_alone(desk: Workspace) -> None:
    everyone = desk.sensitivity(figure="revenue").to_pylist()
    alone = desk.sensitivity({"segments": ["Champions"]}, figure="revenue").to_pylist()
    by_lever = {row["lever"]: row["up"] for row in everyone}
    for row in alone:
        assert abs(row["up"]) <= abs(by_lever[row["lever"]])
    assert 0 < max(row["up"] for row in alone) < max(by_lever.values())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lever", "price"), "price"),
        (("--figure", "profit"), "profit"),
        (("--lever", "basket", "--lever", "basket"), "named twice"),
        (("--lever", "basket", "--lever", "margin", "--lever", "reach"), "At most 2"),
    ],
)
def test_what_cannot_be_weighed_is_one_sentence(
    run: Run, store: Path, words: tuple[str, ...], said: str
) -> None:
    ended = run("sensitivity", "--store", store, *words)
    assert ended.code == 1
    assert ended.out == ""
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_the_library_refuses_too(desk: Workspace) -> None:
    with pytest.raises(RequestError, match="basket"):
        desk.sweep("basket", other="basket")
