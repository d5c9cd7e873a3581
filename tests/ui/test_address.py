"""The address holds the filters; nonsense in it is named and passed over."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ui.conftest import Open, control
from tests.ui.fake import FIRST, LAST, FakeWorkspace

from habitue.schema import CustomerType, Filters, Grain, Kind, ReturnsMode
from habitue.ui.address import read, spell

SHOP = FakeWorkspace().shop()
_days = st.none() | st.dates(FIRST, LAST)


@st.composite
def asked(draw: st.DrawFn) -> Filters:
    start, end = draw(_days), draw(_days)
    if start and end and start > end:
        start, end = end, start
    return Filters(
        start=start,
        end=end,
        as_of=draw(st.none() | st.dates(start or FIRST, LAST)),
        countries=tuple(sorted(draw(st.sets(st.sampled_from(["France", "EIRE"]))))),
        returns=draw(st.sampled_from(ReturnsMode)),
        min_order=draw(st.none() | st.decimals(0, 10_000, places=2)),
        customer_type=draw(st.none() | st.sampled_from(CustomerType)),
        kinds=tuple(
            kind for kind in Kind if kind in draw(st.sets(st.sampled_from(Kind), min_size=1))
        )
        or tuple(Kind),
        anonymous=draw(st.booleans()),
        grain=draw(st.sampled_from(Grain)),
        wholesale_factor=draw(st.floats(1, 100)),
    )


@given(asked())
def test_what_is_spelt_is_read_back(filters: Filters) -> None:
    assert read(spell(filters), SHOP) == (filters, [])


@given(
    st.dictionaries(
        st.sampled_from(["grain", "from", "to", "as-of", "country", "kinds", "min-order",
                         "returns", "customer-type", "wholesale-factor", "anonymous"]),
        st.lists(st.text(max_size=12), min_size=1, max_size=3),
    )
)  # fmt: skip
def test_no_address_breaks_the_page(words: dict[str, list[str]]) -> None:
    _, refused = read(words, SHOP)
    for refusal in refused:
        assert refusal.what("fr")
        assert refusal.hint("en")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"returns": ["maybe"]}, "maybe"),
        ({"from": ["yesterday"]}, "yesterday"),
        ({"from": ["1999-01-01"]}, "1999"),
        ({"from": ["2011-02-01"], "to": ["2011-01-01"]}, "2011"),
        ({"country": ["Atlantis"]}, "Atlantis"),
        ({"min-order": ["NaN"]}, "NaN"),
        ({"min-order": ["-5"]}, "-5"),
        ({"wholesale-factor": ["lots"]}, "lots"),
        ({"anonymous": ["perhaps"]}, "perhaps"),
        ({"kinds": ["product", "gold"]}, "gold"),
    ],
)
def test_what_cannot_be_is_named_and_left_aside(
    open_screen: Open, workspace: FakeWorkspace, words: dict[str, list[str]], said: str
) -> None:
    at = open_screen(lang="en", address={**words, "grain": ["quarter"]})
    assert not at.exception
    assert len(at.warning) == 1
    assert said in at.warning[0].value
    assert workspace.asked[-1].grain is Grain.QUARTER
    at.run()
    assert not at.warning


def test_travelling_through_history_brings_the_filters_back(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = open_screen()
    control(at, "filters.returns").set_value(ReturnsMode.EXCLUDE).run()
    at.query_params["returns"] = "neutralise"
    at.run()
    assert workspace.asked[-1].returns is ReturnsMode.NEUTRALISE
    assert control(at, "filters.returns").value == ReturnsMode.NEUTRALISE


def test_another_screen_and_back_keeps_the_filters(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = open_screen(address={"min-order": ["50"]})
    at.switch_page("screens/help.py")
    at.query_params.clear()
    at.run()
    at.switch_page("screens/overview.py").run()
    assert not at.exception
    assert control(at, "filters.min_order").value == 50
    assert {asked.min_order for asked in workspace.asked} == {Decimal(50)}
    assert at.query_params["min-order"] == "50"


def test_two_readers_do_not_share_their_filters(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    open_screen(address={"as-of": ["2011-06-30"]})
    other = open_screen()
    assert workspace.asked[-1] == Filters()
    assert control(other, "filters.as_of").value == dt.date(2011, 12, 9)


def test_a_crafted_link_brings_no_picture_from_elsewhere(open_screen: Open) -> None:
    at = open_screen(address={"returns": ["![x](http://elsewhere.example/x.png)"]})
    assert "![x]" not in at.warning[0].value
    assert r"!\[x\]" in at.warning[0].value
