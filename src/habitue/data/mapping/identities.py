"""Whether a customer column holds names alone, which two people may share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from habitue.data.mapping.names import words

if TYPE_CHECKING:
    from habitue.data.mapping.names import Column

_SAID: Final = frozenset({"name", "nom", "noms", "prenom", "fullname", "lastname", "firstname"})
_NO_NAME: Final = frozenset({"user", "username", "utilisateur", "login", "domain"})
_WORD: Final = r"[^\W\d_][^\d_@]*"
_NAME: Final = re.compile(rf"{_WORD}(\s+{_WORD})+")
_CODE: Final = re.compile(r".*[\d@].*")
_MOST: Final = 0.9


def names_alone(column: Column) -> bool:
    """Tell whether a column identifies people by their names and nothing else.

    Its header says so, or nearly all its values are words without a digit; a header that says so
    above numbers or addresses is not believed.

    Args:
        column: The column taken as the customer.

    Examples:
        >>> from habitue.data.mapping import Column
        >>> names_alone(Column("Client", samples=("Ann Roy", "Léa Petit", "O'Neil, Tom")))
        True
        >>> names_alone(Column("Customer name", samples=("C-17", "C-18")))
        False
    """
    said = set(words(column.name))
    values = [one.strip() for one in column.samples]
    if said & _SAID and not said & _NO_NAME:
        return _share(values, _CODE) <= 1 - _MOST
    return bool(values) and _share(values, _NAME) >= _MOST


def _share(values: list[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(one) is not None for one in values) / max(len(values), 1)
