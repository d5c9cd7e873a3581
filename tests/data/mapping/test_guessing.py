"""Guesses: by known headers, by words in two languages, by what stands below them."""

from __future__ import annotations

import random

import pytest

from habitue.data.mapping import Column, gives_back, guess
from habitue.schema import Role

PUBLISHED = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
OLDER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def columns(header: str) -> list[Column]:
    return [Column(name) for name in header.split(",")]


@pytest.mark.parametrize("header", [PUBLISHED, OLDER])
def test_both_spellings_are_recognised(header: str) -> None:
    mapping = guess(columns(header)).mapping
    assert mapping.profile == "online-retail"
    assert list(mapping.columns) == [
        Role.ORDER, Role.CUSTOMER, Role.MOMENT, Role.PRODUCT, Role.DESCRIPTION, Role.QUANTITY,
        Role.PRICE, Role.COUNTRY,
    ]  # fmt: skip
    assert (mapping.currency, mapping.cancellation_prefix) == ("GBP", "C")
    assert mapping.not_a_sale == (
        "BANK CHARGES",
        "AMAZONFEE",
        "ADJUST",
        "ADJUST2",
        "B",
        "CRUK",
        "S",
    )


def test_spelling_and_place_do_not_count() -> None:
    names = ['\ufeff"invoice"', "STOCK CODE", "Quantity", "invoice_date", "price ", "customer-id"]
    random.Random(7).shuffle(names)
    mapping = guess([Column(name) for name in names]).mapping
    assert mapping.profile == "online-retail"
    assert mapping.customer == "customer-id"


FRENCH = {
    "N° commande": Role.ORDER, "Date de commande": Role.MOMENT, "Identifiant client": Role.CUSTOMER,
    "Courriel": None, "Réf. produit": Role.PRODUCT, "Désignation": Role.DESCRIPTION,
    "Quantité": Role.QUANTITY, "Prix unitaire": Role.PRICE, "Remise": Role.DISCOUNT,
    "Pays": Role.COUNTRY, "Statut": Role.STATUS, "Canal": Role.CHANNEL, "Code promo": None,
    "Catégorie": Role.CATEGORY, "Devise": Role.CURRENCY, "Prix de revient": Role.COST,
}  # fmt: skip
ENGLISH = {
    "order_id": Role.ORDER, "created_at": Role.MOMENT, "customerId": Role.CUSTOMER,
    "sku": Role.PRODUCT,
    "product name": Role.DESCRIPTION, "qty": Role.QUANTITY, "unit_price": Role.PRICE,
    "line discount": Role.DISCOUNT, "Ship Country": Role.COUNTRY, "Order Status": Role.STATUS,
    "sales_channel": Role.CHANNEL, "category": Role.CATEGORY, "Currency Code": Role.CURRENCY,
    "unit cost": Role.COST, "notes": None,
}  # fmt: skip


@pytest.mark.parametrize("table", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_words_of_both_languages(table: dict[str, Role | None]) -> None:
    found = guess([Column(name) for name in table])
    assert found.mapping.columns == {role: name for name, role in table.items() if role}
    assert {why.reason for why in found.roles.values()} == {"mapping.by_name"}


def test_an_address_is_a_customer_where_nothing_better_is() -> None:
    found = guess([Column("Courriel"), Column("Date"), Column("Montant TTC")]).mapping
    assert (found.customer, found.moment, found.amount) == ("Courriel", "Date", "Montant TTC")


def test_a_word_beside_it_turns_a_header_into_something_else() -> None:
    found = guess(columns("Order No,Customer Note,Contact Email,Date,Cart Discount Amount,"
                          "Shipping Amount,Amount Paid")).mapping  # fmt: skip
    assert (found.customer, found.amount) == ("Contact Email", "Amount Paid")


def test_quantity_and_price_win_over_a_total() -> None:
    found = guess(columns("customer,date,quantity,price,order total")).mapping
    assert (found.quantity, found.price, found.amount) == ("quantity", "price", None)


def test_content_speaks_where_no_header_does() -> None:
    found = guess([
        Column("col1", samples=("a@b.fr", "c@d.com")),
        Column("col2", samples=("25/12/2010 10:00", "26/12/2010 11:30")),
        Column("col3", samples=("12,50 €", "3,00 €")),
        Column("col4", samples=("x", "y")),
    ])  # fmt: skip
    assert found.mapping.columns == {
        Role.CUSTOMER: "col1", Role.MOMENT: "col2", Role.AMOUNT: "col3",
    }  # fmt: skip
    assert [why.reason for why in found.roles.values()] == [
        "mapping.by_addresses", "mapping.by_dates", "mapping.by_decimals",
    ]  # fmt: skip


def test_content_vetoes_a_name() -> None:
    found = guess([
        Column("date", samples=("pending", "soon")),
        Column("paid on", samples=("2010-12-25", "2010-12-26")),
        Column("client", samples=("1", "2")),
        Column("total", samples=("1.5", "2")),
    ])  # fmt: skip
    assert found.mapping.moment == "paid on"


def test_a_needed_name_is_believed_above_strange_values() -> None:
    found = guess([Column("client"), Column("date", samples=("soon",)), Column("total")])
    assert found.mapping.moment == "date"


def test_two_dates_without_names_are_not_guessed() -> None:
    dated = ("2010-12-25",)
    found = guess([Column("a", samples=dated), Column("b", samples=dated)])
    assert Role.MOMENT in found.mapping.missing()


def test_no_column_plays_two_roles() -> None:
    found = guess(columns("date,client,total,product,order")).mapping
    assert len(set(found.columns.values())) == len(found.columns)


def test_orders_called_off_are_proposed_as_no_sales() -> None:
    columns = [Column("Client"), Column("Date"), Column("Montant"), Column("Statut")]
    mapping = guess(columns).mapping
    assert {"annulée", "cancelled", "failed"} <= set(mapping.drop_statuses)
    assert not {"refunded", "paid", "completed", "pending"} & set(mapping.drop_statuses)
    assert guess(columns[:3]).mapping.drop_statuses == ()


@pytest.mark.parametrize("header", ["Avoir", "Montant avoir", "Remboursement", "Refund amount"])
def test_what_was_given_back_is_seen_in_both_languages(header: str) -> None:
    assert gives_back([Column("Client"), Column(header, samples=("5,00", "0,00"))]) == (header,)
    assert gives_back([Column(header, samples=("oui", "non"))]) == ()


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("N° pièce", Role.ORDER), ("Ticket No", Role.ORDER), ("Date pièce", Role.MOMENT),
        ("Loyalty Card", Role.CUSTOMER), ("Carte de fidélité", Role.CUSTOMER),
    ],
)  # fmt: skip
def test_headers_of_tills_and_ledgers(header: str, role: Role) -> None:
    assert guess([Column(header)]).roles[role].column == header
