"""Returns by kind of product."""

from __future__ import annotations

import pytest
from tests.ui.fake import overview

from habitue.charts.look import Look
from habitue.charts.returns import returns_by_kind
from habitue.schema import Filters, ReturnsMode


def test_the_largest_comes_first_with_its_share(english: Look) -> None:
    bars = returns_by_kind(overview(), english).figure.data[0]
    assert list(bars.text) == ["-£719,693 (3.5%)", "-£70"]
    assert list(bars.x) == [719_693.10, 70.0]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (ReturnsMode.INCLUDE, "given back on"),
        (ReturnsMode.EXCLUDE, "left out, on"),
        (ReturnsMode.NEUTRALISE, "the purchases they cancel"),
    ],
)
def test_the_subtitle_says_what_became_of_them(
    english: Look, mode: ReturnsMode, words: str
) -> None:
    under = returns_by_kind(overview(Filters(returns=mode)), english).figure.layout.title.subtitle
    assert words in under.text.replace("<br>", " ")
    assert "n = 17,516 return lines" in under.text.replace("<br>", " ")


def test_alt_names_each_kind(look: Look) -> None:
    alt = returns_by_kind(overview(), look).alt
    assert "719" in alt
    assert ("Livraison" in alt) == (look.lang == "fr")
