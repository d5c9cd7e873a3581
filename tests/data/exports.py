# ruff: noqa: E501 - headers and rows are long lines by nature
"""One small export of each known system, written by hand, and what it holds, counted by hand.

Headers are spelled as the systems write them, not taken from the profiles.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Export:
    """An export and what it adds up to.

    Attributes:
        profile: The profile it must be recognised as.
        header: Its header, as one text.
        rows: Its lines; a dict gives only the columns that are filled.
        revenue: Net of returns, kept.
        returns: Below zero.
        orders: With at least one kept line that is not a return.
        customers: Who placed them.
        excluded: Lines left out, per reason.
        made: Lines made out of its rows, and their money, per purpose.
        delimiter: Between columns.
    """

    profile: str
    header: str
    rows: tuple[dict[str, str], ...]
    revenue: Decimal
    returns: Decimal
    orders: int
    customers: int
    excluded: dict[str, int] = field(default_factory=dict)
    made: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    delimiter: str = ","

    @property
    def names(self) -> list[str]:
        """The columns, twins included."""
        return next(csv.reader([self.header], skipinitialspace=True))

    def text(self, names: list[str] | None = None) -> str:
        """Write the file, its columns in another order when given."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        names = names or self.names
        writer.writerow(names)
        for row in self.rows:
            assert set(row) <= set(names), set(row) - set(names)
            writer.writerow([row.get(name, "") for name in names])
        return out.getvalue()

    def write(self, folder: Path, names: list[str] | None = None) -> Path:
        """Write the file into a folder."""
        path = folder / f"{self.profile}.csv"
        path.write_text(self.text(names), "utf-8")
        return path


def table(columns: str, *lines: str) -> tuple[dict[str, str], ...]:
    """Read rows off a drawn table: columns and cells between bars."""
    names = [name.strip() for name in columns.split("|")]
    return tuple(
        dict(zip(names, (cell.strip() for cell in line.split("|")), strict=True)) for line in lines
    )


SHOPIFY: Final = Export(
    "shopify-orders",
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,"
    "Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,"
    "Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,"
    "Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,"
    "Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,"
    "Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,"
    "Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References",
    table(
        "Name | Email | Financial Status | Currency | Subtotal | Shipping | Total | Discount Amount"
        " | Created at | Lineitem quantity | Lineitem price | Lineitem sku | Lineitem discount"
        " | Cancelled at | Payment Method | Refunded Amount | Phone | Shipping Country",
        # 2 x 10 + 1 x 10 = 30, 3 off the order: 27; shipping 5: 32.
        "#1001|Ann@shop.fr|paid|EUR|27.00|5.00|32.00|3.00|2026-01-02 10:00:00 +0100"
        "|2|10.00|A|0.00||card|0.00||FR",
        "#1001|Ann@shop.fr||||||||1|10.00|B|0.00|||||",
        # The same person in small letters; 40, of which 15 come back.
        "#1002|ann@shop.fr|partially_refunded|EUR|40.00|0.00|40.00|0.00|2026-02-02 09:30:00 +0100"
        "|1|40.00|C|0.00||card|15.00||FR",
        # No e-mail: the phone; 2 x 12.50 less 5 on the line: 20; no shipping.
        "#1003||partially_paid|EUR|20.00|0.00|20.00|5.00|2026-02-03 09:30:00 +0100"
        "|2|12.50|A|5.00||card|0.00|'+33612345678|BE",
        # Called off, of two lines and shipping: three lines left out.
        "#1004|bob@shop.fr|paid|EUR|20.00|4.00|24.00|0.00|2026-02-04 09:30:00 +0100"
        "|1|10.00|A|0.00|2026-02-05 10:00:00 +0100|card|0.00||FR",
        "#1004|bob@shop.fr||||||||1|10.00|B|0.00|||||",
        # A test.
        "#1005|bob@shop.fr|paid|EUR|10.00|0.00|10.00|0.00|2026-02-06 09:30:00 +0100"
        "|1|10.00|A|0.00||bogus|0.00||FR",
        # Never paid.
        "#1006|bob@shop.fr|voided|EUR|10.00|0.00|10.00|0.00|2026-02-07 09:30:00 +0100"
        "|1|10.00|A|0.00||card|0.00||FR",
        # 25 and shipping 5, all of it given back: nothing left, and still an order.
        "#1007|cid@shop.fr|refunded|EUR|25.00|5.00|30.00|0.00|2026-03-01 09:30:00 +0100"
        "|1|25.00|D|0.00||card|30.00||FR",
    ),
    revenue=Decimal("77.00"),  # 32 + 40 - 15 + 20 + 30 - 30
    returns=Decimal("-45.00"),
    orders=4,
    customers=3,
    excluded={"cancelled": 3, "test": 1, "status": 1},
    made={"shipping": (3, Decimal(14)), "refund": (3, Decimal(-45))},
)  # fmt: skip

MATRIXIFY: Final = Export(
    "matrixify",
    '"ID","Name","Command","Email","Phone","Created At","Processed At","Cancelled At","Currency",'
    '"Source","Row #","Top Row","Customer: ID","Customer: Email","Payment: Status","Line: Type",'
    '"Line: ID","Line: Product ID","Line: Product Handle","Line: Title","Line: Name",'
    '"Line: Variant ID","Line: Variant Title","Line: SKU","Line: Quantity","Line: Price",'
    '"Line: Discount","Line: Discount Allocation","Line: Total","Line: Vendor","Line: Taxable",'
    '"Line: Tax Total","Line: Product Type","Line: Variant SKU","Refund: ID","Refund: Created At",'
    '"Refund: Note","Transaction: ID","Transaction: Kind","Transaction: Amount","Tax: Included",'
    '"Price: Total","Shipping: Country","Billing: Country"',
    table(
        "Name|Customer: Email|Created At|Processed At|Currency|Payment: Status|Line: Type"
        "|Line: SKU|Line: Quantity|Line: Price|Line: Total|Refund: Created At",
        "#1|ann@shop.fr|2026-01-02 10:00:00|2026-01-02 10:00:00|EUR|partially_refunded|Line Item"
        "|A|2|10.00|20.00|",
        "#1|||||| Line Item|B|1|5.00|4.00|",
        "#1||||||Shipping Line||1|3.00|3.00|",
        "#1||||||Refund Line|A|-1|10.00|-10.00|2026-01-20 08:00:00",
        "#1||||||Transaction||||27.00|",
        "#2|bob@shop.fr|2026-01-05 10:00:00|2026-01-05 10:00:00|EUR|paid|Line Item"
        "|A|1|10.00|10.00|",
    ),
    revenue=Decimal("27.00"),  # 20 + 4 + 3 - 10 + 10
    returns=Decimal("-10.00"),
    orders=2,
    customers=2,
    excluded={"not_a_sale": 1},
)  # fmt: skip

WOO_ANALYTICS: Final = Export(
    "woocommerce-analytics",
    "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,"
    "Coupon(s),Net Sales,Attribution",
    table(
        "Date|Order #|N. Revenue (formatted)|Status|Customer|Product(s)|Items sold|Net Sales",
        "2026-01-02 10:00:00|1|€1,150.00|completed|Ann Lee|Pot x 2|2|1150.00",
        "2026-01-05 10:00:00|2|€50.00|processing|Bob Ray|Vase x 1|1|50.00",
        "2026-01-06 10:00:00|3|€10.00|cancelled|Bob Ray|Vase x 1|1|10.00",
        "2026-01-07 10:00:00|4|€10.00|failed|Bob Ray|Vase x 1|1|10.00",
        "2026-02-05 10:00:00|5|€25.50|completed|Ann Lee|Vase x 1|1|25.50",
    ),
    revenue=Decimal("1225.50"),
    returns=Decimal(0),
    orders=3,
    customers=2,
    excluded={"cancelled": 1, "status": 1},
)

WOO_ANALYTICS_FR: Final = Export(
    "woocommerce-analytics",
    "Date;Commande n°;État;Client;Type de client;Produit(s);Articles vendus;Code(s) promo;"
    "Ventes nettes;Attribution".replace(";", ","),
    table(
        "Date|Commande n°|État|Client|Produit(s)|Articles vendus|Ventes nettes",
        "2026-01-02 10:00:00|1|Terminée|Anne Leroy|Pot x 2|2|1150,00",
        "2026-01-05 10:00:00|2|En cours|Bob Roi|Vase x 1|1|50,00",
        "2026-01-06 10:00:00|3|Annulée|Bob Roi|Vase x 1|1|10,00",
    ),
    revenue=Decimal("1200.00"),
    returns=Decimal(0),
    orders=2,
    customers=2,
    excluded={"cancelled": 1},
    delimiter=";",
)

WOO_ADVANCED: Final = Export(
    "woocommerce-advanced-export",
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),"
    "Company (Billing),Address 1&2 (Billing),City (Billing),State Code (Billing),"
    "Postcode (Billing),Country Code (Billing),Email (Billing),Phone (Billing),Item #,SKU,"
    "Item Name,Quantity,Quantity (- Refund),Item Cost,Order Line (w/o tax),Coupon Code,"
    "Discount Amount,Discount Amount Tax,Payment Method Title,Cart Discount Amount,"
    "Order Subtotal Amount,Order Shipping Amount,Order Refund Amount,Order Total Amount,"
    "Order Total Tax Amount",
    table(
        "Order Number|Order Status|Order Date|Email (Billing)|Phone (Billing)|Item #|SKU|Quantity"
        "|Quantity (- Refund)|Item Cost|Order Line (w/o tax)|Order Shipping Amount"
        "|Order Refund Amount|Order Total Amount",
        # One of three comes back: 10 of 30. Shipping stands on both rows and counts once.
        "501|Completed|2026-01-02 10:00|ann@shop.fr||1|A|3|2|10|30|5|12|48",
        "501|Completed|2026-01-02 10:00|ann@shop.fr||2|B|1|1|5|5|5|12|48",
        "502|Terminée|2026-01-03 10:00||0612|1|A|1|1|10|10|0|0|12",
        "503|Annulée|2026-01-04 10:00|bob@shop.fr||1|A|1|1|10|10|0|0|12",
        # A sum given back, no piece: 15 of the 30 paid are half of the 25 without tax.
        "504|Completed|2026-01-05 10:00|bob@shop.fr||1|A|2|2|10|20|5|15|30",
        # All given back, of which one piece of two is told: both, and the shipping.
        "505|Refunded|2026-01-06 10:00|bob@shop.fr||1|A|2|1|10|20|5|30|30",
    ),
    revenue=Decimal("52.50"),  # 30 + 5 + 5 - 10, 10, 20 + 5 - 12.50, 20 + 5 - 25
    returns=Decimal("-47.50"),
    orders=4,
    customers=3,
    excluded={"cancelled": 1},
    made={"shipping": (3, Decimal(15)), "refund": (4, Decimal("-47.50"))},
)  # fmt: skip

WOO_ADVANCED_NET: Final = Export(
    "woocommerce-advanced-export-net",
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),"
    "Company (Billing),Address 1&2 (Billing),City (Billing),State Code (Billing),"
    "Postcode (Billing),Country Code (Billing),Email (Billing),Phone (Billing),"
    "Payment Method Title,Cart Discount Amount,Order Subtotal Amount,Shipping Method Title,"
    "Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,"
    "Item #,Item Name,Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,"
    "Discount Amount Tax",
    table(
        "Order Number|Order Status|Order Date|Email (Billing)|Phone (Billing)|SKU|Item #"
        "|Quantity (- Refund)|Item Cost|Order Shipping Amount|Order Refund Amount"
        "|Order Total Amount",
        # Two of three are left; the shipping stands on both rows and counts once.
        "501|Completed|2026-01-02 10:00|ann@shop.fr||A|1|2|10|5|10|40",
        "501|Completed|2026-01-02 10:00|ann@shop.fr||B|2|1|5|5|10|40",
        "502|Terminée|2026-01-03 10:00||0612|A|1|1|10|0|0|10",
        "503|Annulée|2026-01-04 10:00|bob@shop.fr||A|1|1|10|0|0|10",
    ),
    revenue=Decimal(40),  # 20 + 5 + 5, 10
    returns=Decimal(0),
    orders=2,
    customers=2,
    excluded={"cancelled": 1},
    made={"shipping": (1, Decimal(5))},
)  # fmt: skip

WEBTOFFEE: Final = Export(
    "woocommerce-webtoffee",
    "order_id,order_number,order_date,paid_date,status,shipping_total,shipping_tax_total,fee_total,"
    "fee_tax_total,tax_total,cart_discount,order_discount,discount_total,order_total,order_subtotal,"
    "order_currency,payment_method,payment_method_title,transaction_id,customer_ip_address,"
    "customer_user_agent,shipping_method,customer_id,customer_user,customer_email,"
    "billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,"
    "billing_address_1,billing_address_2,billing_postcode,billing_city,billing_state,"
    "billing_country,shipping_first_name,shipping_last_name,shipping_company,shipping_phone,"
    "shipping_address_1,shipping_address_2,shipping_postcode,shipping_city,shipping_state,"
    "shipping_country,customer_note,wt_import_key,shipping_items,fee_items,tax_items,coupon_items,"
    "refund_items,order_notes,download_permissions,meta:wpml_language,line_item_1,line_item_2,"
    "Product Item 1 Name,Product Item 1 id,Product Item 1 SKU,Product Item 1 Quantity,"
    "Product Item 1 Total,Product Item 1 Subtotal",
    table(
        "order_id|order_date|status|shipping_total|order_total|order_currency|customer_ip_address"
        "|customer_user_agent|customer_id|customer_email|billing_country",
        "1|2026-01-02 10:00:00|completed|5|35|EUR|10.1.2.3|Mozilla|7|ann@shop.fr|FR",
        "2|2026-01-03 10:00:00|completed|0|20|EUR|10.1.2.4|Mozilla|0||FR",
        "3|2026-01-04 10:00:00|processing|0|10|EUR|10.1.2.4|Mozilla|0|bob@shop.fr|FR",
        "4|2026-01-05 10:00:00|wc-cancelled|0|10|EUR|10.1.2.4|Mozilla|0|bob@shop.fr|FR",
        # All of it given back, which nothing but the status tells: the row and its shipping.
        "5|2026-01-06 10:00:00|refunded|5|25|EUR|10.1.2.4|Mozilla|0|bob@shop.fr|FR",
    ),
    revenue=Decimal("65.00"),
    returns=Decimal(0),
    orders=3,
    customers=2,  # the guest without an address is nobody
    excluded={"cancelled": 1, "status": 2},
    made={"shipping": (2, Decimal(10))},
)

STRIPE: Final = Export(
    "stripe-payments",
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,"
    "Converted Amount Refunded,Converted Currency,Description,Fee,Taxes On Fee,Status,"
    "Customer Email,Invoice ID,Transfer",
    table(
        "id|Created date (UTC)|Amount|Amount Refunded|Currency|Converted Amount"
        "|Converted Amount Refunded|Converted Currency|Status|Customer Email",
        "ch_1|2026-01-02 10:00|399,00|0,00|eur|399,00|0,00|eur|Paid|ann@shop.fr",
        "ch_2|2026-01-03 10:00|100,00|30,00|usd|92,00|27,60|eur|Paid|bob@shop.fr",
        "ch_3|2026-01-04 10:00|50,00|0,00|eur|50,00|0,00|eur|Failed|bob@shop.fr",
        "ch_4|2026-01-05 10:00|20,00|20,00|eur|20,00|20,00|eur|Refunded|Ann@shop.fr",
    ),
    revenue=Decimal("463.40"),  # 399 + 92 - 27.60 + 20 - 20
    returns=Decimal("-47.60"),
    orders=3,
    customers=2,
    excluded={"status": 1},
    made={"refund": (2, Decimal("-47.60"))},
)

STRIPE_OLD: Final = Export(
    "stripe-payments-old",
    "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,"
    "Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,"
    "Customer ID,Customer Description,Customer Email,Captured,Card ID,Card Last4,Invoice ID,"
    "Transfer Group",
    table(
        "id|Created (UTC)|Amount|Amount Refunded|Currency|Converted Amount"
        "|Converted Amount Refunded|Converted Currency|Mode|Status|Customer ID|Customer Email",
        "ch_1|2026-01-02 10:00|39.00|0.00|eur|39.00|0.00|eur|Live|Paid|cus_1|ann@shop.fr",
        "ch_2|2026-01-03 10:00|10.00|4.00|eur|10.00|4.00|eur|Live|Paid|cus_2|",
        "ch_3|2026-01-03 10:00|10.00|0.00|eur|10.00|0.00|eur|Test|Paid|cus_2|",
    ),
    revenue=Decimal("45.00"),
    returns=Decimal("-4.00"),
    orders=2,
    customers=2,
    excluded={"test": 1},
    made={"refund": (1, Decimal(-4))},
)

PAYPAL: Final = Export(
    "paypal-activity",
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,"
    "To Email Address,Transaction ID,Shipping Address,Address Status,Item Title,Item ID,"
    "Reference Txn ID,Invoice Number,Custom Number,Quantity,Receipt ID,Balance",
    table(
        "Date|Time|Type|Status|Currency|Gross|From Email Address|To Email Address|Transaction ID",
        "13/01/2026|10:11:12|Express Checkout Payment|Completed|EUR|1,250.00|ann@shop.fr"
        "|me@shop.fr|T1",
        "14/01/2026|09:00:00|Website Payment|Completed|EUR|50.00|bob@shop.fr|me@shop.fr|T2",
        "15/01/2026|09:00:00|Payment Refund|Completed|EUR|-50.00|me@shop.fr|bob@shop.fr|T3",
        "16/01/2026|09:00:00|General Withdrawal|Completed|EUR|-900.00|me@shop.fr||T4",
        "17/01/2026|09:00:00|Website Payment|Completed|EUR|-20.00|me@shop.fr|printer@x.fr|T5",
        "18/01/2026|09:00:00|Website Payment|Pending|EUR|70.00|bob@shop.fr|me@shop.fr|T6",
    ),
    revenue=Decimal("1250.00"),
    returns=Decimal("-50.00"),
    orders=2,
    customers=2,
    excluded={"not_a_sale": 2, "status": 1},
)  # fmt: skip

PAYPAL_FR: Final = Export(
    "paypal-activity",
    "Date,Heure,Fuseau horaire,Nom,Type,État,Devise,Avant commission,Commission,Net,"
    "De l'adresse email,À l'adresse email,Numéro de transaction,Numéro de facture,Quantité,Solde",
    table(
        "Date|Heure|Type|État|Devise|Avant commission|De l'adresse email|À l'adresse email"
        "|Numéro de transaction",
        "13/01/2026|10:11:12|Paiement Express Checkout|Terminé|EUR|1 250,00|ann@shop.fr"
        "|me@shop.fr|T1",
        "15/01/2026|09:00:00|Remboursement de paiement|Terminé|EUR|-50,00|me@shop.fr|ann@shop.fr|T3",
    ),
    revenue=Decimal("1200.00"),
    returns=Decimal("-50.00"),
    orders=1,
    customers=1,
)

BIGCOMMERCE: Final = Export(
    "bigcommerce",
    "Order ID,Customer ID,Customer Name,Customer Email,Customer Phone,Order Date,Order Status,"
    "Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),"
    "Order Total (inc tax),Order Total (ex tax),Payment Method,Total Quantity,Total Shipped,"
    "Date Shipped,Order Currency Code,Exchange Rate,Shipping Country,Refund Amount",
    table(
        "Order ID|Customer ID|Customer Email|Order Date|Order Status|Shipping Cost (inc tax)"
        "|Shipping Cost (ex tax)|Order Total (inc tax)|Order Total (ex tax)|Total Quantity"
        "|Order Currency Code|Refund Amount",
        "100|1|ann@shop.fr|25/01/2026|Completed|6.00|5.00|60.00|50.00|2|EUR|12.00",
        "101|0|bob@shop.fr|26/01/2026|Shipped|0.00|0.00|24.00|20.00|1|EUR|0.00",
        "102|0|bob@shop.fr|26/01/2026|Cancelled|0.00|0.00|24.00|20.00|1|EUR|0.00",
    ),
    revenue=Decimal("72.00"),  # 60 - 12 + 24; without tax 50 - 10 + 20
    returns=Decimal("-12.00"),
    orders=2,
    customers=2,
    excluded={"cancelled": 1},
    made={"shipping": (1, Decimal(6)), "refund": (1, Decimal(-12))},
)

MAGENTO: Final = Export(
    "magento2-grid",
    "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),"
    "Grand Total (Purchased),Status,Billing Address,Shipping Address,Shipping Information,"
    "Customer Email,Customer Group,Subtotal,Shipping and Handling,Customer Name,Payment Method,"
    "Total Refunded",
    table(
        "ID|Purchase Point|Purchase Date|Grand Total (Base)|Grand Total (Purchased)|Status"
        "|Customer Email|Shipping and Handling|Total Refunded",
        # Paid 120 dollars, counted 100 euros; 30 dollars back are a quarter: 25.
        "000000001|Main|Jan 25, 2026, 10:11:12 AM|100.00|120.00|complete|ann@shop.fr|10.00|30.00",
        "000000002|Main|Jan 26, 2026, 10:11:12 PM|40.00|40.00|processing|bob@shop.fr|0.00|",
        "000000003|Main|Jan 27, 2026, 10:11:12 PM|40.00|40.00|canceled|bob@shop.fr|0.00|",
        "000000004|Main|Jan 28, 2026, 10:11:12 PM|40.00|40.00|pending|bob@shop.fr|0.00|",
    ),
    revenue=Decimal("115.00"),
    returns=Decimal("-25.00"),
    orders=2,
    customers=2,
    excluded={"cancelled": 1, "status": 1},
    made={"shipping": (1, Decimal(10)), "refund": (1, Decimal(-25))},
)

PRESTASHOP: Final = Export(
    "prestashop-list",
    "ID,Reference,New client,Delivery,Customer,Total,Payment,Status,Date",
    table(
        "ID|Reference|New client|Delivery|Customer|Total|Payment|Status|Date",
        "1|XKBKNABJK|1|France|J. DOE|€1,061.80|Bank wire|Payment accepted|2026-01-25 10:11:12",
        "2|OHSATSERP|0|France|J. DOE|€69.90|Cheque|Delivered|2026-02-25 10:11:12",
        "3|UOYEVOLI|1|Italy|A. ROI|€14.90|Cheque|Payment error|2026-02-26 10:11:12",
    ),
    revenue=Decimal("1131.70"),
    returns=Decimal(0),
    orders=2,
    customers=1,
    excluded={"status": 1},
    delimiter=";",
)

PRESTASHOP_FR: Final = Export(
    "prestashop-list",
    "ID,Référence,Nouveau client,Livraison,Client,Total,Paiement,État,Date",
    table(
        "ID|Référence|Nouveau client|Livraison|Client|Total|Paiement|État|Date",
        "1|XKBKNABJK|1|France|J. DOE|1\N{NARROW NO-BREAK SPACE}061,80 €|Virement|Paiement accepté"
        "|25/01/2026 10:11:12",
        "2|OHSATSERP|0|France|J. DOE|69,90 €|Chèque|Livré|25/02/2026 10:11:12",
        "3|UOYEVOLI|1|Italie|A. ROI|14,90 €|Chèque|Annulé|26/02/2026 10:11:12",
    ),
    revenue=Decimal("1131.70"),
    returns=Decimal(0),
    orders=2,
    customers=1,
    excluded={"cancelled": 1},
    delimiter=";",
)

WIX: Final = Export(
    "wix-orders",
    "Order number,Date created,Time,Fulfill by,Total order quantity,Contact email,"
    "Note from customer,Additional checkout info,Item,Variant,SKU,Qty,Quantity refunded,Price,"
    "Weight,Custom text,Deposit amount,Delivery method,Delivery time,Recipient name,Recipient phone,"
    "Recipient company name,Delivery country,Delivery state,Delivery state name,Delivery city,"
    "Delivery address,Delivery zip/postal code,Billing name,Billing phone,Billing company name,"
    "Delivery country,Delivery state,Delivery state name,Delivery city,Delivery address,"
    "Delivery zip/postal code,Payment status,Payment method,Coupon code,Gift card amount,"
    "Shipping rate,Total tax,Total,Currency,Refunded amount,Net amount,Additional fees,"
    "Fulfillment status,Tracking number,Fulfillment service,Shipping label",
    table(
        "Order number|Date created|Time|Contact email|Item|SKU|Qty|Quantity refunded|Price"
        "|Payment status|Shipping rate|Currency|Total|Refunded amount",
        "10001|Jan 25, 2026|10:11:12 AM|ann@shop.fr|Pot|P|3|1|10.00|Paid|4.50|EUR|54.50|12.00",
        "10001|Jan 25, 2026|10:11:12 AM|ann@shop.fr|Vase|V|1|0|20.00|Paid|4.50|EUR|54.50|12.00",
        "10002|Jan 26, 2026|3:00:00 PM|bob@shop.fr|Vase|V|1|0|20.00|Unpaid|0|EUR|20.00|0",
        "10003|Jan 27, 2026|3:00:00 PM|bob@shop.fr|Vase|V|1|0|20.00|Paid|0|EUR|20.00|0",
        # A sum given back and no piece; then all of it.
        "10004|Jan 28, 2026|3:00:00 PM|cid@shop.fr|Pot|P|2|0|10.00|Partially refunded|5|EUR|25|8",
        "10005|Jan 29, 2026|3:00:00 PM|cid@shop.fr|Pot|P|1|0|10.00|Refunded|5|EUR|15|15",
    ),
    revenue=Decimal("81.50"),  # 30 + 20 + 4.50 - 10, 20, 20 + 5 - 8, 10 + 5 - 15
    returns=Decimal("-33.00"),
    orders=4,
    customers=3,
    excluded={"status": 1},
    made={"shipping": (3, Decimal("14.50")), "refund": (4, Decimal(-33))},
)  # fmt: skip

ETSY: Final = Export(
    "etsy-sold-items",
    "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,"
    "Shipping Discount,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,"
    "Date Paid,Date Shipped,Ship Name,Ship Address1,Ship Address2,Ship City,Ship State,Ship Zipcode,"
    "Ship Country,Order ID,Variations,Order Type,Listings Type,Payment Type,InPerson Discount,"
    "InPerson Location,VAT Paid by Buyer,SKU",
    table(
        "Sale Date|Item Name|Buyer|Quantity|Price|Discount Amount|Order Shipping|Currency"
        "|Transaction ID|Listing ID|Ship Country|Order ID|SKU",
        "01/02/26|Ring|Ann Lee|2|15.00|3.00|4.00|EUR|1|77|France|900|R",
        "01/02/26|Box|Ann Lee|1|5.00|0.00|4.00|EUR|2|78|France|900|B",
        "02/03/26|Ring|Bob Ray|1|15.00|0.00|0.00|EUR|3|77|Italy|901|R",
    ),
    revenue=Decimal("51.00"),  # 30 - 3 + 5 + 4 + 15
    returns=Decimal(0),
    orders=2,
    customers=2,
    made={"shipping": (1, Decimal(4))},
)

EBAY: Final = Export(
    "ebay-orders",
    "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Buyer Note,"
    "Buyer Address 1,Buyer City,Buyer Zip,Buyer Country,Ship To Name,Ship To Country,Item Number,"
    "Item Title,Custom Label,Sold Via Promoted Listings,Quantity,Sold For,Shipping And Handling,"
    "Seller Collected Tax,Total Price,Payment Method,Sale Date,Paid On Date",
    table(
        "Sales Record Number|Order Number|Buyer Username|Buyer Email|Ship To Country|Item Number"
        "|Custom Label|Quantity|Sold For|Shipping And Handling|Total Price|Sale Date",
        "101|11-1|ann_lee|x1@members.ebay.com|France|555|A|2|$1,010.00|$5.00|$2,025.00|Jul-25-26",
        "102|11-2|ann_lee|x2@members.ebay.com|France|556|B|1|$8.00|$0.00|$8.00|Aug-01-26",
        # Two items: a row for the order, of no item, and a row for each item.
        "103|11-3|bob_ray|x3@members.ebay.com|Italy|||3|$28.00|$6.00|$34.00|Aug-02-26",
        "103|11-3|bob_ray|||555|A|2|$10.00||$20.00|",
        "103|11-3|bob_ray|||556|B|1|$8.00||$8.00|",
    ),
    revenue=Decimal("2067.00"),  # 2 x 1010 + 5 + 8 + 2 x 10 + 8 + 6
    returns=Decimal(0),
    orders=3,
    customers=2,
    excluded={"not_a_sale": 1},
    made={"shipping": (2, Decimal(11))},
)  # fmt: skip

AMAZON: Final = Export(
    "amazon-flat-file",
    "amazon-order-id,merchant-order-id,purchase-date,last-updated-date,order-status,"
    "fulfillment-channel,sales-channel,order-channel,ship-service-level,product-name,sku,asin,"
    "item-status,quantity,currency,item-price,item-tax,shipping-price,shipping-tax,"
    "item-promotion-discount,ship-city,ship-state,ship-postal-code,ship-country,promotion-ids",
    table(
        "amazon-order-id|purchase-date|order-status|product-name|sku|quantity|currency|item-price"
        "|shipping-price|item-promotion-discount|ship-country",
        "402-1|2026-01-02T10:00:00+00:00|Shipped|Pot|P|2|EUR|20.00|3.00|1.00|FR",
        "402-1|2026-01-02T10:00:00+00:00|Shipped|Vase|V|1|EUR|9.00|2.00||FR",
        "402-2|2026-01-03T10:00:00+00:00|Cancelled|Vase|V|0|||||",
        "402-3|2026-01-04T10:00:00+00:00|Pending|Vase|V|1|||||",
    ),
    revenue=Decimal("33.00"),  # 20 - 1 + 3 + 9 + 2
    returns=Decimal(0),
    orders=1,
    customers=0,
    excluded={"cancelled": 1, "status": 1},
    delimiter="\t",
    made={"shipping": (2, Decimal(5))},
)

SQUARE: Final = Export(
    "square-items",
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,"
    "Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,"
    "Dining Option,Customer ID,Customer Name,Customer Reference ID",
    table(
        "Date|Time|Category|Item|Qty|SKU|Gross Sales|Discounts|Net Sales|Transaction ID|Event Type"
        "|Customer ID",
        "2026-01-25|10:11:12|Tea|Earl Grey|2|EG|$9.00|-$1.00|$8.00|tx1|Payment|C1",
        "2026-01-25|10:11:12|Food|Scone|1|SC|$4.00|$0.00|$4.00|tx1|Payment|C1",
        "2026-01-26|18:00:00|Tea|Earl Grey|1|EG|$4.50|$0.00|$4.50|tx2|Payment|",
        "2026-01-27|18:00:00|Food|Scone|-1|SC|-$4.00|$0.00|-$4.00|tx3|Refund|C1",
    ),
    revenue=Decimal("12.50"),
    returns=Decimal("-4.00"),
    orders=2,
    customers=1,
)

RETAIL: Final = Export(
    "online-retail",
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
    table(
        "Invoice|StockCode|Description|Quantity|InvoiceDate|Price|Customer ID|Country",
        "1|P|Pot|2|2011-01-10 09:00|10.00|17850|France",
        "C2|P|Pot|-1|2011-02-10 09:00|10.00|17850|France",
        "3|POST|POSTAGE|1|2011-03-10 09:00|18.00|12583|France",
    ),
    revenue=Decimal("28.00"),
    returns=Decimal("-10.00"),
    orders=2,
    customers=2,
)

EXPORTS: Final = (
    SHOPIFY, MATRIXIFY, WOO_ANALYTICS, WOO_ANALYTICS_FR, WOO_ADVANCED, WOO_ADVANCED_NET, WEBTOFFEE, STRIPE, STRIPE_OLD,
    PAYPAL, PAYPAL_FR, BIGCOMMERCE, MAGENTO, PRESTASHOP, PRESTASHOP_FR, WIX, ETSY, EBAY, AMAZON,
    SQUARE, RETAIL,
)  # fmt: skip
SHOWN: Final = [f"{export.profile}-{number}" for number, export in enumerate(EXPORTS)]
"""Names of the exports, for tests."""
