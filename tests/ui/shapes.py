"""Exports of other shapes than Online Retail's, small and made up, for the wizard to read."""

from __future__ import annotations

import io

import openpyxl

SHOPIFY_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Zip,Billing Country,Notes,Cancelled at,Payment Method,"
    "Refunded Amount,Vendor,Id,Tags,Risk Level,Source,Lineitem discount,Phone"
)


def shopify(orders: int = 24) -> bytes:
    """One line per order, each paid: 24 orders of 6 customers, 2 x 10.00 EUR each."""
    names = SHOPIFY_HEADER.split(",")
    rows = [SHOPIFY_HEADER]
    for number in range(orders):
        values = dict.fromkeys(names, "")
        values |= {
            "Name": f"#{1001 + number}", "Email": f"client{number % 6}@exemple.fr",
            "Financial Status": "paid", "Currency": "EUR", "Subtotal": "20.00",
            "Shipping": "0.00", "Taxes": "0.00", "Total": "20.00", "Discount Amount": "0.00",
            "Created at": f"2024-{1 + number % 12:02d}-{14 + number % 14:02d} 10:00:00 +0100",
            "Lineitem quantity": "2", "Lineitem name": "Savon", "Lineitem price": "10.00",
            "Lineitem sku": "SAV-1", "Billing Country": "FR", "Billing Zip": "'75011",
            "Refunded Amount": "0.00", "Id": str(5_000_000 + number), "Lineitem discount": "0.00",
        }  # fmt: skip
        rows.append(",".join(values[name] for name in names))
    return ("\n".join(rows) + "\n").encode()


def french(orders: int = 30) -> bytes:
    """Semicolons, decimal commas, Windows' encoding, and no date beyond the 12th of a month."""
    header = "N° commande;Identifiant client;Date de commande;Désignation;Quantité;Prix unitaire"
    rows = [f"{header};Pays;Statut"]
    for number in range(orders):
        state = "annulée" if number % 10 == 9 else "payée"
        rows.append(
            f"F{number};C{number % 7};{1 + number % 9:02d}/{1 + number % 11:02d}/2023;Thé vert;"
            f"{1 + number % 3};12,50 €;France;{state}"
        )
    return ("\r\n".join(rows) + "\r\n").encode("cp1252")


def both_taxes(orders: int = 20) -> bytes:
    """Amounts with tax and without, customers by name: 20 orders of 10.00 before tax."""
    names = ("Ann Roy", "Léa Petit", "Jean-Luc Le Goff")
    rows = ["Commande;Client;Date;Montant HT;Montant TTC"]
    rows += [
        f"T{number};{names[number % 3]};2024-{1 + number % 12:02d}-20;10,00;12,00"
        for number in range(orders)
    ]
    return ("\n".join(rows) + "\n").encode()


def crowns(orders: int = 12) -> bytes:
    """Amounts in crowns of some country."""
    rows = ["order;customer;date;amount"]
    rows += [
        f"K{number};c{number % 3};2024-{1 + number:02d}-20;99,00 kr" for number in range(orders)
    ]
    return ("\n".join(rows) + "\n").encode()


def unknown(orders: int = 20) -> bytes:
    """Headers that nobody knows."""
    rows = ["alpha,beta,gamma,delta"]
    rows += [
        f"u{number % 5},2022-{1 + number % 12:02d}-20,{number % 4 + 1},{number % 3 + 2}"
        for number in range(orders)
    ]
    return ("\n".join(rows) + "\n").encode()


def sprawling() -> bytes:
    """A workbook of 5 KB whose one stray cell spans 400 million."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Client", "Date", "Montant"])
    sheet.append(["A", "2024-01-31", 12])
    sheet.cell(200_000, 2_000).value = 1
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
