"""`habitue trust`: how well predictions would have done on this very shop (D34)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from habitue.cli.answer import Answer
from habitue.cli.question import question
from habitue.cli.spelled import scores
from habitue.cli.value_options import Ahead
from habitue.schema import Outlook

if TYPE_CHECKING:
    from habitue.cli.terminal import Terminal
    from habitue.schema import Filters
    from habitue.workspace import Workspace


@question
def trust(workspace: Workspace, filters: Filters, ahead: Ahead) -> Answer:
    """Back-test, or say why there is none."""
    found = workspace.trust(filters, Outlook(**asdict(ahead)))

    def page(terminal: Terminal) -> str:
        from habitue.cli.pages import laid_out  # noqa: PLC0415 - only where a person reads

        if found.test.refusal is not None:
            return found.test.refusal.say(terminal.lang) + "\n"
        wins = "".join(
            terminal.text(
                f"cli.trust_wins_{metric}_{unit}",
                method=terminal.text(f"cli.method_{found.test.winner(metric, unit)}"),
            )
            + "\n"
            for unit in ("orders", "money")
            for metric in ("total", "mae", "rank")
        )
        for unit in ("orders", "money"):
            leaning = found.test.bias(unit)
            if leaning is not None:
                said = leaning.say(terminal.lang)
                wins += terminal.text(f"cli.trust_leans_{unit}", said=said) + "\n"
        facts: dict[str, Any] = {"title": found.title, "days": found.test.window}
        told = terminal.text("cli.trust_page", count=len(found.test.cuts), **facts)
        return f"{told}\n\n{laid_out(found.scores, terminal, scores())}\n{wins}"

    return Answer(rows=lambda: found.scores, page=page)
