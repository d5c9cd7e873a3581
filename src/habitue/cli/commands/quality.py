"""`habitue quality`: what the lines of a shop are worth, before its figures are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Data, Output
from habitue.cli.quality_options import Bounds, Rows
from habitue.cli.terminal import Terminal

if TYPE_CHECKING:
    import pyarrow as pa


@with_families
def quality(
    *,
    terminal: Terminal,
    data: Data,
    bounds: Bounds,
    output: Output,
    rows: Annotated[Rows, typer.Option("--rows", rich_help_panel="output")] = Rows.FINDINGS,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="finding", rich_help_panel="output")
    ] = None,
) -> None:
    """Report on the lines of a store, or of a table where it lives; no filter narrows them."""
    from habitue.cli import quality_pages, waterfall_pages  # noqa: PLC0415 - not needed for help

    asked = bounds.screening()
    shop = data.workspace()
    if sample is not None:
        found_rows = shop.quality_sample(sample, asked, most=50)
        answer = Answer(rows=lambda: found_rows)
    elif rows is Rows.WATERFALL:
        answer = Answer(
            rows=lambda: waterfall_pages.rows(shop.check()),
            page=lambda reader: waterfall_pages.page(shop.check(), shop.shop().currency, reader),
        )
    else:
        report = shop.quality(asked)

        def samples() -> dict[str, pa.Table]:
            return {one.name: shop.quality_sample(one.name, asked) for one in report.findings}

        answer = quality_pages.answer(report, rows, samples, output)
    write(answer, output, terminal)
