"""What a cohort contributes: its margin less what its orders, and its acquisition, cost (C21)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def contributed(
    cells: pa.Table,
    *,
    order_cost: float = 0.0,
    fee_rate: float = 0.0,
    cac: NDArray[np.float64] | None = None,
) -> pa.Table:
    """Take the costs of orders out of the margin, and that of acquisition at age 0.

    Fees are taken on what is ordered: a refund does not bring them back.

    Args:
        cells: Out of `measures.read`.
        order_cost: What preparing, sending and handling one order costs, in the shop's money.
        fee_rate: Share of each basket that payment and marketplace fees take.
        cac: For each cell, what acquiring one customer of its cohort cost; not a number where
            that is not known. None leaves acquisition out.

    Returns:
        The cells with `contribution`; null in all cells of a cohort whose cost is not known.

    Examples:
        >>> cell = pa.table(
        ...     {"age": [0], "customers": [2], "orders": [3], "basket": [100.0], "margin": [40.0]}
        ... )
        >>> costs = {"order_cost": 4.0, "fee_rate": 0.02}
        >>> contributed(cell, **costs)["contribution"].to_pylist()
        [26.0]
        >>> contributed(cell, **costs, cac=np.array([10.0]))["contribution"].to_pylist()
        [6.0]
    """
    margin, orders, basket = (
        cells[name].cast(pa.float64()).to_numpy() for name in ("margin", "orders", "basket")
    )
    left = margin - order_cost * orders - fee_rate * basket
    if cac is not None:
        opening = pc.equal(cells["age"], 0).to_numpy()
        # Added, not multiplied, where it does not apply: what is not known stays not known.
        left = left - np.where(opening, cells["customers"].to_numpy(), 0) * cac
    return cells.append_column("contribution", pa.array(left, pa.float64(), mask=np.isnan(left)))
