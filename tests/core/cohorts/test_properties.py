"""What holds of every cohort table, whatever the shop."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lines import Line, line, opened

from habitue.schema import Ages, Breakdown, Grain, Retention

FIRST, LAST = dt.date(2010, 1, 1), dt.date(2010, 12, 31)
QUICK = settings(max_examples=12, deadline=None)


@st.composite
def shops(draw: st.DrawFn) -> list[Line]:
    """A few customers over a year, with returns, baskets of zero, days shared, none known."""
    lines = []
    for number in range(draw(st.integers(1, 25))):
        customer = draw(st.sampled_from([None, *"abcdefgh"]))
        day = FIRST + dt.timedelta(days=draw(st.integers(0, (LAST - FIRST).days)))
        back = draw(st.sampled_from([False, False, False, True]))
        lines.append(
            line(
                f"{'C' if back else ''}{number}", customer, f"{day.isoformat()} 12:00",
                quantity=-1 if back else 1, price=draw(st.sampled_from(["1", "10.5", "200"])),
                country=draw(st.sampled_from(["France", "Spain"])), product=str(number % 3),
            )
        )  # fmt: skip
    # One sale on the first day: a shop of returns alone has no first order to stand on.
    return [line("first", "z", "2010-01-01 09:00"), *lines]


ASKED = st.fixed_dictionaries(
    {
        "grain": st.sampled_from(list(Grain)),
        "ages": st.sampled_from(list(Ages)),
        "as_of": st.dates(FIRST, LAST),
    }
)


def within(lines: list[Line], asked: dict[str, Any]) -> dict[str, Any]:
    """Bring the day of the picture inside what the lines hold."""
    days = [one.moment.date() for one in lines if one.moment]
    return asked | {"as_of": min(asked["as_of"], max(days))}


@QUICK
@given(shops(), ASKED)
def test_rates_are_shares_that_move_the_way_their_name_says(
    lines: list[Line], asked: dict[str, Any]
) -> None:
    desk, asked = opened(lines), within(lines, asked)
    for how in Retention:
        rows = desk.cohorts(**asked, retention=how).to_pylist()
        before: dict[Any, int] = {}
        for row in rows:
            assert 0 <= row["active"] <= row["customers"]
            if row["observed"]:
                assert row["rate"] == row["active"] / row["customers"]
                assert 0 <= row["rate_low"] <= row["rate"] + 1e-12
                assert row["rate"] - 1e-12 <= row["rate_high"] <= 1 + 1e-12
            else:
                assert row["rate"] is row["rate_low"] is row["rate_high"] is None
            earlier = before.get(row["cohort"])
            if earlier is not None and how is Retention.BY:
                assert row["active"] >= earlier
            if earlier is not None and how is Retention.ON_OR_AFTER:
                assert row["active"] <= earlier
            before[row["cohort"]] = row["active"]
            if row["age"] == 0 and how is not Retention.BY:
                assert row["active"] == row["customers"]


@QUICK
@given(shops(), ASKED, st.sampled_from(list(Retention)), st.booleans())
def test_the_average_is_sums_over_sums(
    lines: list[Line], asked: dict[str, Any], how: Retention, keep: bool
) -> None:
    desk, asked = opened(lines), within(lines, asked)
    cells = desk.cohorts(**asked, retention=how).to_pylist()
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for row in cells:
        if row["observed"] and (keep or not row["truncated"]):
            sums[row["age"]].update(
                cohorts=1, customers=row["customers"], active=row["active"], orders=row["orders"]
            )
    pooled = desk.pooled(**asked, retention=how, keep_truncated=keep).to_pylist()
    assert [row["age"] for row in pooled] == sorted(sums)
    for row in pooled:
        want = sums[row["age"]]
        assert abs(row["rate"] - want["active"] / want["customers"]) < 1e-12
        assert {name: row[name] for name in want} == dict(want)


@QUICK
@given(shops(), ASKED)
def test_the_last_customer_decides_what_is_observed(
    lines: list[Line], asked: dict[str, Any]
) -> None:
    """A day more never takes an observation back, and an observed cell never moves again."""
    desk, asked = opened(lines), within(lines, asked)
    later = asked | {"as_of": max(one.moment.date() for one in lines if one.moment)}
    now = {(row["cohort"], row["age"]): row for row in desk.cohorts(**asked).to_pylist()}
    then = {(row["cohort"], row["age"]): row for row in desk.cohorts(**later).to_pylist()}
    for at, row in now.items():
        if row["observed"] and row["customers"] == then[at]["customers"]:
            assert then[at]["observed"]
            for name in ("active", "orders", "rate"):
                assert then[at][name] == row[name]


@QUICK
@given(shops(), ASKED, st.randoms(use_true_random=False))
def test_neither_later_lines_nor_their_order_matter(
    lines: list[Line], asked: dict[str, Any], dice: random.Random
) -> None:
    asked = within(lines, asked)
    found = opened(lines).cohorts(**asked).to_pylist()
    future = [line("late", who, f"{LAST + dt.timedelta(days=40)} 10:00") for who in ("a", "new")]
    mixed = [*lines, *future[:1], line("later", "new", f"{LAST + dt.timedelta(days=9)} 10:00")]
    dice.shuffle(mixed)
    assert opened(mixed).cohorts(**asked).to_pylist() == found


@QUICK
@given(shops(), ASKED, st.sampled_from(list(Breakdown)))
def test_a_breakdown_shares_the_customers_out(
    lines: list[Line], asked: dict[str, Any], breakdown: Breakdown
) -> None:
    desk, asked = opened(lines), within(lines, asked)
    whole: Counter[Any] = Counter()
    for row in desk.cohorts(**asked).to_pylist():
        whole[row["cohort"], row["age"]] += row["buyers"]
    parts: Counter[Any] = Counter()
    money = sum(row["revenue"] for row in desk.cohorts(**asked).to_pylist())
    split = desk.cohorts(**asked, breakdown=breakdown).to_pylist()
    for row in split:
        parts[row["cohort"], row["age"]] += row["buyers"]
    assert +parts == +whole
    assert sum(row["revenue"] for row in split) == money


@QUICK
@given(shops(), st.sampled_from(["France", "Spain"]))
def test_a_filter_never_moves_a_customer(lines: list[Line], country: str) -> None:
    desk = opened(lines)
    known = [one for one, _ in desk.shop().countries]
    if country not in known:
        return
    all_of = {
        who: row["cohort"]
        for row in desk.cohorts().to_pylist()
        if row["age"] == 0
        for who in desk.cell_customers(cohort=row["cohort"], age=0)["customer_id"].to_pylist()
    }
    for row in desk.cohorts(countries=[country]).to_pylist():
        people = desk.cell_customers(countries=[country], cohort=row["cohort"], age=row["age"])
        for who in people["customer_id"].to_pylist():
            assert all_of[who] == row["cohort"]


@QUICK
@given(shops(), ASKED, st.sampled_from(list(Retention)))
def test_the_customers_of_a_cell_add_up_to_it(
    lines: list[Line], asked: dict[str, Any], how: Retention
) -> None:
    desk, asked = opened(lines), within(lines, asked)
    for row in desk.cohorts(**asked, retention=how).to_pylist()[:6]:
        people = desk.cell_customers(
            **asked, retention=how, cohort=row["cohort"], age=row["age"]
        ).to_pylist()
        assert sum(one["active"] for one in people) == row["active"]
        assert sum(one["orders"] for one in people) == row["orders"]
        assert sum(one["revenue"] for one in people) == row["revenue"]
        assert len({one["customer_id"] for one in people}) == len(people)
