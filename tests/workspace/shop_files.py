"""A shop in a file, small enough to be ingested in a blink."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HEADER: Final = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALE: Final = "1,P,Pot,2,2011-01-10 09:00,10.00,17850,France"
RETURN: Final = "C2,P,Pot,-1,2011-02-10 09:00,10.00,17850,France"


def write(path: Path, *rows: str) -> Path:
    """Write lines under the header of Online Retail II."""
    path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return path


def many(orders: int) -> list[str]:
    """Orders of some customers, one line each, day after day."""
    return [
        f"{number},P{number % 7},Pot,{number % 5 + 1},2011-{number % 12 + 1:02}-10 09:00,2.50,"
        f"{number % 50},France"
        for number in range(1, orders + 1)
    ]
