"""Keys of a mapping that mean nothing without others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping as AnyMapping

    from habitue.data.mapping.model import Mapping

NEEDS: Final = {
    "rates": ("currency",),
    "test_values": ("test",),
    "test": ("test_values",),
    "keep_types": ("type",),
    "drop_types": ("type",),
    "return_types": ("type",),
    "shipping_types": ("type",),
    "return_customer": ("return_types",),
    "shipping_inside": ("shipping",),
    "subtract_discount": ("discount",),
    "fill_down": ("order",),
    "order_rows": ("order", "product"),
}
"""What each of them needs."""


def dropped(base: Mapping, chosen: AnyMapping[str, Any]) -> dict[str, Any]:
    """Give the neutral value of each key that needs another which is no longer there.

    Args:
        base: The mapping before.
        chosen: Keys that change.

    Examples:
        >>> from habitue.data.mapping import Mapping
        >>> before = Mapping(customer="c", moment="m", amount="a", shipping="s",
        ...                  shipping_inside=True)
        >>> dropped(before, {"shipping": None})
        {'shipping_inside': False}
    """
    gone: dict[str, Any] = {}
    for _ in NEEDS:  # one may need another that goes in its turn
        for key, needed in NEEDS.items():
            now = base.model_dump() | dict(chosen) | gone
            if now[key] and not all(now[needs] for needs in needed):
                gone[key] = type(base).model_fields[key].default
    return gone
