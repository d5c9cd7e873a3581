"""`habitue check`: the quality report of sources, nothing stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli import tell
from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Format, Output, Reading, Sources
from habitue.cli.quality_options import Bounds, Rows
from habitue.cli.terminal import Terminal

if TYPE_CHECKING:
    from habitue.workspace import Screened


@with_families
def check(
    *,
    terminal: Terminal,
    sources: Sources,
    reading: Reading,
    bounds: Bounds,
    output: Output,
    rows: Annotated[Rows, typer.Option("--rows", rich_help_panel="output")] = Rows.WATERFALL,
) -> None:
    """Read and clean sources, and report what is kept, what is not, and what to beware of (D6)."""
    from habitue import workspace  # noqa: PLC0415 - a second of engines

    asked = bounds.screening()
    with terminal.progress("cli.progress_reading") as told:
        found = workspace.screen(
            sources, mapping=reading.roles(), preset=reading.preset, table=reading.table,
            screening=asked, progress=told,
        )  # fmt: skip
    if reading.mapping is None:
        loaded = found.loaded
        tell.recognised(terminal, loaded.mapping, loaded.reasons, loaded.candidate)
    write(_answer(found, rows, output), output, terminal)
    tell.warnings(terminal, found.check.warnings)
    tell.unreadable(terminal, found.loaded.samples)


def _answer(found: Screened, rows: Rows, output: Output) -> Answer:
    from habitue.cli import quality_pages, waterfall_pages  # noqa: PLC0415 - not needed for help

    if rows is not Rows.WATERFALL:
        return quality_pages.answer(found.quality, rows, lambda: found.samples, output)
    tree = None
    if output.chosen() is Format.JSON:
        tree = found.check.to_dict() | {"quality": found.quality.to_dict(found.samples)}
    return Answer(
        rows=lambda: waterfall_pages.rows(found.check),
        tree=tree,
        page=lambda reader: (
            waterfall_pages.page(found.check, found.loaded.currency, reader)
            + "\n"
            + quality_pages.page(found.quality, reader)
        ),
    )
