"""`habitue check`: the quality report of sources, nothing stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from habitue.cli import tell
from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Output, Reading, Sources
from habitue.cli.terminal import Terminal
from habitue.texts import money, number

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.workspace import Check


@with_families
def check(terminal: Terminal, sources: Sources, reading: Reading, output: Output) -> None:
    """Read and clean sources, and report what is kept, what is not, and why (D6)."""
    from habitue import workspace  # noqa: PLC0415 - a second of engines
    from habitue.workspace.opening import check_of  # noqa: PLC0415

    with terminal.progress("cli.progress_reading") as told:
        fall, loaded = workspace.check(
            sources, mapping=reading.roles(), preset=reading.preset, table=reading.table,
            progress=told,
        )  # fmt: skip
    if reading.mapping is None:
        tell.recognised(terminal, loaded.mapping, loaded.reasons)
    report = check_of(fall, loaded.warnings)
    answer = Answer(
        rows=lambda: _rows(report),
        tree=report.to_dict(),
        page=lambda reader: _page(report, loaded.currency, reader),
    )
    write(answer, output, terminal)
    tell.warnings(terminal, report.warnings)
    tell.unreadable(terminal, loaded.samples)


def _steps(report: Check) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Give the waterfall in order: step, reason, figures."""
    return [
        ("raw", None, report.raw),
        *(
            ("excluded", reason, {"lines": lines, "amount": amount})
            for reason, lines, amount in report.excluded
        ),
        ("kept", None, report.kept),
        ("with_customer", None, report.with_customer),
        ("no_customer", None, report.no_customer),
    ]


def _rows(report: Check) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - not needed for help

    paid = pa.decimal128(38, 4)
    shape = pa.schema(
        [
            ("step", pa.string()),
            ("reason", pa.string()),
            ("lines", pa.int64()),
            ("amount", paid),
            ("gross", paid),
            ("returns", paid),
            ("orders", pa.int64()),
            ("customers", pa.int64()),
        ]
    )
    rows = [{"step": step, "reason": reason} | figures for step, reason, figures in _steps(report)]
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in shape.names} for row in rows], schema=shape
    )


def _page(report: Check, currency: str | None, terminal: Terminal) -> str:
    from habitue.cli.pages import Column, drawn  # noqa: PLC0415 - only where a person reads

    names = ("lines", "amount", "orders", "customers")
    rows: list[list[str]] = []

    def row(label: str, figures: dict[str, Any]) -> None:
        cells = [
            money(figures[name], currency, terminal.lang)
            if name == "amount"
            else number(figures[name], terminal.lang)
            if name in figures
            else ""
            for name in names
        ]
        rows.append([label, *cells])

    for step, reason, figures in _steps(report):
        if reason:
            row("- " + terminal.text(f"check.reason_{reason}"), figures)
            continue
        row(terminal.text(f"check.step_{step}"), figures)
        if step == "kept":
            for part in ("gross", "returns"):
                row("  " + terminal.text(f"check.step_{part}"), {"amount": figures[part]})
    titles = [Column(terminal.text(f"cli.column_{name}"), right=True) for name in names]
    return drawn([Column(""), *titles], rows)
