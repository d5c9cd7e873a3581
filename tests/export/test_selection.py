"""Rules: and, or, not form a Boolean algebra; words go out and come back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.export.people import AS_OF, people

from habitue.errors import RequestError
from habitue.export.selection import Compare, Everyone, OneOf, Rule, Top, all_of, overdue, read

PEOPLE = people(
    12,
    p_order_90d=pa.array([None if place % 5 == 0 else place / 12 for place in range(12)]),
    expected_next_order=pa.array(
        [None if place == 3 else AS_OF + dt.timedelta(days=place - 6) for place in range(12)]
    ),
)
LEAVES = st.sampled_from(
    [
        Everyone(),
        OneOf("rfm_segment", ("Champions", "Lost")),
        Compare("p_order_90d", "<", 0.5),
        Compare("revenue", ">=", Decimal(7)),
        Compare("last_order", ">", "2011-10-30"),
        Top("revenue", count=3),
        Top("p_order_90d", share=0.25),
        overdue(AS_OF),
        Top("revenue", count=2, within=OneOf("rfm_segment", ("Loyal",))),
    ]
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: two[0] & two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] | two[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=6,
)


def _ids(rule: Rule) -> set[str]:
    return set(PEOPLE.filter(rule.mask(PEOPLE))["customer_id"].to_pylist())


EVERY = _ids(Everyone())


@given(one=RULES, other=RULES)
def test_rules_are_sets(one: Rule, other: Rule) -> None:
    assert _ids(one & other) == _ids(one) & _ids(other)
    assert _ids(one | other) == _ids(one) | _ids(other)
    assert _ids(~one) == EVERY - _ids(one)


@given(rule=RULES)
def test_words_go_out_and_come_back_through_yaml(rule: Rule) -> None:
    again = read(yaml.safe_load(yaml.safe_dump(rule.words())))
    assert _ids(again) == _ids(rule)


def test_what_is_unknown_does_not_hold() -> None:
    low = Compare("p_order_90d", "<", 2.0)
    assert "0000" not in _ids(low)
    assert "0000" in _ids(~low)


def test_top_takes_the_best_and_breaks_ties_by_id() -> None:
    assert _ids(Top("revenue", count=2)) == {"0010", "0011"}
    tied = people(4, revenue=pa.array([5.0, 5.0, 5.0, 1.0]))
    kept = tied.filter(Top("revenue", count=2).mask(tied))
    assert kept["customer_id"].to_pylist() == ["0000", "0001"]
    assert len(_ids(Top("revenue", share=0.01))) == 1


def test_top_ranks_within_a_rule() -> None:
    among = OneOf("rfm_segment", ("Champions",))
    assert _ids(Top("revenue", count=1, within=among)) == {"0008"}
    assert _ids(Top("revenue", count=1) & among) == set()


def test_overdue_is_expected_by_the_day() -> None:
    assert _ids(overdue(AS_OF)) == {"0000", "0001", "0002", "0004", "0005", "0006"}


def test_all_of_nothing_is_everyone() -> None:
    assert all_of() == Everyone()


@pytest.mark.parametrize(
    "words",
    [None, [], {}, {"and": 3}, {"column": "x"}, {"top": "x"}, {"top": "x", "count": 1, "share": 1},
     {"column": "x", "~": 3}, {"everyone": True, "not": {}}, "everyone", {"drop table": 1}],
)  # fmt: skip
def test_words_that_are_no_rule_are_refused(words: object) -> None:
    with pytest.raises(RequestError):
        read(words)


@pytest.mark.parametrize(
    "rule",
    [OneOf("nope", ()), Compare("orders", "<", "many"), Compare("last_order", ">", "yesterday"),
     Compare("orders", "!", 1), Top("rfm_segment", count=1), Top("orders"),
     Top("orders", count=0), Top("orders", share=1.5)],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused(rule: Rule) -> None:
    with pytest.raises(RequestError):
        rule.mask(PEOPLE)
