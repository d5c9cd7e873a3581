"""`habitue clv`: what each customer has brought and is expected to bring (D31-D33)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from habitue.cli.answer import Answer
from habitue.cli.question import question
from habitue.cli.value_options import Discounted
from habitue.schema import Outlook
from habitue.schema.values import share

if TYPE_CHECKING:
    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def clv(workspace: Workspace, filters: Filters, ahead: Discounted) -> Answer:
    """List the customers, then say on stderr what to know of the fits."""
    rate = float(share("--annual-rate", ahead.annual_rate))
    outlook = Outlook(**asdict(ahead) | {"annual_rate": rate})
    found = workspace.value(filters, outlook)
    return Answer(
        rows=lambda: workspace.clv(filters, outlook),
        notes=lambda lang: [one.say(lang) for one in found.findings],
    )
