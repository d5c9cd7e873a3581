"""`habitue clv`: what each customer has brought and is expected to bring (D31-D33)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from habitue.cli.question import question
from habitue.cli.value_options import Discounted
from habitue.schema import Outlook
from habitue.schema.values import share

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def clv(workspace: Workspace, filters: Filters, ahead: Discounted) -> pa.Table:
    """List the customers."""
    rate = float(share("--annual-rate", ahead.annual_rate))
    return workspace.clv(filters, Outlook(**asdict(ahead) | {"annual_rate": rate}))
