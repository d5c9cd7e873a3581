"""`habitue report`: the whole story in one file, or every chart as an image."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from habitue.cli.families import with_families
from habitue.cli.options import Data, View
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError


class Form(StrEnum):
    """What the report is written as; images come as a zip."""

    HTML = "html"
    PPTX = "pptx"
    XLSX = "xlsx"
    PNG = "png"
    SVG = "svg"


_IMAGES: Final = frozenset({Form.PNG, Form.SVG})


@with_families
def report(
    *,
    terminal: Terminal,
    data: Data,
    view: View,
    form: Annotated[Form | None, typer.Option("--format")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="file")] = None,
) -> None:
    """Write the report; the file's ending tells its format unless `--format` does."""
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    chosen = form or (Form(suffix) if suffix in set(Form) else Form.HTML)
    desk, filters = data.workspace(), view.filters()
    if chosen in _IMAGES:
        from habitue.export.parcel import Memory  # noqa: PLC0415 - not needed for help

        memory = Memory()
        for screen in ("overview", "cohorts"):
            memory.files |= desk.images(screen, chosen.value, filters, lang=terminal.lang)  # type: ignore[arg-type]  # one of both
        written = memory.zipped()
    else:
        written = desk.report(chosen.value, filters, lang=terminal.lang)
    _put(written, output)
    if output is not None:
        terminal.say("cli.reported", path=os.fspath(output))


def _put(written: bytes, output: Path | None) -> None:
    if output is None or str(output) == "-":
        if sys.stdout.isatty():
            raise RequestError("binary_to_terminal")
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    from habitue.export.parcel import folder  # noqa: PLC0415 - not needed for help

    with folder(output.parent)(output.name) as sink:
        sink.write(written)
