"""The tables of docs/backtest-clv.md, made again from the data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from habitue.core.clv.backtest import MODEL, Origin, Score
from habitue.core.clv.forecast import Calendar, Forecaster
from habitue.core.clv.occasions import Occasions
from habitue.workspace import open_store
from habitue.workspace.clv_desk import EPOCH

pytestmark = [pytest.mark.data, pytest.mark.slow]
DAYS = 183


class AtCut(NamedTuple):
    """What both methods did at a cut, by unit."""

    published: dict[str, Score]
    model: dict[str, Score]
    holds: dict[str, bool]


@pytest.fixture(scope="module")
def at(real_store: Path) -> Callable[[str], AtCut]:
    shop = Occasions.read(open_store(real_store).occasions())
    calendar, made = Calendar(shop), dict[str, AtCut]()
    ours, plain = Forecaster(shop, "mbgnbd", calendar=calendar), Forecaster(shop, "bgnbd")

    def known(day: str) -> AtCut:
        if day not in made:
            cut = (dt.datetime.strptime(day, "%d %b %Y").date() - EPOCH).days  # noqa: DTZ007 - a day
            tested = Origin.of(ours, cut, DAYS)
            made[day] = AtCut(
                {one.unit: one for one in Origin.of(plain, cut, DAYS).scores("published")},
                {one.unit: one for one in tested.scores(MODEL)},
                {one.unit: one.holds for one in tested.coverage()},
            )
        return made[day]

    return known


@pytest.mark.parametrize(
    ("day", "window", "error", "mae"),
    [("9 Dec 2010", 365, 0.54, 2.53), ("9 Jun 2011", 183, -0.01, 1.05),
     ("9 Sep 2011", 90, -0.23, 0.69)],
)  # fmt: skip
def test_plain_models_miss_as_the_reference_says(
    real_store: Path, day: str, window: int, error: float, mae: float
) -> None:
    shop = Occasions.read(open_store(real_store).occasions())
    cut = (dt.datetime.strptime(day, "%d %b %Y").date() - EPOCH).days  # noqa: DTZ007 - a day
    found = Origin.of(Forecaster(shop, "bgnbd"), cut, window).scores("published")[0]
    assert found.error == pytest.approx(error, abs=0.005)
    assert found.mae == pytest.approx(mae, abs=0.0051)


def rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading."""
    printed = (Path(__file__).parents[3] / "docs" / "backtest-clv.md").read_text("utf-8")
    part = printed.split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]


def share(cell: str) -> float:
    found = re.match(r"[+-][\d.]+", cell)
    assert found
    return float(found[0])


@pytest.mark.parametrize(
    ("heading", "unit", "column"), [("What each step", "orders", 3), ("In money", "money", 3)]
)
def test_each_cut_is_as_printed(
    at: Callable[[str], AtCut], heading: str, unit: str, column: int
) -> None:
    table = rows(heading)
    assert len(table) == 12
    for row in table:
        found = at(row[0])
        assert 100 * found.published[unit].error == pytest.approx(share(row[1]), abs=0.0501), row
        assert 100 * found.model[unit].error == pytest.approx(share(row[column]), abs=0.0501), row
        assert found.holds[unit] == (row[-1] == "holds"), row


@pytest.mark.parametrize("days", [90, 183])
def test_the_trust_card_is_as_printed(real_store: Path, days: int) -> None:
    desk = open_store(real_store)
    told = {mode: desk.trust(horizon_days=days, returns=mode).scores.to_pylist()
            for mode in ("include", "neutralise")}  # fmt: skip
    errors = {
        (mode, row["unit"], f"{row['cut']:%-d %b %Y}, {days}"): 100 * row["error"]
        for mode, scores in told.items() for row in scores if row["method"] == MODEL
    }  # fmt: skip
    table = [row for row in rows("What the trust card") if row[0].endswith(f", {days}")]
    assert len(table) == 4
    for cut, orders, money, neutral in table:
        assert errors["include", "orders", cut] == pytest.approx(share(orders), abs=0.0501)
        assert errors["include", "money", cut] == pytest.approx(share(money), abs=0.0501)
        assert errors["neutralise", "money", cut] == pytest.approx(share(neutral), abs=0.0501)
