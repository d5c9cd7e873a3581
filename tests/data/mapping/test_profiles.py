"""Profiles: each known export is recognised by its names alone, and no other is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.exports import EXPORTS, SHOPIFY, SHOWN, WIX, Export

from habitue.data.mapping import Column, candidates, guess, named, private_columns, profiles
from habitue.errors import MappingError
from habitue.schema import Role
from habitue.texts import LANGS, has_text, text

each = pytest.mark.parametrize("export", EXPORTS, ids=SHOWN)


def columns(names: list[str]) -> list[Column]:
    return [Column(name) for name in names]


@each
def test_a_header_is_its_own_system_and_no_other(export: Export) -> None:
    (best,) = candidates(columns(export.names))
    assert best.profile == export.profile
    assert best.hits > 0.6 * best.names
    assert best.hits + len(best.lacking) == best.names
    assert guess(columns(export.names)).candidate == best
    assert not best.mapping.missing()


def test_every_profile_has_an_export() -> None:
    assert {export.profile for export in EXPORTS} == {profile.name for profile in profiles()}


@settings(max_examples=60, deadline=None)
@given(
    export=st.sampled_from(EXPORTS),
    seed=st.integers(0, 10_000),
    extra=st.lists(st.text(min_size=1, max_size=12), max_size=6),
    dress=st.sampled_from([str, str.upper, str.lower, '"{}"'.format, "\ufeff{} ".format]),
)
def test_order_dress_and_company_of_columns_change_nothing(
    export: Export, seed: int, extra: list[str], dress: type[str]
) -> None:
    plain = candidates(columns(export.names))[0]
    known = {name.casefold() for other in profiles() for header in other.headers
             for name in header.names}  # fmt: skip
    strange = [f"zz {name}" for name in extra if name.casefold() not in known]
    names = [*map(dress, export.names), *strange]
    random.Random(seed).shuffle(names)
    (best,) = candidates(columns(names))
    assert (best.profile, best.hits) == (plain.profile, plain.hits)
    assert {role: dress(name) for role, name in plain.roles.items()} == best.roles


@pytest.mark.parametrize(
    "header",
    [
        "order_id,customer_id,date,amount",
        "Name,Email,Created at,Total",
        "Date,Time,Type,Status,Gross,Net",
        "id,Amount,Currency,Status,Customer Email",
        "Order ID,Order Date,Customer,Total",
        "ID,Référence,Client,Total,Date",
        "N° commande,Date de commande,Client,Quantité,Prix unitaire",
        "",
    ],
)
def test_a_few_common_names_are_no_system(header: str) -> None:
    assert candidates(columns(header.split(","))) == ()


def test_a_known_export_that_lost_a_needed_column_is_not_recognised() -> None:
    names = [name for name in SHOPIFY.names if name not in ("Email", "Phone")]
    assert candidates(columns(names)) == ()


def test_the_score_is_said_in_words() -> None:
    best = candidates(columns([name for name in SHOPIFY.names if name != "Vendor"]))[0]
    assert text(best.reason, "en", **best.facts) == "Shopify: 39 of 40 names"
    assert text(best.reason, "fr", **best.facts) == "Shopify\N{NO-BREAK SPACE}: 39 noms sur 40"
    assert best.lacking == ("Vendor",)


def test_twins_are_told_by_the_first() -> None:
    best = candidates(columns(WIX.names))[0]
    assert WIX.names.count("Delivery country") == 2
    assert best.roles[Role.COUNTRY] == "Delivery country"
    assert best.mapping.first_of_twins


def test_unknown_profile_gives_the_nearest() -> None:
    with pytest.raises(MappingError) as caught:
        named("shopify")
    assert caught.value.key == "mapping_unknown_profile"
    assert "shopify-orders" in caught.value.hint("fr")


def test_private_columns_are_named() -> None:
    seen = private_columns(columns(["customer_ip_address", "Shipping Zip", "SKU"]))
    assert seen == {"customer_ip_address", "Shipping Zip"}


@pytest.mark.parametrize("profile", profiles(), ids=lambda one: one.name)
def test_profiles_are_whole(profile: object) -> None:
    one = named(getattr(profile, "name", ""))
    assert all(has_text(trap, lang) for trap in one.traps for lang in LANGS)
    private = {name.casefold() for name in one.private}
    assert not private & {name.casefold() for names in one.roles.values() for name in names}
    assert one.version >= 1
    assert one.source
