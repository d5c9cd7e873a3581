"""MBG/NBD: a customer may leave after any occasion, the first one included.

Batislam, Denizel, Filiztekin 2007, Empirical validation and comparison of models for customer
base analysis, International Journal of Research in Marketing 24(3) 201-209.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from habitue.core.clv.fitting import Array
from habitue.core.clv.geometric import GeometricDropout


@dataclass(frozen=True, slots=True, kw_only=True)
class MBGNBD(GeometricDropout):
    """Customers who may leave after any occasion.

    Attributes:
        r: Shape of the gamma of purchase rates.
        alpha: Its rate, a time.
        a: First parameter of the Beta of the chance to leave.
        b: Second parameter.

    Examples:
        >>> model = MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614)  # CDNOW, in weeks
        >>> model.p_alive([0, 2], [0, 30.43], [38.86, 38.86]).round(3)
        array([0.39 , 0.706])
    """

    key: ClassVar[str] = "mbgnbd"
    title: ClassVar[str] = "MBG/NBD"

    @staticmethod
    def _stays(x: Array) -> Array:
        return x + 1
