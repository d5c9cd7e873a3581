"""Each filter reaches the workspace, and what is in force is said."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from tests.ui.conftest import Open, control
from tests.ui.fake import FIRST, LAST, FakeWorkspace

from habitue.schema import CustomerType, Filters, Grain, Kind, ReturnsMode
from habitue.ui.filters import _NAMES
from habitue.ui.window import Slide

CHOICES: list[tuple[str, Any, dict[str, Any]]] = [
    ("grain", Grain.QUARTER, {"grain": Grain.QUARTER}),
    ("start", dt.date(2011, 1, 1), {"start": dt.date(2011, 1, 1)}),
    ("end", dt.date(2011, 6, 30), {"end": dt.date(2011, 6, 30)}),
    ("countries", ["France", "EIRE"], {"countries": ("EIRE", "France")}),
    ("customer_type", CustomerType.NEW, {"customer_type": CustomerType.NEW}),
    ("returns", ReturnsMode.NEUTRALISE, {"returns": ReturnsMode.NEUTRALISE}),
    ("min_order", 49.9, {"min_order": Decimal("49.9")}),
    ("kinds", [Kind.PRODUCT], {"kinds": (Kind.PRODUCT,)}),
    ("anonymous", False, {"anonymous": False}),
    ("as_of", dt.date(2011, 6, 30), {"as_of": dt.date(2011, 6, 30)}),
]


@pytest.mark.parametrize(("name", "choice", "expected"), CHOICES, ids=[one[0] for one in CHOICES])
def test_a_filter_reaches_the_workspace_and_the_address(
    open_screen: Open,
    workspace: FakeWorkspace,
    name: str,
    choice: object,
    expected: dict[str, Any],
) -> None:
    at = open_screen()
    control(at, f"filters.{name}").set_value(choice).run()
    assert not at.exception
    assert workspace.asked[-1] == Filters().but(**expected)
    assert at.query_params

    again = FakeWorkspace()
    link = {key: at.query_params[key] for key in at.query_params}
    open_screen(
        workspace=again,
        address={key: one if isinstance(one, list) else [one] for key, one in link.items()},
    )
    assert again.asked == [workspace.asked[-1]]


def test_the_wholesale_threshold_shows_only_where_it_counts(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = open_screen()
    with pytest.raises(KeyError):
        control(at, "filters.wholesale_factor")
    control(at, "filters.customer_type").set_value(CustomerType.WHOLESALE).run()
    control(at, "filters.wholesale_factor").set_value(5.0).run()
    assert workspace.asked[-1] == Filters(
        customer_type=CustomerType.WHOLESALE, wholesale_factor=5.0
    )


def test_every_control_is_among_the_choices_tried() -> None:
    assert {one[0] for one in CHOICES} | {"wholesale_factor"} == set(_NAMES)


def test_clearing_gives_the_defaults_back(open_screen: Open, workspace: FakeWorkspace) -> None:
    at = open_screen(address={"returns": ["exclude"], "min-order": ["50"]})
    assert workspace.asked[-1] != Filters()
    at.button(key="filters.reset").click().run()
    assert workspace.asked[-1] == Filters()
    assert not dict(at.query_params)


@pytest.mark.parametrize(
    ("how", "start", "end"),
    [
        pytest.param(Slide.LAST_12, dt.date(2010, 12, 10), None, id="last year"),
        pytest.param(Slide.ALL, None, None, id="everything"),
    ],
)
def test_the_period_slides(
    open_screen: Open,
    workspace: FakeWorkspace,
    how: Slide,
    start: dt.date | None,
    end: dt.date | None,
) -> None:
    at = open_screen(address={"to": ["2010-05-31"]})
    control(at, "filters.slide").click(how).run()
    assert not at.exception
    assert (workspace.asked[-1].start, workspace.asked[-1].end) == (start, end)


def test_no_kind_at_all_is_refused_in_plain_words(open_screen: Open) -> None:
    at = open_screen(lang="en")
    control(at, "filters.kinds").set_value([]).run()
    assert not at.exception
    assert "No kind of product" in at.error[0].value
    assert "product" in at.info[0].value


def test_a_period_after_the_day_of_the_picture_is_refused(open_screen: Open) -> None:
    at = open_screen(address={"as-of": ["2010-06-30"]})
    control(at, "filters.start").set_value(dt.date(2011, 1, 1)).run()
    assert not at.exception
    assert at.error


@pytest.mark.parametrize(
    ("mode", "lang", "words"),
    [
        ("exclude", "fr", "Retours exclus"),
        ("exclude", "en", "Returns excluded"),
        ("include", "en", "Returns included"),
    ],
)
def test_the_badge_of_returns(open_screen: Open, mode: str, lang: Any, words: str) -> None:
    at = open_screen(lang=lang, address={"returns": [mode]})
    badges = [one.value for one in at.container(key="chips").markdown]
    assert sum(words in badge for badge in badges) == 1
    assert all(("orange" in badge) == (mode == "exclude") for badge in badges if words in badge)


def test_a_date_at_the_edge_of_the_data_stays_open(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = open_screen()
    assert control(at, "filters.start").value == FIRST
    assert control(at, "filters.end").value == LAST
    control(at, "filters.anonymous").set_value(False).run()
    assert (workspace.asked[-1].start, workspace.asked[-1].end) == (None, None)
