"""The recipe of a score: thresholds that rise, words that exist, files that read back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.core.segments.explain import explained, meaning
from habitue.core.segments.scoring import CutPoints, Scoring
from habitue.core.segments.values import cuts_from, places
from habitue.errors import RequestError
from habitue.schema import Basis
from habitue.texts import LANGS

TYPED = CutPoints(recency=(30, 90), frequency=(2, 5), monetary=(Decimal(100), Decimal(400)))


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60),
    st.sampled_from([3, 4, 5]),
    st.integers(0, 2**32 - 1),
)
def test_equal_values_equal_scores_and_the_classes_of_a_quantile(
    numbers: list[int], classes: int, seed: int
) -> None:
    counts = {value: numbers.count(value) for value in numbers}
    money = sorted(Decimal(value) for value in numbers)
    steps = tuple(
        min((one for one in money if one > money[place]), default=None)
        for place in places(len(money), classes)
    )
    cuts = cuts_from(counts, counts, steps, most=money[-1], as_of=dt.date(2011, 12, 9))
    below = np.quantile(numbers, [part / classes for part in range(1, classes)])
    for value in set(numbers):
        # numpy's own quantile, interpolated: who stands at or below it is what counts.
        above = int(sum(value > edge + 1e-9 for edge in below))
        assert cuts.scores(value, value, Decimal(value)) == (classes - above, above + 1, above + 1)


def test_places_are_whole_numbers_where_floats_would_slip() -> None:
    for customers in range(1, 400):
        for classes in (3, 4, 5):
            exact = [(customers - 1) * part // classes for part in range(1, classes)]
            assert list(places(customers, classes)) == exact


def test_a_tie_across_a_quantile_leaves_a_class_empty() -> None:
    # Seven of ten ordered once: the first three quintiles are all 1.
    cuts = cuts_from(
        {5: 10}, {1: 7, 2: 2, 8: 1}, (Decimal(2),) * 4, most=Decimal(9), as_of=dt.date(2011, 12, 9)
    )
    assert cuts.frequency == (2, 2, 2, 3)
    assert [cuts.scores(5, orders, Decimal(1))[1] for orders in (1, 2, 8)] == [1, 4, 5]
    assert cuts.scores(5, 1, Decimal(1))[0] == 5


def test_bounds_of_a_class_hold_exactly_its_values() -> None:
    for value in range(1, 120):
        recency, frequency, monetary = TYPED.scores(value, value, Decimal(value * 5))
        low, high = TYPED.reach("recency", recency)
        assert (low or 0) <= value <= (high or value)
        low, high = TYPED.reach("frequency", frequency)
        assert (low or 0) <= value < (high or value + 1)
        low, high = TYPED.reach("monetary", monetary)
        assert (low or 0) <= value * 5 < (high or value * 5 + 1)


def test_a_code_in_words() -> None:
    cuts = CutPoints(
        recency=(22, 60, 188, 410),
        frequency=(2, 3, 5, 10),
        monetary=tuple(Decimal(one) for one in (270, 594, 980, 2849)),
    )
    assert (
        explained("554", cuts, "GBP", "en")
        == "554 = last order within 22 days, at least 10 orders, from £980.00 to under £2,849.00"
    )
    assert explained("555", cuts, "GBP", "fr") == (
        "555 = dernière commande il y a 22 jours au plus, au moins 10 commandes, "
        "au moins 2\N{NARROW NO-BREAK SPACE}849,00\N{NO-BREAK SPACE}£"
    )
    assert explained("123", cuts, None, "en") == (
        "123 = last order more than 410 days ago, 2 orders, from 594.00 to under 980.00"
    )
    assert meaning("frequency", 1, cuts, None) == "1 order"
    assert meaning("frequency", 3, cuts, None) == "3 to 4 orders"


def test_an_empty_class_says_so() -> None:
    cuts = CutPoints(
        recency=(10, 10), frequency=(2, 2), monetary=(Decimal(5), Decimal(5)),
        taken_on=dt.date(2011, 12, 9),
    )  # fmt: skip
    for measure in ("recency", "frequency", "monetary"):
        for lang in LANGS:
            words = meaning(measure, 2, cuts, "EUR", lang)
            assert ("vide" if lang == "fr" else "empty") in words


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"classes": 6}, "classes_outside"),
        ({"classes": "five"}, "not_a_number"),
        ({"basis": "turnover"}, "unknown_word"),
        ({"window_days": 0}, "window_too_short"),
        ({"window_days": "1.5"}, "not_whole"),
        ({"recency": [30, 90]}, "thresholds_partial"),
        ({"recency": [90, 30], "frequency": [2, 5], "monetary": [1, 2]}, "thresholds_not_rising"),
        ({"recency": [30, 90], "frequency": [5, 5], "monetary": [1, 2]}, "thresholds_not_rising"),
        ({"recency": [30], "frequency": [2, 5], "monetary": [1, 2]}, "thresholds_uneven"),
        ({"recency": "a,b", "frequency": "2,5", "monetary": "1,2"}, "not_a_number"),
        ({"recency": "1.5,2", "frequency": "2,5", "monetary": "1,2"}, "not_whole"),
        ({"recency": "1,2", "frequency": "2,5", "monetary": "1,nan"}, "not_a_number"),
        ({"recency": "1,2", "frequency": "2,5", "monetary": "1,2", "classes": 5},
         "thresholds_other_classes"),
        ({"recency": "1,2", "frequency": "2,5", "monetary": "1,2", "taken_on": "x"}, "not_a_date"),
        ({"clases": 5}, "scoring_key"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(asked: dict[str, object], key: str) -> None:
    with pytest.raises(RequestError) as caught:
        Scoring.of(**asked)
    assert caught.value.key == key
    for lang in LANGS:
        assert caught.value.say(lang)


def test_frozen_thresholds_may_be_equal_typed_ones_may_not() -> None:
    CutPoints(recency=(3, 3), frequency=(2, 2), monetary=(Decimal(1),) * 2,
              taken_on=dt.date(2011, 1, 1))  # fmt: skip
    with pytest.raises(RequestError):
        CutPoints(recency=(3, 3), frequency=(2, 2), monetary=(Decimal(1),) * 2)


@pytest.mark.parametrize(
    "scoring",
    [
        Scoring(),
        Scoring(classes=3, basis=Basis.MARGIN, window_days=365),
        Scoring().frozen(TYPED),
        Scoring(basis=Basis.GROSS).frozen(
            CutPoints(recency=(1, 1), frequency=(2, 2), monetary=(Decimal("0.0001"), Decimal(3)),
                      taken_on=dt.date(2011, 12, 9))
        ),
    ],
)  # fmt: skip
def test_a_recipe_saved_reads_back_the_same(scoring: Scoring, tmp_path: Path) -> None:
    file = tmp_path / "scoring.yaml"
    file.write_text(scoring.to_yaml(), "utf-8")
    assert Scoring.read(file) == scoring
    assert Scoring.read(str(file)) == scoring


def test_a_file_that_is_no_recipe() -> None:
    with pytest.raises(RequestError) as caught:
        Scoring.read("- 1\n- 2")
    assert caught.value.key == "yaml_not_keys"
