"""`habitue clv`: what each customer has brought and is expected to bring (D31-D33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from habitue.cli.question import question
from habitue.cli.value_options import Discounted
from habitue.schema.values import share

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def clv(workspace: Workspace, filters: Filters, ahead: Discounted) -> pa.Table:
    """List the customers."""
    return workspace.clv(
        filters,
        horizon_days=ahead.horizon_days,
        model=ahead.model.value,
        annual_rate=float(share("--annual-rate", ahead.annual_rate)),
    )
