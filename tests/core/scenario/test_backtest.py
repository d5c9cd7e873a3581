"""Forecasts made again from the past: on a made-up decline, and on Online Retail II."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.core.scenario.conftest import Make

from habitue.core.scenario.backtest import Tried, happened, tried, usual_error
from habitue.core.scenario.course import lay_out
from habitue.core.scenario.curves import curves
from habitue.core.scenario.levers import Levers
from habitue.core.scenario.noise import USUAL_ERROR, month_factors
from habitue.core.scenario.panel import Panel


def test_a_steady_decline_is_found_again(make_panel: Make) -> None:
    panel = make_panel(rate=0.9, rows=24)
    found = curves(panel, ages=36)
    assert found.retention[0, 0] == pytest.approx(0.9 ** np.arange(36), rel=1e-3)
    assert found.decline[0, 0] == pytest.approx(0.9, rel=1e-3)
    for months in (1, 3, 6):
        one = tried(panel, months_ago=months, months=months)
        assert one.forecast == pytest.approx(one.actual, rel=1e-3)


def test_the_season_is_told_apart_from_the_age(make_panel: Make) -> None:
    panel = make_panel(rate=0.95, rows=36)
    month = panel.month[:, None] + np.arange(36)
    lift = np.where(month % 12 == 11, 1.5, 1.0) * (np.arange(36) > 0) + (np.arange(36) == 0)
    from dataclasses import replace

    seasonal = replace(
        panel, **{n: getattr(panel, n) * lift for n in ("active", "orders", "gross")}
    )
    season = curves(seasonal, ages=40).season[0]
    # Drawn a little towards 1: three Decembers are not thirty.
    assert 1.35 < season[11] / np.delete(season, 11).mean() <= 1.5
    one = tried(seasonal, months_ago=12, months=12)
    assert one.forecast == pytest.approx(one.actual, rel=0.05)


def test_only_the_past_is_seen(make_panel: Make) -> None:
    from dataclasses import replace

    panel = make_panel(rows=12)
    changed = panel.gross.copy()
    changed[:, :, -3:] *= 100
    seen = np.arange(12) >= panel.lived[:, None] - 3
    other = replace(panel, gross=np.where(seen, panel.gross * 7, panel.gross))
    one, two = (tried(each, months_ago=3, months=3) for each in (panel, other))
    assert one.forecast == two.forecast
    assert one.carried == two.carried
    assert one.actual != two.actual


def test_what_happened_is_summed_over_who_was_known(make_panel: Make) -> None:
    panel = make_panel(rows=4, customers=100, rate=0.5)
    # Two months ago two cohorts were known, of ages 2 and 1 in the month after.
    assert happened(panel, 2, 1).sum() == pytest.approx(100 * 150 * (0.5**2 + 0.5**1))


def test_a_young_shop_takes_the_usual_error(make_panel: Make) -> None:
    assert usual_error(make_panel(rows=4)) == USUAL_ERROR
    assert usual_error(make_panel(rows=30)) < USUAL_ERROR / 1.5


def test_misses_average_to_nothing(make_panel: Make) -> None:
    factors = month_factors(make_panel(rows=2, draws=4000), 0.2, 6, seed=1)
    assert (factors[0] == 1).all()
    assert factors[1:].mean(axis=0) == pytest.approx(1.0, abs=0.02)
    assert np.log(factors[1:]).std(axis=0) == pytest.approx(0.2, abs=0.02)


@pytest.fixture(scope="module")
def retail(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Panel:
    from habitue.workspace import ingest, open_store

    home = tmp_path_factory.mktemp("retail") / "store"
    ingest([online_retail], store=home)
    return open_store(home).panel()


def origins(panel: Panel, months: int) -> Iterator[Tried]:
    """Every month-end from August 2010 on that has so many months after it."""
    for months_ago in range(months, 16):
        yield tried(panel, months_ago=months_ago, months=months)


@pytest.mark.data
@pytest.mark.slow
def test_online_retail_beats_the_carry_over_and_covers(retail: Panel) -> None:
    covered = []
    for months, most in ((1, 0.20), (3, 0.20), (6, 0.15), (12, 0.10)):
        tries = list(origins(retail, months))
        ours = np.mean([abs(one.forecast / one.actual - 1) for one in tries])
        carried = np.mean([abs(one.carried / one.actual - 1) for one in tries])
        assert ours < most
        assert ours < carried
        covered += [one.covered for one in tries]
    assert 0.88 <= np.mean(covered) <= 1.0


@pytest.mark.data
@pytest.mark.slow
def test_the_handbook_prints_what_is_measured(retail: Panel) -> None:
    printed = (Path(__file__).parents[3] / "docs" / "backtest.md").read_text("utf-8")
    rows = re.findall(
        r"^\| (\d+) \| (\d+) \| ([\d.]+)% \| ([\d.]+)% \| (.*?) \| (.*?) \| (\d+)% \|$",
        printed,
        re.MULTILINE,
    )
    assert [int(row[0]) for row in rows] == [1, 3, 6, 12]
    for months, dates, ours, carried, *both, inside in rows:
        tries = list(origins(retail, int(months)))
        assert len(tries) == int(dates)
        paired = [one for one in tries if one.last_year is not None]
        for told, chosen, guess in (
            (ours, tries, "forecast"), (carried, tries, "carried"),
            (both[0], paired, "forecast"), (both[1], paired, "last_year"),
        ):  # fmt: skip
            missed = [abs(getattr(one, guess) / one.actual - 1) for one in chosen]
            assert bool(missed) == bool(told.strip())
            if missed:
                assert float(told.rstrip("%")) == pytest.approx(100 * np.mean(missed), abs=0.0501)
        assert float(inside) == pytest.approx(100 * np.mean([o.covered for o in tries]), abs=0.501)


@pytest.mark.data
@pytest.mark.slow
def test_the_whole_shop_s_baseline_is_a_number_people_may_check(retail: Panel) -> None:
    revenue = lay_out(retail.first_draw(), months=12).flow(Levers()).revenue.sum()
    assert revenue == pytest.approx(6_610_654, rel=1e-4)
