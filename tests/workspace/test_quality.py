"""Clean lines pass; each fault is found, and nothing else; counts stay within what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lines import PLAIN, RETAIL, Line, opened

from habitue.data.quality import calendar
from habitue.data.quality.asked import Screening
from habitue.data.quality.report import Quality, Severity, Verdict
from habitue.errors import RequestError
from habitue.workspace import screen

FIRST = dt.datetime.fromisoformat("2010-01-01T10:01")
DAYS = 730
PRICES = (3, 5, 8, 9, 12, 15, 20)


def clean_shop() -> list[Line]:
    """Two whole years, an order a day, twenty new customers a month, nothing odd."""
    lines = []
    arrived: dict[tuple[int, int], int] = {}
    customers = 0
    for ahead in range(DAYS):
        moment = FIRST + dt.timedelta(days=ahead)
        month = (moment.year, moment.month)
        if arrived.setdefault(month, 0) < 20:
            arrived[month] += 1
            customers += 1
            who = customers
        else:
            who = 1 + ahead % customers
        lines += [
            Line(
                order_id=str(1000 + ahead),
                customer_id=f"c{who}",
                moment=moment,
                product=f"P{(ahead + place) % 40}",
                description=f"thing {place}",
                quantity=Decimal(1 + (ahead + place) % 4),
                price=Decimal(PRICES[(ahead + 3 * place) % 7]),
                country="France",
                currency="EUR",
            )
            for place in range(2)
        ]
    return lines


SHOP = clean_shop()


def changed(place: int, **changes: Any) -> Callable[[list[Line]], list[Line]]:
    """Change one line; its amount follows, unless it is given."""
    amount = {} if {"amount", "unreadable"} & changes.keys() else {"amount": None}

    def change(lines: list[Line]) -> list[Line]:
        return [*lines[:place], replace(lines[place], **{**amount, **changes}), *lines[place + 1 :]]

    return change


def with_line(**facts: Any) -> Callable[[list[Line]], list[Line]]:
    """Add a line at the end, like the 101st but for some facts."""
    return lambda lines: [*lines, replace(lines[100], **{"amount": None, **facts})]


def without_days(closed: Callable[[dt.datetime], bool]) -> Callable[[list[Line]], list[Line]]:
    return lambda lines: [one for one in lines if one.moment and not closed(one.moment)]


def everyone(change: Callable[[Line], Line]) -> Callable[[list[Line]], list[Line]]:
    return lambda lines: [change(one) for one in lines]


def _few(one: Line) -> Line:
    assert one.customer_id
    return replace(one, customer_id=f"c{int(one.customer_id[1:]) % 60}")


BIG = [
    replace(
        SHOP[0], order_id=f"b{at}", product=f"B{at}", moment=FIRST + dt.timedelta(days=at),
        price=Decimal(20), quantity=Decimal(4), amount=None,
    )
    for at in range(600)
]  # fmt: skip
OLD = [replace(SHOP[at], order_id=f"o{at}", customer_id=f"o{at}") for at in range(40)]
LATER = FIRST + dt.timedelta(days=100)
FAULTS: dict[str, tuple[Callable[[list[Line]], list[Line]], set[str]]] = {
    "unreadable": (changed(40, unreadable="price", price=None, amount=None), {"unreadable"}),
    "no customer": (changed(40, customer_id=None), {"missing_customer"}),
    "no product": (changed(40, product=None), {"missing_product"}),
    "no description": (changed(40, description=None), {"missing_description"}),
    "no country": (changed(40, country=None), {"missing_country"}),
    "price zero": (changed(40, price=Decimal(0)), {"price_not_positive"}),
    "quantity zero": (changed(40, quantity=Decimal(0)), {"quantity_zero"}),
    "price high": (changed(40, price=Decimal(900), quantity=Decimal(1)), {"price_high"}),
    "quantity high": (changed(40, quantity=Decimal(90), price=Decimal(3)), {"quantity_high"}),
    "a return": (
        with_line(order_id="C9", quantity=Decimal(-1), moment=LATER), {"returns"},
    ),
    "a return of nothing": (
        with_line(order_id="C9", quantity=Decimal(-1), product="never", moment=LATER),
        {"returns", "unmatched_returns"},
    ),
    "a return without its mark": (
        with_line(order_id="9", quantity=Decimal(-1), moment=LATER),
        {"returns", "unmarked_returns"},
    ),
    "a line twice": (lambda lines: [*lines[:9], *lines[8:]], {"duplicate_lines"}),
    "an order twice": (
        lambda lines: [*lines, *lines[8:10]], {"duplicate_lines", "repeated_orders"},
    ),
    "two customers": (changed(40, customer_id="c9"), {"orders_several_customers"}),
    "two moments": (
        changed(40, moment=FIRST + dt.timedelta(days=20, minutes=1)), {"orders_several_moments"},
    ),
    "two countries": (
        changed(40, country="Spain"),
        {"orders_several_countries", "customers_several_countries"},
    ),
    "a traveller": (
        lambda lines: changed(40, country="Spain")(changed(41, country="Spain")(lines)),
        {"customers_several_countries"},
    ),
    "two currencies": (
        changed(40, currency="USD"), {"orders_several_currencies", "several_currencies"},
    ),
    "a wholesaler": (lambda lines: [*lines, *BIG], {"concentration"}),
    "few customers": (everyone(_few), {"few_customers"}),
    "the old ones first": (lambda lines: [*lines, *OLD], {"first_cohort"}),
    "a closed fortnight": (
        without_days(lambda at: dt.datetime(2011, 6, 6) <= at < dt.datetime(2011, 6, 20)),  # noqa: DTZ001 - days
        {"days_without_orders"},
    ),
    "no Sundays": (without_days(lambda at: at.isoweekday() == 7), {"weekdays_without_orders"}),
    "a late start": (without_days(lambda at: at < FIRST + dt.timedelta(days=4)),
                     {"partial_first_month"}),
    "an early end": (without_days(lambda at: at > FIRST + dt.timedelta(days=720)),
                     {"partial_last_month"}),
    "half a year": (without_days(lambda at: at >= dt.datetime(2010, 7, 1)), {"short_history"}),  # noqa: DTZ001 - days
    "days alone": (
        everyone(lambda one: replace(one, moment=one.moment and dt.datetime.combine(
            one.moment.date(), dt.time()))),
        {"days_only"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def clean() -> Quality:
    return opened(SHOP).quality()


def test_clean_lines_have_a_clean_verdict(clean: Quality) -> None:
    assert clean.findings == ()
    assert clean.verdict is Verdict.USABLE
    assert clean.reasons == ()
    assert clean.granularity == "minute"
    assert clean.days.num_rows == DAYS
    assert sum(clean.weekdays["orders"].to_pylist()) == DAYS
    assert set(clean.columns["missing"].to_pylist()) == {0}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_raises_its_finding_and_no_other(fault: str, clean: Quality) -> None:
    spoil, expected = FAULTS[fault]
    found = opened(spoil(SHOP)).quality()
    assert {one.name for one in found.findings} == expected
    # What was looked for before is still looked for.
    assert {one.name for one in found.findings} | set(found.clean) >= set(clean.clean)


def test_counts_and_money_of_a_fault() -> None:
    lines = [*SHOP, *SHOP[8:10], replace(SHOP[100], order_id="C9", quantity=Decimal(-1),
                                         price=Decimal("2.50"), amount=None)]  # fmt: skip
    shop = opened(lines)
    found = shop.quality()
    again, back = found.finding("repeated_orders"), found.finding("returns")
    assert again is not None
    assert back is not None
    copied = sum(one.amount for one in SHOP[8:10] if one.amount is not None)
    assert (again.count, again.lines, again.left_out, again.amount) == (1, 2, 2, copied)
    assert (back.count, back.base, back.amount) == (1, len(lines), Decimal("-2.5"))
    assert back.facts["marked"] == 1
    sample = shop.quality_sample("repeated_orders").to_pylist()
    assert [(row["order_id"], row["lines"], row["amount"]) for row in sample] == [
        ("1004", 2, copied)
    ]
    (row,) = shop.quality_sample("returns").to_pylist()
    assert (row["order_id"], row["quantity"]) == ("C9", Decimal(-1))


def test_a_shop_that_rarely_sells_is_not_closed_every_day() -> None:
    """An order every twentieth day: each weekday has few, none far fewer than another."""
    first = dt.date(2010, 1, 4)
    rare: list[dict[str, Any]] = [
        {"day": first + dt.timedelta(days=20 * at), "orders": 1, "amount": Decimal(5)}
        for at in range(40)
    ]
    assert calendar.read(rare).closed == ()
    never_on_friday = [row for row in rare if row["day"].isoweekday() != 5]
    assert calendar.read(never_on_friday).closed == (5,)


def test_duplicates_left_out_follow_the_preset() -> None:
    lines = [*SHOP[:9], *SHOP[8:]]
    kept = opened(lines, RETAIL).quality().finding("duplicate_lines")
    dropped = opened(lines, PLAIN).quality().finding("duplicate_lines")
    assert kept is not None
    assert dropped is not None
    assert (kept.count, kept.left_out) == (1, 0)
    assert (dropped.count, dropped.left_out) == (1, 1)
    assert kept.facts == {"again": 0, "inside": 1, "orders": 1}


def test_most_lines_without_a_customer_are_no_base_for_cohorts() -> None:
    spoiled = [replace(one, customer_id=None) if at % 3 else one for at, one in enumerate(SHOP)]
    found = opened(spoiled).quality()
    assert found.verdict is Verdict.UNUSABLE
    assert [one.name for one in found.reasons] == ["missing_customer"]


def test_typed_bounds_replace_the_shops_own() -> None:
    shop = opened(SHOP)
    found = shop.quality(price_bound="12", quantity_bound=3)
    dear, many = found.finding("price_high"), found.finding("quantity_high")
    assert dear is not None
    assert many is not None
    assert dear.count == sum(one.price > 12 for one in SHOP if one.price)
    assert many.count == sum(one.quantity > 3 for one in SHOP if one.quantity)
    assert dear.facts == {"fence": Decimal(12)}
    assert all(row["price"] > 12 for row in shop.quality_sample(
        "price_high", price_bound="12", quantity_bound=3).to_pylist())  # fmt: skip


@pytest.mark.parametrize("share", ["0.9", "99%", "0.5"])
def test_winsorising_takes_what_plain_arithmetic_says(share: str) -> None:
    shop = opened(SHOP)
    found = shop.quality(winsorise_at=share).winsorised.to_pylist()
    baskets: dict[str | None, Decimal] = {}
    people: dict[str | None, Decimal] = {}
    for one in SHOP:
        assert one.amount is not None
        baskets[one.order_id] = baskets.get(one.order_id, Decimal(0)) + one.amount
        people[one.customer_id] = people.get(one.customer_id, Decimal(0)) + one.amount
    values = {
        "line": [one.amount for one in SHOP if one.amount is not None],
        "order": list(baskets.values()),
        "customer": list(people.values()),
    }
    whole = sum(values["line"])
    wanted = Screening.of(winsorise_at=share).winsorise_at
    for row in found:
        ordered = sorted(values[row["level"]])
        cap = next(one for at, one in enumerate(ordered, 1) if at >= wanted * len(ordered))
        after = whole - sum(one - cap for one in ordered if one > cap)
        assert row["cap"] == cap
        assert row["above"] == sum(one > cap for one in ordered)
        assert (row["revenue"], row["revenue_after"]) == (whole, after)
        assert row["clv_after"] == round(after / len(people), 4)
        if row["level"] != "customer":
            assert row["aov_after"] == round(after / len(baskets), 4)
        else:
            assert row["aov"] is row["aov_after"] is None


def test_the_clv_before_winsorising_is_the_baseline(clean: Quality) -> None:
    lines = [*SHOP, replace(SHOP[0], order_id="C1", quantity=Decimal(-1), amount=None),
             replace(SHOP[0], order_id="C2", customer_id="never bought", quantity=Decimal(-1),
                     amount=None)]  # fmt: skip
    shop = opened(lines)
    before = shop.quality().winsorised["clv"][0].as_py()
    assert shop.kpis().baseline_clv.mean == pytest.approx(float(before))


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"winsorise_at": "1"}, "winsorise_outside"),
        ({"winsorise_at": "20%"}, "winsorise_outside"),
        ({"winsorise_at": "nan"}, "winsorise_outside"),
        ({"winsorise_at": "most"}, "not_a_number"),
        ({"price_bound": "-1"}, "bound_not_positive"),
        ({"quantity_bound": "inf"}, "bound_not_positive"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, str], key: str) -> None:
    with pytest.raises(RequestError) as refusal:
        Screening.of(**asked)
    assert refusal.value.key == key
    assert refusal.value.say("fr")


def test_a_sample_of_nothing_found_is_refused() -> None:
    with pytest.raises(RequestError, match="unreadable"):
        opened(SHOP).quality_sample("unreadable")


@pytest.mark.parametrize("lines", [SHOP[:1], SHOP[:2], SHOP[40:42]])
def test_one_line_and_one_customer(lines: list[Line]) -> None:
    found = opened(lines).quality()
    assert found.verdict is Verdict.UNUSABLE
    assert {one.name for one in found.reasons} == {"few_customers", "short_history"}
    assert found.price_fence is None
    assert found.winsorised["difference"].to_pylist() == [Decimal(0)] * 3


def test_sources_of_which_nothing_is_kept_are_still_looked_at(tmp_path: Path) -> None:
    source = tmp_path / "gifts.csv"
    source.write_text("order,customer,date,quantity,price\n1,ann,2024-01-05,2,0\n", "utf-8")
    found = screen([source])
    assert found.check.kept["lines"] == 0
    price = found.quality.finding("price_not_positive")
    assert price is not None
    assert (price.count, price.left_out) == (1, 1)
    assert found.samples["price_not_positive"]["customer_id"].to_pylist() == ["ann"]
    assert found.quality.days.num_rows == 0


values = st.sampled_from([Decimal(one) for one in ("-3", "-1", "0", "1", "2", "7.5", "900")])
some_lines = st.lists(
    st.builds(
        Line,
        order_id=st.sampled_from(["1", "2", "3", "C4"]),
        customer_id=st.sampled_from([None, "a", "b"]),
        moment=st.sampled_from([FIRST, FIRST + dt.timedelta(days=1, hours=1), LATER]),
        product=st.sampled_from([None, "P", "Q", "TEST1", "S"]),
        quantity=values,
        price=values,
        country=st.sampled_from([None, "France", "Spain"]),
        currency=st.sampled_from([None, "EUR", "usd"]),
        unreadable=st.sampled_from([None, None, None, "price"]),
        part=st.sampled_from(["one", "two"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(lines=some_lines, rules=st.sampled_from([RETAIL, PLAIN]))
def test_counts_stay_within_what_there_is(lines: list[Line], rules: Any) -> None:
    anchored = [*lines, Line(order_id="9", moment=FIRST)]
    shop = opened(anchored, rules)
    found = shop.quality()
    for one in found.findings:
        assert 0 < one.count <= one.base
        assert one.lines is None or 0 <= (one.left_out or 0) <= one.lines <= len(anchored)
    for one in found.findings[:2]:
        assert shop.quality_sample(one.name, most=3).num_rows <= 3
    names = [one.name for one in found.findings] + list(found.clean)
    assert len(names) == len(set(names))
    readable = [one for one in anchored if one.unreadable is None]
    binned = sum(found.prices["lines"].to_pylist())
    assert binned == sum(one.price > 0 for one in readable if one.price is not None)
    for row in found.winsorised.to_pylist():
        assert row["difference"] <= 0
        assert row["revenue_after"] - row["revenue"] == row["difference"]
    worst = {one.severity for one in found.findings}
    assert (found.verdict is Verdict.UNUSABLE) == (Severity.SERIOUS in worst)
