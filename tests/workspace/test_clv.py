"""Value as the workspace gives it, against a second computation from the lines themselves."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.lines import line, opened
from tests.workspace import clv_shop
from tests.workspace.clv_shop import LAST

from habitue.core.clv import MBGNBD, GammaGamma
from habitue.core.clv.closed_form import ClosedForm, geometric_retention
from habitue.core.money import DAYS_PER_YEAR, month_ends
from habitue.errors import ContentError, RequestError
from habitue.schema import Filters, Grain, Model, Outlook
from habitue.texts import LANGS, spoken
from habitue.workspace import Workspace

CONTRACT = [
    "customer_id", "clv_historic", "clv_predicted", "clv_low", "clv_high", "clv_total", "p_alive",
    "p_order_90d", "expected_orders", "expected_spend", "expected_next_order", "model",
]  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Workspace:
    return opened(clv_shop.lines())


@pytest.fixture(scope="module")
def days() -> dict[str, dict[dt.date, float]]:
    """Money by customer and day, purchases only."""
    found: dict[str, dict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    for one in clv_shop.lines():
        assert one.customer_id
        assert one.moment
        assert one.amount is not None
        if one.amount > 0:
            found[one.customer_id][one.moment.date()] += float(one.amount)
    return found


def _histories(days: dict[str, dict[dt.date, float]], cut: dt.date) -> dict[str, Any]:
    rows: dict[str, list[Any]] = {"id": [], "x": [], "t": [], "T": [], "z": []}
    for name in sorted(days):
        seen = sorted(day for day in days[name] if day <= cut)
        if not seen:
            continue
        repeats = [days[name][day] for day in seen[1:]]
        for key, value in (
            ("id", name), ("x", len(repeats)), ("t", (seen[-1] - seen[0]).days),
            ("T", (cut - seen[0]).days), ("z", sum(repeats) / len(repeats) if repeats else 0.0),
        ):  # fmt: skip
            rows[key].append(value)
    return {name: np.array(column) for name, column in rows.items()}


def test_every_figure_equals_a_second_computation(
    desk: Workspace, days: dict[str, dict[dt.date, float]]
) -> None:
    found = desk.value(model="mbgnbd", horizon_days=200, annual_rate=0.12, margin_rate=0.4)
    rows = found.table.sort_by("customer_id").to_pydict()
    told = _histories(days, LAST)
    assert rows["customer_id"] == told["id"].tolist()

    history = told["x"], told["t"], told["T"]
    model = MBGNBD.fit(*history)
    spend = GammaGamma.fit(told["x"], told["z"]).expected_spend(told["x"], told["z"])
    ends = month_ends(200)
    reached = np.array([model.expected_purchases(end, *history) for end in ends])
    factors = 1.12 ** (-ends / DAYS_PER_YEAR)
    discounted = (np.diff(reached, axis=0, prepend=0.0) * factors[:, None]).sum(axis=0)
    bought = np.array([sum(days[name].values()) for name in told["id"]])
    earned = 0.4 * np.where(told["id"] == "c5", bought - 7, bought)
    weight, shop = bought.mean(), earned.sum() / bought.sum()
    kept = (earned + weight * shop) / (bought + weight)

    assert np.allclose(rows["clv_predicted"], discounted * spend * kept, atol=0.006)
    assert np.allclose(rows["expected_orders"], reached[-1], atol=1e-5)
    assert np.allclose(rows["expected_spend"], spend, atol=0.006)
    assert np.allclose(rows["p_alive"], model.p_alive(*history), atol=1e-6)
    assert np.allclose(rows["clv_historic"], earned, atol=0.006)
    assert np.allclose(
        rows["clv_total"], np.add(rows["clv_historic"], rows["clv_predicted"]), atol=0.011
    )
    assert set(rows["model"]) == {"mbgnbd"}
    assert found.predicted.value == pytest.approx(sum(rows["clv_predicted"]), abs=3)
    assert found.median == pytest.approx(np.median(rows["clv_predicted"]), abs=0.01)
    top = sorted(rows["clv_predicted"], reverse=True)[: -(-len(rows["clv_predicted"]) // 10)]
    assert found.top_share == pytest.approx(sum(top) / sum(rows["clv_predicted"]), abs=1e-3)


def test_error_of_the_level_is_how_far_past_cuts_missed(
    desk: Workspace, days: dict[str, dict[dt.date, float]]
) -> None:
    level = desk.value(model="mbgnbd", horizon_days=200).level
    misses = []
    for back in (200, 291, 382, 473):
        cut = LAST - dt.timedelta(days=back)
        told = _histories(days, cut)
        history = told["x"], told["t"], told["T"]
        expected = MBGNBD.fit(*history).expected_purchases(200, *history).sum()
        until = cut + dt.timedelta(days=200)
        actual = sum(cut < day <= until for name in told["id"] for day in days[name])
        misses.append(np.log(actual / expected))
    squares = np.square(misses).sum() * (1 + 1 / 4) + 0.3**2
    assert level.error == pytest.approx(np.sqrt(squares / 5), rel=1e-6)
    assert (level.looks, level.published) == (4, True)
    assert level.season is None
    assert not level.drift_known


def test_the_contract_s_columns_and_order(desk: Workspace) -> None:
    table = desk.clv(horizon_days=90)
    assert table.column_names == CONTRACT
    ids = table["customer_id"].to_pylist()
    assert ids == sorted(ids)
    low, value, high = (
        np.array(table[name].to_pylist()) for name in ("clv_low", "clv_predicted", "clv_high")
    )
    assert np.all((low <= value) & (value <= high))
    chance = np.array(table["p_order_90d"].to_pylist())
    assert np.all((chance >= 0) & (chance <= np.array(table["p_alive"].to_pylist()) + 1e-6))
    assert all(day is None or day >= LAST for day in table["expected_next_order"].to_pylist())


def test_groups_add_up_and_target_cpa_is_measured(
    desk: Workspace, days: dict[str, dict[dt.date, float]]
) -> None:
    value = desk.value(margin_rate=1, returns="exclude")
    rows = desk.value_by(margin_rate=1, returns="exclude", cac=60, months=3).to_pylist()
    assert sum(row["customers"] for row in rows) == value.customers
    assert sum(row["predicted"] for row in rows) == pytest.approx(value.predicted.value)
    assert all(row["low"] <= row["predicted"] <= row["high"] for row in rows)
    cohort = rows[4]
    start = dt.date.fromisoformat(cohort["group"])
    born = {name: min(mine) for name, mine in days.items()}
    mine = [
        name for name, day in born.items() if (day.year, day.month) == (start.year, start.month)
    ]
    assert len(mine) == cohort["customers"]
    length = DAYS_PER_YEAR / 12 * 3
    early = sum(
        money for name in mine for day, money in days[name].items()
        if (day - born[name]).days < length
    )  # fmt: skip
    assert cohort["target_cpa"] == pytest.approx(early / len(mine), rel=1e-9)
    assert cohort["ltv_cac"] == pytest.approx(cohort["clv_total"] / 60)


def test_segments_add_up_too(desk: Workspace) -> None:
    rows = desk.value_by(by="segment").to_pylist()
    assert len(rows) > 3
    assert sum(row["customers"] for row in rows) == desk.value().customers
    assert sum(row["predicted"] for row in rows) == pytest.approx(desk.value().predicted.value)


def test_closed_form_is_measured_and_can_be_typed(desk: Workspace) -> None:
    found = desk.formula_clv(annual_rate=0.1)
    cells = [
        row for row in desk.cohorts().to_pylist()
        if row["observed"] and not row["truncated"] and row["age"] >= 1
    ]  # fmt: skip
    fit = geometric_retention(*([row[key] for row in cells]
                                for key in ("age", "customers", "active")))  # fmt: skip
    m = sum(float(row["margin"]) for row in cells) / sum(row["active"] for row in cells)
    assert found.retention == fit
    assert found.margin == pytest.approx(m)
    by_hand = ClosedForm.annual(margin=m, retention=fit.rate, annual_rate=0.1, grain=Grain.MONTH)
    assert found.clv.first_included == pytest.approx(by_hand.first_included)
    typed = desk.formula_clv(margin=10, retention=0.8, annual_rate=0)
    assert typed.clv.first_excluded == pytest.approx(40)
    cohort = desk.formula_clv(cohort=dt.date(2010, 3, 1))
    assert cohort.customers < found.customers
    with pytest.raises(RequestError):
        desk.formula_clv(retention=1.0)


@pytest.mark.parametrize(
    "asked",
    [{"horizon_days": 0}, {"horizon_days": 99_999}, {"model": "magic"}, {"annual_rate": -1},
     {"annual_rate": float("nan")}],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_in_words(desk: Workspace, asked: dict[str, Any]) -> None:
    with pytest.raises(RequestError) as refusal:
        desk.value(**asked)
    for lang in LANGS:
        assert refusal.value.what(lang)
        assert refusal.value.hint(lang)
    for more in ({"by": "moon"}, {"cac": 0}, {"months": 0}):
        with pytest.raises(RequestError):
            desk.value_by(**more)


def test_trust_scores_are_those_of_plain_arithmetic(
    desk: Workspace, days: dict[str, dict[dt.date, float]]
) -> None:
    trust = desk.trust(horizon_days=183, model="mbgnbd")
    cut = LAST - dt.timedelta(days=183)
    told = _histories(days, cut)
    ahead = cut + dt.timedelta(days=183)
    actual = np.array([sum(cut < day <= ahead for day in days[name]) for name in told["id"]])
    start = cut - dt.timedelta(days=365)
    again = start + dt.timedelta(days=183)
    before = np.array([sum(start < day <= again for day in days[name]) for name in told["id"]])
    rate = np.where(told["T"] > 0, told["x"] / np.maximum(told["T"], 1), 0) * 183
    scores = {
        row["method"]: row
        for row in trust.scores.to_pylist()
        if row["unit"] == "orders" and row["cut"] == cut
    }
    for method, predicted in (("last_year", before), ("mean_rate", rate)):
        score = scores[method]
        assert score["customers"] == told["id"].size
        assert score["actual"] == actual.sum()
        assert score["predicted"] == pytest.approx(predicted.sum())
        assert score["error"] == pytest.approx(predicted.sum() / actual.sum() - 1)
        assert score["mae"] == pytest.approx(np.abs(predicted - actual).mean())
        assert score["rank"] == pytest.approx(stats.spearmanr(predicted, actual).statistic)
    model = scores["model"]
    history = told["x"], told["t"], told["T"]
    plain = MBGNBD.fit(*history).expected_purchases(183, *history)
    pace = model["predicted"] / plain.sum()
    assert model["mae"] == pytest.approx(np.abs(plain * pace - actual).mean(), rel=1e-6)
    ranked = np.argsort(-plain, kind="stable")
    first = np.array_split(ranked, 10)[0]
    decile = trust.deciles.to_pylist()[0]
    assert decile["actual"] == pytest.approx(actual[first].mean())
    assert decile["predicted"] == pytest.approx(pace * plain[first].mean())
    assert model["coverage"] > 0.9
    for metric in ("total", "mae", "rank"):
        assert trust.test.winner(metric) in scores


def test_asking_twice_costs_nothing(desk: Workspace) -> None:
    assert desk.value(horizon_days=90) is desk.value(horizon_days=90)
    assert desk.trust(horizon_days=91) is desk.trust(horizon_days=91)


# These open shops of their own, which take the tables of the first one away.


def test_time_travel_sees_nothing_of_the_future(desk: Workspace) -> None:
    cut = LAST - dt.timedelta(days=200)
    seen = desk.value(as_of=cut.isoformat(), model="mbgnbd")
    early = [one for one in clv_shop.lines() if one.moment and one.moment.date() <= cut]
    alone = opened([*early]).value(as_of=seen.filters.as_of, model="mbgnbd")
    assert alone.table.equals(seen.table)
    assert seen.filters.as_of == cut


@pytest.mark.parametrize("how", ["no repeaters", "one customer", "one day", "all repeaters"])
def test_poor_shops_get_a_sentence_or_a_fallback_never_a_silent_number(how: str) -> None:
    shops = {
        "no repeaters": [line(f"{n}", f"c{n}", f"2011-01-{n + 1:02}") for n in range(20)],
        "one customer": [line("1", "a", "2011-01-01"), line("2", "a", "2011-02-01"),
                         line("3", "a", "2011-04-01")],
        "one day": [line(f"{n}", f"c{n}", "2011-01-01") for n in range(5)],
        "all repeaters": [line(f"{n}.{k}", f"c{n}", f"2011-0{k + 1}-0{n + 1}")
                          for n in range(9) for k in range(4)],
    }  # fmt: skip
    desk = opened(shops[how])
    if how == "one day":
        with pytest.raises(ContentError) as refusal:
            desk.value()
        assert refusal.value.what("fr") != refusal.value.hint("fr")
        return
    found = desk.value()
    assert found.findings
    assert all(finding.say("fr") for finding in found.findings)
    assert np.isfinite(found.predicted.value)
    assert found.choice is not None
    assert not found.choice.trials
    trust = desk.trust()
    assert trust.test.refusal is not None
    assert trust.test.refusal.say("fr")


def test_a_shop_nobody_came_back_to_gets_figures_worked_out_by_hand() -> None:
    # Twenty customers, one basket each, of 10 to 29; the last day is that of the last of them.
    desk = opened([line(f"{n}", f"c{n}", f"2011-01-{n + 1:02}", price=10 + n) for n in range(20)])
    found = desk.value(horizon_days=30, annual_rate=0, margin_rate=0.5)
    days = sum(range(20))  # 190 customer-days without an order
    orders = 0.5 / days * 30
    rows = found.table.to_pydict()
    assert rows["expected_orders"] == pytest.approx([orders] * 20, abs=1e-6)
    assert rows["expected_spend"] == [19.5] * 20
    assert found.orders.value == pytest.approx(20 * orders)
    earned = [0.5 * (10 + int(name[1:])) for name in rows["customer_id"]]
    assert rows["clv_historic"] == pytest.approx(earned)
    assert rows["clv_predicted"] == pytest.approx([orders * 19.5 * 0.5] * 20, abs=0.006)
    assert all(low <= 0.01 for low in rows["clv_low"])
    assert found.predicted.low == 0
    assert found.predicted.high >= 20 * 3 / days * 30 * 19.5 * 0.5  # the rule of three lies inside
    assert set(rows["model"]) == {"poisson"}
    assert found.title == "Poisson"
    assert found.newcomer.value == pytest.approx(0.5 * 19.5 * (1 + orders))
    assert [one.key for one in found.findings] == ["no_repeaters", "spend_first_baskets"]
    assert found.findings[0].facts == {"days": days}
    assert "190" in found.findings[0].say("en")
    assert "20" in found.findings[1].say("fr")
    assert found.dependence is None
    ways = {row["way"]: row["value"] for row in desk.value_ways(
        horizon_days=30, annual_rate=0, margin_rate=0.5).to_pylist()}  # fmt: skip
    assert ways["predicted"] == pytest.approx(orders * 19.5 * 0.5)
    assert desk.value_by(horizon_days=30).num_rows == 1
    assert desk.tracking(horizon_days=30).actual.max() == 0
    assert desk.frequency_fit(horizon_days=30)[0][0] == 20
    assert np.all(np.isfinite(desk.value_grid(horizon_days=30).orders))


def test_the_closed_form_where_nobody_came_back_is_worth_the_first_margin() -> None:
    lines = [line(f"{n}", f"c{n}", f"2011-01-{n + 1:02}", price=10 + n) for n in range(20)]
    desk = opened([*lines, line("20", "c20", "2011-03-31", price=40)])
    found = desk.formula_clv(annual_rate=0.1, margin_rate=0.5, keep_truncated=True)
    assert (found.retention.rate, found.retention.ages) == (0, 2)
    assert found.clv.first_excluded == 0
    assert found.clv.first_included == pytest.approx(0.5 * (20 * 19.5 + 40) / 21)


def test_who_sends_everything_back_keeps_the_basket_and_loses_the_value() -> None:
    back = clv_shop.LAST - dt.timedelta(days=100)
    lines = [one for one in clv_shop.lines(60) if one.customer_id not in {"c5", "c7"}]
    lines += [line(f"h{n}", "c7", f"2011-0{n}-01", price=2000) for n in range(1, 6)]
    lines.append(line("C9", "c7", back.isoformat(), quantity=-1, price=10_000))
    # A named model has no calendar, and no discount: nothing but returns and margin is left.
    table = opened(lines).clv(model="mbgnbd", annual_rate=0, margin_rate=0.4)
    row = next(one for one in table.to_pylist() if one["customer_id"] == "c7")
    bought = sum(float(one.amount or 0) for one in lines if (one.amount or 0) > 0)
    people = len({one.customer_id for one in lines})
    mean, shop = bought / people, 0.4 * (bought - 10_000) / bought
    kept = (0.4 * 0 + mean * shop) / (10_000 + mean)
    gross = row["expected_orders"] * row["expected_spend"]
    assert row["clv_historic"] == 0
    assert row["expected_spend"] == pytest.approx(2000, rel=0.01)
    assert row["clv_predicted"] == pytest.approx(gross * kept, abs=0.02)
    assert row["clv_predicted"] < gross * 0.4 / 5


def test_a_picture_taken_before_the_last_orders_never_has_one_after_its_end() -> None:
    desk = opened(clv_shop.lines())
    for back in (1, 45, 400):
        cut = LAST - dt.timedelta(days=back)
        told = desk.clv_summary(as_of=cut).to_pydict()
        assert max(told["recency"]) > 0
        assert all(last <= age for last, age in zip(told["recency"], told["T"], strict=True))
        rows = desk.clv(as_of=cut, model="bgnbd")
        assert rows["customer_id"].to_pylist() == told["customer_id"]
        assert np.all(np.isfinite(rows["clv_predicted"].to_numpy()))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("clv", {"horizon_days": "x"}), ("clv", {"horizon_days": 90.5}),
        ("clv", {"annual_rate": "x"}), ("trust", {"horizon_days": "soon"}),
        ("formula_clv", {"cohort": "2011-01"}), ("formula_clv", {"annual_rate": "x"}),
        ("formula_clv", {"margin": "x"}), ("formula_clv", {"retention": "x"}),
        ("empirical_clv", {"cohort": "2011-01"}), ("empirical_clv", {"annual_rate": "x"}),
        ("value_by", {"cac": "x"}), ("value_by", {"months": "x"}),
    ],
)  # fmt: skip
def test_words_that_stand_for_no_number_or_date_are_refused_with_a_remedy(
    question: str, asked: dict[str, Any]
) -> None:
    desk = opened(clv_shop.lines(60))
    with pytest.raises(RequestError) as refusal:
        getattr(desk, question)(**asked)
    for lang in LANGS:
        assert spoken(next(iter(asked.values())), lang) in refusal.value.what(lang)
        assert refusal.value.hint(lang)


def test_words_that_stand_for_numbers_and_dates_are_read() -> None:
    desk = opened(clv_shop.lines(60))
    assert Outlook.of(horizon_days="90", annual_rate="8%") == Outlook(
        horizon_days=90, annual_rate=0.08
    )
    born = dt.date(2010, 3, 1)
    assert desk.formula_clv(cohort="2010-03-01", annual_rate="10%") is desk.formula_clv(cohort=born)
    assert desk.empirical_clv(cohort="2010-03-01") is desk.empirical_clv(cohort=born)


def test_the_way_to_other_tools_is_what_a_second_computation_finds(
    days: dict[str, dict[dt.date, float]],
) -> None:
    desk = opened(clv_shop.lines())
    cut = LAST - dt.timedelta(days=60)
    listed = [
        {"customer_id": name, "on": day, "money": pytest.approx(money)}
        for name in sorted(days) for day, money in sorted(days[name].items()) if day <= cut
    ]  # fmt: skip
    assert desk.occasions(as_of=cut).to_pylist() == listed
    told, found = _histories(days, cut), desk.clv_summary(as_of=cut)
    assert found.column_names == ["customer_id", "frequency", "recency", "T", "monetary_value"]
    assert [str(kind) for kind in found.schema.types] == ["string", *["int64"] * 3, "double"]
    for column, name in zip(found.columns, ("id", "x", "t", "T", "z"), strict=True):
        assert column.to_pylist() == (
            told[name].tolist() if name != "z" else pytest.approx(told[name].tolist())
        )


def test_an_outlook_may_be_given_whole_or_in_words() -> None:
    desk = opened(clv_shop.lines())
    ahead = Outlook(horizon_days=90, model=Model.BGNBD, annual_rate=0.2)
    words: dict[str, Any] = {"horizon_days": 90, "model": "bgnbd", "annual_rate": 0.2}
    assert Outlook.of(**words) == ahead
    assert desk.value(outlook=ahead) is desk.value(**words)
    assert desk.value_ways(Filters(), ahead).equals(desk.value_ways(**words))
    assert desk.trust(outlook=ahead) is desk.trust(horizon_days=90, model="bgnbd")
    assert desk.value(outlook=ahead, horizon_days=60) is desk.value(
        horizon_days=60, model="bgnbd", annual_rate=0.2
    )
    assert desk.trust(None, ahead, model="mbgnbd").test.model == "mbgnbd"
    with pytest.raises(RequestError, match="horizn_days"):
        desk.value(horizn_days=90)
