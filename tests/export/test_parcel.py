"""Lists from rule to file: who is in, who is out, and what the manifest says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import pyarrow as pa
import pytest
from tests.export.people import AS_OF, contacts, people

from habitue.errors import RequestError
from habitue.export.contacts import Contacts
from habitue.export.lists import Order, Plan, draw
from habitue.export.parcel import Basis, Memory, pack
from habitue.export.preflight import Preflight, check
from habitue.export.profiles import profile
from habitue.export.selection import Everyone, OneOf, Top

BASIS = Basis(
    as_of=AS_OF, snapshot="abc", sources=("shop.csv",), filters={}, rule_set="table",
    version="habitue 0",
)  # fmt: skip


def _checked(
    count: int = 20, given: Contacts | None = None, table: pa.Table | None = None, **order: Any
) -> tuple[tuple[Preflight, ...], Order]:
    plain: dict[str, Any] = {"plans": (Plan(name="All"),), "holdout": 0.0, "silent_months": None}
    asked = Order(**plain | order)
    drawn = draw(table or people(count), asked, as_of=AS_OF, salt="s")
    target = profile(asked.profile).with_plus(asked.plus)
    return tuple(check(one, asked, target, given) for one in drawn), asked


def _sent(count: int = 20, given: Contacts | None = None, **order: Any) -> dict[str, bytes]:
    flights, asked = _checked(count, given, **order)
    memory = Memory()
    pack(flights, asked, BASIS, memory)
    return memory.files


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _keys(flight: Preflight) -> dict[str, str]:
    return {one.key: one.level for one in flight.findings}


def test_a_customer_is_in_the_first_list_that_wants_them() -> None:
    plans = (
        Plan(name="Best", rule=Top("revenue", count=5)),
        Plan(name="Champions", rule=OneOf("rfm_segment", ("Champions",))),
        Plan(name="Rest"),
    )
    flights, _ = _checked(plans=plans)
    ids = [set(one.drawn.rows["customer_id"].to_pylist()) for one in flights]
    assert [len(one) for one in ids] == [5, 4, 11]
    assert len(set.union(*ids)) == 20
    assert flights[1].left_out == {"elsewhere": 1}
    shared, _ = _checked(plans=plans, exclusive=False)
    assert [one.rows for one in shared] == [5, 5, 20]


def test_customers_silent_for_too_long_are_kept_out_and_counted() -> None:
    flights, _ = _checked(200, silent_months=36)
    late = [place for place in range(200) if 10 * place > 1096]
    assert flights[0].left_out == {"silent": len(late)}
    assert flights[0].rows == 200 - len(late)


def test_the_holdout_stays_and_the_audience_file_knows_it() -> None:
    files = _sent(1000, holdout=0.1)
    sent = {line[0] for line in _rows(files["all.csv"])[1:]}
    audience = {line[0]: line[1] for line in _rows(files["all.audience.csv"])[1:]}
    held = {name for name, group in audience.items() if group == "holdout"}
    assert 70 < len(held) < 130
    assert sent.isdisjoint(held)
    assert sent | held == set(audience) and len(audience) == 1000  # noqa: PT018 - one fact
    told = json.loads(files["all.manifest.json"])
    assert told["holdout"] == {"share": 0.1, "customers": len(held)}


def test_the_manifest_tells_the_file_as_it_is() -> None:
    files = _sent(columns=("customer_id", "revenue", "as_of"))
    told = json.loads(files["all.manifest.json"])
    assert told["columns"] == ["customer_id", "revenue", "as_of"]
    assert told["files"] == [
        {
            "name": "all.csv", "rows": 20, "bytes": len(files["all.csv"]),
            "sha256": hashlib.sha256(files["all.csv"]).hexdigest(),
        }
    ]  # fmt: skip
    assert told["rule"] == Everyone().words()
    assert told["counts"]["rows"] == len(_rows(files["all.csv"])) - 1
    assert files["all.csv"].startswith(b"customer_id,revenue,as_of\n0000,1.00,2011-12-09\n")


def test_without_contacts_an_ad_platform_is_refused_and_ids_work_elsewhere() -> None:
    flights, asked = _checked(profile="google-ads")
    assert _keys(flights[0])["found_no_contacts"] == "stop"
    with pytest.raises(RequestError, match="brevo"):
        pack(flights, asked, BASIS, Memory())
    lines = _rows(_sent(profile="brevo")["all.csv"])
    assert lines[1] == ["", "", "", "", "0000"]


def test_contacts_leave_in_the_platform_s_form_and_only_with_consent() -> None:
    consent = ["yes"] * 150
    consent[3], consent[4], consent[5] = "no", "", "refusé"
    given = contacts(
        150, consent=consent, email=["bad"] * 2 + [f"c{one}@x.fr" for one in range(148)]
    )
    (flight,), _ = _checked(150, given, profile="google-ads", country="FR")
    assert flight.left_out == {"refused": 2, "unknown_consent": 1}
    assert flight.invalid == {"Email": 2}
    assert flight.rows == 147
    lines = _rows(_sent(150, given, profile="google-ads", country="FR")["all.csv"])
    assert lines[1] == [
        "", hashlib.sha256(b"+33600000000").hexdigest(), "", "", "FR", "",
    ]  # fmt: skip
    assert lines[3][0] == hashlib.sha256(b"c0@x.fr").hexdigest()


def test_no_phone_without_a_country() -> None:
    lost = people(120, country=[None] * 120)
    (flight,), _ = _checked(120, contacts(120), lost, profile="meta")
    assert flight.invalid == {"phone": 120}


def test_duplicates_after_normalisation_leave_once() -> None:
    given = contacts(20, email=["One@x.fr", " one@X.fr"] + [f"c{one}@x.fr" for one in range(18)],
                     phone=[""] * 20)  # fmt: skip
    (flight,), _ = _checked(20, given, profile="klaviyo")
    assert flight.left_out == {"duplicate": 1}


def test_consent_splits_an_upload() -> None:
    given = contacts(
        300,
        consent_ad_user_data=["granted"] * 300,
        consent_ad_personalization=["granted"] * 200 + ["denied"] * 100,
    )
    files = _sent(300, given, profile="google-ads")
    sizes = {name: len(_rows(one)) - 1 for name, one in files.items() if name.count(".") == 1}
    assert sizes == {"all.csv": 200, "all-no-personalization.csv": 100}


def test_below_the_minimum_is_refused_and_expected_matches_are_told() -> None:
    (few,), _ = _checked(20, contacts(20), profile="meta")
    assert _keys(few)["found_below_minimum"] == "stop"
    (some,), _ = _checked(200, contacts(200), profile="meta", match_rate=0.3)
    assert _keys(some)["found_matched_low"] == "warn"
    (more,), _ = _checked(200, contacts(200), profile="meta", match_rate=0.6)
    assert _keys(more)["found_matched"] == "note"


@pytest.mark.parametrize(
    ("name", "flagged"),
    [("High income", True), ("Crédit refusé", True), ("Santé", True), ("Champions", False),
     ("Réveil hiver", False)],
)  # fmt: skip
def test_list_names_are_looked_through(name: str, flagged: bool) -> None:
    (flight,), _ = _checked(150, contacts(150), profile="meta", plans=(Plan(name=name),))
    assert ("found_list_name" in _keys(flight)) is flagged


def test_the_sample_is_masked() -> None:
    (flight,), _ = _checked(20, contacts(20), profile="klaviyo")
    assert flight.sample.num_rows == 3
    shown = str(flight.sample.to_pylist())
    assert "@example.com" not in shown
    assert "+336" not in shown


def test_big_lists_split_at_the_platform_s_limit() -> None:
    from habitue.export.parcel import shape_of

    limits = shape_of(profile("linkedin"))
    assert (limits.max_rows, limits.max_bytes) == (300_000, 19_990_000)


def test_files_never_hold_a_path() -> None:
    files = _sent(plans=(Plan(name="../../etc/passwd"),))
    assert set(files) == {
        "etc-passwd.csv", "etc-passwd.manifest.json", "etc-passwd.audience.csv",
    }  # fmt: skip


def test_an_order_s_words_come_back() -> None:
    asked = Order(
        plans=(Plan(name="Best", rule=Top("revenue", count=5)),), profile="meta",
        columns=("customer_id",), holdout=0.2, match_rate=0.5,
    )  # fmt: skip
    again = Order.of(json.loads(json.dumps(asked.words())))
    assert again.words() == asked.words()


@pytest.mark.parametrize(
    "bad",
    [{"plans": ()}, {"plans": (Plan(name="a b"), Plan(name="A-B"))}, {"holdout": 1.0},
     {"silent_months": 0}, {"match_rate": 2.0}],
)  # fmt: skip
def test_orders_that_cannot_be_are_refused(bad: dict[str, Any]) -> None:
    given: dict[str, Any] = {"plans": (Plan(name="All"),)}
    with pytest.raises(RequestError):
        Order(**given | bad)
    with pytest.raises(RequestError):
        Plan(name="???")


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(RequestError, match="no column"):
        _checked(columns=("nope",))
