"""`cohorts` and `pooled`: the contract's columns first, and the library's numbers."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest
from tests.cli.conftest import Run

from habitue.schema import Grain, Measure, Retention
from habitue.texts import LANGS, Lang, spoken
from habitue.workspace import open_store

COHORTS = ["cohort", "age", "customers", "active", "rate", "rate_low", "rate_high", "revenue",
           "orders", "observed", "truncated"]  # fmt: skip
POOLED = ["age", "cohorts", "customers", "active", "rate", "rate_low", "rate_high",
          "revenue_per_customer", "cumulative_revenue_per_customer"]  # fmt: skip


@pytest.mark.parametrize("grain", list(Grain))
def test_the_contract_s_columns_come_first(run: Run, store: Path, grain: Grain) -> None:
    for command, columns in (("cohorts", COHORTS), ("pooled", POOLED)):
        ended = run(command, "--store", store, "--grain", grain, "--format", "csv")
        assert ended.code == 0
        header = ended.out.splitlines()[0].split(",")
        assert header[: len(columns)] == columns
        assert "value" not in header
        assert "group" not in header


@pytest.mark.parametrize("how", list(Retention))
def test_the_rows_are_the_library_s(run: Run, store: Path, how: Retention) -> None:
    desk = open_store(store)
    raw = run("cohorts", "--store", store, "--retention", how, "--format", "csv").raw
    found = pa_csv.read_csv(io.BytesIO(raw))
    wanted = desk.cohorts(retention=how)
    for name in ("age", "customers", "active", "rate", "orders", "observed"):
        assert found[name].to_pylist() == wanted[name].to_pylist()
    money = [float(one) for one in wanted["revenue"].to_pylist()]
    assert found["revenue"].to_pylist() == pytest.approx(money)


@pytest.mark.parametrize("measure", list(Measure))
def test_a_measure_comes_as_value(run: Run, store: Path, measure: Measure) -> None:
    words = ("--store", store, "--measure", measure, "--cumulative", "--format", "json")
    desk = open_store(store)
    table = desk.cohort_table(measure=measure, cumulative=True)
    cells, average = run("cohorts", *words).json, run("pooled", *words).json
    assert [row["value"] for row in cells] == table.cells["value"].to_pylist()
    assert [row["value"] for row in average] == table.average["value"].to_pylist()
    assert [row["median"] for row in average] == table.average["median"].to_pylist()


def test_a_breakdown_names_its_groups(run: Run, store: Path) -> None:
    rows = run("pooled", "--store", store, "--breakdown", "basket_band", "--format", "json").json
    assert {row["group"] for row in rows} == {"1", "2", "3", "4"}


def test_a_wrong_word_is_refused(run: Run, store: Path) -> None:
    ended = run("cohorts", "--store", store, "--retention", "sometimes")
    assert ended.code == 2
    assert "on_or_after" in ended.err


def test_a_cost_of_acquisition_comes_beside_the_cells(
    run: Run, store: Path, tmp_path: Path
) -> None:
    desk = open_store(store)
    months = [row["month"] for row in desk.new_by_month().to_pylist()]
    costs = tmp_path / "costs.csv"
    costs.write_text("month,spend\n" + "".join(f"{one},100\n" for one in dict.fromkeys(months)))
    for given in ("25", costs):
        words = ("--store", store, "--cac", given, "--format", "json")
        table = desk.cohort_table(cac=str(given))
        cells, average = run("cohorts", *words).json, run("pooled", *words).json
        for name in ("cac", "ltv_cac", "payback_day"):
            assert [row[name] for row in cells] == table.cells[name].to_pylist()
            assert [row[name] for row in average] == table.average[name].to_pylist()
    assert any(row["ltv_cac"] for row in cells)
    ended = run("cohorts", "--store", store, "--cac", "nowhere.csv")
    assert ended.code == 1
    assert "nowhere.csv" in ended.err


def test_an_event_parts_the_cohorts(run: Run, store: Path) -> None:
    months = open_store(store).cohorts()["cohort"].unique().to_pylist()
    month = months[len(months) // 2]
    event = month.replace(day=15)
    asked = ("--event", event, "--store", store, "--format", "json")
    listed = run("cohorts", *asked).json
    sides = {row["cohort"]: row["side"] for row in listed}
    assert {side for day, side in sides.items() if day < str(month)} == {"before"}
    assert {side for day, side in sides.items() if day > str(month)} == {"after"}
    assert sides[str(month)] is None
    pooled = run("pooled", *asked, "--keep-truncated").json
    openings = {row["side"]: row["customers"] for row in pooled if row["age"] == 0}
    assert openings == {
        side: sum(row["customers"] for row in listed
                  if row["age"] == 0 and row["observed"] and row["side"] == side)
        for side in ("before", "after")
    }  # fmt: skip
    assert run("cohorts", "--event", "someday", "--store", store).code == 1


@pytest.mark.parametrize("command", ["cohorts", "pooled"])
@pytest.mark.parametrize("event", ["1999-12-31", "2999-01-01"])
@pytest.mark.parametrize("lang", LANGS)
def test_an_event_outside_the_data_is_refused_with_their_span(
    run: Run, store: Path, command: str, event: str, lang: Lang
) -> None:
    desk = open_store(store)
    first, last = min(desk.occasions()["on"].to_pylist()), desk.shop().last_day
    ended = run(command, "--event", event, "--store", store, "--lang", lang)
    assert (ended.code, ended.out) == (1, "")
    what, hint = ended.err.splitlines()
    assert spoken(dt.date.fromisoformat(event), lang) in what
    for day in (first, last):
        assert spoken(day, lang) in what
        assert spoken(day, lang) in hint


def test_contribution_takes_its_costs(run: Run, store: Path) -> None:
    costs = ("--order-cost", "2.5", "--fee-rate", "2.9%", "--cac", "4")
    words = ("--measure", "contribution", *costs, "--store", store, "--format", "json")
    table = open_store(store).cohort_table(
        measure="contribution", order_cost="2.5", fee_rate="2.9%", cac=4
    )
    cells, average = run("cohorts", *words).json, run("pooled", *words).json
    assert [row["value"] for row in cells] == table.cells["value"].to_pylist()
    assert [row["value"] for row in average] == table.average["value"].to_pylist()
    assert [row["contribution"] for row in cells] == table.cells["contribution"].to_pylist()


@pytest.mark.parametrize("option", ["--order-cost", "--fee-rate"])
def test_costs_of_orders_change_the_contribution_alone(run: Run, store: Path, option: str) -> None:
    result = run("cohorts", "--store", store, "--measure", "margin", option, "0.1")
    assert (result.code, result.out) == (1, "")
    assert option in result.err
    assert "--measure contribution" in result.err


def test_pooled_leaves_ages_without_a_known_cost_empty(
    run: Run, store: Path, tmp_path: Path
) -> None:
    months = [row["month"] for row in open_store(store).new_by_month().to_pylist()]
    costs = tmp_path / "costs.csv"
    costs.write_text(f"month,spend\n{sorted(set(months))[-2]},100\n")
    rows = run("pooled", "--measure", "contribution", "--cac", costs, "--store", store,
               "--format", "json").json  # fmt: skip
    known = [row["value"] is not None for row in rows]
    assert any(known)
    assert not all(known)


@pytest.mark.parametrize("lang", LANGS)
def test_an_event_with_nobody_on_one_side_is_refused_with_the_way_out(
    run: Run, store: Path, lang: Lang
) -> None:
    months = sorted(set(open_store(store).cohorts()["cohort"].to_pylist()))
    asked = ("--event", months[1], "--from", months[2], "--store", store, "--lang", lang)
    ended = run("pooled", *asked)
    assert (ended.code, ended.out) == (1, "")
    assert spoken(months[1], lang) in ended.err
    assert "--from" in ended.err


@pytest.mark.parametrize("option", ["--rebased", "--cumulative", "--per=buyer"])
def test_what_needs_a_measure_says_so(run: Run, store: Path, option: str) -> None:
    result = run("cohorts", "--store", store, option)
    assert (result.code, result.out) == (1, "")
    assert option.partition("=")[0] in result.err
    assert "--measure revenue" in result.err
