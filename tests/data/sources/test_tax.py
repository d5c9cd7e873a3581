"""Amounts with tax or without: said by headers, chosen once, and never by accident."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.data.sources.conftest import Read, Write

from habitue.data.mapping import Column, Mapping, tax_said, tax_ways, taxed
from habitue.errors import MappingError
from habitue.schema import Role

BIGCOMMERCE = (
    "Order ID,Customer ID,Customer Email,Order Date,Order Status,Order Total (inc tax),"
    "Order Total (ex tax),Shipping Cost (inc tax),Shipping Cost (ex tax),Order Currency Code"
)
BOTH = "Commande;N° client;Date;Montant HT;Montant TTC"
HALVES = "Commande;N° client;Date;Qté;Prix unitaire HT;Montant TTC"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Montant TTC", "included"), ("montant_ttc", "included"), ("Total H.T.", None),
        ("Prix HT", "excluded"), ("Total (hors taxes)", "excluded"),
        ("Prix TVA incluse", "included"),
        ("Order Line (w/o tax)", "excluded"), ("Order Line Total (include tax)", None),
        ("total_price_tax_incl", "included"), ("Net excl. VAT", "excluded"), ("Tax Total", None),
        ("Taxes", None), ("Amount", None), ("Whtr", None),
    ],
)  # fmt: skip
def test_what_a_header_says(header: str, said: str | None) -> None:
    assert tax_said(header) == said


def lines(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def test_the_choice_moves_the_column_and_is_written_down(write: Write, read: Read) -> None:
    path = write("a.csv", lines(BOTH, "1;7;2024-01-25;10,00;12,00", "2;8;2024-01-26;20,00;24,00"))
    for asked, total in ((None, 36), ("included", 36), ("excluded", 30)):
        loaded, rows = read(path, mapping=Mapping.of({"tax": asked} if asked else {}))
        assert sum(row["amount"] for row in rows) == Decimal(total)
        assert loaded.mapping.tax == (asked or "included")
        assert (f"tax_{loaded.mapping.tax}", {}) in loaded.warnings
        again = Mapping.parse(loaded.mapping.to_yaml().encode())
        assert read(path, mapping=again)[1] == rows


def test_a_unit_price_without_tax_gives_way_to_an_amount_with_it(write: Write, read: Read) -> None:
    path = write("a.csv", lines(HALVES, "1;7;2024-01-25;2;10,00;24,00"))
    loaded, rows = read(path)
    assert (rows[0]["amount"], loaded.mapping.tax) == (Decimal(20), "excluded")
    loaded, rows = read(path, mapping=Mapping(tax="included"))
    assert (rows[0]["amount"], loaded.mapping.price) == (Decimal(24), None)


def test_a_profile_moves_all_it_offers_both_ways(write: Write, read: Read) -> None:
    row = "1,7,ann@x.fr,2024-01-25,Completed,14.40,12.00,2.40,2.00,EUR"
    path = write("a.csv", lines(BIGCOMMERCE, row))
    for asked, kinds in (
        ("included", {"": "12", "SHIPPING": "2.4"}),
        ("excluded", {"": "10", "SHIPPING": "2"}),
    ):
        _, rows = read(path, mapping=Mapping.of({"tax": asked}))
        found = {str(row["product"] or ""): row["amount"] for row in rows}
        assert sorted(found.values()) == sorted(Decimal(one) for one in kinds.values())


def test_a_file_with_one_way_offers_no_choice() -> None:
    columns = [Column(name) for name in ("Client", "Date", "Montant TTC", "TVA")]
    mapping = Mapping(customer="Client", moment="Date", amount="Montant TTC")
    assert tax_ways(columns, mapping) == {}
    assert taxed(mapping, columns, "included").amount == "Montant TTC"


def test_both_ways_name_the_same_roles() -> None:
    columns = [Column(name) for name in BIGCOMMERCE.split(",")]
    mapping = Mapping(profile="bigcommerce", order="Order ID", customer="Customer Email",
                      moment="Order Date", amount="Order Total (inc tax)")  # fmt: skip
    ways = tax_ways(columns, mapping)
    assert ways["excluded"][Role.AMOUNT] == "Order Total (ex tax)"
    assert ways["included"].keys() == ways["excluded"].keys()


def test_a_mapping_that_denies_its_header_is_refused(write: Write, read: Read) -> None:
    path = write("a.csv", lines(BOTH, "1;7;2024-01-25;10,00;12,00"))
    mapping = Mapping(customer="N° client", moment="Date", amount="Montant TTC", tax="excluded")
    with pytest.raises(MappingError) as caught:
        read(path, mapping=mapping)
    assert caught.value.key == "mapping_tax_differs"
