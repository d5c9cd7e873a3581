"""BG/NBD: a customer may leave after each repeat occasion, never before the first one.

Fader, Hardie, Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science 24(2) 275-284.
A customer without repeats has P(alive) = 1 by construction: for who is still there, prefer
`MBGNBD` or `ParetoNBD`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from habitue.core.clv.fitting import Array
from habitue.core.clv.geometric import GeometricDropout


@dataclass(frozen=True, slots=True, kw_only=True)
class BGNBD(GeometricDropout):
    """Customers who may leave after a repeat occasion.

    Attributes:
        r: Shape of the gamma of purchase rates.
        alpha: Its rate, a time.
        a: First parameter of the Beta of the chance to leave.
        b: Second parameter.

    Examples:
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)  # CDNOW, in weeks
        >>> round(float(model.expected_purchases(39, 2, 30.43, 38.86)), 3)
        1.226
    """

    key: ClassVar[str] = "bgnbd"
    title: ClassVar[str] = "BG/NBD"

    @staticmethod
    def _stays(x: Array) -> Array:
        return x
