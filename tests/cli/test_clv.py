"""`clv` and `trust`: the contract's columns, and the library's numbers."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest
from tests.cli.conftest import Run

from habitue.texts import LANGS, Lang, text
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


@pytest.mark.parametrize("lang", LANGS)
def test_a_shop_nobody_came_back_to_gets_figures_and_says_so(
    run: Run, tmp_path: Path, lang: Lang
) -> None:
    rows = "".join(f"{n},c{n},2011-01-{n + 1:02} 10:00,P,1,{10 + n}\n" for n in range(20))
    once = tmp_path / "once.csv"
    once.write_text("order,customer,date,product,quantity,price\n" + rows)
    made = run("ingest", once, "--store", tmp_path / "store")
    assert made.code == 0, made.err
    words = ("--store", tmp_path / "store", "--horizon-days", "30", "--format", "csv",
             "--lang", lang)  # fmt: skip
    ended = run("clv", *words)
    assert ended.code == 0, ended.err
    found = pa_csv.read_csv(io.BytesIO(ended.raw)).to_pydict()
    # Half an order over the 190 customer-days seen, for thirty days; the mean of 10 to 29.
    assert found["expected_orders"] == pytest.approx([0.5 / 190 * 30] * 20, abs=1e-6)
    assert found["expected_spend"] == [19.5] * 20
    assert text("clv.no_repeaters", lang, days=190) in ended.err
    assert text("clv.spend_first_baskets", lang, count=20) in ended.err
    early = run("clv", *words, "--as-of", "2011-01-10")  # ten of the orders are yet to come
    assert len(early.out.splitlines()) == 11
    assert text("clv.no_repeaters", lang, days=45) in early.err


def test_a_wrong_horizon_is_a_sentence(run: Run, store: Path) -> None:
    ended = run("clv", "--store", store, "--horizon-days", "0", "--lang", "en")
    assert ended.code == 1
    assert "horizon of 0 days" in ended.err
