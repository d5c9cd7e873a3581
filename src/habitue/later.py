"""Import a module the first time something of it is used.

Opening a shop must not wait for scipy, plotly and the writers of Excel files, which one question
in ten needs. The language's own lazy loader is not used: before Python 3.12.3 two threads that
meet in it may see a module half made, and a dashboard has many threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


class Later:
    """Stands for a module that is imported when its first attribute is asked for.

    Args:
        name: Full name of the module.

    Examples:
        >>> colours = Later("colorsys")
        >>> colours.rgb_to_hsv(0, 0, 1)[2]
        1
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """Ask the module, importing it first where need be; the import system holds the lock."""
        return getattr(import_module(self._name), attribute)


def exported(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Make a package's `__getattr__`, which fetches each name when it is first asked for.

    Args:
        package: Name of the package.
        homes: Module of each name that it gives.

    Examples:
        >>> exported("paint", {"hls_to_rgb": "colorsys"})("hls_to_rgb")(0, 1, 0)
        (1, 1, 1)
    """

    def fetched(name: str) -> Any:
        if name in homes:
            return getattr(import_module(homes[name]), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return fetched
