"""Small shops made to be hard: everything is found again, and what must not matter does not."""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from tests.lines import ALL_REASONS, PLAIN, RETAIL, Line, classified, opened, tables
from tests.truth.arithmetic import RULES, UNIT, Ledger, content, judge, repeats, tally
from tests.truth.comparing import agree
from tests.truth.shops import documents, filters, lines, raw
from tests.truth.test_overview import plain

from habitue.errors import RequestError
from habitue.schema import Filters, Kind, Reason
from habitue.workspace import Overview, Workspace

EXAMPLES = int(os.environ.get("HABITUE_EXAMPLES", "8"))
"""Shops made for each property: few by default, thousands when something smells."""
RULE_SETS = {"standard": RETAIL, "plain": PLAIN, "all": ALL_REASONS}
EVERY_RULE = {**RULES, "all": tuple(reason.value for reason in Reason)}
slow_to_start = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@given(rows=lines(), rules=st.sampled_from(sorted(RULE_SETS)))
@settings(max_examples=5 * EXAMPLES, deadline=None)
def test_each_line_gets_the_reason_found_again(rows: list[Line], rules: str) -> None:
    found = classified(rows, RULE_SETS[rules])
    expected = judge(raw(rows), EVERY_RULE[rules])
    assert [(row["is_return"], row["kind"], row["reason"]) for row in found] == [
        one[1:] for one in expected
    ]


@given(rows=lines(), rules=st.sampled_from(sorted(RULE_SETS)))
@slow_to_start
def test_waterfall_closes_and_is_found_again(rows: list[Line], rules: str) -> None:
    quality = _opened(rows, rules).check()
    taken = [lines for _, lines, _ in quality.excluded]
    money = [amount for *_, amount in quality.excluded]
    assert len(rows) == quality.raw["lines"] == sum(taken, quality.kept["lines"])
    assert quality.raw["amount"] == sum(money, quality.kept["amount"])
    expected = tally(judge(raw(rows), EVERY_RULE[rules]))
    assert quality.kept["amount"] * UNIT == expected["kept"]["amount"]
    assert {(reason, lines) for reason, lines, _ in quality.excluded} == {
        (reason, figures["lines"])
        for reason, figures in expected.items()
        if reason not in {"raw", "kept", "with_customer"}
    }


@given(data=st.data(), rows=lines())
@slow_to_start
def test_every_figure_is_found_again(data: st.DataObject, rows: list[Line]) -> None:
    asked = data.draw(filters(rows))
    found = _answered(rows, asked)
    agree(found, Ledger(judge(raw(rows), RULES["standard"])).ask(**plain(asked)))


@given(data=st.data(), rows=lines(most=8))
@slow_to_start
def test_parts_in_any_order_change_nothing(data: st.DataObject, rows: list[Line]) -> None:
    cuts = data.draw(st.lists(st.integers(1, len(rows)), max_size=4).map(sorted))
    parts = [rows[low:high] for low, high in itertools.pairwise([0, *cuts, len(rows)])]
    assume(not any(_falls_into_copies(rows, rows[cut - 1 : cut + 1]) for cut in cuts))
    asked = data.draw(filters(rows, whole=True))
    moved = [
        replace(row, part=f"part {number}")
        for number, part in data.draw(st.permutations(list(enumerate(parts))))
        for row in part
    ]
    _same(_answered(rows, asked), _answered(moved, asked))


def _falls_into_copies(rows: list[Line], around: list[Line]) -> bool:
    """Tell whether a cut goes through an order whose lines fall into equal copies by themselves.

    Two exports of an order and an order for two of everything then look the same.
    """
    for order in {line.order_id for line in around}:
        mine = [line for line in raw(rows) if line.order_id == order]
        later = repeats(raw(rows))
        kept = Counter(content(line) for line in mine if line.position not in later)
        if math.gcd(*kept.values()) > 1:
            return True
    return False


@given(data=st.data(), documents=documents())
@slow_to_start
def test_order_of_rows_changes_nothing(data: st.DataObject, documents: list[list[Line]]) -> None:
    rows = list(itertools.chain(*documents))
    asked = data.draw(filters(rows, whole=True))
    shuffled = [data.draw(st.permutations(one)) for one in data.draw(st.permutations(documents))]
    _same(_answered(rows, asked), _answered(list(itertools.chain(*shuffled)), asked))


@given(data=st.data(), rows=lines())
@slow_to_start
def test_filters_never_move_a_customer_to_another_cohort(
    data: st.DataObject, rows: list[Line]
) -> None:
    asked = data.draw(filters(rows))
    shop = opened(rows)
    try:
        view = shop._look(shop.settle(Filters.of(**asked))).view
    except RequestError:
        assume(False)
    base = shop._engine.run(view.base).to_pylist()
    acquired = {
        row["customer_id"]: row["acquired_on"] for row in tables(["customers"])["customers"]
    }
    assert acquired == {
        who: order.day for who, order in Ledger(judge(raw(rows), RULES["standard"])).first.items()
    }
    assert {row["customer_id"]: row["acquired_on"] for row in base}.items() <= acquired.items()
    assert len({row["customer_id"] for row in base}) == len(base)


@given(data=st.data(), rows=lines())
@slow_to_start
def test_the_future_is_not_seen(data: st.DataObject, rows: list[Line]) -> None:
    days = {row.moment.date() for row in rows if row.moment is not None}
    as_of = data.draw(st.sampled_from(sorted(days)))
    asked = data.draw(filters(rows)) | {"as_of": as_of}
    # Blank lines hold the place of what is not there yet: between two copies of an order it
    # tells them from one order for two of everything.
    blank = Line(order_id=None, unreadable="moment")
    past = [row if row.moment is None or row.moment.date() <= as_of else blank for row in rows]
    _same(_answered(rows, asked), _answered(past, asked))


@given(data=st.data(), rows=lines())
@slow_to_start
def test_sums_add_up(data: st.DataObject, rows: list[Line]) -> None:
    asked = data.draw(filters(rows))
    found = _answered(rows, asked)
    kpis, periods = found.kpis, found.by_period.to_pylist()
    assert kpis.revenue == kpis.gross + kpis.returned
    assert (kpis.returned == 0) or asked["returns"] != "exclude"
    for name in ("revenue", "gross", "returned"):
        assert sum(row[name] for row in periods) == getattr(kpis, name)
    for row in periods:
        parts = ("revenue_new", "revenue_returning", "revenue_anonymous")
        assert sum(row[name] for name in parts) == row["revenue"] == row["gross"] + row["returned"]
    assert sum(row["orders"] for row in periods) == kpis.orders


@given(data=st.data(), rows=lines(most=8))
@settings(parent=slow_to_start, max_examples=EXAMPLES // 2)
def test_parts_of_a_shop_add_up(data: st.DataObject, rows: list[Line]) -> None:
    asked = data.draw(filters(rows, whole=True))
    shop = opened(rows)
    whole = shop.kpis(**asked)
    kinds = [shop.kpis(**asked, kinds=[kind]) for kind in shop.shop().kinds]
    assert sum(one.revenue for one in kinds) == whole.revenue
    assert sum(one.unmatched_returns for one in kinds) == whole.unmatched_returns
    assert sum(one.unmatched_lines for one in kinds) == whole.unmatched_lines
    small, big = (shop.kpis(**asked, customer_type=one) for one in ("retail", "wholesale"))
    known = shop.kpis(**asked, anonymous=False)
    assert small.customers_ever + big.customers_ever == known.customers_ever
    assert small.baseline_clv.n + big.baseline_clv.n == known.baseline_clv.n
    assert small.revenue + big.revenue <= known.revenue or asked["returns"] == "include"


@given(rows=lines())
@slow_to_start
def test_returns_never_cancel_more_than_was_bought(rows: list[Line]) -> None:
    # Amounts of their own, as after a discount: not quantity x price.
    rows = [
        replace(
            row, amount=row.amount and (row.amount * Decimal("0.77")).quantize(Decimal("0.0001"))
        )
        for row in rows
    ]
    shop = opened(rows)
    kpis = shop.kpis(returns="neutralise")
    made = tables(["orders", "returns", "matches"])
    for table, key, column, sign in (
        ("orders", "order_id", "amount", 1), ("returns", "return_id", "returned", -1),
    ):  # fmt: skip
        met: Counter[Any] = Counter()
        for match in made["matches"]:
            assert match["quantity"] > 0
            assert match["amount"] >= 0
            met[match[key], match["kind"]] += match[column]
        for document in made[table]:
            for kind in Kind:
                money = sign * document[f"amount_{kind}"]
                assert met[document["order_id"], kind.value] <= max(money, 0)
    assert 0 <= kpis.revenue <= kpis.gross
    assert kpis.unmatched_lines >= 0
    total = sum(row[f"amount_{kind}"] for row in made["returns"] for kind in Kind)
    assert kpis.unmatched_returns == total + sum(one["returned"] for one in made["matches"])


def _opened(rows: list[Line], rules: str = "standard") -> Workspace:
    """Open a shop; one whose rules leave nothing is for another test."""
    judged = judge(raw(rows), EVERY_RULE[rules])
    assume(any(one.reason is None and not one.is_return for one in judged))
    return opened(rows, RULE_SETS[rules])


def _answered(rows: list[Line], asked: dict[str, Any]) -> Overview:
    """Ask; a request that this shop has to refuse is for another test."""
    try:
        return _opened(rows).overview(**asked)
    except RequestError:
        reject()


def _same(one: Overview, other: Overview) -> None:
    for name in ("by_period", "north_star_by_cohort", "returns"):
        assert getattr(one, name).to_pylist() == getattr(other, name).to_pylist(), name
    assert one.kpis == other.kpis
