"""Headers to the byte, and what each profile says of itself."""

from __future__ import annotations

import pyarrow as pa
import pytest

from habitue.errors import RequestError
from habitue.export.formats import csv_bytes
from habitue.export.profiles import profile, profiles
from habitue.texts import LANGS, has_text

HEADERS = {
    "google-ads": b"Email,Phone,First Name,Last Name,Country,Zip\n",
    "meta": b"email,email,email,phone,phone,phone,madid,fn,ln,zip,ct,st,country,dob,doby,gen,age,"
    b"uid,value\n",
    "tiktok": b"Email_SHA256,Phone_SHA256\n",
    "linkedin": b"email,firstname,lastname,jobtitle,employeecompany,country,googleaid\n",
    "linkedin-companies": b"companyname,companywebsite,companyemaildomain,linkedincompanypageurl,"
    b"stocksymbol,industry,city,state,companycountry,zipcode\n",
    "microsoft": b"Email\n",
    "klaviyo": b"Email,Phone Number,First Name,Last Name,City,Country,Email Marketing Consent,"
    b"SMS Marketing Consent\n",
    "mailchimp": b"Email Address,First Name,Last Name,Phone Number,Tags\n",
    "brevo": b"EMAIL,FIRSTNAME,LASTNAME,SMS,EXT_ID\n",
    "hubspot": b"Email,First Name,Last Name,Phone Number,City,Country/Region\n",
    "salesforce": b"Subscriber Key,First Name,Last Name,Email Address\n",
    "salesforce-mobile": b"_MobileNumber,_Locale,_ContactKey\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_header_bytes(name: str) -> None:
    header = profile(name).header
    empty = pa.Table.from_arrays([pa.array([], pa.string())] * len(header), names=list(header))
    assert csv_bytes(empty) == HEADERS[name]


def test_every_platform_has_a_header_under_test() -> None:
    assert {name for name, one in profiles().items() if one.columns} == set(HEADERS)


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_platform_s_rules_have_a_source_a_day_and_an_honest_basis(name: str) -> None:
    found = profile(name)
    assert found.source is not None
    assert found.source.url.startswith("https://")
    assert found.source.read.year >= 2026
    assert found.version >= 1
    assert found.identifiers


@pytest.mark.parametrize("lang", LANGS)
def test_notes_have_words(lang: str) -> None:
    for one in profiles().values():
        for note in one.notes:
            assert has_text(f"export.{note}", lang), note  # type: ignore[arg-type]  # one of LANGS


def test_ad_platforms_want_consent_and_ids_never_suffice() -> None:
    ads = [one for one in profiles().values() if one.kind == "ads"]
    assert len(ads) == 6
    assert all(one.consent.required and one.needs_contacts and one.lint for one in ads)
    assert not profile("brevo").needs_contacts
    assert profile("salesforce").needs_contacts, "every row wants an e-mail"


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(RequestError, match="google-ads"):
        profile("pinterest")


def test_only_one_platform_leaves_the_plus_open() -> None:
    with pytest.raises(RequestError, match="one form only"):
        profile("meta").with_plus(plus=True)
    assert profile("meta").with_plus(None) is profile("meta")
