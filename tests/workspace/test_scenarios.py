"""Scenarios on a sample shop: no query on a slider, the same numbers everywhere, files kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from habitue.cli import main
from habitue.core.scenario.levers import Discount, Levers
from habitue.core.scenario.plan import Plan
from habitue.data.samples import write_shop
from habitue.errors import HabitueError, RequestError
from habitue.workspace import Workspace, ingest, open_store
from habitue.workspace.scenario_files import Shelf


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    sources = write_shop(folder, 6_000, seed=5, format="csv").sources
    home = folder / "store"
    ingest(sources, store=home)
    return home


@pytest.fixture(scope="module")
def shop(store: Path) -> Workspace:
    return open_store(store)


@pytest.fixture
def queries(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the engine while the test runs."""
    asked: list[str] = []
    engine = shop._engine
    for name in ("run", "ask", "hold"):
        plain = getattr(engine, name)

        def heard(*args: Any, _name: str = name, _plain: Any = plain) -> Any:
            asked.append(_name)
            return _plain(*args)

        monkeypatch.setattr(engine, name, heard)
    return asked


def test_moving_a_slider_asks_nothing_of_the_engine(shop: Workspace, queries: list[str]) -> None:
    shop.scenario(Plan(months=6), as_of=str(shop.shop().last_day - dt.timedelta(days=40)))
    assert queries
    day = str(shop.shop().last_day - dt.timedelta(days=40))
    queries.clear()
    for step in range(10):
        levers = Levers(
            retention_relative=step / 100, margin=step / 200, discount=Discount(depth=step / 50)
        )
        shop.scenario(Plan(months=6 + step, acquisitions=step, levers=levers), as_of=day)
        shop.scenario(Plan(levers=levers), as_of=day, margin_rate=str(0.2 + step / 100))
    assert queries == []


def test_segments_share_out_the_whole(shop: Workspace, queries: list[str]) -> None:
    whole = shop.scenario().outcome
    names = sorted(set(shop.rfm()["rfm_segment"].to_pylist()))
    each = [shop.scenario(Plan(segments=(name,))).outcome for name in names]
    assert sum(one.customers for one in each) == whole.customers
    for figure in ("revenue", "margin", "orders"):
        parts = sum(one.figures[figure].baseline for one in each)
        assert parts == pytest.approx(whole.figures[figure].baseline, rel=1e-6)
    queries.clear()
    shop.scenario(Plan(segments=("Champions",), levers=Levers(margin=0.01)))
    assert queries == []


def test_a_discount_by_segment_leaves_the_baseline_alone(shop: Workspace) -> None:
    whole = shop.scenario().outcome.figures["margin"].baseline
    levers = Levers(discount_by_segment={"Champions": Discount(depth=0.2)})
    figure = shop.scenario(Plan(levers=levers)).outcome.figures["margin"]
    assert figure.baseline == pytest.approx(whole, rel=1e-6)
    assert figure.scenario < figure.baseline
    champions = shop.scenario(
        Plan(segments=("champions",), levers=Levers(discount=Discount(depth=0.2)))
    )
    assert champions.outcome.figures["margin"].difference == pytest.approx(
        figure.difference, rel=1e-6
    )


def test_cohorts_add_up_to_all(shop: Workspace) -> None:
    whole = shop.scenario().outcome
    months = shop.cohort_months()
    half = len(months) // 2
    parts = [shop.scenario(Plan(cohorts=some)).outcome for some in (months[:half], months[half:])]
    assert sum(one.customers for one in parts) == whole.customers
    assert sum(one.figures["revenue"].baseline for one in parts) == pytest.approx(
        whole.figures["revenue"].baseline
    )


def test_forecast_ages_add_up_to_months(shop: Workspace) -> None:
    found = shop.forecast(months=5)
    ahead = found.ahead
    for name in ("revenue", "orders", "active"):
        assert ahead.by_age[name].sum(axis=0) == pytest.approx(getattr(ahead.months, name))
    assert found.by_month().num_rows == 5
    by_age = found.by_age().to_pandas().groupby("month")["revenue"].sum()
    assert by_age.to_numpy() == pytest.approx(ahead.months.revenue)
    assert found.acquisitions == found.basis.pace > 0
    fewer = shop.forecast(months=5, acquisitions=0)
    assert fewer.ahead.months.revenue.sum() < ahead.months.revenue.sum()


@pytest.mark.parametrize(
    ("plan", "key"),
    [
        (Plan(cohorts=(dt.date(1999, 1, 1),)), "unknown_cohort"),
        (Plan(segments=("Nobody",)), "unknown_segment"),
        (
            Plan(
                segments=("Champions",),
                levers=Levers(discount_by_segment={"Lost": Discount(depth=0.1)}),
            ),
            "discount_outside_target",
        ),
    ],
)
def test_targets_that_cannot_be_are_explained(shop: Workspace, plan: Plan, key: str) -> None:
    with pytest.raises(RequestError) as refusal:
        shop.scenario(plan)
    assert refusal.value.key == key
    assert "{" not in refusal.value.say("fr") + refusal.value.say("en")


def test_command_line_is_the_library(
    shop: Workspace, store: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    plan = Plan(
        name="Autumn",
        segments=("Champions", "At Risk"),
        months=9,
        levers=Levers(
            retention_relative=0.05, retention_points=0.01, margin=0.03, cac=40.0,
            discount=Discount(depth=0.1, share=0.5), elasticity=1.5,
            discount_by_segment={"At Risk": Discount(depth=0.2)},
        ),
    )  # fmt: skip
    expected = json.loads(json.dumps(shop.scenario(plan).to_dict()))
    file = tmp_path / "plan.yaml"
    file.write_text(plan.to_yaml(), "utf-8")
    common = ["--store", str(store), "--format", "json", "--lang", "en"]
    words = [
        "--segment", "Champions", "--segment", "At Risk", "--months", "9", "--retention", "+5%",
        "--retention", "+1pt", "--margin", "+3pt", "--cac", "40", "--discount", "10%",
        "--discount", "At Risk=20%", "--discount-share", "50%", "--elasticity", "1.5",
    ]  # fmt: skip
    for command in (words, ["--plan", str(file)]):
        assert main(["scenario", *command, *common]) == 0
        assert json.loads(capsysbinary.readouterr().out) == expected
    assert main(["forecast", "--months", "3", *common]) == 0
    told = json.loads(capsysbinary.readouterr().out)
    assert told["months"] == shop.forecast(months=3).to_dict()["months"]


def test_command_line_explains_bad_words(
    store: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for words in (["--margin", "3%"], ["--months", "99"], ["--cohort", "soon"]):
        assert main(["scenario", "--store", str(store), "--lang", "fr", *words]) == 1
        said = capsysbinary.readouterr().err.decode()
        assert "Remède" in said
        assert "Traceback" not in said


def test_shelf(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "store")
    assert shelf.names() == []
    plans = [Plan(name=name, levers=Levers(margin=0.01)) for name in ("b", "../../etc", "Été ?")]
    for plan in plans:
        shelf.save(plan)
        assert shelf.read(plan.name) == plan
    files = sorted((tmp_path / "store" / "scenarios").iterdir())
    assert len(files) == 3
    assert shelf.names() == sorted((plan.name for plan in plans), key=str.casefold)
    changed = Plan(name="b", months=3)
    shelf.save(changed)
    assert shelf.read("b") == changed
    files[0].with_name("broken.yaml").write_text("- nothing", "utf-8")
    assert len(shelf.plans()) == 3
    shelf.delete("b")
    shelf.delete("b")
    with pytest.raises(HabitueError) as refusal:
        shelf.read("b")
    assert refusal.value.key == "scenario_missing"
    with pytest.raises(RequestError):
        shelf.save(Plan(name="  "))


def test_the_same_seed_gives_the_same_interval(store: Path, shop: Workspace) -> None:
    again = open_store(store).scenario(Plan(months=4)).outcome
    here = shop.scenario(Plan(months=4)).outcome
    assert again.figures["clv"] == here.figures["clv"]
    assert np.array_equal(again.baseline.low["revenue"], here.baseline.low["revenue"])
