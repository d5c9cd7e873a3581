"""What the Value screen is about: handed to every part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from habitue.charts.look import Look
    from habitue.core.clv.answers import Value
    from habitue.ui.value_controls import Choice


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen is about.

    Attributes:
        choice: What the reader asked for.
        found: What the customers are worth.
        look: Language, currency, basis.
    """

    choice: Choice
    found: Value
    look: Look

    @property
    def about(self) -> tuple[object, ...]:
        """What its charts depend on."""
        return self.choice.filters, self.look, self.choice.outlook
