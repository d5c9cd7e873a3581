"""`clv` and `trust`: the contract's columns, and the library's numbers."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest
from tests.cli.conftest import Run

from habitue.workspace import open_store

COLUMNS = (
    "customer_id,clv_historic,clv_predicted,clv_low,clv_high,clv_total,p_alive,p_order_90d,"
    "expected_orders,expected_spend,expected_next_order,model"
)


def test_the_contract_s_columns_and_the_library_s_rows(run: Run, store: Path) -> None:
    words = ("--horizon-days", "200", "--model", "mbgnbd", "--annual-rate", "0.05",
             "--margin", "0.4")  # fmt: skip
    ended = run("clv", "--store", store, *words, "--format", "csv")
    assert ended.code == 0
    assert ended.out.splitlines()[0] == COLUMNS
    found = pa_csv.read_csv(io.BytesIO(ended.raw)).to_pydict()
    wanted = open_store(store).clv(
        horizon_days=200, model="mbgnbd", annual_rate=0.05, margin_rate="0.4"
    ).to_pydict()  # fmt: skip
    assert [str(one) for one in found["customer_id"]] == wanted["customer_id"]
    for name in ("clv_predicted", "clv_low", "clv_high", "p_alive", "expected_orders"):
        assert found[name] == pytest.approx(wanted[name])


@pytest.mark.parametrize(
    "words",
    [("--horizon-days", "90"), ("--model", "bgnbd"), ("--annual-rate", "0.5"), ("--margin", "1")],
)
def test_every_option_changes_the_answer(run: Run, store: Path, words: tuple[str, str]) -> None:
    plain = run("clv", "--store", store, "--model", "mbgnbd", "--format", "csv").out
    other = run("clv", "--store", store, "--model", "mbgnbd", *words, "--format", "csv").out
    assert plain != other


def test_trust_says_who_wins_or_why_not(run: Run, store: Path) -> None:
    told = open_store(store).trust(horizon_days=91, model="mbgnbd")
    words = ("--horizon-days", "91", "--model", "mbgnbd")
    rows = run("trust", "--store", store, *words, "--format", "json").json
    assert len(rows) == told.scores.num_rows
    for lang in ("fr", "en"):
        page = run("trust", "--store", store, *words, "--lang", lang).out
        if told.test.refusal is not None:
            assert page.strip() == told.test.refusal.say("fr" if lang == "fr" else "en")
        else:
            assert told.title in page


def test_a_wrong_horizon_is_a_sentence(run: Run, store: Path) -> None:
    ended = run("clv", "--store", store, "--horizon-days", "0", "--lang", "en")
    assert ended.code == 1
    assert "horizon of 0 days" in ended.err
