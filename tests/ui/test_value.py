"""What a reader finds on the Value screen, a simulated shop behind it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from tests.lines import Line, line, opened
from tests.ui.conftest import Open, control
from tests.workspace import clv_shop

from habitue.texts import LANGS, Lang, text
from habitue.ui.language import verbatim

_SERIAL = itertools.count()
TABS = ("ways", "groups", "spread", "customers", "fit", "trust")


@pytest.fixture
def visit(open_screen: Open) -> Any:
    def opened_on(lang: Lang = "en", lines: list[Line] | None = None) -> AppTest:
        desk: Any = opened(clv_shop.lines() if lines is None else lines)
        # A snapshot of its own: what one test caches, another must not see.
        desk.snapshot = f"value-{next(_SERIAL)}"
        at = open_screen("value", lang, workspace=desk)
        assert not at.exception, at.exception[0].value
        return at

    return opened_on


def _turn_to(at: AppTest, tab: str, lang: Lang = "en") -> None:
    at.session_state["value.tabs"] = text(f"value.tab_{tab}", lang)
    at.run(timeout=60)
    assert not at.exception, at.exception[0].value


def _figures(at: AppTest) -> dict[str, str]:
    return {card.label: card.value for card in at.metric}


@pytest.mark.parametrize("lang", LANGS)
def test_figures_intervals_and_every_tab(visit: Any, lang: Lang) -> None:
    at = visit(lang)
    assert list(_figures(at)) == [
        text(f"value.card_{name}", lang) for name in ("predicted", "mean", "orders", "newcomer")
    ]
    assert sum("95" in one.value for one in at.markdown) >= 2
    charts = {"ways": 1, "groups": 1, "spread": 1, "customers": 0, "fit": 4, "trust": 2}
    for tab in TABS:
        _turn_to(at, tab, lang)
        drawn = at.get("plotly_chart")
        assert len(drawn) == charts[tab], tab
        assert all(one.proto.alt for one in drawn)


def test_every_control_changes_the_figures(visit: Any) -> None:
    at = visit()
    before = _figures(at)
    for key, value in (
        ("value.horizon", 90), ("value.margin", 60.0), ("value.rate", 40.0),
        ("value.model", "bgnbd"),
    ):  # fmt: skip
        control(at, key).set_value(value).run(timeout=60)
        assert not at.exception
        after = _figures(at)
        assert after != before, key
        before = after


def test_cost_of_acquisition_opens_payback(visit: Any) -> None:
    at = visit()
    _turn_to(at, "groups")
    assert "ltv_cac" not in at.dataframe[0].value.columns
    control(at, "value.cac").set_value(20.0).run(timeout=60)
    table = at.dataframe[0].value
    assert {"ltv_cac", "payback_months", "target_cpa"} <= set(table.columns)
    control(at, "value.months").set_value(2).run(timeout=60)
    early = at.dataframe[0].value
    assert (early["target_cpa"].dropna().iloc[:5] <= table["target_cpa"].dropna().iloc[:5]).all()
    control(at, "value.by").set_value("segment").run(timeout=60)
    assert not at.exception
    assert len(at.dataframe[0].value) < 12


def test_the_formula_obeys_the_reader_and_refuses_in_words(visit: Any) -> None:
    at = visit()
    (retention,) = [one for one in at.number_input if one.label == text("value.formula_r", "en")]
    shown = [one.value for one in at.markdown if "without the first margin" in one.value]
    retention.set_value(50.0).run(timeout=60)
    later = [one.value for one in at.markdown if "without the first margin" in one.value]
    assert shown != later
    assert "50.0%" in later[0]
    (retention,) = [one for one in at.number_input if one.label == text("value.formula_r", "en")]
    retention.set_value(100.0).run(timeout=60)
    assert not at.exception
    assert at.warning


def test_a_customer_is_found(visit: Any) -> None:
    at = visit()
    _turn_to(at, "customers")
    control(at, "value.search").set_value("c41").run(timeout=60)
    ids = at.dataframe[0].value["customer_id"].tolist()
    assert ids
    assert all("c41" in one for one in ids)
    shown = at.dataframe[0].value
    closed = shown["expected_orders"] * shown["expected_spend"] * shown["kept"]
    assert closed.tolist() == pytest.approx(shown["clv_predicted"].tolist(), rel=0.05, abs=0.5)
    assert any(text("value.kept_note", "en") in one.value for one in at.markdown)


def test_the_trust_card_says_who_wins_in_both_units(visit: Any) -> None:
    at = visit()
    control(at, "value.horizon").set_value(180).run(timeout=60)
    _turn_to(at, "trust")
    said = " ".join(one.value for one in at.markdown)
    assert text("value.verdict_won", "en") in said or text("value.verdict_lost", "en") in said
    assert "Nearest total" in said
    assert "the total came out" in said
    control(at, "value.unit").set_value("money").run(timeout=60)
    assert said != " ".join(one.value for one in at.markdown)


@pytest.mark.parametrize("lang", LANGS)
def test_a_shop_too_young_is_told_why(visit: Any, lang: Lang) -> None:
    young = clv_shop.lines(60, days=200)
    at = visit(lang, young)
    _turn_to(at, "trust", lang)
    assert any("200" in one.value or "201" in one.value for one in at.warning)


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_came_back_is_a_sentence_beside_figures(visit: Any, lang: Lang) -> None:
    once = [line(f"{n}", f"c{n}", f"2011-01-{n + 1:02}") for n in range(20)]
    at = visit(lang, once)
    assert not at.error
    said = [one.value for one in at.info]
    # Twenty customers, followed for 0 to 19 days.
    assert verbatim(text("clv.no_repeaters", lang, days=190)) in said
    assert verbatim(text("clv.spend_first_baskets", lang, count=20)) in said
    assert any("Poisson" in one.value for one in at.markdown)
    # Half an order in 190 days, over a year, for each of twenty.
    assert _figures(at)[text("value.card_orders", lang)] == str(round(20 * 365 * 0.5 / 190))
    for tab in TABS:
        _turn_to(at, tab, lang)
