"""A mapping: written by hand, read back, refused with the nearest name."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.data.mapping import Column, Mapping, candidates, profiles
from habitue.errors import MappingError, SourceError
from habitue.schema import Role
from habitue.texts import LANGS

_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)


@given(
    st.builds(
        Mapping, customer=_NAMES, moment=_NAMES, amount=_NAMES, order=st.none() | _NAMES,
        day_first=st.none() | st.booleans(), decimal=st.sampled_from([None, ".", ","]),
        delimiter=st.sampled_from([None, ",", ";", "\t", "|"]),
        not_a_sale=st.lists(_NAMES).map(tuple),
    )
)  # fmt: skip
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, mapping: Mapping
) -> None:
    path = tmp_path_factory.mktemp("mapping") / "map.yaml"
    mapping.write(path)
    assert Mapping.read(path) == mapping


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    return path


def test_numbers_are_names_too(tmp_path: Path) -> None:
    mapping = Mapping.read(written(tmp_path, "customer: 12\nnot_a_sale: [22, B]\n"))
    assert (mapping.customer, mapping.not_a_sale) == ("12", ("22", "B"))


def test_unknown_key_gives_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="did you mean cancellation_prefix"):
        Mapping.read(written(tmp_path, "cancelation_prefx: C\n"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("decimal: ';'", "'.', ','"),
        ("day_first: sometimes", "true, false"),
        ("currency: pounds", "EUR, GBP"),
        ("encoding: klingon", "utf-8, cp1252"),
        ("not_a_sale: B", "[A, B]"),
        ("customer: [a]", "customer takes A"),
    ],
)
def test_bad_values_are_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(MappingError) as caught:
        Mapping.read(written(tmp_path, text))
    assert caught.value.key == "mapping_bad_value"
    assert says in caught.value.hint()
    assert caught.value.hint("fr")


@pytest.mark.parametrize(
    "text", ["", "- a\n", "a: [", "!!python/object/apply:os.system [echo]", "\x00"]
)
def test_what_is_no_mapping(tmp_path: Path, text: str) -> None:
    with pytest.raises(MappingError) as caught:
        Mapping.read(written(tmp_path, text))
    assert caught.value.key == "mapping_not_yaml"


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        Mapping.read(tmp_path / "none.yaml")


def test_marks_must_differ() -> None:
    with pytest.raises(MappingError, match="both"):
        Mapping(decimal=",", thousands=",")


@pytest.mark.parametrize(
    ("given_", "missing"),
    [
        (Mapping(), (Role.CUSTOMER, Role.MOMENT, Role.AMOUNT)),
        (Mapping(customer="a", quantity="q"), (Role.MOMENT, Role.PRICE)),
        (Mapping(customer="a", moment="m", amount="x"), ()),
        (Mapping(customer="a", moment="m", quantity="q", price="p"), ()),
    ],
)
def test_missing_roles(given_: Mapping, missing: tuple[Role, ...]) -> None:
    assert given_.missing() == missing


def test_every_profile_makes_a_mapping() -> None:
    for profile in profiles():
        for header in profile.headers:
            (found,) = {one.profile for one in candidates([Column(name) for name in header.names])}
            assert found == profile.name
            signed = {name for group in header.signature for name in group}
            assert signed & set(header.names)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("refunded_quantity: a\nnet_quantity: b", "mapping_two_refunds"),
        ("refund: a\nrefunded_quantity: a\nnet_quantity: b", "mapping_two_refunds"),
        ("refund: a\nnet_quantity: b\nper_line: [refund]", "mapping_two_refunds"),
        ("customer: a\nmoment: b\namount: c\nrates: {USD: 0.9}", "mapping_needs"),
        ("customer: a\nmoment: b\namount: c\nshipping_inside: true", "mapping_needs"),
        ("footer_rows: -1", "mapping_bad_value"),
        ("rates: {USD: 0}\ncurrency: EUR", "mapping_bad_value"),
        ("rates: {dollar: 1}\ncurrency: EUR", "mapping_bad_value"),
        ("tax: maybe", "mapping_bad_value"),
        ("per_line: [price]", "mapping_bad_value"),
        ("fill_down: perhaps", "mapping_bad_value"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(MappingError) as caught:
        Mapping.read(written(tmp_path, text))
    assert caught.value.key == key
    assert all(caught.value.say(lang) for lang in LANGS)


def test_rates_are_the_ones_that_were_typed(tmp_path: Path) -> None:
    mapping = Mapping.read(
        written(tmp_path, "currency: eur\ncurrency_column: a\nrates: {usd: 0.1, GBP: '1,17'}\n")
    )
    assert mapping.rates == {"USD": Decimal("0.1"), "GBP": Decimal("1.17")}
    mapping.write(tmp_path / "again.yaml")
    assert Mapping.read(tmp_path / "again.yaml") == mapping
