"""`habitue report`: the whole story in one file, or every chart as an image."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from habitue.cli.families import with_families
from habitue.cli.options import Data, View
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from habitue.core.scenario.plan import Plan
    from habitue.schema import Filters
    from habitue.workspace import Workspace


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
    screen: Annotated[list[str] | None, typer.Option("--screen", metavar="name")] = None,
    plan: Annotated[list[Path] | None, typer.Option("--plan", metavar="file")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="file")] = None,
) -> None:
    """Write the report; the file's ending tells its format unless `--format` does."""
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    chosen = form or (Form(suffix) if suffix in set(Form) else Form.HTML)
    desk, filters = data.workspace(), view.filters()
    if chosen in _IMAGES:
        from habitue.core.scenario.plan import Plan  # noqa: PLC0415 - not needed for help

        plans = [Plan.read(one) for one in plan or ()]
        written = _images(desk, chosen, filters, terminal, screens=screen or (), plans=plans)
    else:
        written = desk.report(chosen.value, filters, lang=terminal.lang)
    _put(written, output)
    if output is not None:
        terminal.say("cli.reported", path=os.fspath(output))


def _images(
    desk: Workspace,
    form: Form,
    filters: Filters,
    terminal: Terminal,
    *,
    screens: Sequence[str],
    plans: Sequence[Plan],
) -> bytes:
    """Draw every chart of the screens, in a folder per screen; one without any is named."""
    from habitue.export.parcel import Memory  # noqa: PLC0415 - not needed for help
    from habitue.workspace.screen_charts import SCREENS  # noqa: PLC0415

    memory = Memory()
    for screen in screens or SCREENS:
        try:
            found = desk.images(
                screen,
                form.value,  # type: ignore[arg-type]  # one of both
                filters,
                plan=plans[0] if plans else None,
                beside=plans[1:],
                lang=terminal.lang,
            )
        except RequestError as refusal:
            if refusal.key != "no_chart":
                raise
            terminal.write(refusal.what(terminal.lang))
            continue
        memory.files |= {f"{screen}/{name}": image for name, image in found.items()}
    return memory.zipped()


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
