"""Digests that platforms publish, and phones as each of them wants."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.export.identifiers import (
    RULES,
    iso_country,
    phone_digits,
    phone_e164,
    prepared,
    sha256,
)
from habitue.export.profiles import profile

GOLDEN = {
    "janedoe@gmail.com": "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69",
    "37493828222": "65b7e6dcf6f4310f8d7cbfbd78289a753062fb054d6664fb9aaac5df66a422d4",
    "mary@example.com": "f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79",
    "16577770000": "8d7bdaaf75196f351d22942fc0dd79304ffabc3eaf3339460ef9da0773e3aec2",
    "+16577770000": "a6e82c2f4091baff57a4f33d01efb65bfbeacbbfbcfaa9d0ff9f57d28d78fedb",
}


@pytest.mark.parametrize("value", GOLDEN)
def test_golden_digests(value: str) -> None:
    assert sha256(value) == GOLDEN[value]


def _digest(name: str, field: str, value: str, country: str | None = None) -> str | None:
    slot = next(one for one in profile(name).columns if one.field == field)
    return prepared(value, rule=slot.rule, hashed=slot.hashed, country=country)


@pytest.mark.parametrize("written", ["+1 657 777 0000", "(657) 777-0000", "001 657 777 0000"])
def test_one_phone_has_two_digests(written: str) -> None:
    assert _digest("google-ads", "phone", written, "US") == GOLDEN["+16577770000"]
    assert _digest("meta", "phone", written, "US") == GOLDEN["16577770000"]


def test_the_plus_is_an_option_where_a_platform_contradicts_itself() -> None:
    written = "+374 93 828222"
    assert _digest("tiktok", "phone", written) == GOLDEN["37493828222"], "what its page publishes"
    phone = profile("tiktok").with_plus(plus=True).columns[1]
    found = prepared(written, rule=phone.rule, hashed=True, country=None)
    assert found == sha256("+37493828222")


@pytest.mark.parametrize(
    ("name", "form"),
    [("klaviyo", "+33612345678"), ("brevo", "+33612345678"), ("salesforce-mobile", "33612345678")],
)
def test_plain_phones_by_platform(name: str, form: str) -> None:
    assert _digest(name, "phone", "06 12 34 56 78", "FR") == form


def test_google_s_boxes_lose_dots_and_tags() -> None:
    assert (
        _digest("google-ads", "email", " Jane.Doe+shop@GMail.com") == (GOLDEN["janedoe@gmail.com"])
    )
    assert _digest("meta", "email", "jane.doe@gmail.com") != GOLDEN["janedoe@gmail.com"]
    assert _digest("tiktok", "email", "JaneDoe+x@gmail.com") == GOLDEN["janedoe@gmail.com"]


def test_what_stays_plain_for_google_leaves_hashed_for_meta() -> None:
    assert _digest("google-ads", "country", "France") == "FR"
    assert _digest("google-ads", "postcode", "SW1A 1AA") == "SW1A 1AA"
    assert _digest("meta", "country", "France") == hashlib.sha256(b"fr").hexdigest()
    assert _digest("meta", "postcode", "94016-1234") == hashlib.sha256(b"94016").hexdigest()
    assert _digest("meta", "first_name", "Zoé") == hashlib.sha256("zoé".encode()).hexdigest()


def test_a_digest_is_not_hashed_again() -> None:
    done = GOLDEN["mary@example.com"]
    assert prepared(done.upper(), rule="email", hashed=True, country=None) == done


@pytest.mark.parametrize("bad", ["", "a", "@b.fr", "a@b", "a b@c.fr", "a@b@c.fr", "a@.fr"])
def test_bad_emails_are_refused(bad: str) -> None:
    assert prepared(bad, rule="email", hashed=True, country=None) is None


@pytest.mark.parametrize("bad", ["", "12", "call me", "0612345678", "+", "+33"])
def test_phones_that_cannot_be_are_refused(bad: str) -> None:
    assert phone_e164(bad) is None
    assert phone_digits(bad) is None


def test_countries_of_the_reference_shop() -> None:
    assert [iso_country(one) for one in ("EIRE", "USA", "RSA", "Royaume-Uni", "fr")] == [
        "IE", "US", "ZA", "GB", "FR",
    ]  # fmt: skip
    assert iso_country("Unspecified") is None


@given(value=st.text(max_size=40), rule=st.sampled_from(sorted(RULES)))
def test_no_text_breaks_a_rule_and_rules_settle(value: str, rule: str) -> None:
    once = RULES[rule](value, "FR")
    if once is not None and not rule.startswith(("name_meta", "country")):
        assert RULES[rule](once, "FR") == once
