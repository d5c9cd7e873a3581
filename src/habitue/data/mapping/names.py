"""What a header says once its spelling is set aside."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a reader would see it at a glance.

    Attributes:
        name: Its header, as spelled.
        type: `text`, `number`, `moment` or `boolean`, as the source stores it.
        samples: A few of its values as text, blanks left out.
    """

    name: str
    type: str = "text"
    samples: tuple[str, ...] = ()


def bare(name: str) -> str:
    r"""Reduce a header to its letters and digits: no case, accent, BOM, quote or space.

    Examples:
        >>> bare("\ufeff'N° Commande'"), bare("Customer ID"), bare("Quantité")
        ('ncommande', 'customerid', 'quantite')
    """
    return "".join(words(name))


def words(name: str) -> tuple[str, ...]:
    """Cut a header into bare words, at spaces, marks and changes of case.

    Examples:
        >>> words("InvoiceDate"), words("prix_unitaire HT")
        (('invoice', 'date'), ('prix', 'unitaire', 'ht'))
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    cut = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return tuple(re.findall(r"[^\W_]+", cut.casefold()))
