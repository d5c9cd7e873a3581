"""`habitue segments`: what each segment weighs, and where effort pays (D27)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Data, Output, View
from habitue.cli.scores import Scores, tell
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError
from habitue.texts import money, number, percent

if TYPE_CHECKING:
    from habitue.core.segments.answers import Segments


@with_families
def segments(
    *,
    terminal: Terminal,
    data: Data,
    view: View,
    scores: Scores,
    output: Output,
    save_scoring: Annotated[
        Path | None, typer.Option("--save-scoring", metavar="file", rich_help_panel="scores")
    ] = None,
) -> None:
    """Weigh the segments; `--save-scoring` keeps the thresholds for another day."""
    found = data.workspace().segments(view.filters(), rules=scores.rules, scoring=scores.recipe())
    tell(found.notes, terminal)
    if save_scoring is not None and found.cuts is not None:
        try:
            save_scoring.write_text(found.scoring.frozen(found.cuts).to_yaml(), "utf-8")
        except OSError as refusal:
            raise RequestError(
                "output_unwritable", path=save_scoring, reason=refusal.strerror
            ) from None
        terminal.say("cli.scoring_saved", path=str(save_scoring))
    write(
        Answer(rows=lambda: found.table, page=lambda reader: _page(found, reader)), output, terminal
    )


def _page(found: Segments, terminal: Terminal) -> str:
    from habitue.cli.pages import NOTHING, Column, drawn  # noqa: PLC0415 - only for people

    lang, currency = terminal.lang, found.currency
    names = ("rfm_segment", "customers", "customer_share", "revenue", "revenue_share", "aov",
             "mean_recency_days", "recoverable", "priority")  # fmt: skip

    def shown(name: str, value: object) -> str:
        match value:
            case None:
                return NOTHING
            case str():
                return found.rules.named(value).title(lang)
            case float() if name.endswith("share"):
                return percent(value, lang)
            case float() if name == "mean_recency_days":
                return number(value, lang)
            case int():
                return number(value, lang)
            case _:
                return money(value, currency, lang, decimals=2 if name == "aov" else 0)  # type: ignore[arg-type]  # what is left is money

    columns = [
        Column(terminal.text(f"segments.column_{name}"), right=name != "rfm_segment")
        for name in names
    ]
    rows = [[shown(name, row[name]) for name in names] for row in found.table.to_pylist()]
    title = terminal.text(
        "segments.page_title", day=found.as_of, count=found.base.customers,
        revenue=money(found.base.revenue, currency, lang),
    )  # fmt: skip
    return drawn(columns, rows, title=title)
