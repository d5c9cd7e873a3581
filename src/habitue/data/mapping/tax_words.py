"""What a header says of tax: `Montant HT`, `Order Total (inc tax)`, `total_price_tax_excl`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.data.mapping.names import words

if TYPE_CHECKING:
    from habitue.data.mapping.values import Tax

_TAX: Final = frozenset({"tax", "taxes", "vat", "gst", "tva", "taxe"})
_WITH: Final = frozenset(
    {"inc", "incl", "included", "includes", "including", "inclusive", "with", "w", "plus",
     "incluse", "incluses", "comprise", "comprises", "avec"}
)  # fmt: skip
_WITHOUT: Final = frozenset(
    {"ex", "exc", "excl", "excluded", "excluding", "exclusive", "without", "before", "hors", "sans"}
)  # fmt: skip
_ALONE: Final[tuple[tuple[frozenset[str], Tax], ...]] = (
    (frozenset({"ttc"}), "included"),
    (frozenset({"ht"}), "excluded"),
    (frozenset({"w", "o"}) | {"tax"}, "excluded"),
)


def tax_said(header: str) -> Tax | None:
    """Tell whether a header says that its amounts hold tax; None where it does not say.

    Examples:
        >>> tax_said("Montant HT"), tax_said("Order Total (inc tax)"), tax_said("Tax Total")
        ('excluded', 'included', None)
        >>> tax_said("Order Line (w/o tax)"), tax_said("total_price_tax_excl"), tax_said("Amount")
        ('excluded', 'excluded', None)
    """
    said = set(words(header))
    for whole, tax in _ALONE:
        if whole <= said:
            return tax
    if not said & _TAX:
        return None
    if said & _WITHOUT:
        return "excluded"
    return "included" if said & _WITH else None


def but_for_tax(header: str) -> tuple[str, ...]:
    """Give the words of a header that do not speak of tax: two columns may share them.

    Examples:
        >>> but_for_tax("Prix unitaire TTC"), but_for_tax("Order Total (ex tax)")
        (('prix', 'unitaire'), ('order', 'total'))
    """
    if tax_said(header) is None:
        return words(header)
    spoken = _TAX | _WITH | _WITHOUT | {"ttc", "ht", "o"}
    return tuple(one for one in words(header) if one not in spoken)
