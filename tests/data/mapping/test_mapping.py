"""A mapping: written by hand, read back, refused with the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.data.mapping import Mapping, profiles
from habitue.errors import MappingError, SourceError
from habitue.schema import Role

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
        names = {role: names[0] for role, names in profile.roles.items()}
        assert profile.mapping(names).profile == profile.name
        assert set(profile.signature) <= set(profile.roles)
