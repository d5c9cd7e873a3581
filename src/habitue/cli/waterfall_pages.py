"""The waterfall on a terminal and in files: from rows read to lines kept (D6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from habitue.texts import money, number

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.cli.terminal import Terminal
    from habitue.results import Check


def rows(report: Check) -> pa.Table:
    """Give the waterfall as rows, its columns a contract."""
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
    steps = [{"step": step, "reason": reason} | figures for step, reason, figures in _steps(report)]
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in shape.names} for row in steps], schema=shape
    )


def page(report: Check, currency: str | None, terminal: Terminal) -> str:
    """Lay the waterfall out.

    Args:
        report: What was kept.
        currency: Of the money, or None.
        terminal: Who reads.
    """
    from habitue.cli.pages import Column, drawn  # noqa: PLC0415 - only where a person reads

    names = ("lines", "amount", "orders", "customers")
    cells_of: list[list[str]] = []

    def row(label: str, figures: dict[str, Any]) -> None:
        cells = [
            money(figures[name], currency, terminal.lang)
            if name == "amount"
            else number(figures[name], terminal.lang)
            if name in figures
            else ""
            for name in names
        ]
        cells_of.append([label, *cells])

    for step, reason, figures in _steps(report):
        if step == "made":
            row("+ " + terminal.text(f"check.made_{reason}"), figures)
            continue
        if step == "rows" and not report.made:
            continue
        if reason:
            row("- " + terminal.text(f"check.reason_{reason}"), figures)
            continue
        is_first = step == "raw" and not report.made
        row(terminal.text("check.step_rows" if is_first else f"check.step_{step}"), figures)
        if step == "kept":
            for part in ("gross", "returns"):
                row("  " + terminal.text(f"check.step_{part}"), {"amount": figures[part]})
    titles = [Column(terminal.text(f"cli.column_{name}"), right=True) for name in names]
    return drawn([Column(""), *titles], cells_of)


def _steps(report: Check) -> list[tuple[str, str | None, dict[str, Any]]]:
    """Give the waterfall in order: step, reason or purpose, figures."""
    return [
        ("rows", None, report.rows),
        *(
            ("made", purpose, {"lines": lines, "amount": amount})
            for purpose, lines, amount in report.made
        ),
        ("raw", None, report.raw),
        *(
            ("excluded", reason, {"lines": lines, "amount": amount})
            for reason, lines, amount in report.excluded
        ),
        ("kept", None, report.kept),
        ("with_customer", None, report.with_customer),
        ("no_customer", None, report.no_customer),
    ]
