"""Scores, segments and movements against a plain computation, on made-up shops."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lines import Line, line, opened

from habitue.core.segments.rules import RULE_SETS, every_code
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.errors import RequestError
from habitue.schema import Basis, Filters
from habitue.texts import LANGS, text
from habitue.workspace import Workspace

AS_OF = dt.date(2011, 12, 9)
FIRST = dt.date(2010, 1, 4)


def _lines(seed: int = 1, customers: int = 60) -> list[Line]:
    """A shop with ties, returns, wholesalers, anonymous orders and a customer who only returns."""
    draw = random.Random(seed)
    found = [line("first", "opener", FIRST.isoformat(), price=12)]
    number = 0
    for customer in range(customers):
        for _ in range(draw.choice([1, 1, 1, 2, 3, 5, 9])):
            number += 1
            day = FIRST + dt.timedelta(days=draw.randrange(704))
            price = draw.choice([10, 10, 25, 40, 400])
            country = draw.choice(["France", "France", "EIRE"])
            found.append(line(f"o{number}", f"c{customer:03}", day.isoformat(), price=price,
                              country=country, cost=price / 2))  # fmt: skip
            if draw.random() < 0.2:
                back = min(day + dt.timedelta(days=draw.randrange(20)), AS_OF)
                found.append(line(f"Co{number}", f"c{customer:03}", back.isoformat(), price=price,
                                  quantity=-1, country=country, cost=price / 2))  # fmt: skip
    found.append(line("nobody", None, "2011-05-05", price=33))
    found.append(line("Conly", "returner", "2011-05-05", price=7, quantity=-1))
    found.append(line("last", "c000", AS_OF.isoformat(), price=10))
    return found


def _people(
    lines: list[Line], *, as_of: dt.date = AS_OF, window: int | None = None
) -> dict[str, Any]:
    """R, F and M by hand: lists, sums and nothing else."""
    orders: dict[str, dict[str, dt.date]] = defaultdict(dict)
    money: dict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        assert one.moment is not None
        assert one.amount is not None
        assert one.order_id is not None
        day = one.moment.date()
        if one.customer_id is None or day > as_of:
            continue
        if window is not None and day <= as_of - dt.timedelta(days=window):
            continue
        money[one.customer_id] += one.amount
        if one.amount > 0:
            orders[one.customer_id][one.order_id] = day
    return {
        customer: ((as_of - max(days.values())).days + 1, len(days), money[customer])
        for customer, days in orders.items()
    }


def _values(table: pa.Table) -> dict[str, Any]:
    return {
        row["customer_id"]: (row["recency_days"], row["frequency"], row["monetary"])
        for row in table.to_pylist()
    }


@pytest.mark.parametrize("window", [None, 365, 30])
def test_values_are_those_of_a_plain_computation(window: int | None) -> None:
    lines = _lines()
    found = opened(lines).rfm(scoring=Scoring(window_days=window))
    assert _values(found) == _people(lines, window=window)
    assert found["customer_id"].to_pylist() == sorted(found["customer_id"].to_pylist())


def test_values_of_an_earlier_day_do_not_see_what_comes_after() -> None:
    lines, day = _lines(), dt.date(2011, 3, 1)
    assert _values(opened(lines).rfm(as_of=day)) == _people(lines, as_of=day)


def test_bases_of_m() -> None:
    lines = _lines()
    shop = opened(lines)
    gross: dict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        if one.customer_id and one.amount and one.amount > 0:
            gross[one.customer_id] += one.amount
    found = _values(shop.rfm(scoring=Scoring(basis=Basis.GROSS)))
    assert {name: value[2] for name, value in found.items()} == {
        name: gross[name] for name in found
    }
    net = _values(shop.rfm())
    margin = _values(shop.rfm(scoring=Scoring(basis=Basis.MARGIN), margin_rate="0.25"))
    assert {name: value[2] for name, value in margin.items()} == {
        name: value[2] / 4 for name, value in net.items()
    }
    # The shop knows its costs: half the price, given back with the goods.
    costed = _values(shop.rfm(scoring=Scoring(basis=Basis.MARGIN)))
    assert costed["opener"][2] == 12
    assert costed["c000"][2] == net["c000"][2] / 2 + 5


@given(st.integers(0, 10**6), st.sampled_from([3, 4, 5]))
@settings(max_examples=8, deadline=None)
def test_scores_follow_the_cut_points_and_equal_values_score_alike(seed: int, classes: int) -> None:
    lines = _lines(seed, customers=25)
    shop = opened(lines)
    recipe = Scoring(classes=classes)
    cuts = shop.segments(scoring=recipe).cuts
    assert cuts is not None
    seen: dict[tuple[str, Any], set[int]] = defaultdict(set)
    rows = shop.rfm(scoring=recipe).to_pylist()
    for row in rows:
        scores = tuple(row[name] for name in ("r_score", "f_score", "m_score"))
        assert scores == cuts.scores(row["recency_days"], row["frequency"], row["monetary"])
        assert row["rfm_score"] == "".join(map(str, scores))
        for name, score in zip(("recency_days", "frequency", "monetary"), scores, strict=True):
            seen[name, row[name]].add(score)
    assert all(len(scores) == 1 for scores in seen.values())
    # At least i/k of the customers stand at or below the i-th quantile, as everywhere.
    for name, edges in (("frequency", cuts.frequency), ("monetary", cuts.monetary)):
        values = sorted(row[name] for row in rows)
        for part, edge in enumerate(edges, start=1):
            place = (len(values) - 1) * part // classes
            assert values[place] < edge
            assert not any(values[place] < value < edge for value in values)


def test_order_of_lines_changes_nothing() -> None:
    lines = _lines(7)
    one = opened(lines).rfm()
    shuffled = lines[:]
    random.Random(3).shuffle(shuffled)
    assert opened(shuffled).rfm() == one


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"returns": "exclude"},
        {"returns": "neutralise"},
        {"countries": ["EIRE"]},
        {"min_order": 20},
        {"customer_type": "wholesale", "wholesale_factor": 1.5},
        {"customer_type": "new", "start": "2011-01-01"},
        {"as_of": "2011-06-30"},
        {"margin_rate": "0.123"},
        {"countries": ["EIRE"], "returns": "exclude", "as_of": "2011-09-01"},
    ],
)
def test_rows_add_up_to_the_base_to_the_cent(asked: dict[str, Any]) -> None:
    shop = opened(_lines())
    for rules in RULE_SETS:
        _adds_up(shop, asked, rules)


def _adds_up(shop: Workspace, asked: dict[str, Any], rules: str) -> None:
    seen = shop.segments(Filters.of(**asked), rules=rules)
    people = shop.rfm(Filters.of(**asked), rules=rules)
    sums = {name: sum(seen.table[name].to_pylist()) for name in ("customers", "orders", "revenue")}
    assert sums == {
        "customers": seen.base.customers, "orders": seen.base.orders, "revenue": seen.base.revenue,
    }  # fmt: skip
    assert abs(sum(seen.table["margin"].to_pylist()) - seen.base.margin) < Decimal("0.001")
    assert seen.base.customers == people.num_rows
    assert seen.base.revenue == sum(people["monetary"].to_pylist())
    assert abs(sum(seen.table["customer_share"].to_pylist()) - 1) < 1e-12
    counted: dict[str, int] = defaultdict(int)
    for name in people["rfm_segment"].to_pylist():
        counted[name] += 1
    assert dict(counted) == {
        row["rfm_segment"]: row["customers"] for row in seen.table.to_pylist() if row["customers"]
    }


def test_what_is_outside_closes_the_gap_to_the_shops_revenue() -> None:
    shop = opened(_lines())
    seen = shop.segments()
    assert seen.base.revenue + seen.base.outside == shop.kpis().revenue
    assert seen.base.outside == 33 - 7


def test_period_shown_does_not_narrow_scores() -> None:
    shop = opened(_lines())
    assert shop.rfm(start="2011-06-01", end="2011-07-01") == shop.rfm()


def test_scored_customers_are_those_the_overview_counts() -> None:
    shop = opened(_lines())
    for asked in ({}, {"countries": ["EIRE"]}, {"min_order": 30}):
        assert shop.segments(**asked).base.customers == shop.kpis(**asked).rfm_customers


def test_frozen_thresholds_score_another_day() -> None:
    shop = opened(_lines())
    then = shop.segments(as_of="2011-03-01")
    assert then.cuts is not None
    frozen = then.scoring.frozen(then.cuts)
    now = shop.segments(scoring=frozen)
    assert now.cuts == then.cuts
    for row in shop.rfm(scoring=frozen).to_pylist():
        expected = then.cuts.scores(row["recency_days"], row["frequency"], row["monetary"])
        assert (row["r_score"], row["f_score"], row["m_score"]) == expected


@pytest.mark.parametrize("thresholds", ["frozen", "recomputed"])
def test_movement_adds_to_both_bases_and_follows_each_customer(thresholds: str) -> None:
    shop = opened(_lines())
    before = dt.date(2011, 3, 1)
    old = shop.segments(as_of=before)
    assert old.cuts is not None
    recipe = Scoring().frozen(old.cuts) if thresholds == "frozen" else Scoring()
    then = {row["customer_id"]: row for row in shop.rfm(as_of=before).to_pylist()}
    now = {row["customer_id"]: row for row in shop.rfm(scoring=recipe).to_pylist()}
    pairs: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
    for customer in then.keys() | now.keys():
        one, other = then.get(customer), now.get(customer)
        pair = pairs[one and one["rfm_segment"], other and other["rfm_segment"]]
        pair[0] += 1
        pair[1] += one["monetary"] if one else 0
        pair[2] += other["monetary"] if other else 0
    moved = shop.movement(before=before, thresholds=thresholds)
    rows = moved.table.to_pylist()
    assert {
        (row["from_segment"], row["to_segment"]):
            [row["customers"], row["revenue_before"], row["revenue_after"]]
        for row in rows
    } == pairs  # fmt: skip
    arrived = sum(row["customers"] for row in rows if row["from_segment"] is not None)
    assert arrived == old.base.customers
    assert sum(row["customers"] for row in rows if row["to_segment"]) == len(now)
    shares: dict[str, float] = defaultdict(float)
    for row in rows:
        if row["from_segment"]:
            shares[row["from_segment"]] += row["share"]
    assert all(abs(share - 1) < 1e-12 for share in shares.values())


def test_movement_of_a_day_onto_itself_cannot_be() -> None:
    shop = opened(_lines())
    with pytest.raises(RequestError) as caught:
        shop.movement(before=AS_OF)
    assert caught.value.key == "movement_backwards"


def test_sizes_over_time_are_the_tables_of_each_day() -> None:
    shop = opened(_lines())
    sizes = shop.segment_sizes(periods=4, grain="quarter").to_pylist()
    days = sorted({row["day"] for row in sizes})
    assert days == [
        dt.date(2010, 12, 31),
        *(dt.date(2011, m, d) for m, d in ((3, 31), (6, 30), (9, 30))),
        AS_OF,
    ]
    cuts = shop.segments().cuts
    assert cuts is not None
    for day in days:
        table = shop.segments(as_of=day, scoring=Scoring().frozen(cuts)).table.to_pylist()
        expected = {row["rfm_segment"]: (row["customers"], row["revenue"]) for row in table}
        found = {
            row["rfm_segment"]: (row["customers"], row["revenue"])
            for row in sizes
            if row["day"] == day
        }
        assert found == expected


def test_disagreement_counts_every_customer_once() -> None:
    shop = opened(_lines())
    found = shop.disagreement(first="table", second="grid")
    one, other = shop.rfm(), shop.rfm(rules="grid")
    same = [
        row["monetary"]
        for row, twin in zip(one.to_pylist(), other.to_pylist(), strict=True)
        if row["rfm_segment"] == twin["rfm_segment"]
    ]
    assert (found.customers, found.revenue) == (len(same), sum(same))
    assert (found.codes, found.every_code) == (44, 125)
    assert sum(found.table["customers"].to_pylist()) == one.num_rows
    assert shop.disagreement(first="six", second="six").codes == len(every_code(3))


def test_pages_make_up_the_list() -> None:
    shop = opened(_lines())
    whole = shop.rfm().to_pylist()
    pages = []
    for offset in range(0, len(whole), 7):
        page, count = shop.rfm_page(sort="frequency", descending=True, offset=offset, limit=7)
        assert count == len(whole)
        pages += page.to_pylist()
    assert pages == sorted(whole, key=lambda row: (-row["frequency"], row["customer_id"]))


def test_page_searches_and_keeps_segments() -> None:
    shop = opened(_lines())
    page, count = shop.rfm_page(search="C00", sort="customer_id", descending=False)
    assert page["customer_id"].to_pylist() == [f"c00{digit}" for digit in range(10)]
    assert count == 10
    whole = shop.rfm().to_pylist()
    page, count = shop.rfm_page(segments=["Champions", "À risque"], limit=1000)
    wanted = [row for row in whole if row["rfm_segment"] in {"Champions", "At Risk"}]
    assert count == len(wanted) == page.num_rows
    code = whole[0]["rfm_score"]
    page, _ = shop.rfm_page(search=code, limit=1000)
    assert {row["rfm_score"] for row in page.to_pylist()} == {code}
    assert shop.rfm_page(search="50%_off")[1] == 0
    with pytest.raises(RequestError) as caught:
        shop.rfm_page(sort="shoe_size")
    assert caught.value.key == "unknown_sort"


def test_answers_outlive_the_views_they_were_drawn_from() -> None:
    shop = opened(_lines())
    before = shop.segments(), shop.segment_sizes(periods=2)
    for days in range(1, 16):  # more views than the engine holds at once
        shop.kpis(as_of=AS_OF - dt.timedelta(days=days))
    assert shop.segment_sizes(periods=1).num_rows
    assert shop.customer("c000").orders.num_rows
    assert shop.segments(rules="grid").base == before[0].base


def test_one_customers_history() -> None:
    lines = _lines()
    shop = opened(lines)
    seen = shop.segments()
    assert seen.cuts is not None
    mine = [one for one in lines if one.customer_id == "c000"]
    told = shop.customer("c000")
    assert sum(told.orders["amount"].to_pylist()) == sum(one.amount or 0 for one in mine)
    last = told.scores.to_pylist()[-1]
    listed = next(row for row in shop.rfm().to_pylist() if row["customer_id"] == "c000")
    for name in ("recency_days", "frequency", "monetary", "rfm_score", "rfm_segment"):
        assert last[name] == listed[name]
    frozen = Scoring().frozen(seen.cuts)
    for row in told.scores.to_pylist():
        then = shop.rfm(as_of=row["on"], scoring=frozen).to_pylist()
        assert row["rfm_score"] == next(
            one["rfm_score"] for one in then if one["customer_id"] == "c000"
        )
    with pytest.raises(RequestError) as caught:
        shop.customer("returner")
    assert caught.value.key == "unknown_customer"


def test_priority_is_its_formula() -> None:
    lines = _lines(5, customers=200)
    shop = opened(lines)
    then = AS_OF - dt.timedelta(days=180)
    middle = AS_OF - dt.timedelta(days=90)
    names = {row["customer_id"]: row["rfm_segment"] for row in shop.rfm(as_of=then).to_pylist()}
    after: dict[str, list[dt.date]] = defaultdict(list)
    year: dict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        assert one.moment is not None
        day = one.moment.date()
        if one.customer_id and one.amount and one.amount > 0 and day > then:
            after[one.customer_id].append(day)
        if one.customer_id and day > AS_OF - dt.timedelta(days=365):
            year[one.customer_id] += one.amount or 0
    silent = {name for name in names if not any(day <= middle for day in after[name])}
    back = {name for name in silent if after[name]}
    worth: dict[str, Decimal] = defaultdict(Decimal)
    for row in shop.rfm().to_pylist():
        worth[row["rfm_segment"]] += year[row["customer_id"]]
    lapse_all = len(silent - back) / len(names)
    back_all = len(back) / len(silent)
    table = shop.segments().table.to_pylist()
    for row in table:
        if not row["customers"]:
            assert row["priority"] is None
            continue
        mine = {name for name, segment in names.items() if segment == row["rfm_segment"]}
        lapse = (len(mine & silent - back) + 30 * lapse_all) / (len(mine) + 30)
        comeback = (len(mine & back) + 30 * back_all) / (len(mine & silent) + 30)
        assert row["lapse_rate"] == pytest.approx(lapse)
        assert row["comeback_rate"] == pytest.approx(comeback)
        stake = max(float(worth[row["rfm_segment"]]), 0) * lapse
        assert row["at_stake"] == pytest.approx(stake)
        assert row["recoverable"] == pytest.approx(stake * comeback)
    ranked = sorted((row for row in table if row["priority"]), key=lambda row: row["priority"])
    money = [row["recoverable"] for row in ranked]
    assert money == sorted(money, reverse=True)


def _said(shop: Workspace, **asked: Any) -> list[str]:
    notes = shop.segments(**asked).notes
    for key, facts in notes:
        for lang in LANGS:
            assert text(f"segments.{key}", lang, **facts)
    return [key for key, _ in notes]


def test_nobody() -> None:
    shop = opened(_lines())
    assert _said(shop, min_order=10**6) == ["note_nobody"]
    assert shop.segments(min_order=10**6).cuts is None
    assert shop.rfm(min_order=10**6).num_rows == 0
    assert shop.rfm(min_order=10**6).column_names == shop.rfm().column_names
    assert shop.rfm_page(min_order=10**6)[1] == 0
    assert shop.movement(before="2011-03-01", min_order=10**6).table.num_rows == 0
    assert sum(shop.segment_sizes(min_order=10**6)["customers"].to_pylist()) == 0
    assert shop.disagreement(min_order=10**6).customers == 0


def test_one_customer() -> None:
    shop = opened([line("1", "a", "2011-01-01"), line("2", "a", "2011-02-01")])
    assert _said(shop)[0] == "note_one_customer"
    assert sum(shop.segments().table["customers"].to_pylist()) == 1


def test_fewer_customers_than_classes() -> None:
    shop = opened([line(str(n), str(n), f"2011-01-0{n}", price=n) for n in (1, 2, 3)])
    assert _said(shop)[0] == "note_fewer_than_classes"


def test_all_alike() -> None:
    shop = opened([line(str(n), str(n), "2011-01-01") for n in range(40)])
    notes = _said(shop)
    assert [f"note_empty_{one}" for one in ("recency", "frequency", "monetary")] == notes[:3]
    assert set(shop.rfm()["rfm_score"].to_pylist()) == {"511"}


def test_all_negative() -> None:
    lines = [line(str(n), str(n), f"2011-01-{n:02}", price=10) for n in range(1, 11)]
    lines += [
        line(f"C{n}", str(n), f"2011-01-{n:02}", price=10 + n, quantity=-1, product="Q")
        for n in range(1, 11)
    ]
    shop = opened(lines)
    assert "note_all_negative" in _said(shop)
    scores = {row["customer_id"]: row["m_score"] for row in shop.rfm().to_pylist()}
    assert scores["10"] == 1
    assert scores["1"] == 5


def test_advice_for_small_bases() -> None:
    assert "note_fewer_groups" in _said(opened(_lines(customers=250)))
    assert "note_too_small" in _said(opened(_lines(customers=60)))
    assert "note_fewer_groups" not in _said(opened(_lines(customers=400)))


def test_typed_thresholds_that_leave_a_class_empty_say_so() -> None:
    typed = CutPoints(
        recency=(1000, 2000), frequency=(2, 5), monetary=(Decimal(10), Decimal(10**6))
    )
    notes = _said(opened(_lines(customers=400)), scoring=Scoring(cuts=typed))
    assert "note_empty_frozen_recency" in notes
    assert "note_empty_frozen_monetary" in notes


def test_too_short_a_history_has_no_priority() -> None:
    shop = opened(_lines())
    assert "note_no_priority" in _said(shop, as_of="2010-03-01")
    assert shop.segments(as_of="2010-03-01").table["priority"].null_count == 11


def test_predicted_values_stand_beside_their_segment() -> None:
    shop = opened(_lines(9, customers=150))
    named = {row["customer_id"]: row["rfm_segment"] for row in shop.rfm(rules="six").to_pylist()}
    expected: dict[str, list[float]] = defaultdict(list)
    for row in shop.clv().to_pylist():
        expected[named[row["customer_id"]]].append(row["clv_predicted"])
    found = shop.segment_clv(rules="six").to_pylist()
    assert [row["rfm_segment"] for row in found] == shop.segments(rules="six").table[
        "rfm_segment"
    ].to_pylist()
    for row in found:
        values = expected[row["rfm_segment"]]
        assert row["clv_predicted"] == (
            pytest.approx(sum(values) / len(values)) if values else None
        )
