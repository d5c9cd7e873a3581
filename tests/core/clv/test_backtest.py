"""Occasions, rules of thumb, the level and the back-test, on shops whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from habitue.core.clv import Apart, Calendar, Forecaster, Occasions, backtest, choose
from habitue.core.clv.apart import fit_apart
from habitue.core.clv.backtest import BackTest, Score
from habitue.core.clv.baselines import RULES, cohort_curve, last_year, mean_rate, recent
from habitue.core.clv.bias import Bias
from habitue.core.clv.table import earned_by_month, newcomer, own_margin, prospects
from habitue.texts import LANGS

SMALL = Occasions.of([0, 0, 0, 1, 1, 2], [0, 40, 70, 5, 65, 90], [10.0, 20.0, 40.0, 5.0, 7.0, 9.0])


def _simulated(customers: int, *, slow_from: int | None = None, seed: int = 1) -> Occasions:
    """Customers acquired over 500 days who buy every 30 days on average, half as often later."""
    random = np.random.default_rng(seed)
    who: list[int] = []
    day: list[int] = []
    for number in range(customers):
        now, rate = random.uniform(0, 500), random.gamma(2, 1 / 60)
        while now < 1000:
            who.append(number)
            day.append(int(now))
            slowed = 2.0 if slow_from is not None and now >= slow_from else 1.0
            now += random.exponential(slowed / rate)
    pairs = np.unique(np.column_stack([who, day]), axis=0)
    return Occasions.of(pairs[:, 0], pairs[:, 1], np.full(len(pairs), 10.0), born=0)


def test_histories_at_a_day_are_those_of_the_papers() -> None:
    seen = SMALL.at(80)
    assert seen.who.tolist() == [0, 1]
    assert seen.frequency.tolist() == [2, 1]
    assert seen.recency.tolist() == [70, 60]
    assert seen.T.tolist() == [80, 75]
    assert seen.money.tolist() == [30, 7]
    assert seen.old.tolist() == [True, True]
    assert SMALL.at(89).T.tolist() == [89, 84]
    assert SMALL.at(90).frequency.tolist() == [2, 1, 0]


def test_windows_leave_out_their_first_day_and_keep_their_last() -> None:
    assert SMALL.between(0, 65).tolist() == [1, 2, 0]
    assert SMALL.between(40, 70, money=True).tolist() == [40, 7, 0]


def test_rules_of_thumb_by_hand() -> None:
    assert mean_rate(SMALL, 80, 40).tolist() == pytest.approx([2 / 80 * 40, 1 / 75 * 40])
    money = mean_rate(SMALL, 80, 40, money=True)
    assert money.tolist() == pytest.approx([60 / 80 * 40, 7 / 75 * 40])
    # Of customer 0 at day 40 and 70, of customer 1 at 65; first occasions are no repeats.
    assert recent(SMALL, 80, 30).tolist() == [1, 1]
    assert recent(SMALL, 80, 80, money=True).tolist() == [60, 7]
    assert recent(SMALL, 80, 730).tolist() == [4, 2]
    assert last_year(SMALL, 400, 40).tolist() == [2, 1, 0]
    assert last_year(SMALL, 400, 730).tolist() == [4, 2, 2]
    # Ages of repeats: 40, 70, 60; days lived by block of 30: 30+30, 30+30, 20+15.
    curve = cohort_curve(SMALL, 80, 10)
    later = 3 / (60 + 60 + 35)
    assert curve[0] == pytest.approx(10 * 2 / 35)
    assert curve[1] == pytest.approx(10 * 2 / 35)
    assert cohort_curve(SMALL, 80, 20)[0] == pytest.approx(10 * 2 / 35 + 10 * later)


def test_old_customers_are_fitted_apart_and_the_pair_answers_as_one() -> None:
    shop = _simulated(700)
    seen = shop.at(999)
    few = seen.of(~seen.old)
    assert not isinstance(fit_apart("mbgnbd", few), Apart)
    random = np.random.default_rng(0)
    old = seen._replace(old=random.random(seen.who.size) < 0.5, T=np.asarray(seen.T))
    limit = float(np.median(seen.T))
    pair = fit_apart("bgnbd", old._replace(old=limit <= seen.T))
    assert isinstance(pair, Apart)
    assert pair.limit >= limit
    row = seen.frequency, seen.recency, seen.T
    both = pair.expected_purchases(90, *row)
    for model, side in ((pair.old, limit <= seen.T), (pair.new, limit > seen.T)):
        alone = model.expected_purchases(90, *(column[side] for column in row))
        assert np.allclose(both[side], alone)
    drawn = pair.draw_purchases(90, *row, random)
    assert drawn.sum() == pytest.approx(both.sum(), rel=0.1)


def test_level_is_as_sure_as_the_past_allows() -> None:
    steady, slow = _simulated(400), _simulated(400, slow_from=560)
    sure = Forecaster(steady, "bgnbd").level(920, 90)
    shaken = Forecaster(slow, "bgnbd").level(920, 90)
    assert (sure.looks, shaken.looks) == (4, 4)
    assert sure.error < shaken.error
    young = Forecaster(slow, "bgnbd").level(250, 90)
    assert (young.error, young.looks, young.published) == (0.3, 0, True)
    known = Forecaster(steady, "bgnbd", calendar=Calendar(steady)).level(920, 90)
    assert not known.published
    assert known.season is not None
    assert known.drift_known
    assert known.error < 0.15


def test_choice_takes_the_least_error_held_out() -> None:
    choice = choose(Calendar(_simulated(300)), 900, 90)
    errors = {one.model: one.mae for one in choice.trials}
    assert choice.days == 90
    assert errors[choice.model] <= min(errors.values()) * 1.021
    short = choose(Calendar(_simulated(50)), 100, 90)
    assert (short.model, short.days, short.trials) == ("mbgnbd", 0, ())


def test_backtest_of_a_model_on_its_own_world() -> None:
    shop = _simulated(400)
    test = backtest(Forecaster(shop, "bgnbd"), 999, 180)
    assert test.refusal is None
    assert {one.method for one in test.scores} == {"model", *RULES}
    assert test.cuts == (819, 728, 637, 546)
    model = [one for one in test.scores if one.method == "model" and one.unit == "orders"]
    assert all(abs(one.error) < 0.15 for one in model)
    assert all(one.holds for one in test.coverage if one.unit == "orders")
    assert sum(one.customers for one in test.deciles) == shop.at(819).who.size
    assert [one.predicted for one in test.deciles] == sorted(
        (one.predicted for one in test.deciles), reverse=True
    )


def test_backtest_refuses_in_words() -> None:
    short = backtest(Forecaster(_simulated(300), "bgnbd"), 300, 90)
    few = backtest(Forecaster(_simulated(60), "bgnbd"), 999, 90)
    for test, said in ((short, "301 days"), (few, "from: 60, of whom")):
        assert test.refusal is not None
        assert said in test.refusal.say("en")
        assert test.scores == ()


def test_a_rule_of_thumb_can_win() -> None:
    def score(method: str, predicted: float, mae: float, rank: float) -> Score:
        return Score(0, method, "orders", 10, predicted, 100.0, mae, mae, rank)

    test = BackTest(
        model="bgnbd", window=90, cuts=(0,), coverage=(), deciles=(),
        scores=(score("model", 150, 1.0, 0.6), score("last_year", 104, 1.2, 0.5)),
    )  # fmt: skip
    assert test.winner("total") == "last_year"
    assert test.winner("mae") == test.winner("rank") == "model"


def test_margin_by_month_counts_who_has_lived_it() -> None:
    earned, people = earned_by_month(SMALL, 80, np.array([0, 0]), margin=0.5, months=4)
    assert people.tolist() == [[2, 2, 0, 0]]
    assert earned[0, 0] == pytest.approx(0.5 * (10 + 5) / 2)
    assert earned[0, 1] == pytest.approx(0.5 * (10 + 5 + 20 + 7) / 2)
    assert np.isnan(earned[0, 2])


def test_who_sends_everything_back_is_worth_little() -> None:
    shares, shop = own_margin(np.array([0.0, 100.0, 50.0]), np.array([1000.0, 100.0, 50.0]))
    assert shop == pytest.approx(150 / 1150)
    assert shares[0] < shop < shares[2] < shares[1]
    assert own_margin(np.array([-10.0]), np.array([5.0]))[1] == 0


def test_prospects_and_newcomer_hold_together() -> None:
    shop = _simulated(300)
    forecaster = Forecaster(shop, "bgnbd")
    found = prospects(forecaster, 999, horizon=365, annual_rate=0.0, margin=0.5)
    assert np.allclose(found.value, found.orders * found.spend * 0.5)
    assert np.all(found.low <= found.value)
    assert np.all(found.p_soon <= found.p_alive + 1e-12)
    waits = found.wait[~np.isnan(found.wait)]
    assert waits.size
    assert np.all(waits > 0)
    assert np.all(np.isnan(found.wait[found.p_alive < 0.5]))
    plain = newcomer(forecaster, 999, horizon=365, annual_rate=0.0, margin=0.5)
    later = newcomer(forecaster, 999, horizon=365, annual_rate=0.2, margin=0.5)
    assert plain.first == pytest.approx(5)
    assert plain.value == pytest.approx(5 + plain.orders * 5, rel=0.01)
    assert later.value < plain.value
    # Nobody leaves this shop, and the fit says so.
    assert [one.key for one in forecaster.fitted(999).findings] == ["no_dropout"]


@pytest.mark.parametrize(
    ("errors", "way", "run", "said"),
    [
        ([-0.19, -0.1, -0.12], "low", 3, "each of the 3 dates tested the total came out too low"),
        ([-0.19, -0.1, -0.12], "low", 3, "by 10.0% to 19.0%"),
        ([0.3, 0.1], "high", 2, "each of the 2 dates tested the total came out too high"),
        ([-0.19, -0.1, 0.2], "low", 2, "2 latest of 3 dates the total came out too low"),
        ([0.1, np.nan, 0.2, -0.3], "high", 2, "2 latest of 3 dates the total came out too high"),
        ([-0.1, 0.3], "mixed", 0, "by up to 30.0%; +10.0% on average"),
        ([-0.25], "low", 1, "the one date tested the total came out too low, by 25.0%"),
    ],
)  # fmt: skip
def test_which_way_totals_were_wrong(errors: list[float], way: str, run: int, said: str) -> None:
    found = Bias.of(errors)
    assert found is not None
    assert (found.way, found.run) == (way, run)
    assert said in found.say("en")
    assert all("{" not in found.say(lang) for lang in LANGS)
    assert Bias.of([np.nan]) is None


def test_the_card_reads_the_model_s_own_errors_latest_first() -> None:
    rows = [("model", "money", 81, 100), ("mean_rate", "money", 200, 100),
            ("model", "orders", 120, 100), ("model", "money", 90, 100)]  # fmt: skip
    scores = tuple(
        Score(100 - at, method, unit, 5, float(predicted), float(actual), 0.0, 0.0, 0.0)
        for at, (method, unit, predicted, actual) in enumerate(rows)
    )
    test = BackTest(model="mbgnbd", window=90, cuts=(100, 97), scores=scores, coverage=(),
                    deciles=())  # fmt: skip
    money, orders = test.bias("money"), test.bias()
    assert money is not None
    assert orders is not None
    assert (money.way, money.run) == ("low", 2)
    assert (money.least, money.most, money.mean) == pytest.approx((0.1, 0.19, -0.145))
    assert orders.way == "high"
    assert orders.mean == pytest.approx(0.2)
