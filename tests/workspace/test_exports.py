"""Every known export, from its file to a snapshot, against sums done by hand."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.data.exports import (
    AMAZON,
    BIGCOMMERCE,
    EBAY,
    EXPORTS,
    SHOPIFY,
    SHOWN,
    WEBTOFFEE,
    Export,
)

from habitue.data.manifest import Waterfall
from habitue.data.mapping import Mapping
from habitue.data.store import Store
from habitue.errors import ContentError, HabitueError, MappingError
from habitue.texts import LANGS
from habitue.workspace import check, ingest, open_store
from habitue.workspace.erasing import erase

SOLD = [export for export in EXPORTS if export is not AMAZON]


def holds(fall: Waterfall, export: Export) -> None:
    """Compare a waterfall with the sums done by hand, and with itself."""
    assert (fall.kept.amount, fall.kept.returns) == (export.revenue, export.returns)
    assert (fall.kept.orders, fall.with_customer.customers) == (export.orders, export.customers)
    assert {one.reason: one.lines for one in fall.excluded} == export.excluded
    assert fall.rows == len(export.rows)
    assert {one.purpose: (one.lines, one.amount) for one in fall.made} == export.made
    assert fall.raw.lines == fall.rows + sum(one.lines for one in fall.made)
    assert fall.raw.lines == fall.kept.lines + sum(one.lines for one in fall.excluded)
    assert fall.raw.amount == fall.kept.amount + sum(one.amount for one in fall.excluded)
    assert fall.kept.amount == fall.kept.gross + fall.kept.returns


@pytest.mark.parametrize("export", SOLD, ids=[f"{one.profile}-{at}" for at, one in enumerate(SOLD)])
def test_a_snapshot_holds_what_was_sold(export: Export, tmp_path: Path) -> None:
    done = ingest([export.write(tmp_path)], store=tmp_path / "store")
    assert done.manifest.mapping["profile"] == export.profile
    holds(done.manifest.waterfall, export)
    ((part,),) = (origin.parts for origin in done.manifest.origins)
    assert part.lines == len(export.rows)


@pytest.mark.parametrize("export", EXPORTS, ids=SHOWN)
def test_the_place_of_columns_changes_nothing(export: Export, tmp_path: Path) -> None:
    names = export.names
    random.Random(3).shuffle(names)
    holds(check([export.write(tmp_path, names)])[0], export)


def test_amazon_names_nobody(tmp_path: Path) -> None:
    path = AMAZON.write(tmp_path)
    fall, loaded = check([path])
    holds(fall, AMAZON)
    assert fall.kept.products == 3  # two products, and shipping
    assert ("identity_none", {}) in loaded.warnings
    with pytest.raises(ContentError) as refusal:
        ingest([path], store=tmp_path / "store")
    assert refusal.value.key == "nobody_named"
    assert all("habitue check" in refusal.value.hint(lang) for lang in LANGS)


@pytest.mark.parametrize(
    ("export", "secrets"),
    [
        (WEBTOFFEE, (b"10.1.2.3", b"Mozilla")),
        (EBAY, (b"members.ebay.com",)),
    ],
    ids=["webtoffee", "ebay"],
)
def test_private_columns_are_nowhere_in_the_store(
    export: Export, secrets: tuple[bytes, ...], tmp_path: Path
) -> None:
    source = export.write(tmp_path).read_bytes()
    ingest([export.write(tmp_path)], store=tmp_path / "store")
    stored = b"".join(
        file.read_bytes() for file in (tmp_path / "store").rglob("*") if file.is_file()
    )
    assert all(secret in source and secret not in stored for secret in secrets)


def test_rows_around_the_lines_of_ebay_are_forgiven(tmp_path: Path) -> None:
    footer = "\n2,record(s) downloaded,from ,Jul-01-26\nSeller ID : ann\n"
    (tmp_path / "ebay.csv").write_text("\n" + EBAY.text() + footer)
    fall, loaded = check([tmp_path / "ebay.csv"])
    assert fall.kept.amount == EBAY.revenue
    assert set(loaded.unreadable) == {"line"}
    assert {one.reason: one.lines for one in fall.excluded} == {"not_a_sale": 1, "unreadable": 2}


def test_rows_around_the_lines_of_ebay_may_be_as_wide_as_the_lines(tmp_path: Path) -> None:
    width = len(EBAY.names)
    header, *lines = EBAY.text().splitlines()
    blank = ",".join(['""'] * width)
    told = ("5,record(s) downloaded,from ,Jul-01-26", "Seller ID : ann")
    footer = [one + "," * (width - 1 - one.count(",")) for one in told]
    path = tmp_path / "ebay.csv"
    path.write_text("\n".join(["," * (width - 1), header, blank, *lines, blank, *footer]))
    fall, loaded = check([path])
    assert (fall.kept.amount, fall.kept.orders) == (EBAY.revenue, EBAY.orders)
    # The seller stands in a column that is not read: only the row of the count is a row.
    assert (fall.rows, loaded.unreadable) == (len(EBAY.rows) + 1, {})
    assert {one.reason: one.lines for one in fall.excluded} == {"not_a_sale": 1, "unreadable": 1}


def test_shipping_is_a_kind_that_can_be_switched_off(tmp_path: Path) -> None:
    ingest([SHOPIFY.write(tmp_path)], store=tmp_path / "store")
    shop = open_store(tmp_path / "store")
    assert shop.shop().kinds == ("product", "shipping")
    whole = shop.kpis()
    goods = shop.kpis(kinds=["product"])
    # 5 of #1001 and 5 of #1007, and the 5 of #1007 that came back.
    assert Decimal(whole.revenue) - Decimal(goods.revenue) == Decimal(5)


def test_an_order_given_back_whole_finds_its_purchases(tmp_path: Path) -> None:
    ingest([SHOPIFY.write(tmp_path)], store=tmp_path / "store")
    # Neutralised, #1007 is gone, shipping too; the 15 of no product match nothing: left out.
    assert open_store(tmp_path / "store").kpis(returns="neutralise").revenue == Decimal(92)


def test_an_order_in_two_files_is_kept_once_with_its_shipping(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(SHOPIFY.text())
    two.write_text(SHOPIFY.text())
    fall, _ = check([one, two])
    assert (fall.kept.amount, fall.kept.orders) == (SHOPIFY.revenue, SHOPIFY.orders)


def asked(tmp_path: Path, text: str) -> Mapping:
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    return Mapping.read(path)


def test_a_mapping_may_name_a_profile_and_change_it(tmp_path: Path) -> None:
    source = BIGCOMMERCE.write(tmp_path)
    fall, loaded = check([source], mapping=asked(tmp_path, "profile: bigcommerce\ntax: excluded\n"))
    # 50 and 20 without tax; 12 of 60 came back, a fifth, which is 10 of 50.
    assert (fall.kept.gross, fall.kept.returns) == (Decimal(70), Decimal(-10))
    assert [key for key, _ in loaded.warnings if key.startswith("tax")] == ["tax_excluded"]
    again, _ = check([source], mapping=asked(tmp_path, "tax: excluded\n"))
    assert again == fall
    written, _ = check([source], mapping=loaded.mapping)
    assert written == fall


def test_a_key_of_a_profile_can_be_taken_back(tmp_path: Path) -> None:
    source = SHOPIFY.write(tmp_path)
    text = "profile: shopify-orders\nshipping: null\nrefund: null\nkeep_statuses: [paid]\n"
    fall, _ = check([source], mapping=asked(tmp_path, text))
    assert (fall.kept.amount, fall.kept.orders) == (Decimal(27), 1)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("profile: shopfy\n", "mapping_unknown_profile"),
        ("profile: etsy-sold-items\n", "mapping_missing"),
        ("profile: shopify-orders\ncustomer: Courriel\n", "mapping_no_such_column"),
    ],
)
def test_a_profile_that_does_not_fit_is_refused(text: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(MappingError) as refusal:
        check([SHOPIFY.write(tmp_path)], mapping=asked(tmp_path, text))
    error: HabitueError = refusal.value
    assert error.key == key
    assert all(error.say(lang) for lang in LANGS)


def test_an_order_exported_twice_is_kept_once_with_the_lines_made_for_it(tmp_path: Path) -> None:
    header = (
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Total,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku"
    )
    one = ["#1,ann@x.fr,paid,EUR,30.00,5.00,35.00,2026-01-25 10:00:00 +0100,1,Pot,10.00,A",
           "#1,ann@x.fr,,,,,,2026-01-25 10:00:00 +0100,2,Pan,10.00,B"]  # fmt: skip
    other = "#2,bob@x.fr,paid,EUR,10.00,5.00,15.00,2026-01-26 10:00:00 +0100,1,Pot,10.00,A"
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([header, *one, other, *one]) + "\n")
    fall, _ = check([path])
    (repeated,) = fall.excluded
    assert (repeated.reason, repeated.lines, repeated.amount) == ("repeated_order", 3, Decimal(35))
    assert (fall.kept.lines, fall.kept.amount, fall.kept.orders) == (5, Decimal(50), 2)


def test_rows_and_lines_made_stay_apart_when_a_customer_is_erased(tmp_path: Path) -> None:
    ingest([SHOPIFY.write(tmp_path)], store=tmp_path / "store")
    erase(tmp_path / "store", "cid@shop.fr")
    fall = Store(tmp_path / "store").current().waterfall
    assert fall.rows == len(SHOPIFY.rows) - 1
    assert {one.purpose: (one.lines, one.amount) for one in fall.made} == {
        "shipping": (2, Decimal(9)), "refund": (1, Decimal(-15)),
    }  # fmt: skip
    said = open_store(tmp_path / "store").check().to_dict()
    assert said["rows"]["lines"] == 8
    assert (
        said["rows"]["amount"] + sum(one["amount"] for one in said["made"])
        == (said["raw"]["amount"])
    )


def test_a_customer_leaves_a_snapshot_of_the_first_layout_too(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    old = ingest([SHOPIFY.write(tmp_path)], store=folder).manifest
    lines, described = Store(folder).table(old.id, "lines"), Store(folder).folder(old.id)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE held AS SELECT * EXCLUDE (made) FROM '{lines}'")
        con.execute(f"COPY held TO '{lines}' (FORMAT parquet)")
    told = json.loads((described / "manifest.json").read_text("utf-8")) | {"format": 1}
    (described / "manifest.json").write_text(json.dumps(told), "utf-8")
    ingest([SHOPIFY.write(tmp_path)], store=folder, preset="plain")

    erase(folder, "cid@shop.fr")

    (fresh,) = (one for one in Store(folder).snapshots() if one.format == 1)
    with duckdb.connect() as con:
        left = con.execute(
            "SELECT count(*), count(*) FILTER (customer_id = 'cid@shop.fr') FROM read_parquet(?)",
            [str(Store(folder).table(fresh.id, "lines"))],
        ).fetchall()
    assert left == [(fresh.waterfall.raw.lines, 0)]
    assert 0 < fresh.waterfall.raw.lines < old.waterfall.raw.lines
